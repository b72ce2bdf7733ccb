"""Ranges of numbers in the place of a value: ``log(0.001,1,25)``, ``linear(0,0.9,10)`` and ``1-4``."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import FIELDS
from tuinet.experiment.fields import parse_ranges, plain
from tuinet.experiment.hyperparameter import Kind, parse
from tuinet.names import canonical, not_one_of

_CLOSENESS: Final = 1 / 500
"""A value of a range lies nearer to its exact place than this share of the way to the nearest other value."""


def _linear(first: float, last: float, share: float) -> float:
    # Not first + share·(last − first), whose difference may be infinite.
    return first * (1 - share) + last * share


def _log(first: float, last: float, share: float) -> float:
    return math.exp(_linear(math.log(first), math.log(last), share))


_SPACINGS: Final[Mapping[str, Callable[[float, float, float], float]]] = {"log": _log, "linear": _linear}
"""By name: the value so large a share of the way from the first to the last."""
_EXAMPLES: Final = {"log": "log(0.001,1,25)", "linear": "linear(0,0.9,10)"}
_BETWEEN: Final = re.compile(r",(?![^()]*\))")
"""A comma that is not within parentheses."""
_CALL: Final = re.compile(r"(\w*)\s*\(([^()]*)\)")
_ALL: Final = re.compile(r"\d+\s*-\s*\d+")
_RANGE: Final = re.compile(rf"(?:{'|'.join(_SPACINGS)})\s*\([^()]*\)", re.IGNORECASE)


def parts(text: str) -> list[str]:
    """What stands between commas that are not within parentheses."""
    return [part.strip() for part in _BETWEEN.split(text)]


def expanded(field: str, text: str, most: int) -> list[str]:
    """The values of a range as texts, from its first to its last; of any other text that alone.

    A range is ``log(FIRST,LAST,COUNT)``, in which each value is the one before times the same factor, or
    ``linear(FIRST,LAST,COUNT)``, in which their differences are the same. The first and the last belong to it. Those
    between are decimal numbers with as few digits as lie nearer to the exact place than a 500th of the way to the next
    value, so that a label is the value itself. A field that takes whole numbers gets the nearest ones, and of
    ``FIRST-LAST`` all from the first to the last.

    Parameters
    ----------
    most
        Values that a range may have.

    Raises
    ------
    ExperimentError
        Where the field takes no numbers, or there is no such range.
    """
    is_number = FIELDS[field].kind in ("whole", "number")
    if FIELDS[field].kind == "whole" and _ALL.fullmatch(text):
        try:
            return list(map(str, parse_ranges(text, most)))
        except ValueError as error:
            raise ExperimentError("vary", f"{field}: {error}") from error
    if not (_RANGE.fullmatch(text) or (is_number and "(" in text)):
        return [text]
    try:
        if not is_number:
            raise ValueError(f"a range of numbers, and {field} does not take a single number")
        spacing, first, last, count = _read(text)
        _require_usable(spacing, first, last, count, most)
        return _texts(_values(spacing, first, last, count), FIELDS[field].kind)
    except ValueError as error:
        raise ExperimentError("vary", f"{field}: {text!r}: {error}") from error


def _read(text: str) -> tuple[str, float, float, int]:
    """The name of the spacing, the first value, the last and how many there are."""
    call = _CALL.fullmatch(text)
    if call is None:
        raise ValueError(f"neither a number nor a range such as {_EXAMPLES['log']}")
    name, inside = canonical(call[1], _SPACINGS), call[2].split(",")
    if name not in _SPACINGS:
        raise ValueError(not_one_of(name, _SPACINGS))
    if len(inside) != 3:
        raise ValueError(f"not {name}(FIRST,LAST,COUNT) such as {_EXAMPLES[name]}")
    first, last, count = (part.strip() for part in inside)
    return name, parse("number", first), parse("number", last), parse("whole", count)


def _require_usable(spacing: str, first: float, last: float, count: int, most: int) -> None:
    for end in (first, last):
        if not math.isfinite(end):
            raise ValueError(f"{plain(end)} is not a finite number")
        if spacing == "log" and end <= 0:
            raise ValueError(f"{plain(end)} has no logarithm; both ends must be above 0, or take linear")
    if count < 2:
        raise ValueError("a range has 2 values or more, its first and its last among them")
    if count > most:
        raise ValueError(f"{count:,} values are more than {most:,}")
    if first == last:
        raise ValueError("the first and the last value are the same")


def _values(spacing: str, first: float, last: float, count: int) -> list[float]:
    """The exact places, the ends as they were given."""
    between = [_SPACINGS[spacing](first, last, index / (count - 1)) for index in range(1, count - 1)]
    # Between neighbouring floats a logarithm may be rounded to a place beyond them.
    low, high = sorted((first, last))
    return [first, *(min(max(place, low), high) for place in between), last]


def _texts(values: list[float], kind: Kind) -> list[str]:
    """The values as a field of this kind takes them; a ValueError where two are the same then."""
    found = list(map(str, map(round, values))) if kind == "whole" else list(map(plain, _shortened(values)))
    twice = next((one for one, times in Counter(found).items() if times > 1), None)
    if twice is not None:
        rounded = " as a whole number" if kind == "whole" else ""
        raise ValueError(f"it has {twice} twice{rounded}; take fewer values, or ends that lie further apart")
    return found


def _shortened(values: list[float]) -> list[float]:
    """The ends as they are, and between them numbers that are shorter."""
    gaps = [abs(after - before) for before, after in pairwise(values)]
    inner = [_short(value, min(gap)) for value, gap in zip(values[1:-1], pairwise(gaps), strict=True)]
    return [values[0], *inner, values[-1]]


def _short(value: float, gap: float) -> float:
    """The number with as few decimals as lie near enough to the value, by the gap to the nearest other one."""
    size = max(abs(value), gap)
    decimals = -math.floor(math.log10(size)) if size else 0
    while abs(_rounded(value, decimals) - value) > _CLOSENESS * gap:
        decimals += 1
    return _rounded(value, decimals)


def _rounded(value: float, decimals: int) -> float:
    """Never −0; infinite where it would be larger than any float."""
    try:
        return round(value, decimals) + 0.0
    except OverflowError:
        return math.inf
