"""Which classes are taken for which, in training and test set; or, for numbers, the first predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from textual.binding import Binding
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.metrics import Metrics
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import GalleryView
from tuinet.tui.bindings import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.draw.curves import Series, chart
from tuinet.tui.draw.scales import linear_axis
from tuinet.tui.draw.short_names import short_names
from tuinet.tui.draw.text import (
    Piece,
    accuracy_text,
    count,
    filled_up,
    first_fitting,
    part_text,
    percent,
    right_aligned,
    row,
    table_number,
    width_of,
)
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.messages import KeyRefused
from tuinet.tui.panels.base import CORNER, CellPanel, Entry
from tuinet.tui.panels.confusion.bars import bars_below
from tuinet.tui.panels.confusion.errors import LEAST as ERROR_ROWS
from tuinet.tui.panels.confusion.errors import error_rows
from tuinet.tui.panels.confusion.labels import label_legend, label_rows, label_title
from tuinet.tui.panels.confusion.matrix import ALL, NONE, UNKNOWN, ConfusionDrawing, cell_ink, judged_sets
from tuinet.tui.panels.confusion.mistakes import Line
from tuinet.tui.style.theme import HEAT_LEVELS, Theme

MOST: Final = 500
"""Samples of a set that are predicted for the screen."""
_NUMBER: Final = 10
_FIRST: Final = 8
"""Cells of a sample's number."""
_CHART: Final = (28, 8)
"""Cells that a chart wants at least beside the table, across and down."""
_ASPECT: Final = 2.2
"""Widest chart, in rows of its height."""

_MARGIN: Final = 0.05
"""Share of the range of targets that is free at either end of the chart."""


def prediction_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, first: int = 0) -> list[Strip]:
    """How good the predictions are; some of them beside their targets; and where it is wide all against their targets.

    The table begins at the first sample that is in sight, counted from 0.
    """
    blank, gallery = theme.inks.blank, snapshot.predictions
    qualities = _qualities(snapshot, width)
    drawn = [row([piece for one in line for piece in _quality(*one, theme)], width, blank) for line in qualities]
    if gallery is not None:
        room = max(height - len(drawn), 0)
        across = _chart_width(snapshot, width, room)
        lines = _table(snapshot, gallery, theme, width, first, room)
        table = [row(line, width - across, blank) for line in lines]
        if across:
            pictures = _pictures(gallery, theme, across, room)
            beside = zip(filled_up(table, width - across, room, theme), pictures, strict=True)
            table = [Strip([*one, *other], width) for one, other in beside]
        drawn += table
    return drawn[: max(height, 0)]


def prediction_window(snapshot: Snapshot, width: int, height: int, on_test: bool) -> tuple[int, int]:
    """How many samples have room in the table, and how many are predicted for the screen."""
    room = max(height - len(_qualities(snapshot, width)) - 1, 0)
    return room, min(len(choose_set(snapshot.dataset, on_test).X), MOST)


def prediction_title(snapshot: Snapshot, on_test: bool, room: int) -> str:
    """The name of the set, in so many cells."""
    return first_fitting((f"predictions · {choose_set(snapshot.dataset, on_test).name}", "predictions"), room)


def prediction_legend(snapshot: Snapshot, theme: Theme, width: int, height: int, first: int, room: int) -> list[Piece]:
    """Which samples are in sight, and what the chart is of."""
    gallery, axis = snapshot.predictions, theme.inks.axis
    if gallery is None:
        return []
    page, predicted = prediction_window(snapshot, width, height, gallery.is_test)
    of = count(gallery.total) if gallery.total <= MOST else f"the first {count(MOST)}"
    shown = f"{count(first + 1)}–{count(min(first + page, predicted))} of {of}"
    line: Line = [("━", theme.inks.curve), (" output = target  ", axis)]
    sample: Line = [(sample_glyph(0), theme.inks.text), (" output by target  ", axis)]
    pieces = [*sample, *line, (shown, axis)]
    has_chart = _chart_width(snapshot, width, height - len(_qualities(snapshot, width))) > 0
    return pieces if has_chart and width_of(pieces) <= room else [(first_fitting((shown,), room), axis)]


def _qualities(snapshot: Snapshot, width: int) -> list[list[tuple[str, Metrics]]]:
    """Both sets in one row where it is wide, else one below the other."""
    sets = [("train", snapshot.metrics)]
    if snapshot.test_metrics is not None:
        sets.append(("test", snapshot.test_metrics))
    return [sets] if width >= 36 * len(sets) else [[(f"{name:<5}", metrics)] for name, metrics in sets]


