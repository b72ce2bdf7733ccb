"""Applications in which events are struck: the dashboard of many experiments, a lesson, a recording, a comparison."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

from tests.compare.factories import made_up_standing, xor_grid
from tests.replay.runs import edited_session
from tests.tui.chaos import EXPERIMENTS, Stepped, SteppedRunner, explained
from tuinet.base_runner import BaseRunner
from tuinet.experiment.experiment import Experiment
from tuinet.lessons.claims import find_lesson
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.replay.replay_runner import ReplayRunner
from tuinet.session.session import Session
from tuinet.storage import session_file
from tuinet.tui.app import TuinetApp
from tuinet.tui.compare.app import CompareApp
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import MODERN
from tuinet.tui.terminal.link import Link

_NEVER: Final = 3600.0
_TURN_SECONDS: Final = 0.1
_LESSONS: Final = ("1", "6")


class ToldLink(Link):
    """A line that is always free, and asks for frames itself so seldom that the test alone does."""

    def __init__(self) -> None:
        super().__init__(1 / _NEVER)

    def is_free(self, *, at_once: bool = False) -> bool:
        return True

    def sent(self, size: int = 0) -> str:
        return ""


class DrawingDriver(HeadlessDriver):
    """A terminal that is drawn on, unlike that of a headless application, and shows it to nobody."""

    @property
    def is_headless(self) -> bool:
        return False


@dataclass(frozen=True)
class Room:
    """An application, what goes on behind it, and what must be true when all events have been struck."""

    app: App[None]
    behind: Stepped
    require: Callable[[], None]


class SteppedReplay(ReplayRunner):
    """A recording that is played without a thread, one turn after the other."""

    def __init__(self, player: RecordingPlayer) -> None:
        self._seconds = 0.0
        super().__init__(player, now=lambda: self._seconds)
        self._ended = threading.Event()

    def run(self) -> None:
        self._ended.wait()

    def stop(self) -> None:
        self._ended.set()

    def turn(self) -> None:
        self._seconds += _TURN_SECONDS
        self._obey()
        self._play()
        self._publish()


class Trials:
    """A comparison of which one result after another is known."""

    def __init__(self) -> None:
        self.grid = xor_grid()
        self.latest = made_up_standing(self.grid, 0)
        self._turns = 0

    def turn(self) -> None:
        self._turns += 1
        self.latest = made_up_standing(self.grid, min(self._turns, len(self.grid.jobs)), diverging=(3, 4))


def _dashboard(runner: BaseRunner, lesson: str | None = None) -> TuinetApp:
    themes = load_themes()
    chosen = None if lesson is None else find_lesson(lesson)
    return TuinetApp(runner, themes[0], themes, MODERN, link=ToldLink(), driver_class=DrawingDriver, lesson=chosen)


def _trained(experiment: Experiment, lesson: str | None = None) -> Room:
    runner = SteppedRunner(Session(experiment))
    return Room(_dashboard(runner, lesson), runner, lambda: require_explained(experiment, runner))


def _replay() -> Room:
    runner = SteppedReplay(RecordingPlayer(record(edited_session())))
    return Room(_dashboard(runner), runner, lambda: None)


def _comparison() -> Room:
    themes, trials = load_themes(), Trials()
    app = CompareApp(
        trials.grid,
        lambda: trials.latest,
        "2 processes",
        themes[0],
        themes,
        link=ToldLink(),
        driver_class=DrawingDriver,
    )
    return Room(app, trials, lambda: None)


def _rooms() -> dict[str, Callable[[], Room]]:
    rooms: dict[str, Callable[[], Room]] = {
        f"{one.dataset}, {len(one.hidden)} hidden": lambda one=one: _trained(one)  # type: ignore[misc]
        for one in EXPERIMENTS
    }
    for name in _LESSONS:
        rooms[f"lesson {name}"] = lambda name=name: _trained(Experiment(), name)  # type: ignore[misc]
    return {**rooms, "replay": _replay, "compare": _comparison}


ROOMS: Final = _rooms()


def require_explained(experiment: Experiment, runner: SteppedRunner) -> None:
    """The commands alone, given to a fresh session, lead to the same state, its past and branches included."""
    runner.turn()
    again = explained(experiment, runner.turns)
    # What the network is asked is no command: a view says it.
    again.question = runner.session.question
    require_same(runner.session, again)
    shown = runner.latest().snapshot
    for layer, weights in zip(shown.layers, again.run.parameters.weights, strict=True):
        np.testing.assert_array_equal(layer.weights, weights)


def require_same(one: Session, other: Session) -> None:
    """To the bit, as their files would be."""
    arrays, others = (session_file._arrays(session.save()) for session in (one, other))
    assert arrays["header"].tobytes() == others["header"].tobytes()
    assert {name: (array.dtype, array.shape, array.tobytes()) for name, array in arrays.items()} == {
        name: (array.dtype, array.shape, array.tobytes()) for name, array in others.items()
    }
