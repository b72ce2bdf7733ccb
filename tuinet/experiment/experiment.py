"""The Experiment: everything that decides a run, frozen and validated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any, Final, Literal, get_args

from tuinet.data.dataset import FEATURES, Task
from tuinet.data.generators import DATASETS
from tuinet.data.recipe import TASK_RULE, DecimalSign, Missing, TaskName
from tuinet.errors import ExperimentError
from tuinet.experiment.hyperparameter import (
    ABOVE_0,
    FROM_0,
    FROM_1,
    MEMORY,
    PENALTY,
    SHARE,
    Bounds,
    Group,
    Hyperparameter,
    coins,
    declared_in,
    hyperparameter,
    powers,
    require_choice,
    require_point,
    require_whole,
    twentieths,
)
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.arithmetic import ARITHMETICS
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.losses import LOSSES, REDUCTIONS
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import SCHEDULES

AUTO: Final = "auto"
"""Stands for what the task calls for."""
MAX_LAYERS: Final = 32
MAX_LAYER_SIZE: Final = 4096
MAX_PARAMETERS: Final = 20_000_000
MOST_PORTABLE: Final = 32_768
"""Multiplications of the forward pass of one step, samples of a batch times weights, up to which ``auto`` is portable.

It belongs to the generation of defaults, since lines and files hold ``auto``. A step of this size takes three to four
times as long as in fast arithmetic, one of XOR 1.1 times."""
L2_OF_FILES: Final[Mapping[Task, float]] = {"binary": 0.003, "classes": 0.003, "labels": 0.003, "regression": 0.03}
"""By the task of a file, the `l2` of an Experiment that leaves it open.

