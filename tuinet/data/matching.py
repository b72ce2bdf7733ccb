"""Which fields of a new table are the columns that a network was trained on, and the right answers among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.data.column import numbers_of, read_number
from tuinet.data.dataset import Dataset
from tuinet.data.numerals import Decimal, is_float, is_missing, is_number
from tuinet.data.place import Place, listed, on_one_line, shown
from tuinet.names import folded
from tuinet.nn.parameters import Array

Say = Callable[[str], None]
"""Takes a note, a sentence without an end."""

_GENERATED: Final = re.compile(r"x(\d{1,6})|r\d+c\d+|pixel\d+")
"""Names that columns get where a file gives them none."""
_FEW: Final = 6


@dataclass(frozen=True)
class Matching:
    """The places of a dataset's columns in the records of a table."""

    inputs: tuple[int, ...]
    """For each input column its index."""
    targets: tuple[int, ...]
    """For each target column; empty where the table has none of the right answers."""
    width: int
    """Fields of a record."""
    line: int
    """The line that the other ones have to agree with."""


def target_names(dataset: Dataset) -> tuple[str, ...]:
    """The names of the columns in which the right answers stand."""
    return dataset.target_columns or dataset.target_names or ("class",)


def is_header(fields: Sequence[str], dataset: Dataset) -> bool:
    """Whether a first record holds names: one that is known, or no number at all where numbers are expected."""
    known = {*map(folded, (column.name for column in dataset.input_columns)), *map(folded, target_names(dataset))}
    if any(folded(text) in known and text and not is_float(text) for text in fields):
        return True
    wants_numbers = any(not column.categories for column in dataset.input_columns)
    return wants_numbers and not any(is_missing(text) or is_float(text) or is_number(text) for text in fields)


def match(names: Sequence[str], dataset: Dataset, place: Place, say: Say) -> Matching:
    """The places of the columns in a table with these names; a DataError names those that it lacks.

    Where the data had no names of their own, columns of any names are taken in order.
    """
    wanted = [column.name for column in dataset.input_columns]
    found = _places(names, wanted)
    missing = [name for name, index in zip(wanted, found, strict=True) if index is None]
    if len(missing) == len(wanted) and all(map(_GENERATED.fullmatch, wanted)):
        say(f"no column is called {listed(wanted)}, so they are taken in their order")
        return match_order(len(names), dataset, place, say)
    if missing:
        word = "the column" if len(missing) == 1 else f"{len(missing):,} columns"
        verb = "is" if len(missing) == 1 else "are"
        raise place.error(f"{word} {listed(missing)} {verb} missing; there is {listed(names)}")
    targets = [index for index in _places(names, target_names(dataset)) if index is not None]
    inputs = [index for index in found if index is not None]
    whole = tuple(targets) if len(targets) == len(target_names(dataset)) else ()
    _note_unused([name for index, name in enumerate(names) if index not in {*inputs, *whole}], say)
    return Matching(tuple(inputs), whole, len(names), place.line or 1)


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int | None]:
    """The index of each name, whatever its case, ``None`` where there is none.

    Of columns of one name the first is the first one's.
    """
    there: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        there.setdefault(name or f"column {index + 1}", []).append(index)
    spellings: dict[str, list[str]] = {}
    for name in there:
        spellings.setdefault(folded(name), []).append(name)
    meant = [name if name in there else next(iter(spellings.get(folded(name), ())), name) for name in wanted]
    return [there[name].pop(0) if there.get(name) else None for name in meant]


def _note_unused(names: Sequence[str], say: Say) -> None:
    if names:
        more = len(names) - _FEW
        known = ", ".join(name or "a column without a name" for name in names[:_FEW])
        say(f"not used: {known}" + (f" and {more:,} more" if more > 0 else ""))


