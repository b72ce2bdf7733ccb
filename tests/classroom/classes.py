"""A teacher and followers of one class: in threads over a real socket, or without any in one's own hands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tuinet.classroom.allowance import Allowance
from tuinet.classroom.catching_up import RunFollower
from tuinet.classroom.following import FollowRunner
from tuinet.classroom.messages import (
    At,
    Did,
    FromTeacher,
    Going,
    Parted,
    State,
    WantState,
    read_teacher,
)
from tuinet.classroom.places import ClassPlace, choose_place
from tuinet.classroom.server import ClassServer
from tuinet.classroom.states import Copy, state_message
from tuinet.classroom.teaching import Teaching
from tuinet.classroom.wire import MOST_OF_TEACHER, MOST_STATE, Decoder, encoded
from tuinet.experiment.experiment import Experiment
from tuinet.observe.classroom import Classroom
from tuinet.observe.snapshot import Frame
from tuinet.runner import Runner
from tuinet.session.commands import BringBack, Command, Follow, SetUp, Step
from tuinet.session.session import Session
from tuinet.storage.own_run import OwnRun

ENOUGH = 20_000
"""Looks, a millisecond apart, after which something will never be."""


def when(holds: Callable[[], bool]) -> None:
    for _ in range(ENOUGH):
        if holds():
            return
        threading.Event().wait(0.001)
    raise AssertionError("what was waited for never came")


@contextmanager
def running(runner: Runner) -> Iterator[None]:
    thread = threading.Thread(target=runner.run)
    thread.start()
    try:
        yield
    finally:
        runner.stop()
        thread.join(10)
        assert not thread.is_alive()


class Teacher:
    """A runner in a thread, and its class."""

    def __init__(self, place: ClassPlace, runner: Runner) -> None:
        self.place, self.runner = place, runner
        self.session: Session = runner._session
        self.server = ClassServer(runner, place)

    def do(self, *commands: Command) -> Frame:
        """Give commands, and wait until they are obeyed."""
        aim = self.runner.latest().obeyed + len(self.runner.pending()) + len(commands)
        for command in commands:
            self.runner.send(command)
        when(lambda: self.runner.latest().obeyed >= aim)
        return self.runner.latest()

    @property
    def classroom(self) -> Classroom:
        return self.server.classroom


@contextmanager
def teaching(folder: Path, experiment: Experiment | None = None, **options: Any) -> Iterator[Teacher]:
    runner = Runner(Session(experiment or Experiment()), **{"running": False, **options})
    teacher = Teacher(choose_place(socket=folder / "s.socket"), runner)
    with running(runner):
        teacher.server.open()
        try:
            yield teacher
        finally:
            teacher.server.close()


@contextmanager
def following(teacher: Teacher) -> Iterator[FollowRunner]:
    """A follower whose processor costs nothing: it shares that of the tests."""
    follower = FollowRunner(teacher.place, allowance=Allowance(spent=lambda: 0.0))
    with running(follower):
        when(lambda: seen(follower).attendance == "following")
        yield follower


def seen(follower: FollowRunner) -> Classroom:
    classroom = follower.latest().classroom
    assert classroom is not None
    return classroom


def are_same(one: Session, other: Session) -> bool:
    """Whether two sessions are at the same moment, with the same bits."""
    return (
        one.now == other.now
        and one.run.parameters.vector.tobytes() == other.run.parameters.vector.tobytes()
        and one.run.optimizer.slots.keys() == other.run.optimizer.slots.keys()
        and all(
            np.array_equal(slot, other.run.optimizer.slots[name], equal_nan=True)
            for name, slot in one.run.optimizer.slots.items()
        )
    )


def agree(teacher: Teacher, follower: FollowRunner) -> None:
    """Wait until a follower is where the teacher is, who does nothing meanwhile."""
    when(lambda: are_same(teacher.session, follower._session))


def through_wire(message: FromTeacher) -> FromTeacher:
    """A message as it arrives."""
    (arrived,) = Decoder(read_teacher, MOST_STATE, MOST_OF_TEACHER).messages(encoded(message))
    return arrived


class Lecture:
    """A teacher's session and a follower's without threads: what one does, the other replays at once."""

    def __init__(self, experiment: Experiment) -> None:
        self.clock = 0.0
        self.taught, self.own = Session(experiment), Session(Experiment())
        self.running, self._run = False, OwnRun(self.taught, is_own=True)
        self.said: list[FromTeacher | Copy] = []
        self.asked: list[WantState] = []
        self.reported: list[tuple[int, str]] = []
        self.states = 0
        self.teaching = Teaching(self.said.append, lambda: Classroom("", "", "teaching"), lambda: self.clock)
        self.teaching.has_audience = True
        self.replay = RunFollower(
            self.own, self.asked.append, lambda *told: self.reported.append(told), lambda: self.clock
        )
        self.replay.begin_anew()

    def do(self, command: Command) -> None:
        before = self.taught.now
        match command:
            case SetUp() | BringBack():
                self._run.change(command)
            case Follow(trajectory):
                self.taught.follow(trajectory)
            case Step(unit):
                self.taught.step(unit)
            case _:
                self.taught.edit(command)  # type: ignore[arg-type]
        self.teaching.note(self.taught, command, before, is_complete=True)

    def attend(self, seconds: float = 2.0) -> None:
        self.clock += seconds
        self.teaching.attend(self.taught, running=self.running, speed=100.0, run=self._run.number)

    def replayed(self) -> None:
        """Let the follower take in everything, and ask for what it needs."""
        for _ in range(1_000):
            self.attend(0.0)
            self._hear()
            self.replay.go_on(self.clock, may_train=True)
            if not (self.said or self.asked) and self.replay.seconds_to_go(self.clock) > 0:
                return
        raise AssertionError("the follower never comes to rest")

    def _hear(self) -> None:
        if self.asked:
            self.teaching.wants_copy = True
            self.attend()
        while self.said:
            message = self.said.pop(0)
            if isinstance(message, Copy):
                self.states += 1
                self.replay.begin_going(is_running=message.going.running)
                message = state_message(message, self.asked.pop() if self.asked else WantState())
                self.asked.clear()
            arrived = through_wire(message)
            if isinstance(arrived, Going):
                self.replay.begin_going(is_running=arrived.running)
            if isinstance(arrived, At | Did | Parted | State):
                self.replay.take(arrived, self.clock)
