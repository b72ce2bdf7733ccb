"""Which samples are evaluated for a frame and for the history: all of a set, or a fixed part where that is too much."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]

WORK: Final = 250_000_000
"""Multiplications that evaluating one set may take, as far as that leaves the least number of samples: some 10 ms."""
ACTIVATION: Final = 100
"""Multiplications in the time that one activation takes."""
LEAST: Final = 250
"""Samples that are evaluated however large the network is."""
_SEED: Final = 1


def most_seen(layer_sizes: Sequence[int]) -> int:
    """Samples of a set that may be evaluated for one frame; it follows from the network alone, never from a clock.

    Parameters
    ----------
    layer_sizes
        Sizes of all layers, inputs first.

    Returns
    -------
    int
        Two digits and zeros, so that it is easily read.
    """
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    affordable = WORK // (products + ACTIVATION * sum(layer_sizes[1:]))
    unit: int = 10 ** max(0, len(str(affordable)) - 2)
    return max(LEAST, affordable // unit * unit)


def seen_rows(samples: int, most: int) -> Indices:
    """All samples of a set; or so many of them, drawn once and for all, and in their order.

    They are drawn, not counted off, since classes may come in turn. The last sample is always among them: it may have
    been added by hand just now.

    Parameters
    ----------
    samples
        In the set.
    most
        At least 1.
    """
    if samples <= most:
        return np.arange(samples)
    drawn = np.random.default_rng(_SEED).choice(samples - 1, most - 1, replace=False)
    return np.append(np.sort(drawn), samples - 1)
