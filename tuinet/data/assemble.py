"""From rows to a Dataset: draw, shuffle, split, encode."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tuinet.data.dataset import Array, Dataset, Indices, Mask, Task, fit_encoder
from tuinet.errors import DataError
from tuinet.nn.arithmetic import FAST, Arithmetic


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


@dataclass(frozen=True, eq=False)
class Rows:
    """The samples that a generator makes or a file holds."""

    X: Array
    """Shape (samples, features)."""
    targets: Indices | Array
    """Classes as numbers from 0, shape (samples,); or the numbers to predict, shape (samples, outputs)."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    """Empty for regression."""
    target_names: tuple[str, ...] = ()
    """Empty for classes."""
    image_shape: tuple[int, int] | None = None

    @property
    def task(self) -> Task:
        """The task, from the number of classes."""
        if not self.class_names:
            return "regression"
        return "binary" if len(self.class_names) == 2 else "classes"

    @property
    def labels(self) -> Indices:
        """The class of each sample, shape (samples,); for a regression 0 for all, as if they were one class."""
        if self.task == "regression":
            return np.zeros(len(self.X), dtype=np.intp)
        return self.targets.astype(np.intp, copy=False)

    def coded_targets(self) -> Array:
        """The targets as a network's outputs: 0 or 1, one-hot, or the numbers themselves; shape (samples, outputs)."""
        if self.task == "regression":
            return self.targets.astype(np.float64, copy=False)
        if self.task == "binary":
            return self.targets[:, np.newaxis].astype(np.float64)
        return np.eye(len(self.class_names))[self.labels]

    def moved(self, noise: float, generator: np.random.Generator) -> Rows:
        """Move each feature at random, normally distributed; the noise is a share of the feature's standard deviation.

        The generator is used even if the noise is 0, so that what is drawn from it afterwards does not depend on it.
        """
        steps = generator.standard_normal(self.X.shape)
        return replace(self, X=self.X + noise * self.X.std(axis=0) * steps) if noise else self


_MAKING, _SPLITTING, _SHUFFLING = range(101, 104)
"""Uses of random numbers. Each has a stream of its own, so that a new test share moves no sample; the numbers
are far from those that training counts its own uses with, so that no weight is a copy of a sample."""


@dataclass(frozen=True)
class Preparation:
    """The settings by which rows become a Dataset."""

    test_share: float
    standardize: bool
    features: tuple[str, ...] = ()
    shuffled: bool = True
    """Whether the samples are put into a random order, which a truth table is spared."""
    seed: int = 1
    arithmetic: Arithmetic = FAST


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
    return replace(rows, X=rows.X[chosen], targets=rows.targets[chosen])


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
    targets = rows.coded_targets()
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
    )


def _choose_test(name: str, rows: Rows, preparation: Preparation) -> Mask:
    share, samples, counts = preparation.test_share, len(rows.X), _count(rows)
    _require_classes(name, rows, counts, least=2 if share else 1)
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


def _require_classes(name: str, rows: Rows, counts: Indices, least: int) -> None:
    for label, count in zip(rows.class_names, counts, strict=False):
        if count == 0:
            raise DataError(f"samples: the {len(rows.X)} of {name} hold none of class {label!r}; ask for more")
        if count < least:
            raise DataError(
                f"{name}: class {label!r} has 1 sample, too few to split into training and test; add samples of it,"
                " or set the test share to 0"
            )


def _count(rows: Rows) -> Indices:
    """Samples of each class."""
    return np.bincount(rows.labels, minlength=max(1, len(rows.class_names)))
