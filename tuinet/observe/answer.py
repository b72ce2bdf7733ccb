"""What can be asked of a network, the values of a single sample, and its answer, with all activations on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, frozen
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import class_shares, label_shares, predicted_classes
from tuinet.observe.samples import Encoding, most_samples
from tuinet.observe.view import Question

_STEPS: Final = 40
"""Steps at most from the lowest value of a column to the highest."""
_LEAST: Final = 1e-290
_MOST: Final = 1e290
"""Of the width of a range, so that its steps are numbers, too."""
_ROUND: Final = (1.0, 2.0, 5.0, 10.0)
_DIGITS: Final = 12
"""Of a value that was stepped to: sums of round numbers are not round to the last bit."""
_NEAR: Final = 1e-6
"""Share of a step within which a value counts as a multiple of it."""


@dataclass(frozen=True)
class InputRow:
    """A column of the data, as it is asked for."""

    name: str
    categories: tuple[str, ...]
    """Of a text; empty for a number."""
    first: int
    """The first of the features that are made of it."""
    low: float
    """The lowest value of all samples."""
    high: float
    step: float
    """A round number, at most a fortieth of the range; a whole one where all values are whole."""

    @property
    def features(self) -> slice:
        """The features that are made of it."""
        return slice(self.first, self.first + max(len(self.categories), 1))

    def category(self, question: Question) -> int | None:
        """Which of its categories is asked about; ``None`` where it is none of them."""
        values = question[self.features]
        return values.index(max(values)) if max(values) > 0 else None

    def is_outside(self, value: float) -> bool:
        """Whether no sample has a value as low, or as high."""
        return not self.low <= value <= self.high

    def moved(self, question: Question, by: int, size: float = 1.0) -> Question:
        """The next category in a ring; or the next multiple of the step, that many times as large."""
        if not self.categories:
            return self.with_number(question, next_multiple(question[self.first], self.step * size, by))
        present = self.category(question)
        index = (0 if by > 0 else -1) if present is None else present + by
        chosen = index % len(self.categories)
        return self._with(question, tuple(float(place == chosen) for place in range(len(self.categories))))

    def with_number(self, question: Question, value: float) -> Question:
        """The same with another number in this column."""
        return self._with(question, (value,))

    def _with(self, question: Question, values: tuple[float, ...]) -> Question:
        return (*question[: self.first], *values, *question[self.features.stop :])


@lru_cache(maxsize=2)
def input_rows(dataset: Dataset) -> tuple[InputRow, ...]:
    """A row for each column of the data, in their order."""
    rows, first = [], 0
    for column in dataset.input_columns:
        values = [X[:, first] for X in (dataset.X, dataset.X_test) if len(X)]
        low, high = _span(values)
        step = round_step(low, high, are_whole=all((np.trunc(some) == some).all() for some in values))
        rows.append(InputRow(column.name, column.categories, first, low, high, step))
        first += len(column.input_names)
    return tuple(rows)


def _span(values: Iterable[Array]) -> tuple[float, float]:
    """The lowest and the highest of some values; 0 and 1 where there are none."""
    ends = [float(end) for some in values for end in (some.min(), some.max())]
    return (min(ends), max(ends)) if ends else (0.0, 1.0)


def round_step(low: float, high: float, *, are_whole: bool = False) -> float:
    """A step of 1, 2 or 5 times a power of ten, of which at most 40 lie between two values.

    Parameters
    ----------
    are_whole
        Whether it has to be a whole number.
    """
    least = min(max((high - low) or abs(low) or 1.0, _LEAST), _MOST) / _STEPS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in _ROUND if factor * power >= least * (1 - _NEAR))
    return max(step, 1.0) if are_whole and low < high else step


def next_multiple(value: float, step: float, by: int) -> float:
    """The nearest multiple of a step above a value, or with −1 the nearest below."""
    places = value / step
    if not math.isfinite(places):
        return value
    index = math.floor(places + _NEAR) + 1 if by > 0 else math.ceil(places - _NEAR) - 1
    return float(f"{index * step:.{_DIGITS}g}")


def first_question(dataset: Dataset) -> Question:
    """The first training sample; where there is none, the middle of what is shown of each feature."""
    if len(dataset.X):
        return sample_question(dataset, 0)
    return tuple((low + high) / 2 for low, high in dataset.shown) or (0.0,) * dataset.X.shape[1]


def sample_question(dataset: Dataset, number: int) -> Question:
    """A training sample, counted from 0."""
    return tuple(dataset.X[number].tolist())


PROFILE_POINTS: Final = 49
_MOST_PROFILES: Final = 12


@dataclass(frozen=True, eq=False)
class Profile:
    """What would be answered if one column alone were another number; arrays are read-only."""

    column: int
    """Its place among the `input_rows` of the data."""
    values: Array
    """From the lowest value of all samples to the highest, or to the one that is asked about; shape (points,)."""
    outputs: Array
    """In the unit of the targets, shape (points, outputs)."""

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest of the values."""
        return float(self.values[0]), float(self.values[-1])


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network answers now; arrays are read-only."""

    question: Question
    """The features that were asked about, in the dataset's own units."""
    outputs: Array
    """In the unit of the targets, shape (outputs,)."""
    shares: Array
    """Of each class, or each label, from 0 to 1, see `class_shares`; shape (classes,) or (labels,), none for numbers.
    """
    predicted: int | None
    """The class that the sample is taken for, counted from 0; ``None`` for numbers and labels."""
    activations: tuple[Array, ...]
    """Of each layer as the network computes them, from the first hidden one to the output; each of shape (units,)."""
    profiles: tuple[Profile, ...] = ()
    """Of the first columns of numbers, in their order; none where they are not asked for."""


