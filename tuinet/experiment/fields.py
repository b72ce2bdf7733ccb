"""Values of hyperparameters as text, as they are shown and as they are typed, and back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import is_automatic, resolved
from tuinet.experiment.experiment import AUTO, FIELDS, Experiment
from tuinet.experiment.presets import default_value
from tuinet.names import canonical

_RANGE: Final = re.compile(r"(\d{1,9})(?:\s*-\s*(\d{1,9}))?")
"""A whole number, or the first and the last of several."""


def parse_ranges(text: str, most: int) -> tuple[int, ...]:
    """The whole numbers of a list such as ``1-4`` or ``1,5,8-10``, in its order.

    Raises
    ------
    ValueError
        Where it is no such list, a range runs backwards, a number is there twice, or there are more than so many.
    """
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a list of whole numbers such as 1-4 or 1,5,9")
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise ValueError(f"{match[0]} runs backwards; {last}-{first} would be right")
        if len(found) + last - first >= most:
            raise ValueError(f"{text!r} has more than {most:,} numbers")
        found += range(first, last + 1)
    twice = next((number for number, times in Counter(found).items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"{text!r} has {twice} twice")
    return tuple(found)


def ranges_text(numbers: Sequence[int]) -> str:
    """Whole numbers as a list from which `parse_ranges` makes the same: ``1-4,8`` for 1, 2, 3, 4 and 8."""
    parts = list[list[int]]()
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ",".join("-".join(map(str, part)) for part in parts)


_EXPONENT: Final = re.compile(r"e([+-]?)0*(?=[1-9])")
_DEFAULT: Final = "default"
_FULL: Final = "full"
_NONE: Final = "none"
_WORDS: Final = (AUTO, _DEFAULT, _FULL, _NONE)
_RAW: Final = "as they are"


def shown(field: str, experiment: Experiment, dataset: Dataset) -> str:
    """A field's value, with what ``auto`` stands for."""
    value = getattr(experiment, field)
    if is_automatic(field, value):
        inside = resolved(field, experiment, dataset)
        return AUTO if inside is None else f"{AUTO} ({plain(inside)})"
    if field == "batch_size":
        return f"{_FULL} ({len(dataset.X):,})" if value == 0 else str(value)
    return _EMPTY.get(field, plain(value)) if value in ((), "", 0.0) else plain(value)


_EMPTY: Final = {
    "features": _RAW,
    "target": "the last",
    "inputs": "all others",
    "picture": "none",
    "hidden": "no hidden layer",
    "weights": "by the initializer",
    "clip_norm": "0 (any)",
}


def typed(field: str, value: Any) -> str:
    """The text from which `read` makes the same value."""
    if value is None:
        return AUTO
    if value == ():
        return _NONE
    return _FULL if field == "batch_size" and value == 0 else plain(value)


def plain(value: Any) -> str:
    """A value without what it means: numbers as short as they are exact, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(plain, value))
    if isinstance(value, float):
        short = f"{value:.6g}"
        return _EXPONENT.sub(lambda match: f"e{match[1].strip('+')}", short if float(short) == value else repr(value))
    return str(value)


def read(field: str, text: str, experiment: Experiment) -> Any:
    """The value that a person has typed; ``auto``, ``none``, ``default``, ``full`` or nothing at all, too."""
    stripped, known = text.strip(), FIELDS[field]
    # Where a text can be anything, such as the name of a file, its case tells.
    word = canonical(stripped, _WORDS) if known.kind != "text" or known.choices else stripped
    if word == _DEFAULT or (not word and known.kind in ("whole", "number", "flag")):
        return default_value(field, experiment)
    if known.may_be_open and word in (AUTO, _NONE):
        return None
    if word == _NONE and known.kind == "names":
        return ()
    if field == "batch_size" and word == _FULL:
        return 0
    if not word and known.choices and known.kind == "text":
        return default_value(field, experiment)
    try:
        return known.parsed(word)
    except ValueError as error:
        raise ExperimentError(field, str(error)) from error
