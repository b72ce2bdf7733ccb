"""The Experiment: everything that decides a run, frozen and validated."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, TypeGuard

from tuinet.data.generators import DATASETS
from tuinet.errors import ExperimentError
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.losses import LOSSES
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import SCHEDULES


def require_choice(field: str, value: object, choices: Collection[str]) -> None:
    """Refuse what is not among the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ExperimentError(field, f"{value!r} is not one of {', '.join(choices)}")


def require_text(field: str, value: object) -> None:
    """Refuse what is not a text."""
    if not isinstance(value, str):
        raise ExperimentError(field, f"{value!r} is not a text")


def _is_finite(value: object) -> TypeGuard[float]:
    # Not only infinity: a whole number can be larger than any float.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def require_number(
    field: str,
    value: object,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
    most: float = math.inf,
    below: float = math.inf,
) -> None:
    """Refuse what is not a finite number within bounds; `above` and `below` do not belong to the range."""
    if _is_finite(value) and least <= value <= most and value < below and (above == -math.inf or value > above):
        return
    bounds = [
        text
        for text, bound in (
            (f"from {least:g}", least),
            (f"above {above:g}", above),
            (f"to {most:g}", most),
            (f"below {below:g}", below),
        )
        if abs(bound) < math.inf
    ]
    raise ExperimentError(field, " ".join([f"{value!r} is not a number", *bounds]))


def require_whole(field: str, value: object, *, least: int, most: int | None = None) -> None:
    """Refuse what is not a whole number within bounds, which belong to the range."""
    upper = math.inf if most is None else most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= upper:
        bounds = f"from {least}" + (f" to {most}" if most is not None else " up")
        raise ExperimentError(field, f"{value!r} is not a whole number {bounds}")


def require_point(field: str, value: object) -> None:
    """Refuse what is not the features of a sample and its target, all of them finite numbers."""
    if not isinstance(value, tuple) or len(value) < 2:
        raise ExperimentError(field, f"{value!r} is not a sample: numbers for its features and its target")
    for number in value:
        require_number(field, number)


AUTO: Final = "auto"
"""Stands for what the task calls for."""
MAX_LAYERS: Final = 32
MAX_LAYER_SIZE: Final = 4096
MAX_PARAMETERS: Final = 20_000_000

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "dataset": tuple(DATASETS),
    "features": ("x1", "x2", "x1²", "x2²", "x1·x2", "sin x1", "sin x2"),
    "activation": tuple(ACTIVATIONS),
    "output": (AUTO, *OUTPUT_ACTIVATIONS),
    "loss": (AUTO, *LOSSES),
    "initializer": tuple(INITIALIZERS),
    "biases": ("trained", "frozen", "none"),
    "optimizer": tuple(OPTIMIZERS),
    "schedule": tuple(SCHEDULES),
    "dtype": ("float64", "float32"),
}
"""The names that a field of an Experiment can take; a dataset can also be the path of a file."""


