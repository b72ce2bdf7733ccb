"""Batches: a seeded order of the samples, dealt out batch by batch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Array
from tuinet.errors import CheckpointError


class Batches:
    """The training set as a sequence of batches, shuffled anew at the start of every epoch.

    The last batch of an epoch is smaller when the batch size does not divide the number of samples. A batch of the
    whole training set needs no order, and is never shuffled.

    Parameters
    ----------
    n_samples
        Size of the training set.
    batch_size
        Samples in a batch; 0, or more than there are samples, stands for the whole training set.
    generator
        Source of the shuffles.
    """

    def __init__(self, n_samples: int, batch_size: int, generator: np.random.Generator) -> None:
        self.batch_size = min(batch_size or n_samples, n_samples)
        self.generator = generator
        self.order: NDArray[np.intp] = np.arange(n_samples)
        self.batch = 0
        """Index within the epoch of the batch that `take` deals next."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Samples in each batch of an epoch; where there are no samples, one batch of none."""
        if not self.batch_size:
            return (0,)
        whole, rest = divmod(len(self.order), self.batch_size)
        return (self.batch_size,) * whole + ((rest,) if rest else ())

    @property
    def is_full(self) -> bool:
        """Whether every batch is the whole training set."""
        return self.batch_size == len(self.order)

    def take(self) -> NDArray[np.intp]:
        """The indices of the next batch, shape (samples of the batch,): a view, valid until the next shuffle."""
        if self.batch == 0:
            self.generator.shuffle(self.order)
        indices = self.indices(self.batch)
        done = (self.batch + 1) * self.batch_size >= len(self.order)
        self.batch = 0 if done else self.batch + 1
        return indices

    def indices(self, batch: int) -> NDArray[np.intp]:
        """The samples of a batch of the epoch under way, or just completed: a view, as `take` gives."""
        start = batch * self.batch_size
        return self.order[start : start + self.batch_size]

    def restore(self, order: NDArray[np.intp], batch: int) -> None:
        """Go on within an epoch.

        Parameters
        ----------
        order
            The samples in the epoch's order, shape (samples,).
        batch
            Index of the batch that `take` deals next.

        Raises
        ------
        CheckpointError
            If the order is none of these samples.
        """
        if order.shape != self.order.shape or not np.array_equal(np.sort(order), np.arange(len(self.order))):
            raise CheckpointError("damaged: the order of the samples is no order of this training set")
        self.order[:] = order
        self.batch = batch

    def loader(self, X: Array, y: Array, inputs: Array, targets: Array) -> Callable[[], None]:
        """An operation that copies the next batch's rows of X and y to the buffers of a workspace.

        Parameters
        ----------
        X
            All inputs, shape (samples, columns), C order.
        y
            All targets, shape (samples, outputs), Fortran order.
        inputs
            Shape (samples of the batch, columns), C order.
        targets
            Shape (samples of the batch, outputs), Fortran order.
        """
        take_rows, take_columns, columns = X.take, y.T.take, targets.T
        take = self.take

        def load() -> None:
            # mode="clip" spares NumPy the copy that it needs to leave `out` untouched when an index is out of range.
            indices = take()
            take_rows(indices, 0, inputs, "clip")
            take_columns(indices, 1, columns, "clip")

        return load
