"""Penalties, clipping and dropout, against fitting the samples too closely or in too large steps."""

from __future__ import annotations

from functools import partial

import numpy as np

from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Constant, Operation, Parameters, constant


@DIVERGING_IS_NO_ERROR
def penalty_value(parameters: Parameters, l1: Constant, l2: Constant) -> float:
    """l1·Σ|w| + ½·l2·Σw² over all weights of a single network; biases are never penalized."""
    if not l1 and not l2:
        return 0.0
    absolute = sum(float(np.abs(weights).sum()) for weights in parameters.weights)
    squared = sum(float(np.square(weights).sum()) for weights in parameters.weights)
    return float(l1 * absolute + 0.5 * l2 * squared)


def penalty_operations(parameters: Parameters, grads: Parameters, l1: Constant, l2: Constant) -> tuple[Operation, ...]:
    """The operations that add the penalty's gradient, l1·sign(w) + l2·w, to the gradients; sign(0) is 0."""
    vector, share = parameters.vector, np.empty_like(parameters.vector)
    operations: list[Operation] = []
    if np.any(l1):
        coefficients = _on_weights(parameters, l1)
        operations += [partial(np.sign, vector, share), partial(np.multiply, share, coefficients, share)]
        operations += [partial(np.add, grads.vector, share, grads.vector)]
    if np.any(l2):
        operations += [partial(np.multiply, vector, _on_weights(parameters, l2), share)]
        operations += [partial(np.add, grads.vector, share, grads.vector)]
    return tuple(operations)


def _on_weights(parameters: Parameters, value: Constant) -> Array:
    """A vector with the value at every weight and 0 at every bias."""
    mask = parameters.like()
    for weights in mask.weights:
        weights[:] = value[..., np.newaxis] if isinstance(value, np.ndarray) else value
    return mask.vector


def clip_operations(arithmetic: Arithmetic, grads: Parameters, largest_norm: Constant) -> tuple[Operation, ...]:
    """The operation that scales all gradients together down to a norm (Pascanu, Mikolov and Bengio, 2013); 0: none."""
    if not np.any(largest_norm):
        return ()
    vector = grads.vector

    def clip() -> None:
        # PyTorch's small constant keeps the norm just below the bound.
        factor = largest_norm / (arithmetic.norm(vector) + 1e-6)
        if isinstance(factor, np.ndarray):
            np.multiply(vector, np.where(factor < 1, factor, 1.0).astype(vector.dtype), vector)
        elif factor < 1:
            np.multiply(vector, vector.dtype.type(factor), vector)

    return (clip,)


class Dropout:
    """Draws the masks; each activation is dropped with a probability from 0 up to but not including 1.

    Inverted: what stays is scaled up, so that looking at the network needs no correction.
    """

    def __init__(self, rate: float, generator: np.random.Generator) -> None:
        self.rate = rate
        self.generator = generator

    def draw(self, mask: Array) -> tuple[Operation, ...]:
        """The operations that draw a mask anew, each entry 0 or 1 / (1 − rate).

        The mask has the shape (samples, size of the layer) and Fortran order.
        """
        draws = np.empty(mask.T.shape)
        return (
            partial(self.generator.random, out=draws),
            partial(np.greater_equal, draws, self.rate, mask.T, casting="unsafe"),
            partial(np.multiply, mask, constant(1 / (1 - self.rate), mask), mask),
        )
