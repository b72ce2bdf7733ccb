"""A recording is played by a clock, moved through by commands, and never changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.replay.runs import recorded
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.replay_runner import AT_END, AT_START, UNLIMITED_SECONDS, ReplayRunner
from tuinet.session.commands import (
    Back,
    Command,
    HandOver,
    Pause,
    Reinitialize,
    Resume,
    Save,
    Seek,
    SetSpeed,
    Step,
    SwapBranch,
    Undo,
)
from tuinet.session.edits import Configure

SECONDS = 20.0


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


class Stage:
    """A runner in its thread, whose answers are waited for."""

    def __init__(self, runner: ReplayRunner) -> None:
        self.runner = runner
        self._answered = threading.Event()
        runner.listen(self._answered.set)

    def tell(self, command: Command) -> Frame:
        self._answered.clear()
        self.runner.send(command)
        while self.runner.pending():  # a new view is told of, too
            assert self._answered.wait(SECONDS)
            self._answered.clear()
        return self.runner.latest()


@contextmanager
def playing(
    epochs: int = 40, every: int | None = None, *, now: Callable[[], float] | None = None, running: bool = False
) -> Iterator[Stage]:
    player = RecordingPlayer(recorded(epochs, every))
    runner = ReplayRunner(player, 10.0, running=running, now=now or Clock())
    thread = threading.Thread(target=runner.run)
    thread.start()
    try:
        yield Stage(runner)
    finally:
        assert runner.finish(SECONDS)
        thread.join(SECONDS)


def test_steps_and_scrubs_among_the_moments() -> None:
    with playing(40, 4) as stage:
        assert stage.runner.latest().moment == (1, 11)
        assert stage.tell(Step()).snapshot.epoch == 4
        assert stage.tell(Step("batch")).snapshot.epoch == 8
        assert stage.tell(Back()).snapshot.epoch == 4
        assert stage.tell(Seek(23)).snapshot.epoch == 20
        # A hundredth of the run is less than the distance of two moments: who scrubs gets on all the same.
        assert stage.tell(Seek(21)).snapshot.epoch == 24
        assert stage.tell(Seek(23)).snapshot.epoch == 20
        frame = stage.tell(Seek(40))
        assert (frame.snapshot.epoch, frame.moment, frame.snapshot.time.is_past) == (40, (11, 11), False)
        assert stage.tell(Step()).refusal == AT_END
        assert stage.tell(Seek(0)).snapshot.epoch == 0
        assert stage.tell(Back()).refusal == AT_START
        assert stage.tell(Seek(0)).refusal == AT_START


def test_phases_of_the_last_update_go_forth_and_back() -> None:
    with playing() as stage:
        stage.tell(Seek(3))
        names = [str(stage.tell(Step("phase")).snapshot.phase) for _ in range(7)]
        assert names[0] == "batch"
        assert names[-1] == "update"
        assert stage.runner.latest().snapshot.epoch == 4
        assert stage.tell(Step("phase")).snapshot.epoch == 4
        stage.tell(Back("phase"))
        back = [str(stage.tell(Back("phase")).snapshot.phase) for _ in range(6)]
        assert back == names[-2::-1]
        assert stage.tell(Back("phase")).snapshot.epoch == 3
        frame = stage.tell(Step("phase"))
        assert (frame.snapshot.epoch, frame.snapshot.has_gradients) == (3, False)
        frame = stage.tell(Step("batch"))
        assert (frame.snapshot.epoch, frame.snapshot.has_gradients) == (4, True)


def test_the_clock_says_where_it_is_and_at_the_end_it_pauses() -> None:
    clock = Clock()
    with playing(now=clock) as stage:
        assert stage.tell(Resume()).running
        clock.time += 1.55
        frame = stage.tell(SetSpeed(100.0))
        assert (frame.snapshot.epoch, frame.running) == (0, True)
        clock.time += 0.155
        assert stage.tell(Pause()).snapshot.epoch == 0
        stage.tell(Resume())
        clock.time += 0.155
        frame = until(stage, lambda frame: frame.snapshot.epoch == 15)
        assert frame.running
        clock.time += 10
        frame = until(stage, lambda frame: frame.snapshot.epoch == 40)
        assert until(stage, lambda frame: not frame.running).moment == (41, 41)
        # From the end it begins anew.
        frame = stage.tell(Resume())
        assert (frame.snapshot.epoch, frame.running) == (0, True)


def test_unlimited_speed_takes_some_seconds_for_everything() -> None:
    clock = Clock()
    with playing(now=clock) as stage:
        stage.tell(SetSpeed(None))
        stage.tell(Resume())
        clock.time += UNLIMITED_SECONDS / 2
        assert until(stage, lambda frame: frame.snapshot.epoch == 20).speed is None


def test_it_plays_on_as_long_as_somebody_asks_for_frames() -> None:
    with playing(now=time.monotonic) as stage:
        stage.tell(SetSpeed(400.0))
        stage.tell(Resume())
        asked = iter(range(10_000))
        while stage.runner.latest().running and next(asked, None) is not None:
            threading.Event().wait(0.001)
        assert stage.runner.latest().moment == (41, 41)


def until(stage: Stage, wanted: Callable[[Frame], bool], view: View | None = None) -> Frame:
    """Ask as the screen does; a command that changes nothing wakes the runner, whose clock is not the machine's."""
    for _ in range(1000):
        stage.runner.look(view)
        frame = stage.runner.latest()
        if wanted(frame):
            return frame
        threading.Event().wait(0.002)
    raise AssertionError(frame)


@pytest.mark.parametrize(
    "command",
    [
        Reinitialize(2),
        Configure.of(learning_rate=0.1),
        Undo(),
        SwapBranch(),
        Save(Path("run.npz")),
        HandOver(lambda saved: None),
    ],
    ids=str,
)
def test_what_would_change_it_is_refused(command: Command) -> None:
    with playing() as stage:
        before = stage.tell(Seek(7)).snapshot
        frame = stage.tell(command)
        assert frame.refusal == f"a recording cannot be changed ({command})"
        assert frame.snapshot.epoch == before.epoch
        assert stage.tell(Seek(8)).refusal == ""


def test_a_recording_of_one_moment_never_runs() -> None:
    with playing(0, running=True) as stage:
        assert not stage.runner.latest().running
        assert stage.tell(Step()).refusal == AT_END


def test_a_view_is_shown() -> None:
    with playing() as stage:
        frame = until(stage, lambda frame: frame.snapshot.surface is not None, View(4, 4))
        assert frame.snapshot.epoch == 0


def test_a_recording_answers_questions() -> None:
    player = RecordingPlayer(recorded())
    before, after = (_told(player, moment) for moment in (0, len(player.recording) - 1))
    assert before != after


def _told(player: RecordingPlayer, moment: int) -> float:
    player.show(moment)
    answer = player.snapshot(View(question=(0.0, 1.0))).answer
    assert answer is not None
    return float(answer.outputs[0])
