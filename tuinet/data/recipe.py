"""A DataSpec says what data is wanted, a Reading how a file is read, a Recipe how a dataset of a name is made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from tuinet.data.assemble import Preparation, Rows, assemble, making_generator
from tuinet.data.dataset import FEATURES, Dataset, Task
from tuinet.data.place import MAX_INTEGER_CLASSES, MAX_ROWS
from tuinet.errors import DataError
from tuinet.names import not_one_of
from tuinet.nn.arithmetic import FAST, Arithmetic, portable

TaskName = Literal["auto", "classes", "regression", "labels"]
"""What is asked for; ``auto`` is decided by the values."""
TASK_RULE: Final = (
    "texts are classes; so are whole numbers with two different values in three samples or more, or with all of"
    f" 0, 1, 2… or 1, 2, 3… up to {MAX_INTEGER_CLASSES} values, each of which comes twice on average; other numbers"
    " are predicted"
)
"""The rule of ``auto``, for help."""
Missing = Literal["drop", "mean", "refuse"]
DecimalSign = Literal["auto", "point", "comma"]


class Reading(NamedTuple):
    """The ways in which a file can be read."""

    target: str = ""
    """Columns that are learned, by names, numbers from 1, or ranges of them, with commas; empty for the last."""
    inputs: str = ""
    """Columns that are inputs, likewise; empty for all others that can be."""
    task: TaskName = "auto"
    missing: Missing = "drop"
    """Whether rows with missing values are left out, filled with the mean of the training set, or refused."""
    decimal: DecimalSign = "auto"
    picture: tuple[int, int] | None = None
    """Rows and columns of the picture that the inputs are, row by row."""
    prefers_numbers: bool = False
    """Whether ``auto`` takes all numbers for numbers to predict, as who asks for linear outputs wants it."""

    @property
    def task_of_numbers(self) -> TaskName:
        """The task of targets that are numbers."""
        return "regression" if self.task == "auto" and self.prefers_numbers else self.task

    @property
    def named(self) -> tuple[str, ...]:
        """What may be names of columns."""
        return tuple(part.strip() for text in (self.target, self.inputs) for part in (text, *text.split(",")) if part)


FILE_ENDINGS: Final = (".csv", ".tsv", ".txt", ".gz", ".npz", ".xlsx", ".parquet")


def is_path(dataset: str) -> bool:
    """Whether the name of a dataset is the path of a file."""
    return "/" in dataset or dataset.lower().endswith(FILE_ENDINGS)


@dataclass(frozen=True)
class DataSpec:
    """Which data, how many, and how they are prepared. ``None`` stands for the dataset's own default."""

    dataset: str
    """A name of ``DATASETS``, or the path of a file: what holds a ``/`` or ends in one of `FILE_ENDINGS`."""
    samples: int | None = None
    """Samples to make, or to draw from those there are; training and test together."""
    noise: float | None = None
    """Strength of the random moves of the samples, from 0 to 1; the unit is the dataset's own."""
    test_share: float | None = None
    """Share of the samples that is kept for testing, from 0 up to but not including 1."""
    standardize: bool | None = None
    """Whether each input is shifted and scaled to mean 0 and standard deviation 1 over the training set."""
    features: tuple[str, ...] = ()
    """Inputs made of two features, names of ``FEATURES``; empty for the features as they are."""
    standardize_target: bool | None = None
    """Whether numbers to predict are shifted and scaled likewise for the network."""
    reading: Reading = field(default_factory=Reading)
    """How a file is read."""
    shuffle: bool = True
    """Whether the samples are put into a random order, where the dataset is not in one of its own."""
    seed: int = 1
    is_portable: bool = False
    """Whether sin and its kin are computed in portable arithmetic, with the same bits on every machine."""

    @property
    def arithmetic(self) -> Arithmetic:
        """That in which the data are made."""
        return portable() if self.is_portable else FAST

    def to_dict(self) -> dict[str, Any]:
        """Plain values by the names of the fields."""
        return {**asdict(self), "reading": self.reading._asdict()}

    def __post_init__(self) -> None:
        texts = (("dataset", self.dataset), ("target", self.reading.target), ("inputs", self.reading.inputs))
        for name, text in texts:
            if not isinstance(text, str):
                raise DataError(f"{name}: {text!r} is not a text")
        if self.samples is not None:
            _require_whole("samples", self.samples, 1, MAX_ROWS)
        _require_whole("seed", self.seed, 0, None)
        if self.noise is not None and not (_is_number(self.noise) and 0 <= self.noise <= 1):
            raise DataError(f"noise: {self.noise!r} is not a number from 0 to 1")
        if self.test_share is not None and not (_is_number(self.test_share) and 0 <= self.test_share < 1):
            raise DataError(f"test_share: {self.test_share!r} is not a number from 0 up to but not including 1")
        for name in ("standardize", "standardize_target"):
            if getattr(self, name) not in (None, True, False):
                raise DataError(f"{name}: {getattr(self, name)!r} is neither true nor false")
        self._check_features()

    def _check_features(self) -> None:
        for index, name in enumerate(self.features):
            if name not in FEATURES:
                raise DataError(f"features: {not_one_of(name, FEATURES)}")
            if name in self.features[:index]:
                raise DataError(f"features: {name!r} is named twice; name it once")

    def preparation(
        self, test_share: float, standardize: bool, *, shuffled: bool = True, standardize_target: bool = False
    ) -> Preparation:
        """The settings of the assembly, with the dataset's own for what is left open."""
        return Preparation(
            test_share=test_share if self.test_share is None else self.test_share,
            standardize=standardize if self.standardize is None else self.standardize,
            features=self.features,
            shuffled=shuffled and self.shuffle,
            seed=self.seed,
            arithmetic=self.arithmetic,
            standardize_target=standardize_target if self.standardize_target is None else self.standardize_target,
        )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _require_whole(field: str, value: object, least: int, most: int | None) -> None:
    upper = math.inf if most is None else most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= upper:
        bounds = f"from {least} up" if most is None else f"from {least} to {most}"
        raise DataError(f"{field}: {value!r} is not a whole number {bounds}")


