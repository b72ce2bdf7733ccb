"""The values that ``auto`` stands for, a line on each choice, and the fields that make no difference now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from tuinet.data.dataset import Dataset
from tuinet.data.generators import DATASETS, FILE_TEST_SHARE, find_recipe
from tuinet.data.recipe import is_path
from tuinet.errors import ExperimentError, TuinetError
from tuinet.experiment.experiment import AUTO, FIELDS, L2_OF_FILES, MOST_PORTABLE, Experiment
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.losses import LOSSES, Loss
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import DEFAULT_LENGTH, SCHEDULES


def is_file(experiment: Experiment) -> bool:
    """Whether the dataset is a file."""
    return is_path(experiment.dataset)


def is_automatic(field: str, value: Any) -> bool:
    """Whether a value leaves the field to the dataset, the optimizer, the schedule or the task."""
    return bool(field in FIELDS and FIELDS[field].left_to) and value in (None, AUTO)


def resolved(field: str, experiment: Experiment, dataset: Dataset) -> Any:
    """The value of a field in force; ``None`` where it is automatic, and nothing has a value for it now."""
    value = getattr(experiment, field)
    if not is_automatic(field, value):
        return value
    try:
        return _RESOLVERS[FIELDS[field].left_to](field, experiment, dataset)
    except TuinetError:
        return None


def automatic_values(experiment: Experiment, dataset: Dataset) -> dict[str, Any]:
    """What every field that is left open stands for, where it makes a difference."""
    open_fields = [field for field in FIELDS if is_automatic(field, getattr(experiment, field))]
    return {
        field: resolved(field, experiment, dataset) for field in open_fields if not unused(field, experiment, dataset)
    }


def _of_the_data(field: str, experiment: Experiment, dataset: Dataset) -> Any:
    if is_file(experiment):
        total = len(dataset.X) + len(dataset.X_test)
        own = {
            "samples": total,
            "noise": 0.0,
            "test_share": FILE_TEST_SHARE if len(dataset.X_test) else 0.0,
            "standardize": dataset.encoder.shift is not None,
            "standardize_target": dataset.target_scale is not None,
        }
        return own[field]
    return getattr(find_recipe(experiment.dataset), field, False)


def l2_in_force(experiment: Experiment, dataset: Dataset) -> float:
    """The factor of the penalty on squares; where it is left open, a file's task decides it, and others have none."""
    if experiment.l2 is not None:
        return experiment.l2
    return L2_OF_FILES[dataset.task] if is_file(experiment) else 0.0


def in_force(experiment: Experiment, dataset: Dataset) -> Experiment:
    """The Experiment with the numbers that its task decides."""
    return replace(experiment, l2=l2_in_force(experiment, dataset)) if experiment.l2 is None else experiment


def _of_the_task(field: str, experiment: Experiment, dataset: Dataset) -> Any:
    if field == "l2":
        return l2_in_force(experiment, dataset)
    if field == "output":
        return choose_loss(experiment, dataset).output_activation
    return choose_loss(replace(experiment, output=AUTO), dataset).name


def arithmetic_name(experiment: Experiment, dataset: Dataset, trained: int | None = None) -> str:
    """``portable`` or ``fast``, chosen by the size of a step where the Experiment leaves it open.

    Parameters
    ----------
    trained
        Samples of the training set, where the dataset is without them.
    """
    if experiment.arithmetic != AUTO:
        return experiment.arithmetic
    sizes = (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])
    weights = sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))
    most = len(dataset.X) if trained is None else trained
    samples = min(experiment.batch_size or most, most)
    return "portable" if samples * weights <= MOST_PORTABLE else "fast"


_RESOLVERS: Final[Mapping[str, Callable[[str, Experiment, Dataset], Any]]] = {
    "dataset": _of_the_data,
    "optimizer": lambda field, experiment, dataset: getattr(OPTIMIZERS[experiment.optimizer].defaults, field),
    "schedule": lambda field, experiment, dataset: (
        DEFAULT_LENGTH if field == "decay_epochs" else SCHEDULES[experiment.schedule].rate
    ),
    "task": _of_the_task,
    "size": lambda field, experiment, dataset: arithmetic_name(experiment, dataset),
}
"""The value of a field by what it is left to."""


