"""Two inputs, k classes: blobs, rings and spirals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from tuinet.data.arrays import Array, Indices
from tuinet.data.dataset import Task
from tuinet.data.playground import RADIUS, arms
from tuinet.data.recipe import Family, Recipe
from tuinet.data.rows import Rows


def _rows(X: Array, labels: Indices, count: int) -> Rows:
    return Rows(X, labels, ("x1", "x2"), class_names=tuple(map(str, range(count))))


def _labels(samples: int, count: int) -> Indices:
    """Classes of equal size, or nearly."""
    return np.arange(samples) * count // samples


def make_blobs(count: int, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Round clouds, their centres evenly on a circle of radius 5; the variance rises with the noise as gauss's does."""
    labels = _labels(samples, count)
    angle = 2 * np.pi * labels / count
    centre = RADIUS * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return _rows(centre + np.sqrt(0.5 + 7 * noise) * generator.standard_normal((samples, 2)), labels, count)


def make_rings(count: int, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """A disc and the rings around it, of equal width, out to 5, and between any two a gap of 0.3 of their width.

    Noise moves each coordinate by a uniform number from ±1, times the noise, as it does in the spiral.
    """
    labels = _labels(samples, count)
    distance = RADIUS * (labels + generator.uniform(0, 0.7, samples)) / (count - 0.3)
    angle = generator.uniform(0, 2 * np.pi, samples)
    X = distance[:, np.newaxis] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return _rows(X + noise * generator.uniform(-1, 1, X.shape), labels, count)


def make_spirals(count: int, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """The arms of TF Playground's spiral, but k of them; each turns less, so that the gaps stay as wide."""
    return _rows(*arms(samples, noise, count, 3.5 / count, generator), count)


def _family(name: str, title: str, make: Callable[[int, int, float, np.random.Generator], Rows]) -> Family:
    def build(count: int) -> Recipe:
        task: Task = "binary" if count == 2 else "classes"
        return Recipe(name, title.format(count), task, partial(make, count), least=2 * count)

    return Family(name, "classes", least=2, most=10, default=3, build=build)


FAMILIES: Final = (
    _family("blobs", "{} round clouds, a class each.", make_blobs),
    _family("rings", "{} rings inside one another, a class each.", make_rings),
    _family("spirals", "{} arms that wind around one another, a class each.", make_spirals),
)
