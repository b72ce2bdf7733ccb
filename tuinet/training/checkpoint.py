"""A Checkpoint: the complete state of a session, from which it goes on bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.config import Experiment
from tuinet.errors import CheckpointError
from tuinet.nn.parameters import Array
from tuinet.training.edit_commands import EditCommand


@dataclass(frozen=True)
class StepEdit:
    """An edit in the middle of a step."""

    phase: int
    """Phases of the step that were complete."""
    command: EditCommand


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything that decides how a session goes on, and what it has recorded."""

    experiment: Experiment
    step_count: int
    phases: int
    """Phases completed of a step under way; all else is the state at the start of that step."""
    edits: tuple[StepEdit, ...]
    """What was changed in the middle of that step."""
    parameters: Array
    grads: Array
    updates: Array
    slots: Mapping[str, Array]
    """What the optimizer remembers."""
    order: NDArray[np.intp]
    """The order of the samples in the present epoch."""
    generators: Mapping[str, Mapping[str, Any]]
    """States of the generators of shuffles and dropout masks, as `numpy.random.BitGenerator.state` has them."""
    history: Mapping[str, Array]
    data_digest: str
    """Of the samples that it was trained on."""
    epoch_start: tuple[int, int] = (0, 0)
    """Updates and complete epochs when the length of an epoch was last changed."""
    grads_are_stale: bool = False
    """Whether a parameter or the network was changed by hand since the last gradients."""

    @property
    def n_bytes(self) -> int:
        """Memory that it holds, about."""
        arrays = (self.parameters, self.grads, self.updates, self.order, *self.slots.values(), *self.history.values())
        return 4096 + sum(array.nbytes for array in arrays)


def generator_state(generator: np.random.Generator) -> dict[str, Any]:
    """The state of a generator in plain values."""
    return dict(generator.bit_generator.state)


def set_generator_state(generator: np.random.Generator, states: Mapping[str, Mapping[str, Any]], name: str) -> None:
    """Have a generator go on from the state of a name.

    Raises
    ------
    CheckpointError
        If there is none, or it is no state of such a generator.
    """
    try:
        generator.bit_generator.state = dict(states[name])
        # NumPy cuts off what is behind the point of a number.
        is_taken = generator_state(generator) == dict(states[name])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise CheckpointError(f"damaged: the state of the generator of {name} cannot be used") from error
    if not is_taken:
        raise CheckpointError(f"damaged: the state of the generator of {name} is none that it can be in")


def fill(target: Array, values: Array, name: str) -> None:
    """Write an array of a checkpoint to where it belongs.

    Raises
    ------
    CheckpointError
        If its size or its precision is another.
    """
    if values.size != target.size or values.dtype != target.dtype:
        wanted = f"{target.size:,} {target.dtype}"
        raise CheckpointError(f"damaged: {name} holds {values.size:,} {values.dtype}, the network needs {wanted}")
    target[...] = values.reshape(target.shape)
