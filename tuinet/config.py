"""The Experiment: everything that decides a run, frozen and validated."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from tuinet.data.generators import DATASETS
from tuinet.errors import ExperimentError
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.losses import LOSSES
from tuinet.nn.optimizers import OPTIMIZERS

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "dataset": tuple(DATASETS),
    "activation": tuple(ACTIVATIONS),
    "loss": tuple(LOSSES),
    "optimizer": tuple(OPTIMIZERS),
}
"""The names that a field of an Experiment can take."""

MAX_LAYERS: Final = 32
MAX_LAYER_SIZE: Final = 4096


@dataclass(frozen=True)
class Experiment:
    """One run, described completely: the same Experiment gives the same numbers, bit for bit.

    The defaults come from measuring (see the README): a 2-2-1 sigmoid network that solves XOR in about twenty
    seconds at the default speed.
    """

    dataset: str = "xor"
    """Name of the data, one of ``DATASETS``."""
    hidden: tuple[int, ...] = (2,)
    """Neurons in each hidden layer; empty for a single-layer network."""
    activation: tuple[str, ...] = ("sigmoid",)
    """Activation of each hidden layer; a single name serves them all."""
    loss: str = "cross-entropy"
    """Name of the loss, one of ``LOSSES``."""
    optimizer: str = "sgd"
    """Name of the optimizer, one of ``OPTIMIZERS``."""
    learning_rate: float = 0.5
    batch_size: int = 0
    """Samples in one batch; 0 stands for the whole training set."""
    init_scale: float = 1.0
    """Standard deviation of the initial weights; biases start at 0."""
    seed: int = 1

    def __post_init__(self) -> None:
        for field in ("dataset", "loss", "optimizer"):
            _require_choice(field, getattr(self, field), CHOICES[field])
        _require_hidden(self.hidden)
        _require_activations(self.activation, len(self.hidden))
        _require_positive("learning_rate", self.learning_rate)
        _require_positive("init_scale", self.init_scale)
        _require_integer("batch_size", self.batch_size, least=0)
        _require_integer("seed", self.seed, least=0)

    @property
    def hidden_activations(self) -> tuple[str, ...]:
        """The activation of every hidden layer, a single name spelled out for all of them."""
        if len(self.activation) == 1:
            return self.activation * len(self.hidden)
        return self.activation

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: tuples become lists."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Experiment:
        """The inverse of `to_dict`.

        Raises
        ------
        ExperimentError
            If a key is unknown or a value cannot be used.
        """
        known = [field.name for field in fields(cls)]
        for key in values:
            _require_choice("experiment", key, known)
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        return cls(**plain)


def _require_choice(field: str, value: object, choices: Collection[str]) -> None:
    if value not in choices:
        raise ExperimentError(field, f"{value!r} is not one of {', '.join(choices)}")


def _require_hidden(sizes: tuple[int, ...]) -> None:
    if len(sizes) > MAX_LAYERS:
        raise ExperimentError("hidden", f"{len(sizes)} layers are more than {MAX_LAYERS}")
    for size in sizes:
        _require_integer("hidden", size, least=1, most=MAX_LAYER_SIZE)


def _require_activations(names: tuple[str, ...], layers: int) -> None:
    for name in names:
        _require_choice("activation", name, CHOICES["activation"])
    if len(names) not in (1, layers):
        raise ExperimentError("activation", f"{len(names)} names for {layers} hidden layers; give one, or one a layer")


def _require_positive(field: str, value: object) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < math.inf:
        raise ExperimentError(field, f"{value!r} is not a positive number")


def _require_integer(field: str, value: object, *, least: int, most: int | None = None) -> None:
    upper = math.inf if most is None else most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= upper:
        bounds = f"from {least}" + (f" to {most}" if most is not None else " up")
        raise ExperimentError(field, f"{value!r} is not a whole number {bounds}")
