"""How the gradients of each layer are spread now: how many are of which size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import Array, frozen

LOW_EXPONENT: Final = -18
"""Gradients below this power of ten count as of the smallest size."""
HIGH_EXPONENT: Final = 6
"""Gradients above this power of ten count as of the largest size."""
BINS_PER_DECADE: Final = 6
"""A number with many divisors, so that bins can be joined to columns of many widths."""
BINS: Final = (HIGH_EXPONENT - LOW_EXPONENT) * BINS_PER_DECADE
MOST_GRADIENTS: Final = 2**17
"""Gradients that are looked at in all: sorting them by size takes a few milliseconds."""
_LEAST_A_LAYER: Final = 1024

Counts = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class GradientSpread:
    """Counts of the weights of a layer by the size of their gradients."""

    positive: Counts
    """Shape (BINS,): weights with ∂L/∂w > 0 by their size, `BINS_PER_DECADE` bins to a power of ten."""
    negative: Counts
    """Shape (BINS,): the same with ∂L/∂w < 0."""
    zeros: int
    not_finite: int
    total: int
    """Weights in the layer, of which those counted are evenly spread."""

    @property
    def counted(self) -> int:
        """Weights that were looked at."""
        return int(self.positive.sum() + self.negative.sum()) + self.zeros + self.not_finite


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """The spread of the gradients in each layer now; the history holds their norms over time."""

    layers: tuple[GradientSpread, ...]
    """From the first hidden layer to the output."""


def observe_flow(weight_grads: Sequence[Array]) -> GradientFlow:
    """Count the gradients ∂L/∂W of each layer by size; in large layers, an even part of them."""
    most = max(_LEAST_A_LAYER, MOST_GRADIENTS // len(weight_grads))
    return GradientFlow(tuple(_spread(grads, most) for grads in weight_grads))


def _spread(grads: Array, most: int) -> GradientSpread:
    chosen = grads.ravel()[:: sampling_step(grads.size, grads.shape[1], most)]
    finite = np.isfinite(chosen)
    positive, negative = (_counts(chosen[side & finite]) for side in (chosen > 0, chosen < 0))
    zeros = int((chosen == 0).sum())
    return GradientSpread(positive, negative, zeros, int((~finite).sum()), grads.size)


def sampling_step(size: int, columns: int, most: int) -> int:
    """Every how many-th entry of a matrix is looked at, so that there are at most so many, from all its columns."""
    step = -(-size // most)
    # A step that shares a factor with the columns would meet only some of them: only some units of the layer.
    while math.gcd(step, columns) > 1:
        step += 1
    return step


def _counts(grads: Array) -> Counts:
    places = np.floor(np.log10(np.abs(grads, dtype=np.float64)) * BINS_PER_DECADE).astype(np.intp)
    bins = np.clip(places - LOW_EXPONENT * BINS_PER_DECADE, 0, BINS - 1)
    return frozen(np.bincount(bins, minlength=BINS))
