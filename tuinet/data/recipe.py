"""A Recipe: a dataset by its name, with its defaults and how its samples are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tuinet.data.assemble import Preparation, Rows, assemble, making_generator
from tuinet.data.dataset import Dataset, Task
from tuinet.data.spec import DataSpec
from tuinet.errors import DataError

Make = Callable[[int, float, np.random.Generator], Rows]
"""Makes so many samples with so much noise; draws the same random numbers whatever the noise."""


@dataclass(frozen=True)
class Recipe:
    """A dataset that can be made by its name; called, it makes it."""

    name: str
    title: str
    """One sentence for a student: what the samples are."""
    task: Task
    make: Make
    samples: int = 500
    """How many there are when nothing else is asked for; training and test together."""
    noise: float = 0.0
    test_share: float = 0.5
    standardize: bool = False
    least: int = 2
    """The fewest samples that can be made."""
    shuffled: bool = True

    def __call__(self, spec: DataSpec | None = None) -> Dataset:
        """The Dataset that a spec asks for, with the defaults of this recipe for what it leaves open.

        Raises
        ------
        DataError
            If it asks for what cannot be made.
        """
        spec = spec or DataSpec(self.name)
        if spec.target:
            raise DataError(
                f"target: {spec.target!r} names a column of a file, but {self.name} is none; leave it empty"
            )
        samples = self.samples if spec.samples is None else spec.samples
        if samples < self.least:
            raise DataError(f"samples: {samples} are too few for {self.name}; ask for {self.least} or more")
        noise = self.noise if spec.noise is None else spec.noise
        rows = self.make(samples, noise, making_generator(spec.seed))
        return assemble(self.name, rows, self.preparation(spec))

    def preparation(self, spec: DataSpec) -> Preparation:
        """How the rows become a Dataset."""
        return Preparation(
            test_share=self.test_share if spec.test_share is None else spec.test_share,
            standardize=self.standardize if spec.standardize is None else spec.standardize,
            features=spec.features,
            shuffled=self.shuffled,
            seed=spec.seed,
        )


@dataclass(frozen=True)
class Family:
    """Datasets that differ in one whole number, written after a colon: ``rings:4``."""

    name: str
    count: str
    """What the number counts."""
    least: int
    most: int
    default: int
    """The number where none is given."""
    build: Callable[[int], Recipe]

    def member(self, text: str) -> Recipe:
        """The dataset with the number that a text says.

        Raises
        ------
        DataError
            If the text is no number, or not one of this family.
        """
        if not (text.isascii() and text.isdigit() and self.least <= int(text[:9]) <= self.most):
            wanted = f"{self.name}:{self.least} to {self.name}:{self.most}"
            raise DataError(f"dataset: {text!r} is no number of {self.count} for {self.name}; write {wanted}")
        return replace(self.build(int(text)), name=f"{self.name}:{int(text)}")

    @property
    def recipe(self) -> Recipe:
        """The dataset without a number."""
        return replace(self.build(self.default), name=self.name)