Both belong to the generation of defaults. Numbers that were measured have noise, which a network would learn by heart;
a class boundary needs large weights. `scripts/compare_sklearn.py` measures what comes of it.
"""
_data = partial(hyperparameter, group="Data", effect="data")
_data_own = partial(_data, None, words="the dataset's own", left_to="dataset")
_of_file = partial(_data, needs="a file")
_network = partial(hyperparameter, group="Network")
_training = partial(hyperparameter, group="Training")
_of_optimizer = partial(_training, needs="optimizer")
_of_schedule = partial(_training, None, left_to="schedule", needs="schedule")
_regularization = partial(hyperparameter, group="Regularization")
_NEW_MEMORY: Final = "restarts the optimizer, whose memory starts empty"


@dataclass(frozen=True)
class Experiment:
    """One run, described completely: the same Experiment gives the same numbers, bit for bit.

    The defaults come from measuring (see the manual): a 2-2-1 sigmoid network that solves XOR in about twelve
    seconds at the default speed. ``None`` stands for what the dataset or the optimizer has as its own default.
    """

    dataset: str = _data("xor", "What to learn: a name, or a CSV or NPZ file", choices=tuple(DATASETS))
    samples: int | None = _data_own(
        "How many samples, training and test together", bounds=Bounds(least=1, most=10**6), ladder=coins(0, 6)
    )
    noise: float | None = _data_own(
        "How far the samples are moved at random, 0 to 1", bounds=Bounds(least=0, most=1), ladder=twentieths(20)
    )
    test_share: float | None = _data_own(
        "Share of the samples kept for testing, 0 to below 1", bounds=SHARE, ladder=twentieths(19)
    )
    standardize: bool | None = _data_own(
        "Shift and scale every input to mean 0 and deviation 1, true or false",
        effect_sentence="takes effect now on the inputs; weights and optimizer stay",
    )
    features: tuple[str, ...] = _data(
        (),
        "What two inputs are turned into",
        choices=tuple(FEATURES),
        effect_sentence="changes the inputs; the weights stay where their number does, "
        "otherwise the network starts anew",
        needs="two inputs",
    )
    data_seed: int = _data(
        1,
        "Decides what data is generated, and what is kept for testing",
        bounds=FROM_0,
        needs="random data",
    )
    target: str = _of_file(
        "", "Columns of a file to learn: names, numbers from 1 or ranges, as in 5 or y1,y2", "the last"
    )
    inputs: str = _of_file("", "Columns of a file that are inputs, named likewise", "all others that can be")
    task: str = _of_file(AUTO, f"What a file's targets are; by {AUTO}, {TASK_RULE}", "", choices=get_args(TaskName))
    standardize_target: bool | None = _data_own(
        "Shift and scale numbers to predict to mean 0 and deviation 1 for the network, true or false",
        needs="numbers to predict",
    )
    missing: str = _of_file(
        "drop",
        "What becomes of rows with missing values: left out, filled with the mean, or refused",
        choices=get_args(Missing),
    )
    decimal: str = _of_file(AUTO, "The decimal sign of a file of text", "found out", choices=get_args(DecimalSign))
    picture: str = _of_file("", "Rows and columns of the picture that a file's inputs are, as in 28x28", "none")
    hidden: tuple[int, ...] = _network(
        (2,),
        "Neurons in each hidden layer, as in 2 or 8,8; none for no hidden layer",
        bounds=Bounds(least=1, most=MAX_LAYER_SIZE),
        effect="optimizer",
        effect_sentence="restarts the optimizer; neurons that stay keep their weights, new ones are initialized",
    )
    activation: tuple[str, ...] = _network(
        ("sigmoid",),
        "Of the hidden layers, one for all or one each",
        choices=tuple(ACTIVATIONS),
        needs="hidden layers",
    )
    output: str = _network(AUTO, "Activation of the output", choices=(AUTO, *OUTPUT_ACTIVATIONS), left_to="task")
    loss: str = _network(AUTO, "What is made small", choices=(AUTO, *LOSSES), left_to="task")
    reduction: Literal["mean", "sum"] = _network(
        "mean",
        "How the samples of a batch make one loss; the sum is over the outputs, too",
        "mean",
        choices=REDUCTIONS,
    )
    class_weight: Literal["none", "balanced"] = _network(
        "none",
        "How much a sample counts in the loss: balanced gives every class the same weight, however rare it is",
        "none",
        choices=("none", "balanced"),
        needs="classes",
    )
    initializer: str = _network(
        "normal",
        "How the weights start",
        choices=tuple(INITIALIZERS),
        effect="reinitialize",
        needs="drawn weights",
    )
    init_scale: float = _network(
        1.0,
        "What the initial weights are multiplied by",
        bounds=ABOVE_0,
        ladder=coins(-3, 2),
        effect="reinitialize",
        needs="scale",
    )
    weights: str = _network("", "A JSON or NPZ file with exact initial weights and biases", effect="reinitialize")
    weights_layout: str = _network(
        AUTO,
        "Shape of the matrices in the file of weights",
        choices=(AUTO, "in-out", "out-in"),
        effect="reinitialize",
        needs="a file of weights",
    )
    biases: Literal["trained", "frozen", "none"] = _network(
        "trained", "Whether the biases learn", choices=("trained", "frozen", "none")
    )
    dtype: Literal["float64", "float32"] = _network(
        "float64",
        "Precision of all numbers",
        choices=("float64", "float32"),
        effect="optimizer",
        effect_sentence=f"converts the weights, and {_NEW_MEMORY}",
    )
    arithmetic: str = _network(
        AUTO,
        "Portable gives the same bits on every machine; fast leaves products to BLAS, whose last digits differ by "
        "processor",
        f"portable up to {MOST_PORTABLE:,} multiplications in a forward pass",
        choices=(AUTO, *ARITHMETICS),
        left_to="size",
    )
    optimizer: str = _training("sgd", "How gradients become updates", choices=tuple(OPTIMIZERS), effect="optimizer")
    learning_rate: float = _training(
        0.5, "What a gradient is multiplied by to make an update", "", bounds=ABOVE_0, ladder=coins(-9, 6)
    )
    momentum: float = _of_optimizer(
        0.9, "Share of its velocity that momentum and nesterov keep", bounds=SHARE, ladder=MEMORY
    )
    beta1: float = _of_optimizer(0.9, "Memory of the mean gradient in adam and its kin", bounds=SHARE, ladder=MEMORY)
    beta2: float | None = _of_optimizer(
        None,
        "Memory of the mean square in adam (0.999) and rmsprop (0.99)",
        bounds=SHARE,
        ladder=MEMORY,
        left_to="optimizer",
    )
    epsilon: float | None = _of_optimizer(
        None,
        "What keeps adaptive steps from dividing by 0",
        "1e-8; adagrad 1e-10",
        bounds=FROM_0,
        ladder=powers(-12, 0),
        left_to="optimizer",
    )
    schedule: str = _training("constant", "How the learning rate changes", choices=tuple(SCHEDULES))
    decay_rate: float | None = _of_schedule(
        "How fast it falls", "step 0.1, exponential 0.999 an epoch, inverse_time 0.01", bounds=ABOVE_0
    )
    decay_epochs: int | None = _of_schedule(
        "Length of a step, or of the cosine's half wave, in epochs", "1000", bounds=FROM_1, ladder=coins(0, 6)
    )
    warmup_epochs: int = _training(
        0,
        "Epochs over which the learning rate rises to its value",
        bounds=FROM_0,
        ladder=coins(0, 6, zero=True),
    )
    batch_size: int = _training(
        0,
        "Samples in one batch; 0 for the whole training set",
        "",
        bounds=FROM_0,
        effect_sentence="takes effect now, and a new epoch begins; weights and optimizer stay",
    )
    shuffle: bool = _training(
        True,
        "Whether samples and batches come in a random order; false for the order of the file",
        "true",
        effect="data",
        effect_sentence="takes effect now, and a new epoch begins; weights and optimizer stay",
    )
    seed: int = _training(
        1,
        "Decides weights, shuffles and dropout: the same seed, the same run",
        bounds=FROM_0,
        effect="reinitialize",
        needs="draws",
    )
    l1: float = _regularization(0.0, "Penalty on the size of the weights, l1·Σ|w|", bounds=FROM_0, ladder=PENALTY)
    l2: float | None = _regularization(
        0.0,
        "Penalty on their squares, ½·l2·Σw²",
        f"0; with a file {L2_OF_FILES['regression']:g} for numbers to predict, else {L2_OF_FILES['classes']:g}",
        bounds=FROM_0,
        ladder=PENALTY,
        left_to="task",
    )
    weight_decay: float | None = _regularization(
        None,
        "Decoupled decay of all parameters",
        "0; adamw 0.01",
        bounds=FROM_0,
        ladder=PENALTY,
        left_to="optimizer",
    )
    dropout: float = _regularization(
        0.0,
        "Probability that a hidden activation is dropped in training",
        bounds=SHARE,
        ladder=twentieths(19),
        needs="hidden layers",
    )
    clip_norm: float = _regularization(
        0.0,
        "Largest norm of the gradients taken together; 0 for any",
        bounds=FROM_0,
        ladder=coins(-2, 3, zero=True),
    )
    added: tuple[tuple[float, ...], ...] = ()
    """Training samples beside the dataset's own: the features of each, and its class (from 0) or its target."""
    removed: tuple[int, ...] = ()
    """Rows, from 0, of the dataset's own training set that are left out."""
    cleared: bool = False
    """Whether all samples of the dataset's own are left out."""

    def __post_init__(self) -> None:
        for name, declared in FIELDS.items():
            value = declared.listed(getattr(self, name))
            object.__setattr__(self, name, value)
            if value is not None or not declared.may_be_open:
                declared.require(value, bounds_of(name, self))
        self._check_layers()
        self._check_points()
        self._check_picture()

    def _check_layers(self) -> None:
        if len(self.hidden) > MAX_LAYERS:
            raise ExperimentError("hidden", f"{len(self.hidden)} layers are more than {MAX_LAYERS}")
        given, layers = len(self.activation), len(self.hidden)
        if given not in (1, layers):
            raise ExperimentError("activation", f"{given} names for {layers} hidden layers; give one, or one a layer")

    def _check_points(self) -> None:
        if self.cleared not in (True, False):
            raise ExperimentError("cleared", f"{self.cleared!r} is neither true nor false")
        for point in self.added:
            require_point("added", point)
        for row in self.removed:
            require_whole("removed", row, FROM_0)

    def _check_picture(self) -> None:
        if self.picture and picture_shape(self.picture) is None:
            raise ExperimentError("picture", f"{self.picture!r} is no size of a picture such as 28x28")

    @property
    def hidden_activations(self) -> tuple[str, ...]:
        """The activation of every hidden layer, a single name spelled out for all of them."""
        if len(self.activation) == 1:
            return self.activation * len(self.hidden)
        return self.activation

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: tuples become lists."""
        return {key: _listed(value) for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Experiment:
        """The inverse of `to_dict`; what is missing has its default."""
        known = [field.name for field in fields(cls)]
        for key, value in values.items():
            require_choice("experiment", key, known)
            if isinstance(value, list) != isinstance(getattr(cls, key), tuple):
                raise ExperimentError(key, f"{value!r} is not {'one value' if isinstance(value, list) else 'a list'}")
        plain: dict[str, Any] = {key: tupled(value) for key, value in values.items()}
        return cls(**plain)


FIELDS: Final[Mapping[str, Hyperparameter]] = declared_in(Experiment)
"""Every hyperparameter by its name; samples that are changed by hand on the map are none."""

GROUPS: Final[Mapping[str, tuple[Hyperparameter, ...]]] = {
    group: tuple(field for field in FIELDS.values() if field.group == group) for group in get_args(Group)
}
"""The hyperparameters under headings that a student can read."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {name: field.choices for name, field in FIELDS.items() if field.choices}
"""The names that a field can take; a dataset can also be the path of a file."""


def bounds_of(name: str, experiment: Experiment) -> Bounds | None:
    """The bounds of a field in this Experiment; ``None`` where it is no number."""
    bounds = FIELDS[name].bounds
    if bounds is not None and name == "decay_rate" and experiment.schedule in SCHEDULES:
        return bounds._replace(most=SCHEDULES[experiment.schedule].most_rate)
    return bounds


_PICTURE: Final = r"([1-9]\d{0,3})[x×]([1-9]\d{0,3})"


def picture_shape(text: str) -> tuple[int, int] | None:
    """Rows and columns of a picture, from a text such as 28x28; ``None`` where it is no such text."""
    found = re.fullmatch(_PICTURE, text.strip().lower())
    return (int(found[1]), int(found[2])) if found else None


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def tupled(value: object) -> object:
    """A list, and every list in it, as a tuple; anything else as it is."""
    return tuple(tupled(item) for item in value) if isinstance(value, list) else value
