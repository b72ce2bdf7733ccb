"""Long ways are looked at, can be stopped, and lead to the same bits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from tests.session.test_session import assert_same
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Back, Seek, SwapBranch
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.timeline import Edit, Position, Trajectory
from tuinet.session.watching import Bursts, Estimate, StoppedError, duration_text, present_look, watched

EXPERIMENT = Experiment(dataset="circle", batch_size=50)


@pytest.fixture
def every_update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after every update, however fast the machine is."""
    monkeypatch.setattr(Bursts, "timed", lambda self, steps: nullcontext())


def stopping_at(number: int) -> Callable[[int, int], None]:
    """A look that stops what it looks at the so manieth time."""
    looks = 0

    def look(step: int, aim: int) -> None:
        nonlocal looks
        looks += 1
        if looks >= number:
            raise StoppedError(step, aim)

    return look


def changed() -> Session:
    session = Session(EXPERIMENT)
    for rate in (0.1, 0.3, 0.2):
        session.advance(20)
        session.edit(Configure.of(learning_rate=rate))
    session.advance(15)
    return session


@pytest.mark.usefixtures("every_update")
def test_who_watches_sees_the_way_and_changes_nothing() -> None:
    seen: list[tuple[int, int]] = []
    with watched(lambda step, aim: seen.append((step, aim))):
        session = changed()
    assert present_look() is None
    assert len(seen) > 8
    assert all(0 < step < aim for step, aim in seen)
    assert_same(session, changed())


@pytest.mark.usefixtures("every_update")
@pytest.mark.parametrize("looks", [1, 2, 20, 77])
def test_a_course_that_was_stopped_goes_on_to_the_same_bits(looks: int) -> None:
    trajectory = changed().trajectory()
    session = Session(EXPERIMENT)
    with pytest.raises(StoppedError, match="stopped at step"), watched(stopping_at(looks)):
        session.follow(trajectory)
    assert 0 < session.run.step_count < trajectory.position.step
    assert session.snapshot().time.tip_epoch == session.run.epoch
    saved = session.save()
    for stopped in (session, Session.from_saved(saved)):
        stopped.follow(trajectory)
        assert stopped.trajectory() == trajectory
        assert_same(stopped, changed())


@pytest.mark.usefixtures("every_update")
@pytest.mark.parametrize("command", [Seek(70), Seek(33), Back("epoch"), Back("phase"), SwapBranch()], ids=str)
def test_a_move_in_time_that_was_stopped_leaves_a_session_that_is_whole(command: Seek | Back | SwapBranch) -> None:
    session = changed()
    session.edit(Seek(50))
    session.edit(Configure.of(learning_rate=0.5))
    session.advance(9)
    if command == Seek(70):
        session.edit(SwapBranch())
    session.edit(Seek(57 if isinstance(command, Back) else 3))
    session = Session.from_saved(session.save())
    before = session.save()
    with pytest.raises(StoppedError), watched(stopping_at(1)):
        session.edit(command)
    again = Session.from_saved(session.save())
    assert_same(again, session)
    straight = Session.from_saved(before)
    if isinstance(command, (Seek, Back)):
        aim = Seek(command.epoch) if isinstance(command, Seek) else Seek(56)
        session.edit(aim)
        straight.edit(aim)
        assert_same(session, straight)


@pytest.mark.usefixtures("every_update")
def test_a_step_that_was_stopped_is_not_lost() -> None:
    session = Session(Experiment(dataset="circle", batch_size=1))
    with pytest.raises(StoppedError), watched(stopping_at(3)):
        session.step("epoch")
    assert 0 < session.run.step_count < session.run.clock.batches_per_epoch
    session.step("epoch")
    straight = Session(Experiment(dataset="circle", batch_size=1))
    straight.step("epoch")
    assert_same(session, straight)


@pytest.mark.usefixtures("every_update")
def test_edits_at_one_moment_are_made_together_or_stopped_between() -> None:
    edits = tuple(Edit(Position(step), Configure.of(learning_rate=0.1 + step / 100)) for step in (3, 3, 5))
    trajectory = Trajectory(EXPERIMENT, edits, Position(9))
    session = Session(EXPERIMENT)
    with pytest.raises(StoppedError), watched(stopping_at(2)):
        session.follow(trajectory)
    session.follow(trajectory)
    straight = Session(EXPERIMENT)
    straight.follow(trajectory)
    assert_same(session, straight)


def test_bursts_grow_and_shrink_with_the_time_they_take() -> None:
    now = [0.0]
    bursts = Bursts(1.0, lambda: now[0])
    for _ in range(3):
        with bursts.timed(bursts.size):
            now[0] += 0.1
    assert bursts.size == 8
    with bursts.timed(3):
        now[0] += 0.1
    assert bursts.size == 8
    with bursts.timed(8):
        now[0] += 5.0
    assert bursts.size == 4


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
