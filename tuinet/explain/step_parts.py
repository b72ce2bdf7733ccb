"""A step as a sum of vectors: what the gradient brings, and what the velocity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tuinet.nn.parameters import Array
from tuinet.observe.snapshot import LayerStep, Snapshot, StepSnapshot

PartKind = Literal["gradient", "velocity", "step"]


@dataclass(frozen=True, eq=False)
class StepPart:
    """A part of what a step adds to the parameters, or all of it."""

    kind: PartKind
    symbols: str
    vector: Array
    """Shape (parameters,), in the order of the vector of all parameters."""


_FACTORS: Final[Mapping[str, tuple[tuple[PartKind, str, Callable[[float, float], float]], ...]]] = {
    "sgd": (("gradient", "−learning_rate·g", lambda rate, momentum: -rate),),
    "momentum": (
        ("gradient", "−learning_rate·g", lambda rate, momentum: -rate),
        ("velocity", "−learning_rate·momentum·v_old", lambda rate, momentum: -rate * momentum),
    ),
    "nesterov": (
        ("gradient", "−learning_rate·(1 + momentum)·g", lambda rate, momentum: -rate * (1 + momentum)),
        ("velocity", "−learning_rate·momentum²·v_old", lambda rate, momentum: -rate * momentum**2),
    ),
}
"""For each optimizer whose update is a sum, by what gradient and velocity are multiplied in it."""
_SAME: Final = 1e-4
"""Relative difference up to which a sum of parts is the step, in the precision of float32."""


def step_parts(snapshot: Snapshot) -> tuple[StepPart, ...]:
    """The step of the last update, and before it the parts that add up to it, where it is a sum that is known.

    It is no such sum for optimizers that divide by what they remember, with a weight decay, or after a change of what
    it was made with.
    """
    step = snapshot.step_detail
    if step is None:
        return ()
    whole = StepPart("step", "step", -_joined(step, lambda layer: layer.updates))
    sources: dict[str, Array] = {"gradient": _joined(step, lambda layer: layer.grads)}
    if all("v" in layer.slots_before for layer in step.layers):
        sources["velocity"] = _joined(step, lambda layer: layer.slots_before["v"])
    rate, momentum = step.learning_rate, float(step.settings.momentum)
    factors = _FACTORS.get(snapshot.experiment.optimizer, ())
    parts = [
        StepPart(kind, symbols, factor(rate, momentum) * sources[kind])
        for kind, symbols, factor in factors
        if kind in sources
    ]
    is_sum = bool(parts) and np.allclose(
        sum(part.vector for part in parts), whole.vector, rtol=_SAME, atol=_SAME * float(np.abs(whole.vector).max())
    )
    return (*parts, whole) if is_sum else (whole,)


def _joined(step: StepSnapshot, block: Callable[[LayerStep], Array]) -> Array:
    return np.concatenate([block(layer).ravel() for layer in step.layers]).astype(np.float64)
