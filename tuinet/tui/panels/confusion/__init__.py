"""Which classes are taken for which, in training and test set; or, for numbers, the first predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import GalleryView
from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.draw.text import (
    Piece,
    accuracy_text,
    first_fitting,
    padded,
    part_text,
    percent,
    row,
)
from tuinet.tui.key_groups import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.keys import Keymap, keymap_of
from tuinet.tui.messages import KeyRefused
from tuinet.tui.panels.base import CORNER, CellPanel, Entry
from tuinet.tui.panels.confusion.bars import CONFIDENCE_ROWS, NARROWEST, bars_below, confidence_lines
from tuinet.tui.panels.confusion.labels import label_legend, label_rows, label_title
from tuinet.tui.panels.confusion.matrix import ALL, NONE, UNKNOWN, ConfusionDrawing, cell_ink, judged_sets
from tuinet.tui.panels.confusion.mistakes import Line
from tuinet.tui.panels.confusion.predictions import (
    MOST,
    prediction_legend,
    prediction_rows,
    prediction_title,
    prediction_window,
)
from tuinet.tui.style.theme import HEAT_LEVELS, Theme

_BESIDE: Final = 80
"""Cells from which on what is said of single classes stands beside the matrix."""
_ROOMY: Final = 16
"""Rows from which on there may be room for how sure the network is."""
_LEAST_BELOW: Final = CONFIDENCE_ROWS + 10
"""Rows besides those of the classes that are left below tall matrices."""


def confusion_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool = True) -> list[Strip]:
    """The matrices of both sets where there is room, else of one; in numbers, or as a picture.

    Below them, or where there is room beside a single one, a pair of bars for each class, and how sure the network is.
    """
    drawing = ConfusionDrawing(snapshot, on_test, width, height)
    across = width - drawing.width
    if not drawing.shows_both and across >= _BESIDE and height >= _ROOMY:
        beside = [[], *_pictures_of_classes(snapshot, on_test, theme, across, height - 1)]
        pairs = zip_longest(drawing.lines(theme), beside, fillvalue=list[Piece]())
        lines = [[*padded(left, drawing.width, theme.inks.blank), *right] for left, right in pairs]
    else:
        below = len(snapshot.dataset.class_names) + _LEAST_BELOW
        lines = ConfusionDrawing(snapshot, on_test, width, height, below).lines(theme)
        lines += _pictures_of_classes(snapshot, on_test, theme, width, height - len(lines))
    return [row(line, width, theme.inks.blank) for line in lines][: max(height, 0)]


def _pictures_of_classes(snapshot: Snapshot, on_test: bool, theme: Theme, width: int, height: int) -> list[Line]:
    """Bars for each class, and below them how sure the network is of what it gets right and wrong."""
    names, gallery = snapshot.dataset.class_names, snapshot.predictions
    sets = judged_sets(snapshot, on_test)
    lines = bars_below(sets, names, theme, width, height)
    if gallery is None or snapshot.has_margins or gallery.is_test != (sets[0][1] is snapshot.test_metrics):
        return lines
    sure = confidence_lines(gallery, len(names), theme, width, height - len(lines) - 1)
    if sure:
        return [*lines, [], *sure]
    return [*lines, *confidence_lines(gallery, len(names), theme, width, height - len(lines))]


def confusion_title(snapshot: Snapshot, width: int, height: int, on_test: bool, room: int) -> str:
    """The name of the set, and which way the matrix is to be read, in so many cells."""
    if ConfusionDrawing(snapshot, on_test, width, height).shows_both:
        return first_fitting(("confusion matrices · rows: true class, columns: predicted class", "confusion"), room)
    name, metrics = judged_sets(snapshot, on_test)[0]
    short = f"confusion · {name}"
    counted = f"{short} {accuracy_text(metrics)}"
    way = f"{counted} · rows: true class, columns: predicted class", f"{counted} · true ↓ predicted →"
    return first_fitting((*way, counted, short, "confusion"), room)


def confusion_legend(
    snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool, room: int
) -> list[Piece]:
    """Balanced accuracy, F1 and the unit of the numbers; or the most frequent mistake, if no row was free for it."""
    drawing = ConfusionDrawing(snapshot, on_test, width, height)
    if not drawing.has_sentence:
        return [(drawing.sentence(room), theme.inks.text)]
    said = {True: "% of the row", False: "samples", None: ""}[drawing.is_share]
    name, metrics = judged_sets(snapshot, on_test)[0]
    part, (long, short) = part_text(metrics), _measures(metrics)
    of_set = f"{name}: {long}" if drawing.shows_both and long else long
    numbers = f"numbers: {said}" if said else ""
    variants = (of_set, numbers, part), (long, said, part), (short, said, part), (said, part), (part,), (said,)
    texts = [" · ".join(filter(None, words)) for words in variants]
    return [(first_fitting(texts, room), theme.inks.axis)] if any(texts) else []


def _measures(metrics: Metrics) -> tuple[str, str]:
    """Balanced accuracy and F1 over the classes of a set, at length and in short."""
    if metrics.balanced_accuracy is None or metrics.macro_f1 is None:
        return "", ""
    said = f"{percent(metrics.balanced_accuracy)}, macro F1 {metrics.macro_f1:.2f}"
    return f"balanced accuracy {said}", f"balanced {said}"


GROUP: Final = Binding.Group("confusion, predictions")


class ConfusionPanel(CellPanel, can_focus=True):
    """How well the network does class by class, or number by number, on the test set and on the training set."""

    HEADING = "confusion, predictions"
    MANUAL = "22-panels.md#confusion-and-predictions"
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
        if self.snapshot.test_metrics is None:
            settings = keymap_of(self.app).name("settings")
            self.post_message(KeyRefused(f"there is no test set: {settings}, test share, makes one"))
            return
        self._on_test, self._first = not self._on_test, 0
        self.announce()
        self.update_cells()

    def action_scroll(self, rows: int, pages: int) -> None:
        """Show predictions further on."""
        page, _ = prediction_window(self.snapshot, *self.room, self._on_test)
        self._first += rows + pages * page
        self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> str:
        """Matrix or predictions, and the name of the set."""
        room = self.edge - CORNER
        if _has_numbers(frame.snapshot):
            return prediction_title(frame.snapshot, self._on_test, room)
        if _has_labels(frame.snapshot):
            return label_title(frame.snapshot, self._on_test, room)
        return confusion_title(frame.snapshot, *self.room, self._on_test, room)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The unit of the numbers; or the sentence for which there was no row."""
        snapshot = frame.snapshot
        if _has_numbers(snapshot):
            return prediction_legend(snapshot, theme, *self.room, self._in_sight(snapshot), self.edge)
        if _has_labels(snapshot):
            return label_legend(snapshot, theme, self._on_test, self.edge)
        return confusion_legend(snapshot, theme, *self.room, self._on_test, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices, of classes or of each label, or the predictions."""
        if _has_numbers(frame.snapshot):
            return prediction_rows(frame.snapshot, theme, width, height, self._in_sight(frame.snapshot))
        if _has_labels(frame.snapshot):
            return label_rows(frame.snapshot, theme, width, height, self._on_test)
        return confusion_rows(frame.snapshot, theme, width, height, self._on_test)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """Predictions of the first samples; for classes only where there is room to show how sure they are."""
        is_roomy = height >= _ROOMY and width >= NARROWEST
        if _has_labels(frame.snapshot) or not (_has_numbers(frame.snapshot) or is_roomy):
            return self.UNSEEN
        return {"predictions": GalleryView(0, MOST, on_test=self._on_test)}

    def _in_sight(self, snapshot: Snapshot) -> int:
        """The first prediction in sight."""
        page, predicted = prediction_window(snapshot, *self.room, self._on_test)
        self._first = max(0, min(self._first, predicted - page))
        return self._first

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> list[Entry]:
        """See `CellPanel`."""
        if _has_labels(snapshot):
            return _labels(theme)
        return _numbers(theme) if _has_numbers(snapshot) else _classes(theme)


def _has_numbers(snapshot: Snapshot) -> bool:
    return snapshot.dataset.task == "regression"


def _has_labels(snapshot: Snapshot) -> bool:
    return snapshot.dataset.task == "labels"


def _classes(theme: Theme) -> list[Entry]:
    right = [(f" {level}0 ", cell_ink(level, True, theme)) for level in (HEAT_LEVELS - 3, HEAT_LEVELS - 1)]
    wrong = [(f" {level} ", cell_ink(level, False, theme)) for level in (1, HEAT_LEVELS - 2)]
    dim, border = theme.inks.axis, theme.inks.border
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
            [("most often", theme.inks.text)],
            "The most frequent mistake of the set that is shown first, and of how many samples of that class.",
        ),
        ([("9→5 4", theme.inks.warning)], "Of class 9, 4 samples were taken for class 5."),
        ([("% of the row", dim)], f"Where counts do not fit: shares of the row's class; {ALL} is all."),
        ([("recall", dim)], f"Of the class's samples, the share that was taken for it; {UNKNOWN} if there are none."),
        ([("precision", dim)], "Of all samples taken for the class, the share that belongs to it."),
        (
            [("F1", dim)],
            "Harmonic mean of the class's recall and precision; macro F1 is the mean over the classes.",
        ),
        (
            [("━━━━━━──", theme.inks.curve)],
            "Below the matrices, for each class: recall and precision as bars, with the right ones and of how many.",
        ),
        (
            [("▁▂▃▅", theme.inks.curve), (" ▃▂▁", theme.inks.warning)],
            "How sure the network is, where there is room: the samples it gets right and those it gets wrong, by the "
            "share of the class that they are taken for. Wrong ones at the right end are wrong with confidence.",
        ),
        ([("balanced", dim)], "Balanced accuracy: the mean recall of the classes, so that a rare one counts the same."),
    ]


def _labels(theme: Theme) -> list[Entry]:
    dim = theme.inks.axis
    return [
        ([("no yes", dim)], "A matrix for each label: rows are what is true, columns what is answered."),
        ([("yes→no", dim)], "In the table: samples that have the label, to which the answer is no."),
        ([("all right", dim)], "Samples of which every label is right; this is the accuracy."),
        ([("per label", dim)], "Share of single answers, a label of a sample each, that are right."),
        (
            [("━━━━━━──", theme.inks.curve)],
            "For each label: right ones of the samples that have it (recall), of those said to have it (precision).",
        ),
        ([("F1", dim)], "Harmonic mean of precision and recall of yes; macro F1 is the plain mean over the labels."),
    ]


def _numbers(theme: Theme) -> list[Entry]:
    dim, text = theme.inks.axis, theme.inks.text
    return [
        ([("R²", dim)], "Share of the targets' variance that is predicted; 1 is all of it, 0 no more than their mean."),
        ([("RMSE", dim)], "Root of the mean squared error, in the unit of the target."),
        ([("error", dim)], "Output minus target."),
        (
            [(sample_glyph(0), text), (" ━", theme.inks.curve)],
            "A sample, its output above its target; where it is right, it lies on the line.",
        ),
        (
            [("▁▃▇▅▂", theme.inks.curve)],
            "How many samples have an error of this size; in the last bar beside ≤ or ≥, or of more.",
        ),
    ]