class AnswerProbe:
    """Evaluates a network on one sample, and where that is wished on others that differ in one column.

    Its buffers are its own, and are made once.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, *, with_profiles: bool = False) -> None:
        self._dataset, self._encoding = dataset, encoding
        numbers = [index for index, row in enumerate(input_rows(dataset)) if not row.categories]
        most = min(_MOST_PROFILES, most_samples(network) // PROFILE_POINTS)
        is_wished = with_profiles and dataset.image_shape is None
        self._columns = numbers[:most] if is_wished else []
        several = np.zeros((len(self._columns) * PROFILE_POINTS, dataset.X.shape[1]))
        self._others = Evaluation(network, encoding.inputs(dataset, several)) if self._columns else None
        nothing = encoding.inputs(dataset, np.zeros((1, dataset.X.shape[1])))
        self._evaluation = Evaluation(network, nothing)

    def look(self, question: Question) -> Answer | None:
        """The present answer; ``None`` where the data have other features, as just after a change of the data."""
        dataset, workspace = self._dataset, self._evaluation.workspace
        if len(question) != dataset.X.shape[1]:
            return None
        workspace.layer_input(1)[:, :-1] = self._encoding.inputs(dataset, np.array([question], np.float64))
        self._evaluation.run()
        activations = [np.array(layer[0], np.float64) for layer in workspace.activations]
        outputs = dataset.decode(activations[-1][np.newaxis])
        shares, predicted = self._judged(outputs)
        profiles = self._profiles(question)
        return Answer(question, frozen(outputs[0]), shares, predicted, tuple(map(frozen, activations)), profiles)

    def _profiles(self, question: Question) -> tuple[Profile, ...]:
        if self._others is None:
            return ()
        rows = [input_rows(self._dataset)[index] for index in self._columns]
        samples = np.tile(np.array(question, np.float64), (len(rows), PROFILE_POINTS, 1))
        for row, several in zip(rows, samples, strict=True):
            value = question[row.first]
            several[:, row.first] = np.linspace(min(row.low, value), max(row.high, value), PROFILE_POINTS)
        flat = samples.reshape(-1, len(question))
        self._others.workspace.layer_input(1)[:, :-1] = self._encoding.inputs(self._dataset, flat)
        self._others.run()
        outputs = self._dataset.decode(np.array(self._others.workspace.activations[-1], np.float64))
        parts = np.split(outputs, len(rows))
        return tuple(
            Profile(index, frozen(several[:, row.first].copy()), frozen(part.copy()))
            for index, row, several, part in zip(self._columns, rows, samples, parts, strict=True)
        )

    def _judged(self, outputs: Array) -> tuple[Array, int | None]:
        """The share of each class or label, and the class that is predicted."""
        threshold, is_signed = self._encoding.threshold(self._dataset), self._encoding.is_signed
        if threshold is None:
            return frozen(np.zeros(0)), None
        if self._dataset.task == "labels":
            return frozen(label_shares(outputs, is_signed=is_signed)[0]), None
        shares = class_shares(outputs, is_signed=is_signed)[0]
        return frozen(shares), int(predicted_classes(outputs, threshold)[0])
