"""Keys, clicks, wheels, pastes and resizes at random: whatever a class does, the dashboard stays up."""

from __future__ import annotations

import random
import string
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from textual import events
from textual.geometry import Size
from textual.keys import key_to_character
from textual.message import Message
from textual.pilot import Pilot

from tuinet.config import Experiment
from tuinet.training.runner import Runner
from tuinet.training.session import Session
from tuinet.tui import bindings
from tuinet.tui.app import TuinetApp
from tuinet.tui.theme import load_themes

KEYS: Final = sorted(
    {
        binding.key
        for name, group in vars(bindings).items()
        if name.endswith("_BINDINGS")
        for binding in group
        if not binding.key.startswith("f")
    }
    | {"f1", "full_stop", "ctrl+p", "ctrl+l", "ctrl+v", "ctrl+underscore", "slash", *string.digits}
)
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


class SteppedRunner(Runner):
    """A runner without a thread: it works one turn at a time, when the test says so, and a step at most."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, running=True)
        self._ended = threading.Event()

    def run(self) -> None:
        self._ended.wait()

    def stop(self) -> None:
        self._ended.set()

    def turn(self) -> None:
        self._obey()
        if self._running:
            self._session.advance_steps(1)
        self._publish()


async def stay(_: TuinetApp) -> None:
    """What the keys that quit do here."""


@dataclass
class Chaos:
    """A source of events, the same for the same seed.

    Attributes
    ----------
    trail
        The latest events, for whoever has to find out which of them did it.
    """

    seed: int
    trail: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def strike(self, pilot: Pilot[None]) -> None:
        """One event."""
        kinds = (self._key, self._key, self._key, self._key, self._key, self._mouse, self._mouse, self._paste)
        if self._random.random() < 0.06:
            await self._resize(pilot)
        elif self._random.random() < 0.01:
            self._theme(pilot)
        else:
            event = self._random.choice(kinds)(pilot.app.size)
            pilot.app.post_message(event)

    def _key(self, _: Size) -> Message:
        key = self._random.choice(KEYS)
        self._note(f"key {key}")
        return events.Key(key, key_to_character(key))

    def _mouse(self, size: Size) -> Message:
        x, y = self._random.randrange(max(size.width, 1)), self._random.randrange(max(size.height, 1))
        button = self._random.choice((1, 1, 1, 2, 3))
        kind = self._random.choice(
            (
                events.MouseDown,
                events.MouseDown,
                events.MouseUp,
                events.MouseUp,
                events.MouseMove,
                events.MouseScrollDown,
                events.MouseScrollUp,
            )
        )
        self._note(f"{kind.__name__} {x} {y} button {button}")
        return kind(None, x, y, 0, 0, button, False, False, False, x, y)

    def _paste(self, _: Size) -> Message:
        text = self._random.choice(PASTES)
        self._note(f"paste {text[:20]!r}")
        return events.Paste(text)

    async def _resize(self, pilot: Pilot[None]) -> None:
        random_size = self._random.randint(1, 300), self._random.randint(1, 100)
        size = self._random.choice(((80, 24), (80, 24), (120, 36), (1, 1), random_size, random_size))
        self._note(f"resize {size}")
        await pilot.resize_terminal(*size)

    def _theme(self, pilot: Pilot[None]) -> None:
        self._note("next theme")
        assert isinstance(pilot.app, TuinetApp)
        pilot.app.action_next_theme()

    def _note(self, event: str) -> None:
        self.trail.append(event)


async def survive(experiment: Experiment, seed: int, count: int) -> None:
    """Throw so many events at the dashboard; the error says after which ones it fell."""
    chaos, runner, themes = Chaos(seed), SteppedRunner(Session(experiment)), load_themes()
    app = TuinetApp(runner, themes[0], themes)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            for _ in range(count):
                await chaos.strike(pilot)
                await pilot.pause()
                runner.turn()
                assert app.is_running and app._exception is None
    except BaseException as error:
        error.add_note(f"seed {seed}, {experiment.dataset}, after {len(chaos.trail)} events: {chaos.trail[-15:]}")
        raise


@pytest.mark.parametrize("index", range(len(EXPERIMENTS)))
async def test_events_at_random(index: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(TuinetApp, "action_quit", stay)
    await survive(EXPERIMENTS[index], seed=index, count=25)


@pytest.mark.long
@pytest.mark.parametrize("index", range(len(EXPERIMENTS)))
async def test_events_at_random_for_long(index: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(TuinetApp, "action_quit", stay)
    await survive(EXPERIMENTS[index], seed=100 + index, count=10_000 // len(EXPERIMENTS))
