"""How each layer does: the measures behind the findings, and what is to be said about a single layer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tuinet.training.freshness import gradients_are_known
from tuinet.training.snapshot import LayerSnapshot, Snapshot

VANISHING: Final = 1e-4
"""A layer whose gradients are as small a share of the last layer's has stopped learning."""
WEAK: Final = 1e-2
"""A layer whose gradients are as small a share of the last layer's lags far behind it."""
EXPLODING: Final = 1e3
"""Gradients of this norm throw the weights about, whatever the learning rate."""
SATURATED: Final = 0.01
"""A unit whose slope stays below this lets next to nothing through."""
LARGE_UPDATE: Final = 0.5
"""A step that changes the weights by such a share of themselves undoes what was learned before."""
SMALL_UPDATE: Final = 1e-6
"""Steps of such a share need a million epochs to change anything."""


State = Literal["healthy", "weak", "ill", "unknown"]


@dataclass(frozen=True)
class Remark:
    """Something about a layer, in two lengths."""

    short: str
    full: str
    compares: bool = False
    """Whether the long form tells the layer's share of the last one's gradients, and nothing else more."""


@dataclass(frozen=True)
class LayerHealth:
    """What is to be said about a layer."""

    share: float | None
    """Its typical gradient over that of the last layer; ``None`` where there is none to compare."""
    remarks: tuple[Remark, ...]
    """At least one, the gravest first."""
    state: State
    """What the remarks amount to; unknown before there is a gradient to judge by."""


def layer_healths(snapshot: Snapshot) -> tuple[LayerHealth, ...]:
    """How each layer does, from the first hidden layer to the output."""
    return tuple(_health(snapshot, number) for number in range(1, len(snapshot.layers) + 1))


def is_exploding(layer: LayerSnapshot) -> bool:
    """Whether the layer's gradients are large enough to throw the weights about."""
    return layer.grad_norm > EXPLODING


def share_of_last(snapshot: Snapshot, number: int) -> float | None:
    """The size of a layer's typical gradient over that of the last layer; ``None`` where the last one has none."""
    last = snapshot.layers[-1].typical_grad
    return snapshot.layers[number - 1].typical_grad / last if 0 < last < math.inf else None


def dead_units(layer: LayerSnapshot) -> int:
    """Units that let no gradient through for any sample seen."""
    return int((layer.slopes == 0).sum())


def saturated_units(layer: LayerSnapshot) -> int:
    """Units that let next to nothing through for any sample seen, but are not dead."""
    return int(((layer.slopes > 0) & (layer.slopes < SATURATED)).sum())


def share_text(share: float) -> str:
    """A share in about five characters: ``0.41``, ``1.3``, ``12``, ``3e-6``."""
    if share == 0 or not math.isfinite(share):
        return f"{share:g}"
    if 0.00995 <= share < 99.5:
        return f"{share:.2g}"
    mantissa, exponent = f"{share:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _health(snapshot: Snapshot, number: int) -> LayerHealth:
    layer, known = snapshot.layers[number - 1], gradients_are_known(snapshot, number)
    if not layer.is_finite or (known and not math.isfinite(layer.grad_norm)):
        return LayerHealth(None, (Remark("not finite", "diverged: not finite any more"),), "ill")
    share = share_of_last(snapshot, number) if known else None
    wrong = [*_gradients(snapshot, number, share)] if known else []
    wrong += [*_units(layer)] if number < len(snapshot.layers) else []
    wrong += [*_updates(snapshot, layer)] if snapshot.has_updates and not wrong else []
    if wrong:
        return LayerHealth(share, tuple(wrong), "ill")
    if not known:
        return LayerHealth(None, (Remark("–", "no gradient before the first step"),), "unknown")
    state: State = "weak" if share is not None and share < WEAK else "healthy"
    return LayerHealth(share, (_told(state, snapshot, number, share),), state)


def _gradients(snapshot: Snapshot, number: int, share: float | None) -> Iterator[Remark]:
    layer, hidden = snapshot.layers[number - 1], range(number, len(snapshot.layers))
    blocking = next((other for other in hidden if snapshot.layers[other - 1].activation == "step"), None)
    if blocking is not None:
        yield Remark("cannot learn", f"cannot learn: layer {blocking}'s step has slope 0")
    elif is_exploding(layer):
        yield Remark("exploding", f"exploding, ‖∂L/∂W‖ {share_text(layer.grad_norm)}")
    elif layer.grad_norm == 0:
        full = "no gradient: all weights' are 0" if layer.bias_grads.any() else "no gradient: all are 0"
        yield Remark("no gradient", full)
    elif share is not None and share < VANISHING:
        yield _told("vanishing", snapshot, number, share)


def _units(layer: LayerSnapshot) -> Iterator[Remark]:
    if layer.activation == "step":
        return
    for count, what in ((dead_units(layer), "dead"), (saturated_units(layer), "saturated")):
        if count:
            yield Remark(f"{count}/{layer.biases.size} {what}", f"{count} of {layer.biases.size} units {what}")


def _updates(snapshot: Snapshot, layer: LayerSnapshot) -> Iterator[Remark]:
    if snapshot.metrics.is_solved:
        return
    ratio = layer.update_ratio
    if ratio > LARGE_UPDATE:
        yield Remark("jumps", f"jumps, ΔW/W {share_text(ratio)} a step")
    elif ratio < SMALL_UPDATE:
        yield Remark("stands still", f"stands still, ΔW/W {share_text(ratio)} a step")


def _told(word: str, snapshot: Snapshot, number: int, share: float | None) -> Remark:
    """A word, and in its long form how the layer compares with the last one."""
    last = len(snapshot.layers)
    if share is None or number == last:
        return Remark(word, word, compares=True)
    return Remark(word, f"{word}, {share_text(share)} of layer {last}'s", compares=True)
