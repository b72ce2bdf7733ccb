"""The table of all datasets by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tuinet.data import clusters, curves, gates, plane, playground, real
from tuinet.data.dataset import Dataset
from tuinet.data.recipe import Family, Recipe
from tuinet.data.spec import FILE_ENDINGS
from tuinet.errors import DataError

FAMILIES: Final[Mapping[str, Family]] = {family.name: family for family in (gates.PARITY, *clusters.FAMILIES)}
"""The datasets whose name can be followed by a number: ``parity:4``, ``rings:5``."""

_RECIPES: Final = (
    *gates.RECIPES,
    *playground.CLASSES,
    *plane.RECIPES,
    *(family.recipe for family in clusters.FAMILIES),
    *curves.RECIPES,
    *playground.REGRESSIONS,
    *real.RECIPES,
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
    """The dataset of a name, which may be an alias, or that of a family with a number.

    Raises
    ------
    DataError
        If there is none.
    """
    family, colon, number = name.partition(":")
    if colon and family in FAMILIES:
        return FAMILIES[family].member(number)
    recipe = DATASETS.get(ALIASES.get(name, name))
    if recipe is None:
        endings = " or ".join([", ".join(FILE_ENDINGS[:-1]), FILE_ENDINGS[-1]])
        raise DataError(
            f"dataset: {name!r} is not one of {', '.join(DATASETS)}; a file's name holds a / or ends in {endings}"
        )
    return recipe


def make_xor() -> Dataset:
    """The exclusive or of two bits: four samples that no single layer can tell apart (Minsky and Papert, 1969)."""
    return DATASETS["xor"]()
