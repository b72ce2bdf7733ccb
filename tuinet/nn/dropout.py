"""Dropout: in training, each hidden activation is dropped with a probability (Srivastava et al., 2014)."""

from __future__ import annotations

from functools import partial

import numpy as np

from tuinet.nn.arrays import Array, Operation, constant


class Dropout:
    """Draws the masks. Inverted: what stays is scaled up, so that looking at the network needs no correction.

    Parameters
    ----------
    rate
        Probability that an activation is dropped, from 0 up to but not including 1.
    generator
        Source of the draws.
    """

    def __init__(self, rate: float, generator: np.random.Generator) -> None:
        self.rate = rate
        self.generator = generator

    def draw(self, mask: Array) -> tuple[Operation, ...]:
        """The operations that draw a mask anew, each entry 0 or 1 / (1 − rate).

        Parameters
        ----------
        mask
            Written in place, shape (samples, size of the layer), Fortran order.
        """
        draws = np.empty(mask.T.shape)
        return (
            partial(self.generator.random, out=draws),
            partial(np.greater_equal, draws, self.rate, mask.T, casting="unsafe"),
            partial(np.multiply, mask, constant(1 / (1 - self.rate), mask), mask),
        )
