from __future__ import annotations

import pytest

from tuinet.observe.metrics import wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # From the formula by hand: 5 of 10 is 0.5 ± 1.96·sqrt(0.025 + 0.0096)/1.384; with n of n the low end is n/(n + z²).
    [(5, 10, 0.23659, 0.76341), (4, 4, 0.51011, 1.0), (0, 4, 0.0, 0.48989), (1, 1, 0.20655, 1.0)],
)
def test_wilson(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=2e-5)
