"""What ``auto`` stands for: values that an Experiment leaves to its dataset, its optimizer or its task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tuinet.config import AUTO, Experiment
from tuinet.data.dataset import Dataset
from tuinet.data.generators import FILE_TEST_SHARE, find_recipe
from tuinet.data.spec import FILE_ENDINGS
from tuinet.errors import TuinetError
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import DEFAULT_LENGTH, DEFAULT_RATES
from tuinet.training.assembly import choose_loss


def is_file(experiment: Experiment) -> bool:
    """Whether the dataset is a file."""
    return "/" in experiment.dataset or experiment.dataset.lower().endswith(FILE_ENDINGS)


def is_automatic(field: str, value: Any) -> bool:
    """Whether a value leaves the field to the dataset, the optimizer or the task."""
    return field in _RESOLVERS and value in (None, AUTO)


def resolved(field: str, experiment: Experiment, dataset: Dataset) -> Any:
    """The value of a field in force; ``None`` where it is automatic, and nothing has a value for it now.

    Parameters
    ----------
    dataset
        The present samples.
    """
    value = getattr(experiment, field)
    if not is_automatic(field, value):
        return value
    try:
        return _RESOLVERS[field](experiment, dataset)
    except TuinetError:
        return None


def _of_the_data(field: str, of_a_file: Any) -> Callable[[Experiment, Dataset], Any]:
    def resolve(experiment: Experiment, dataset: Dataset) -> Any:
        return of_a_file if is_file(experiment) else getattr(find_recipe(experiment.dataset), field)

    return resolve


def _of_the_optimizer(field: str) -> Callable[[Experiment, Dataset], Any]:
    return lambda experiment, dataset: getattr(OPTIMIZERS[experiment.optimizer].defaults, field)


def _samples(experiment: Experiment, dataset: Dataset) -> int:
    return len(dataset.X) + len(dataset.X_test) if is_file(experiment) else find_recipe(experiment.dataset).samples


_RESOLVERS: Final[Mapping[str, Callable[[Experiment, Dataset], Any]]] = {
    "samples": _samples,
    "noise": _of_the_data("noise", 0.0),
    "test_share": _of_the_data("test_share", FILE_TEST_SHARE),
    "standardize": _of_the_data("standardize", True),
    "output": lambda experiment, dataset: choose_loss(experiment, dataset).output_activation,
    "loss": lambda experiment, dataset: choose_loss(replace(experiment, output=AUTO), dataset).name,
    "beta2": _of_the_optimizer("beta2"),
    "epsilon": _of_the_optimizer("epsilon"),
    "weight_decay": _of_the_optimizer("weight_decay"),
    "decay_rate": lambda experiment, dataset: DEFAULT_RATES.get(experiment.schedule),
    "decay_epochs": lambda experiment, dataset: DEFAULT_LENGTH,
}
