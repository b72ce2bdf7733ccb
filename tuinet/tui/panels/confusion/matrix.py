"""Confusion matrices in numbers, or as a picture; and the most frequent mistakes in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import Levels, has_halves
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import accuracy_text, filled, ink, padded, percent, right_aligned, whole_percent
from tuinet.tui.draw.tiles import half_block_lines
from tuinet.tui.panels.confusion.mistakes import Confusion, Line, mistake_lines, mistake_text, mistakes, worst_sentence
from tuinet.tui.style.colour import readable_on
from tuinet.tui.style.theme import HEAT_LEVELS, Theme

NONE: Final = "·"
ALL: Final = "●"
"""Where three digits would touch the next number."""
UNKNOWN: Final = "–"
_NAME_LIMITS: Final = (12, 24)
"""Cells of the names of classes, of narrow matrices and of wide ones."""
_WIDEST_CELL: Final = 9
"""Cells across a class whose rows are low; of a taller one about twice as many as it has rows."""
TALLEST: Final = 21
"""Rows of a class at most, an odd number, so that the number is in the middle."""
_LEAST_CELL: Final = 3
_LOW: Final = 3
"""Rows up to which a class is no wider than its name and its numbers want."""
_RIGHT: Final = 10
"""Cells of recalls, and of the word precision."""
_F1: Final = 6
"""Cells of F1, where there is room for it beside recall."""


def heat(confusion: Confusion) -> Levels:
    """The level of each number's ground, by its share of the row: 0 for none, the highest for all.

    Right ones grow with the share, so that one that is missing is seen; wrong ones with its root, so that one is seen.
    """
    totals, top = confusion.sum(axis=1, keepdims=True), HEAT_LEVELS - 1
    shares = np.divide(confusion, totals, out=np.zeros(confusion.shape), where=totals > 0)
    right = np.where(shares > 0, np.maximum(np.floor(shares * top), 1), 0)
    levels: Levels = np.where(np.eye(len(shares), dtype=bool), right, np.ceil(np.sqrt(shares) * top)).astype(np.intp)
    return levels


def name_limit(width: int) -> int:
    """Cells that the name of a class may have at most beside what is so wide altogether."""
    least, most = _NAME_LIMITS
    return min(max(width // 4, least), most)


class NumberMatrix:
    """The confusion matrix of one set in so many cells across, each class in so many rows."""

    def __init__(self, metrics: Metrics, names: tuple[str, ...], width: int, rows: int = 1) -> None:
        assert metrics.confusion is not None
        self.confusion, self._metrics, self._names, self._rows = metrics.confusion, metrics, names, rows
        classes, longest = len(names), max(map(cell_len, names))
        digits = len(str(int(self.confusion.max()))) + 1
        self._label = min(name_limit(width), longest, max(width - digits * classes - 1, 1))
        room = max(width - self._label - 1, 0)
        comfortable = max(digits, min(longest, _NAME_LIMITS[0] // 2) + 1)
        self.has_margins = room - _RIGHT >= comfortable * classes
        """Whether there is room for recall and precision."""
        widest = min(max(longest + 1, digits + 3), _WIDEST_CELL)
        self._has_f1 = self.has_margins and room - _RIGHT - _F1 >= widest * classes
        self._right = (_RIGHT + (_F1 if self._has_f1 else 0)) if self.has_margins else 0
        room -= self._right
        self.is_share = digits * classes > room
        """Whether the numbers are shares of the row."""
        least = _LEAST_CELL if self.is_share else digits
        self.fits = least * classes <= room
        """Whether all classes have room beside one another."""
        has_whole = longest <= _NAME_LIMITS[0] and (longest + 1) * classes <= room
        across = max(widest, 2 * rows + 1 if rows > _LOW else 0)
        self._cell = max(least, longest + 1 if has_whole else 0, min(room // classes, across))

    @property
    def width(self) -> int:
        """Cells across."""
        return self._label + 1 + self._cell * len(self._names) + self._right

    @property
    def height(self) -> int:
        """Rows without precision."""
        return 1 + len(self._names)

    def lines(self, theme: Theme, *, with_precision: bool) -> list[Line]:
        """The names of the predicted classes, the rows of each true class, and below them the precisions."""
        names = "".join(_centred(name, self._cell) for name in short_names(self._names, self._cell - 1))
        right = f"{'recall':>{_RIGHT}}" if self.has_margins else ""
        right += f"{'F1':>{_F1}}" if self._has_f1 else ""
        levels = heat(self.confusion).tolist()
        rows = [line for index in range(len(self._names)) for line in self._class(index, levels[index], theme)]
        precision = [self._precision(theme)] if with_precision and self.has_margins else []
        return [[(" " * (self._label + 1) + names + right, theme.inks.axis)], *rows, *precision]

    def _class(self, index: int, levels: Sequence[int], theme: Theme) -> list[Line]:
        line = self._line(index, levels, theme)
        around: list[Line] = [[(" " * cell_len(text), style) for text, style in line]] * (self._rows // 2)
        return [*around, line, *around]

    def _line(self, index: int, levels: Sequence[int], theme: Theme) -> Line:
        numbers = self.confusion[index].tolist()
        pieces: Line = [(filled(short_name(self._names, index, self._label), self._label) + " ", theme.inks.axis)]
        for column, (number, level) in enumerate(zip(numbers, levels, strict=True)):
            text = self._text(number, sum(numbers))
            pieces.append((_centred(text, self._cell), cell_ink(level, column == index, theme)))
        if self.has_margins and self._metrics.recall is not None:
            recall = percent(float(self._metrics.recall[index])) if sum(numbers) else UNKNOWN
            pieces.append((f"{recall:>{_RIGHT}}", theme.inks.axis))
        if self._has_f1 and self._metrics.f1 is not None:
            f1 = f"{self._metrics.f1[index]:.2f}" if sum(numbers) or self.confusion[:, index].any() else UNKNOWN
            pieces.append((f"{f1:>{_F1}}", theme.inks.axis))
        return pieces

    def _text(self, number: int, total: int) -> str:
        if not number:
            return NONE
        return self._share(number, total) if self.is_share else str(number)

    def _share(self, number: int, total: int) -> str:
        is_all = number == total and self._cell <= _LEAST_CELL
        return ALL if is_all else whole_percent(number / total).removesuffix("%")

    def _precision(self, theme: Theme) -> Line:
        totals, right = self.confusion.sum(axis=0).tolist(), np.diag(self.confusion).tolist()
        sign = "%" if self._cell > _LEAST_CELL + 1 else ""
        texts = [self._share(*pair) + sign if pair[1] else UNKNOWN for pair in zip(right, totals, strict=True)]
        cells = "".join(_centred(text, self._cell) for text in texts)
        return [(" " * (self._label + 1) + cells + f"{'precision':>{_RIGHT}}", theme.inks.axis)]


def _centred(text: str, width: int) -> str:
    """In the middle, or half a cell right of it, where numbers of one digit stand below those of two."""
    left = (width - cell_len(text) + 1) // 2
    return filled(" " * left + text, width)


def cell_ink(level: int, is_right: bool, theme: Theme) -> Style:
    """The colour of what is right or that of a warning, the stronger the larger the share; none where there is none.

    Without colours, what is right is marked, and what is wrong is bold.
    """
    if not level:
        return theme.inks.border
    if theme.is_colourless and not is_right:
        return theme.inks.strong
    ground = (theme.right_levels if is_right else theme.wrong_levels)[level]
    return ink(readable_on(ground), ground, bold=is_right)


_MAP_NAME_LIMIT: Final = 3
_WIDEST: Final = 4
_GAP: Final = 1
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""The classes of a row of cells, the upper one and the lower one, as characters."""


