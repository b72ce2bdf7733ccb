"""Rows: samples with their targets, before they are split and coded for a network."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tuinet.data.arrays import Array, Indices
from tuinet.data.dataset import Task


@dataclass(frozen=True, eq=False)
class Rows:
    """What a generator makes or a file holds."""

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
        """What is learned."""
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
        """The same with each feature moved at random, normally distributed.

        Parameters
        ----------
        noise
            The standard deviation, as a share of the feature's own.
        generator
            The source of the random numbers; it is used even if the noise is 0, so that what is drawn from it
            afterwards does not depend on the noise.
        """
        steps = generator.standard_normal(self.X.shape)
        return replace(self, X=self.X + noise * self.X.std(axis=0) * steps) if noise else self
