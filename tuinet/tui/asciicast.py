"""Write what the dashboard would send a terminal while it plays a recording, as an asciicast (version 2)."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from tuinet.base_runner import BaseRunner
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recording import Recording
from tuinet.session.commands import Command
from tuinet.storage.atomic import write_text
from tuinet.tui.app import TuinetApp
from tuinet.tui.style.theme import find_theme, load_themes
from tuinet.tui.terminal.detect import CELLS, Terminal, cells_of


class Output(NamedTuple):
    """What a terminal was sent at a time."""

    seconds: float
    """Since the start."""
    data: str


def to_lines(size: tuple[int, int], title: str, events: Iterable[Output]) -> str:
    """The text of an asciicast; where nothing was sent there is no line."""
    columns, rows = size
    header = {"version": 2, "width": columns, "height": rows, "title": title, "env": {"TERM": "xterm-256color"}}
    lines = [header, *([round(event.seconds, 6), "o", event.data] for event in events if event.data)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


_START: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l"
"""The alternate screen, no cursor, no wrapping at the right edge: as in a terminal."""
_PAUSE: Final = 0.02
"""Seconds between two looks at whether anything more is drawn; a screen updates sixty times a second."""
_PATIENCE: Final = 100
"""Looks after which a frame is taken as it is."""


_ROUNDING: Final = 1e-6
"""Epochs that rounding may lose."""


@dataclass(frozen=True)
class Casting:
    """What an asciicast is to show."""

    size: tuple[int, int] = (80, 24)
    frames_per_second: int = 10
    seconds: float = 20.0
    speed: float = 100.0
    """Epochs per second."""
    keys: tuple[str, ...] = ()
    """Pressed before anything is kept."""
    theme: str | None = None
    ascii_only: bool = False
    cells: str = CELLS[0]
    """How finely cells are divided. What the cast will be played in is not known: `AUTO` is half blocks."""
    hints: bool | None = None
    """Whether what a teacher would point out is shown; ``None`` as usual."""


class CastDriver(Driver):
    """Keeps what is written; nobody types."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._written: list[str] = []

    def take(self) -> str:
        """Everything that was written since this was asked for the last time."""
        written, self._written = "".join(self._written), []
        return written

    def write(self, data: str) -> None:
        """See `textual.driver.Driver`."""
        self._written.append(data)

    def start_application_mode(self) -> None:
        """See `textual.driver.Driver`."""
        self.write(_START)
        size = Size(*(self._size or (80, 24)))
        self.send_message(Resize(size, size))

    def disable_input(self) -> None:
        """See `textual.driver.Driver`."""

    def stop_application_mode(self) -> None:
        """See `textual.driver.Driver`."""


class CastRunner(BaseRunner):
    """Shows the moment that it is told to, when it is told to.

    Parameters
    ----------
    player
        Belongs to the runner from now on.
    """

    def __init__(self, player: RecordingPlayer, speed: float) -> None:
        super().__init__()
        self._player, self._speed = player, speed
        self._frames = 0
        self._is_over = False
        self._frame = self._make_frame()

    @property
    def recording(self) -> Recording:
        """What is shown."""
        return self._player.recording

    def show(self, moment: int) -> None:
        """Go to a moment."""
        if moment != self._player.moment:
            self._player.show(moment)
            self._is_over = moment == len(self._player.recording) - 1
            self._frames += 1
            self._frame = self._make_frame()

    def look(self, view: View | None) -> None:
        """See `BaseRunner`."""
        if view != self._view:
            self._view = view
            self._frame = self._make_frame()

    def _handle(self, command: Command) -> None:
        """Nothing: what is shown has been decided."""

    def _play(self) -> None:
        """Nothing: moments are shown when they are asked for."""

    def _seconds_to_play(self) -> float:
        return math.inf

    def send(self, command: Command) -> None:
        """See `BaseRunner`; what is shown has been decided."""

    def _make_frame(self) -> Frame:
        player = self._player
        return Frame(
            player.snapshot(self._view),
            running=not self._is_over,
            speed=self._speed,
            rate=self._speed,
            # Each frame is one that may be shown at once: here no time passes between two of them.
            obeyed=self._frames,
            moment=(player.moment + 1, len(player.recording)),
        )


def write_cast(path: Path, player: RecordingPlayer, casting: Casting) -> int:
    """Write an asciicast; how many frames it has.

    Raises
    ------
    CheckpointError
        If it cannot be written.
    ThemeError
        If there is no such theme.
    """
    events = cast_events(player, casting)
    title = f"tuinet: {player.snapshot(None).dataset.name}"
    write_text(path, to_lines(casting.size, title, events))
    return len(events)


def cast_events(player: RecordingPlayer, casting: Casting) -> list[Output]:
    """What a terminal would be sent, and when."""
    themes = load_themes()
    theme = themes[0] if casting.theme is None else find_theme(casting.theme)
    runner = CastRunner(player, casting.speed)
    terminal = Terminal(glyphs="ascii") if casting.ascii_only else Terminal(cells=cells_of(casting.cells))
    app = TuinetApp(runner, theme, themes, terminal, driver_class=CastDriver, hints=casting.hints)
    events: list[Output] = []

    async def play(pilot: Pilot[object]) -> None:
        try:
            await _play(pilot, app, runner, casting, events)
        finally:
            app.exit()

    asyncio.run(app.run_async(size=casting.size, mouse=False, auto_pilot=play))
    return events


async def _play(
    pilot: Pilot[object], app: TuinetApp, runner: CastRunner, casting: Casting, events: list[Output]
) -> None:
    driver = app._driver
    assert isinstance(driver, CastDriver)
    start = await _settled(pilot, app, driver)
    if casting.keys:
        await pilot.press(*casting.keys)
        start += await _settled(pilot, app, driver)
    recording = runner.recording
    for frame in range(round(casting.seconds * casting.frames_per_second) + 1):
        seconds = frame / casting.frames_per_second
        runner.show(recording.moment_at(seconds * casting.speed + _ROUNDING))
        events.append(Output(seconds, start + await _settled(pilot, app, driver)))
        start = ""


async def _settled(pilot: Pilot[object], app: TuinetApp, driver: CastDriver) -> str:
    """What is drawn until nothing more is."""
    app.show_answer()
    data, quiet = "", 0
    for _ in range(_PATIENCE):
        await pilot.pause(_PAUSE)
        more = driver.take()
        data, quiet = data + more, 0 if more else quiet + 1
        if quiet > 1:
            break
        if more:
            app.show_answer()
    return data
