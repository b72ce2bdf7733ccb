"""Saving the run under a name, and the folder in which it saves itself.

A key writes the screen as an SVG file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from textual.containers import Vertical

from tests.factories import StubRunner, make_dataset, make_frame, make_snapshot
from tests.tui.test_app import screen_text
from tuinet.session.commands import Save
from tuinet.storage import keeping
from tuinet.tui.app import TuinetApp
from tuinet.tui.saving import picture_path
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import Terminal

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


@pytest.mark.parametrize("terminal", [Terminal(), Terminal("none", "ascii"), Terminal("16", "console")], ids=str)
async def test_the_key_writes_a_picture_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    monkeypatch.chdir(tmp_path)
    async with TuinetApp(StubRunner(), DARK, [DARK], terminal).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert "the screen is in tuinet-xor-1240.svg" in screen_text(pilot)
        await pilot.press("6", "ctrl+g")
        await pilot.pause()
        assert "the screen is in tuinet-xor-1240-2.svg" in screen_text(pilot)
    pictures = [tmp_path / "tuinet-xor-1240.svg", tmp_path / "tuinet-xor-1240-2.svg"]
    assert sorted(tmp_path.iterdir()) == sorted(pictures)
    texts = ["".join(ElementTree.fromstring(path.read_text()).itertext()).replace("\xa0", " ") for path in pictures]
    assert "inputs" in texts[0]
    assert "inputs" not in texts[1]
    assert all("learning rate" in text for text in texts)
    assert not any("the screen is in" in text for text in texts)


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tuinet.storage.atomic.replace_file", _full)
    async with TuinetApp(StubRunner(), DARK, [DARK]).run_test(size=(120, 24)) as pilot:
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert "cannot be written: No space left on device" in " ".join(screen_text(pilot).split())


def _full(path: Path, data: bytes) -> None:
    raise OSError(28, "No space left on device")


def test_the_name_of_a_data_file_becomes_that_of_a_picture(tmp_path: Path) -> None:
    snapshot = make_snapshot(epoch=7)
    strange = replace(snapshot, dataset=make_dataset(name="../my data.csv"))
    assert picture_path(strange, tmp_path) == tmp_path / "tuinet-..-my-data.csv-7.svg"


async def test_the_status_says_that_it_is_a_replay() -> None:
    frame = make_frame(moment=(249, 2001), running=True, rate=98.0)
    async with TuinetApp(StubRunner(frame), DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        assert " replay ▸ 98 epochs/s · epoch 1,240 · moment 249/2,001" in screen_text(pilot)
    async with TuinetApp(StubRunner(frame._replace(running=False)), DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        assert " replay ■ paused · epoch 1,240 · moment 249/2,001 · solved, no help needed" in screen_text(pilot)
        # The keys of the learning rate are named beside it only where they change it.
        assert " · learning rate 0.5 · " in screen_text(pilot)
