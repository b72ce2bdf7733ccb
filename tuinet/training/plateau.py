"""Whether a run is stuck."""

from __future__ import annotations

from typing import Final

import numpy as np

from tuinet.training.metrics import Metrics
from tuinet.training.snapshot import Snapshot

PLATEAU_EPOCHS: Final = 1000
"""A run younger than this is given time."""
PLATEAU_SHARE: Final = 0.3
"""The part of the run, counted back from now, over which the loss is compared."""
PLATEAU_IMPROVEMENT: Final = 0.02
"""A loss that fell by a smaller share than this has not moved.

Measured over 200 seeds of XOR 2-2-1 with the default Experiment: every run that never gets there is found, at a median
of 1,900 epochs, and one in ten of the others is named for a while before it breaks away.
"""
GOOD_ENOUGH: Final = 0.95
"""Above this accuracy a loss that stands still has simply arrived."""
GOOD_FIT: Final = 0.75
"""The same of a share of the variance; less than all of it may be left to explain, where targets are noisy."""


def find_plateau(snapshot: Snapshot) -> tuple[str, ...]:
    """A sentence when the loss has stopped falling while the network is still wrong."""
    history, metrics = snapshot.history, snapshot.metrics
    now = history.epochs[-1]
    if now < PLATEAU_EPOCHS or _has_arrived(metrics):
        return ()
    since = int(np.searchsorted(history.epochs, now * (1 - PLATEAU_SHARE)))
    earlier = history.losses[since]
    if earlier - metrics.loss >= PLATEAU_IMPROVEMENT * earlier:
        return ()
    epochs = int(now - history.epochs[since])
    return (f"stuck: loss near {metrics.loss:.4f} for {epochs:,} epochs · {_remedy(snapshot)}",)


def _has_arrived(metrics: Metrics) -> bool:
    if metrics.accuracy is not None:
        return metrics.accuracy >= GOOD_ENOUGH
    return metrics.r2 is not None and metrics.r2 >= GOOD_FIT


def _remedy(snapshot: Snapshot) -> str:
    """New weights help nothing that has no minimum but this one."""
    if len(snapshot.layers) == 1:
        return "h adds a hidden layer, which bends what is straight"
    if all(layer.activation == "linear" for layer in snapshot.layers[:-1]):
        return "linear layers stay straight; a picks another activation"
    return "r starts from new weights"
