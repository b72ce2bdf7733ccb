"""One sample, large; many small ones; what a unit responds to; the first layer's weights: as pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.gallery import Gallery, Responses, class_shares
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.cells import Array, bar
from tuinet.tui.draw.text import Piece, abbreviated, count, filled, first_fitting, ink, row, short_number, shorten
from tuinet.tui.draw.tiles import (
    ENOUGH,
    Tile,
    Tiling,
    blank_tile,
    largest_weight,
    no_room,
    sample_picture,
    tile_rows,
    tiling,
    weight_picture,
)
from tuinet.tui.draw.verdicts import (
    RIGHT,
    VALUES,
    WRONG,
    caption,
    chosen_ink,
    confidence_text,
    is_wrong,
    mark,
    wrong_ink,
)
from tuinet.tui.style.theme import Theme

_NAME_LIMIT: Final = 14
_SHARE: Final = 6
_OUTPUTS: Final = 15
"""Cells that outputs want at least: a name, a short bar, a number."""
_WIDEST_BAR: Final = 60
_NUMBER: Final = 10

Line = list[Piece]


def sample_rows(snapshot: Snapshot, gallery: Gallery, index: int, theme: Theme, width: int, height: int) -> list[Strip]:
    """A sample of the gallery: what it is at the left, what the network makes of it at the right."""
    view, blank = _SampleView(snapshot, gallery, index, theme), ink(None, theme.background)
    sample = view.sample(width, height)
    used = max((line_width(line) for line in sample), default=0) + 1
    outputs = view.outputs(width - used, height)
    lines = max(len(sample), len(outputs))
    beside = zip(_filled(sample, lines), _filled(outputs, lines), strict=True)
    return [row([*_cut(left, used, theme), *right], width, blank) for left, right in beside][: max(height, 0)]


def line_width(line: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(text) for text, _ in line)


def _filled(lines: Sequence[Line], count: int) -> list[Line]:
    return [*lines, *[[]] * (count - len(lines))]


def _cut(line: Line, width: int, theme: Theme) -> Line:
    blank = ink(None, theme.background)
    return [(segment.text, segment.style or blank) for segment in row(line, width, blank)]


@dataclass(frozen=True, eq=False)
class _SampleView:
    snapshot: Snapshot
    gallery: Gallery
    index: int
    theme: Theme

    @property
    def _features(self) -> Array:
        features: Array = choose_set(self.snapshot.dataset, self.gallery.is_test).X[
            int(self.gallery.numbers[self.index])
        ]
        return features

    def sample(self, width: int, height: int) -> list[Line]:
        """The picture, or the features by their names; and for classes what it is and what it is taken for."""
        shape, verdict = self.snapshot.dataset.image_shape, self._verdict()
        if shape is None:
            above = [*verdict, []] if verdict and height > 4 else verdict
            return [*above, *self._named_features(height - len(above))]
        blank = ink(None, self.theme.background)
        layout = tiling(shape, width - _OUTPUTS, height - max(len(verdict) - 1, 0), 1)
        if layout is None:
            return verdict
        picture = sample_picture(self.snapshot, self._features, layout.shape, self.theme)
        return [*([(" ", blank), *line] for line in picture), *verdict]

    def _verdict(self) -> list[Line]:
        verdicts, names = self.gallery.verdicts, self.snapshot.dataset.class_names
        if verdicts is None:
            return []
        axis, text = ink(self.theme.axis, self.theme.background), ink(self.theme.foreground, self.theme.background)
        wrong = is_wrong(self.gallery, self.index)
        actual, predicted = (
            shorten(names[int(label)], _NAME_LIMIT)
            for label in (verdicts.actual[self.index], verdicts.predicted[self.index])
        )
        style = wrong_ink(self.theme) if wrong else text
        return [
            [(" true      ", axis), (actual, text)],
            [(" predicted ", axis), (f"{predicted} {WRONG if wrong else RIGHT}", style)],
        ]

    def _named_features(self, room: int) -> list[Line]:
        axis, text = ink(self.theme.axis, self.theme.background), ink(self.theme.foreground, self.theme.background)
        names, values = self.snapshot.dataset.feature_names, self._features.tolist()
        shown = len(names) if len(names) <= room else max(room - 1, 0)
        width = min(max(map(cell_len, names)), _NAME_LIMIT)
        lines: list[Line] = [
            [(f" {filled(name, width)}", axis), (f"{short_number(value):>{_NUMBER}}", text)]
            for name, value in zip(names[:shown], values, strict=False)
        ]
        return lines if shown == len(names) else [*lines, [(f" … {count(len(names) - shown)} more", axis)]]

    def outputs(self, width: int, height: int) -> list[Line]:
        """A bar for each class, or each number beside its target."""
        if self.gallery.verdicts is None:
            return self._numbers(height)
        one = slice(self.index, self.index + 1)
        shares = class_shares(self.gallery.outputs[one], self.snapshot.layers[-1].activation)[0]
        actual = int(self.gallery.verdicts.actual[self.index])
        classes = _in_sight(shares, actual, height)
        lines = [self._bar(label, float(shares[label]), width) for label in classes]
        if 2 * len(lines) <= height:
            lines = [one for line in lines for one in (line, [])]
        hidden = len(shares) - len(classes)
        return [*lines, [(f"  … {hidden} more", ink(self.theme.axis, self.theme.background))]] if hidden else lines

    def _bar(self, label: int, share: float, width: int) -> Line:
        """The true class has a mark, and so has the one that the sample is taken for by mistake."""
        assert self.gallery.verdicts is not None
        is_true = label == int(self.gallery.verdicts.actual[self.index])
        is_predicted = label == int(self.gallery.verdicts.predicted[self.index])
        text, axis = ink(self.theme.foreground, self.theme.background), ink(self.theme.axis, self.theme.background)
        style = ink(self.theme.curve, self.theme.background, bold=is_true) if is_true else axis
        style = wrong_ink(self.theme) if is_predicted and not is_true else style
        glyph = RIGHT if is_true else WRONG if is_predicted else " "
        names = self.snapshot.dataset.class_names
        room = min(max(map(cell_len, names)), _NAME_LIMIT, max(width - _SHARE - 4, 1))
        line, track = bar(share, max(min(width - room - _SHARE - 5, _WIDEST_BAR), 0))
        return [
            (f" {glyph} ", style),
            (filled(names[label], room) + " ", style if is_true or is_predicted else text),
            (line, style),
            (track, ink(self.theme.border, self.theme.background)),
            (f"{confidence_text(self.snapshot, share):>{_SHARE}}", style if is_true or is_predicted else axis),
        ]

    def _numbers(self, height: int) -> list[Line]:
        axis, text = ink(self.theme.axis, self.theme.background), ink(self.theme.foreground, self.theme.background)
        outputs, targets = self.gallery.outputs[self.index], self.gallery.targets[self.index]
        names = self.snapshot.dataset.target_names or tuple(f"y{index + 1}" for index in range(len(outputs)))
        width = min(max(map(cell_len, names)), _NAME_LIMIT)
        lines: list[Line] = [[(" " * (width + 1) + "".join(f"{name:>{_NUMBER}}" for name in VALUES), axis)]]
        with np.errstate(over="ignore", invalid="ignore"):
            errors = outputs - targets
        for name, *numbers in zip(names, targets.tolist(), outputs.tolist(), errors.tolist(), strict=False):
            values = "".join(f"{short_number(value):>{_NUMBER}}" for value in numbers)
            lines.append([(f" {filled(name, width)}", axis), (values, text)])
        return lines[: max(height, 0)]


def _in_sight(shares: Array, actual: int, height: int) -> list[int]:
    """All classes in their order; or where they are too many those with the largest outputs, and the true one."""
    if len(shares) <= height:
        return list(range(len(shares)))
    shown: list[int] = np.argsort(-shares, kind="stable")[: max(height - 1, 0)].tolist()
    return shown if actual in shown or not shown else [*shown[:-1], actual]


def gallery_tiling(snapshot: Snapshot, width: int, height: int) -> Tiling | None:
    """How the pictures are laid out."""
    shape = snapshot.dataset.image_shape
    return None if shape is None else tiling(shape, width, height, ENOUGH)


def gallery_rows(
    snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, height: int, place: int | None = None
) -> list[Strip]:
    """As many samples as fit.

    Parameters
    ----------
    place
        Of the chosen one, in the order in which they are shown; ``None`` where none is.
    """
    layout = gallery_tiling(snapshot, width, height)
    if layout is None:
        return no_room(theme, width, height)
    chosen = None if place is None else place - gallery.view.first
    draw = _Drawing(snapshot, gallery, layout, theme)
    tiles = [draw.tile(index, index == chosen) for index in range(min(len(gallery.numbers), layout.count))]
    return tile_rows(tiles, layout, theme, width)


@dataclass(frozen=True, eq=False)
class _Drawing:
    snapshot: Snapshot
    gallery: Gallery
    layout: Tiling
    theme: Theme

    def tile(self, index: int, is_chosen: bool) -> Tile:
        """One of the samples in sight."""
        samples = choose_set(self.snapshot.dataset, self.gallery.is_test)
        features = samples.X[self.gallery.numbers[index]]
        said = caption(self.snapshot, self.gallery, index, self.theme, self.layout.pitch - 2)
        if is_chosen:
            said = [("".join(text for text, _ in said).ljust(self.layout.shape[1]), chosen_ink(self.theme))]
        return Tile(
            sample_picture(self.snapshot, features, self.layout.shape, self.theme),
            mark(self.gallery, index, self.theme),
            said,
        )


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
    has_weights = unit[0] == 1 and snapshot.has_weight_pictures and tiles.count > 2
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
    drawing = _TileDrawing(snapshot, responses, layout.tiles, theme)
    tiles = [*weights, *drawing.largest(layout.upper), *drawing.smallest(layout.lower)]
    return tile_rows(tiles, layout.tiles, theme, width)


@dataclass(frozen=True, eq=False)
class _TileDrawing:
    snapshot: Snapshot
    responses: Responses
    layout: Tiling
    theme: Theme

    def largest(self, room: int) -> list[Tile]:
        """So many tiles, some of them blank where there are not as many samples."""
        return self._tiles(LARGEST, self.responses.largest.tolist(), self.responses.largest_activations, room)

    def smallest(self, room: int) -> list[Tile]:
        """The tiles at the other end."""
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