_OUTPUT_OF_TASK: Final = {"binary": "sigmoid", "classes": "softmax", "regression": "linear", "labels": "sigmoid"}
_LOSS_OF_TASK: Final = {"regression": "mse", "labels": "binary-cross-entropy"}
"""What is not here has cross-entropy."""
_CLASSES: Final = ("binary", "classes")
_TARGETS: Final = {"regression": "numbers to predict", "labels": "labels, of which any may be true"}


def choose_loss(experiment: Experiment, dataset: Dataset) -> Loss:
    """The loss with its output activation, chosen by the task where the Experiment leaves it open."""
    task = dataset.task
    name = experiment.loss if experiment.loss != AUTO else _LOSS_OF_TASK.get(task, "cross-entropy")
    outputs = LOSSES[name]
    _require_classes("loss", name, dataset, next(iter(outputs.values())).tasks or (task,))
    if experiment.class_weight != "none":
        _require_classes("class_weight", experiment.class_weight, dataset, _CLASSES)
    output = experiment.output
    if output == AUTO:
        usual = _OUTPUT_OF_TASK[task]
        output = next(found for found in (usual, "sigmoid", *outputs) if found in outputs)
    if output not in outputs:
        raise ExperimentError("output", f"{output!r} does not go with {name}; {' or '.join(outputs)} does")
    if name == "cross-entropy" and (output == "softmax") != (task == "classes"):
        raise ExperimentError("output", f"{output!r} with cross-entropy is not for {dataset.name}; leave it to auto")
    return outputs[output].for_outputs(dataset.y.shape[1]).with_reduction(experiment.reduction)


def _require_classes(field: str, value: str, dataset: Dataset, tasks: tuple[str, ...]) -> None:
    """Refuse what is for classes where the dataset has none."""
    if dataset.task not in tasks:
        raise ExperimentError(field, f"{value} is for classes, but {dataset.name} has {_TARGETS[dataset.task]}")


def loss_title(experiment: Experiment, name: str) -> str:
    """The name of a loss, and what it is where it is not the plain mean: ``hinge, summed, classes weighted``."""
    kinds = (experiment.reduction == "sum", "summed"), (experiment.class_weight != "none", "classes weighted")
    return ", ".join([name, *(words for is_so, words in kinds if is_so)])


def loss_word(experiment: Experiment) -> str:
    """``loss``, or ``summed loss``, ``weighted loss`` or ``summed weighted loss``: before its value."""
    kinds = (experiment.reduction == "sum", "summed"), (experiment.class_weight != "none", "weighted")
    return " ".join([*(word for is_so, word in kinds if is_so), "loss"])


Reason = Callable[[str, Experiment, Dataset], str]


def unused(field: str, experiment: Experiment, dataset: Dataset) -> str:
    """In a few words why a field makes no difference now; empty where it does."""
    need = FIELDS[field].needs
    return _REASONS[need](field, experiment, dataset) if need else ""


def _not_a_constant(of: str, constants: tuple[str, ...], field: str) -> str:
    return "" if field in constants else f"not used by {of}"


def _target(field: str, experiment: Experiment, dataset: Dataset) -> str:
    if not is_file(experiment):
        return f"{experiment.dataset} is no file"
    is_named = field in ("target", "inputs", "decimal") and experiment.dataset.lower().endswith(".npz")
    return "an NPZ file names its own" if is_named else ""


def _features(field: str, experiment: Experiment, dataset: Dataset) -> str:
    inputs = len(dataset.feature_names)
    return "" if inputs == 2 else f"needs two inputs, not {inputs}"


def _data_seed(field: str, experiment: Experiment, dataset: Dataset) -> str:
    if is_file(experiment):
        return ""
    try:
        is_fixed = not find_recipe(experiment.dataset).shuffled
    except TuinetError:
        return ""
    is_split = resolved("test_share", experiment, dataset) or resolved("noise", experiment, dataset)
    return "nothing in the data is random" if is_fixed and not is_split else ""