def match_order(width: int, dataset: Dataset, place: Place, say: Say) -> Matching:
    """The places of the columns in a table without names: the inputs in their order, and behind them the targets.

    Columns that were numbered in a wider table without names, such as x1, x2 and x4, are those of the same numbers.
    """
    names, targets = [column.name for column in dataset.input_columns], target_names(dataset)
    line = place.line or 1
    numbers = [int(found[1]) for name in names if (found := _GENERATED.fullmatch(name)) and found[1]]
    if width > len(names) == len(numbers) and min(numbers) > 0 and max(numbers) <= width:
        inputs = tuple(number - 1 for number in numbers)
        others = tuple(index for index in range(width) if index not in inputs)
        if len(others) != len(targets):
            _note_unused([f"column {index + 1}" for index in others], say)
        return Matching(inputs, others if len(others) == len(targets) else (), width, line)
    if width not in (len(names), len(names) + len(targets)):
        counted = "1 field" if width == 1 else f"{width:,} fields"
        raise place.error(
            f"there is no header but {counted}, and there are {len(names):,} inputs: {listed(names)}; give each a"
            " column, or write a header"
        )
    has_targets = width > len(names)
    if not all(map(_GENERATED.fullmatch, names)):
        taken = [*names, *(targets if has_targets else ())]
        say(f"there is no header, so the columns are taken for {', '.join(taken[:_FEW])}" + ", …" * (width > _FEW))
    return Matching(tuple(range(len(names))), tuple(range(len(names), width)), width, line)


@dataclass(frozen=True, eq=False)
class RightAnswers:
    """The right answers to some samples."""

    y: Array
    """Targets as a Dataset has them, shape (samples, outputs); a row of NaN where they are not known."""
    texts: Sequence[tuple[str, ...]]
    """As they are written: a class, or a number or label for each output; empty where one is missing."""


def coded_answers(
    dataset: Dataset,
    columns: Sequence[Sequence[str]],
    lines: Sequence[int],
    places: Sequence[Place],
    sign: Decimal,
    note: Callable[[str], None],
) -> RightAnswers:
    """The right answers from the texts of the target columns.

    Parameters
    ----------
    columns
        For each target column the text of each sample.
    places
        For each column its place.
    """
    if dataset.class_names and len(columns) == 1:
        names = [_class_name(dataset, text, sign, note) for text in columns[0]]
        return RightAnswers(coded_classes(dataset, names), [(name,) for name in names])
    numbers = [numbers_of(texts, lines, place, sign) for texts, place in zip(columns, places, strict=True)]
    return answers_of_numbers(dataset, np.stack(numbers, axis=1))


def answers_of_numbers(dataset: Dataset, values: Array) -> RightAnswers:
    """The right answers from numbers, shape (samples, outputs): one-hot where they are several of one class.

    A row with a label that is neither 0 nor 1 is not known.
    """
    if dataset.class_names:
        is_one_hot = (values == 1).sum(axis=1) == 1
        names = [
            dataset.class_names[index] if known else ""
            for index, known in zip(values.argmax(axis=1).tolist(), is_one_hot.tolist(), strict=True)
        ]
        return RightAnswers(coded_classes(dataset, names), [(name,) for name in names])
    unknown = np.isnan(values) if dataset.task == "regression" else ~np.isin(values, (0, 1))
    y = np.where(unknown.any(axis=1, keepdims=True), np.nan, values)
    texts = [tuple("" if np.isnan(value) else _written(value) for value in row) for row in values.tolist()]
    return RightAnswers(y, texts)


def _written(value: float) -> str:
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else repr(value)


def coded_classes(dataset: Dataset, names: Sequence[str]) -> Array:
    """Classes by their names as 0 or 1, or one-hot, shape (samples, outputs); NaN for names that are none."""
    known = {name: index for index, name in enumerate(dataset.class_names)}
    indices = np.array([known.get(name, -1) for name in names], np.intp)
    y = indices[:, np.newaxis].astype(np.float64) if dataset.task == "binary" else np.eye(len(known))[indices]
    y[indices < 0] = np.nan
    return y


def _class_name(dataset: Dataset, text: str, sign: Decimal, note: Callable[[str], None]) -> str:
    """The name of a class, whose number may be written in another way; empty where it is missing."""
    name = "" if is_missing(text) and text.strip() not in dataset.class_names else on_one_line(text.strip())
    if not name or name in dataset.class_names:
        return name
    number = read_number(text, sign)
    if number is not None and f"{number:.12g}" in dataset.class_names:
        return f"{number:.12g}"
    note(f"{shown(name)} is none of the classes {listed(dataset.class_names)}: such samples are not measured")
    return name
