"""Pictures of samples and of weights, pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.text import Piece
from tuinet.tui.style.theme import Theme

if TYPE_CHECKING:
    from tuinet.tui.draw.tiles import Shape


def sample_picture(snapshot: Snapshot, features: Array, shape: Shape, theme: Theme) -> list[list[Piece]]:
    """A sample in grey levels, from the lowest feature of all training samples to the highest.

    Parameters
    ----------
    features
        Shape (features,).
    shape
        Rows and columns of the picture that is drawn.
    """
    from tuinet.tui.draw.tiles import picture_lines

    low, high = snapshot.dataset.extent
    shares = (_as_picture(snapshot, features) - low) / ((high - low) or 1.0)
    return picture_lines(shares, shape, theme.greys, theme)


def weight_picture(snapshot: Snapshot, unit: int, shape: Shape, theme: Theme) -> list[list[Piece]]:
    """What a unit of the first layer weighs each pixel by: from the negative of its largest weight to the positive."""
    from tuinet.tui.draw.tiles import picture_lines

    weights = snapshot.layers[0].weights[:, unit]
    shares = 0.5 + _as_picture(snapshot, weights) / (2 * (largest_weight(snapshot, unit) or 1.0))
    return picture_lines(shares, shape, theme.levels, theme)


def largest_weight(snapshot: Snapshot, unit: int) -> float:
    """Of a unit of the first layer, without its sign."""
    return float(np.abs(snapshot.layers[0].weights[:, unit]).max())


def has_weight_pictures(snapshot: Snapshot) -> bool:
    """Whether the first layer's weights are one for each pixel."""
    shape = snapshot.dataset.image_shape
    return shape is not None and shape[0] * shape[1] == snapshot.layer_sizes[0]


def _as_picture(snapshot: Snapshot, values: Array) -> Array:
    shape = snapshot.dataset.image_shape
    assert shape is not None
    return np.asarray(values, np.float64).reshape(shape)
