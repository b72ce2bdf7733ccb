"""Which classes are taken for which, in training and test set; or, for numbers, the first predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.observe.samples import Metrics
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import GalleryView
from tuinet.tui.bindings import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.draw.text import Piece, accuracy_text, first_fitting, ink, part_text, row, width_of
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.messages import KeyRefused
from tuinet.tui.panels.base import CORNER, EDGE, CellPanel, Entry
from tuinet.tui.panels.confusion.matrix import (
    ALL,
    NONE,
    UNKNOWN,
    ConfusionMap,
    Line,
    NumberMatrix,
    cell_ink,
    mistake_lines,
    worst_sentence,
)
from tuinet.tui.panels.confusion.predictions import (
    MOST,
    prediction_legend,
    prediction_rows,
    prediction_title,
    prediction_window,
)
from tuinet.tui.style.theme import HEAT_LEVELS, Theme

_BETWEEN: Final = 4
"""Cells between two matrices beside one another."""
_MARGIN_FROM: Final = 36
"""Cells from which on one is left free at either side."""


def judged_sets(snapshot: Snapshot, on_test: bool) -> list[tuple[str, Metrics]]:
    """The set that is asked for, if there is one, then the other: its name, and how well the network does on it."""
    sets = [("training set", snapshot.metrics)]
    if snapshot.test_metrics is not None:
        sets.insert(0 if on_test else 1, ("test set", snapshot.test_metrics))
    return sets


class ConfusionDrawing:
    """The confusion matrices as they fit: both in numbers, one in numbers, one as a picture, or its mistakes.

    Attributes
    ----------
    shows_both
        Whether both sets are on the screen.
    is_share
        Whether the numbers are shares of the row; ``None`` where there are none.
    has_sentence
        Whether there is a row to spare for the sentence about the most frequent mistake.
    """

    def __init__(self, snapshot: Snapshot, on_test: bool, width: int, height: int) -> None:
        self._names, self._sets = snapshot.dataset.class_names, judged_sets(snapshot, on_test)
        self._width, self._height = max(width, 0), max(height, 0)
        self._margin = 1 if width >= _MARGIN_FROM else 0
        self._room = self._width - 2 * self._margin
        pair, whole = self._numbers((self._room - _BETWEEN) // 2), self._numbers(self._room)
        self._confusion = whole[0].confusion
        self._map = ConfusionMap(self._confusion, self._names, self._room)
        self._has_map = self._map.fits and self._map.height <= self._height
        self._has_numbers = whole[0].fits and whole[0].height <= self._height
        self._are_beside = self._fit(pair, self._needs(1))
        self._are_below = not self._are_beside and self._fit(whole, self._needs(2))
        self._matrices = pair if self._are_beside else whole
        self.shows_both = self._are_beside or self._are_below
        self.is_share = False if self.shows_both else whole[0].is_share if self._has_numbers else None
        self._least = self._least_rows()
        self.has_sentence = self._height > self._least

    def _numbers(self, width: int) -> list[NumberMatrix]:
        return [NumberMatrix(metrics, self._names, max(width, 0)) for _, metrics in self._sets]

    def _fit(self, matrices: Sequence[NumberMatrix], rows: int) -> bool:
        """Whether both sets have room for their matrices, which take so many rows, with recall and precision."""
        return len(matrices) > 1 and all(one.has_margins for one in matrices) and rows <= self._height

    def _needs(self, matrices: int) -> int:
        """Rows of so many matrices below one another, each with its heading."""
        return matrices * (len(self._names) + 3) - 1

    def _least_rows(self) -> int:
        if self.shows_both:
            return self._needs(1 if self._are_beside else 2)
        if self._has_numbers:
            return self._matrices[0].height
        return self._map.height if self._has_map else min(self._height, 1)

    def sentence(self, width: int) -> str:
        """Which class of the first set is most often mistaken, and for what, in so many cells."""
        return worst_sentence(self._confusion, self._names, width)

    def lines(self, theme: Theme) -> list[Line]:
        """Everything, the most important first."""
        if not self._names or self._width < 1:
            return []
        lines, spare = self._main(theme, self._height - self._least - int(self.has_sentence))
        if self.has_sentence:
            said: Line = [(self.sentence(self._room), ink(theme.foreground, theme.background))]
            lines = [said, *([[]] if spare > 0 else []), *lines]
        margin: Line = [(" " * self._margin, ink(None, theme.background))]
        return [margin + line for line in lines]

    def _main(self, theme: Theme, spare: int) -> tuple[list[Line], int]:
        """The matrices, and how many rows are still to spare."""
        if not self.shows_both and not self._has_numbers:
            return self._without_numbers(theme, spare)
        stacked = 2 if self._are_below else 1
        has_precision, taller = spare >= stacked, 2 * len(self._names) * stacked
        spare -= stacked * has_precision
        is_tall = spare >= taller
        spare -= taller * is_tall
        drawn = [one.lines(theme, with_precision=has_precision, is_tall=is_tall) for one in self._matrices]
        if not self.shows_both:
            return drawn[0], spare
        axis, title = ink(theme.axis, theme.background), ink(theme.title, theme.background, bold=True)
        headings = ([(name, title), (f"  {accuracy_text(metrics)}", axis)] for name, metrics in self._sets)
        first, second = ([heading, *lines] for heading, lines in zip(headings, drawn, strict=True))
        if self._are_below:
            return [*first, [], *second], spare
        return _beside(first, second, self._matrices[0].width + _BETWEEN, theme), spare

    def _without_numbers(self, theme: Theme, spare: int) -> tuple[list[Line], int]:
        if self._has_map:
            return self._map.lines(theme, with_names=spare >= 1), spare - 1
        rows = self._least + max(spare, 0)
        return mistake_lines(self._confusion, self._names, theme, self._room, rows), 0


def _beside(left: Sequence[Line], right: Sequence[Line], at: int, theme: Theme) -> list[Line]:
    blank = ink(None, theme.background)
    return [[*one, (" " * (at - width_of(one)), blank), *other] for one, other in zip(left, right, strict=True)]


def confusion_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool = True) -> list[Strip]:
    """The matrices of both sets where there is room for them, else of one; in numbers, or as a picture."""
    blank = ink(None, theme.background)
    lines = ConfusionDrawing(snapshot, on_test, width, height).lines(theme)
    return [row(line, width, blank) for line in lines][: max(height, 0)]


def confusion_title(snapshot: Snapshot, width: int, height: int, on_test: bool, room: int) -> str:
    """The name of the set, and which way the matrix is to be read, in so many cells."""
    if ConfusionDrawing(snapshot, on_test, width, height).shows_both:
        return first_fitting(("confusion matrices · rows: true class, columns: predicted class", "confusion"), room)
    name, metrics = judged_sets(snapshot, on_test)[0]
    short = f"confusion · {name}"
    counted = f"{short} {accuracy_text(metrics)}"
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
    """The unit of the numbers; or, where no row was to spare for it, the sentence about the most frequent mistake."""
    drawing = ConfusionDrawing(snapshot, on_test, width, height)
    if not drawing.has_sentence:
        return [(drawing.sentence(room), ink(theme.foreground, theme.background))]
    said = {True: "% of the row", False: "samples", None: ""}[drawing.is_share]
    part = part_text(judged_sets(snapshot, on_test)[0][1])
    texts = filter(None, (f"{said} · {part}" if said and part else "", part, said))
    return [(first_fitting(texts, room), ink(theme.axis, theme.background))] if said or part else []


GROUP: Final = Binding.Group("confusion, predictions")


class ConfusionPanel(CellPanel, can_focus=True):
    """How well the network does class by class, or number by number, on the test set and on the training set."""

    HEADING = "confusion, predictions"
    KEYS = (
        listed("E", "other_set", "set", "The other set first: training or test", GROUP),
        listed("up", "scroll(-1, 0)", "predictions", "Predictions before: a row", GROUP, "▴"),
        listed("down", "scroll(1, 0)", "predictions", "Next predictions: a row", GROUP, "▾"),
        quiet("pageup", "scroll(0, -1)", "Page of predictions before: as many as are in sight", GROUP, "pgup"),
        quiet("pagedown", "scroll(0, 1)", "Next page of predictions: as many as are in sight", GROUP, "pgdn"),
        alias("home", "scroll(-1000000, 0)"),
        alias("end", "scroll(1000000, 0)"),
        LEAVE_BINDING,
    )
    UNSEEN = {"predictions": None}
    _on_test = True
    _first = 0

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Without those that scroll where there is nothing to scroll."""
        is_long = self.frame is not None and _has_numbers(self.frame.snapshot)
        return tuple(key for key in self.KEYS if is_long or not key.action.startswith("scroll"))

    def action_other_set(self) -> None:
        """Show the other set first."""
        if self.frame is not None and self.frame.snapshot.test_metrics is None:
            settings = keymap_of(self.app).name("settings")
            self.post_message(KeyRefused(f"there is no test set: {settings}, test share, makes one"))
            return
        self._on_test, self._first = not self._on_test, 0
        self.announce()
        self.update_cells()

    def action_scroll(self, rows: int, pages: int) -> None:
        """Show predictions further on."""
        if self.frame is not None:
            window = prediction_window(self.frame.snapshot, *self._room(), self._on_test)
            self._first += rows + pages * window.page
            self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Matrix or predictions, and the name of the set."""
        snapshot, room = frame.snapshot, self.size.width - EDGE - CORNER
        if _has_numbers(snapshot):
            said = prediction_title(snapshot, self._on_test, room)
        else:
            said = confusion_title(snapshot, *self._room(), self._on_test, room)
        return ((said, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The unit of the numbers; or the sentence for which there was no row."""
        snapshot, room = frame.snapshot, self.size.width - EDGE
        if _has_numbers(snapshot):
            return prediction_legend(snapshot, theme, *self._room(), self._in_sight(snapshot), room)
        return confusion_legend(snapshot, theme, *self._room(), self._on_test, room)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices, or the predictions."""
        if _has_numbers(frame.snapshot):
            return prediction_rows(frame.snapshot, theme, width, height, self._in_sight(frame.snapshot))
        return confusion_rows(frame.snapshot, theme, width, height, self._on_test)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """Predictions of the first samples; for classes the metrics are enough."""
        if not _has_numbers(frame.snapshot):
            return self.UNSEEN
        return {"predictions": GalleryView(0, MOST, on_test=self._on_test)}

    def _in_sight(self, snapshot: Snapshot) -> int:
        """The first prediction in sight."""
        window = prediction_window(snapshot, *self._room(), self._on_test)
        self._first = max(0, min(self._first, window.total - window.page))
        return self._first

    def _room(self) -> tuple[int, int]:
        return self.size.width - 2, self.size.height - 2

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> list[Entry]:
        """See `CellPanel`."""
        return _numbers(theme) if _has_numbers(snapshot) else _classes(theme)


def _has_numbers(snapshot: Snapshot) -> bool:
    return snapshot.dataset.task == "regression"


def _classes(theme: Theme) -> list[Entry]:
    right = [(f" {level}0 ", cell_ink(level, True, theme)) for level in (HEAT_LEVELS - 3, HEAT_LEVELS - 1)]
    wrong = [(f" {level} ", cell_ink(level, False, theme)) for level in (1, HEAT_LEVELS - 2)]
    dim, border = ink(theme.axis, theme.background), ink(theme.border, theme.background)
    return [
        (right, "Samples of the row's class that were taken for it; the full colour where that is all of them."),
        (
            wrong,
            "Samples of the row's class that were taken for the column's, the stronger the larger their share of "
            "the row: the colour grows with its root, so that a single one is seen.",
        ),
        ([(NONE, border)], "None."),
        ([("▀▄", wrong[1][1])], "Where it is low: the matrix as a picture, two classes in a row, every second named."),
        (
            [("most often", ink(theme.foreground, theme.background))],
            "The most frequent mistake of the set that is shown first, and of how many samples of that class.",
        ),
        ([("9→5 4", ink(theme.warning, theme.background))], "Of class 9, 4 samples were taken for class 5."),
        ([("% of the row", dim)], f"Where counts do not fit: shares of the row's class; {ALL} is all."),
        ([("recall", dim)], f"Of the class's samples, the share that was taken for it; {UNKNOWN} if there are none."),
        ([("precision", dim)], "Of all samples taken for the class, the share that belongs to it."),
    ]


def _numbers(theme: Theme) -> list[Entry]:
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    return [
        ([("R²", dim)], "Share of the targets' variance that is predicted; 1 is all of it, 0 no more than their mean."),
        ([("RMSE", dim)], "Root of the mean squared error, in the unit of the target."),
        ([("error", dim)], "Output minus target."),
        (
            [(sample_glyph(0), text), (" ━", ink(theme.curve, theme.background))],
            "A sample, its output above its target; where it is right, it lies on the line.",
        ),
    ]
