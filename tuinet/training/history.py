"""History: the losses and the norms of the gradients since the start of a run, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    capacity
        Most points.
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
        epoch
            The present epoch.
        loss
            The present loss on the training set.
        test_loss
            The present loss on the test set, if there is one.
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

        Raises
        ------
        CheckpointError
            If it cannot have come from there.
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


@dataclass(frozen=True, eq=False)
class HistorySnapshot:
    """The recorded series, in equal strides of epochs from the start of the run, and the present as last point."""

    epochs: Array
    """Shape (points,)."""
    losses: Array
    """Shape (points,): mean loss over the training set, in nats for cross-entropy."""
    test_losses: Array | None = None
    """Shape (points,): the same over the test set, if there is one."""
    grad_norms: Array | None = None
    """Shape (points, layers): ‖∂L/∂W‖ of each layer in the last step before the point, NaN where it is not known;
    ``None`` for the losses of a branch."""
