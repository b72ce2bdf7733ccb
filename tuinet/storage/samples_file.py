"""Saving the samples of a dataset as CSV, in a form that is read back to the bit."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tuinet.data.assemble import Rows
from tuinet.data.dataset import Dataset
from tuinet.data.numerals import is_float
from tuinet.data.place import Place
from tuinet.data.recipe import Reading
from tuinet.data.roles import make_rows
from tuinet.data.table import read_table
from tuinet.errors import DataError
from tuinet.nn.parameters import Array
from tuinet.observe.metrics import predicted_classes
from tuinet.storage.atomic import replace_file

_ENDINGS: Final = (".csv", ".txt")
_CLASS: Final = "class"
_QUOTED: Final = frozenset(',;|#\t"\r\n')
"""Characters that a field must have quotes for: those that part fields or lines, or begin a comment."""


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
    names = _feature_names(dataset)
    yield ",".join(map(_field, [*names, *_target_names(dataset, names)]))
    X, y = np.concatenate([dataset.X, dataset.X_test]), np.concatenate([dataset.y, dataset.y_test])
    for features, targets in zip(X.tolist(), _targets(dataset, y), strict=True):
        yield ",".join([*map(repr, features), *map(_field, targets)])


def _feature_names(dataset: Dataset) -> list[str]:
    """The names of the columns; a header cannot have numbers, which get a name."""
    return [f"x{index}" if is_float(name) else name for index, name in enumerate(dataset.feature_names, start=1)]


def _target_names(dataset: Dataset, taken: Sequence[str]) -> list[str]:
    names: list[str] = []
    for number, given in enumerate(dataset.target_names or (_CLASS,), 1):
        name = (f"y{number}" if len(dataset.target_names) > 1 else "y") if is_float(given) else given
        while name in (*taken, *names):
            name += "_"
        names.append(name)
    return names


def _targets(dataset: Dataset, y: Array) -> list[list[str]]:
    """The targets of each sample as they are written."""
    if not dataset.class_names:
        return [list(map(repr, row)) for row in y.tolist()]
    return [[dataset.class_names[label]] for label in predicted_classes(y, 0.5)]


def _field(text: str) -> str:
    quoted = not text or text != text.strip() or _QUOTED.intersection(text)
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _require_readable(text: bytes, path: Path, dataset: Dataset) -> None:
    """Refuse a text that would be read as another dataset."""
    if not len(dataset.X) + len(dataset.X_test):
        raise DataError("there are no samples to save")
    reading = Reading(target=_target_range(dataset), task="classes" if dataset.class_names else "auto")
    rows = _rows(text, path, reading)
    y = np.concatenate([dataset.y, dataset.y_test])
    if not np.array_equal(rows.X, np.concatenate([dataset.X, dataset.X_test])):
        raise Place(str(path)).error("its features would be read otherwise; give each a name that is no number")
    guessed = _rows(text, path, reading._replace(task="auto")).task
    if guessed != dataset.task:
        kind = _KINDS.get(guessed, "classes")
        raise Place(str(path)).error(f"such targets would be read as {kind}; add a point with another one")
    if _texts(rows) != _targets(dataset, y):
        raise Place(str(path)).error("its classes would be read under other names")


_KINDS: Final = {"regression": "numbers", "labels": "labels"}


def _rows(text: bytes, path: Path, reading: Reading) -> Rows:
    return make_rows(read_table(io.BytesIO(text), str(path)), reading)


def _target_range(dataset: Dataset) -> str:
    """The columns of the targets, the last ones; empty for a single one, which is the last without a word."""
    features, targets = len(dataset.feature_names), len(dataset.target_names)
    return f"{features + 1}-{features + targets}" if targets > 1 else ""


def _texts(rows: Rows) -> list[list[str]]:
    if not rows.class_names:
        return [list(map(repr, row)) for row in rows.targets.tolist()]
    return [[rows.class_names[label]] for label in rows.labels]