def _quality(name: str, metrics: Metrics, theme: Theme) -> Line:
    pieces: Line = [(f" {name}", theme.inks.axis)]
    for label, value in (("R²", "–" if metrics.r2 is None else f"{metrics.r2:.4g}"), ("RMSE", metrics.rmse_text)):
        pieces += [(f" {label} ", theme.inks.axis), (value, theme.inks.text)]
    return [*pieces, ("  ", theme.inks.axis)]


def _table(snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, first: int, height: int) -> list[Line]:
    """The names of the columns and below them the samples, as many outputs as fit, each beside its target."""
    axis, text = theme.inks.axis, theme.inks.text
    shown = max(1, min(gallery.outputs.shape[1], (width - _FIRST) // (2 * _NUMBER)))
    names = short_names(snapshot.dataset.output_names, _NUMBER - 1)[:shown]
    headings = [heading for name in names for heading in (name, "output")] + (["error"] if shown == 1 else [])
    lines: list[Line] = [[(f" {'sample':>{_FIRST - 1}}{_columns(headings)}", axis)]]
    for index in range(first, min(first + height - 1, len(gallery.numbers))):
        values = np.stack([gallery.targets[index, :shown], gallery.outputs[index, :shown]], axis=1).ravel().tolist()
        if shown == 1:
            values.append(values[1] - values[0])
        number = count(int(gallery.numbers[index]) + 1)
        lines.append([(f" {number:>{_FIRST - 1}}", axis), (_columns(map(table_number, values)), text)])
    return lines[: max(height, 0)]


def _columns(texts: Iterable[str]) -> str:
    return "".join(right_aligned(text, _NUMBER) for text in texts)


def _chart_width(snapshot: Snapshot, width: int, height: int) -> int:
    """Cells of the chart beside the table; 0 where there is no room for it."""
    across, down = _CHART
    numbers = 3 if snapshot.dataset.y.shape[1] <= 1 else 4
    room = width - _FIRST - numbers * _NUMBER - 2
    return min(room, int(height * _ASPECT * 2)) if room >= across and height >= down else 0


def _pictures(gallery: Gallery, theme: Theme, width: int, height: int) -> list[Strip]:
    """The outputs against their targets, and below them how the errors are spread, where there is room for both."""
    errors = height // 3 if height // 3 >= ERROR_ROWS else 0
    spread = error_rows(gallery, theme, width, errors) if errors else []
    return [*_chart(gallery, theme, width, height - errors), *filled_up(spread, width, errors, theme)]


def _chart(gallery: Gallery, theme: Theme, width: int, height: int) -> list[Strip]:
    """The first output against its target; where it is right, it lies on the line."""
    targets, outputs = gallery.targets[:, 0], gallery.outputs[:, 0]
    low, high = float(targets.min()), float(targets.max())
    margin = _MARGIN * (high - low) or 1.0
    low, high = low - margin, high + margin
    line, style = np.array([low, high]), theme.inks.text
    finite = np.isfinite(outputs)
    points = Series(targets[finite], outputs[finite], style, sample_glyph(0))
    series = [Series(line, line, theme.inks.curve), points]
    down = linear_axis(low, high, height - 2)
    return chart(series, (low, high), down, (width, height), theme.inks.axis)


def confusion_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool = True) -> list[Strip]:
    """The matrices of both sets where there is room, else of one; in numbers, or as a picture; and bars below them."""
    lines, names = ConfusionDrawing(snapshot, on_test, width, height).lines(theme), snapshot.dataset.class_names
    lines += bars_below(judged_sets(snapshot, on_test), names, theme, width, height - len(lines))
    return [row(line, width, theme.inks.blank) for line in lines][: max(height, 0)]


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
    metrics = judged_sets(snapshot, on_test)[0][1]
    part, measures = part_text(metrics), _measures(metrics)
    variants = (measures, said, part), (said, part), (part,), (said,)
    texts = [" · ".join(filter(None, words)) for words in variants]
    return [(first_fitting(texts, room), theme.inks.axis)] if any(texts) else []


def _measures(metrics: Metrics) -> str:
    """Balanced accuracy and F1 over the classes of the set that is shown first."""
    if metrics.balanced_accuracy is None or metrics.macro_f1 is None:
        return ""
    return f"balanced {percent(metrics.balanced_accuracy)}, macro F1 {metrics.macro_f1:.2f}"


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
        """Predictions of the first samples; for classes the metrics are enough."""
        if not _has_numbers(frame.snapshot):
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
            "How many samples have an error of this size; at the ends, or of more.",
        ),
    ]
