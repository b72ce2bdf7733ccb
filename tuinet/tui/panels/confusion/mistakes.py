"""The most frequent mistakes, in words and in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from tuinet.tui.draw.short_names import least_width, short_names
from tuinet.tui.draw.text import Piece, count, filled, first_fitting
from tuinet.tui.draw.tiles import ARROW
from tuinet.tui.style.theme import Theme

Confusion = NDArray[np.intp]
Line = list[Piece]

_NAME_LIMITS: Final = (40, 30, 24, 16, 12, 9, 7, 5, 3, 1)
_LEAST_NAMES: Final = 5
"""Cells to which names are cut before it is left out of which set they are said."""
_LIST_LIMIT: Final = 12


@dataclass(frozen=True)
class Mistake:
    """Samples of one class that were taken for another; classes counted from 0."""

    actual: int
    predicted: int
    samples: int
    of: int
    """All samples of the class."""


def mistakes(confusion: Confusion, most: int) -> list[Mistake]:
    """The most frequent ones; of equally frequent ones first those that are a larger share of their class."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    totals = confusion.sum(axis=1)
    actual, predicted = np.nonzero(wrong)
    samples, of = wrong[actual, predicted], totals[actual]
    order = np.lexsort((predicted, actual, of, -samples))[: max(most, 0)]
    return [Mistake(*row) for row in np.stack([actual, predicted, samples, of], axis=1)[order].tolist()]


def worst_sentence(confusion: Confusion, names: tuple[str, ...], width: int, among: str = "") -> str:
    """Which class is most often mistaken, and for what, in so many cells: ``most often: 9 taken for 5 (4 of 36)``.

    Where two sets are in sight, ``among`` is the name of that which is meant.
    """
    worst, place = mistakes(confusion, 1), f" in the {among}" if among else ""
    if worst:
        return first_fitting(_sentences(worst[0], names, place), width)
    said = f"all {count(int(confusion.sum()))} are right"
    return first_fitting((f"none is mistaken{place}: {said}", f"none is mistaken: {said}", said, "all right"), width)


def _sentences(worst: Mistake, names: tuple[str, ...], place: str) -> Iterator[str]:
    share = f"{count(worst.samples)} of {count(worst.of)}"
    for limit in _NAME_LIMITS:
        shorter = short_names(names, max(limit, least_width(names)))
        actual, predicted = shorter[worst.actual], shorter[worst.predicted]
        yield f"most often{place}: {actual} taken for {predicted} ({share})"
        if place and limit > _LEAST_NAMES:
            continue
        yield f"most often: {actual} taken for {predicted} ({share})"
        yield f"most often {actual} for {predicted} ({share})"
        if limit <= _LEAST_NAMES:
            yield f"{actual} for {predicted} ({share})"


def mistake_lines(confusion: Confusion, names: tuple[str, ...], theme: Theme, width: int, height: int) -> list[Line]:
    """The most frequent mistakes in as many columns as there is room for: ``9→5 4``, or better ``9→5 4 of 36``."""
    listed = mistakes(confusion, max(height, 0) * 8)
    texts = _texts(listed, names, width)
    if not texts:
        return []
    across = max(map(cell_len, texts)) + 3
    columns = max((width + 3) // across, 1)
    style = theme.inks.warning
    return [
        [(filled(text, across), style) for text in texts[line : columns * height : height]] for line in range(height)
    ]


def _texts(listed: Sequence[Mistake], names: tuple[str, ...], width: int) -> list[str]:
    for limit in (_LIST_LIMIT, _LIST_LIMIT // 2, 3, 1):
        for is_long in (True, False):
            texts = [mistake_text(one, names, limit) + (f" of {count(one.of)}" if is_long else "") for one in listed]
            if all(cell_len(text) <= width for text in texts):
                return texts
    return []


def mistake_text(one: Mistake, names: tuple[str, ...], limit: int) -> str:
    """As in ``9→5 4``, names in at most so many cells, or in those of a wide character."""
    shorter = short_names(names, max(limit, least_width(names)))
    return f"{shorter[one.actual]}{ARROW}{shorter[one.predicted]} {count(one.samples)}"
