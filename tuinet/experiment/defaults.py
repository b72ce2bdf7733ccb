"""What ``auto`` stands for, a line on each choice, and which fields make no difference now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tuinet.data.dataset import Dataset
from tuinet.data.generators import DATASETS, FILE_TEST_SHARE, find_recipe
from tuinet.data.recipe import FILE_ENDINGS
from tuinet.errors import ExperimentError, TuinetError
from tuinet.experiment.experiment import AUTO, Experiment
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
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


_AUTO: Final = "what the task calls for"

NOTES: Final[Mapping[str, Mapping[str, str]]] = {
    "dataset": {name: recipe.title for name, recipe in DATASETS.items()},
    "features": {
        "x1": "the first input as it is",
        "x2": "the second input as it is",
        "x1²": "its square",
        "x2²": "its square",
        "x1·x2": "the product of both",
        "sin x1": "its sine",
        "sin x2": "its sine",
    },
    "activation": {name: activation.formula for name, activation in ACTIVATIONS.items()},
    "output": {AUTO: _AUTO, **{name: activation.formula for name, activation in OUTPUT_ACTIVATIONS.items()}},
    "loss": {
        AUTO: _AUTO,
        **{name: next(iter(losses.values())).formula for name, losses in LOSSES.items()},
        "cross-entropy": "−ln P(right class), in nats",
    },
    "initializer": {
        "normal": "normal, variance 1",
        "uniform": "uniform from −1 to 1",
        "glorot_normal": "normal, variance 2 / (fan_in + fan_out)",
        "glorot_uniform": "uniform, variance 2 / (fan_in + fan_out)",
        "he_normal": "normal, variance 2 / fan_in",
        "he_uniform": "uniform, variance 2 / fan_in",
        "lecun_normal": "normal, variance 1 / fan_in",
        "lecun_uniform": "uniform, variance 1 / fan_in",
        "orthogonal": "a random orthogonal matrix",
        "zeros": "all 0: the units of a layer stay alike",
        "constant": "all 1: the units of a layer stay alike",
    },
    "biases": {
        "trained": "they learn as the weights do",
        "frozen": "they stay as they are",
        "none": "they are 0 and stay 0",
    },
    "optimizer": {
        "sgd": "learning rate · gradient",
        "momentum": "learning rate · velocity, which adds gradients up",
        "nesterov": "momentum that looks one step ahead",
        "adagrad": "gradient over the root of all squares so far",
        "rmsprop": "gradient over the root of a mean square",
        "adam": "mean gradient over the root of a mean square",
        "amsgrad": "adam with the largest mean square so far",
        "adamw": "adam with decoupled weight decay",
        "nadam": "adam that looks one step ahead",
    },
    "schedule": {
        "constant": "it stays as it is",
        "step": "times decay rate, every decay epochs",
        "exponential": "times decay rate, every epoch",
        "cosine": "half a wave down to 0 over decay epochs",
        "inverse_time": "over 1 + decay rate · epoch",
    },
    "dtype": {"float64": "about 16 digits", "float32": "about 7 digits, faster in large networks"},
}
"""For each field with choices, what each of them is."""
