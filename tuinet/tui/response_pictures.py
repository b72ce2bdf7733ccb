"""What a unit responds to: the samples with its largest and its smallest activations; pure drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.strip import Strip

from tuinet.observe.gallery import Responses
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.cells import Array
from tuinet.tui.pixels import has_weight_pictures, sample_picture
from tuinet.tui.text import Piece, ink, short_number
from tuinet.tui.theme import Theme
from tuinet.tui.tiles import Tile, Tiling, blank_tile, no_room, tile_rows, tiling
from tuinet.tui.weight_pictures import weight_tile

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
