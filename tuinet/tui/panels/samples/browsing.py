"""Browsing among samples, weights and responses: what is in sight, what has to be computed, and samples as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import GalleryView, ResponsesView, Unit
from tuinet.tui.draw.answers import longest_answer, short_answer
from tuinet.tui.draw.cells import Array, bar
from tuinet.tui.draw.pixels import PictureCanvas
from tuinet.tui.draw.scales import round_up
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, count, filled, first_fitting, right_aligned, row, short_number, table_number
from tuinet.tui.draw.tiles import ARROW, ENOUGH, VALUES, confidence_text, is_wrong, mark, tiling
from tuinet.tui.panels.samples.view import (
    gallery_rows,
    response_layout,
    response_rows,
    sample_rows,
    weight_picture_rows,
    weights_wanted,
)
from tuinet.tui.style.theme import Theme

Mode = Literal["samples", "weights", "responses"]

MODES: Final[tuple[Mode, ...]] = ("samples", "weights", "responses")


@dataclass(frozen=True)
class Window:
    """What is in sight of a number of things in rows."""

    per_row: int
    rows: int
    total: int

    @property
    def page(self) -> int:
        """How many are in sight at once."""
        return self.per_row * self.rows

    def clamp(self, place: int) -> int:
        """The nearest place that there is."""
        return max(0, min(place, self.total - 1))

    def scrolled(self, first: int, place: int) -> int:
        """The first in sight, moved by as few rows as bring a place into sight, and leave no row empty at the end."""
        if not self.page or not self.total:
            return 0
        row, last = self.clamp(place) // self.per_row, (self.total - 1) // self.per_row
        top = max(row - self.rows + 1, min(first // self.per_row, row))
        return max(0, min(top, last - self.rows + 1)) * self.per_row


@dataclass(frozen=True)
class Browsing:
    """What is looked at; everything counted from 0 but layers."""

    mode: Mode = "samples"
    on_test: bool = True
    """Whether the test set is looked at, where there is one."""
    wrong_first: bool = False
    place: int = 0
    """The chosen sample's, in the order in which they are shown."""
    first: int = 0
    """Place of the first sample in sight."""
    is_open: bool = False
    """Whether the chosen sample has the panel to itself."""
    number: int | None = None
    """The sample's own number while it has; ``None`` until it is known which one is in its place."""
    unit: Unit = (1, 0)
    """The chosen neuron."""
    first_unit: int = 0
    """The first of the first layer's units in sight."""

    def within(self, sizes: tuple[int, ...], has_pictures: bool) -> Browsing:
        """Keep what the network and the samples have; else take the nearest unit, and samples for the other modes.

        Parameters
        ----------
        sizes
            Of all layers, inputs first.
        has_pictures
            Whether weights can be drawn.
        """
        mode = self.mode if has_pictures else "samples"
        return replace(self, mode=mode).at_unit(self.unit, sizes)

    def with_next_mode(self) -> Browsing:
        """The one behind it, and behind the last the first."""
        return replace(self, mode=MODES[(MODES.index(self.mode) + 1) % len(MODES)], is_open=False, number=None)

    def with_other_set(self) -> Browsing:
        """The other set, from its start."""
        return replace(self, on_test=not self.on_test, place=0, first=0, number=None)

    def with_other_order(self) -> Browsing:
        """The other order, from its start."""
        return replace(self, wrong_first=not self.wrong_first, place=0, first=0, number=None)

    def at(self, place: int, window: Window) -> Browsing:
        """Another sample chosen, and in sight."""
        place = window.clamp(place)
        number = self.number if place == self.place else None
        return replace(self, place=place, first=window.scrolled(self.first, place), number=number)

    def at_unit(self, unit: Unit, sizes: tuple[int, ...], window: Window | None = None) -> Browsing:
        """Another neuron chosen, or the nearest that there is, and in sight.

        Parameters
        ----------
        sizes
            Of all layers, inputs first.
        window
            What is in sight of the first layer.
        """
        layer = max(1, min(unit[0], len(sizes) - 1))
        index = max(0, min(unit[1], sizes[layer] - 1))
        first = self.first_unit if window is None else window.scrolled(self.first_unit, index)
        return replace(self, unit=(layer, index), first_unit=first)

    def opened(self, number: int | None) -> Browsing:
        """The chosen sample large."""
        return replace(self, is_open=True, number=number)

    def closed(self) -> Browsing:
        """All samples again."""
        return replace(self, is_open=False, number=None)


