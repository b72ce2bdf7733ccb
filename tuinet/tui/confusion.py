"""Which classes are taken for which: the matrices of the test and the training set as the room allows; pure drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.confusion_map import ConfusionMap, mistake_lines
from tuinet.tui.confusion_matrix import Line, NumberMatrix
from tuinet.tui.mistakes import Confusion, worst_sentence
from tuinet.tui.text import Piece, accuracy_text, first_fitting, ink, part_text, row, width_of
from tuinet.tui.theme import Theme

_BETWEEN: Final = 4
"""Cells between two matrices beside one another."""
_MARGIN_FROM: Final = 36
"""Cells from which on one is left free at either side."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A set and how well the network does on it."""

    name: str
    metrics: Metrics

    @property
    def confusion(self) -> Confusion:
        """Its confusion matrix; without rows where there are no classes."""
        return np.zeros((0, 0), np.intp) if self.metrics.confusion is None else self.metrics.confusion


def judged_sets(snapshot: Snapshot, on_test: bool) -> list[Judged]:
    """The set that is asked for, if there is one, then the other."""
    train = Judged("training set", snapshot.metrics)
    if snapshot.test_metrics is None:
        return [train]
    test = Judged("test set", snapshot.test_metrics)
    return [test, train] if on_test else [train, test]


class ConfusionDrawing:
    """What of two matrices fits into a room: both in numbers, one in numbers, one as a picture, or its mistakes.

    Parameters
    ----------
    snapshot
        Of a network that tells classes apart.
    on_test
        Whether the test set is first, where there is one.
    width, height
        Cells of the room.
    """

    def __init__(self, snapshot: Snapshot, on_test: bool, width: int, height: int) -> None:
        self._names = snapshot.dataset.class_names
        self._width, self._height = max(width, 0), max(height, 0)
        self._margin = 1 if width >= _MARGIN_FROM else 0
        self._sets = judged_sets(snapshot, on_test)
        room = self._width - 2 * self._margin
        self._pair = self._numbers((room - _BETWEEN) // 2)
        self._whole = self._numbers(room)
        self._map = ConfusionMap(self._sets[0].confusion, self._names, room)
        self._room = room

    def _numbers(self, width: int) -> list[NumberMatrix]:
        return [NumberMatrix(one.metrics, self._names, max(width, 0)) for one in self._sets]

    @property
    def _are_beside(self) -> bool:
        return len(self._sets) > 1 and all(one.has_margins for one in self._pair) and self._needs(1) <= self._height

    @property
    def _are_below(self) -> bool:
        is_wide = all(one.has_margins for one in self._whole) and not self._are_beside
        return len(self._sets) > 1 and is_wide and self._needs(2) <= self._height

    def _needs(self, matrices: int) -> int:
        """Rows of so many matrices below one another, each with its heading."""
        return matrices * (self._whole[0].height + 2) - 1

    @property
    def shows_both(self) -> bool:
        """Whether both sets are on the screen."""
        return self._are_beside or self._are_below

    @property
    def is_share(self) -> bool | None:
        """Whether the numbers are shares of the row; ``None`` where there are none."""
        if self.shows_both:
            return False
        return self._whole[0].is_share if self._has_numbers else None

    @property
    def _has_numbers(self) -> bool:
        return self._whole[0].fits and self._whole[0].height <= self._height

    @property
    def has_sentence(self) -> bool:
        """Whether there is a row to spare for the sentence about the most frequent mistake."""
        return self._spare >= 1

    @property
    def _spare(self) -> int:
        """Rows that are not needed."""
        return self._height - self._least

    @property
    def _least(self) -> int:
        if self.shows_both:
            return self._needs(1 if self._are_beside else 2)
        if self._has_numbers:
            return self._whole[0].height
        return self._map.height if self._has_map else min(self._height, 1)

    @property
    def _has_map(self) -> bool:
        return self._map.fits and self._map.height <= self._height

    def sentence(self, width: int) -> str:
        """Which class of the first set is most often mistaken, and for what, in so many cells."""
        return worst_sentence(self._sets[0].confusion, self._names, width)

    def lines(self, theme: Theme) -> list[Line]:
        """Everything, the most important first."""
        if not self._names or self._width < 1:
            return []
        lines, spare = self._main(theme, self._spare - int(self.has_sentence))
        if self.has_sentence:
            said: Line = [(self.sentence(self._room), ink(theme.foreground, theme.background))]
            lines = [said, *([[]] if spare > 0 else []), *lines]
        margin: Line = [(" " * self._margin, ink(None, theme.background))]
        return [margin + line for line in lines]

    def _main(self, theme: Theme, spare: int) -> tuple[list[Line], int]:
        """The matrices, and how many rows are still to spare."""
        stacked = 2 if self._are_below else 1
        if not self.shows_both and not self._has_numbers:
            return self._without_numbers(theme, spare)
        has_precision, taller = spare >= stacked, 2 * len(self._names) * stacked
        spare -= stacked * has_precision
        is_tall = spare >= taller
        matrices = self._pair if self._are_beside else self._whole
        drawn = [one.lines(theme, with_precision=has_precision, is_tall=is_tall) for one in matrices]
        spare -= taller * is_tall
        if not self.shows_both:
            return drawn[0], spare
        headed = [[self._heading(one, theme), *lines] for one, lines in zip(self._sets, drawn, strict=True)]
        if self._are_below:
            return [*headed[0], [], *headed[1]], spare
        return _beside(headed[0], headed[1], self._pair[0].width + _BETWEEN, theme), spare

    def _without_numbers(self, theme: Theme, spare: int) -> tuple[list[Line], int]:
        if self._has_map:
            return self._map.lines(theme, with_names=spare >= 1), spare - 1
        rows = self._least + max(spare, 0)
        return mistake_lines(self._sets[0].confusion, self._names, theme, self._room, rows), 0

    def _heading(self, one: Judged, theme: Theme) -> Line:
        return [
            (one.name, ink(theme.title, theme.background, bold=True)),
            (f"  {accuracy_text(one.metrics)}", ink(theme.axis, theme.background)),
        ]


def _beside(left: Sequence[Line], right: Sequence[Line], at: int, theme: Theme) -> list[Line]:
    blank = ink(None, theme.background)
    return [[*one, (" " * (at - width_of(one)), blank), *other] for one, other in zip(left, right, strict=True)]


def confusion_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool = True) -> list[Strip]:
    """The matrices of both sets where there is room for them, else of one; in numbers, or as a picture."""
    blank = ink(None, theme.background)
    lines = ConfusionDrawing(snapshot, on_test, width, height).lines(theme)
    return [row(line, width, blank) for line in lines][: max(height, 0)]


