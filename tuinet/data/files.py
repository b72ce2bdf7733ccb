"""Your own data: a file of text or a NumPy archive, told apart by their first bytes, not by their names."""

from __future__ import annotations

from typing import Final

from tuinet.data.archive import ZIP_STARTS
from tuinet.data.csv_file import read_csv
from tuinet.data.npz_file import read_npz
from tuinet.data.opened import open_data
from tuinet.data.place import Place
from tuinet.data.rows import Rows

_NPY: Final = b"\x93NUMPY"


def read_file(path: str, target: str) -> Rows:
    """The samples of a CSV file, plain or compressed with gzip, or of an NPZ file.

    Parameters
    ----------
    path
        The file's; ``~`` is the home directory.
    target
        The target's column in a CSV file, by its name or its number from 1; empty for the last.

    Raises
    ------
    DataError
        If the file cannot be used; the message names the place in it.
    """
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
