"""All datasets by their names, and how they are made or read; ``files/ATTRIBUTION.md`` says whose the real ones are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from tuinet.data import synthetic
from tuinet.data.assemble import Rows, assemble, draw_rows, making_generator
from tuinet.data.dataset import Dataset, Indices
from tuinet.data.recipe import FILE_ENDINGS, DataSpec, Family, Recipe, is_path
from tuinet.errors import DataError
from tuinet.names import canonical, did_you_mean
from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.parameters import Array

_FILES: Final = Path(__file__).with_name("files")
_SIDE: Final = 8
_IRIS_FEATURES: Final = ("sepal length", "sepal width", "petal length", "petal width")
_IRIS_CLASSES: Final = ("setosa", "versicolor", "virginica")


def read_iris() -> Rows:
    """150 flowers, four lengths in cm, three species (R. A. Fisher, 1936)."""
    tenths, labels = _read("iris.npz")
    return Rows(tenths / 10, labels, _IRIS_FEATURES, class_names=_IRIS_CLASSES)


def read_digits() -> Rows:
    """1,797 handwritten digits, 64 pixels from 0 to 1, row by row (E. Alpaydin and C. Kaynak, 1998)."""
    sixteenths, labels = _read("digits.npz")
    names = tuple(f"r{row}c{column}" for row in range(1, _SIDE + 1) for column in range(1, _SIDE + 1))
    shape = (_SIDE, _SIDE)
    return Rows(sixteenths / 16, labels, names, class_names=tuple("0123456789"), image_shape=shape)


def _read(name: str) -> tuple[Array, Indices]:
    """Features and classes of a file of unsigned bytes."""
    with np.load(_FILES / name, allow_pickle=False) as arrays:
        return arrays["X"].astype(np.float64), arrays["y"].astype(np.intp)


def _make_real(
    name: str,
    read: Callable[[], Rows],
    f: Arithmetic,
    samples: int,
    noise: float,
    generator: np.random.Generator,
) -> Rows:
    return draw_rows(name, read(), samples, noise, generator)


REAL_RECIPES: Final = (
    Recipe(
        "iris",
        "Four lengths of 150 flowers of three species of iris (Fisher, 1936).",
        "classes",
        partial(_make_real, "iris", read_iris),
        samples=150,
        test_share=0.25,
        standardize=True,
    ),
    Recipe(
        "digits",
        "1,797 handwritten digits, 8 by 8 pixels each (Alpaydin and Kaynak, 1998).",
        "classes",
        partial(_make_real, "digits", read_digits),
        samples=1797,
        test_share=0.25,
    ),
)


FAMILIES: Final[Mapping[str, Family]] = {family.name: family for family in (synthetic.PARITY, *synthetic.FAMILIES)}
"""The datasets whose name can be followed by a number: ``parity:4``, ``rings:5``."""

_RECIPES: Final = (
    *synthetic.GATE_RECIPES,
    *synthetic.CLASSES,
    *synthetic.PLANE_RECIPES,
    *(family.recipe for family in synthetic.FAMILIES),
    *synthetic.CURVE_RECIPES,
    synthetic.RAVINE,
    *synthetic.REGRESSIONS,
    *REAL_RECIPES,
)

DATASETS: Final[dict[str, Recipe]] = {recipe.name: recipe for recipe in _RECIPES}
"""Every dataset by its name; a family under its own name, with its default number."""

ALIASES: Final[Mapping[str, str]] = {
    "playground-xor": "quadrants",
    "playground-plane": "plane",
    "playground-gauss": "hills",
}
"""Other names, those of TensorFlow Playground that mean something else here."""


def find_recipe(name: str) -> Recipe:
    """The dataset of a name, which may be an alias, or that of a family with a number."""
    family, colon, number = name.partition(":")
    if colon and family in FAMILIES:
        return FAMILIES[family].member(number)
    recipe = DATASETS.get(ALIASES.get(name, name))
    if recipe is None:
        endings = " or ".join([", ".join(FILE_ENDINGS[:-1]), FILE_ENDINGS[-1]])
        known = f"{', '.join(DATASETS)}; a file's name holds a / or ends in {endings}"
        near = did_you_mean(family, (*DATASETS, *ALIASES))
        raise DataError(f"dataset: {name!r} is not one of {known}{near}")
    return recipe


def is_known(name: str) -> bool:
    """Whether there is a dataset of this name."""
    try:
        find_recipe(name)
    except DataError:
        return False
    return True


def dataset_name(text: str) -> str:
    """The name of the dataset that is meant, in its own spelling; the path of a file, or what is no name, as it is."""
    if is_path(text):
        return text
    family, colon, number = text.partition(":")
    return canonical(family, (*DATASETS, *ALIASES, *FAMILIES)) + colon + number.strip()


FILE_TEST_SHARE: Final = 0.25
"""Of a file's samples, kept for testing when nothing else is asked for."""
TINY: Final = 20
"""With fewer samples a file keeps none for testing: a handful would tell nothing."""


def load(spec: DataSpec) -> Dataset:
    """Make or read a dataset; the same spec, and the same file, give the same bits.

    A file has by default a test share of 0.25, from 20 samples on. It is standardized, numbers to predict too, since
    its units are unknown; a single sample is left as it is.
    """
    if not is_path(spec.dataset):
        return find_recipe(spec.dataset)(spec)
    from tuinet.data.files import read_file  # noqa: PLC0415 - CSV and ZIP are for those who have files

    rows = read_file(spec.dataset, spec.reading)
    name = os.path.basename(spec.dataset)
    return dataset_of_rows(name, rows, spec)


def dataset_of_rows(name: str, rows: Rows, spec: DataSpec) -> Dataset:
    """The Dataset of a file's samples, with the defaults of `load`."""
    drawn = draw_rows(name, rows, spec.samples, spec.noise or 0.0, making_generator(spec.seed))
    is_tiny, is_single = len(drawn.X) < TINY, len(drawn.X) == 1
    if is_tiny and spec.test_share is None:
        drawn = drawn._replace(notes=(*drawn.notes, f"fewer than {TINY} samples: none is kept for testing"))
    preparation = spec.preparation(
        0.0 if is_tiny else FILE_TEST_SHARE, standardize=not is_single, standardize_target=not is_single
    )
    return assemble(name, drawn, preparation)