def confusion_title(snapshot: Snapshot, width: int, height: int, on_test: bool, room: int) -> str:
    """What is shown, of which set, and which way the matrix is to be read, in so many cells."""
    if ConfusionDrawing(snapshot, on_test, width, height).shows_both:
        return first_fitting(("confusion matrices · rows: true class, columns: predicted class", "confusion"), room)
    first = judged_sets(snapshot, on_test)[0]
    short = f"confusion · {first.name}"
    counted = f"{short} {accuracy_text(first.metrics)}"
    texts = (
        f"{counted} · rows: true class, columns: predicted class",
        f"{counted} · true ↓ predicted →",
        counted,
        short,
    )
    return first_fitting((*texts, "confusion"), room)


def confusion_legend(
    snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool, room: int
) -> list[Piece]:
    """What the numbers are; or, where no row was to spare for it, the sentence about the most frequent mistake."""
    drawing = ConfusionDrawing(snapshot, on_test, width, height)
    if not drawing.has_sentence:
        return [(drawing.sentence(room), ink(theme.foreground, theme.background))]
    said = {True: "% of the row", False: "samples", None: ""}[drawing.is_share]
    part = part_text(judged_sets(snapshot, on_test)[0].metrics)
    texts = filter(None, (f"{said} · {part}" if said and part else "", part, said))
    return [(first_fitting(texts, room), ink(theme.axis, theme.background))] if said or part else []
