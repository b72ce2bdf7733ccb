"""Series of floats as bytes and back: every bit survives, that of NaN and of −0, too."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numbers

from tuinet.replay.recording import pack, unpack


@given(st.data(), st.sampled_from(["float32", "float64"]))
def test_every_bit_survives(data: st.DataObject, kind: str) -> None:
    rows = data.draw(numbers.arrays(kind, st.tuples(st.integers(1, 6), st.integers(0, 5))))
    packed = pack(rows)
    assert packed.size == rows.nbytes
    back = unpack(packed, len(rows), kind)
    assert back.dtype == rows.dtype
    assert back.shape == rows.shape
    assert back.tobytes() == rows.tobytes()


def test_by_hand() -> None:
    """1.0 is 3f f0 00 …, 2.0 is 40 00 00 …: their exclusive or begins with 7f f0; the lowest byte comes first."""
    rows = np.array([[1.0], [2.0]])
    assert pack(rows).tolist() == [0, 0] * 6 + [0xF0, 0xF0] + [0x3F, 0x7F]


def test_what_hardly_changes_can_be_compressed() -> None:
    rows = np.cumsum(np.random.default_rng(0).normal(0, 1e-4, (500, 9)), axis=0) + 3
    assert len(zlib.compress(pack(rows).tobytes())) < 0.85 * len(zlib.compress(rows.tobytes()))


def test_bytes_that_are_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="17 bytes are not 2 rows of float64"):
        unpack(np.zeros(17, np.uint8), 2, "float64")
