"""Bars below the matrices, where there is room: each class's recall and precision, and how sure the network is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tuinet.observe.gallery import Gallery
from tuinet.observe.metrics import Metrics
from tuinet.tui.draw.cells import bar
from tuinet.tui.draw.ridges import EIGHTHS, Counts, bar_heights
from tuinet.tui.draw.short_names import short_names
from tuinet.tui.draw.text import Piece, count, filled, first_fitting, padded, whole_percent
from tuinet.tui.panels.confusion.matrix import UNKNOWN, name_limit
from tuinet.tui.panels.confusion.mistakes import Line
from tuinet.tui.style.theme import Theme

_LEAST_BAR: Final = 4
_MOST_BAR: Final = 72
_GAP: Final = 2
_SETS: Final = 110
"""Cells across from which on both sets have bars beside one another."""


@dataclass(frozen=True)
class ClassCount:
    """How many samples of a class there are, how many are taken for it, and how many of both."""

    name: str
    right: int
    own: int
    taken: int

    def text(self, of: int) -> str:
        """The right ones as a fraction; a dash of none."""
        return f"{count(self.right)}/{count(of)}" if of else UNKNOWN


def class_counts(metrics: Metrics, names: Sequence[str]) -> list[ClassCount]:
    """Of each class, or of the yes to each label."""
    if metrics.confusion is not None:
        matrix = metrics.confusion
        numbers = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    elif metrics.label_confusions is not None:
        labels = metrics.label_confusions
        numbers = labels[:, 1, 1], labels[:, 1].sum(axis=1), labels[:, :, 1].sum(axis=1)
    else:
        return []
    return [ClassCount(name, *row) for name, row in zip(names, np.stack(numbers, axis=1).tolist(), strict=True)]


def bars_below(
    sets: Sequence[tuple[str, Metrics]], names: Sequence[str], theme: Theme, width: int, height: int
) -> list[Line]:
    """A blank row, and the bars of the first set, or of both; nothing where not all classes have room."""
    is_wide = len(sets) > 1 and width >= _SETS
    across = (width - _GAP) // 2 if is_wide else width
    shown = sets if is_wide else sets[:1]
    shorter = short_names(tuple(names), name_limit(across))
    drawn = [_bars(name, class_counts(metrics, shorter), theme, across, height) for name, metrics in shown]
    if not all(drawn):
        return []
    gap: Piece = (" " * _GAP, theme.inks.blank)
    lines = [
        [piece for line in beside for piece in (*padded(line, across, theme.inks.blank), gap)]
        for beside in zip(*drawn, strict=True)
    ]
    return [[], *lines] if len(lines) < height else lines


def _bars(title: str, counts: Sequence[ClassCount], theme: Theme, width: int, height: int) -> list[Line]:
    """What the bars are, and below it those of each class, in as few columns as there is room for.

    Where it is low, there is recall alone.
    """
    name = max(map(cell_len, (one.name for one in counts)), default=0)
    number = max((len(one.text(of)) for one in counts for of in (one.own, one.taken)), default=0)
    for bars, columns in product((2, 1), range(1, len(counts) + 1)):
        rows, across = -(-len(counts) // columns), width // columns
        length = (across - name - bars * (number + 2) - 2) // bars
        if rows < height and length >= _LEAST_BAR:
            plan = _BarPlan(name, min(length, _MOST_BAR), number, bars)
            return [plan.heading(title, columns, across, theme), *_in_columns(counts, plan, rows, across, theme)]
    return []


@dataclass(frozen=True)
class _BarPlan:
    """Cells of a name, of a bar, and of the numbers behind it; and how many bars a class has."""

    name: int
    bar: int
    number: int
    bars: int

    def heading(self, title: str, columns: int, across: int, theme: Theme) -> Line:
        """The name of the set and what the bars are, above each column of them."""
        room = self.bar + self.number + 2
        short = title.removesuffix(" set")
        recalls = (f"{title}: recall, right of its own", f"{title}: recall", f"{short}: recall", "recall")
        precisions = ("precision, right of those taken for it", "precision, of those taken", "precision")
        said = [f"{first_fitting(words, room - _GAP):<{room}}" for words in (recalls, precisions)[: self.bars]]
        one: Line = [(f" {'':<{self.name}} {''.join(said)}", theme.inks.axis)]
        return [piece for _ in range(columns) for piece in padded(one, across, theme.inks.blank)]

    def line(self, one: ClassCount, theme: Theme) -> Line:
        """The name of a class and its bars, each with its numbers."""
        pieces: list[Piece] = [(f" {filled(one.name, self.name)} ", theme.inks.axis)]
        for of in (one.own, one.taken)[: self.bars]:
            right, rest = bar(one.right / of if of else 0.0, self.bar)
            # What is missing is in the colour of what is wrong, where there is anything.
            missing = theme.inks.warning if one.right < of else theme.inks.border
            numbers = f" {one.text(of):<{self.number}} "
            pieces += [(right, theme.inks.curve), (rest, missing), (numbers, theme.inks.text)]
        return pieces


def _in_columns(counts: Sequence[ClassCount], plan: _BarPlan, rows: int, across: int, theme: Theme) -> list[Line]:
    lines: list[Line] = [[] for _ in range(rows)]
    for index, one in enumerate(counts):
        lines[index % rows] += padded(plan.line(one, theme), across, theme.inks.blank)
    return lines


CONFIDENCE_ROWS: Final = 3
"""Rows: a heading, one of bars, and the labels of the axis; one more where both halves have bars."""
NARROWEST: Final = 40
_OTHERS: Final = 3
"""Rows besides those of bars, with the axis."""
_GUTTER: Final = 7
"""Cells left of the bars, for the names of the halves."""
_FEW: Final = 100
"""Samples below which there are no more than ten bars."""
_TALLEST: Final = 24
"""Rows of bars of a half at most."""


def confidence_lines(gallery: Gallery, classes: int, theme: Theme, width: int, height: int) -> list[Line]:
    """A bar for each tenth or twentieth of the shares that the predicted class can have; nothing without room.

    Both halves have a scale of their own, so that a few wrong ones are seen beside many that are right; the heading
    says what the tallest bar of each counts.

    Parameters
    ----------
    classes
        Of so many classes, the predicted one has at least one part of so many.
    """
    if gallery.verdicts is None or width < NARROWEST or not len(gallery.numbers):
        return []
    wrong, low = gallery.verdicts.wrong, 1 / max(classes, 2)
    shares = np.clip(np.nan_to_num(gallery.verdicts.confidences, nan=low), low, 1.0)
    bins = 10 if len(shares) < _FEW else 20
    thickness = (width - _GUTTER - 1) // bins
    halves = {
        name: np.histogram(shares[those], bins, (low, 1.0))[0].astype(np.intp)
        for name, those in (("right", ~wrong), ("wrong", wrong))
    }
    halves = {name: half for name, half in halves.items() if half.any()}
    if height < CONFIDENCE_ROWS + len(halves) - 1:
        return []
    rows = min(max((height - _OTHERS) // len(halves), 1), _TALLEST)
    inks = {"right": theme.inks.curve, "wrong": theme.inks.warning}
    drawn = [line for name, half in halves.items() for line in _half(name, half, rows, thickness, inks[name], theme)]
    axis = _axis(low, bins * thickness, theme)[-(height - 1 - len(drawn)) :]
    return [[(_heading(gallery, halves, width), theme.inks.axis)], *drawn, *axis]


def _heading(gallery: Gallery, halves: Mapping[str, Counts], width: int) -> str:
    samples = f"{count(len(gallery.numbers))} {'test' if gallery.is_test else 'training'} samples"
    first = "the first " if len(gallery.numbers) < gallery.total else ""
    named = {name if len(halves) > 1 else f"all {name}:": half for name, half in halves.items()}
    tallest = [
        f"{name} {count(int(half.sum()))}, up to {count(int(half.max()))} in a bar" for name, half in named.items()
    ]
    network, it = (f" how sure {name} is of {first}{samples}" for name in ("the network", "it"))
    counts = [f"{name} {count(int(half.sum()))}" for name, half in halves.items()]
    texts = ((network, *tallest), (it, *tallest), (network, *counts), (network,), (it,), (" how sure it is",))
    return first_fitting([" · ".join(text) for text in texts], width)


def _half(name: str, half: Counts, rows: int, thickness: int, bars: Style, theme: Theme) -> list[Line]:
    heights, lines = bar_heights(half, int(half.max()), rows), list[Line]()
    for level in range(rows - 1, -1, -1):
        cells = np.repeat(np.clip(heights - 8 * level, 0, 8), thickness).tolist()
        side: Piece = (f" {name if level == rows - 1 else '':<{_GUTTER - 1}}", theme.inks.axis)
        lines.append([side, ("".join(EIGHTHS[filled] for filled in cells), bars)])
    return lines


def _axis(low: float, across: int, theme: Theme) -> list[Line]:
    """From the least share to the whole, which are named below, and their middle."""
    edge, labels = ["─"] * across, [" "] * across
    for place, share in ((0, low), (across // 2, (1 + low) / 2), (across - 1, 1.0)):
        text = whole_percent(share)
        left = min(max(place - len(text) // 2, 0), across - len(text))
        edge[place], labels[left : left + len(text)] = "┬", [*text]
    return [[(" " * _GUTTER + "".join(cells), theme.inks.axis)] for cells in (edge, labels)]
