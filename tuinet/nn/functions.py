"""An Elementary: a function of every entry of an array, prepared or at once; and the Code of one in a script."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import Array, Operation

Float64 = NDArray[np.float64]


class Elementary(NamedTuple):
    """A function of every single entry: called with an array it gives another, of the same shape and precision."""

    compute: Callable[[Array], Array]
    prepare: Callable[[Array, Array], tuple[Operation, ...]] | None = None
    """The operations of `into`, where there are better ones than to compute an array and copy it."""

    def __call__(self, x: Array) -> Array:
        """The values, shape of x."""
        return self.compute(x)

    def into(self, x: Array, out: Array) -> tuple[Operation, ...]:
        """The operations that write the values to out, which may be x itself."""
        if self.prepare is not None:
            return self.prepare(x, out)

        def write() -> None:
            out[...] = self.compute(x)

        return (write,)


def in_float64(compute: Callable[[Float64], Float64]) -> Elementary:
    """A function that computes in float64, whatever the precision of what it is given."""

    @wraps(compute)
    def converted(x: Array) -> Array:
        return compute(x.astype(np.float64, copy=False)).astype(x.dtype, copy=False)

    return Elementary(converted)


def horner(x: Float64, coefficients: tuple[float, ...]) -> Float64:
    """A polynomial, the coefficient of the highest power first."""
    value = x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        value += coefficient
        value *= x
    value += coefficients[-1]
    return value


class Code(NamedTuple):
    """The code of an exported script for an activation, a loss, an optimizer, an initializer or a schedule."""

    numpy: str
    """An expression: of an activation in z, of a loss in z, a and y; of an initializer with fan_in, fan_out and rng; of
    a schedule with epoch, {rate} and {length}. Of an optimizer the lines from grad and rate to update."""
    slope: str = ""
    """Of an activation f′(z) in z and a; of a loss its gradient by a, or by z where it is canonical, with scale(c) for
    c times the share of each sample."""
    torch: str = ""
    """The same as an expression of PyTorch, of a loss for every output of every sample; of an optimizer the call that
    makes it, with `learned` to learn."""
    helper: str = ""
    """A function that the slope calls."""
    memory: str = ""
    """The statements that make the memory of an optimizer."""