Make = Callable[[Arithmetic, int, float, np.random.Generator], Rows]
"""``make(f, samples, noise, generator)`` makes so many samples with so much noise; sin and its kin are those of the
arithmetic f, as in ``f.sin(angle)``. It draws the same random numbers whatever the noise."""


class Recipe(NamedTuple):
    """A dataset that can be made by its name; called, it makes it."""

    name: str
    title: str
    """One sentence for a student: what the samples are."""
    task: Task
    make: Make
    samples: int = 500
    """Their default number, training and test together."""
    noise: float = 0.0
    test_share: float = 0.5
    standardize: bool = False
    least: int = 2
    """The fewest samples that can be made."""
    shuffled: bool = True

    def __call__(self, spec: DataSpec | None = None) -> Dataset:
        """The Dataset that a spec asks for, with the defaults of this recipe for what it leaves open."""
        spec = spec or DataSpec(self.name)
        for role in ("target", "inputs"):
            if named := getattr(spec.reading, role):
                raise DataError(f"{role}: {named!r} names a column of a file, but {self.name} is none; leave it empty")
        samples = self.samples if spec.samples is None else spec.samples
        if samples < self.least:
            raise DataError(f"samples: {samples} are too few for {self.name}; ask for {self.least} or more")
        noise = self.noise if spec.noise is None else spec.noise
        rows = self.make(spec.arithmetic, samples, noise, making_generator(spec.seed))
        return assemble(self.name, rows, spec.preparation(self.test_share, self.standardize, shuffled=self.shuffled))


class Family(NamedTuple):
    """Datasets that differ in one whole number, written after a colon: ``rings:4``."""

    name: str
    counted: str
    """The noun that the number counts."""
    least: int
    most: int
    default: int
    """The number where none is given."""
    build: Callable[[int], Recipe]

    def member(self, text: str) -> Recipe:
        """The dataset with the number that a text says."""
        if not (text.isascii() and text.isdigit() and self.least <= int(text[:9]) <= self.most):
            wanted = f"{self.name}:{self.least} to {self.name}:{self.most}"
            raise DataError(f"dataset: {text!r} is no number of {self.counted} for {self.name}; write {wanted}")
        return self.build(int(text))._replace(name=f"{self.name}:{int(text)}")

    @property
    def recipe(self) -> Recipe:
        """The dataset without a number."""
        return self.build(self.default)._replace(name=self.name)
