"""History: the loss since the start of a run, in bounded memory."""

from __future__ import annotations

import numpy as np

from tuinet.nn.arrays import Array
from tuinet.training.snapshot import HistorySnapshot

CAPACITY = 512
"""Points kept: more than twice the columns of a wide loss panel. Even, so that halving keeps the last point."""


class History:
    """A point every `stride` epochs; when it is full, every other point goes and the stride doubles.

    Which epochs are recorded follows from the number of epochs alone, never from the clock, so that the same
    Experiment has the same history however it was run.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.stride = 1
        self._losses = np.empty(capacity)
        self._points = 0

    @property
    def next_epoch(self) -> int:
        """The epoch whose end is recorded next; epoch 0 is the start."""
        return self._points * self.stride

    def record(self, loss: float) -> None:
        """Add the loss at `next_epoch`."""
        if self._points == len(self._losses):
            self._halve()
        self._losses[self._points] = loss
        self._points += 1

    def snapshot(self, epoch: int, loss: float) -> HistorySnapshot:
        """The series, with the present as its last point.

        Parameters
        ----------
        epoch
            The present epoch.
        loss
            The present loss.
        """
        epochs = np.arange(self._points, dtype=np.float64) * self.stride
        earlier = int(np.searchsorted(epochs, epoch))
        return HistorySnapshot(_with_last(epochs[:earlier], epoch), _with_last(self._losses[:earlier], loss))

    def _halve(self) -> None:
        self._points //= 2
        self._losses[: self._points] = self._losses[::2].copy()
        self.stride *= 2


def _with_last(values: Array, last: float) -> Array:
    series = np.append(values, last)
    series.flags.writeable = False
    return series
