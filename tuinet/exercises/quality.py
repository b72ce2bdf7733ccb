"""Whether an exercise is fit to be set: friendly numbers, nothing saturated or 0, no two mistakes with one answer."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from tuinet.exercises.blank import Blank
from tuinet.exercises.exercise import Exercise
from tuinet.exercises.kinds import GENERIC, RIGHT

_SMALLEST: Final = 0.005
_LARGEST: Final = 20
_MOST_DECIMALS: Final = 5
_SHARES: Final = (0.04, 0.96)
"""Between these an activation that ends at 1 is not saturated."""
_APART: Final = 4
"""Tolerances by which the answers that mistakes of different kinds lead to must differ."""
_DRIFT: Final = 1
"""Tolerances by which the result may differ from what the given numbers lead to, rounded as they are."""
_SAME: Final = 1e-9


def is_suitable(exercise: Exercise) -> bool:
    """Whether all blanks of an exercise are fit to be asked."""
    blanks = exercise.blanks
    if any(blank.shape for blank in blanks):
        return _has_distinct_answers(blanks)
    return (
        bool(blanks)
        and all(map(_is_friendly, blanks))
        and _is_unambiguous(blanks)
        and all(map(_tells_mistakes, blanks))
    )


def _has_distinct_answers(blanks: tuple[Blank, ...]) -> bool:
    """Whether numbers of parameters that go into others can be told from their other numbers."""
    counts = [blank.value for blank in blanks if not blank.shape]
    return len(set(counts)) == len(counts)


def _is_friendly(blank: Blank) -> bool:
    size = abs(blank.value)
    low, high = _SHARES
    is_saturated = blank.line.left == "a" and not low < size < high and size < 1
    ends_between = abs(blank.value * 10**blank.asked.decimals % 1 - 0.5) < 1e-6
    return (
        _SMALLEST <= size <= _LARGEST
        and blank.asked.decimals <= _MOST_DECIMALS
        and not is_saturated
        and abs(blank.as_chained - blank.value) <= _DRIFT * blank.asked.tolerance
        and not ends_between
    )


def _tells_mistakes(blank: Blank) -> bool:
    """Whether the answers that mistakes of different kinds lead to can be told apart, and from the right one."""
    telling = [(mistake.value, mistake.kind) for mistake in blank.mistakes if mistake.kind not in GENERIC]
    ordered = sorted([(blank.value, RIGHT), *telling])
    return all(
        one[1] == other[1] or other[0] - one[0] > _APART * blank.asked.tolerance for one, other in pairwise(ordered)
    )


def _is_unambiguous(blanks: tuple[Blank, ...]) -> bool:
    """Whether no answer is also a number that is given, or another answer.

    Where an answer goes into a later calculation, it is known by its value.
    """
    answers = [abs(blank.value) for blank in blanks]
    given = Counter(number for blank in blanks for number in _given(blank))
    numbers = sorted([*answers, *given])
    return not any(
        math.isclose(one, other, rel_tol=_SAME) and (one in answers or other in answers)
        for one, other in pairwise(numbers)
    )


def _given(blank: Blank) -> Iterator[float]:
    """The numbers of a calculation that are no earlier answers."""
    if blank.exact is None:
        return
    needed = {address for need in blank.needs for address in need.addresses}
    for address, node in blank.exact.nodes.items():
        if isinstance(node, ast.Constant) and address not in needed:
            yield blank.exact.value(at=address)
