"""Every lesson from its start to its end on the dashboard, with a session that trains; see tests/lessons, too."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import pytest
from textual.pilot import Pilot

from tests.lessons.factories import bundled_lesson
from tests.lessons.learner import play
from tests.tui.test_app import DARK, LIGHT, screen_text
from tuinet import runner as runners
from tuinet.lessons.claims import bundled_folder
from tuinet.pace import Pace
from tuinet.runner import Runner
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.panels.lesson import LessonPanel

FILES: Final = sorted(bundled_folder().glob("*.md"))

# What has been pressed is handled then; the runner's answer, from its own thread, comes with the next frame.
_FRAME: Final = 0.05


class OnScreen:
    """An application in this process."""

    def __init__(self, pilot: Pilot[None], app: TuinetApp) -> None:
        self._pilot, self._app = pilot, app

    def text(self) -> str:
        return screen_text(self._pilot)

    def is_covered(self, looks: int) -> bool:
        return not any(panel.display for panel in self._app.screen.query(LessonPanel))

    async def press(self, key: str) -> None:
        await self._pilot.press(key)

    async def rest(self) -> None:
        await asyncio.sleep(_FRAME)
        # On a busy machine the next look at the runner is late, and a lesson waits for what such a look finds.
        self._app.call_later(self._app.show_answer)
        await self._pilot.pause()


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
    runner = Runner(Session(experiment), None, running=False, epochs=None, is_own=False)
    app = TuinetApp(runner, DARK, [DARK, LIGHT], lesson=lesson)
    async with app.run_test(size=(80, 24)) as pilot:
        await play(OnScreen(pilot, app), lesson)
        await pilot.press("q")
    assert app.return_code == 0
