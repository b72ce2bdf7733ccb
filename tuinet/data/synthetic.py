"""Data that is made: TensorFlow Playground's, truth tables, curves, clusters, and regions of the plane.

TensorFlow Playground's formulas are those of ``src/dataset.ts`` of https://github.com/tensorflow/playground
(D. Smilkov and S. Carter; Copyright 2016 Google Inc., Apache License 2.0); only the random generator is another. Noise
0.5 is the web page's 50%. Its labels −1 and 1 are the classes 0 and 1 here, its inputs X₁ and X₂ are called x1 and x2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from tuinet.data.assemble import Rows
from tuinet.data.dataset import Indices, Mask, Task
from tuinet.data.recipe import Family, Recipe
from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.parameters import Array

Curve = Callable[[Arithmetic, Array], Array]
"""A function of the inputs, its own functions those of an arithmetic."""

RADIUS: Final = 5.0
"""Half the width of the plane that the classes lie in."""
_REGRESSION_RADIUS: Final = 6.0
_PADDING: Final = 0.3
_HILLS: Final = np.array([[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]])
"""x1, x2 and sign of each hill."""


def plane_rows(X: Array, labels: Indices | Mask, classes: int = 2) -> Rows:
    """Rows of two inputs, and so many classes from 0."""
    return Rows(X, labels.astype(np.intp), ("x1", "x2"), class_names=tuple(map(str, range(classes))))


def _equal_classes(samples: int, count: int) -> Indices:
    """Classes of equal size, or nearly."""
    return np.arange(samples) * count // samples


def blurred(X: Array, noise: float, radius: float, generator: np.random.Generator) -> Array:
    """The points that label X: each coordinate moved by a uniform number from ±`radius`, times the noise."""
    return X + noise * generator.uniform(-radius, radius, X.shape)


def _on_circle(f: Arithmetic, angle: Array) -> Array:
    """Points of the unit circle, shape (n, 2), an angle from the second axis on, shape (n,)."""
    return np.stack([f.sin(angle), f.cos(angle)], axis=1)


def arms(
    f: Arithmetic, samples: int, noise: float, count: int, turns: float, generator: np.random.Generator
) -> tuple[Array, Indices]:
    """Arms of a spiral, equal but for a rotation, and the number of the arm that each point lies on.

    Parameters
    ----------
    f
        The arithmetic of sine and cosine.
    samples
        Points, spread over the arms as evenly as can be, and evenly along each, from the centre outwards.
    noise
        Each coordinate is moved by a uniform number from ±1, times the noise.
    count
        Arms.
    turns
        How often each winds around the centre on its way to `RADIUS`.

    Returns
    -------
    tuple
        Points of shape (samples, 2), arms of shape (samples,).
    """
    label = _equal_classes(samples, count)
    first = np.searchsorted(label, np.arange(count))
    share = (np.arange(samples) - first[label]) / np.bincount(label, minlength=count)[label]
    angle = 2 * np.pi * (turns * share + label / count)
    X = RADIUS * share[:, np.newaxis] * _on_circle(f, angle)
    return X + noise * generator.uniform(-1, 1, X.shape), label


def make_circle(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifyCircleData``: half the points within 0.5 of the radius, half from 0.7 on; 1 is inside."""
    inner = np.arange(samples) < (samples + 1) // 2
    distance = RADIUS * np.where(inner, generator.uniform(0, 0.5, samples), generator.uniform(0.7, 1, samples))
    angle = generator.uniform(0, 2 * np.pi, samples)
    X = distance[:, np.newaxis] * _on_circle(f, angle)
    return plane_rows(X, f.hypot(*blurred(X, noise, RADIUS, generator).T) < RADIUS / 2)


