"""Keys that come faster than a screen is made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories import StubRunner
from tests.tui.test_app import make_app
from tuinet.tui.palette import Palette
from tuinet.tui.screens.base import FramedScreen
from tuinet.tui.screens.dashboard import Dashboard


@pytest.mark.parametrize("action", ["settings", "microscope", "check_gradients", "share"])
async def test_an_answer_may_come_before_the_screen_that_is_being_opened(action: str) -> None:
    runner = StubRunner()
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        getattr(app._dashboard.screens, f"action_{action}")()
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241), obeyed=1)
        app.show_answer()
        await pilot.pause()
        assert isinstance(app.screen, FramedScreen)
        app.show_answer()
        assert app.screen.frame is runner.frame


async def test_a_palette_may_be_opened_while_the_one_before_is_being_closed() -> None:
    app = make_app(StubRunner())
    async with app.run_test(size=(80, 24)) as pilot:
        app.action_command_palette()
        await pilot.pause()
        app.pop_screen()
        app.action_command_palette()
        await pilot.pause()
        assert isinstance(app.screen, Palette)


@pytest.mark.parametrize("keys", [[], ["e"], ["m"], ["g"]])
async def test_an_answer_may_come_while_the_application_ends(keys: list[str]) -> None:
    runner = StubRunner()
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        screen = app.screen
        assert isinstance(screen, (Dashboard, FramedScreen))
        app._running = False
        await app.screen.query("*").remove()
        app._dashboard.complete()
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241), obeyed=1)
        app.show_answer()
        screen.poll()
