"""What a unit responds to most and least, and the first layer's weights, as pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from textual.strip import Strip

from tuinet.observe.gallery import Responses
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.pixels import has_weight_pictures, largest_weight, sample_picture, weight_picture
from tuinet.tui.draw.text import Piece, abbreviated, first_fitting, ink, short_number
from tuinet.tui.draw.tiles import Tile, Tiling, blank_tile, no_room, tile_rows, tiling
from tuinet.tui.draw.verdicts import chosen_ink
from tuinet.tui.style.theme import Theme

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


LARGEST: Final = "▲"
SMALLEST: Final = "▼"
_ENOUGH: Final = 10


@dataclass(frozen=True)
class ResponseLayout:
    """Tiles: the unit's weights, then the largest activations, and in the lower rows the smallest."""

    tiles: Tiling
    has_weights: bool
    upper: int
    """Tiles for the largest activations."""
    lower: int
    """Tiles for the smallest."""


def response_layout(snapshot: Snapshot, unit: Unit, width: int, height: int) -> ResponseLayout | None:
    """How many pictures fit, and what they are of; ``None`` where there is no room for even one."""
    shape = snapshot.dataset.image_shape
    tiles = None if shape is None else tiling(shape, width, height, _ENOUGH)
    if tiles is None:
        return None
    has_weights = unit[0] == 1 and has_weight_pictures(snapshot) and tiles.count > 2
    upper = tiles.columns * ((tiles.rows + 1) // 2) if tiles.rows > 1 else (tiles.columns + has_weights + 1) // 2
    return ResponseLayout(tiles, has_weights, upper - has_weights, tiles.count - upper)


def response_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, unit: Unit) -> list[Strip] | None:
    """The samples to which a unit responds most and least, and where it has them its weights.

    ``None`` where they have not come yet.
    """
    layout, responses = response_layout(snapshot, unit, width, height), snapshot.responses
    if layout is None:
        return no_room(theme, width, height)
    if responses is None or responses.unit != unit:
        return None
    weights = [weight_tile(snapshot, unit[1], layout.tiles, theme)] if layout.has_weights else []
    drawing = _Drawing(snapshot, responses, layout.tiles, theme)
    tiles = [*weights, *drawing.largest(layout.upper), *drawing.smallest(layout.lower)]
    return tile_rows(tiles, layout.tiles, theme, width)


@dataclass(frozen=True, eq=False)
class _Drawing:
    snapshot: Snapshot
    responses: Responses
    layout: Tiling
    theme: Theme

    def largest(self, room: int) -> list[Tile]:
        """So many tiles, some of them blank where there are not as many samples."""
        return self._tiles(LARGEST, self.responses.largest.tolist(), self.responses.largest_activations, room)

    def smallest(self, room: int) -> list[Tile]:
        """The same at the other end."""
        return self._tiles(SMALLEST, self.responses.smallest.tolist(), self.responses.smallest_activations, room)

    def _tiles(self, glyph: str, numbers: list[int], activations: Array, room: int) -> list[Tile]:
        pairs = zip(numbers[:room], activations.tolist(), strict=False)
        tiles = [self._tile(glyph, number, activation) for number, activation in pairs]
        return tiles + [blank_tile(self.layout, self.theme)] * (room - len(tiles))

    def _tile(self, glyph: str, number: int, activation: float) -> Tile:
        samples = choose_set(self.snapshot.dataset, self.responses.is_test)
        picture = sample_picture(self.snapshot, samples.X[number], self.layout.shape, self.theme)
        value: Piece = (short_number(activation), ink(self.theme.foreground, self.theme.background))
        return Tile(picture, (glyph, ink(self.theme.axis, self.theme.background)), [value])
