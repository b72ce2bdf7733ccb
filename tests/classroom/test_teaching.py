"""What a teacher's runner says to a class, in order, and only to somebody who listens."""

from __future__ import annotations

from dataclasses import replace

from tests.classroom.classes import Lecture
from tuinet.classroom.messages import At, Did, Going, Parted
from tuinet.classroom.states import Copy
from tuinet.classroom.teaching import COPY_SECONDS, DIGEST_SECONDS, FULL_SPEED_SECONDS, POSITION_SECONDS
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Pause, Seek, SetUp, Step
from tuinet.session.edits import Configure, SetParameters
from tuinet.session.timeline import digest_of


def lecture() -> Lecture:
    made = Lecture(Experiment())
    made.said.clear()
    return made


def test_nothing_is_said_to_nobody() -> None:
    one = lecture()
    one.teaching.has_audience = False
    one.running = True
    one.attend()
    one.do(Step())
    assert one.said == []


def test_positions_are_said_from_time_to_time_and_digests_more_rarely() -> None:
    one = lecture()
    one.running = True
    for _ in range(1_000):
        one.taught.advance_steps(1)
        one.attend(0.01)
    positions = [message for message in one.said if isinstance(message, At)]
    digests = [message for message in positions if message.digest]
    assert 0.8 * 10 / POSITION_SECONDS <= len(positions) <= 10 / POSITION_SECONDS + 2
    assert 0.7 * 10 / DIGEST_SECONDS <= len(digests) <= 10 / DIGEST_SECONDS + 2
    assert [message.step for message in positions] == sorted({message.step for message in positions})
    assert len({message.serial for message in digests}) == len(digests)


def test_at_full_speed_positions_are_said_more_rarely() -> None:
    one = lecture()
    for _ in range(1_000):
        one.clock += 0.01
        one.taught.advance_steps(1)
        one.teaching.attend(one.taught, running=True, speed=None, run=0)
    positions = [message for message in one.said if isinstance(message, At)]
    assert len(positions) <= 10 / FULL_SPEED_SECONDS + 2


def test_whoever_stays_says_nothing() -> None:
    one = lecture()
    one.attend()
    said = len(one.said)
    for _ in range(10):
        one.attend()
    assert len(one.said) == said


def test_a_pause_is_said_behind_its_position_with_a_digest() -> None:
    one = lecture()
    one.running = True
    one.attend()
    one.taught.advance_steps(7)
    one.running = False
    one.said.clear()
    one.attend(0.0)
    at, going = one.said
    assert isinstance(at, At)
    assert at.digest == digest_of(one.taught.run.parameters.vector, one.taught.run.dataset.digest)
    assert going == Going(running=False, speed=100.0)


def test_a_command_is_said_with_where_it_was_and_where_it_led() -> None:
    one = lecture()
    one.do(Step("phase"))
    (did,) = one.said
    assert isinstance(did, Did)
    assert (did.step, did.phase, did.to_step, did.to_phase) == (0, 0, 0, 1)


def test_what_only_the_runner_is_told_is_not_said() -> None:
    one = lecture()
    one.teaching.note(one.taught, Pause(), one.taught.now, is_complete=True)
    assert one.said == []


def test_what_cannot_be_replayed_or_is_too_long_is_said_as_such() -> None:
    one = lecture()
    one.do(SetUp(Experiment(dataset="and", hidden=()), 1))
    one.teaching.note(one.taught, Seek(3), one.taught.now, is_complete=False)
    one.teaching.note(one.taught, SetParameters((0.123456789,) * 9_000), one.taught.now, is_complete=True)
    assert one.said == [Parted()] * 3


def test_one_copy_is_made_for_all_who_ask_meanwhile() -> None:
    one = lecture()
    one.running = True
    for _ in range(100):
        one.teaching.wants_copy = True
        one.taught.advance_steps(1)
        one.attend(COPY_SECONDS / 20)
    copies = [message for message in one.said if isinstance(message, Copy)]
    assert 4 <= len(copies) <= 6
    assert not one.teaching.wants_copy or one.teaching._next_copy > one.clock


def test_a_copy_does_not_change_with_the_run() -> None:
    one = lecture()
    one.teaching.wants_copy = True
    one.attend()
    (copy,) = [message for message in one.said if isinstance(message, Copy)]
    before = copy.checkpoint.parameters.copy()
    one.do(Configure.of(learning_rate=3.0))
    one.taught.advance_steps(10)
    assert (copy.checkpoint.parameters == before).all()
    assert copy.checkpoint.experiment == replace(one.taught.run.experiment, learning_rate=0.5)
