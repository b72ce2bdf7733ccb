"""What a lesson looks like."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame
from tuinet.lessons.claims import find_lesson
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import find_theme, load_themes

Compare = Callable[..., bool]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_question_that_was_answered(snap_compare: Compare, size: tuple[int, int]) -> None:
    lesson = find_lesson("minsky-papert")
    session = Session(lesson.steps[2].present)
    session.advance(5000)
    runner = StubRunner(make_frame(session.snapshot(View(36, 24))))

    async def answer(pilot: Pilot[None]) -> None:
        for _ in range(4):
            await pilot.press("enter")
        await pilot.press("2")
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        assert dashboard.lesson._player is not None
        runner.frame = runner.frame._replace(run=dashboard.lesson._player._run)
        dashboard.poll()
        await pilot.pause()

    app = TuinetApp(runner, find_theme("dark"), load_themes(), lesson=lesson)
    assert snap_compare(app, terminal_size=size, run_before=answer)
