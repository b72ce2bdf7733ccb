"""Every lesson from its start to its end on the dashboard, with a session that trains; see tests/lessons, too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from textual.pilot import Pilot

from tests.lessons.factories import bundled_lesson
from tests.lessons.learner import play
from tests.tui.conftest import HANGS
from tests.tui.test_app import DARK, LIGHT, screen_text
from tuinet import runner as runners
from tuinet.lessons.claims import bundled_folder
from tuinet.pace import Pace
from tuinet.runner import Runner
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.panels.lesson import LessonPanel
from tuinet.tui.screens.base import PollingScreen

FILES: Final = sorted(bundled_folder().glob("*.md"))

_LOOK_SECONDS: Final = 0.05
"""From one look at a run that is trained, or at what a process beside may be doing, to the next."""


class TellingRunner(Runner):
    """Says when there is a new frame."""

    tell: Callable[[], object] = staticmethod(lambda: None)

    def _publish(self) -> None:
        super()._publish()
        self.tell()

    @property
    def is_training(self) -> bool:
        """Whether the next frame will be of another moment."""
        return self._running or self._stale


class OnScreen:
    """An application in this process."""

    def __init__(self, pilot: Pilot[None], app: TuinetApp, runner: TellingRunner) -> None:
        self._pilot, self._app, self._runner = pilot, app, runner
        self._came, self._is_pressed = asyncio.Event(), False
        loop = asyncio.get_running_loop()
        runner.tell = lambda: loop.call_soon_threadsafe(self._came.set)

    def text(self) -> str:
        return screen_text(self._pilot)

    def is_covered(self, looks: int) -> bool:
        return not any(panel.display for panel in self._app.screen.query(LessonPanel))

    async def press(self, key: str) -> None:
        self._is_pressed = True
        await self._pilot.press(key)

    async def rest(self) -> None:
        """Until what has been pressed is obeyed; where nothing has, until the training ends or there may be news."""
        await self._pilot.pause()
        runner = self._runner
        frame, is_training = runner.latest(), runner.is_training
        if runner.pending():
            await self._until(lambda: not runner.pending(), HANGS)
        elif is_training:
            await self._until(lambda: not runner.is_training, _LOOK_SECONDS)
        elif not self._is_pressed:
            await self._until(lambda: runner.latest() is not frame, _LOOK_SECONDS)
        self._app.call_later(self._look)
        await self._pilot.pause()
        self._is_pressed = False

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait for frames until this holds, but no longer than that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not holds():
                    await self._came.wait()
                    self._came.clear()
                    self._runner.latest()

    def _look(self) -> None:
        """Have what has come shown now: the next look at the runner would be late, and a lesson waits for it."""
        for screen in self._app.screen_stack:
            if isinstance(screen, PollingScreen):
                screen.poll(at_once=True)


class Hurried(Pace):
    """Trains a hundred times as fast as it says: nobody watches."""

    _TIMES: Final = 100

    def steps_due(self, per_epoch: int, now: float) -> int:
        return super().steps_due(self._TIMES * per_epoch, now)

    def seconds_to_next(self, per_epoch: int, now: float) -> float:
        return super().seconds_to_next(self._TIMES * per_epoch, now)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_scripted_learner_plays_it_to_the_end_at_80x24(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = bundled_lesson(file)
    monkeypatch.setattr(runners, "Pace", Hurried)
    experiment = lesson.steps[0].experiment
    assert experiment is not None
    runner = TellingRunner(Session(experiment), None, running=False, epochs=None, is_own=False)
    app = TuinetApp(runner, DARK, [DARK, LIGHT], lesson=lesson)
    async with app.run_test(size=(80, 24)) as pilot:
        await play(OnScreen(pilot, app, runner), lesson)
        await pilot.press("q")
    assert app.return_code == 0
