"""A Dataset: samples for training and testing, their targets, and how they are encoded for a network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.errors import DataError
from tuinet.nn.arithmetic import FAST, Arithmetic
from tuinet.nn.parameters import Array

Indices = NDArray[np.intp]
"""Classes, rows, or how many there are of each."""
Mask = NDArray[np.bool_]

FEATURES: Final[Mapping[str, Callable[[Arithmetic, Array, Array], Array]]] = {
    "x1": lambda f, x1, x2: x1,
    "x2": lambda f, x1, x2: x2,
    "x1²": lambda f, x1, x2: x1 * x1,
    "x2²": lambda f, x1, x2: x2 * x2,
    "x1·x2": lambda f, x1, x2: x1 * x2,
    "sin x1": lambda f, x1, x2: f.sin(x1),
    "sin x2": lambda f, x1, x2: f.sin(x2),
}
"""Inputs made of two features x1 and x2, with the functions of an arithmetic f: the seven of TensorFlow Playground
(``src/playground.ts``)."""


class Encoder(NamedTuple):
    """Makes new features of two, when asked, and then shifts and scales every column, when asked.

    The same Encoder serves the training set, the test set and the pixels of a picture of the plane.
    """

    features: tuple[str, ...] = ()
    """Names of `FEATURES`, in the order of the columns; empty for the features as they are."""
    shift: Array | None = None
    """Subtracted from each column, shape (columns,); ``None`` for nothing."""
    scale: Array | None = None
    """The divisor of each column after that, shape (columns,); ``None`` for nothing."""
    arithmetic: Arithmetic = FAST
    """That in which features are made."""

    def __call__(self, X: Array) -> Array:
        """The columns made of raw features of shape (n, features), shape (n, columns)."""
        columns = X
        if self.features:
            x1, x2 = X.T
            columns = np.stack([FEATURES[name](self.arithmetic, x1, x2) for name in self.features], axis=1)
        if self.shift is not None:
            columns = columns - self.shift
        return columns if self.scale is None else columns / self.scale


IDENTITY: Final = Encoder()


def fit_encoder(X: Array, features: tuple[str, ...], standardize: bool, arithmetic: Arithmetic = FAST) -> Encoder:
    """The Encoder of a training set.

    Parameters
    ----------
    X
        Raw training features, shape (samples, features); two columns if features are to be made of them.
    standardize
        Whether each column gets mean 0 and standard deviation 1 over the training set, the deviation with the divisor
        n, as is usual in machine learning. A column that does not vary there is only shifted.
    """
    if not standardize:
        return Encoder(features, arithmetic=arithmetic) if features else IDENTITY
    columns = Encoder(features, arithmetic=arithmetic)(X)
    # Rounding gives equal values a deviation of about 1e-16, which must not be divided by.
    varies = columns.min(axis=0) < columns.max(axis=0)
    deviation = columns.std(axis=0)
    return Encoder(features, columns.mean(axis=0), np.where(varies & (deviation > 0), deviation, 1.0), arithmetic)


class InputColumn(NamedTuple):
    """A column of a table as inputs: a number, or a text, of which each known value is an input of 0 or 1 (one-hot)."""

    name: str
    categories: tuple[str, ...] = ()
    """The known values of a text; empty for a number."""
    fill: float | None = None
    """The number that stands for a missing one, for a missing text each of its inputs; ``None`` where a row without it
    has no answer."""

    @property
    def input_names(self) -> tuple[str, ...]:
        """The name of each input that is made of it."""
        return tuple(f"{self.name}={category}" for category in self.categories) or (self.name,)


class TargetScale(NamedTuple):
    """Shifts and scales targets for the network, and its outputs back into the file's unit."""

    shift: Array
    """Means of the training targets, shape (outputs,)."""
    scale: Array
    """Their standard deviations with the divisor n, shape (outputs,)."""

    def encode(self, y: Array) -> Array:
        """Targets for the network, shape (n, outputs)."""
        return (y - self.shift) / self.scale

    def decode(self, outputs: Array) -> Array:
        """Outputs in the unit of the targets, shape (n, outputs)."""
        return outputs * self.scale + self.shift


def fit_target_scale(y: Array) -> TargetScale | None:
    """The scale of training targets, shape (samples, outputs); ``None`` where one of them does not vary."""
    if not len(y) or (y.min(axis=0) == y.max(axis=0)).any():
        return None
    scale = y.std(axis=0)
    return TargetScale(y.mean(axis=0), scale) if (scale > 0).all() else None


Task = Literal["binary", "classes", "regression", "labels"]
"""The task: one of two classes (targets 0 and 1, one column), one of several classes (targets one-hot, a column
a class), numbers (a column each), or several labels of which any may be true (targets 0 and 1, a column each)."""

