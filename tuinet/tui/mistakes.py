"""Mistakes: which classes are taken for which, the most frequent first, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.tui.text import abbreviated, count, first_fitting

Confusion = NDArray[np.intp]

_NAME_LIMITS: Final = (24, 16, 12, 9, 7, 5, 3, 1)


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
    rows = zip(
        actual[order].tolist(), predicted[order].tolist(), samples[order].tolist(), of[order].tolist(), strict=True
    )
    return [Mistake(*numbers) for numbers in rows]


def worst_sentence(confusion: Confusion, names: Sequence[str], width: int) -> str:
    """Which class is most often mistaken, and for what, in so many cells: ``most often: 9 taken for 5 (4 of 36)``."""
    worst = mistakes(confusion, 1)
    if not worst:
        total = count(int(confusion.sum()))
        return first_fitting((f"none is mistaken: all {total} are right", f"all {total} are right", "all right"), width)
    return first_fitting(_sentences(worst[0], names), width)


def _sentences(worst: Mistake, names: Sequence[str]) -> Iterator[str]:
    share = f"{count(worst.samples)} of {count(worst.of)}"
    for limit in _NAME_LIMITS:
        actual, predicted = (abbreviated(names[label], limit) for label in (worst.actual, worst.predicted))
        yield f"most often: {actual} taken for {predicted} ({share})"
        yield f"most often {actual} for {predicted} ({share})"
        if limit <= 5:
            yield f"{actual} for {predicted} ({share})"
