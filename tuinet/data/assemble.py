"""From rows to a Dataset: draw, shuffle, split, encode."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tuinet.data.dataset import Dataset, Indices, InputColumn, Mask, Task, fit_encoder, fit_target_scale
from tuinet.data.place import listed_few
from tuinet.errors import DataError
from tuinet.nn.arithmetic import FAST, Arithmetic
from tuinet.nn.parameters import Array


def quotas(counts: Indices, total: int) -> Indices:
    """The samples of each class in a stratified share: in proportion, rounded by largest remainder (Hamilton, 1792).

    Parameters
    ----------
    counts
        Samples of each class, shape (classes,).
    total
        Size of the share, at most the sum of `counts`.

    Returns
    -------
    Indices
        Shape (classes,), summing to `total`; each differs from the exact proportion by less than 1.
    """
    # Whole numbers throughout: a proportion without remainder must not be lost to rounding.
    share, remainder = np.divmod(counts * total, counts.sum())
    missing = total - int(share.sum())
    share[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return share


def draw(labels: Indices, taken: Indices, generator: np.random.Generator) -> Mask:
    """A random choice of samples, as many of each class as are to be taken.

    Parameters
    ----------
    labels
        The class of each sample, shape (samples,).

    Returns
    -------
    Mask
        Shape (samples,).
    """
    chosen = np.zeros(len(labels), dtype=np.bool_)
    order = generator.permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    starts = np.concatenate(([0], np.cumsum(np.bincount(labels, minlength=len(taken)))))
    for start, number in zip(starts[:-1], taken, strict=True):
        chosen[by_class[start : start + number]] = True
    return chosen


class Rows(NamedTuple):
    """The samples that a generator makes or a file holds."""

    X: Array
    """Shape (samples, features); NaN where a file has a missing value that is to be filled."""
    targets: Indices | Array
    """Classes as numbers from 0, shape (samples,); or numbers to predict or labels, shape (samples, outputs)."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    """Empty for regression and labels."""
    target_names: tuple[str, ...] = ()
    """Empty for classes."""
    image_shape: tuple[int, int] | None = None
    are_labels: bool = False
    """Whether the targets are labels of 0 and 1, of which several may be true."""
    columns: tuple[InputColumn, ...] = ()
    """The columns of a file that the features are made of; empty where each feature is one."""
    target_columns: tuple[str, ...] = ()
    is_filled: bool = False
    """Whether the mean of the training set stands for a missing number."""
    notes: tuple[str, ...] = ()
    """What was guessed, or left out of a file."""

    @property
    def task(self) -> Task:
        """The task, from the number of classes."""
        if not self.class_names:
            return "labels" if self.are_labels else "regression"
        return "binary" if len(self.class_names) == 2 else "classes"

    @property
    def labels(self) -> Indices:
        """The class of each sample, shape (samples,); without classes 0 for all, as if they were one class."""
        if not self.class_names:
            return np.zeros(len(self.X), dtype=np.intp)
        return self.targets.astype(np.intp, copy=False)

    def coded_targets(self) -> Array:
        """The targets as a network's outputs: 0 or 1, one-hot, or the numbers themselves; shape (samples, outputs)."""
        if not self.class_names:
            return self.targets.astype(np.float64, copy=False)
        if self.task == "binary":
            return self.targets[:, np.newaxis].astype(np.float64)
        return np.eye(len(self.class_names))[self.labels]

    def moved(self, noise: float, generator: np.random.Generator) -> Rows:
        """Move each feature at random, normally distributed; the noise is a share of the feature's standard deviation.

        The generator is used even if the noise is 0, so that what is drawn from it afterwards does not depend on it.
        """
        steps = generator.standard_normal(self.X.shape)
        if not noise:
            return self
        deviation = np.nanstd if np.isnan(self.X).any() else np.std
        return self._replace(X=self.X + noise * deviation(self.X, axis=0) * steps)


_MAKING, _SPLITTING, _SHUFFLING = range(101, 104)
"""Uses of random numbers. Each has a stream of its own, so that a new test share moves no sample; the numbers
are far from those that training counts its own uses with, so that no weight is a copy of a sample."""


class Preparation(NamedTuple):
    """The settings by which rows become a Dataset."""

    test_share: float
    standardize: bool
    features: tuple[str, ...] = ()
    shuffled: bool = True
    """Whether the samples are put into a random order, which a truth table is spared."""
    seed: int = 1
    arithmetic: Arithmetic = FAST
    standardize_target: bool = False
    """Whether numbers to predict get mean 0 and standard deviation 1 over the training set, too."""