@dataclass(frozen=True)
class Experiment:
    """One run, described completely: the same Experiment gives the same numbers, bit for bit.

    The defaults come from measuring (see the README): a 2-2-1 sigmoid network that solves XOR in about twelve
    seconds at the default speed. ``None`` stands for what the dataset or the optimizer has as its own default.
    """

    dataset: str = "xor"
    """Name of the data, one of ``DATASETS``, or the path of a CSV or NPZ file."""
    samples: int | None = None
    """Samples to generate, or to draw from those there are; training and test together."""
    noise: float | None = None
    """How far the samples are moved at random, from 0 to 1; its unit is the dataset's own."""
    test_share: float | None = None
    """Share of the samples that is kept for testing, from 0 up to but not including 1."""
    standardize: bool | None = None
    """Whether each input is shifted and scaled to mean 0 and standard deviation 1 over the training set."""
    features: tuple[str, ...] = ()
    """What is made of two inputs; empty for the inputs as they are."""
    target: str = ""
    """Column of a CSV file that is learned, by its name or its number from 1; empty for the last."""
    hidden: tuple[int, ...] = (2,)
    """Neurons in each hidden layer; empty for a single-layer network."""
    activation: tuple[str, ...] = ("sigmoid",)
    """Activation of each hidden layer; a single name serves them all."""
    output: str = AUTO
    """Activation of the output layer."""
    loss: str = AUTO
    initializer: str = "normal"
    init_scale: float = 1.0
    """What the initial weights are multiplied by; biases start at 0."""
    weights: str = ""
    """Path of a JSON or NPZ file with the initial weights and biases; empty for the initializer's."""
    biases: Literal["trained", "frozen", "none"] = "trained"
    optimizer: str = "sgd"
    learning_rate: float = 0.5
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float | None = None
    epsilon: float | None = None
    weight_decay: float | None = None
    """Decoupled; see `OptimizerSettings`."""
    schedule: str = "constant"
    decay_rate: float | None = None
    """See `Schedule`; at most 1 for ``step`` and ``exponential``."""
    decay_epochs: int | None = None
    warmup_epochs: int = 0
    clip_norm: float = 0.0
    """Largest norm of all gradients taken together; 0 for any."""
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    """Probability that a hidden activation is dropped in training."""
    batch_size: int = 0
    """Samples in one batch; 0 stands for the whole training set."""
    dtype: Literal["float64", "float32"] = "float64"
    seed: int = 1
    """Decides the initial weights, the order of the batches and what dropout drops."""
    data_seed: int = 1
    """Decides what data is generated, and how it is split into training and test set."""
    added: tuple[tuple[float, ...], ...] = ()
    """Training samples beside the dataset's own: the features of each, and its class (from 0) or its target."""
    removed: tuple[int, ...] = ()
    """Rows, from 0, of the dataset's own training set that are left out."""
    cleared: bool = False
    """Whether all samples of the dataset's own are left out."""

    def __post_init__(self) -> None:
        self._check_data()
        self._check_points()
        self._check_network()
        self._check_training()

    def _check_data(self) -> None:
        require_text("dataset", self.dataset)
        require_text("target", self.target)
        if self.samples is not None:
            require_whole("samples", self.samples, least=1, most=1_000_000)
        if self.noise is not None:
            require_number("noise", self.noise, least=0, most=1)
        if self.test_share is not None:
            require_number("test_share", self.test_share, least=0, below=1)
        for name in self.features:
            require_choice("features", name, CHOICES["features"])
        if self.standardize not in (None, True, False):
            raise ExperimentError("standardize", f"{self.standardize!r} is neither true nor false")

    def _check_points(self) -> None:
        if self.cleared not in (True, False):
            raise ExperimentError("cleared", f"{self.cleared!r} is neither true nor false")
        for point in self.added:
            require_point("added", point)
        for row in self.removed:
            require_whole("removed", row, least=0)

    def _check_network(self) -> None:
        for field in ("output", "loss", "initializer", "biases", "dtype"):
            require_choice(field, getattr(self, field), CHOICES[field])
        if len(self.hidden) > MAX_LAYERS:
            raise ExperimentError("hidden", f"{len(self.hidden)} layers are more than {MAX_LAYERS}")
        for size in self.hidden:
            require_whole("hidden", size, least=1, most=MAX_LAYER_SIZE)
        for name in self.activation:
            require_choice("activation", name, CHOICES["activation"])
        given, layers = len(self.activation), len(self.hidden)
        if given not in (1, layers):
            raise ExperimentError("activation", f"{given} names for {layers} hidden layers; give one, or one a layer")
        require_number("init_scale", self.init_scale, above=0)
        require_text("weights", self.weights)

    def _check_training(self) -> None:
        for field in ("optimizer", "schedule"):
            require_choice(field, getattr(self, field), CHOICES[field])
        require_number("learning_rate", self.learning_rate, above=0)
        for field in ("momentum", "beta1", "dropout"):
            require_number(field, getattr(self, field), least=0, below=1)
        if self.beta2 is not None:
            require_number("beta2", self.beta2, least=0, below=1)
        for field in ("epsilon", "weight_decay"):
            if getattr(self, field) is not None:
                require_number(field, getattr(self, field), least=0)
        for field in ("clip_norm", "l1", "l2"):
            require_number(field, getattr(self, field), least=0)
        if self.decay_rate is not None:
            falls = self.schedule in ("step", "exponential")
            require_number("decay_rate", self.decay_rate, above=0, most=1 if falls else math.inf)
        if self.decay_epochs is not None:
            require_whole("decay_epochs", self.decay_epochs, least=1)
        for field in ("warmup_epochs", "batch_size", "seed", "data_seed"):
            require_whole(field, getattr(self, field), least=0)

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
        """The inverse of `to_dict`; what is missing has its default.

        Raises
        ------
        ExperimentError
            If a key is unknown or a value cannot be used.
        """
        known = [field.name for field in fields(cls)]
        for key, value in values.items():
            require_choice("experiment", key, known)
            if isinstance(value, list) != isinstance(getattr(cls, key), tuple):
                raise ExperimentError(key, f"{value!r} is not {'one value' if isinstance(value, list) else 'a list'}")
        plain: dict[str, Any] = {key: tupled(value) for key, value in values.items()}
        return cls(**plain)


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def tupled(value: object) -> object:
    """A list, and every list in it, as a tuple; anything else as it is."""
    return tuple(tupled(item) for item in value) if isinstance(value, list) else value
