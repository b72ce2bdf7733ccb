"""Where there is no room for the numbers: the confusion matrix as a picture, and the most frequent mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rich.cells import cell_len

from tuinet.tui.cells import Levels, half_blocks
from tuinet.tui.confusion_matrix import Line, heat
from tuinet.tui.mistakes import Confusion, Mistake, mistakes
from tuinet.tui.ramp import Ramp
from tuinet.tui.text import abbreviated, count, filled, ink
from tuinet.tui.theme import HEAT_LEVELS, Theme
from tuinet.tui.tiles import has_halves, pieces_of
from tuinet.tui.verdicts import ARROW

_NAME_LIMIT: Final = 3
_LIST_LIMIT: Final = 12
_WIDEST: Final = 4
_GAP: Final = 1
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""The classes of a row of cells, the upper one and the lower one, as characters."""


class ConfusionMap:
    """A picture of the matrix, two classes in a row of cells, with a list of mistakes beside it.

    Parameters
    ----------
    confusion
        Of one set.
    names
        Of the classes.
    width
        Cells of the room.
    """

    def __init__(self, confusion: Confusion, names: Sequence[str], width: int) -> None:
        self._confusion, self._names, self._width = confusion, names, width
        self._label = min(max(map(cell_len, names)), _NAME_LIMIT)
        room = width - self._label - 1
        beside = room - _GAP - list_width(confusion, names)
        self._cell = min(max(beside // len(names), min(room // len(names), 2)), _WIDEST)
        self.fits = self._cell >= 1

    @property
    def height(self) -> int:
        """Rows without the names of the predicted classes."""
        return -(-len(self._names) // 2)

    def lines(self, theme: Theme, *, with_names: bool) -> list[Line]:
        """The picture, every second true class named, and the mistakes."""
        axis, blank = ink(theme.axis, theme.background), ink(None, theme.background)
        used = self._label + 1 + self._cell * len(self._names) + _GAP
        listed = mistake_lines(self._confusion, self._names, theme, self._width - used, self.height)
        named = [f"{abbreviated(name, self._label):>{self._label}} " for name in self._names[::2]]
        pictures = zip(named, self._picture(theme), [*listed, *[[]] * self.height], strict=False)
        lines = [[(name, axis), *picture, (" " * _GAP, blank), *mistake] for name, picture, mistake in pictures]
        return [[(self._heading(), axis)], *lines] if with_names else lines

    def _heading(self) -> str:
        """As many names as there is room for, each above its column."""
        every = 1 if self._cell > self._label else -(-(self._label + 1) // self._cell)
        names = "".join(filled(abbreviated(name, self._label), every * self._cell) for name in self._names[::every])
        return " " * (self._label + 1) + names

    def _picture(self, theme: Theme) -> list[Line]:
        levels = heat(self._confusion)
        if not has_halves(Ramp(theme.wrong_levels), theme):
            return self._coarse_picture(levels, theme)
        levels = np.where(np.eye(len(levels), dtype=bool), levels, levels + HEAT_LEVELS)
        pixels = np.repeat(levels, self._cell, axis=1)
        colours = (*theme.right_levels, *theme.wrong_levels, theme.background)
        if len(pixels) % 2:
            pixels = np.vstack([pixels, np.full((1, pixels.shape[1]), len(colours) - 1)])
        return [pieces_of(strip) for strip in half_blocks(pixels, colours, {})]

    def _coarse_picture(self, levels: Levels, theme: Theme) -> list[Line]:
        """Halves of cells as characters in one colour: that of what is right where there is some."""
        there = np.vstack([levels > 0, np.zeros((len(levels) % 2, levels.shape[1]), bool)])
        right, wrong = ink(theme.curve, theme.background), ink(theme.warning, theme.background)
        pairs = zip(there[::2].tolist(), there[1::2].tolist(), strict=True)
        return [
            [
                (_HALVES[pair] * self._cell, right if column // 2 == line and pair[column % 2] else wrong)
                for column, pair in enumerate(zip(upper, lower, strict=True))
            ]
            for line, (upper, lower) in enumerate(pairs)
        ]


def list_width(confusion: Confusion, names: Sequence[str]) -> int:
    """Cells that the list of mistakes wants at least."""
    return max((len(_text(one, names, _NAME_LIMIT)) for one in mistakes(confusion, 1)), default=0)


def mistake_lines(confusion: Confusion, names: Sequence[str], theme: Theme, width: int, height: int) -> list[Line]:
    """The most frequent mistakes in as many columns as there is room for: ``9→5 4``, or better ``9→5 4 of 36``."""
    listed = mistakes(confusion, max(height, 0) * 8)
    texts = _texts(listed, names, width)
    if not texts:
        return []
    across = max(map(cell_len, texts)) + 3
    columns = max((width + 3) // across, 1)
    style = ink(theme.warning, theme.background)
    return [
        [(filled(text, across), style) for text in texts[line : columns * height : height]] for line in range(height)
    ]


def _texts(listed: Sequence[Mistake], names: Sequence[str], width: int) -> list[str]:
    for limit in (_LIST_LIMIT, _LIST_LIMIT // 2, _NAME_LIMIT, 1):
        for is_long in (True, False):
            texts = [_text(one, names, limit) + (f" of {count(one.of)}" if is_long else "") for one in listed]
            if all(cell_len(text) <= width for text in texts):
                return texts
    return []


def _text(one: Mistake, names: Sequence[str], limit: int) -> str:
    return (
        f"{abbreviated(names[one.actual], limit)}{ARROW}{abbreviated(names[one.predicted], limit)} {count(one.samples)}"
    )
