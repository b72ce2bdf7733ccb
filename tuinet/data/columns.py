"""Columns of any kind of file: what is a number, what may be a feature, and whether a target is classes or numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.data.dataset import Array, Indices
from tuinet.data.place import LARGEST, MAX_CLASSES, MAX_INTEGER_CLASSES, MAX_ROWS, MAX_VALUES, Place, on_one_line, shown


def require_room(rows: int, columns: int, place: Place, most_values: int = MAX_VALUES) -> None:
    """Refuse more rows or values than are held in memory."""
    if rows > MAX_ROWS:
        raise place.error(f"there are more than {MAX_ROWS:,} rows; take a part of them")
    if rows * columns > most_values:
        raise place.error(f"there are more than {most_values:,} values; leave rows or columns out")


def require_usable(X: Array, place: Place, where: Callable[[int], Place]) -> None:
    """Refuse a single row, and a feature that has the same value in every row of X, shape (samples, features)."""
    if len(X) < 2:
        raise place.error("there is only one sample; two at least are needed")
    constant = np.flatnonzero(X.min(axis=0) == X.max(axis=0))
    if len(constant):
        first, rest = int(constant[0]), len(constant) - 1
        others = f", and so is that of {rest} more column{'s' * (rest > 1)}" if rest else ""
        value = f"{X[0, first]:g}"
        raise where(first).error(f"the value is always {value}{others}; nothing is to be learned from it, so delete it")


_MISSING: Final = frozenset({"", "?", "na", "n/a", "null", "nan"})
"""Spellings of a value that is not known, in small letters."""


def is_number(text: str) -> bool:
    """Whether a text is a number in Python's notation; NaN and infinity are."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_missing(text: str) -> bool:
    """Whether a text stands for a value that is not known."""
    return text.strip().lower() in _MISSING


def missing(text: str) -> str:
    """The message for a value that is not known."""
    found = f"{shown(text.strip())} is a missing value" if text.strip() else "the value is missing"
    return f"{found}; fill it in, or delete the line"


def not_finite(text: str) -> str:
    """The message for a number that is infinite, too large or NaN."""
    return f"{shown(text)} is not a finite number up to {LARGEST:g}; correct it, or use another unit"


def fault_of(text: str) -> str | None:
    """The message for a text that cannot be a feature; ``None`` if it can."""
    if is_missing(text):
        return missing(text)
    if not is_number(text):
        comma = is_number(text.replace(",", ".", 1))
        return (
            f"{shown(text)} is not a number; write {'a decimal point' if comma else 'a number, or delete the column'}"
        )
    return None if abs(float(text)) <= LARGEST else not_finite(text)


Where = Callable[[int | None], Place]
"""The place of the value with an index; without one, of all of them."""


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of all samples."""

    values: Indices | Array
    """Classes from 0, shape (samples,); or numbers, shape (samples, outputs)."""
    class_names: tuple[str, ...] = ()
    """Empty for numbers."""


def targets_of_texts(texts: Sequence[str], where: Where) -> Targets:
    """Classes if there are texts among them, or few whole numbers; otherwise numbers."""
    distinct = set(texts)
    unknown = set(filter(is_missing, distinct))
    if unknown:
        index = _first(texts, unknown)
        raise where(index).error(missing(texts[index]))
    others = {text for text in distinct if not is_number(text)}
    if not others:
        return targets_of_numbers(np.array([float(text) for text in texts]), where, texts)
    if len(others) < len(distinct) and len(distinct) > MAX_INTEGER_CLASSES:
        index = _first(texts, others)
        raise where(index).error(f"{shown(texts[index])} is not a number, as other targets are; correct it")
    return _classes_of_texts(texts, distinct, where)


def _classes_of_texts(texts: Sequence[str], distinct: set[str], where: Where) -> Targets:
    """The classes in the order of the alphabet; spaces around a text are not part of it."""
    stripped = sorted({text.strip() for text in distinct})
    _require_class_count(stripped, where)
    numbers = {text: stripped.index(text.strip()) for text in distinct}
    return Targets(np.array([numbers[text] for text in texts], dtype=np.intp), tuple(map(on_one_line, stripped)))


def _first(texts: Sequence[str], wanted: set[str]) -> int:
    return next(index for index, text in enumerate(texts) if text in wanted)


def targets_of_numbers(numbers: Array, where: Where, texts: Sequence[str] | None = None) -> Targets:
    """Classes if there are few whole numbers, otherwise numbers to predict, from numbers of shape (samples,).

    The texts are the same numbers as they were written; without them, messages have them as Python writes them.
    """
    bad = np.flatnonzero(~(np.abs(numbers) <= LARGEST))
    if len(bad):
        index = int(bad[0])
        text = texts[index] if texts else repr(float(numbers[index]))
        raise where(index).error(not_finite(text))
    values, classes = np.unique(numbers, return_inverse=True)
    if len(values) <= MAX_INTEGER_CLASSES and (values == np.round(values)).all():
        names = [str(int(value)) for value in values]
        _require_class_count(names, where)
        return Targets(classes.astype(np.intp), tuple(names))
    if len(values) == 1:
        raise where(None).error(f"the target is always {values[0]:g}; name a column that varies as the target")
    return Targets(numbers[:, np.newaxis])


def _require_class_count(names: Sequence[str], where: Where) -> None:
    if len(names) == 1:
        raise where(None).error(f"there is only one class, {shown(names[0])}; at least two are needed to learn from")
    if len(names) > MAX_CLASSES:
        raise where(None).error(
            f"there are {len(names):,} different texts, more than {MAX_CLASSES} classes; choose another target"
        )