def make_quadrants(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifyXORData``: 1 where x1 and x2 have the same sign; the padding keeps the axes free."""
    X = generator.uniform(-RADIUS, RADIUS, (samples, 2))
    X = X + np.where(X > 0, _PADDING, -_PADDING)
    return plane_rows(X, np.prod(blurred(X, noise, RADIUS, generator), axis=1) >= 0)


def make_gauss(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifyTwoGaussData``: around (2, 2) class 1, around (−2, −2) class 0; the variance rises from 0.5 to 4."""
    label = (np.arange(samples) < (samples + 1) // 2).astype(np.intp)
    deviation = np.sqrt(0.5 + noise * (4 - 0.5) / 0.5)
    centre = np.where(label == 1, 2.0, -2.0)[:, np.newaxis]
    return plane_rows(centre + deviation * generator.standard_normal((samples, 2)), label)


def make_spiral(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifySpiralData``: two arms of 1¾ turns; the first is class 1."""
    X, arm = arms(f, samples, noise, 2, 1.75, generator)
    return plane_rows(X, 1 - arm)


def hill_height(f: Arithmetic, X: Array) -> Array:
    """The height, shape (n,), of three hills up to 1 and three valleys down to −1, each a cone of radius 2."""
    distance = f.hypot(X[:, :1] - _HILLS[:, 0], X[:, 1:] - _HILLS[:, 1])
    heights = _HILLS[:, 2] * np.clip(1 - distance / 2, 0, 1)
    highest = np.abs(heights).argmax(axis=1)
    return np.asarray(np.take_along_axis(heights, highest[:, np.newaxis], axis=1)[:, 0] + 0.0)


def _make_regression(height: Curve, f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``regressPlane`` and ``regressGaussian``: y is the height of the blurred point."""
    X = generator.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS, (samples, 2))
    y = height(f, blurred(X, noise, _REGRESSION_RADIUS, generator))
    return Rows(X, y[:, np.newaxis], ("x1", "x2"), target_names=("y",))


_NARROW: Final = 10
"""How many times as widely the first input of the ravine is spread as the second one."""


def uncorrelated(X: Array) -> Array:
    """The columns of X less their means, each less what the columns before it explain, with a variance of 1.

    This is Gram and Schmidt's method. Sums are rounded once (`math.fsum`): they have the same bits on every machine.

    Parameters
    ----------
    X
        Shape (samples, columns), of more samples than columns, none of which the others explain.
    """
    columns: list[Array] = []
    for column in X.T:
        rest = column - math.fsum(column) / len(X)
        for before in columns:
            rest = rest - math.fsum(rest * before) / len(X) * before
        columns.append(rest / math.sqrt(math.fsum(rest * rest) / len(X)))
    return np.stack(columns, axis=1)


def make_ravine(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``y = x1 + 10·x2``, of uncorrelated inputs with mean 0 and the variances 1 and 1/100.

    Without noise the mean squared error of a single linear neuron is ``(w1 − 1)² + (w2 − 10)²/100 + b²``: in w1 it is
    100 times as curved as in w2. Noise is the standard deviation of what is added to y.
    """
    X = uncorrelated(generator.standard_normal((samples, 2))) / np.array([1, _NARROW])
    y = X[:, :1] + _NARROW * X[:, 1:] + noise * generator.standard_normal((samples, 1))
    return Rows(X, y, ("x1", "x2"), target_names=("y",))


CLASSES: Final = (
    Recipe("circle", "A disc inside a ring (TF Playground's circle).", "binary", make_circle),
    Recipe(
        "quadrants", "1 where x1 and x2 have the same sign (TF Playground's exclusive or).", "binary", make_quadrants
    ),
    Recipe("gauss", "Two round clouds side by side (TF Playground's gaussian).", "binary", make_gauss),
    Recipe("spiral", "Two arms that wind around each other (TF Playground's spiral).", "binary", make_spiral),
)

REGRESSIONS: Final = (
    Recipe(
        "plane",
        "A slope: y = (x1 + x2) / 10 (TF Playground's plane).",
        "regression",
        partial(_make_regression, lambda f, X: X.sum(axis=1) / 10),
        samples=1200,
    ),
    Recipe(
        "hills",
        "Three hills and three valleys (TF Playground's gauss).",
        "regression",
        partial(_make_regression, hill_height),
        samples=1200,
    ),
)

RAVINE: Final = Recipe(
    "ravine",
    "A slope: y = x1 + 10 x2, where x1 is spread ten times as widely: the loss is a ravine.",
    "regression",
    make_ravine,
    samples=100,
    test_share=0.0,
    least=3,
)


_GATES: Final = {
    "and": ("1 if both inputs are 1: a single neuron can learn it.", (0, 0, 0, 1)),
    "or": ("1 if at least one input is 1: a single neuron can learn it.", (0, 1, 1, 1)),
    "nand": ("0 only if both inputs are 1: a single neuron can learn it.", (1, 1, 1, 0)),
    "xor": (
        "1 if the inputs differ: no straight line parts the classes, so a hidden layer is needed "
        "(Minsky and Papert, 1969).",
        (0, 1, 1, 0),
    ),
    "xnor": ("1 if the inputs are equal: the opposite of xor, and just as hard.", (1, 0, 0, 1)),
}


def bits(count: int) -> Array:
    """Every combination of so many bits, in the order of the binary numbers; shape (2^count, count)."""
    numbers = np.arange(2**count)[:, np.newaxis]
    return (numbers >> np.arange(count)[::-1] & 1).astype(np.float64)


def _make_table(
    inputs: int,
    outputs: Callable[[Array], Indices],
    f: Arithmetic,
    samples: int,
    noise: float,
    generator: np.random.Generator,
) -> Rows:
    """The truth table, repeated until there are enough rows; noise is the standard deviation added to each input."""
    table = bits(inputs)
    rows = np.arange(samples) % len(table)
    X = table[rows] + noise * generator.standard_normal((samples, inputs))
    names = tuple(f"x{column}" for column in range(1, inputs + 1))
    return Rows(X, outputs(table)[rows], names, class_names=("0", "1"))


def _gate(name: str, title: str, outputs: tuple[int, ...]) -> Recipe:
    make = partial(_make_table, 2, lambda _: np.array(outputs, dtype=np.intp))
    return Recipe(name, title, "binary", make, samples=4, test_share=0.0, least=4, shuffled=False)


def _parity(count: int) -> Recipe:
    title = f"1 if the number of ones among {count} bits is odd: every bit matters, whatever the others are."
    rows = 2**count
    make = partial(_make_table, count, lambda table: np.asarray(table.sum(axis=1) % 2, dtype=np.intp))
    return Recipe("parity", title, "binary", make, samples=rows, test_share=0.0, least=rows, shuffled=False)


PARITY: Final = Family("parity", "bits", least=2, most=10, default=3, build=_parity)
GATE_RECIPES: Final = (*(_gate(name, *entry) for name, entry in _GATES.items()), PARITY.recipe)


_REACH: Final = 3.0


def _make_curve(curve: Curve, f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Uniform points x; y is on the curve, but for noise, the standard deviation of what is added."""
    x = generator.uniform(-_REACH, _REACH, (samples, 1))
    y = curve(f, x) + noise * generator.standard_normal((samples, 1))
    return Rows(x, y, ("x",), target_names=("y",))


CURVES: Final[tuple[tuple[str, str, Curve], ...]] = (
    ("sine", "A wave: y = sin 2x.", lambda f, x: f.sin(2 * x)),
    (
        "step",
        "A jump from −1 to 1 at x = 0, which no smooth curve follows exactly.",
        lambda f, x: np.where(x < 0, -1.0, 1.0),
    ),
    ("abs", "A kink: y = |x| − 1.5.", lambda f, x: np.abs(x) - 1.5),
    ("polynomial", "A cubic: y = (x³ − 4x) / 5.", lambda f, x: (f.cube(x) - 4 * x) / 5),
)

CURVE_RECIPES: Final = tuple(
    Recipe(name, title, "regression", partial(_make_curve, curve), samples=200, noise=0.1)
    for name, title, curve in CURVES
)


def make_blobs(count: int, f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Round clouds, their centres evenly on a circle of radius 5; the variance rises with the noise as gauss's does."""
    labels = _equal_classes(samples, count)
    angle = 2 * np.pi * labels / count
    centre = RADIUS * _on_circle(f, angle)
    return plane_rows(centre + np.sqrt(0.5 + 7 * noise) * generator.standard_normal((samples, 2)), labels, count)


def make_rings(count: int, f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """A disc and the rings around it, of equal width, out to 5, and between any two a gap of 0.3 of their width.

    Noise moves each coordinate by a uniform number from ±1, times the noise, as it does in the spiral.
    """
    labels = _equal_classes(samples, count)
    distance = RADIUS * (labels + generator.uniform(0, 0.7, samples)) / (count - 0.3)
    angle = generator.uniform(0, 2 * np.pi, samples)
    X = distance[:, np.newaxis] * _on_circle(f, angle)
    return plane_rows(X + noise * generator.uniform(-1, 1, X.shape), labels, count)


def make_spirals(count: int, f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """The arms of TF Playground's spiral, but k of them; each turns less, so that the gaps stay as wide."""
    return plane_rows(*arms(f, samples, noise, count, 3.5 / count, generator), count)


def _family(name: str, title: str, make: Callable[[int, Arithmetic, int, float, np.random.Generator], Rows]) -> Family:
    def build(count: int) -> Recipe:
        task: Task = "binary" if count == 2 else "classes"
        return Recipe(name, title.format(count), task, partial(make, count), least=2 * count)

    return Family(name, "classes", least=2, most=10, default=3, build=build)


FAMILIES: Final = (
    _family("blobs", "{} round clouds, a class each.", make_blobs),
    _family("rings", "{} rings inside one another, a class each.", make_rings),
    _family("spirals", "{} arms that wind around one another, a class each.", make_spirals),
)


_SQUARES: Final = 4
"""Squares along each side of the checkerboard."""


def make_moons(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Two half circles of radius 1, each around an end of the other, as scikit-learn's ``make_moons`` has them.

    Noise is the standard deviation of what is added to each coordinate.
    """
    outer, inner = np.linspace(0, np.pi, samples // 2), np.linspace(0, np.pi, samples - samples // 2)
    upper = np.stack([f.cos(outer), f.sin(outer)], axis=1)
    lower = np.stack([1 - f.cos(inner), 0.5 - f.sin(inner)], axis=1)
    X = np.concatenate([upper, lower])
    return plane_rows(X + noise * generator.standard_normal(X.shape), np.arange(samples) >= len(upper))


def make_checkerboard(f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Four by four squares from −5 to 5; the one at the lower left is 0. Noise blurs as in TF Playground."""
    X = generator.uniform(-RADIUS, RADIUS, (samples, 2))
    square = np.floor((blurred(X, noise, RADIUS, generator) + RADIUS) * _SQUARES / (2 * RADIUS))
    return plane_rows(X, square.sum(axis=1) % 2 == 1)


def _make_above(curve: Curve, f: Arithmetic, samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Uniform points from −5 to 5; 1 is above the curve. Noise blurs as in TF Playground."""
    X = generator.uniform(-RADIUS, RADIUS, (samples, 2))
    x1, x2 = blurred(X, noise, RADIUS, generator).T
    rows = plane_rows(X, x2 > curve(f, x1))
    return Rows(rows.X, rows.targets, rows.feature_names, class_names=("below", "above"))


# Each curve has half of the square above it.
_CURVES: Final[tuple[tuple[str, str, Curve], ...]] = (
    ("sine", "2.5 · sin x1", lambda f, x: 2.5 * f.sin(x)),
    ("cubic", "(x1³ − 16 x1) / 15", lambda f, x: (f.cube(x) - 16 * x) / 15),
    ("abs", "|x1| − 2.5", lambda f, x: np.abs(x) - 2.5),
)

PLANE_RECIPES: Final = [
    Recipe("moons", "Two half moons that reach into each other.", "binary", make_moons, noise=0.2),
    Recipe("checkerboard", "Four by four squares of alternating class.", "binary", make_checkerboard, samples=1000),
    *(
        Recipe(f"above-{name}", f"Is x2 above or below {text}?", "binary", partial(_make_above, curve))
        for name, text, curve in _CURVES
    ),
]
