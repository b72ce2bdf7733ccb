"""How often a run records its losses and keeps keyframes at first, so that both cost next to nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

BUDGET: Final = 0.02
"""Share of the training's arithmetic that recording may add."""
NEGLIGIBLE: Final = 250_000
"""Multiplications of one evaluation below which every epoch is recorded at first.

`CAPACITY` evaluations of this size take some 20 ms in all, and the strides that follow are ever longer; a curve that
has a point for every epoch is worth that to whoever steps through the first ones by hand.
"""
CALLS: Final = 4_000
"""What NumPy's own calls for one layer in one step cost, in multiplications: of small batches it is the most."""
REPLAY: Final = 200_000_000
"""Multiplications from one keyframe to the next: some 20 ms."""
LEAST_STEPS: Final = 64
MOST_STEPS: Final = 1024
"""Of the smallest network: 5 ms, where a keyframe itself takes 0.03 ms."""


def first_stride(layer_sizes: Sequence[int], train: int, seen: int, batches: int = 1) -> int:
    """Epochs between two recorded losses, a power of two.

    Parameters
    ----------
    layer_sizes
        Sizes of all layers, inputs first.
    train
        Samples of the training set.
    seen
        Samples of both sets that are evaluated for one point.
    batches
        Steps of an epoch.
    """
    layers = [fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes)]
    evaluation = seen * sum(layers)
    if evaluation <= NEGLIGIBLE:
        return 1
    # Forward, gradients by the weights, and deltas of all layers but the inputs.
    training = train * (3 * sum(layers) - layers[0]) + batches * len(layers) * CALLS
    return int(2 ** math.ceil(math.log2(max(1.0, evaluation / (BUDGET * training)))))


def first_keyframe_stride(layer_sizes: Sequence[int], batch_size: int) -> int:
    """Steps between two keyframes, a power of two: as many as are replayed in the blink of an eye, up to 1,024.

    Parameters
    ----------
    layer_sizes
        Sizes of all layers, inputs first.
    batch_size
        Samples in a batch; 0 where all samples have been taken out.
    """
    layers = [fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes)]
    step = max(batch_size, 1) * (3 * sum(layers) - layers[0])
    affordable = REPLAY / step
    return int(2 ** math.floor(math.log2(min(MOST_STEPS, max(LEAST_STEPS, affordable)))))