def making_generator(seed: int) -> np.random.Generator:
    """The source of a generated dataset's samples, or of the choice among those there are."""
    return np.random.default_rng((seed, _MAKING))


def draw_rows(name: str, rows: Rows, samples: int | None, noise: float, generator: np.random.Generator) -> Rows:
    """A stratified choice of the rows of real data, or all of them, moved as `Rows.moved` does."""
    there = len(rows.X)
    rows = rows.moved(noise, generator)
    if samples is None or samples == there:
        return rows
    if samples > there:
        raise DataError(
            f"samples: {samples} cannot be drawn from the {there} that {name} has; ask for {there} or fewer"
        )
    chosen = draw(rows.labels, quotas(_count(rows), samples), generator)
    return rows._replace(X=rows.X[chosen], targets=rows.targets[chosen])


def assemble(name: str, rows: Rows, preparation: Preparation) -> Dataset:
    """Split the rows in two, and fit the encoder to the training set."""
    columns = rows.X.shape[1]
    if preparation.features and columns != 2:
        wanted = preparation.features[0]
        raise DataError(f"features: {wanted!r} is made of two inputs, but {name} has {columns}; name no features")
    tested = _choose_test(name, rows, preparation)
    order = np.arange(len(rows.X))
    if preparation.shuffled:
        np.random.default_rng((preparation.seed, _SHUFFLING)).shuffle(order)
    train, test = order[~tested[order]], order[tested[order]]
    rows = _filled(rows, train)
    targets = rows.coded_targets()
    is_scaled = preparation.standardize_target and rows.task == "regression"
    return Dataset(
        name=name,
        task=rows.task,
        X=rows.X[train],
        y=targets[train],
        X_test=rows.X[test],
        y_test=targets[test],
        feature_names=rows.feature_names,
        class_names=rows.class_names,
        target_names=rows.target_names,
        image_shape=rows.image_shape,
        encoder=fit_encoder(rows.X[train], preparation.features, preparation.standardize, preparation.arithmetic),
        target_scale=fit_target_scale(targets[train]) if is_scaled else None,
        columns=rows.columns,
        target_columns=rows.target_columns,
        notes=rows.notes + _note_lonely(rows, preparation),
    )


def _filled(rows: Rows, train: Indices) -> Rows:
    """The rows with the training set's mean for each missing number."""
    if not rows.is_filled:
        return rows
    known = rows.X[train]
    means = np.nansum(known, axis=0) / np.maximum((~np.isnan(known)).sum(axis=0), 1)
    filled = rows._replace(X=np.where(np.isnan(rows.X), means, rows.X))
    columns, first = [], 0
    for column in rows.columns:
        columns.append(column._replace(fill=0.0 if column.categories else float(means[first])))
        first += len(column.input_names)
    return filled._replace(columns=tuple(columns))


def _note_lonely(rows: Rows, preparation: Preparation) -> tuple[str, ...]:
    names = [name for name, count in zip(rows.class_names, _count(rows), strict=False) if count == 1]
    if not names or not preparation.test_share:
        return ()
    return (f"{listed_few(names)}: a class of one sample, which is trained on and not tested",)


def _choose_test(name: str, rows: Rows, preparation: Preparation) -> Mask:
    share, samples, counts = preparation.test_share, len(rows.X), _count(rows)
    _require_classes(name, rows, counts)
    total = round(samples * share)
    if share and not 0 < total < samples:
        use = "test" if total == 0 else "train"
        raise DataError(
            f"test_share: {share:g} of the {samples} samples of {name} leaves none to {use} on; choose another share,"
            " or 0 for no test"
        )
    # Rounding up must not take the last sample of a class from training.
    taken = np.minimum(quotas(counts, total), counts - 1)
    return draw(rows.labels, taken, np.random.default_rng((preparation.seed, _SPLITTING)))


def _require_classes(name: str, rows: Rows, counts: Indices) -> None:
    for label, count in zip(rows.class_names, counts, strict=False):
        if count == 0:
            raise DataError(f"samples: the {len(rows.X)} of {name} hold none of class {label!r}; ask for more")


def _count(rows: Rows) -> Indices:
    """Samples of each class."""
    return np.bincount(rows.labels, minlength=max(1, len(rows.class_names)))