class ConfusionMap:
    """A picture of the matrix, two classes in a row of cells, with a list of mistakes beside it."""

    def __init__(self, confusion: Confusion, names: tuple[str, ...], width: int) -> None:
        self._confusion, self._names, self._width = confusion, names, width
        self._label = min(max(map(cell_len, names)), _MAP_NAME_LIMIT)
        room = width - self._label - 1
        longest = max(
            (cell_len(mistake_text(one, names, _MAP_NAME_LIMIT)) for one in mistakes(confusion, 1)), default=0
        )
        beside = room - _GAP - longest
        self._cell = min(max(beside // len(names), min(room // len(names), 2)), _WIDEST)
        self.fits = self._cell >= 1

    @property
    def height(self) -> int:
        """Rows without the names of the predicted classes."""
        return -(-len(self._names) // 2)

    def lines(self, theme: Theme, *, with_names: bool) -> list[Line]:
        """The picture, every second true class named, and the mistakes."""
        axis, blank = theme.inks.axis, theme.inks.blank
        used = self._label + 1 + self._cell * len(self._names) + _GAP
        listed = mistake_lines(self._confusion, self._names, theme, self._width - used, self.height)
        named = [f"{right_aligned(name, self._label)} " for name in short_names(self._names, self._label)[::2]]
        pictures = zip(named, self._picture(theme), [*listed, *[[]] * self.height], strict=False)
        lines = [[(name, axis), *picture, (" " * _GAP, blank), *mistake] for name, picture, mistake in pictures]
        return [[(self._heading(), axis)], *lines] if with_names else lines

    def _heading(self) -> str:
        """The names for which there is room, each above its column."""
        every = 1 if self._cell > self._label else -(-(self._label + 1) // self._cell)
        shorter = short_names(self._names, self._label)[::every]
        names = "".join(filled(name, every * self._cell) for name in shorter)
        return " " * (self._label + 1) + names

    def _picture(self, theme: Theme) -> list[Line]:
        levels = heat(self._confusion)
        if not has_halves(theme.wrong_levels, theme):
            return self._coarse_picture(levels, theme)
        levels = np.where(np.eye(len(levels), dtype=bool), levels, levels + HEAT_LEVELS)
        colours = (*theme.right_levels, *theme.wrong_levels)
        return half_block_lines(np.repeat(levels, self._cell, axis=1), colours, theme)

    def _coarse_picture(self, levels: Levels, theme: Theme) -> list[Line]:
        """Halves of cells as characters in one colour: that of what is right where there is some."""
        there = np.vstack([levels > 0, np.zeros((len(levels) % 2, levels.shape[1]), bool)])
        right, wrong = theme.inks.curve, theme.inks.warning
        pairs = zip(there[::2].tolist(), there[1::2].tolist(), strict=True)
        return [
            [
                (_HALVES[pair] * self._cell, right if column // 2 == line and pair[column % 2] else wrong)
                for column, pair in enumerate(zip(upper, lower, strict=True))
            ]
            for line, (upper, lower) in enumerate(pairs)
        ]


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

    def __init__(self, snapshot: Snapshot, on_test: bool, width: int, height: int, below: int = 0) -> None:
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
        self._rows = self._class_rows(below)
        self._matrices = self._numbers((self._room - _BETWEEN) // 2 if self._are_beside else self._room, self._rows)

    @property
    def width(self) -> int:
        """Cells across of what is drawn, the margins included."""
        if not self._has_numbers:
            return self._width
        across = self._matrices[0].width
        return (2 * across + _BETWEEN if self._are_beside else across) + 2 * self._margin

    def _numbers(self, width: int, rows: int = 1) -> list[NumberMatrix]:
        return [NumberMatrix(metrics, self._names, max(width, 0), rows) for _, metrics in self._sets]

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

    def _class_rows(self, below: int) -> int:
        """Rows of a class: with the room that there is, more than one, if so many rows are left below the matrices."""
        stacked = 2 if self._are_below else 1
        spare = self._height - self._least - int(self.has_sentence) - stacked
        taller = range(TALLEST, _LOW, -2)
        for rows in taller:
            if spare >= (rows - 1) * len(self._names) * stacked + below:
                return rows
        return _LOW if spare >= (_LOW - 1) * len(self._names) * stacked else 1

    def sentence(self, width: int) -> str:
        """Which class of the first set is most often mistaken, and for what, in so many cells."""
        return worst_sentence(self._confusion, self._names, width, self._sets[0][0] if self.shows_both else "")

    def lines(self, theme: Theme) -> list[Line]:
        """Everything, the most important first."""
        if not self._names or self._width < 1:
            return []
        lines, spare = self._main(theme, self._height - self._least - int(self.has_sentence))
        if self.has_sentence:
            said: Line = [(self.sentence(self._room), theme.inks.text)]
            lines = [said, *([[]] if spare > 0 else []), *lines]
        margin: Line = [(" " * self._margin, theme.inks.blank)]
        return [margin + line for line in lines]

    def _main(self, theme: Theme, spare: int) -> tuple[list[Line], int]:
        """The matrices, and how many rows are still to spare."""
        if not self.shows_both and not self._has_numbers:
            if self._has_map:
                return self._map.lines(theme, with_names=spare >= 1), spare - 1
            rows = self._least + max(spare, 0)
            return mistake_lines(self._confusion, self._names, theme, self._room, rows), 0
        stacked = 2 if self._are_below else 1
        has_precision, taller = spare >= stacked, (self._rows - 1) * len(self._names) * stacked
        spare -= stacked * has_precision + taller
        drawn = [one.lines(theme, with_precision=has_precision) for one in self._matrices]
        if not self.shows_both:
            return drawn[0], spare
        axis, title = theme.inks.axis, theme.inks.heading
        headings = ([(name, title), (f"  {accuracy_text(metrics)}", axis)] for name, metrics in self._sets)
        first, second = ([heading, *lines] for heading, lines in zip(headings, drawn, strict=True))
        if self._are_below:
            return [*first, [], *second], spare
        at = self._matrices[0].width + _BETWEEN
        blank = theme.inks.blank
        return [[*padded(left, at, blank), *right] for left, right in zip(first, second, strict=True)], spare
