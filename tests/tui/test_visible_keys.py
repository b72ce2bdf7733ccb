"""Every key of the dashboard does something that can be seen, or says why not, in the smallest usual terminal."""

from __future__ import annotations

from typing import Final

import pytest
from textual.pilot import Pilot

from tests.tui.chaos import SteppedRunner
from tuinet.presets import make_experiment
from tuinet.training.commands import Pause, SetLearningRate, SetSpeed
from tuinet.training.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.bindings import APP_BINDINGS, DASHBOARD_BINDINGS
from tuinet.tui.theme import load_themes

LEAVING: Final = ("quit", "unzoom", "show_output")
"""What leads back to where the dashboard is already."""
KEYS: Final = [
    binding.key
    for binding in (*DASHBOARD_BINDINGS, *APP_BINDINGS)
    if not binding.action.startswith(LEAVING) and "tab" not in binding.key
]


def picture(pilot: Pilot[None]) -> list[list[tuple[str, str]]]:
    strips = pilot.app.screen._compositor.render_strips()
    return [[(segment.text, str(segment.style)) for segment in strip] for strip in strips]


async def settle(pilot: Pilot[None], runner: SteppedRunner) -> None:
    for _ in range(3):
        await pilot.pause(0.06)
        runner.turn()
    await pilot.pause(0.12)


@pytest.mark.long
@pytest.mark.parametrize("key", KEYS)
async def test_a_key_is_answered(key: str) -> None:
    session, themes = Session(make_experiment()), load_themes()
    session.advance(300)
    session.edit(SetLearningRate(0.25))
    session.advance(300)
    runner = SteppedRunner(session)
    for command in (Pause(), SetSpeed(10.0)):
        runner.send(command)
    runner.turn()
    app = TuinetApp(runner, themes[0], themes)
    async with app.run_test(size=(80, 24)) as pilot:
        if key in ("full_stop", "greater_than_sign"):
            await pilot.press("less_than_sign")
        await settle(pilot, runner)
        before = picture(pilot)
        await pilot.press(key)
        await settle(pilot, runner)
        assert picture(pilot) != before
