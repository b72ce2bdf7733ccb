"""tuinet: a neural-network laboratory that lives in a terminal, and its networks from Python.

>>> from tuinet import Experiment, Session
>>> session = Session(Experiment(dataset="xor"))
>>> session.advance(3000)
>>> session.predict([[0, 1], [1, 1]])
array([1, 0])

What is named in ``__all__`` is there to be used; each name is imported when it is asked for, and the screen only by
`dashboard`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuinet.api import dashboard as dashboard
    from tuinet.data.arrays import dataset as dataset
    from tuinet.data.dataset import Dataset as Dataset
    from tuinet.errors import TuinetError as TuinetError
    from tuinet.experiment.experiment import Experiment as Experiment
    from tuinet.session.edits import Configure as Configure
    from tuinet.session.session import Session as Session
    from tuinet.storage.keeping import load as load

__version__ = "0.1.0"

__all__ = ["Configure", "Dataset", "Experiment", "Session", "TuinetError", "dashboard", "dataset", "load"]

_MODULES = {
    "Configure": "tuinet.session.edits",
    "Dataset": "tuinet.data.dataset",
    "Experiment": "tuinet.experiment.experiment",
    "Session": "tuinet.session.session",
    "TuinetError": "tuinet.errors",
    "dashboard": "tuinet.api",
    "dataset": "tuinet.data.arrays",
    "load": "tuinet.storage.keeping",
}
"""By the name, the module that it is imported from when somebody asks for it."""


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - every import of the package would pay for it

    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
