"""A Checkpoint: the complete state of a session, from which it goes on bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.config import Experiment
from tuinet.nn.arrays import Array


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything that decides how a session goes on, and what it has recorded."""

    experiment: Experiment
    step_count: int
    phases: int
    """Phases completed of a step under way; all else is the state at the start of that step."""
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


def generator_state(generator: np.random.Generator) -> dict[str, Any]:
    """The state of a generator in plain values."""
    return dict(generator.bit_generator.state)


def set_generator_state(generator: np.random.Generator, state: Mapping[str, Any]) -> None:
    """Have a generator go on from a state."""
    generator.bit_generator.state = dict(state)
