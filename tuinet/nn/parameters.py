"""Parameters: every weight and bias of a network in one flat vector, with a view for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike

from tuinet.nn.arrays import Array


class Parameters:
    """One vector, and for each layer a block of shape (fan_in + 1, fan_out) in it: the weights, then the biases.

    With the biases as the last row of a block, and a column of ones beside every layer's input, a single matrix
    product computes ``x·W + b``, and a single one gives both gradients. Gradients and optimizer slots are Parameters
    of the same layer sizes, so that an update is a few calls on whole vectors.

    The vector is written into and never replaced: every prepared operation holds views of it.

    Parameters
    ----------
    layer_sizes
        Sizes of all layers, inputs first.
    dtype
        Precision of the vector.
    train_biases
        Whether training changes the biases; if not, their gradients stay 0.
    """

    def __init__(self, layer_sizes: Sequence[int], dtype: DTypeLike = np.float64, *, train_biases: bool = True) -> None:
        self.train_biases = train_biases
        shapes = [(fan_in + 1, fan_out) for fan_in, fan_out in pairwise(layer_sizes)]
        ends = np.cumsum([rows * columns for rows, columns in shapes])
        self.layer_sizes = tuple(layer_sizes)
        self.vector: Array = np.zeros(ends[-1], dtype)
        parts = np.split(self.vector, ends[:-1])
        self.blocks: tuple[Array, ...] = tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))

    @property
    def weights(self) -> tuple[Array, ...]:
        """For each layer a view of its weights, shape (fan_in, fan_out)."""
        return tuple(block[:-1] for block in self.blocks)

    @property
    def biases(self) -> tuple[Array, ...]:
        """For each layer a view of its biases, shape (fan_out,)."""
        return tuple(block[-1] for block in self.blocks)

    def like(self) -> Parameters:
        """Zeros of the same layer sizes and precision."""
        return Parameters(self.layer_sizes, self.vector.dtype, train_biases=self.train_biases)
