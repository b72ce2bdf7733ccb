"""Samples as a table: what each is, what the network makes of it, and how sure it is or how far off."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.answers import longest_answer, short_answer
from tuinet.tui.draw.cells import Array, bar
from tuinet.tui.draw.scales import round_up
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, count, filled, first_fitting, right_aligned, row, short_number, table_number
from tuinet.tui.draw.tiles import ARROW, VALUES, confidence_text, is_wrong
from tuinet.tui.panels.samples.view import CELLS_PER_NAME, is_pointed, mark, sample_rows
from tuinet.tui.pointing import POINTED
from tuinet.tui.style.theme import Theme

HEADING: Final = 1
"""Rows above the samples."""
_NUMBER: Final = 10
"""Cells of a number: a space, and three digits with their sign behind three zeros, or with an exponent."""
_WIDEST: Final = (16, 28)
"""Cells of a column of inputs at most; the second where the bars have as much as they want."""
_NAME_LIMIT: Final = 14
_LARGE: Final = 5
"""Rows below the table from which on the chosen sample is shown there, too, as large as it is by itself."""
_CONFIDENCE: Final = 11
_SHORT: Final = len(" conf.")
_ROOMY: Final = 50
"""Cells from which on the confidence has its whole name."""
_DOTS: Final = 2
_BAR: Final = "━"
_BAR_GAP: Final = 2
_LEAST_BAR: Final = 16
"""Cells right of the table from which on each sample has a bar."""
_WANTED_BAR: Final = 60
_LONGEST_BAR: Final = 151
"""An odd number, so that there is a middle."""


def table_rows(
    snapshot: Snapshot,
    gallery: Gallery,
    theme: Theme,
    width: int,
    height: int,
    place: int | None = None,
    pointed: int | None = None,
) -> list[Strip]:
    """The samples that fit, below the names of their columns; chosen and pointed at as in `gallery_rows`."""
    table = _SampleTable(snapshot, gallery, theme, width - 1, pointed)
    chosen = None if place is None else place - gallery.view.first
    shown = range(min(len(gallery.numbers), max(height - HEADING, 0)))
    lines = [table.heading(), *(table.line(index, index == chosen) for index in shown)]
    return [row(line, width, theme.inks.blank) for line in lines][: max(height, 0)]


def with_large(
    rows: list[Strip],
    snapshot: Snapshot,
    gallery: Gallery,
    theme: Theme,
    width: int,
    height: int,
    place: int | None,
    pointed: int | None = None,
) -> list[Strip]:
    """The rows of a table, and below them, where enough of them are free, the chosen sample with all its outputs.

    All samples, where there is room for all of them.
    """
    index, free = (0 if place is None else place) - gallery.view.first, height - len(rows)
    says_more = gallery.verdicts is not None or gallery.outputs.shape[1] > 1
    if free < _LARGE + 2 or place is None or not says_more or not 0 <= index < len(gallery.numbers):
        return rows
    below: list[Strip] = []
    for shown in range(len(gallery.numbers)):
        below += _titled(snapshot, gallery, shown, theme, width, free, pointed)
        if len(below) > free:
            return [*rows, *_titled(snapshot, gallery, index, theme, width, free, pointed)]
    return [*rows, *below]


def _titled(
    snapshot: Snapshot, gallery: Gallery, index: int, theme: Theme, width: int, height: int, pointed: int | None
) -> list[Strip]:
    """A blank row, the number of a sample, and the sample large."""
    blank = theme.inks.blank
    sign = POINTED if is_pointed(gallery, index, pointed) else " "
    title = row([(f"{sign}sample {count(int(gallery.numbers[index]) + 1)}", theme.inks.heading)], width, blank)
    return [row([], width, blank), title, *sample_rows(snapshot, gallery, index, theme, width, height - 2)]


class _SampleTable:
    """The lines of a table so many cells wide."""

    def __init__(
        self, snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, pointed: int | None = None
    ) -> None:
        self._snapshot, self._gallery, self._theme, self._pointed = snapshot, gallery, theme, pointed
        self._axis, self._text = theme.inks.axis, theme.inks.text
        self._first = len(count(gallery.total)) + 2  # mark and number
        self._confidence = _CONFIDENCE if width >= _ROOMY else _SHORT
        self._names = self._name_widths(width)
        names, room = snapshot.dataset.feature_names, width - self._first - self._last
        # Where the heading is all that is in the way of the last input, it is shortened.
        if room < len(names) * _NUMBER <= room + self._confidence - _SHORT and gallery.verdicts is not None:
            self._confidence, room = _SHORT, room + self._confidence - _SHORT
        # How many features fit, and how wide their columns are: as their names where all of them fit.
        is_whole = len(names) * _NUMBER <= room
        self._features = len(names) if is_whole else max((room - _DOTS) // _NUMBER, 0)
        self._column = self._column_width(room)
        self._dots = "" if is_whole else " …"
        left = room - self._features * self._column - len(self._dots)
        self._bar = min(left - _BAR_GAP - 1, _LONGEST_BAR) if left - _BAR_GAP - 1 >= _LEAST_BAR else 0
        if snapshot.has_margins:
            self._bar = 0
        if not self._bar and gallery.verdicts is not None:
            self._names = self._widened(left // 2)
        self._largest = _largest_error(gallery)

    def _name_widths(self, width: int) -> tuple[int, int]:
        """Cells of the true answer and of the predicted one."""
        room, longest = (width - self._first - self._confidence - _DOTS - 5) // 2, longest_answer(self._snapshot)
        most = min(max(_NAME_LIMIT, width // CELLS_PER_NAME), max(room, 1))
        true, predicted = (min(max(len(heading), longest), most) for heading in ("true", "predicted"))
        return true, predicted

    def _widened(self, by: int) -> tuple[int, int]:
        """The same with so many cells more each, as far as the answers want them."""
        longest = longest_answer(self._snapshot)
        true, predicted = (max(width, min(width + by, longest)) for width in self._names)
        return true, predicted

    @property
    def _last(self) -> int:
        """Cells of what stands behind the inputs."""
        if self._gallery.verdicts is None:
            return len(VALUES) * _NUMBER
        return sum(self._names) + self._confidence + 5

    def _column_width(self, room: int) -> int:
        """Cells of an input, with two blanks before its name."""
        names = self._snapshot.dataset.feature_names
        narrow, wide = (min(max(map(cell_len, names)) + 2, most) for most in _WIDEST)
        return max(_NUMBER, min(narrow, room // len(names)), min(wide, (room - _WANTED_BAR) // len(names)))

    def heading(self) -> list[Piece]:
        """The names of the columns."""
        names = short_names(self._snapshot.dataset.feature_names, self._column - 2)[: self._features]
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
        true, predicted = map(filled, ("true", "predicted"), self._names)
        return f"  {true}   {predicted}{heading:>{self._confidence}}"

    def line(self, index: int, is_chosen: bool) -> list[Piece]:
        """One sample."""
        number = int(self._gallery.numbers[index])
        features = choose_set(self._snapshot.dataset, self._gallery.is_test).X[number, : self._features]
        return [
            mark(self._gallery, index, self._theme, self._pointed),
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
        limit = max(self._names)
        actual, predicted = map(filled, (short_answer(self._snapshot, one, limit) for one in pair), self._names)
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
