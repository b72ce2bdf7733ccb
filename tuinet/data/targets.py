"""What is learned: classes or numbers, told from the values of the target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tuinet.data.arrays import Array, Indices
from tuinet.data.limits import LARGEST, MAX_CLASSES, MAX_INTEGER_CLASSES
from tuinet.data.place import Place, on_one_line, shown
from tuinet.data.values import is_missing, is_number, missing, not_finite

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
    """Classes if there are texts among them, or few whole numbers; otherwise numbers.

    Raises
    ------
    DataError
        If a value is missing or infinite, a text stands among many numbers, there are too many classes, or only one.
    """
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
    """Classes if there are few whole numbers, otherwise numbers to predict.

    Parameters
    ----------
    numbers
        Shape (samples,).
    where
        Their places.
    texts
        How they are written; ``None`` for what Python would write.

    Raises
    ------
    DataError
        If one is not finite, or all are the same.
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
