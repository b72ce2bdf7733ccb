"""The right answers that stand beside new samples, as they are written and as a Dataset codes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tuinet.data.column import numbers_of, read_number
from tuinet.data.dataset import Array, Dataset
from tuinet.data.numerals import Decimal, is_missing
from tuinet.data.place import Place, listed, on_one_line, shown


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
