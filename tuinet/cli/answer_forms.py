"""The forms in which answers are written: a table for a person, CSV and JSON Lines for programs."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.data.new_samples import NewSamples
from tuinet.observe.metrics import Metrics
from tuinet.output import csv_text, json_line, write_data, write_error, write_line
from tuinet.session.predictor import Answers, Predictor
from tuinet.terminal_text import aligned, cells_of

FormName = Literal["table", "csv", "json"]
_WIDEST: Final = 12
"""Cells of a number in six digits, as a rule."""
_GAP: Final = "  "
_NONE: Final = "-"
"""Stands in a table where there is no answer."""


def answer_headings(dataset: Dataset) -> tuple[str, ...]:
    """The headings of the answers: one for a class, or one for each number or label."""
    return ("prediction",) if dataset.class_names else dataset.target_names


def probability_headings(predictor: Predictor) -> tuple[str, ...]:
    """The headings of the probabilities; none where the network gives none."""
    dataset = predictor.dataset
    return tuple(f"P({name})" for name in dataset.answer_names) if predictor.has_probabilities else ()


def right_headings(dataset: Dataset) -> tuple[str, ...]:
    """The headings of the right answers."""
    return ("right",) if dataset.class_names else tuple(f"right({name})" for name in dataset.target_names)


def values_of(dataset: Dataset, answers: Answers) -> list[list[Any]]:
    """The answers to each sample in plain values: the name of a class, labels of 0 and 1, or numbers."""
    if answers.classes is None:
        numbers: list[list[Any]] = answers.outputs.tolist()
        return numbers
    if dataset.class_names:
        return [[dataset.class_names[index]] for index in answers.classes.tolist()]
    labels: list[list[Any]] = answers.classes.tolist()
    return labels


def _chances(answers: Answers) -> list[list[float]]:
    return [[] for _ in answers.outputs] if answers.probabilities is None else answers.probabilities.tolist()


class Form(ABC):
    """Writes answers as they come.

    Parameters
    ----------
    has_right
        Whether the right answers are known, too.
    """

    def __init__(self, predictor: Predictor, *, has_right: bool) -> None:
        self.predictor, self.dataset, self.has_right = predictor, predictor.dataset, has_right

    @abstractmethod
    def begin(self) -> None:
        """Write what stands above the answers."""

    @abstractmethod
    def write(self, samples: NewSamples, answers: Answers) -> None:
        """Write the answers to some samples, of which those that have none are passed over."""

    @abstractmethod
    def end(self, metrics: Metrics, words: str) -> None:
        """Write how good the answers are, which the words say, too."""

    def rows(self, samples: NewSamples, answers: Answers) -> Iterator[tuple[int, list[Any], list[float], list[str]]]:
        """For each sample its number, its answers, their probabilities, and what is right; lists may be empty."""
        made = iter(zip(values_of(self.dataset, answers), _chances(answers), strict=True))
        right = [()] * len(samples.X) if samples.right is None else samples.right.texts
        for number, is_answered, texts in zip(samples.numbers, samples.answerable.tolist(), right, strict=True):
            values, chances = next(made) if is_answered else ([], [])
            yield number, values, chances, list(texts)


class CsvForm(Form):
    """A row for each sample, empty where there is no answer; numbers in all their digits."""

    def begin(self) -> None:
        """Write the headings."""
        names = [*answer_headings(self.dataset), *probability_headings(self.predictor)]
        write_data(csv_text([*names, *(right_headings(self.dataset) if self.has_right else ())], []).rstrip("\n"))

    def write(self, samples: NewSamples, answers: Answers) -> None:
        """Write a row for each."""
        width = len(answer_headings(self.dataset)) + len(probability_headings(self.predictor))
        rows = [
            [*([*values, *chances] or [""] * width), *right]
            for _, values, chances, right in self.rows(samples, answers)
        ]
        first, *others = rows
        write_data(csv_text(first, others).rstrip("\n"))

    def end(self, metrics: Metrics, words: str) -> None:
        """Say it on standard error, where no program reads it."""
        write_error(words)


class JsonForm(Form):
    """A record for each sample in JSON Lines, its answer null where there is none."""

    def begin(self) -> None:
        """Write nothing."""

    def write(self, samples: NewSamples, answers: Answers) -> None:
        """Write a record for each."""
        names, judged = self.dataset.target_names, self.dataset.answer_names

        def told(values: Sequence[Any]) -> Any:
            if not values:
                return None
            return values[0] if self.dataset.class_names else dict(zip(names, values, strict=True))

        known = [None] * len(samples.X) if samples.right is None else samples.right.y.tolist()
        lines = []
        for (number, values, chances, right), y in zip(self.rows(samples, answers), known, strict=True):
            record: dict[str, Any] = {"line": number, "prediction": told(values)}
            if chances:
                record["probabilities"] = dict(zip(judged, chances, strict=True))
            if self.has_right:
                record["right"] = told([text or None for text in right] if self.dataset.class_names else y or [])
            lines.append(json_line("answer", **record))
        write_data(*lines)

    def end(self, metrics: Metrics, words: str) -> None:
        """Write a record."""
        write_data(json_line("metrics", **metrics.to_dict()))


class TableForm(Form):
    """Columns for a person; where there is no room for all probabilities, those of the two likeliest classes."""

    def __init__(self, predictor: Predictor, *, has_right: bool) -> None:
        super().__init__(predictor, has_right=has_right)
        self._names = answer_headings(self.dataset)
        self._chances: tuple[str, ...] = probability_headings(predictor)
        self._right = right_headings(self.dataset) if has_right else ()
        if self.dataset.class_names and len(self._chances) > 2 and self._width() > _columns():
            self._chances = ("P", "or else", "P")

    @property
    def _headings(self) -> list[str]:
        return ["line", *self._names, *self._chances, *self._right]

    def _widths(self) -> list[int]:
        classes = max(map(cells_of, self.dataset.class_names), default=_WIDEST)
        wide = {"prediction": classes, "or else": classes, "right": classes, "line": 5}
        return [max(cells_of(name), wide.get(name, 6 if name.startswith("P") else _WIDEST)) for name in self._headings]

    def _width(self) -> int:
        return sum(self._widths()) + len(_GAP) * (len(self._headings) - 1)

    def begin(self) -> None:
        """Write the headings."""
        self._write_row(self._headings)

    def write(self, samples: NewSamples, answers: Answers) -> None:
        """Write a row for each."""
        for number, values, chances, right in self.rows(samples, answers):
            told = [*map(_shown, values), *self._told(chances)] if values else []
            none = [_NONE] * (len(self._names) + len(self._chances))
            self._write_row([str(number or 1), *(told or none), *(text or _NONE for text in right)])

    def _told(self, chances: list[float]) -> list[str]:
        if len(self._chances) == len(chances):
            return [f"{chance:.4f}" for chance in chances]
        first, second = np.argsort(-np.nan_to_num(np.array(chances)), kind="stable")[:2].tolist()
        return [f"{chances[first]:.4f}", self.dataset.class_names[second], f"{chances[second]:.4f}"]

    def _write_row(self, texts: Sequence[str]) -> None:
        is_text = {"prediction", "or else", "right"}
        cells = [
            aligned(text, width, is_left=name in is_text)
            for text, width, name in zip(texts, self._widths(), self._headings, strict=True)
        ]
        write_line(_GAP.join(cells).rstrip())

    def end(self, metrics: Metrics, words: str) -> None:
        """Write the words below the table."""
        write_line(words)


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _columns() -> int:
    return shutil.get_terminal_size().columns


FORMS: Final[Mapping[FormName, Callable[..., Form]]] = {"table": TableForm, "csv": CsvForm, "json": JsonForm}
"""Every form by its name."""
