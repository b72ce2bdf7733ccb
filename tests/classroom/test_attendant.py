"""What a follower may be sent, by the teacher's clock."""

from __future__ import annotations

import socket as sockets
from collections.abc import Iterator

import pytest

from tuinet.classroom.attendant import BYTES_A_SECOND, RETURN_SECONDS, Attendant
from tuinet.classroom.messages import Welcome


@pytest.fixture
def attendant() -> Iterator[Attendant]:
    """One who has come at second 0, to a paused class, and has been sent more than may be saved up."""
    here, there = sockets.socketpair()
    with here, there:
        one = Attendant(here, 0.0)
        one.use_credit(0.0, is_running=False)
        one.queue(Welcome("class", "teacher"), bytes(4 * int(BYTES_A_SECOND)))
        one.write(0.0)
        yield one


def may(attendant: Attendant, now: float, *, is_running: bool = False) -> bool:
    return attendant.may_have_state(now, is_running=is_running)


def test_a_second_state_waits_until_its_bytes_are_saved_up_or_the_teacher_does_something(attendant: Attendant) -> None:
    assert not may(attendant, 1.9)
    attendant.give_credit()
    assert may(attendant, 1.9)
    assert not may(attendant, 1.9, is_running=True)
    attendant.use_credit(1.9, is_running=False)
    assert not may(attendant, 1.95)
    assert may(attendant, 2.1)


def test_the_way_back_to_a_paused_class_is_free_but_not_at_every_moment(attendant: Attendant) -> None:
    attendant.queue(Welcome("class", "teacher"), bytes(100 * int(BYTES_A_SECOND)))
    attendant.write(0.0)
    attendant.come_back(0.5)
    assert not may(attendant, RETURN_SECONDS - 0.01)
    assert may(attendant, RETURN_SECONDS)
    assert not may(attendant, RETURN_SECONDS, is_running=True)
    attendant.use_credit(RETURN_SECONDS, is_running=False)
    assert not may(attendant, 3 * RETURN_SECONDS)
    attendant.come_back(3 * RETURN_SECONDS)
    assert may(attendant, 3 * RETURN_SECONDS)
