"""Saving the samples of a dataset as CSV, in a form that is read back to the bit."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tuinet.data.assemble import Rows
from tuinet.data.columns import is_number
from tuinet.data.csv_file import read_csv
from tuinet.data.dataset import Array, Dataset
from tuinet.data.place import Place
from tuinet.errors import DataError
from tuinet.files.atomic import replace_file
from tuinet.observe.samples import predicted_classes

_ENDINGS: Final = (".csv", ".txt")
_CLASS: Final = "class"
_QUOTED: Final = frozenset(',;\t"\r\n')
"""Characters that a field must have quotes for: those that part fields or lines."""


def points_path(name: str) -> Path:
    """The file that a name stands for, with an ending of CSV; a DataError where there is no name in it."""
    try:
        path = Path(name.strip()).expanduser()
    except RuntimeError:
        raise DataError(f"{name.strip()}: there is no such home directory") from None
    if path.name in ("", ".."):
        raise DataError("a file needs a name, such as points.csv")
    return path if path.suffix.lower() in _ENDINGS else path.with_name(path.name + _ENDINGS[0])


def save_points(path: Path, dataset: Dataset) -> None:
    """Write the training samples and then the test samples, with a header; what was at the path stays until then.

    Raises
    ------
    DataError
        If the file cannot be written, or could not be read back; nothing is written then.
    """
    text = "".join(line + "\n" for line in _lines(dataset)).encode()
    _require_readable(text, path, dataset)
    try:
        replace_file(path, text)
    except OSError as error:
        raise Place(str(path)).error(
            f"it cannot be written ({(error.strerror or type(error).__name__).lower()})"
        ) from error
    except ValueError:
        raise Place(str(path)).error("no file can have such a name") from None


def _lines(dataset: Dataset) -> Iterator[str]:
    if dataset.y.shape[1] > 1 and dataset.task == "regression":
        raise DataError(f"a CSV file has one target, but {dataset.name} has {dataset.y.shape[1]} numbers to predict")
    names = _feature_names(dataset)
    yield ",".join(map(_field, [*names, _target_name(dataset, names)]))
    X, y = np.concatenate([dataset.X, dataset.X_test]), np.concatenate([dataset.y, dataset.y_test])
    for features, target in zip(X.tolist(), _targets(dataset, y), strict=True):
        yield ",".join([*map(repr, features), _field(target)])


def _feature_names(dataset: Dataset) -> list[str]:
    """The names of the columns; a header cannot have numbers, which get a name."""
    return [f"x{index}" if is_number(name) else name for index, name in enumerate(dataset.feature_names, start=1)]


def _target_name(dataset: Dataset, taken: Sequence[str]) -> str:
    name = (dataset.target_names or (_CLASS,))[0]
    name = "y" if is_number(name) else name
    while name in taken:
        name += "_"
    return name


def _targets(dataset: Dataset, y: Array) -> list[str]:
    if dataset.task == "regression":
        return list(map(repr, y[:, 0].tolist()))
    return [dataset.class_names[label] for label in predicted_classes(y, 0.5)]


def _field(text: str) -> str:
    quoted = not text or text != text.strip() or _QUOTED.intersection(text)
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _require_readable(text: bytes, path: Path, dataset: Dataset) -> None:
    """Refuse a text that would be read as another dataset."""
    if not len(dataset.X) + len(dataset.X_test):
        raise DataError("there are no samples to save")
    rows = read_csv(io.BytesIO(text), str(path), "")
    if (rows.task == "regression") != (dataset.task == "regression"):
        kind = "classes" if dataset.task == "regression" else "numbers"
        raise Place(str(path)).error(f"such targets would be read as {kind}; add a point with another one")
    y = np.concatenate([dataset.y, dataset.y_test])
    same = np.array_equal(rows.X, np.concatenate([dataset.X, dataset.X_test]))
    if not same or _texts(rows) != _targets(dataset, y):
        raise Place(str(path)).error("its classes would be read under other names")


def _texts(rows: Rows) -> list[str]:
    if rows.task == "regression":
        return list(map(repr, rows.targets[:, 0].tolist()))
    return [rows.class_names[label] for label in rows.labels]
