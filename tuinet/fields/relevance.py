"""Which fields make no difference now, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tuinet.config import Experiment
from tuinet.data.dataset import Dataset
from tuinet.data.generators import find_recipe
from tuinet.errors import TuinetError
from tuinet.fields.defaults import is_file, resolved

_MOMENTUM: Final = ("momentum", "nesterov")
_ADAM: Final = ("adam", "amsgrad", "adamw", "nadam")
_CONSTANT: Final = ("zeros", "constant")
"""Initializers that draw nothing."""

Reason = Callable[[Experiment, Dataset], str]


def unused(field: str, experiment: Experiment, dataset: Dataset) -> str:
    """In a few words why a field makes no difference now; empty where it does.

    Parameters
    ----------
    dataset
        The present samples.
    """
    return _REASONS[field](experiment, dataset) if field in _REASONS else ""


def _only_with(field: str, names: tuple[str, ...]) -> Reason:
    """The reason of a field that only some choices of another one use."""

    def reason(experiment: Experiment, dataset: Dataset) -> str:
        present: str = getattr(experiment, field)
        return "" if present in names else f"not used by {present}"

    return reason


def _target(experiment: Experiment, dataset: Dataset) -> str:
    if not is_file(experiment):
        return f"{experiment.dataset} is no file"
    return "an NPZ file names its own" if experiment.dataset.lower().endswith(".npz") else ""


def _features(experiment: Experiment, dataset: Dataset) -> str:
    inputs = len(dataset.feature_names)
    return "" if inputs == 2 else f"needs two inputs, not {inputs}"


def _data_seed(experiment: Experiment, dataset: Dataset) -> str:
    if is_file(experiment):
        return ""
    try:
        is_fixed = not find_recipe(experiment.dataset).shuffled
    except TuinetError:
        return ""
    is_split = resolved("test_share", experiment, dataset) or resolved("noise", experiment, dataset)
    return "nothing in the data is random" if is_fixed and not is_split else ""


def _hidden_only(experiment: Experiment, dataset: Dataset) -> str:
    return "" if experiment.hidden else "no hidden layer"


def _initializer(experiment: Experiment, dataset: Dataset) -> str:
    return "the weights come from a file" if experiment.weights else ""


def _init_scale(experiment: Experiment, dataset: Dataset) -> str:
    return _initializer(experiment, dataset) or ("all weights start at 0" if experiment.initializer == "zeros" else "")


def _seed(experiment: Experiment, dataset: Dataset) -> str:
    is_drawn = not experiment.weights and experiment.initializer not in _CONSTANT
    is_shuffled = 0 < experiment.batch_size < len(dataset.X)
    is_dropped = experiment.dropout and experiment.hidden
    return "" if is_drawn or is_shuffled or is_dropped else "nothing in the run is random"


_REASONS: Final[Mapping[str, Reason]] = {
    "features": _features,
    "target": _target,
    "data_seed": _data_seed,
    "activation": _hidden_only,
    "dropout": _hidden_only,
    "initializer": _initializer,
    "init_scale": _init_scale,
    "seed": _seed,
    "momentum": _only_with("optimizer", _MOMENTUM),
    "beta1": _only_with("optimizer", _ADAM),
    "beta2": _only_with("optimizer", (*_ADAM, "rmsprop")),
    "epsilon": _only_with("optimizer", (*_ADAM, "rmsprop", "adagrad")),
    "decay_rate": _only_with("schedule", ("step", "exponential", "inverse_time")),
    "decay_epochs": _only_with("schedule", ("step", "cosine")),
}
