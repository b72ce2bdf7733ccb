from __future__ import annotations

import pytest

from tuinet.session.watching import Estimate, duration_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.1, "1 s"),
        (8.4, "8 s"),
        (89, "89 s"),
        (95, "2 min"),
        (3599, "60 min"),
        (3600, "1 h"),
        (12_000, "3 h 20 min"),
        (5 * 86_400, "5 days"),
        (1_000 * 86_400, "3 years"),
        (1e12, "31,688 years"),
    ],
)
def test_durations_in_words(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_what_is_left_takes_as_long_as_what_was() -> None:
    now = [0.0]
    estimate = Estimate(lambda: now[0])
    estimate.note(0, 1000)
    now[0] = 0.4
    estimate.note(100, 1000)
    assert estimate.seconds_left is None
    now[0] = 2.0
    estimate.note(200, 1000)
    assert estimate.share == 0.2
    assert estimate.seconds_left == pytest.approx(8.0)


def test_another_aim_or_a_step_back_is_another_piece_of_work() -> None:
    now = [0.0]
    estimate = Estimate(lambda: now[0])
    estimate.note(0, 10)
    now[0] = 1.0
    for done, aim in ((5, 100), (2, 100)):
        estimate.note(done, aim)
        assert (estimate.share, estimate.seconds) == (0.0, 0.0)
        now[0] += 1.0
