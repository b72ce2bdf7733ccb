"""Your own data: a table of text or a NumPy archive, told apart by their first bytes, not by their names."""

from __future__ import annotations

import sys
from typing import BinaryIO, Final

import numpy as np

from tuinet.data.archive import ZIP_STARTS, AnyArray, archive_in, open_data, part, read_array
from tuinet.data.assemble import Rows
from tuinet.data.columns import Targets, not_finite, require_usable, targets_of_numbers, targets_of_texts
from tuinet.data.csv_file import read_csv
from tuinet.data.dataset import Array
from tuinet.data.place import LARGEST, MAX_CLASSES, Place
from tuinet.errors import DataError


def read_npz(file: BinaryIO, path: str, target: str) -> Rows:
    """The samples of an archive with an array X of shape (samples, features) and an array y.

    Pictures are an X of shape (samples, rows, columns), a feature each pixel. Of their pixels some may always be the
    same, as those in the corners mostly are.

    `y` holds a number or a text a sample, shape (samples,) or (samples, 1); or the classes one-hot or several numbers
    to predict, shape (samples, outputs). Nothing is ever unpickled. The target being y, none can be chosen.
    """
    place = Place(path)
    if target:
        raise DataError(f"target: {target!r} cannot be chosen in {place}, where y is the target; leave it empty")
    with archive_in(file, place) as archive:
        X = read_array(archive, "X", "buif", place, as_pictures=True)
        y = read_array(archive, "y", "buifU", place)
    return _make_rows(X, y, place)


def _make_rows(X: AnyArray, y: AnyArray, place: Place) -> Rows:
    if X.ndim < 2:
        raise part(place, "X").error(f"its shape is {X.shape}; reshape it to (samples, features)")
    if len(X) != len(y):
        raise place.error(f"X has {len(X):,} samples, but y has {len(y):,}; give each sample one target")
    image_shape = (X.shape[1], X.shape[2]) if X.ndim == 3 else None
    features = _finite(X.reshape(len(X), -1), "X", place)
    varying = features.min(axis=0) < features.max(axis=0)
    checked = features[:, varying] if image_shape is not None and varying.any() else features
    require_usable(checked, part(place, "X"), lambda column: Place(part(place, "X").path, column=column + 1))
    targets = _targets(y, place)
    outputs = 1 if targets.class_names else targets.values.shape[1]
    names = ("y",) if outputs == 1 else tuple(f"y{column}" for column in range(1, outputs + 1))
    return Rows(
        features,
        targets.values,
        _feature_names(features.shape[1], image_shape),
        class_names=targets.class_names,
        target_names=() if targets.class_names else names,
        image_shape=image_shape,
    )


def _feature_names(features: int, image_shape: tuple[int, int] | None) -> tuple[str, ...]:
    if image_shape is None:
        return tuple(f"x{column}" for column in range(1, features + 1))
    rows, columns = image_shape
    return tuple(f"r{row}c{column}" for row in range(1, rows + 1) for column in range(1, columns + 1))


def _targets(y: AnyArray, place: Place) -> Targets:
    if y.ndim == 2 and y.shape[1] > 1:
        return _targets_of_columns(y, place)
    column = y.reshape(-1)

    def where(index: int | None) -> Place:
        return part(place, "y" if index is None else f"y[{index}]")

    if y.dtype.kind == "U":
        return targets_of_texts(_texts(column, place), where)
    # A float64 of more than its own range becomes infinite, and is refused as such.
    with np.errstate(over="ignore", invalid="ignore"):
        return targets_of_numbers(column.astype(np.float64), where)


def _texts(column: AnyArray, place: Place) -> list[str]:
    native = np.ascontiguousarray(column.astype(column.dtype.newbyteorder("=")))
    # NumPy itself fails on what is no code point.
    if native.view(np.uint32).max() > sys.maxunicode:
        raise part(place, "y").error("there are bytes in it that are no text; save it anew")
    return [str(text) for text in native.tolist()]


def _targets_of_columns(y: AnyArray, place: Place) -> Targets:
    """One-hot classes, or several numbers to predict."""
    outputs = y.shape[1]
    if y.dtype.kind == "U" or outputs > MAX_CLASSES:
        raise part(place, "y").error(f"its shape is {y.shape}; give one text, or up to {MAX_CLASSES} numbers a sample")
    values = _finite(y, "y", place)
    one_hot = bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())
    if one_hot and values.any(axis=0).all():
        return Targets(values.argmax(axis=1), tuple(map(str, range(outputs))))
    require_usable(values, part(place, "y"), lambda column: Place(part(place, "y").path, column=column + 1))
    return Targets(values)


def _finite(array: AnyArray, name: str, place: Place) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.ascontiguousarray(array, dtype=np.float64)
    bad = np.argwhere(~(np.abs(values) <= LARGEST))
    if len(bad):
        row, column = map(int, bad[0])
        text = repr(float(values[row, column]))
        raise part(place, f"{name}[{row}, {column}]").error(not_finite(text))
    return values


_NPY: Final = b"\x93NUMPY"


def read_file(path: str, target: str) -> Rows:
    """The samples of a CSV file, plain or compressed with gzip, or of an NPZ file; for the target see `find_layout`."""
    with open_data(path) as file:
        start = file.read(6)
        file.seek(0)
        if start.startswith(ZIP_STARTS):
            return read_npz(file, path, target)
        if start == _NPY:
            raise Place(path).error("there is a single array in it; save two with numpy.savez(file, X=X, y=y)")
        if path.lower().endswith(".npz"):
            raise Place(path).error("it is no NPZ file; save it with numpy.savez(file, X=X, y=y)")
        return read_csv(file, path, target)
