from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.data.malformed import archive, npy
from tuinet.data.archive import open_archive, read_array
from tuinet.data.place import Place
from tuinet.errors import DataError


@pytest.mark.parametrize("array", [np.float64(3), np.zeros(0), np.arange(24.0).reshape(2, 3, 4), np.zeros((0, 5))])
def test_an_array_that_is_no_table_can_have_any_shape(array: np.ndarray, tmp_path: Path) -> None:
    path = str(tmp_path / "a.npz")
    np.savez(path, a=array)
    with open_archive(path) as opened:
        read = read_array(opened, "a", "f", Place(path), as_table=False)
        np.testing.assert_array_equal(read, array)
        assert read.shape == array.shape
        assert not read.flags.writeable


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"{}", "it is no NPZ file"),
        (b"PK\3\4", "the archive is damaged or cut off"),
        (archive({"b.npy": b""}), "there is no array a, it has 'b'; save all arrays with numpy.savez"),
        (
            archive({"a.npy": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", bytes(8))}),
            "promises 8",
        ),
    ],
    ids=["empty", "text", "start-only", "no-array", "negative-shape"],
)
def test_what_is_no_archive_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message), open_archive(str(path)) as opened:
        read_array(opened, "a", "f", Place(str(path)), as_table=False)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", method) as zipped:
        zipped.writestr("a.npy", npy("{}"))
    with pytest.raises(DataError, match="compressed in an unknown way"), open_archive(str(path)) as opened:
        read_array(opened, "a", "f", Place(str(path)))
