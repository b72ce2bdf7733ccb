"""The pace of a run, on a clock of our own."""

from __future__ import annotations

import pytest

from tuinet.pace import CATCH_UP_SECONDS, Pace


@pytest.mark.parametrize("speed", [1.0, 7.0, 100.0, 2500.0])
@pytest.mark.parametrize("per_epoch", [1, 25])
def test_the_pace_keeps_its_speed(speed: float, per_epoch: int) -> None:
    pace, now, made = Pace(speed), 100.0, 0
    while now < 110.0:
        due = pace.steps_due(per_epoch, now)
        if due:
            now += due * 1e-6
            pace.record(due, per_epoch, now)
        made += due
        now += max(1e-5, min(0.05, pace.seconds_to_next(per_epoch, now)))
    assert made / per_epoch / 10 == pytest.approx(speed, rel=0.05, abs=0.2)
    assert pace.meter.rate == pytest.approx(speed, rel=0.2)


def test_the_first_step_is_due_at_once() -> None:
    assert Pace(0.5).steps_due(1, 3.0) == 1


def test_a_slow_machine_is_not_asked_to_catch_up_for_long() -> None:
    pace = Pace(1000.0)
    pace.steps_due(1, 0.0)
    made, now = 0, 60.0
    while due := pace.steps_due(1, now):
        pace.record(due, 1, now)
        made += due
    assert made <= CATCH_UP_SECONDS * 1000 + 1


def test_bursts_grow_until_they_take_a_few_milliseconds() -> None:
    pace, now, due = Pace(None), 0.0, 0
    for _ in range(40):
        due = pace.steps_due(1, now)
        now += due * 1e-5
        pace.record(due, 1, now)
    assert 0.001 < due * 1e-5 < 0.01
