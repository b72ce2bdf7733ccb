"""The runner's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.session.test_checkpoint import EXPERIMENTS
from tests.storage.test_autosave import StubSlot
from tuinet.errors import CheckpointError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import View
from tuinet.runner import Runner
from tuinet.session.commands import (
    BringBack,
    Follow,
    Pause,
    PauseAt,
    Reinitialize,
    Resume,
    Save,
    Seek,
    SetSpeed,
    SetUp,
    Step,
    SwapBranch,
    Undo,
)
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.session import Session
from tuinet.session.timeline import Edit, Position, SavedSession, Trajectory
from tuinet.storage import session_file
from tuinet.storage.autosave import Saver


@contextmanager
def running(runner: Runner) -> Iterator[Runner]:
    thread = threading.Thread(target=runner.run)
    thread.start()
    try:
        yield runner
    finally:
        runner.stop()
        thread.join(10)
        assert not thread.is_alive()


def frame_where(runner: Runner, true_of: Callable[[Frame], bool]) -> Frame:
    for _ in range(10_000):
        frame = runner.latest()
        if true_of(frame):
            return frame
        threading.Event().wait(0.001)
    raise AssertionError(f"never came; the last was epoch {frame.snapshot.epoch}, running {frame.running}")


def surface_shape(frame: Frame) -> tuple[int, ...]:
    surface = frame.snapshot.surface
    return surface.values.shape if isinstance(surface, Surface) else ()


def reached(epoch: int) -> Callable[[Frame], bool]:
    return lambda frame: frame.snapshot.epoch >= epoch


def test_it_trains_at_full_speed_and_pauses() -> None:
    with running(Runner(Session(Experiment()))) as runner:
        frame_where(runner, lambda frame: frame.snapshot.epoch > 1000 and frame.rate > 0)
        runner.send(Pause())
        frame = frame_where(runner, lambda frame: not frame.running)
        assert frame.rate == 0
        assert runner.latest() is frame


def test_who_listens_is_told_when_the_latest_frame_shows_what_commands_have_done() -> None:
    heard: list[Frame] = []
    done = threading.Event()
    runner = Runner(Session(Experiment()))

    def listener() -> None:
        heard.append(runner.latest())
        if heard[-1].obeyed == 3:
            done.set()

    runner.listen(listener)
    with running(runner):
        runner.send(Configure.of(learning_rate=0.25))
        runner.send(Configure.of(learning_rate=-1.0))
        runner.send(Pause())
        assert done.wait(10)
    assert not heard[-1].running
    assert heard[-1].snapshot.learning_rate == 0.25
    assert len(heard) <= 3
    assert [frame.obeyed for frame in heard] == sorted({frame.obeyed for frame in heard})


def test_who_draws_is_given_way_while_commands_are_obeyed() -> None:
    with running(Runner(Session(Experiment()))) as runner:
        frame_where(runner, reached(100))
        runner.give_way(60.0)
        runner.send(Configure.of(learning_rate=0.25))
        quiet = frame_where(runner, lambda frame: frame.obeyed == 1)
        assert quiet.running
        runner.send(Configure.of(learning_rate=0.125))
        assert frame_where(runner, lambda frame: frame.obeyed == 2).snapshot.step == quiet.snapshot.step
        runner.give_way(0.0)
        runner.send(Configure.of(learning_rate=0.25))
        frame_where(runner, reached(quiet.snapshot.epoch + 100))


def test_no_frame_comes_before_the_answer_to_a_command_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    runner, made = Runner(Session(Experiment())), list[int]()
    usual, play = runner._make_frame, runner._play

    def make_frame() -> Frame:
        frame = usual()
        made.append(frame.obeyed)
        return frame

    def play_until_a_command_comes() -> None:
        play()
        if not made:
            runner.send(Pause())

    monkeypatch.setattr(runner, "_make_frame", make_frame)
    monkeypatch.setattr(runner, "_play", play_until_a_command_comes)
    runner.look(None)
    runner._is_urgent = False
    with running(runner):
        frame_where(runner, lambda frame: frame.obeyed == 1)
    assert made[0] == 1


def test_asking_for_the_latest_frame_wakes_nobody_where_there_is_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    runner, woken = Runner(Session(Experiment()), running=False), list[bool]()
    runner._stale = False
    monkeypatch.setattr(runner._wake, "notify", lambda: woken.append(True))
    assert runner.latest() is runner.latest()
    assert woken == []
    runner._stale = True
    runner.latest()
    assert woken == [True]


def test_a_run_is_set_up_beside_the_one_that_was_and_that_is_brought_back() -> None:
    session = Session(Experiment())
    session.advance(7)
    session.edit(Configure.of(learning_rate=0.25))
    before = session.run.parameters.vector.tobytes()
    with running(Runner(session, running=False)) as runner:
        runner.send(SetUp(Experiment(hidden=()), 3))
        frame = frame_where(runner, lambda frame: frame.run == 3)
        assert (frame.running, frame.snapshot.epoch, frame.snapshot.layer_sizes) == (False, 0, (2, 1))
        assert len(frame.snapshot.time.branches) == 1
        runner.send(PauseAt(50))
        runner.send(Resume())
        frame = frame_where(runner, lambda frame: frame.snapshot.epoch > 0 and not frame.running)
        assert frame.snapshot.epoch == 50
        runner.send(SetUp(Experiment(seed=5), 4))
        frame_where(runner, lambda frame: frame.run == 4)
        runner.send(BringBack())
        frame = frame_where(runner, lambda frame: frame.run == 0)
        assert (frame.snapshot.epoch, frame.snapshot.learning_rate, frame.snapshot.time.edits) == (7, 0.25, 1)
        runner.send(BringBack())
        runner.send(Undo())
        frame_where(runner, lambda frame: frame.snapshot.time.edits == 0)
    assert session.run.parameters.vector.tobytes() == before
    session.edit(Seek(0))
    assert session.run.epoch == 0


def test_what_cannot_be_set_up_is_refused_and_the_run_goes_on() -> None:
    with running(Runner(Session(Experiment()), running=False)) as runner:
        runner.send(Step())
        runner.send(SetUp(Experiment(dataset="missing.csv"), 1))
        frame = frame_where(runner, lambda frame: bool(frame.refusal))
        assert (frame.run, frame.snapshot.epoch, frame.snapshot.experiment) == (0, 1, Experiment())


def test_a_run_that_was_set_up_is_the_one_of_the_same_experiment_bit_for_bit() -> None:
    experiment = Experiment(dataset="moons", batch_size=7, seed=4)
    session, fresh = Session(Experiment()), Session(experiment)
    session.advance(3)
    session.begin(experiment)
    session.advance(20)
    fresh.advance(20)
    assert session.run.parameters.vector.tobytes() == fresh.run.parameters.vector.tobytes()
    session.edit(Seek(5))
    session.edit(Seek(20))
    assert session.run.parameters.vector.tobytes() == fresh.run.parameters.vector.tobytes()


def test_step_pauses_and_moves_by_exactly_one_epoch() -> None:
    with running(Runner(Session(Experiment()), speed=None)) as runner:
        runner.send(Pause())
        epoch = frame_where(runner, lambda frame: not frame.running).snapshot.epoch
        for made in (1, 2, 3):
            runner.send(Step("epoch"))
            assert frame_where(runner, reached(epoch + made)).snapshot.epoch == epoch + made


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_what_the_runner_trains_is_what_the_session_trains(experiment: Experiment) -> None:
    with running(Runner(Session(experiment), epochs=77)) as runner:
        frame = frame_where(runner, lambda frame: not frame.running)
    direct = Session(experiment)
    direct.advance(77)
    assert frame.snapshot.epoch == 77
    assert frame.snapshot.metrics.loss == direct.metrics().loss
    for layer, weights in zip(frame.snapshot.layers, direct.run.parameters.weights, strict=True):
        np.testing.assert_array_equal(layer.weights, weights)


def test_it_goes_on_past_its_epochs_when_asked() -> None:
    with running(Runner(Session(Experiment()), epochs=5)) as runner:
        frame_where(runner, lambda frame: not frame.running)
        runner.send(Resume())
        frame_where(runner, lambda frame: frame.snapshot.epoch > 100)


def test_edits_and_views_reach_the_session_while_paused() -> None:
    with running(Runner(Session(Experiment()), running=False)) as runner:
        assert runner.latest().snapshot.surface is None
        runner.look(View(3, 2))
        frame_where(runner, lambda frame: frame.snapshot.surface is not None)
        runner.send(Configure.of(activation=("tanh",)))
        runner.send(Reinitialize(9))
        snapshot = frame_where(runner, lambda frame: frame.snapshot.experiment.seed == 9).snapshot
        assert snapshot.experiment.activation == ("tanh",)
        runner.send(SetSpeed(20))
        assert frame_where(runner, lambda frame: frame.speed == 20).snapshot.epoch == 0


@pytest.mark.parametrize(("command", "reason"), [(Undo(), "nothing to undo"), (SwapBranch(), "no other branch")])
def test_a_key_with_nothing_to_do_says_why(command: Undo | SwapBranch, reason: str) -> None:
    with running(Runner(Session(Experiment()), running=False)) as runner:
        runner.send(command)
        assert frame_where(runner, lambda frame: bool(frame.refusal)).refusal.startswith(reason)
        runner.send(Configure.of(learning_rate=0.25))
        frame_where(runner, lambda frame: not frame.refusal)
        runner.send(Undo())
        frame_where(runner, lambda frame: frame.snapshot.learning_rate == 0.5 and not frame.refusal)


def test_what_is_refused_is_said_and_training_goes_on() -> None:
    with running(Runner(Session(Experiment()), speed=50)) as runner:
        runner.send(Configure.of(learning_rate=-1.0))
        frame = frame_where(runner, lambda frame: bool(frame.refusal))
        assert frame.refusal == "learning_rate: -1.0 is not a number above 0"
        runner.send(Configure.of(learning_rate=0.25))
        frame = frame_where(runner, lambda frame: not frame.refusal)
        assert frame.snapshot.experiment.learning_rate == 0.25
        frame_where(runner, lambda later: later.snapshot.epoch > frame.snapshot.epoch)


def test_a_view_asked_for_while_a_frame_is_made_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Experiment())
    runner = Runner(session, running=False)
    plain = session.snapshot

    def snapshot(view: View | None = None) -> Snapshot:
        taken = plain(view)
        if view == View(4, 4):
            runner.look(View(9, 9))
        return taken

    monkeypatch.setattr(session, "snapshot", snapshot)
    runner.look(View(4, 4))
    with running(runner):
        frame_where(runner, lambda frame: surface_shape(frame) == (9, 9))


class RememberingSlot:
    """Keeps what is saved; every save lets one who waits go on."""

    def __init__(self) -> None:
        self.saved: list[SavedSession] = []
        self.put_aside: list[SavedSession | None] = []
        self.has_saved = threading.Semaphore(0)

    def save(self, saved: SavedSession, put_aside: SavedSession | None) -> None:
        self.saved.append(saved)
        self.put_aside.append(put_aside)
        self.has_saved.release()


def test_a_run_is_saved_while_it_goes_on_and_while_it_pauses_and_at_its_end() -> None:
    slot = RememberingSlot()
    with running(Runner(Session(Experiment()), saver=Saver(slot.save, every=0.0))) as runner:
        for _ in range(3):
            assert slot.has_saved.acquire(timeout=10)
        runner.send(Pause())
        frame = frame_where(runner, lambda frame: not frame.running)
        runner.send(Configure.of(learning_rate=0.25))
        frame_where(runner, lambda frame: frame.snapshot.experiment.learning_rate == 0.25)
        assert runner.finish(10)
    last = Session.from_saved(slot.saved[-1])
    assert (last.run.epoch, last.run.experiment.learning_rate) == (frame.snapshot.epoch, 0.25)
    last.edit(Undo())
    assert last.run.experiment.learning_rate == 0.5


@pytest.mark.parametrize("is_own", [True, False])
def test_the_run_that_was_put_aside_is_saved_with_the_one_that_is_on(is_own: bool) -> None:
    slot = RememberingSlot()
    session = Session(Experiment())
    session.advance(7)
    with running(Runner(session, running=False, saver=Saver(slot.save, every=0.0), is_own=is_own)) as runner:
        runner.send(SetUp(Experiment(seed=2), 1))
        runner.send(SetUp(Experiment(seed=5), 2))
        frame_where(runner, lambda frame: frame.run == 2)
        assert runner.finish(10)
    assert Session.from_saved(slot.saved[-1]).run.experiment.seed == 5
    put_aside = slot.put_aside[-1]
    assert (put_aside is not None) == is_own
    assert put_aside is None or Session.from_saved(put_aside).run.epoch == 7


def test_a_run_that_was_brought_back_is_saved_alone_and_put_aside_again() -> None:
    slot = RememberingSlot()
    with running(
        Runner(Session(Experiment()), running=False, saver=Saver(slot.save, every=0.0), is_own=False)
    ) as runner:
        for command in (SetUp(Experiment(seed=2), 1), BringBack()):
            runner.send(command)
        frame_where(runner, lambda frame: frame.obeyed == 2)
        assert runner.own.put_aside is None
        runner.send(SetUp(Experiment(seed=5), 2))
        frame_where(runner, lambda frame: frame.run == 2)
        assert runner.finish(10)
    put_aside = slot.put_aside[-1]
    assert put_aside is not None and Session.from_saved(put_aside).run.experiment.seed == 1


def test_what_is_asked_while_it_is_paused_is_saved_and_shown_at_once() -> None:
    slot, heard, session = RememberingSlot(), threading.Event(), Session(Experiment())
    session.advance(1)
    with running(Runner(session, running=False, saver=Saver(slot.save, every=0.0))) as runner:
        assert slot.has_saved.acquire(timeout=10)
        runner.listen(heard.set)
        runner.look(View(question=(0.25, 1.0)))
        assert heard.wait(10)
        answer = runner.latest().snapshot.answer
        assert answer is not None and answer.question == (0.25, 1.0)
        assert slot.has_saved.acquire(timeout=10)
    assert slot.saved[-1].question == (0.25, 1.0)


def test_a_paused_run_is_saved_once_and_a_failure_is_told() -> None:
    class FullDisk:
        def save(self, saved: SavedSession, put_aside: SavedSession | None) -> None:
            raise CheckpointError("run.npz: cannot be written: No space left on device")

    slot, session = RememberingSlot(), Session(Experiment())
    session.advance(1)
    with running(Runner(session, running=False, saver=Saver(slot.save, every=0.0))):
        assert slot.has_saved.acquire(timeout=10)
        assert not slot.has_saved.acquire(timeout=0.2)
    with running(Runner(Session(Experiment()), saver=Saver(FullDisk().save, every=0.0))) as runner:
        frame_where(runner, lambda frame: "No space left" in frame.warning and frame.snapshot.epoch > 1000)


def test_a_run_in_which_nothing_was_done_is_not_saved_until_something_is_even_if_that_is_taken_back() -> None:
    slot = RememberingSlot()
    with running(Runner(Session(Experiment()), running=False, saver=Saver(slot.save, every=0.0))) as runner:
        runner.send(SetSpeed(5.0))
        frame_where(runner, lambda frame: frame.obeyed == 1)
        assert slot.saved == []
        runner.send(Configure.of(learning_rate=0.25))
        assert slot.has_saved.acquire(timeout=10)
        runner.send(Undo())
        assert slot.has_saved.acquire(timeout=10)
        assert slot.saved[-1].is_untouched


def test_a_run_is_saved_where_it_is_told_and_what_came_of_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    with running(Runner(Session(Experiment()), epochs=50, warning="nothing is saved by itself")) as runner:
        frame = frame_where(runner, lambda frame: not frame.running)
        assert (frame.notice, frame.warning) == ("", "nothing is saved by itself")
        runner.send(Save(path))
        assert str(path) in frame_where(runner, lambda frame: bool(frame.notice)).notice
        session, direct = Session.from_saved(session_file.read(path)), Session(Experiment())
        direct.advance(50)
        np.testing.assert_array_equal(session.run.parameters.vector, direct.run.parameters.vector)
        runner.send(Save(tmp_path / "no" / "where.npz"))
        frame = frame_where(runner, lambda frame: bool(frame.refusal))
        assert frame.notice == ""
    assert runner.has_finished


def test_commands_are_pending_until_a_frame_shows_their_effect() -> None:
    runner = Runner(Session(Experiment()), running=False)
    for command in (Pause(), Configure.of(learning_rate=0.25), Undo()):
        runner.send(command)
    assert runner.pending() == (Pause(), Configure.of(learning_rate=0.25), Undo())
    with running(runner):
        frame_where(runner, lambda frame: frame.obeyed == 3)
        assert runner.pending() == ()


def test_training_pays_for_few_frames_but_those_that_answer_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.runner.Runner.FRAME_SHARE", 1e-9)
    with running(Runner(Session(Experiment()))) as runner:
        for rate in (0.25, 0.125):
            runner.send(Configure.of(learning_rate=rate))
            frame = frame_where(runner, lambda frame, rate=rate: frame.snapshot.learning_rate == rate)  # type: ignore[misc]
            for _ in range(20):
                threading.Event().wait(0.001)
                assert runner.latest() is frame
        runner.look(View(columns=5, rows=4))
        frame_where(runner, lambda frame: surface_shape(frame) == (4, 5))
        runner.send(Pause())
        assert frame_where(runner, lambda frame: not frame.running).snapshot.epoch > 0


FAR = Trajectory(Experiment(), position=Position(10**12))


def test_on_a_long_way_frames_say_how_far_it_is_and_a_pause_stops_there() -> None:
    runner = Runner(Session(Experiment()), running=False)
    runner.send(Follow(FAR, goes_on=True))
    with running(runner):
        first = frame_where(runner, lambda frame: frame.way.endswith(" left"))
        assert first.way.startswith("to step 1,000,000,000,000: 0%, about ")
        assert not first.running
        frame_where(runner, lambda frame: frame.snapshot.step > first.snapshot.step)
        assert runner.pending() == (Follow(FAR, goes_on=True),)
        runner.look(View(5, 5))
        frame_where(runner, lambda frame: frame.snapshot.surface is not None and bool(frame.way))
        runner.send(Pause())
        frame = frame_where(runner, lambda frame: not frame.way)
        assert frame.refusal == "" or frame.refusal.startswith("stopped at step ")
        assert not frame_where(runner, lambda frame: frame.obeyed == 2).running
        runner.send(Step())
        epoch = frame.snapshot.epoch
        assert frame_where(runner, lambda frame: frame.obeyed == 3).snapshot.epoch == epoch + 1


def test_a_long_way_is_saved_and_ends_with_the_runner() -> None:
    saver = Saver(StubSlot().save, every=0.0)
    runner = Runner(Session(Experiment()), running=False, saver=saver)
    runner.send(Follow(FAR))
    with running(runner):
        frame_where(runner, lambda frame: bool(frame.way))
        assert runner.finish(30)
    saver.stop()
    assert runner.has_finished


@pytest.mark.parametrize("goes_on", [False, True])
def test_at_the_end_of_the_way_training_goes_on_or_not(goes_on: bool) -> None:
    trajectory = Trajectory(
        Experiment(), (Edit(Position(5), Configure.of(learning_rate=0.25)),), Position(9), digest="01234567"
    )
    runner = Runner(Session(Experiment()), 0.01, running=False)
    runner.send(Follow(trajectory, goes_on))
    with running(runner):
        frame = frame_where(runner, lambda frame: frame.obeyed == 1)
        assert frame.running == goes_on
        assert frame.snapshot.experiment.learning_rate == 0.25
        assert frame.snapshot.step >= 9
        assert frame.way == ""
        assert frame.notice.startswith("the run is not the one that was shared: 01234567 was expected")


def test_a_course_that_cannot_be_followed_is_refused() -> None:
    runner = Runner(Session(Experiment()), running=False)
    edit = Edit(Position(5), SetParameter(7, 0, 0, 1.0))
    runner.send(Follow(Trajectory(Experiment(), (edit,), Position(9)), goes_on=True))
    with running(runner):
        frame = frame_where(runner, lambda frame: frame.obeyed == 1)
    assert (frame.snapshot.step, frame.running) == (5, False)
    assert frame.refusal == "layer: 7 is not one of the layers 1 to 2"
