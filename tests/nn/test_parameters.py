from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuinet.nn.parameters import norm


@given(st.lists(st.floats(-1e150, 1e150), max_size=20))
def test_the_root_of_the_sum_of_squares(values: list[float]) -> None:
    assert norm(np.array(values)) == pytest.approx(math.hypot(*values), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-40, 1e-30, 1e-15, 1.0, 1e15, 1e30])
def test_numbers_whose_squares_single_precision_cannot_hold(scale: float) -> None:
    assert norm(np.array([[3, 0], [0, 4]], np.float32) * np.float32(scale)) == pytest.approx(5 * scale, rel=1e-4)


def test_what_is_no_number_stays_none() -> None:
    assert norm(np.zeros((2, 0))) == norm(np.zeros(3)) == 0
    assert math.isnan(norm(np.array([1.0, np.nan])))
    assert norm(np.array([1.0, -np.inf])) == np.inf
