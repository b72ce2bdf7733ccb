"""A follower's program has its share of the processors, whatever it does with it."""

from __future__ import annotations

import pytest

from tuinet.classroom.allowance import FULL_SPEED_SHARE, PAUSED_SHARE, Allowance


class Machine:
    """Two clocks in one's hands."""

    def __init__(self) -> None:
        self.now = self.spent = 0.0
        self.allowance = Allowance(lambda: self.now, lambda: self.spent)

    def work(self, seconds: float) -> None:
        self.now += seconds
        self.spent += seconds

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("followers", "cost"), [(1, 0.01), (30, 0.02), (30, 0.003), (200, 0.02)])
def test_over_a_minute_it_takes_its_share(followers: int, cost: float) -> None:
    machine = Machine()
    machine.allowance.share_with(followers, 2, FULL_SPEED_SHARE)
    while machine.now < 60:
        machine.work(cost)
        machine.wait(machine.allowance.seconds_left)
    share = min(1.0, FULL_SPEED_SHARE * 2 / followers)
    assert machine.spent <= share * machine.now + 0.03 + cost
    assert machine.spent >= 0.9 * share * machine.now


def test_what_is_saved_up_is_bounded_and_so_is_what_is_owed() -> None:
    machine = Machine()
    machine.allowance.share_with(30, 2, FULL_SPEED_SHARE)
    machine.wait(3600)
    machine.work(0.02)
    assert machine.allowance.seconds_left == 0
    machine.work(0.02)
    assert machine.allowance.seconds_left > 0
    machine.work(100)
    assert machine.allowance.seconds_left <= 0.05 / (FULL_SPEED_SHARE * 2 / 30) + 1e-9


def test_a_pause_is_shown_at_once() -> None:
    machine = Machine()
    machine.allowance.share_with(30, 2, FULL_SPEED_SHARE)
    machine.work(1.0)
    machine.allowance.share_with(30, 2, PAUSED_SHARE)
    assert machine.allowance.seconds_left == 0


def test_while_nothing_trains_there_is_more() -> None:
    waits = []
    for share in (FULL_SPEED_SHARE, PAUSED_SHARE):
        machine = Machine()
        machine.allowance.share_with(30, 2, share)
        machine.spent += 0.2
        waits.append(machine.allowance.seconds_left)
    assert waits[0] / waits[1] == pytest.approx(PAUSED_SHARE / FULL_SPEED_SHARE)