def _initializer(field: str, experiment: Experiment, dataset: Dataset) -> str:
    return "the weights come from a file" if experiment.weights else ""


def _weights_layout(field: str, experiment: Experiment, dataset: Dataset) -> str:
    return "" if experiment.weights else "no file of weights"


def _init_scale(field: str, experiment: Experiment, dataset: Dataset) -> str:
    return _initializer(field, experiment, dataset) or (
        "all weights start at 0" if experiment.initializer == "zeros" else ""
    )


def _seed(field: str, experiment: Experiment, dataset: Dataset) -> str:
    is_drawn = not experiment.weights and INITIALIZERS[experiment.initializer].is_random
    is_shuffled = 0 < experiment.batch_size < len(dataset.X)
    is_dropped = experiment.dropout and experiment.hidden
    return "" if is_drawn or is_shuffled or is_dropped else "nothing in the run is random"


_REASONS: Final[Mapping[str, Reason]] = {
    "optimizer": lambda field, e, _: _not_a_constant(e.optimizer, OPTIMIZERS[e.optimizer].constants, field),
    "schedule": lambda field, e, _: _not_a_constant(e.schedule, SCHEDULES[e.schedule].constants, field),
    "two inputs": _features,
    "a file": _target,
    "numbers to predict": lambda field, experiment, dataset: (
        "" if dataset.task == "regression" else "no numbers to predict"
    ),
    "random data": _data_seed,
    "hidden layers": lambda field, experiment, dataset: "" if experiment.hidden else "no hidden layer",
    "drawn weights": _initializer,
    "a file of weights": _weights_layout,
    "scale": _init_scale,
    "draws": _seed,
    "classes": lambda field, experiment, dataset: "" if dataset.task in _CLASSES else "there are no classes",
}
"""By the need of a field, the reason why it is not met."""


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
    "task": {
        AUTO: "by the values",
        "classes": "one of several",
        "regression": "numbers to predict",
        "labels": "several, each 0 or 1",
    },
    "missing": {
        "drop": "rows with missing values are left out",
        "mean": "the mean of the training set stands for a missing number",
        "refuse": "the first missing value is named",
    },
    "decimal": {AUTO: "found out", "point": "as in 1.5", "comma": "as in 1,5"},
    "activation": {name: activation.formula for name, activation in ACTIVATIONS.items()},
    "output": {AUTO: _AUTO, **{name: activation.formula for name, activation in OUTPUT_ACTIVATIONS.items()}},
    "loss": {
        AUTO: _AUTO,
        **{name: next(iter(losses.values())).formula for name, losses in LOSSES.items()},
        "cross-entropy": "−ln P(right class), in nats",
        "binary-cross-entropy": "mean −ln P(right answer) over labels and samples, in nats",
        "hinge": "how far the right class is short of a margin of 1",
    },
    "reduction": {
        "mean": "the loss does not grow with the batch",
        "sum": "gradients grow with the batch, and so does the step",
    },
    "class_weight": {
        "none": "every sample counts the same",
        "balanced": "a sample counts n / (classes · samples of its class)",
    },
    "initializer": {name: initializer.note for name, initializer in INITIALIZERS.items()},
    "weights_layout": {
        AUTO: "the one that fits the network",
        "in-out": "(fan_in, fan_out), as tuinet, Keras and scikit-learn have them",
        "out-in": "(fan_out, fan_in), as PyTorch has them",
    },
    "biases": {
        "trained": "they learn as the weights do",
        "frozen": "they stay as they are",
        "none": "they are 0 and stay 0",
    },
    "optimizer": {name: kind.described() for name, kind in OPTIMIZERS.items()},
    "schedule": {name: kind.note for name, kind in SCHEDULES.items()},
    "arithmetic": {
        AUTO: f"portable up to {MOST_PORTABLE:,} multiplications in a forward pass",
        "portable": "the same bits on every machine",
        "fast": "by BLAS, whose last digits differ by processor",
    },
    "dtype": {"float64": "about 16 digits", "float32": "about 7 digits, faster in large networks"},
}
"""For each field with choices, what each of them is."""
