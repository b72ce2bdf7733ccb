"""Findings about a run as a whole: that it has diverged, began with tiny weights, or fits the training set alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from tuinet.experiment.presets import default_value
from tuinet.nn.parameters import norm
from tuinet.observe.finding import Finding
from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.session.history import HistorySnapshot

GOOD_ENOUGH: Final = 0.95
"""Above this accuracy a loss that stands still has simply arrived."""
GOOD_FIT: Final = 0.75
"""Above this share of explained variance a loss has arrived; targets may be noisy."""
NEAR_NOISE: Final = 1.2
"""A mean squared error up to so many times that of the noise has arrived."""
TINY_SCALE: Final = 0.05
"""An initial scale up to this makes layers that hardly pass on anything.

A layer does so while its weights have a smaller norm for each unit: √fan_in times a typical weight, which is 1 for
LeCun's. Measured with 1,000 epochs of the datasets' own networks: XOR and circle learn nothing from 0.03 down, sine
from 0.003 down, and iris and digits leave the scale behind within a few epochs, after which there is no such finding.
"""
OVERFITTING: Final = 1.1
"""Test loss over its lowest value so far."""
GAP: Final = 1.2
"""Test loss over training loss, each of a sample: a network that does as well on both sets does not overfit.

The test loss of a fit that is done goes up and down with the last steps, so that it is often a tenth above its lowest.
"""
LEAST_TESTED: Final = 30
"""Of fewer test samples nobody is told that the network overfits.

The mean loss of n samples has the standard error s/√n, where s is the deviation of their losses. Losses of a trained
classifier are about as widely spread as they are large (s ≈ their mean), so that n = 30 samples give the mean to some
18%, and an accuracy of 0.9 to ±0.055; a rise of a tenth in a dozen samples says nothing at all.
"""


RISEN: Final = 1.2
"""A loss of so many times that at the start has been made so by training."""
FAR: Final = 10
"""A learning rate of so many times the usual one is why nothing is learned."""


def has_arrived(metrics: Metrics) -> bool:
    """Whether a loss that stands still does so because next to all is learned."""
    if metrics.accuracy is not None:
        return metrics.accuracy >= GOOD_ENOUGH
    return metrics.r2 is not None and metrics.r2 >= GOOD_FIT


def is_at_noise(snapshot: Snapshot) -> bool:
    """Whether a network does as well as its data allow, about: classes that overlap, or noise on the numbers.

    The yardstick are the targets of the nearest other samples. It holds where these say anything at all: of parities,
    such as XOR, they are always wrong.
    """
    metrics, error = snapshot.metrics, snapshot.dataset.neighbour_error
    if metrics.r2 is not None:
        return error < 1 and 1 - metrics.r2 <= NEAR_NOISE * error
    if metrics.accuracy is None or metrics.confusion is None or not metrics.samples:
        return False
    commonest = float(metrics.confusion.sum(axis=1).max()) / metrics.samples
    return 1 - error > commonest and 1 - metrics.accuracy <= error


def find_divergence(snapshot: Snapshot) -> Finding | None:
    """A finding when a number is not finite any more, or beyond all use: see `tuinet.session.divergence`."""
    number = next((number for number, layer in enumerate(snapshot.layers, start=1) if not layer.is_finite), None)
    where = snapshot.divergence if number is None else f"layer {number} is the first without finite numbers"
    if not where:
        return None
    return Finding("diverged", f"diverged{_since(snapshot.history)}: {where}", number)


def _since(history: HistorySnapshot) -> str:
    """``by epoch 20 (loss 0.7253 at epoch 10)``, where a loss was finite before and is so no more; else nothing."""
    finite = np.flatnonzero(np.isfinite(history.losses))
    if not len(finite) or finite[-1] == len(history.losses) - 1:
        return ""
    last = int(finite[-1])
    by, at = int(history.epochs[last + 1]), int(history.epochs[last])
    return f" by epoch {by:,} (loss {history.losses[last]:.4g} at epoch {at:,})"


def has_risen(snapshot: Snapshot) -> bool:
    """Whether training has made the loss clearly larger, as a rate that is too large does."""
    begin = first_unchanged(snapshot)
    return snapshot.metrics.loss > RISEN * float(snapshot.history.losses[min(begin, len(snapshot.history.losses) - 1)])


def usual_rate(snapshot: Snapshot) -> float:
    """That of the dataset's own network with this optimizer; where losses are added up, of each sample."""
    experiment, samples = snapshot.experiment, len(snapshot.dataset.X)
    usual = float(default_value("learning_rate", experiment))
    batch = min(experiment.batch_size or samples, samples)
    return usual / max(batch, 1) if experiment.reduction == "sum" else usual


def find_scale(snapshot: Snapshot) -> Iterator[Finding]:
    """Hidden layers that still have the tiny weights that they began with.

    Next to nothing of the inputs gets through such a layer, and next to no gradient back: all units stay alike, at any
    depth. Gradients that vanish by depth have weights of an ordinary size, and so has a plateau.
    """
    if not snapshot.has_gradients or snapshot.experiment.init_scale > TINY_SCALE or has_arrived(snapshot.metrics):
        return
    for number, layer in enumerate(snapshot.layers[:-1], start=1):
        gain = norm(layer.weights) / math.sqrt(layer.biases.size)
        if 0 < gain < TINY_SCALE:
            typical = norm(layer.weights) / math.sqrt(layer.weights.size)
            cause = f"layer {number}'s weights are tiny ({typical:.0e}), and hardly any signal or gradient gets through"
            yield Finding("tiny weights", cause, number, (typical,))
            return


def first_unchanged(snapshot: Snapshot) -> int:
    """The index in the history of the first loss since anything was changed."""
    step, epoch = snapshot.changed_at
    # The loss at the moment of a change was recorded before it.
    return int(np.searchsorted(snapshot.history.epochs, epoch, side="right")) if step else 0


def find_overfitting(snapshot: Snapshot) -> Iterator[Finding]:
    """A test loss that has been lower before and is above the training loss, while that still falls.

    What was before the last change of anything does not count. Of a small test set it is said how little that means.
    See `LEAST_TESTED`.
    """
    history, tested = snapshot.history, snapshot.test_metrics
    begin = first_unchanged(snapshot)
    if history.test_losses is None or len(history.epochs) - begin < 10 or tested is None:
        return
    best = begin + int(np.argmin(history.test_losses[begin:]))
    now, lowest = float(history.test_losses[-1]), float(history.test_losses[best])
    if not now > OVERFITTING * lowest or not history.losses[-1] < history.losses[best] or not _has_gap(snapshot, now):
        return
    epoch = int(history.epochs[best])
    cause, numbers = f"test loss has risen from {lowest:.2g} at epoch {epoch:,}", (now, lowest, epoch)
    if tested.samples >= LEAST_TESTED:
        yield Finding("overfitting", f"overfitting: {cause}", numbers=numbers)
    else:
        they = "1 test sample tells" if tested.samples == 1 else f"{tested.samples} test samples tell"
        cause += f", which {they} to ±{1 / math.sqrt(tested.samples):.0%} at best"
        yield Finding("few tested", cause, numbers=numbers)


def _has_gap(snapshot: Snapshot, tested: float) -> bool:
    """Whether the test loss is clearly above the training loss, for a sample of each."""
    trained = float(snapshot.history.losses[-1])
    if snapshot.experiment.reduction == "sum" and snapshot.test_metrics is not None:
        tested, trained = (
            loss / (metrics.of or metrics.samples)
            for loss, metrics in ((tested, snapshot.test_metrics), (trained, snapshot.metrics))
        )
    return tested > GAP * trained
