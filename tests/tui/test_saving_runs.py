"""Saving the run under a name, and the folder in which it saves itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import Vertical

from tests.factories import StubRunner, make_frame
from tests.tui.test_app import screen_text
from tuinet.session.commands import Save
from tuinet.tui import keeping
from tuinet.tui.app import TuinetApp
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes

DARK = load_themes()[0]


async def test_a_name_becomes_a_command_and_what_is_there_is_asked_for_twice(tmp_path: Path) -> None:
    runner, there = StubRunner(), tmp_path / "there.npz"
    there.write_text("precious")
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        for name, times, wanted in ((tmp_path / "new", 1, "new.npz"), (there, 2, "there.npz")):
            await pilot.press("ctrl+s", *str(name))
            for _ in range(times):
                assert not isinstance(pilot.app.screen, Dashboard)
                await pilot.press("enter")
                await pilot.pause(0.1)
            assert isinstance(pilot.app.screen, Dashboard)
            assert runner.commands[-1] == Save(tmp_path / wanted)
        await pilot.press("ctrl+s", *str(tmp_path / "no" / "where"), "enter")
        await pilot.pause(0.1)
        assert not isinstance(pilot.app.screen, Dashboard)
    assert len(runner.commands) == 2
    assert there.read_text() == "precious"


async def test_what_was_done_is_said() -> None:
    runner = StubRunner(make_frame(notice="the run is in a.npz"))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        assert "the run is in a.npz" in screen_text(pilot)


def test_without_a_home_nothing_is_saved_and_no_folder_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: Path("~/.local/state/tuinet"))
    assert "no home directory" in keeping.open_keeper().warning
    assert keeping.greeting() == ""
    assert list(tmp_path.iterdir()) == []


async def test_the_question_is_in_a_box_in_the_middle() -> None:
    async with TuinetApp(StubRunner(), DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        box = pilot.app.screen.query_one(Vertical).region
        assert (box.x, box.width) == (12, 56)
        assert box.y > 6