_NONE: Final[Array] = np.empty((0, 0))
"""Stands for a set without samples until the number of columns is known."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Training and test samples with their meaning, in raw units; the arrays are read-only float64."""

    name: str
    task: Task
    X: Array
    """Training features as they are, shape (samples, features)."""
    y: Array
    """Training targets, shape (samples, outputs)."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    """Empty for regression and labels."""
    target_names: tuple[str, ...] = ()
    """Of the numbers or labels; empty for classes."""
    X_test: Array = field(default_factory=lambda: _NONE)
    """Test features, the same columns as `X`; no rows when nothing is kept for testing."""
    y_test: Array = field(default_factory=lambda: _NONE)
    image_shape: tuple[int, int] | None = None
    """Rows and columns of the picture that the features are, row by row; ``None`` when they are none."""
    encoder: Encoder = IDENTITY
    """Turns the features into the network's inputs."""
    target_scale: TargetScale | None = None
    """Turns the targets into what the network learns; ``None`` where it learns them as they are."""
    columns: tuple[InputColumn, ...] = ()
    """The columns of a file that the features are made of; empty where each feature is one."""
    target_columns: tuple[str, ...] = ()
    """Names of the columns of a file that the targets are made of."""
    notes: tuple[str, ...] = ()
    """What was guessed, filled in or left out when a file was read, a sentence each."""
    shown: tuple[tuple[float, float], ...] = ()
    """The range of each feature that is shown, whatever the samples are; empty for that of the samples."""
    class_counts: tuple[int, ...] = ()
    """The training samples of each class, where the samples themselves are not there any more; else empty."""

    def __post_init__(self) -> None:
        for test, train in (("X_test", "X"), ("y_test", "y")):
            if getattr(self, test) is _NONE:
                object.__setattr__(self, test, getattr(self, train)[:0])
        for name in ("X", "y", "X_test", "y_test"):
            array = np.ascontiguousarray(getattr(self, name), dtype=np.float64)
            object.__setattr__(self, name, array)
            array.flags.writeable = False
        _require_pair(self.X, self.y)
        _require_pair(self.X_test, self.y_test)
        if self.X.shape[1] != self.X_test.shape[1] or self.y.shape[1] != self.y_test.shape[1]:
            raise ValueError(
                f"X_test {self.X_test.shape} and y_test {self.y_test.shape} have other columns than X and y"
            )

    @cached_property
    def digest(self) -> str:
        """Tells whether two datasets have the same samples, to the bit."""
        digest = hashlib.blake2b(digest_size=16)
        for array in (self.X, self.y, self.X_test, self.y_test):
            digest.update(repr(array.shape).encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    @cached_property
    def neighbour_error(self) -> float:
        """The share of the training targets that the nearest other sample does not foretell; see `neighbour_error`."""
        return neighbour_error(self.X, self.y, is_regression=self.task == "regression")

    @cached_property
    def extent(self) -> tuple[float, float]:
        """The lowest and the highest of all training features: the darkest and the brightest pixel of pictures."""
        return float(self.X.min()), float(self.X.max())

    @property
    def input_names(self) -> tuple[str, ...]:
        """The name of each column that `encode` returns."""
        return self.encoder.features or self.feature_names

    @property
    def answer_names(self) -> tuple[str, ...]:
        """The names of the classes, or of the numbers or labels."""
        return self.class_names or self.target_names

    @property
    def output_names(self) -> tuple[str, ...]:
        """The name of each of a network's outputs: of a class, a label or a number; of a single one ``y`` without."""
        names = self.class_names if self.task == "classes" else self.target_names
        outputs = self.y.shape[1]
        if len(names) == outputs:
            return names
        return ("y",) if outputs == 1 else tuple(f"y{number}" for number in range(1, outputs + 1))

    def encode(self, X: Array) -> Array:
        """The network's inputs, shape (n, len(`input_names`)), for raw features of shape (n, features)."""
        return self.encoder(X)

    def encode_targets(self, y: Array) -> Array:
        """What the network learns, shape (n, outputs), for targets as they are."""
        return y if self.target_scale is None else self.target_scale.encode(y)

    def decode(self, outputs: Array) -> Array:
        """The network's outputs, shape (n, outputs), in the unit of the targets."""
        return outputs if self.target_scale is None else self.target_scale.decode(outputs)

    @property
    def input_columns(self) -> tuple[InputColumn, ...]:
        """The columns that a sample is asked for by."""
        return self.columns or tuple(map(InputColumn, self.feature_names))

    def ranges(self, margin: float = 0.2) -> tuple[tuple[float, float], ...]:
        """For each feature the lowest and the highest value, training and test, plus a share of the width on each side.

        A feature without width counts as 1 wide.
        """
        if self.shown:
            return self.shown
        both = (self.X, self.X_test) if len(self.X_test) else (self.X,)
        lows = np.min([X.min(axis=0) for X in both], axis=0)
        highs = np.max([X.max(axis=0) for X in both], axis=0)
        pads = margin * np.where(highs > lows, highs - lows, 1.0)
        return tuple((float(low), float(high)) for low, high in zip(lows - pads, highs + pads, strict=True))


def _require_pair(X: Array, y: Array) -> None:
    if X.ndim != 2 or y.ndim != 2 or len(X) != len(y):
        raise ValueError(f"X {X.shape} and y {y.shape} are not two tables with one row a sample")


Point = tuple[float, ...]
"""The features of a sample, and its target: the index of its class, or a number for each output."""


def with_points(base: Dataset, added: Sequence[Point], removed: Sequence[int], cleared: bool) -> Dataset:
    """A dataset with other samples than its own; what is made of the features and the ranges shown stay as they are.

    Parameters
    ----------
    added
        Samples that come behind its own in the training set.
    removed
        Rows of its training set that are left out.
    cleared
        Whether all its own samples, training and test, are left out.
    """
    if not (added or removed or cleared):
        return base
    for row in removed:
        if row >= len(base.X):
            raise DataError(f"removed: {base.name} has no sample {row}, but {len(base.X)} from 0")
    kept = np.ones(len(base.X), bool)
    kept[list(removed)] = False
    kept &= not cleared
    columns = base.X.shape[1]
    width = columns + _numbers_of_target(base)
    points = np.array([_checked(base, point) for point in added], dtype=np.float64).reshape(-1, width)
    test = slice(0, 0 if cleared else None)
    return replace(
        base,
        X=np.concatenate([base.X[kept], points[:, :columns]]),
        y=np.concatenate([base.y[kept], _targets(base, points[:, columns:])]),
        X_test=base.X_test[test],
        y_test=base.y_test[test],
        shown=base.ranges(),
    )


def _numbers_of_target(base: Dataset) -> int:
    """Numbers that the target of a sample is given by: one for a class, otherwise one for each output."""
    return base.y.shape[1] if base.task in ("regression", "labels") else 1


def _checked(base: Dataset, point: Point) -> Point:
    features, numbers = base.X.shape[1], _numbers_of_target(base)
    if len(point) != features + numbers:
        targets = "a target" if numbers == 1 else f"{numbers} targets"
        raise DataError(f"added: {point} is not a sample of {base.name}, which has {features} features and {targets}")
    classes = 2 if base.task == "labels" else len(base.class_names)
    for target in point[features:]:
        if base.task != "regression" and target not in range(classes):
            raise DataError(f"added: {target:g} is not a class of {base.name}, from 0 to {classes - 1}")
    return point


def _targets(base: Dataset, values: Array) -> Array:
    """The targets of samples, shape (samples, outputs), from the numbers that they are given by."""
    if base.task != "classes":
        return values
    one_hot: Array = np.eye(base.y.shape[1])[values[:, 0].astype(int)]
    return one_hot


MOST: Final = 500
"""Samples that are looked at: half a million distances take some milliseconds."""


def neighbour_error(X: Array, y: Array, *, is_regression: bool) -> float:
    """The error of answering as the nearest other sample; of numbers, half their mean squared difference.

    Of classes it is a share of the samples, which is at most twice that of the best possible classifier where there are
    many samples (Cover and Hart, 1967). Of numbers it is a share of their variance, and near that of the noise, however
    they depend on the inputs (Rice, 1984). Not a number of fewer than two samples.

    Parameters
    ----------
    X
        Features, shape (samples, features).
    y
        Targets: numbers, or classes as 0 and 1, one-hot where they are several, shape (samples, outputs).
    """
    X, y = X[:MOST], y[:MOST]
    if len(X) < 2:
        return float("nan")
    nearest = _nearest(X)
    if not is_regression:
        return float((y != y[nearest]).any(axis=1).mean())
    variance = float(y.var(axis=0).sum())
    return float(np.square(y - y[nearest]).sum(axis=1).mean()) / 2 / variance if variance else float("nan")


def _nearest(X: Array) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The index of the nearest other sample of each."""
    scale = X.std(axis=0)
    scaled = (X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    squares = np.square(scaled).sum(axis=1)
    distances = squares[:, np.newaxis] + squares - 2 * scaled @ scaled.T
    np.fill_diagonal(distances, np.inf)
    nearest: np.ndarray[tuple[int], np.dtype[np.intp]] = distances.argmin(axis=1)
    return nearest
