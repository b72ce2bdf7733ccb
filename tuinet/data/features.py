"""Checks of features, shared by all kinds of files."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tuinet.data.arrays import Array
from tuinet.data.limits import MAX_ROWS, MAX_VALUES
from tuinet.data.place import Place


def require_room(rows: int, columns: int, place: Place, most_values: int = MAX_VALUES) -> None:
    """Refuse more rows or values than are held in memory.

    Parameters
    ----------
    rows, columns
        Of the table.
    place
        The table's.
    most_values
        Rows times columns that are accepted.

    Raises
    ------
    DataError
        If there are.
    """
    if rows > MAX_ROWS:
        raise place.error(f"there are more than {MAX_ROWS:,} rows; take a part of them")
    if rows * columns > most_values:
        raise place.error(f"there are more than {most_values:,} values; leave rows or columns out")


def require_usable(X: Array, place: Place, where: Callable[[int], Place]) -> None:
    """Refuse a single row, and a feature that has the same value in every row.

    Parameters
    ----------
    X
        Shape (samples, features).
    place
        The table's.
    where
        The place of a feature.

    Raises
    ------
    DataError
        If there is one; the message names the first such feature, and how many more there are.
    """
    if len(X) < 2:
        raise place.error("there is only one sample; two at least are needed")
    constant = np.flatnonzero(X.min(axis=0) == X.max(axis=0))
    if len(constant):
        first, rest = int(constant[0]), len(constant) - 1
        others = f", and so is that of {rest} more column{'s' * (rest > 1)}" if rest else ""
        value = f"{X[0, first]:g}"
        raise where(first).error(f"the value is always {value}{others}; nothing is to be learned from it, so delete it")
