"""What a teacher would notice about a run, in sentences that name the layer, the number, the cause and a remedy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from tuinet.training.layer_health import (
    LARGE_UPDATE,
    SATURATED,
    SMALL_UPDATE,
    VANISHING,
    dead_units,
    is_exploding,
    saturated_units,
    share_of_last,
)
from tuinet.training.plateau import find_plateau
from tuinet.training.snapshot import Snapshot

VANISHED: Final = 1e-4
"""Where no layer's gradient has a larger norm, it is not the learning rate that is too small."""
LARGE_BIAS_UPDATE: Final = 1.0
"""Where nothing but biases learns, a step as long as this carries an output from one class to the other."""
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
        *find_plateau(snapshot),
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
    """Sentences about gradients that vanish on their way back, explode, or are nowhere to be found."""
    if not snapshot.has_gradients:
        return
    exploding = next((number for number, layer in enumerate(snapshot.layers, start=1) if is_exploding(layer)), None)
    if exploding is not None:
        norm = snapshot.layers[exploding - 1].grad_norm
        yield f"layer {exploding}'s gradients explode ({norm:.1e}): lower the learning rate, or clip their norm"
        return
    share = share_of_last(snapshot, 1)
    if _has_no_gradients(snapshot) and not snapshot.metrics.is_solved:
        yield _no_gradients(snapshot)
    if share is not None and share < VANISHING and not any(layer.activation == "step" for layer in snapshot.layers):
        scaled = snapshot.experiment.initializer.startswith(("glorot", "he_"))
        remedy = "try relu or tanh" if scaled else "try relu or tanh, or glorot weights"
        yield f"layer 1's gradients vanish ({share:.0e} of the last layer's): {remedy}"


def find_units(snapshot: Snapshot) -> Iterator[str]:
    """Sentences about hidden units that let no gradient through for any sample seen."""
    samples = "all samples" if snapshot.metrics.of is None else f"all {snapshot.metrics.samples:,} samples seen"
    for number, layer in enumerate(snapshot.layers[:-1], start=1):
        if layer.activation == "step":
            continue
        units = layer.biases.size
        if dead := dead_units(layer):
            yield f"{dead} of {units} units in layer {number} are dead: slope 0 for {samples}; r, or leaky_relu"
        if saturated := saturated_units(layer):
            small = f"slope < {SATURATED}" if snapshot.metrics.of is None else f"slope < {SATURATED} for {samples}"
            yield f"{saturated} of {units} units in layer {number} are saturated ({small}); smaller weights"


def find_updates(snapshot: Snapshot) -> Iterator[str]:
    """A sentence about steps that are far too large or too small for the weights."""
    if not snapshot.has_updates or snapshot.metrics.is_solved or _has_no_gradients(snapshot):
        return
    ratios = [layer.update_ratio for layer in snapshot.layers]
    largest = int(np.argmax(ratios))
    if ratios[largest] > LARGE_UPDATE:
        yield f"layer {largest + 1}'s weights move by {ratios[largest]:.0%} a step: lower the learning rate"
    elif ratios[largest] < SMALL_UPDATE:
        strongest = max(layer.grad_norm for layer in snapshot.layers)
        remedy = "raise the learning rate" if strongest > VANISHED else "gradients too small; try relu, tanh or r"
        yield f"no layer's weights move by more than {ratios[largest]:.0e} a step: {remedy}"


def find_overfitting(snapshot: Snapshot) -> Iterator[str]:
    """A sentence when the test loss has been lower before, while the training loss still falls."""
    history = snapshot.history
    if history.test_losses is None or len(history.epochs) < 10:
        return
    best = int(np.argmin(history.test_losses))
    now, lowest = float(history.test_losses[-1]), float(history.test_losses[best])
    if now > OVERFITTING * lowest and history.losses[-1] < history.losses[best]:
        epoch = int(history.epochs[best])
        yield f"overfitting: test loss {now:.4g}, {lowest:.4g} at epoch {epoch:,}; l2, dropout, more data"


def _no_gradients(snapshot: Snapshot) -> str:
    """Biases may still have some: those of an output layer whose inputs are all 0, for one."""
    if any(np.abs(layer.bias_updates).max(initial=0) > LARGE_BIAS_UPDATE for layer in snapshot.layers):
        return "all gradients of weights are 0, and biases jump: lower the learning rate, and r"
    if any(layer.bias_grads.any() for layer in snapshot.layers):
        return "all gradients of weights are 0: only biases learn; r starts from new weights"
    return "all gradients are 0: nothing can learn any more; r starts from new weights"


def _has_no_gradients(snapshot: Snapshot) -> bool:
    return all(layer.grad_norm == 0 for layer in snapshot.layers)
