"""What ``auto`` stands for: values that an Experiment leaves to its dataset, its optimizer or its task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tuinet.config import AUTO, Experiment
from tuinet.data.dataset import Dataset
from tuinet.data.generators import FILE_TEST_SHARE, find_recipe
from tuinet.data.spec import FILE_ENDINGS
from tuinet.errors import ExperimentError, TuinetError
from tuinet.nn.losses import LOSSES, Loss
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import DEFAULT_LENGTH, DEFAULT_RATES


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


_OUTPUT_OF_TASK = {"binary": "sigmoid", "classes": "softmax", "regression": "linear"}


def choose_loss(experiment: Experiment, dataset: Dataset) -> Loss:
    """The loss with its output activation, chosen by the task where the Experiment leaves it open.

    Raises
    ------
    ExperimentError
        If the loss cannot follow the output activation, or one of them does not fit the task.
    """
    task = dataset.task
    name = experiment.loss if experiment.loss != AUTO else "mse" if task == "regression" else "cross-entropy"
    outputs = LOSSES[name]
    if name == "cross-entropy" and task == "regression":
        raise ExperimentError("loss", f"cross-entropy is for classes, but {dataset.name} has numbers to predict")
    output = experiment.output
    if output == AUTO:
        usual = _OUTPUT_OF_TASK[task]
        output = usual if usual in outputs else "sigmoid"
    if output not in outputs:
        raise ExperimentError("output", f"{output!r} does not go with {name}; {' or '.join(outputs)} does")
    if name == "cross-entropy" and (output == "softmax") != (task == "classes"):
        raise ExperimentError("output", f"{output!r} with cross-entropy is not for {dataset.name}; leave it to auto")
    return outputs[output]
