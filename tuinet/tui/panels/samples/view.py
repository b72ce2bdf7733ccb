"""One sample, large; many small ones; what a unit responds to; the first layer's weights: as pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.metrics import class_shares, label_shares
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.answers import share_names, short_answer
from tuinet.tui.draw.cells import Array, bar
from tuinet.tui.draw.pixels import PictureCanvas
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import (
    Piece,
    count,
    filled,
    first_fitting,
    ink,
    row,
    short_number,
    table_number,
    unit_name,
    width_of,
)
from tuinet.tui.draw.tiles import (
    RIGHT,
    VALUES,
    WRONG,
    Tile,
    Tiling,
    caption,
    confidence_text,
    is_wrong,
    largest_weight,
    no_room,
    pieces_of,
    sample_shares,
    tile_rows,
    tiling,
    weight_shares,
)
from tuinet.tui.pointing import POINTED
from tuinet.tui.style.theme import Theme

_NAME_LIMIT: Final = 14
CELLS_PER_NAME: Final = 8
"""Where it is wide names are longer: one cell for each so many of its width."""
_SHARE: Final = 6
_OUTPUTS: Final = 15
"""Cells that outputs want at least: a name, a short bar, a number."""
_WIDEST_BAR: Final = 60
_NUMBER: Final = 10

Line = list[Piece]


def sample_rows(
    snapshot: Snapshot,
    gallery: Gallery,
    index: int,
    theme: Theme,
    width: int,
    height: int,
    canvas: PictureCanvas | None = None,
) -> list[Strip]:
    """A sample of the gallery: what it is at the left, what the network makes of it at the right."""
    limit, blank = max(_NAME_LIMIT, width // CELLS_PER_NAME), theme.inks.blank
    view = _SampleView(snapshot, gallery, index, theme, canvas, limit)
    sample = view.sample(width, height)
    used = max(map(width_of, sample), default=0) + 1
    nothing: Line = []
    beside = zip_longest(sample, view.outputs(width - used, height), fillvalue=nothing)
    lines = ([*pieces_of(row(left, used, blank)), *right] for left, right in beside)
    return [row(line, width, blank) for line in lines][: max(height, 0)]


class _SampleView:
    """The two halves of the drawing of one sample."""

    def __init__(
        self, snapshot: Snapshot, gallery: Gallery, index: int, theme: Theme, canvas: PictureCanvas | None, limit: int
    ) -> None:
        self._snapshot, self._gallery, self._index, self._theme = snapshot, gallery, index, theme
        self._canvas, self._limit = canvas, limit
        self._axis, self._text = theme.inks.axis, theme.inks.text
        self._features: Array = choose_set(snapshot.dataset, gallery.is_test).X[int(gallery.numbers[index])]

    def sample(self, width: int, height: int) -> list[Line]:
        """The picture, or the features by their names; and for classes what it is and what it is taken for."""
        shape, verdict = self._snapshot.dataset.image_shape, self._verdict()
        if shape is None:
            above = [*verdict, []] if verdict and height > 4 else verdict
            return [*above, *self._named_features(height - len(above))]
        layout = tiling(shape, width - _OUTPUTS, height - max(len(verdict) - 1, 0), 1)
        if layout is None:
            return verdict
        source = sample_shares(self._snapshot, self._features, self._theme)
        if self._canvas is not None:
            source.paint(self._canvas, 1, 0, (layout.lines, layout.shape[1]))
        picture = source.lines(layout.shape, self._theme)
        return [*([(" ", self._theme.inks.blank), *line] for line in picture), *verdict]

    def _verdict(self) -> list[Line]:
        verdicts = self._gallery.verdicts
        if verdicts is None:
            return []
        answers = int(verdicts.actual[self._index]), int(verdicts.predicted[self._index])
        actual, predicted = (short_answer(self._snapshot, answer, self._limit) for answer in answers)
        wrong = is_wrong(self._gallery, self._index)
        style = self._theme.inks.wrong if wrong else self._text
        return [
            [(" true      ", self._axis), (actual, self._text)],
            [(" predicted ", self._axis), (f"{predicted} {WRONG if wrong else RIGHT}", style)],
        ]

    def _named_features(self, room: int) -> list[Line]:
        names, values = self._snapshot.dataset.feature_names, self._features.tolist()
        shown = len(names) if len(names) <= room else max(room - 1, 0)
        width = min(max(map(cell_len, names)), self._limit)
        lines: list[Line] = [
            [(f" {filled(name, width)}", self._axis), (f"{table_number(value):>{_NUMBER}}", self._text)]
            for name, value in zip(short_names(names, width)[:shown], values, strict=False)
        ]
        return lines if shown == len(names) else [*lines, [(f" … {count(len(names) - shown)} more", self._axis)]]

    def outputs(self, width: int, height: int) -> list[Line]:
        """A bar for each class or label, or each number beside its target."""
        if self._gallery.verdicts is None:
            return self._numbers(height)
        one, has_labels = slice(self._index, self._index + 1), self._snapshot.dataset.task == "labels"
        shares_of = label_shares if has_labels else class_shares
        shares = shares_of(self._gallery.outputs[one], is_signed=self._snapshot.is_signed)[0]
        actual = 0 if has_labels else int(self._gallery.verdicts.actual[self._index])
        classes = _in_sight(shares, actual, height)
        lines = [self._bar(label, float(shares[label]), width) for label in classes]
        if 2 * len(lines) <= height:
            lines = [one for line in lines for one in (line, [])]
        hidden = len(shares) - len(classes)
        return [*lines, [(f"  … {hidden} more", self._axis)]] if hidden else lines

    def _bar(self, label: int, share: float, width: int) -> Line:
        """The true class has a mark, and so has the one that the sample is taken for by mistake; as have labels."""
        verdicts, names = self._gallery.verdicts, share_names(self._snapshot)
        assert verdicts is not None
        glyph, style, text = " ", self._axis, self._text
        if self._belongs(label, int(verdicts.actual[self._index])):
            glyph, style = RIGHT, ink(self._theme.curve, self._theme.background, bold=True)
        elif self._belongs(label, int(verdicts.predicted[self._index])):
            glyph, style = WRONG, self._theme.inks.wrong
        room = min(max(map(cell_len, names)), self._limit, max(width - _SHARE - 4, 1))
        line, track = bar(share, max(min(width - room - _SHARE - 5, _WIDEST_BAR), 0))
        return [
            (f" {glyph} ", style),
            (filled(short_name(names, label, room), room) + " ", text if glyph == " " else style),
            (line, style),
            (track, self._theme.inks.border),
            (f"{confidence_text(self._snapshot, share):>{_SHARE}}", style),
        ]

    def _belongs(self, label: int, answer: int) -> bool:
        """Whether an answer is this class, or has this label."""
        return bool(answer >> label & 1) if self._snapshot.dataset.task == "labels" else label == answer

    def _numbers(self, height: int) -> list[Line]:
        outputs, targets = self._gallery.outputs[self._index], self._gallery.targets[self._index]
        names = self._snapshot.dataset.output_names
        width = min(max(map(cell_len, names)), self._limit)
        heading = "".join(f"{name:>{_NUMBER}}" for name in VALUES)
        lines: list[Line] = [[(" " * (width + 1) + heading, self._axis)]]
        with np.errstate(over="ignore", invalid="ignore"):
            errors = outputs - targets
        for name, *numbers in zip(
            short_names(names, width), targets.tolist(), outputs.tolist(), errors.tolist(), strict=False
        ):
            values = "".join(f"{table_number(value):>{_NUMBER}}" for value in numbers)
            lines.append([(f" {filled(name, width)}", self._axis), (values, self._text)])
        return lines[: max(height, 0)]


def _in_sight(shares: Array, actual: int, height: int) -> list[int]:
    """All classes in their order; or where they are too many those with the largest outputs, and the true one."""
    if len(shares) <= height:
        return list(range(len(shares)))
    shown: list[int] = np.argsort(-shares, kind="stable")[: max(height - 1, 0)].tolist()
    return shown if actual in shown or not shown else [*shown[:-1], actual]


def is_pointed(gallery: Gallery, index: int, pointed: int | None) -> bool:
    """Whether a teacher points at a sample; only those of the training set are pointed at."""
    return pointed is not None and not gallery.is_test and int(gallery.numbers[index]) == pointed


def mark(gallery: Gallery, index: int, theme: Theme, pointed: int | None) -> Piece:
    """The mark before a sample that a teacher points at, or that is taken for another class."""
    if is_pointed(gallery, index, pointed):
        return POINTED, theme.inks.wrong if is_wrong(gallery, index) else theme.inks.key
    return (WRONG, theme.inks.wrong) if is_wrong(gallery, index) else (" ", theme.inks.blank)


def gallery_rows(
    snapshot: Snapshot,
    gallery: Gallery,
    theme: Theme,
    width: int,
    height: int,
    place: int | None = None,
    canvas: PictureCanvas | None = None,
    pointed: int | None = None,
) -> list[Strip]:
    """The samples that fit, as pictures.

    The chosen one is marked, which is given by its place in the order in which they are shown; and the one that a
    teacher points at, which is given by its number.
    """
    layout = tiling(snapshot.dataset.image_shape, width, height)
    if layout is None:
        return no_room(theme, width, height)
    chosen = None if place is None else place - gallery.view.first
    samples = choose_set(snapshot.dataset, gallery.is_test).X
    tiles: list[Tile] = []
    for index in range(min(len(gallery.numbers), layout.count)):
        said = caption(snapshot, gallery, index, theme, layout.pitch - 2)
        if index == chosen:
            said = [("".join(text for text, _ in said).ljust(layout.shape[1]), theme.inks.chosen)]
        source = sample_shares(snapshot, samples[gallery.numbers[index]], theme)
        tiles.append(Tile(source.lines(layout.shape, theme), mark(gallery, index, theme, pointed), said, source))
    return tile_rows(tiles, layout, theme, width, canvas)


MOST_WANTED: Final = 60


def neuron_name(snapshot: Snapshot, unit: Unit) -> str:
    """The name of a neuron: ``h3``; that of the class or the label for an output of several, else ``y``."""
    is_output = unit[0] == len(snapshot.layers)
    return snapshot.dataset.output_names[unit[1]] if is_output else unit_name(snapshot, unit)


def weights_wanted(snapshot: Snapshot) -> int:
    """Units that should be in sight: all of them if they can be."""
    return min(snapshot.layer_sizes[1], MOST_WANTED)


def weight_picture_rows(
    snapshot: Snapshot,
    theme: Theme,
    width: int,
    height: int,
    first: int = 0,
    chosen: int | None = None,
    canvas: PictureCanvas | None = None,
) -> list[Strip]:
    """The weights of the units that fit, from the first one on, as pictures."""
    layout = tiling(snapshot.dataset.image_shape, width, height, weights_wanted(snapshot))
    if layout is None:
        return no_room(theme, width, height)
    units = range(first, min(first + layout.count, snapshot.layer_sizes[1]))
    tiles = [weight_tile(snapshot, unit, layout, theme, is_chosen=unit == chosen) for unit in units]
    return tile_rows(tiles, layout, theme, width, canvas)


def weight_tile(snapshot: Snapshot, unit: int, layout: Tiling, theme: Theme, *, is_chosen: bool = False) -> Tile:
    """A unit's weights, with its name and its largest weight, which has the strongest colour."""
    name, largest = neuron_name(snapshot, (1, unit)), largest_weight(snapshot, unit)
    blank, room = theme.inks.blank, layout.pitch - 1
    texts = (f"{name} {size_text(largest, 2)}", f"{name} {size_text(largest, 1)}", unit_name(snapshot, (1, unit), room))
    said = first_fitting(texts, room)
    pieces: list[Piece] = [
        (said[: len(name)], theme.inks.text),
        (said[len(name) :], theme.inks.axis),
    ]
    if is_chosen:
        pieces = [(said.ljust(layout.shape[1]), theme.inks.chosen)]
    source = weight_shares(snapshot, unit, theme)
    return Tile(source.lines(layout.shape, theme), (" ", blank), pieces, source)


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
    tiles = tiling(snapshot.dataset.image_shape, width, height, _ENOUGH)
    if tiles is None:
        return None
    has_weights = unit[0] == 1 and snapshot.has_weight_pictures and tiles.count > 2
    upper = tiles.columns * ((tiles.rows + 1) // 2) if tiles.rows > 1 else (tiles.columns + has_weights + 1) // 2
    return ResponseLayout(tiles, has_weights, upper - has_weights, tiles.count - upper)


def response_rows(
    snapshot: Snapshot, theme: Theme, width: int, height: int, unit: Unit, canvas: PictureCanvas | None = None
) -> list[Strip] | None:
    """The samples to which a unit responds most and least, and where it has them its weights.

    ``None`` where they have not come yet.
    """
    layout, responses = response_layout(snapshot, unit, width, height), snapshot.responses
    if layout is None:
        return no_room(theme, width, height)
    if responses is None or responses.unit != unit:
        return None
    tiles = [weight_tile(snapshot, unit[1], layout.tiles, theme)] if layout.has_weights else []
    tiles += _response_tiles(snapshot, theme, layout.tiles, LARGEST, layout.upper)
    tiles += _response_tiles(snapshot, theme, layout.tiles, SMALLEST, layout.lower)
    return tile_rows(tiles, layout.tiles, theme, width, canvas)


def _response_tiles(snapshot: Snapshot, theme: Theme, layout: Tiling, glyph: str, room: int) -> list[Tile]:
    """Tiles of the largest or of the smallest activations, blank ones where there are not as many samples."""
    responses = snapshot.responses
    assert responses is not None
    is_largest = glyph == LARGEST
    numbers = responses.largest if is_largest else responses.smallest
    activations = responses.largest_activations if is_largest else responses.smallest_activations
    samples = choose_set(snapshot.dataset, responses.is_test).X
    mark, text = (glyph, theme.inks.axis), theme.inks.text
    sources = [sample_shares(snapshot, samples[number], theme) for number in numbers[:room].tolist()]
    tiles = [
        Tile(source.lines(layout.shape, theme), mark, [(short_number(activation), text)], source)
        for source, activation in zip(sources, activations.tolist(), strict=False)
    ]
    return tiles + [Tile([[("", theme.inks.blank)]] * layout.lines, (" ", theme.inks.blank), [])] * (room - len(tiles))
