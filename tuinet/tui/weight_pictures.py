"""The first layer's weights as pictures, one a unit; pure drawing."""

from __future__ import annotations

import math
from typing import Final

from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.pixels import largest_weight, weight_picture
from tuinet.tui.text import Piece, abbreviated, first_fitting, ink
from tuinet.tui.theme import Theme
from tuinet.tui.tiles import Tile, Tiling, no_room, tile_rows, tiling
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
    tiles = [weight_tile(snapshot, unit, layout, theme, is_chosen=unit == chosen) for unit in units]
    return tile_rows(tiles, layout, theme, width)


def weight_tile(snapshot: Snapshot, unit: int, layout: Tiling, theme: Theme, *, is_chosen: bool = False) -> Tile:
    """A unit's weights, with its name and its largest weight, which has the strongest colour."""
    name, largest = unit_name(snapshot, 1, unit), largest_weight(snapshot, unit)
    blank, room = ink(None, theme.background), layout.pitch - 1
    texts = (f"{name} {size_text(largest, 2)}", f"{name} {size_text(largest, 1)}", abbreviated(name, room))
    said = first_fitting(texts, room)
    pieces: list[Piece] = [
        (said[: len(name)], ink(theme.foreground, theme.background)),
        (said[len(name) :], ink(theme.axis, theme.background)),
    ]
    if is_chosen:
        pieces = [(said.ljust(layout.shape[1]), chosen_ink(theme))]
    return Tile(weight_picture(snapshot, unit, layout.shape, theme), (" ", blank), pieces)


def size_text(value: float, digits: int) -> str:
    """A size with so many digits, in at most six cells: ``0.31``, ``2.3e-4``."""
    if not value or not math.isfinite(value):
        return f"{value:g}"
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{value:.{digits}g}" if -2 <= int(power) < digits else f"{mantissa}e{int(power)}"
