"""Parameters: all weights and biases in one vector; the arrays that operations write to, norms and read-only copies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating[Any]]
"""A floating-point array; float64 unless the Experiment says otherwise."""

Operation = Callable[[], object]
"""One prepared call: what to compute and where to put it are bound in; it takes nothing and returns nothing useful."""


DIVERGING_IS_NO_ERROR: Final = np.errstate(over="ignore", invalid="ignore", divide="ignore")
"""Decorates what computes with weights: a learning rate too large ends in infinities, shown, not warned of."""


Constant = float | Array
"""A number; or one for each network of a stack, float64 of the shape (networks, 1)."""


def constant(value: Constant, like: Array) -> Array:
    """A 0-d array of the same precision: NumPy adds it in half the time that a Python float takes.

    A value for each network of a stack has the shape (networks, 1), and keeps it.
    """
    return np.array(value, dtype=like.dtype)


class Parameters:
    """One vector, and for each layer a block of shape (fan_in + 1, fan_out) in it: the weights, then the biases.

    Those of a stack of networks have one axis more, the first: their vector has the shape (networks, parameters). In
    memory it is the innermost one, so that a single call of NumPy takes all networks along.

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
    networks
        Networks of a stack; ``None`` for a single one.
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        dtype: DTypeLike = np.float64,
        *,
        train_biases: bool = True,
        networks: int | None = None,
    ) -> None:
        self.train_biases = train_biases
        self.networks = networks
        stack = () if networks is None else (networks,)
        shapes = [(fan_in + 1, fan_out) for fan_in, fan_out in pairwise(layer_sizes)]
        ends = np.cumsum([rows * columns for rows, columns in shapes])
        self.layer_sizes = tuple(layer_sizes)
        self.vector: Array = np.zeros((*stack, ends[-1]), dtype, order="F")
        parts = np.split(self.vector, ends[:-1], axis=-1)
        self.blocks: tuple[Array, ...] = tuple(
            part.reshape(*stack, *shape) for part, shape in zip(parts, shapes, strict=True)
        )

    @property
    def weights(self) -> tuple[Array, ...]:
        """For each layer a view of its weights, shape (fan_in, fan_out)."""
        return tuple(block[..., :-1, :] for block in self.blocks)

    @property
    def biases(self) -> tuple[Array, ...]:
        """For each layer a view of its biases, shape (fan_out,)."""
        return tuple(block[..., -1, :] for block in self.blocks)

    def like(self) -> Parameters:
        """Zeros of the same layer sizes and precision."""
        return Parameters(self.layer_sizes, self.vector.dtype, train_biases=self.train_biases, networks=self.networks)


_DIGITS_LOST: Final = 1e9
"""Squares nearer than this to the smallest number of their precision have lost digits that show."""


@DIVERGING_IS_NO_ERROR
def norm(values: Array) -> float:
    """Root of the sum of the squares of all entries; NaN or infinite where an entry is.

    Gradients that vanish on their way through many layers are so small that in float32 their squares are 0, and those
    that explode have squares that are infinite: such entries are taken in units of the largest of them.

    References: J. L. Blue, "A portable Fortran program to find the Euclidean norm of a vector", 1978.
    """
    flat = values.ravel()
    squares = float(np.square(flat).sum())
    if float(np.finfo(flat.dtype).tiny) * _DIGITS_LOST < squares < math.inf:
        return math.sqrt(squares)
    largest = float(np.abs(flat).max(initial=0.0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = flat / largest
    return largest * math.sqrt(float(np.square(scaled).sum()))


T = TypeVar("T", bound="np.generic[Any]")


def frozen(values: NDArray[T]) -> NDArray[T]:
    """A read-only copy."""
    copy = values.copy()
    copy.flags.writeable = False
    return copy
