"""The first layer's weights as pictures, one a unit; pure drawing."""

from __future__ import annotations

from typing import Final

from textual.strip import Strip

from tuinet.training.snapshot import Snapshot
from tuinet.tui.pixels import largest_weight, weight_picture
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.tiles import Shape, Tile, Tiling, no_room, tile_rows, tiling
from tuinet.tui.verdicts import chosen_ink

MOST_WANTED: Final = 60


def unit_name(snapshot: Snapshot, layer: int, index: int) -> str:
    """As in ``h3``; of several classes' outputs the name of the class, of others ``y``."""
    if layer < len(snapshot.layers):
        return f"h{index + 1}"
    if snapshot.dataset.task == "classes":
        return snapshot.dataset.class_names[index]
    return "y" if snapshot.layer_sizes[-1] == 1 else f"y{index + 1}"


def weights_tiling(snapshot: Snapshot, width: int, height: int) -> Tiling | None:
    """How the pictures are laid out: all units in sight if they can be."""
    shape = snapshot.dataset.image_shape
    return None if shape is None else tiling(shape, width, height, min(snapshot.layer_sizes[1], MOST_WANTED))


def weight_picture_rows(
    snapshot: Snapshot, theme: Theme, width: int, height: int, first: int = 0, chosen: int | None = None
) -> list[Strip]:
    """As many units as fit, from the first on."""
    layout = weights_tiling(snapshot, width, height)
    if layout is None:
        return no_room(theme, width, height)
    units = range(first, min(first + layout.count, snapshot.layer_sizes[1]))
    tiles = [weight_tile(snapshot, unit, layout.shape, theme, is_chosen=unit == chosen) for unit in units]
    return tile_rows(tiles, layout, theme, width)


def weight_tile(snapshot: Snapshot, unit: int, shape: Shape, theme: Theme, *, is_chosen: bool = False) -> Tile:
    """A unit's weights, with its name and its largest weight, which has the strongest colour."""
    name, largest = unit_name(snapshot, 1, unit), f"±{largest_weight(snapshot, unit):.2g}"
    blank = ink(None, theme.background)
    said: list[Piece] = [
        (name, ink(theme.foreground, theme.background)),
        (f" {largest}", ink(theme.axis, theme.background)),
    ]
    if is_chosen:
        said = [(f"{name} {largest}".ljust(shape[1]), chosen_ink(theme))]
    return Tile(weight_picture(snapshot, unit, shape, theme), (" ", blank), said)