HEADING: Final = 1
"""Rows above the samples."""
_NUMBER: Final = 10
"""Cells of a number: a space, and three digits with their sign behind three zeros, or with an exponent."""
_WIDEST: Final = 16
_NAME_LIMIT: Final = 14
_CONFIDENCE: Final = 11
_ROOMY: Final = 50
"""Cells from which on the confidence has its whole name."""
_DOTS: Final = 2
_BAR: Final = "━"
_BAR_GAP: Final = 2
_LEAST_BAR: Final = 16
"""Cells right of the table from which on each sample has a bar."""
_LONGEST_BAR: Final = 101
"""An odd number, so that there is a middle."""


def table_rows(
    snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, height: int, place: int | None = None
) -> list[Strip]:
    """The samples that fit, below the names of their columns.

    The chosen one is marked, which is given by its place in the order in which they are shown.
    """
    table = _SampleTable(snapshot, gallery, theme, width - 1)
    chosen = None if place is None else place - gallery.view.first
    shown = range(min(len(gallery.numbers), max(height - HEADING, 0)))
    lines = [table.heading(), *(table.line(index, index == chosen) for index in shown)]
    return [row(line, width, theme.inks.blank) for line in lines][: max(height, 0)]


class _SampleTable:
    """The lines of a table so many cells wide."""

    def __init__(self, snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int) -> None:
        self._snapshot, self._gallery, self._theme = snapshot, gallery, theme
        self._axis, self._text = theme.inks.axis, theme.inks.text
        self._first = len(count(gallery.total)) + 2  # mark and number
        self._confidence = _CONFIDENCE if width >= _ROOMY else len(" conf.")
        longest = max(len("predicted"), longest_answer(snapshot))
        room = (width - self._first - self._confidence - _DOTS - 5) // 2
        self._name = min(longest, _NAME_LIMIT, max(room, 1))
        last = len(VALUES) * _NUMBER if gallery.verdicts is None else 2 * self._name + self._confidence + 5
        # How many features fit, and how wide their columns are: as their names where all of them fit.
        names, room = snapshot.dataset.feature_names, width - self._first - last
        is_whole = len(names) * _NUMBER <= room
        self._features = len(names) if is_whole else max((room - _DOTS) // _NUMBER, 0)
        self._column = max(_NUMBER, min(max(map(cell_len, names)) + 2, _WIDEST, room // len(names)))
        self._dots = "" if is_whole else " …"
        left = room - self._features * self._column - len(self._dots) - _BAR_GAP - 1
        self._bar = min(left, _LONGEST_BAR) if left >= _LEAST_BAR and not snapshot.has_margins else 0
        self._largest = _largest_error(gallery)

    def heading(self) -> list[Piece]:
        """The names of the columns."""
        names = short_names(self._snapshot.dataset.feature_names, self._column - 1)[: self._features]
        features = "".join(right_aligned(name, self._column) for name in names)
        said = f"{'':{self._first}}{features}{self._dots}{self._last_heading()}"
        return [(said + " " * _BAR_GAP + self._bar_heading(), self._axis)]

    def _bar_heading(self) -> str:
        """What the bars are; of errors, which one fills its half."""
        if not self._bar or self._gallery.verdicts is not None:
            return ""
        end = short_number(self._largest)
        texts = (f"error, from −{end} to {end}", f"error, up to {end}", "")
        return f"{first_fitting(texts, self._bar):^{self._bar}}"

    def _last_heading(self) -> str:
        if self._gallery.verdicts is None:
            target = short_name(self._snapshot.dataset.output_names, 0, _NUMBER - 1)
            return "".join(right_aligned(name, _NUMBER) for name in (target, *VALUES[1:]))
        words = ("margin", "marg.") if self._snapshot.has_margins else ("confidence", "conf.")
        heading = words[self._confidence != _CONFIDENCE]
        true, predicted = (filled(name, self._name) for name in ("true", "predicted"))
        return f"  {true}   {predicted}{heading:>{self._confidence}}"

    def line(self, index: int, is_chosen: bool) -> list[Piece]:
        """One sample."""
        number = int(self._gallery.numbers[index])
        features = choose_set(self._snapshot.dataset, self._gallery.is_test).X[number, : self._features]
        return [
            mark(self._gallery, index, self._theme),
            (f"{count(number + 1):>{self._first - 2}}", self._theme.inks.chosen if is_chosen else self._axis),
            (" ", self._axis),
            ("".join(f"{table_number(value):>{self._column}}" for value in features.tolist()), self._text),
            (self._dots, self._axis),
            self._answer(index),
            *self._bars(index),
        ]

    def _bars(self, index: int) -> list[Piece]:
        """How sure it is, in the colour of what is right or wrong; of numbers the error, left where it is negative."""
        verdicts, gap = self._gallery.verdicts, (" " * _BAR_GAP, self._axis)
        if not self._bar:
            return []
        if verdicts is not None:
            line, track = bar(float(verdicts.confidences[index]), self._bar)
            ink = self._theme.inks.warning if is_wrong(self._gallery, index) else self._theme.inks.curve
            return [gap, (line, ink), (track, self._theme.inks.border)]
        half, error = self._bar // 2, float(_errors(self._gallery)[index])
        cells = round(half * min(abs(error) / (self._largest or 1.0), 1.0)) if math.isfinite(error) else 0
        below, above = (cells, 0) if error < 0 else (0, cells)
        return [
            gap,
            (" " * (half - below) + _BAR * below, self._theme.inks.negative),
            ("│", self._theme.inks.border),
            (_BAR * above, self._theme.inks.positive),
        ]

    def _answer(self, index: int) -> Piece:
        verdicts = self._gallery.verdicts
        if verdicts is None:
            target, output = float(self._gallery.targets[index, 0]), float(self._gallery.outputs[index, 0])
            with np.errstate(over="ignore", invalid="ignore"):
                numbers = (target, output, output - target)
            return "".join(f"{table_number(value):>{_NUMBER}}" for value in numbers), self._text
        pair = int(verdicts.actual[index]), int(verdicts.predicted[index])
        actual, predicted = (filled(short_answer(self._snapshot, one, self._name), self._name) for one in pair)
        share = confidence_text(self._snapshot, float(verdicts.confidences[index]))
        style = self._theme.inks.wrong if is_wrong(self._gallery, index) else self._text
        return f"  {actual} {ARROW} {predicted}{share:>{self._confidence}}", style


def _errors(gallery: Gallery) -> Array:
    """Of each sample's first output, shape (samples,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        errors: Array = gallery.outputs[:, 0] - gallery.targets[:, 0]
    return errors


def _largest_error(gallery: Gallery) -> float:
    """Of the samples in sight, as a round number; 0 where they have classes."""
    sizes = np.abs(_errors(gallery)) if gallery.verdicts is None else np.zeros(0)
    finite = sizes[np.isfinite(sizes)]
    return round_up(float(finite.max())) if finite.any() else 0.0


Fields = Mapping[str, object]

NOTHING: Final[Fields] = {"gallery": None, "responses": None}
"""The fields of a `View` where nothing has to be computed."""


def window_of(snapshot: Snapshot, browsing: Browsing, width: int, height: int) -> Window:
    """The window on all samples, or on the units of the first layer."""
    is_of_weights = browsing.mode == "weights"
    total = snapshot.layer_sizes[1] if is_of_weights else _samples(snapshot, browsing)
    if snapshot.dataset.image_shape is None:
        return Window(1, max(height - HEADING, 0), total)
    wanted = weights_wanted(snapshot) if is_of_weights else ENOUGH
    layout = tiling(snapshot.dataset.image_shape, width, height, wanted)
    return Window(layout.columns, layout.rows, total) if layout else Window(1, 0, total)


def _samples(snapshot: Snapshot, browsing: Browsing) -> int:
    """Samples of the set, or as many of them as an order was found for."""
    total, gallery = len(choose_set(snapshot.dataset, browsing.on_test).X), snapshot.gallery
    is_ordered = browsing.wrong_first and gallery is not None and gallery.view.wrong_first
    return min(total, gallery.among) if gallery is not None and is_ordered else total


def fields_of(snapshot: Snapshot, browsing: Browsing, width: int, height: int) -> Fields:
    """The fields of a `View` for what is in sight."""
    if browsing.mode == "weights":
        return NOTHING
    if browsing.mode == "responses":
        layout = response_layout(snapshot, browsing.unit, width, height)
        most = max(layout.upper, layout.lower) if layout else 0
        return {**NOTHING, "responses": ResponsesView(browsing.unit, most, browsing.on_test)}
    if not browsing.is_open:
        page = window_of(snapshot, browsing, width, height).page
        return {**NOTHING, "gallery": GalleryView(browsing.first, page, browsing.wrong_first, browsing.on_test)}
    if browsing.number is not None:
        return {**NOTHING, "gallery": GalleryView(browsing.number, 1, on_test=browsing.on_test)}
    return {**NOTHING, "gallery": GalleryView(browsing.place, 1, browsing.wrong_first, browsing.on_test)}


def number_at(snapshot: Snapshot, browsing: Browsing) -> int | None:
    """Which sample is in the chosen place; ``None`` where its gallery has not come yet."""
    gallery = _gallery(snapshot, browsing)
    index = browsing.place - gallery.view.first if gallery else 0
    return int(gallery.numbers[index]) if gallery and 0 <= index < len(gallery.numbers) else None


def _gallery(snapshot: Snapshot, browsing: Browsing) -> Gallery | None:
    gallery, wanted = snapshot.gallery, (browsing.wrong_first, browsing.on_test)
    return gallery if gallery and (gallery.view.wrong_first, gallery.view.on_test) == wanted else None


def rows_of(
    snapshot: Snapshot,
    browsing: Browsing,
    theme: Theme,
    width: int,
    height: int,
    *,
    has_focus: bool = False,
    canvas: PictureCanvas | None = None,
) -> list[Strip] | None:
    """The drawing of a mode, with the focus what is chosen marked; ``None`` where what it is of has not come yet.

    Parameters
    ----------
    canvas
        On which pictures are drawn in pixels, too; ``None`` where cells show them.
    """
    if browsing.mode == "weights":
        chosen = browsing.unit[1] if has_focus else None
        return weight_picture_rows(snapshot, theme, width, height, browsing.first_unit, chosen, canvas)
    if browsing.mode == "responses":
        return response_rows(snapshot, theme, width, height, browsing.unit, canvas)
    if browsing.is_open:
        return _large(snapshot, browsing, theme, width, height, canvas)
    gallery = _gallery(snapshot, browsing)
    # A single one was asked for to be shown large.
    if gallery is None or gallery.view.count == 1 < gallery.among:
        return None
    place = browsing.place if has_focus else None
    if snapshot.dataset.image_shape is None:
        return table_rows(snapshot, gallery, theme, width, height, place)
    return gallery_rows(snapshot, gallery, theme, width, height, place, canvas)


def _large(
    snapshot: Snapshot, browsing: Browsing, theme: Theme, width: int, height: int, canvas: PictureCanvas | None
) -> list[Strip] | None:
    gallery = snapshot.gallery
    if gallery is None or gallery.view.on_test != browsing.on_test or browsing.number is None:
        return None
    numbers: list[int] = gallery.numbers.tolist()
    if browsing.number not in numbers:
        return None
    return sample_rows(snapshot, gallery, numbers.index(browsing.number), theme, width, height, canvas)
