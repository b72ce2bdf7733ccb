"""What a teacher would notice about a run, in sentences that name the layer, the number, the cause and a remedy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from tuinet.training.metrics import Metrics
from tuinet.training.plateau import find_plateau
from tuinet.training.snapshot import LayerSnapshot, Snapshot

VANISHING: Final = 1e-4
"""A layer whose gradients are as small a share of the last layer's has stopped learning."""
EXPLODING: Final = 1e3
"""Gradients of this norm throw the weights about, whatever the learning rate."""
SATURATED: Final = 0.01
"""A unit whose slope stays below this lets next to nothing through."""
LARGE_UPDATE: Final = 0.5
"""A step that changes the weights by such a share of themselves undoes what was learned before."""
SMALL_UPDATE: Final = 1e-7
"""Steps of such a share need ten million epochs to change anything."""
OVERFITTING: Final = 1.1
"""Test loss over its lowest value so far."""

NO_SAMPLES: Final = "no samples: nothing can be learned; click on the map to add some"


def find_all(snapshot: Snapshot) -> tuple[str, ...]:
    """Everything that is to be said about a snapshot, the gravest first."""
    if broken := find_divergence(snapshot):
        return (broken,)
    if not len(snapshot.dataset.X):
        return (NO_SAMPLES,)
    return (
        *find_steps(snapshot),
        *find_gradients(snapshot),
        *find_units(snapshot),
        *find_updates(snapshot),
        *find_plateau(snapshot.history, snapshot.metrics),
        *find_overfitting(snapshot),
    )


def find_divergence(snapshot: Snapshot) -> str | None:
    """A sentence when a number is not finite any more."""
    for number, layer in enumerate(snapshot.layers, start=1):
        if not layer.is_finite:
            return f"diverged: layer {number} is the first without finite numbers; r, and a smaller learning rate"
    if not math.isfinite(snapshot.metrics.loss):
        return "diverged: the loss is no longer finite; r, and a smaller learning rate"
    return None


def find_steps(snapshot: Snapshot) -> Iterator[str]:
    """A sentence when a layer's activation lets no gradient through."""
    for number, layer in enumerate(snapshot.layers, start=1):
        if layer.activation == "step":
            yield f"layer {number}'s step has slope 0 everywhere: layers 1 to {number} cannot learn; a picks another"


def find_gradients(snapshot: Snapshot) -> Iterator[str]:
    """Sentences about gradients that vanish on their way back, or explode."""
    if not snapshot.has_gradients:
        return
    norms = [_root_mean_square(layer) for layer in snapshot.layers]
    last = norms[-1]
    for number, norm in enumerate(norms, start=1):
        if norm * snapshot.layers[number - 1].weights.size ** 0.5 > EXPLODING:
            yield f"layer {number}'s gradients explode ({norm:.1e}): lower the learning rate, or clip their norm"
            return
    if norms[0] < VANISHING * last and not any(layer.activation == "step" for layer in snapshot.layers):
        share = norms[0] / last
        yield f"layer 1's gradients vanish ({share:.0e} of the last layer's): try relu or tanh, or glorot weights"


def find_units(snapshot: Snapshot) -> Iterator[str]:
    """Sentences about hidden units that let no gradient through for any sample."""
    for number, layer in enumerate(snapshot.layers[:-1], start=1):
        if layer.activation == "step":
            continue
        dead, units = int((layer.slopes == 0).sum()), layer.biases.size
        if dead:
            yield f"{dead} of {units} units in layer {number} are dead: slope 0 for all samples; r, or leaky_relu"
        saturated = int(((layer.slopes > 0) & (layer.slopes < SATURATED)).sum())
        if saturated:
            yield f"{saturated} of {units} units in layer {number} are saturated (slope < {SATURATED}); smaller weights"


def find_updates(snapshot: Snapshot) -> Iterator[str]:
    """A sentence about steps that are far too large or too small for the weights."""
    if not snapshot.has_gradients or _is_solved(snapshot.metrics):
        return
    ratios = [layer.update_ratio for layer in snapshot.layers]
    largest = int(np.argmax(ratios))
    if ratios[largest] > LARGE_UPDATE:
        yield f"layer {largest + 1}'s weights move by {ratios[largest]:.0%} a step: lower the learning rate"
    elif ratios[largest] < SMALL_UPDATE:
        yield f"no layer's weights move by more than {ratios[largest]:.0e} a step: raise the learning rate"


def find_overfitting(snapshot: Snapshot) -> Iterator[str]:
    """A sentence when the test loss has been lower before, while the training loss still falls."""
    history = snapshot.history
    if history.test_losses is None or len(history.epochs) < 10:
        return
    best = int(np.argmin(history.test_losses))
    now, lowest = float(history.test_losses[-1]), float(history.test_losses[best])
    if now > OVERFITTING * lowest and history.losses[-1] < history.losses[best]:
        epoch = int(history.epochs[best])
        yield f"overfitting: test loss {now:.4g}, but {lowest:.4g} at epoch {epoch:,}; l2, dropout or more data"


def _root_mean_square(layer: LayerSnapshot) -> float:
    return float(np.sqrt(np.square(layer.weight_grads).mean(dtype=np.float64)))


def _is_solved(metrics: Metrics) -> bool:
    return metrics.correct == metrics.samples if metrics.correct is not None else (metrics.r2 or 0) > 0.99
