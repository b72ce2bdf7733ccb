"""What is shown where the inputs are too many for a picture: who is taken for whom, or the first predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.strip import Strip

from tuinet.training.metrics import Metrics
from tuinet.training.pictures import Predictions
from tuinet.training.snapshot import Snapshot
from tuinet.tui.legends import fitting_names
from tuinet.tui.text import Piece, count, ink, percent, row, short_number, shorten
from tuinet.tui.theme import Theme

Confusion = NDArray[np.intp]

_NAME_LIMIT: Final = 12
_MIN_CELL: Final = 3
_WORD: Final = 8
"""Cells in which most names of classes can be told apart."""
_RECALL: Final = 8
_NONE: Final = "·"
_ALL: Final = "●"
"""Where three digits would touch the next number."""
_NUMBER: Final = 10


def confusion_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """The confusion matrix of the training set, and that of the test set where there is room for it."""
    blank = ink(None, theme.background)
    lines = _matrix("training set", snapshot.metrics, snapshot, theme, width, height)
    if snapshot.test_metrics is not None and height - len(lines) - 1 >= len(lines):
        test = _matrix("test set", snapshot.test_metrics, snapshot, theme, width, len(lines))
        lines = [*lines, [], *test]
    return [row(line, width, blank) for line in lines][: max(height, 0)]


def prediction_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """How good the predictions are, and the first of them beside their targets."""
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    targets, outputs = snapshot.dataset.y[:, 0], _first_outputs(snapshot)
    (name,) = fitting_names(snapshot.dataset.target_names[:1] or ("y",), _NUMBER - 1)
    lines: list[list[Piece]] = [
        _quality("train", snapshot.metrics, theme),
        *([_quality("test", snapshot.test_metrics, theme)] if snapshot.test_metrics else []),
        [(f" sample{name:>{_NUMBER}}{'output':>{_NUMBER}}{'error':>{_NUMBER}}", axis)],
    ]
    for index, (target, output) in enumerate(zip(targets[: max(height, 0)], outputs, strict=False), start=1):
        numbers = "".join(f"{short_number(value):>{_NUMBER}}" for value in (target, output, output - target))
        lines.append([(f" {index:>6}", axis), (numbers, text)])
    return [row(line, width, axis) for line in lines][: max(height, 0)]


def _first_outputs(snapshot: Snapshot) -> list[float]:
    outputs = snapshot.surface.outputs if isinstance(snapshot.surface, Predictions) else None
    return [] if outputs is None else [float(output) for output in outputs[:, 0]]


def _quality(name: str, metrics: Metrics, theme: Theme) -> list[Piece]:
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    values = [("R²", metrics.r2), ("RMSE", metrics.rmse)]
    pieces = [(f" {name:<5}", axis)]
    for label, value in values:
        pieces += [(f" {label} ", axis), ("–" if value is None else f"{value:.4g}", text)]
    return pieces


def confusion_legend(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Piece]:
    """What the numbers are, and how many classes there is no room for."""
    layout = _layout(snapshot.metrics, snapshot, width, height)
    if layout is None:
        return []
    hidden = f"{count(layout.hidden)} not shown, " if layout.hidden else ""
    return [(f"{hidden}{'% of the row' if layout.is_share else 'samples'}", ink(theme.axis, theme.background))]


def _matrix(
    name: str, metrics: Metrics, snapshot: Snapshot, theme: Theme, width: int, height: int
) -> list[list[Piece]]:
    layout = _layout(metrics, snapshot, width, height)
    if layout is None:
        return []
    axis, title = ink(theme.axis, theme.background), ink(theme.title, theme.background)
    recall = f"{'recall':>{_RECALL}}" if layout.has_recall else ""
    lines: list[list[Piece]] = [[(layout.heading() + recall, axis)]]
    lines += [layout.line(index, metrics, theme) for index in range(layout.rows)]
    return [[(name, title)], *lines] if len(lines) < height else lines


def _layout(metrics: Metrics, snapshot: Snapshot, width: int, height: int) -> _Layout | None:
    return (
        None if metrics.confusion is None else _Layout(metrics.confusion, snapshot.dataset.class_names, width, height)
    )


class _Layout:
    """Which classes fit, how wide their cells are, and whether they hold counts or shares."""

    def __init__(self, confusion: Confusion, names: Sequence[str], width: int, height: int) -> None:
        classes = len(names)
        self._confusion, self._names = confusion, names
        self.rows = max(0, min(classes, height - 1))
        digits = len(str(int(confusion.max()))) + 1
        self._name = min(_NAME_LIMIT, max(map(len, names)), max(width - digits * classes, 1))
        room = max(width - self._name, 0)
        self.has_recall = room - _RECALL >= max(digits, min(_WORD, 1 + max(map(len, names)))) * classes
        room -= _RECALL if self.has_recall else 0
        self.is_share = digits * classes > room and _MIN_CELL * classes <= room
        least = _MIN_CELL if self.is_share else digits
        self._cell = max(least, min(room // classes, 1 + max(map(len, names)), _NAME_LIMIT))
        self.columns = min(classes, room // self._cell)
        self.hidden = classes - min(self.rows, self.columns)

    def heading(self) -> str:
        """The classes that samples were taken for."""
        names = [shorten(name, self._cell - 1) for name in self._names[: self.columns]]
        return " " * self._name + "".join(f"{name:>{self._cell}}" for name in names)

    def line(self, index: int, metrics: Metrics, theme: Theme) -> list[Piece]:
        """What the samples of one class were taken for; right ones in bold, wrong ones in the colour of a warning."""
        axis = ink(theme.axis, theme.background)
        pieces: list[Piece] = [(f"{shorten(self._names[index], self._name):<{self._name}}", axis)]
        for column, number in enumerate(self._confusion[index, : self.columns].tolist()):
            style = _cell_ink(number, column == index, theme)
            pieces.append((f"{self._text(number, index):>{self._cell}}", style))
        if self.has_recall and metrics.recall is not None:
            pieces.append((f"{percent(float(metrics.recall[index])):>{_RECALL}}", axis))
        return pieces

    def _text(self, number: int, index: int) -> str:
        if not number:
            return _NONE
        if not self.is_share:
            return str(number)
        total = int(self._confusion[index].sum())
        return _ALL if number == total else str(100 * number // total)


def _cell_ink(number: int, right: bool, theme: Theme) -> Style:
    if not number:
        return ink(theme.border, theme.background)
    return ink(theme.curve if right else theme.warning, theme.background, bold=right)
