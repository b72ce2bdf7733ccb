"""History: the losses since the start of a run, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tuinet.errors import CheckpointError
from tuinet.nn.arrays import Array
from tuinet.training.snapshot import HistorySnapshot

CAPACITY = 128
"""Points kept: about one for each column of a loss panel. Even, so that halving keeps equal strides."""


class History:
    """A point every `stride` epochs; when it is full, every other point goes and the stride doubles.

    Which epochs are recorded follows from the number of epochs alone, never from the clock, so that the same
    Experiment has the same history however it was run.
    """

    def __init__(self, capacity: int = CAPACITY, stride: int = 1) -> None:
        self.stride = stride
        self._losses = np.empty((capacity, 2))
        self._points = 0

    @property
    def last_epoch(self) -> int:
        """The epoch whose end was recorded last."""
        return (self._points - 1) * self.stride

    @property
    def next_epoch(self) -> int:
        """The epoch whose end is recorded next; epoch 0 is the start."""
        return self._points * self.stride

    def record(self, loss: float, test_loss: float | None = None) -> None:
        """Add the losses at `next_epoch`."""
        if self._points == len(self._losses):
            self._halve()
        self._losses[self._points] = loss, np.nan if test_loss is None else test_loss
        self._points += 1

    def snapshot(self, epoch: int, loss: float, test_loss: float | None = None) -> HistorySnapshot:
        """The series, with the present as its last point.

        Parameters
        ----------
        epoch
            The present epoch.
        loss
            The present loss on the training set.
        test_loss
            The present loss on the test set, if there is one.
        """
        epochs = np.arange(self._points, dtype=np.float64) * self.stride
        earlier = int(np.searchsorted(epochs, epoch))
        losses, test_losses = self._losses[:earlier].T
        tested = None if test_loss is None else _with_last(test_losses, test_loss)
        return HistorySnapshot(_with_last(epochs[:earlier], epoch), _with_last(losses, loss), tested)

    def state(self) -> dict[str, Array]:
        """Everything, as arrays for a checkpoint."""
        return {"stride": np.array(float(self.stride)), "losses": self._losses[: self._points].copy()}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take over what `state` gave.

        Raises
        ------
        CheckpointError
            If it cannot have come from there.
        """
        stride, losses = state.get("stride"), state.get("losses")
        if stride is None or losses is None or losses.shape[1:] != (2,) or not 1 <= len(losses) <= len(self._losses):
            raise CheckpointError("damaged: the history is not that of a run")
        if stride.size != 1 or not 1 <= stride.item() < 2**53:
            raise CheckpointError("damaged: the history's stride is no number of epochs")
        self.stride = int(stride.item())
        self._points = len(losses)
        self._losses[: self._points] = losses

    def _halve(self) -> None:
        self._points //= 2
        self._losses[: self._points] = self._losses[::2].copy()
        self.stride *= 2


def _with_last(values: Array, last: float) -> Array:
    series = np.append(values, last)
    series.flags.writeable = False
    return series
