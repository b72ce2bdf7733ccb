"""A Dataset from arrays that somebody has in Python, as from the same arrays in an NPZ file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from tuinet.data.archive import AnyArray
from tuinet.data.assemble import Rows
from tuinet.data.dataset import Dataset, InputColumn
from tuinet.data.files import rows_of_arrays
from tuinet.data.generators import dataset_of_rows
from tuinet.data.place import Place, shown
from tuinet.data.recipe import DataSpec, Reading, TaskName
from tuinet.errors import DataError


def dataset(
    X: ArrayLike,
    y: ArrayLike,
    *,
    name: str = "arrays",
    feature_names: Sequence[str] = (),
    task: TaskName = "auto",
    test_share: float | None = None,
    standardize: bool | None = None,
    standardize_target: bool | None = None,
    shuffle: bool = True,
    seed: int = 1,
) -> Dataset:
    """Samples to train a `Session` on, split and encoded as those of a file.

    Parameters
    ----------
    X
        Features, shape (samples, features); or pictures, shape (samples, rows, columns).
    y
        A number or a text a sample, shape (samples,); or classes one-hot or several numbers, shape (samples, outputs).
        Texts are classes, and so are whole numbers that look like numbers of classes.
    name, feature_names
        Stand for the data and its columns on the screen and in messages; a data frame names its columns itself.
    task
        What the targets are: classes, regression or labels; ``auto`` to decide it by the values.
    test_share
        Share of the samples that is kept for testing, stratified by class; 0 for none, and ``None`` for a quarter of
        at least 20 samples.
    standardize, standardize_target
        Whether each input, and each number to predict, gets mean 0 and standard deviation 1 over the training set;
        ``None`` for yes, unless there is a single sample.
    shuffle
        Whether the samples are put into a random order.
    seed
        Decides which samples are kept for testing, and the order.

    Raises
    ------
    DataError
        If the arrays are no samples; the message says why and what would be right.
    """
    spec = DataSpec(
        name,
        test_share=test_share,
        standardize=standardize,
        standardize_target=standardize_target,
        reading=Reading(task=task, missing="refuse"),
        shuffle=shuffle,
        seed=seed,
    )
    rows = rows_of_arrays(_array(X, "X", name), _array(y, "y", name), Place(name), spec.reading)
    named = _named(rows, tuple(map(str, feature_names)) or tuple(map(str, getattr(X, "columns", ()))), name)
    return dataset_of_rows(name, named, spec)


def _named(rows: Rows, names: tuple[str, ...], name: str) -> Rows:
    """Rows whose features have these names; their own where there are none."""
    if names and len(names) != rows.X.shape[1]:
        raise DataError(f"{name}: {len(names)} feature_names for {rows.X.shape[1]} columns of X; name each of them")
    return rows._replace(feature_names=names, columns=tuple(map(InputColumn, names))) if names else rows


def _array(values: ArrayLike, argument: str, name: str) -> AnyArray:
    """An array of numbers, or for y of texts; no objects, and not empty."""
    place = Place(f"{name}, {argument}")
    try:
        array: AnyArray = np.asarray(values)
    except ValueError:
        raise place.error("its rows have different lengths; give each sample as many numbers") from None
    if array.dtype.kind == "O" and all(isinstance(value, str) for value in array.flat):
        array = array.astype(np.str_)
    if array.dtype.kind not in ("buifU" if argument == "y" else "buif"):
        wanted = "numbers or texts" if argument == "y" else "numbers; encode what is text as numbers"
        raise place.error(f"it holds {shown(str(array.dtype))}, not {wanted}")
    if array.ndim not in ((1, 2) if argument == "y" else (2, 3)) or not array.size:
        wanted = "(samples,) or (samples, outputs)" if argument == "y" else "(samples, features)"
        raise place.error(f"its shape is {array.shape}; reshape it to {wanted}")
    return array
