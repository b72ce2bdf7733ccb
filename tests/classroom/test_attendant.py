"""The teacher's side of a follower: what it is sent and what it sends is bounded, by a clock in one's hands."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest

from tuinet.classroom.attendant import (
    BYTES_A_SECOND,
    HELLO_SECONDS,
    MESSAGES_A_SECOND,
    MOST_QUEUED,
    RETURN_SECONDS,
    SILENT_SECONDS,
    STALLED_SECONDS,
    Attendant,
    GoneError,
)
from tuinet.classroom.messages import At, Hello, LessonShown, MessageError, Reached, State, read_teacher
from tuinet.classroom.wire import MOST_OF_TEACHER, MOST_STATE, Decoder, encoded


@pytest.fixture
def ends() -> Iterator[tuple[Attendant, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(10)
        attendant = Attendant(ours, now=0.0)
        attendant.is_known = True
        yield attendant, theirs


Ends = tuple[Attendant, socket.socket]


def test_over_a_minute_states_stay_within_the_bytes_of_a_follower(ends: Ends) -> None:
    attendant, theirs = ends
    state = State({}, random.Random(1).randbytes(3_000))
    size, sent = len(encoded(state)), 0
    for tick in range(600):
        now = tick / 10
        if attendant.may_have_state(now, is_running=True):
            attendant.queue(state)
            attendant.use_credit(now, is_running=True)
            attendant.write(now)
            sent += len(theirs.recv(65536))
    assert 0.8 * BYTES_A_SECOND <= sent / 60 <= BYTES_A_SECOND + 2 * size / 60
    assert attendant.bytes_sent == sent


def test_whoever_pauses_is_seen_at_once_and_one_more_only_after_something_new(ends: Ends) -> None:
    attendant, theirs = ends
    large = State({}, bytes(range(256)) * 4_000)

    def has_one(now: float = 1.0) -> bool:
        if not attendant.may_have_state(now, is_running=False):
            return False
        attendant.queue(large, b"x" * 20_000)
        attendant.use_credit(now, is_running=False)
        attendant.write(now)
        theirs.recv(65536)
        return True

    assert has_one()
    assert not has_one()
    attendant.give_credit()
    assert has_one()
    assert not has_one()
    # The way back from a copy is free as well, but not at every moment.
    attendant.come_back(1.5)
    assert not has_one(0.9 + RETURN_SECONDS)
    assert not attendant.may_have_state(1.1 + RETURN_SECONDS, is_running=True)
    assert has_one(1.1 + RETURN_SECONDS)
    assert not has_one(1.2 + 2 * RETURN_SECONDS)


def test_a_position_that_waits_is_replaced_by_a_later_one(ends: Ends) -> None:
    attendant, theirs = ends
    for message in (At(1), At(2), LessonShown("xor"), At(3), At(4), At(5)):
        attendant.queue(message)
    attendant.write(0.0)
    decoder = Decoder(read_teacher, MOST_STATE, MOST_OF_TEACHER)
    assert list(decoder.messages(theirs.recv(65536))) == [At(2), LessonShown("xor"), At(5)]


def test_one_who_does_not_read_is_found_out(ends: Ends) -> None:
    attendant, _ = ends
    attendant.queue(State({}, b""), b"x" * 2**20)
    attendant.write(1.0)
    assert attendant.has_more
    attendant.require_alive(STALLED_SECONDS)
    with pytest.raises(GoneError, match="does not read"):
        attendant.require_alive(STALLED_SECONDS + 1.1)


def test_what_waits_is_bounded(ends: Ends) -> None:
    attendant, _ = ends
    with pytest.raises(GoneError, match="reads too slowly"):
        for _ in range(MOST_QUEUED):
            attendant.queue(LessonShown("x" * 200))


def test_one_who_says_nothing_is_found_out(ends: Ends) -> None:
    attendant, theirs = ends
    attendant.is_known = False
    with pytest.raises(GoneError, match="does not say what it is"):
        attendant.require_alive(HELLO_SECONDS + 0.1)
    attendant.is_known = True
    theirs.sendall(encoded(Reached()))
    assert list(attendant.read(20.0)) == [Reached()]
    attendant.require_alive(20.0 + SILENT_SECONDS)
    with pytest.raises(GoneError, match="says nothing any more"):
        attendant.require_alive(20.1 + SILENT_SECONDS)


def test_one_who_floods_is_found_out_and_one_who_talks_is_not(ends: Ends) -> None:
    attendant, theirs = ends
    for second in range(5):
        theirs.sendall(encoded(Reached()) * MESSAGES_A_SECOND)
        assert len(list(attendant.read(second + 1.0))) == MESSAGES_A_SECOND
    theirs.sendall(encoded(Hello()) * (MESSAGES_A_SECOND + 1))
    with pytest.raises(GoneError, match="more than it may"):
        list(attendant.read(9.0))


def test_one_who_leaves_or_talks_nonsense_is_found_out(ends: Ends) -> None:
    attendant, theirs = ends
    assert list(attendant.read(0.0)) == []
    theirs.sendall(b"GET / HTTP/1.1\r\n")
    with pytest.raises(MessageError):
        list(attendant.read(0.0))
    theirs.close()
    with pytest.raises(GoneError):
        list(attendant.read(0.0))
    attendant.queue(At(1))
    with pytest.raises(GoneError):
        attendant.write(0.0)
