"""A class of thirty at the keyboard: every event a terminal can send, and a runner whose turns can be explained."""

from __future__ import annotations

import asyncio
import string
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.geometry import Size
from textual.keys import key_to_character
from textual.pilot import Pilot

from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.runner import Runner
from tuinet.session.commands import (
    Back,
    BringBack,
    Choose,
    Command,
    Follow,
    Fork,
    HandOver,
    Pause,
    PauseAt,
    Reinitialize,
    Rejoin,
    Resume,
    Save,
    Seek,
    SetSpeed,
    SetUp,
    Step,
    SwapBranch,
    Undo,
)
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.tui import keys, screen_keys
from tuinet.tui.app import TuinetApp
from tuinet.tui.compare.screen import CompareScreen
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import panel_class
from tuinet.tui.screens.base import FramedScreen
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import MODERN, Terminal
from tuinet.tui.terminal.link import Link
from tuinet.tui.themed_app import ThemedApp

MOST_COLUMNS: Final = 300
MOST_ROWS: Final = 100
KEYS: Final = sorted(
    {
        binding.key
        for group in (
            *(group for name, group in {**vars(keys), **vars(screen_keys)}.items() if name.endswith("_BINDINGS")),
            *(panel_class(name).KEYS for name in PANELS),
        )
        for binding in group
        if not binding.key.startswith("f")
    }
    | {"f1", "full_stop", "ctrl+p", "ctrl+l", "ctrl+v", "ctrl+underscore", "slash", *string.digits}
)
OPENING: Final = ("ctrl+p", "question_mark", "m", "g", "y", "e", "L", "ctrl+s", "w")
CLOSING: Final = ("enter", "escape")
PASTES: Final = (
    "",
    "0.5",
    "1e999",
    "-3",
    "nan",
    "8,8",
    "spiral",
    "relu",
    "iris",
    "a\nb\r\n\x1b[31mc",
    "é漢字👩‍🏫",
    "x" * 5000,
)
EXPERIMENTS: Final = (
    Experiment(),
    Experiment(hidden=()),
    Experiment(dataset="spiral", hidden=(4, 4), activation=("tanh",), batch_size=16),
    Experiment(dataset="iris", hidden=(3,), optimizer="adam"),
    Experiment(dataset="sine", hidden=(5,)),
    Experiment(dataset="blobs:3", hidden=(4,) * 10),
    Experiment(dataset="moons", hidden=(4,), activation=("relu",), learning_rate=1000.0),
    Experiment(dataset="hills", hidden=(4,)),
    Experiment(dataset="digits", hidden=(6,), samples=120),
)
_MOUSE: Final = {
    "down": events.MouseDown,
    "up": events.MouseUp,
    "move": events.MouseMove,
    "wheel down": events.MouseScrollDown,
    "wheel up": events.MouseScrollUp,
}
_NEVER: Final = 3600.0


@dataclass(frozen=True)
class Key:
    """A key of the keyboard."""

    name: str

    async def strike(self, pilot: Pilot[None]) -> None:
        pilot.app.post_message(events.Key(self.name, key_to_character(self.name)))


@dataclass(frozen=True)
class Keys:
    """Several keys in one read: the later ones are there before anything is done about the first."""

    names: tuple[str, ...]

    async def strike(self, pilot: Pilot[None]) -> None:
        for name in self.names:
            pilot.app.post_message(events.Key(name, key_to_character(name)))


@dataclass(frozen=True)
class Mouse:
    """Something that the mouse does; a place beyond the screen is taken as many times from the left as it is wide."""

    kind: str
    column: int
    row: int
    button: int

    async def strike(self, pilot: Pilot[None]) -> None:
        width, height = pilot.app.size
        x, y = self.column % max(width, 1), self.row % max(height, 1)
        pilot.app.post_message(_MOUSE[self.kind](None, x, y, 0, 0, self.button, False, False, False, x, y))


@dataclass(frozen=True)
class Paste:
    """A bracketed paste."""

    text: str

    async def strike(self, pilot: Pilot[None]) -> None:
        pilot.app.post_message(events.Paste(self.text))


@dataclass(frozen=True)
class Resize:
    """The window gets another size."""

    columns: int
    rows: int

    async def strike(self, pilot: Pilot[None]) -> None:
        size = Size(self.columns, self.rows)
        assert pilot.app._driver is not None
        pilot.app._driver._size = size.width, size.height
        pilot.app.post_message(events.Resize(size, size))


@dataclass(frozen=True)
class NextTheme:
    """Other colours, by the key or from the palette."""

    async def strike(self, pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, ThemedApp)
        pilot.app.action_next_theme()


