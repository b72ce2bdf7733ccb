"""History: the losses and the norms of the gradients since the start of a run, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from tuinet.errors import CheckpointError
from tuinet.nn.parameters import Array

CAPACITY = 128
"""Points kept: about one for each column of a loss panel. Even, so that halving keeps equal strides."""


class History:
    """A point every `stride` epochs; when it is full, every other point goes and the stride doubles.

    Which epochs are recorded follows from the number of epochs alone, never from the clock, so that the same
    Experiment has the same history however it was run.

    Parameters
    ----------
    stride
        Epochs between two points, at first.
    layers
        How many layers have gradients.
    """

    def __init__(self, capacity: int = CAPACITY, stride: int = 1, layers: int = 0) -> None:
        self.stride = stride
        self._losses = np.empty((capacity, 2))
        self._norms = np.full((capacity, layers), np.nan)
        self._points = 0

    def follow_layers(self, layers: int) -> None:
        """Go on with another number of layers: the norms of those that were there before are not known any more."""
        if layers != self._norms.shape[1]:
            self._norms = np.full((len(self._norms), layers), np.nan)

    @property
    def last_epoch(self) -> int:
        """The epoch whose end was recorded last."""
        return (self._points - 1) * self.stride

    @property
    def next_epoch(self) -> int:
        """The epoch whose end is recorded next; epoch 0 is the start."""
        return self._points * self.stride

    def record(self, loss: float, test_loss: float | None = None, norms: Sequence[float] | None = None) -> None:
        """Add a point at `next_epoch`.

        Parameters
        ----------
        loss, test_loss
            On the training set, and on the test set if there is one.
        norms
            ‖∂L/∂W‖ of each layer in the last step; ``None`` before the first.
        """
        if self._points == len(self._losses):
            self._halve()
        self._losses[self._points] = loss, np.nan if test_loss is None else test_loss
        self._norms[self._points] = np.nan if norms is None else norms
        self._points += 1

    def snapshot(
        self, epoch: int, loss: float, test_loss: float | None = None, norms: Sequence[float] | None = None
    ) -> HistorySnapshot:
        """The series, with the present as its last point.

        Parameters
        ----------
        norms
            ‖∂L/∂W‖ of each layer now, NaN where it is not known; ``None`` where only the losses are asked for.
        """
        epochs = np.arange(self._points, dtype=np.float64) * self.stride
        earlier = int(np.searchsorted(epochs, epoch))
        losses, test_losses = self._losses[:earlier].T
        tested = None if test_loss is None else _with_last(test_losses, test_loss)
        grad_norms = None if norms is None else _with_last(self._norms[:earlier], norms)
        return HistorySnapshot(_with_last(epochs[:earlier], epoch), _with_last(losses, loss), tested, grad_norms)

    def state(self) -> dict[str, Array]:
        """Everything, as arrays for a checkpoint."""
        return {
            "stride": np.array(float(self.stride)),
            "losses": self._losses[: self._points].copy(),
            "grad_norms": self._norms[: self._points].copy(),
        }

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take over what `state` gave; a state from before the norms were recorded does without them.

        A CheckpointError where it cannot have come from there.
        """
        stride, losses = state.get("stride"), state.get("losses")
        if stride is None or losses is None or losses.shape[1:] != (2,) or not 1 <= len(losses) <= len(self._losses):
            raise CheckpointError("damaged: the history is not that of a run")
        if stride.shape not in ((), (1,)) or not 1 <= stride.item() < 2**53:
            raise CheckpointError("damaged: the history's stride is no number of epochs")
        norms = state.get("grad_norms")
        if norms is not None and norms.shape != (len(losses), self._norms.shape[1]):
            raise CheckpointError("damaged: the history's norms are not those of the network's layers")
        self.stride = int(stride.item())
        self._points = len(losses)
        self._losses[: self._points] = losses
        self._norms[: self._points] = np.nan if norms is None else norms

    def _halve(self) -> None:
        self._points //= 2
        for series in (self._losses, self._norms):
            series[: self._points] = series[::2].copy()
        self.stride *= 2


def _with_last(values: Array, last: float | Sequence[float]) -> Array:
    series = np.concatenate([values, np.asarray([last], dtype=np.float64)])
    series.flags.writeable = False
    return series


class HistorySnapshot(NamedTuple):
    """The recorded series, in equal strides of epochs from the start of the run, and the present as last point."""

    epochs: Array
    """Shape (points,)."""
    losses: Array
    """Shape (points,): the loss of the training set, reduced as the Experiment has it, in nats for cross-entropy."""
    test_losses: Array | None = None
    """Shape (points,): the same over the test set, if there is one."""
    grad_norms: Array | None = None
    """Shape (points, layers): ‖∂L/∂W‖ of each layer in the last step before the point, NaN where it is not known;
    ``None`` for the losses of a branch."""

    def within(self, after: float, until: float) -> HistorySnapshot:
        """The points after an epoch, up to another one."""
        kept = (self.epochs > after) & (self.epochs <= until)
        tested, norms = self.test_losses, self.grad_norms
        return HistorySnapshot(
            self.epochs[kept],
            self.losses[kept],
            None if tested is None else tested[kept],
            None if norms is None else norms[kept],
        )


BUDGET: Final = 0.02
"""Share of the training's arithmetic that recording may add."""
NEGLIGIBLE: Final = 250_000
"""Multiplications of one evaluation below which every epoch is recorded at first.

`CAPACITY` evaluations of this size take some 20 ms in all, and the strides that follow are ever longer; a curve that
has a point for every epoch is worth that to whoever steps through the first ones by hand.
"""
CALLS: Final = 4_000
"""What NumPy's own calls for one layer in one step cost, in multiplications: of small batches it is the most."""
REPLAY: Final = 200_000_000
"""Multiplications from one keyframe to the next: some 20 ms."""
LEAST_STEPS: Final = 64
MOST_STEPS: Final = 1024
"""Of the smallest network: 5 ms, where a keyframe itself takes 0.03 ms."""


def first_stride(layer_sizes: Sequence[int], train: int, seen: int, batches: int = 1) -> int:
    """Epochs between two recorded losses, a power of two.

    Parameters
    ----------
    seen
        Samples of both sets that are evaluated for one point.
    batches
        Steps of an epoch.
    """
    layers = [fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes)]
    evaluation = seen * sum(layers)
    if evaluation <= NEGLIGIBLE:
        return 1
    # Forward, gradients by the weights, and deltas of all layers but the inputs.
    training = train * (3 * sum(layers) - layers[0]) + batches * len(layers) * CALLS
    return int(2 ** math.ceil(math.log2(max(1.0, evaluation / (BUDGET * training)))))


def first_keyframe_stride(layer_sizes: Sequence[int], batch_size: int) -> int:
    """Steps between two keyframes, a power of two: as many as are replayed in the blink of an eye, up to 1,024.

    Parameters
    ----------
    batch_size
        Samples in a batch; 0 where all samples have been taken out.
    """
    layers = [fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes)]
    step = max(batch_size, 1) * (3 * sum(layers) - layers[0])
    affordable = REPLAY / step
    return int(2 ** math.floor(math.log2(min(MOST_STEPS, max(LEAST_STEPS, affordable)))))
