"""A DataSpec: what to load, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from tuinet.data.dataset import FEATURES
from tuinet.data.place import MAX_ROWS
from tuinet.errors import DataError

FILE_ENDINGS: Final = (".csv", ".tsv", ".txt", ".gz", ".npz")


@dataclass(frozen=True)
class DataSpec:
    """Which data, how many, and how they are prepared. ``None`` stands for the dataset's own default.

    Raises
    ------
    DataError
        If a field has a value that cannot be used; the message names the field.
    """

    dataset: str
    """A name of ``DATASETS``, or the path of a file: what holds a ``/`` or ends in one of `FILE_ENDINGS`."""
    samples: int | None = None
    """Samples to make, or to draw from those there are; training and test together."""
    noise: float | None = None
    """How far the samples are moved at random, from 0 to 1; the unit is the dataset's own."""
    test_share: float | None = None
    """Share of the samples that is kept for testing, from 0 up to but not including 1."""
    standardize: bool | None = None
    """Whether each input is shifted and scaled to mean 0 and standard deviation 1 over the training set."""
    features: tuple[str, ...] = ()
    """What is made of two features, names of ``FEATURES``; empty for the features as they are."""
    target: str = ""
    """Column of a file that is learned, by its name or its number from 1; empty for the last."""
    seed: int = 1

    def __post_init__(self) -> None:
        for field, text in (("dataset", self.dataset), ("target", self.target)):
            if not isinstance(text, str):
                raise DataError(f"{field}: {text!r} is not a text")
        if self.samples is not None:
            _require_whole("samples", self.samples, 1, MAX_ROWS)
        _require_whole("seed", self.seed, 0, None)
        if self.noise is not None and not (_is_number(self.noise) and 0 <= self.noise <= 1):
            raise DataError(f"noise: {self.noise!r} is not a number from 0 to 1")
        if self.test_share is not None and not (_is_number(self.test_share) and 0 <= self.test_share < 1):
            raise DataError(f"test_share: {self.test_share!r} is not a number from 0 up to but not including 1")
        if self.standardize not in (None, True, False):
            raise DataError(f"standardize: {self.standardize!r} is neither true nor false")
        self._check_features()

    def _check_features(self) -> None:
        for index, name in enumerate(self.features):
            if name not in FEATURES:
                raise DataError(f"features: {name!r} is not one of {', '.join(FEATURES)}")
            if name in self.features[:index]:
                raise DataError(f"features: {name!r} is named twice; name it once")

    @property
    def is_file(self) -> bool:
        """Whether the dataset is a file."""
        return "/" in self.dataset or self.dataset.lower().endswith(FILE_ENDINGS)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _require_whole(field: str, value: object, least: int, most: int | None) -> None:
    upper = math.inf if most is None else most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= upper:
        bounds = f"from {least} up" if most is None else f"from {least} to {most}"
        raise DataError(f"{field}: {value!r} is not a whole number {bounds}")
