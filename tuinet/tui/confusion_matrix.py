"""The confusion matrix in numbers: which class of a row was taken for which class of a column; pure drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tuinet.observe.metrics import Metrics
from tuinet.tui.cells import Array, Levels
from tuinet.tui.colour import readable_on
from tuinet.tui.mistakes import Confusion
from tuinet.tui.text import Piece, abbreviated, filled, ink, percent, whole_percent
from tuinet.tui.theme import HEAT_LEVELS, Theme

Line = list[Piece]

NONE: Final = "·"
ALL: Final = "●"
"""Where three digits would touch the next number."""
UNKNOWN: Final = "–"
_NAME_LIMIT: Final = 12
_WIDEST_CELL: Final = 9
_LEAST_CELL: Final = 3
_RIGHT: Final = 10
"""Cells of recalls, and of the word precision."""


def shares_of_rows(confusion: Confusion) -> Array:
    """Each number as a share of all samples of its class; 0 where there are none."""
    totals = confusion.sum(axis=1, keepdims=True)
    shares: Array = np.divide(confusion, totals, out=np.zeros(confusion.shape), where=totals > 0)
    return shares


def heat(confusion: Confusion) -> Levels:
    """The level of each number's ground, by its share of the row: 0 for none, the highest for all.

    Right ones grow with the share, so that one that is missing is seen; wrong ones with its root, so that one is seen.
    """
    shares, top = shares_of_rows(confusion), HEAT_LEVELS - 1
    right = np.where(shares > 0, np.maximum(np.floor(shares * top), 1), 0)
    levels: Levels = np.where(np.eye(len(shares), dtype=bool), right, np.ceil(np.sqrt(shares) * top)).astype(np.intp)
    return levels


class NumberMatrix:
    """The matrix of one set in a room.

    Parameters
    ----------
    metrics
        Of the set; its confusion is drawn.
    names
        Of the classes.
    width
        Cells of the room.
    """

    def __init__(self, metrics: Metrics, names: Sequence[str], width: int) -> None:
        assert metrics.confusion is not None
        self._confusion, self._metrics, self._names = metrics.confusion, metrics, names
        classes, longest = len(names), max(map(cell_len, names))
        digits = len(str(int(self._confusion.max()))) + 1
        self._label = min(_NAME_LIMIT, longest, max(width - digits * classes - 1, 1))
        room = max(width - self._label - 1, 0)
        comfortable = max(digits, min(longest, _NAME_LIMIT // 2) + 1)
        self.has_margins = room - _RIGHT >= comfortable * classes
        """Whether there is room for recall and precision."""
        room -= _RIGHT if self.has_margins else 0
        self.is_share = digits * classes > room
        """Whether the numbers are shares of the row."""
        least = _LEAST_CELL if self.is_share else digits
        self.fits = least * classes <= room
        """Whether all classes have room beside one another."""
        self._cell = max(least, min(room // classes, max(longest + 1, digits + 3), _WIDEST_CELL))

    @property
    def width(self) -> int:
        """Cells across."""
        return self._label + 1 + self._cell * len(self._names) + (_RIGHT if self.has_margins else 0)

    @property
    def height(self) -> int:
        """Rows without precision."""
        return 1 + len(self._names)

    def lines(self, theme: Theme, *, with_precision: bool, is_tall: bool = False) -> list[Line]:
        """The names of the predicted classes, a row for each true class, and below them the precisions.

        Parameters
        ----------
        with_precision
            Whether there is a row to spare for it.
        is_tall
            Whether there are two rows to spare for each class.
        """
        axis = ink(theme.axis, theme.background)
        names = "".join(_centred(abbreviated(name, self._cell - 1), self._cell) for name in self._names)
        right = f"{'recall':>{_RIGHT}}" if self.has_margins else ""
        levels = heat(self._confusion).tolist()
        rows = [line for index in range(len(self._names)) for line in self._class(index, levels[index], theme, is_tall)]
        precision = [self._precision(theme)] if with_precision and self.has_margins else []
        return [[(" " * (self._label + 1) + names + right, axis)], *rows, *precision]

    def _class(self, index: int, levels: Sequence[int], theme: Theme, is_tall: bool) -> list[Line]:
        line = self._line(index, levels, theme)
        if not is_tall:
            return [line]
        empty: Line = [(" " * cell_len(text), style) for text, style in line]
        return [empty, line, empty]

    def _line(self, index: int, levels: Sequence[int], theme: Theme) -> Line:
        axis = ink(theme.axis, theme.background)
        numbers = self._confusion[index].tolist()
        pieces: Line = [(filled(self._names[index], self._label) + " ", axis)]
        for column, (number, level) in enumerate(zip(numbers, levels, strict=True)):
            text = self._text(number, sum(numbers))
            pieces.append((_centred(text, self._cell), cell_ink(level, column == index, theme)))
        if self.has_margins and self._metrics.recall is not None:
            recall = percent(float(self._metrics.recall[index])) if sum(numbers) else UNKNOWN
            pieces.append((f"{recall:>{_RIGHT}}", axis))
        return pieces

    def _text(self, number: int, total: int) -> str:
        if not number:
            return NONE
        return self._share(number, total) if self.is_share else str(number)

    def _share(self, number: int, total: int) -> str:
        is_all = number == total and self._cell <= _LEAST_CELL
        return ALL if is_all else whole_percent(number / total).removesuffix("%")

    def _precision(self, theme: Theme) -> Line:
        axis = ink(theme.axis, theme.background)
        totals, right = self._confusion.sum(axis=0).tolist(), np.diag(self._confusion).tolist()
        sign = "%" if self._cell > _LEAST_CELL + 1 else ""
        texts = [self._share(*pair) + sign if pair[1] else UNKNOWN for pair in zip(right, totals, strict=True)]
        cells = "".join(_centred(text, self._cell) for text in texts)
        return [(" " * (self._label + 1) + cells + f"{'precision':>{_RIGHT}}", axis)]


def _centred(text: str, width: int) -> str:
    """In the middle, or half a cell right of it, where numbers of one digit stand below those of two."""
    left = (width - cell_len(text) + 1) // 2
    return filled(" " * left + text, width)


def cell_ink(level: int, is_right: bool, theme: Theme) -> Style:
    """The colour of what is right or that of a warning, the stronger the larger the share; none where there is none.

    Without colours, what is right is marked, and what is wrong is bold.
    """
    if not level:
        return ink(theme.border, theme.background)
    if theme.is_colourless and not is_right:
        return ink(theme.foreground, theme.background, bold=True)
    ground = (theme.right_levels if is_right else theme.wrong_levels)[level]
    return ink(readable_on(ground), ground, bold=is_right)