Event = Key | Keys | Mouse | Paste | Resize | NextTheme

_KEY: Final = st.builds(Key, st.sampled_from(KEYS))
# What opens a screen, and what closes it or is the answer to its question, one upon another.
_QUICK: Final = st.sampled_from((*OPENING, *CLOSING, *CLOSING)) | st.sampled_from(KEYS)
_KEYS: Final = st.builds(Keys, st.lists(_QUICK, min_size=2, max_size=6).map(tuple))
_POINTER: Final = st.builds(
    Mouse,
    st.sampled_from(sorted(_MOUSE)),
    st.integers(0, MOST_COLUMNS - 1),
    st.integers(0, MOST_ROWS - 1),
    st.sampled_from((1, 1, 1, 2, 3)),
)
_PASTE: Final = st.builds(Paste, st.sampled_from(PASTES) | st.text(max_size=8))
_USUAL_SIZE: Final = st.sampled_from((Resize(80, 24), Resize(120, 36), Resize(1, 1)))
_RESIZE: Final = _USUAL_SIZE | st.builds(Resize, st.integers(1, MOST_COLUMNS), st.integers(1, MOST_ROWS))
# Large windows are slow to draw, and other colours change nothing but these: keys come first.
EVENTS: Final = st.one_of(
    *[_KEY] * 10, *[_KEYS] * 4, *[_POINTER] * 4, *[_PASTE] * 2, *[_RESIZE] * 2, st.builds(NextTheme)
)


class Stepped(Protocol):
    """What the screen shows, which changes in turns."""

    def turn(self) -> None:
        """Obey the commands, and go on a little."""


class SteppedRunner(Runner):
    """A runner without a thread: it works one turn at a time, when the test says so, and a step at most.

    Attributes
    ----------
    turns
        The commands of each turn so far, from which `explained` makes the same session.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, running=True)
        self.turns: list[tuple[Command, ...]] = []
        self._ended = threading.Event()

    @property
    def session(self) -> Session:
        return self._session

    def run(self) -> None:
        self._ended.wait()

    def stop(self) -> None:
        self._ended.set()
        self._side.end()

    def turn(self) -> None:
        self.turns.append(tuple(self._commands))
        self._obey()
        if self._running:
            self._session.advance_steps(1)
        self._publish()


def explained(experiment: Experiment, turns: Iterable[Sequence[Command]]) -> Session:
    """What a fresh session comes to that is told the same, nobody looking."""
    session, running, status_note = Session(experiment), True, list[SavedSession]()
    for commands in turns:
        for command in commands:
            running = _obey(session, command, running, status_note)
        if running:
            session.advance_steps(1)
    return session


def _obey(  # noqa: PLR0911 - a case each
    session: Session, command: Command, running: bool, status_note: list[SavedSession]
) -> bool:
    """Whether it trains then; `status_note` has the run that was put aside, while there is one."""
    match command:
        case Pause() | Resume():
            return isinstance(command, Resume)
        case SetSpeed() | Save() | PauseAt() | HandOver():
            return running
        case Undo() | SwapBranch() | Reinitialize() if session.branches.reason_against(command, session.now):
            return running
        case Step(unit):
            session.step(unit)
            return False
        case Follow(trajectory, goes_on):
            session.follow(trajectory)
            return goes_on
        case SetUp(experiment):
            status_note[:] = status_note or [session.save()]
            session.begin(experiment)
            return False
        case BringBack():
            if not status_note:
                return running
            session.restore(status_note.pop())
            return False
        case Fork() | Rejoin() | Choose():
            return running
        case _:
            with suppress(TuinetError):
                session.edit(command)
            return running and not isinstance(command, (Back, Seek))


def make_app(runner: SteppedRunner, terminal: Terminal = MODERN) -> TuinetApp:
    """The dashboard, which shows a frame only when it is told to."""
    themes = load_themes()
    return TuinetApp(runner, themes[0], themes, terminal, link=Link(1 / _NEVER))


async def strike(pilot: Pilot[None], runner: Stepped, event: Event) -> None:
    """One event, a turn of the runner, and the frame that shows it."""
    await event.strike(pilot)
    await pilot.pause()
    # In another thread, as in the program: what it takes is not time in which the screen stands still.
    await asyncio.to_thread(runner.turn)
    screen = pilot.app.screen
    if isinstance(screen, (Dashboard, FramedScreen, CompareScreen)):
        screen.poll()
    await pilot.pause()
    if pilot.app._exception is not None:
        raise pilot.app._exception
    assert pilot.app.is_running


async def stay(_: App[None]) -> None:
    """What the keys that quit do in these tests."""
