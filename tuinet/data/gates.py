"""Truth tables: the gates of two bits, and the parity of n."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from tuinet.data.arrays import Array, Indices
from tuinet.data.recipe import Family, Recipe
from tuinet.data.rows import Rows

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
    inputs: int, outputs: Callable[[Array], Indices], samples: int, noise: float, generator: np.random.Generator
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


def _is_odd(table: Array) -> Indices:
    return np.asarray(table.sum(axis=1) % 2, dtype=np.intp)


def _parity(count: int) -> Recipe:
    title = f"1 if the number of ones among {count} bits is odd: every bit matters, whatever the others are."
    rows = 2**count
    make = partial(_make_table, count, _is_odd)
    return Recipe("parity", title, "binary", make, samples=rows, test_share=0.0, least=rows, shuffled=False)


PARITY: Final = Family("parity", "bits", least=2, most=10, default=3, build=_parity)
RECIPES: Final = (*(_gate(name, *entry) for name, entry in _GATES.items()), PARITY.recipe)
