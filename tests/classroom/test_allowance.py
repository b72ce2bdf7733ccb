"""A follower's program has its share of the processors, whatever it does with it."""

from __future__ import annotations

import pytest

from tuinet.classroom.allowance import PAUSED_SHARE, TRAINING_SHARE, Allowance


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
    machine.allowance.share_with(followers, 2, is_training=True)
    while machine.now < 60:
        machine.work(cost)
        machine.wait(machine.allowance.seconds_left)
    share = min(1.0, TRAINING_SHARE * 2 / followers)
    assert machine.spent <= share * machine.now + 0.05 + cost
    assert machine.spent >= 0.9 * share * machine.now


def test_what_is_saved_up_is_bounded_and_so_is_what_is_owed() -> None:
    machine = Machine()
    machine.allowance.share_with(30, 2, is_training=True)
    machine.wait(3600)
    machine.work(0.04)
    assert machine.allowance.seconds_left == 0
    machine.work(0.04)
    assert machine.allowance.seconds_left > 0
    machine.work(100)
    assert machine.allowance.seconds_left <= 0.1 / (TRAINING_SHARE * 2 / 30) + 1e-9


def test_a_pause_is_shown_at_once() -> None:
    machine = Machine()
    machine.allowance.share_with(30, 2, is_training=True)
    machine.work(1.0)
    machine.allowance.share_with(30, 2, is_training=False)
    assert machine.allowance.seconds_left == 0


def test_while_nothing_trains_there_is_more() -> None:
    waits = []
    for is_training in (True, False):
        machine = Machine()
        machine.allowance.share_with(30, 2, is_training=is_training)
        machine.spent += 0.2
        waits.append(machine.allowance.seconds_left)
    assert waits[0] / waits[1] == pytest.approx(PAUSED_SHARE / TRAINING_SHARE)
