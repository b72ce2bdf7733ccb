"""Your own data: a table of text, a workbook or an archive, told apart by their first bytes, not by their names."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO, Final

import numpy as np

from tuinet.data.archive import ZIP_STARTS, AnyArray, archive_in, open_data, part, read_array
from tuinet.data.assemble import Rows
from tuinet.data.dataset import InputColumn, Mask
from tuinet.data.numerals import not_finite
from tuinet.data.place import LARGEST, MAX_CLASSES, Place
from tuinet.data.recipe import Reading
from tuinet.data.roles import make_rows, note_constants, require_picture
from tuinet.data.spreadsheets import is_workbook, read_parquet, read_workbook
from tuinet.data.table import Table, read_table
from tuinet.data.targets import Targets, targets_of_columns, targets_of_numbers, targets_of_texts
from tuinet.errors import DataError
from tuinet.nn.parameters import Array


def read_npz(file: BinaryIO, path: str, reading: Reading) -> Rows:
    """The samples of an archive with an array X of shape (samples, features) and an array y.

    Pictures are an X of shape (samples, rows, columns), a feature each pixel. Nothing is ever unpickled.

    `y` holds a number or a text a sample, shape (samples,) or (samples, 1); or the classes one-hot, labels of 0 and 1
    or several numbers to predict, shape (samples, outputs). The target being y, and the inputs X, none can be chosen.
    """
    place = Place(path)
    for field, text in (("target", reading.target), ("inputs", reading.inputs)):
        if text:
            raise DataError(f"{field}: {text!r} cannot be chosen in {place}, where y is the target; leave it empty")
    with archive_in(file, place) as archive:
        X = read_array(archive, "X", "buif", place, as_pictures=True)
        y = read_array(archive, "y", "buifU", place)
    return rows_of_arrays(X, y, place, reading)


def rows_of_arrays(X: AnyArray, y: AnyArray, place: Place, reading: Reading) -> Rows:
    """The samples of two arrays as in `read_npz`; a NaN in either is a missing value."""
    if X.ndim < 2:
        raise part(place, "X").error(f"its shape is {X.shape}; reshape it to (samples, features)")
    if len(X) != len(y):
        raise place.error(f"X has {len(X):,} samples, but y has {len(y):,}; give each sample one target")
    image_shape = (X.shape[1], X.shape[2]) if X.ndim == 3 else None
    features = finite(X.reshape(len(X), -1), "X", place, may_miss=reading.missing != "refuse")
    y_columns = y.reshape(len(y), -1)
    outputs = y_columns if y.dtype.kind == "U" else finite(y_columns, "y", place, may_miss=reading.missing != "refuse")
    notes: list[str] = []
    kept = _known(features, outputs, place, reading, notes)
    targets = _targets(y_columns.dtype, outputs[kept], place, reading)
    names = ("y",) if outputs.shape[1] == 1 else tuple(f"y{column}" for column in range(1, outputs.shape[1] + 1))
    feature_names = _feature_names(features.shape[1], image_shape)
    if image_shape is None:
        note_constants(features[kept], feature_names, notes)
    return Rows(
        features[kept],
        targets.values,
        feature_names,
        class_names=targets.class_names,
        target_names=() if targets.class_names else names,
        image_shape=image_shape or require_picture(reading.picture, features.shape[1], place),
        are_labels=targets.are_labels,
        columns=tuple(map(InputColumn, feature_names)),
        target_columns=names,
        is_filled=reading.missing == "mean",
        notes=tuple(notes),
    )


def _known(X: Array, y: AnyArray, place: Place, reading: Reading, notes: list[str]) -> Mask:
    """The rows that are samples, shape (rows,); see `tuinet.data.roles`."""
    gaps = np.isnan(X)
    lost = np.zeros(len(y), dtype=np.bool_)
    if y.dtype.kind != "U":
        lost |= np.isnan(y).any(axis=1)
    if reading.missing == "drop":
        lost |= gaps.any(axis=1)
    if lost.all():
        raise place.error("no row is left; each has a missing value")
    empty = np.flatnonzero(gaps[~lost].all(axis=0))
    if len(empty):
        raise part(place, f"X[:, {empty[0]}]").error("no row with a target has a value; leave the column out")
    if gaps[~lost].any():
        notes.append(f"{gaps[~lost].sum():,} missing values of X filled with the mean (missing: mean)")
    if lost.any():
        notes.append(f"{lost.sum():,} of {len(lost):,} rows left out: missing values (missing: {reading.missing})")
    return ~lost


def _feature_names(features: int, image_shape: tuple[int, int] | None) -> tuple[str, ...]:
    if image_shape is None:
        return tuple(f"x{column}" for column in range(1, features + 1))
    rows, columns = image_shape
    return tuple(f"r{row}c{column}" for row in range(1, rows + 1) for column in range(1, columns + 1))


def _targets(dtype: np.dtype[Any], y: AnyArray, place: Place, reading: Reading) -> Targets:
    """The targets of an array of shape (samples, outputs), whose type in the file was the dtype."""

    def where(index: int | None) -> Place:
        return part(place, "y" if index is None else f"y[{index}]")

    outputs = y.shape[1]
    if dtype.kind == "U" and outputs == 1:
        return targets_of_texts(_texts(y[:, 0], place), reading.task, where)
    if dtype.kind == "U" or outputs > MAX_CLASSES:
        raise part(place, "y").error(f"its shape is {y.shape}; give one text, or up to {MAX_CLASSES} numbers a sample")
    if outputs > 1:
        return targets_of_columns(y, tuple(map(str, range(outputs))), reading.task_of_numbers, where)
    task = reading.task_of_numbers
    if dtype.kind == "b" and task == "auto":
        task = "classes"
    return targets_of_numbers(y[:, 0], task, where, are_floats=dtype.kind == "f")


def _texts(column: AnyArray, place: Place) -> list[str]:
    native = np.ascontiguousarray(column.astype(column.dtype.newbyteorder("=")))
    # NumPy itself fails on what is no code point.
    if native.view(np.uint32).max() > sys.maxunicode:
        raise part(place, "y").error("there are bytes in it that are no text; save it anew")
    return [str(text) for text in native.tolist()]


def finite(array: AnyArray, name: str, place: Place, *, may_miss: bool) -> Array:
    """An array as numbers; a DataError names the first that is not finite, or NaN where none may be missing."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.ascontiguousarray(array, dtype=np.float64)
        is_good = np.abs(values) <= LARGEST
    bad = np.argwhere(~(is_good | np.isnan(values)) if may_miss else ~is_good)
    if len(bad):
        row, column = map(int, bad[0])
        text = repr(float(values[row, column]))
        raise part(place, f"{name}[{row}, {column}]").error(not_finite(text))
    return values


PARQUET: Final = b"PAR1"
_NPY: Final = b"\x93NUMPY"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


def require_table(start: bytes, path: str) -> None:
    """Refuse what is neither an archive nor a table, by its first bytes and its name."""
    if start == _NPY:
        raise Place(path).error("there is a single array in it; save two with numpy.savez(file, X=X, y=y)")
    if start.startswith(_OLD_EXCEL):
        raise Place(path).error("it is a workbook of an old Excel; save it as .xlsx or CSV")
    if path.lower().endswith(".npz"):
        raise Place(path).error("it is no NPZ file; save it with numpy.savez(file, X=X, y=y)")


def read_file(path: str, reading: Reading | None = None) -> Rows:
    """The samples of a CSV file, plain or compressed with gzip, of an NPZ file, or of an Excel or Parquet table."""
    reading = reading or Reading()
    with open_data(path) as file:
        start = file.read(6)
        file.seek(0)
        if start.startswith(ZIP_STARTS) and not is_workbook(file, path):
            return read_npz(file, path, reading)
        require_table(start, path)
        return make_rows(_read_table(file, path, start, reading), reading)


def _read_table(file: BinaryIO, path: str, start: bytes, reading: Reading) -> Table:
    if start.startswith(ZIP_STARTS):
        return read_workbook(file, path, reading)
    if start.startswith(PARQUET):
        return read_parquet(file, path)
    return read_table(file, path, reading.decimal, reading.named)
