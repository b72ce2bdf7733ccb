"""The footer offers what can be done now, in words that are true now."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.compare.factories import made_up_standing, xor_grid
from tests.factories import StubRunner, make_frame, make_snapshot
from tests.replay.runs import edited_session
from tests.tui.test_app import DARK
from tuinet.lessons.claims import find_lesson
from tuinet.lessons.lesson import Page
from tuinet.observe.snapshot import BranchSnapshot, Frame, TimeSnapshot
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.replay.replay_runner import ReplayRunner
from tuinet.tui.app import TuinetApp
from tuinet.tui.compare.app import CompareApp
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, LESSON_BINDINGS
from tuinet.tui.offered import CHANGING, name_of, offered, usable
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import panel_class
from tuinet.tui.panels.footer import hints
from tuinet.tui.screen_keys import CHECK_BINDINGS
from tuinet.tui.screens.help import help_bindings


def footer(pilot: Pilot[None]) -> str:
    return " ".join(pilot.app.screen._compositor.render_strips()[-1].text.split())


def words(frame: Any, page: Page | None = None, bindings: Any = DASHBOARD_BINDINGS) -> dict[str, str]:
    shown = hints(offered((*bindings, *APP_BINDINGS), frame, page))
    return {hint.description: "/".join(hint.keys) for hint in shown}


def test_the_key_that_pauses_goes_on_while_it_is_paused() -> None:
    assert "go on" not in words(make_frame(running=True)) and words(make_frame(running=True))["pause"] == "space"
    assert "pause" not in words(make_frame()) and words(make_frame())["go on"] == "space"


def test_keys_without_effect_are_not_offered() -> None:
    start = {"undo", "branch", "time"}
    assert not start & words(make_frame()).keys()
    branch = BranchSnapshot("", make_snapshot().history, is_active=True)
    time = TimeSnapshot(9, is_past=False, edits=1, future=None, branches=(branch, branch._replace(is_active=False)))
    assert start <= words(make_frame(make_snapshot(time=time))).keys()
    assert words(make_frame())["activation"] == "a/A"
    assert "activation" not in words(make_frame(make_snapshot(hidden=())))


def test_a_replay_offers_nothing_that_changes_it_and_a_run_everything() -> None:
    replay = make_frame(moment=(3, 9))
    kept = usable((*DASHBOARD_BINDINGS, *help_bindings()), replay)
    assert not {name_of(binding) for binding in kept} & CHANGING
    assert {"toggle_running", "step", "back", "seek_tip", "zoom", "microscope"} <= {name_of(one) for one in kept}
    assert usable(help_bindings(), make_frame()) == list(help_bindings())
    known = {name_of(key) for name in PANELS for key in panel_class(name).KEYS} | set(map(name_of, help_bindings()))
    assert CHANGING - {"use"} <= known, "each of them is the name of an action"


async def test_in_a_replay_keys_that_would_change_it_say_why_not() -> None:
    runner = ReplayRunner(RecordingPlayer(record(edited_session())), running=False)
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        assert footer(pilot).startswith("space go on s/b/n step e settings 1-9 panel m microscope +/- speed ,/. time")
        for key in ("y", "g", "f", "ctrl+s"):
            await pilot.press(key)
            await pilot.pause()
            assert "a recording" in pilot.app.screen._compositor.render_strips()[0].text + (
                pilot.app.screen._compositor.render_strips()[1].text
            ), key
            assert pilot.app.screen is pilot.app.screen_stack[0]


def test_a_screen_above_offers_its_own_meaning_of_a_key() -> None:
    shown = words(make_frame(), bindings=CHECK_BINDINGS)
    assert shown["close"] == "esc"
    assert "quit" not in shown, "q closes there"
    assert {"theme", "help"} <= shown.keys()


async def test_a_comparison_keeps_its_keys() -> None:
    grid = xor_grid()
    standing = made_up_standing(grid, 3)
    async with CompareApp(grid, lambda: standing, "", DARK, [DARK]).run_test(size=(100, 30)) as pilot:
        assert footer(pilot).startswith("▴/▾ cell enter open s sort r reverse l log")
        assert footer(pilot).endswith("t theme ? help q quit")


@pytest.mark.parametrize("follows", [True, False])
def test_the_last_step_of_a_lesson_offers_the_next_lesson_if_there_is_one(follows: bool) -> None:
    lesson = find_lesson("1")
    page = Page(lesson, len(lesson.steps) - 1, answer=1, following=find_lesson("2") if follows else None)
    shown = words(make_frame(), page, (*LESSON_BINDINGS, *DASHBOARD_BINDINGS))
    assert shown.get("next lesson") == ("enter" if follows else None)
    assert "next" not in shown
    assert words(make_frame(), Page(lesson, 1, answer=1), LESSON_BINDINGS)["next"] == "enter"


def test_while_a_lesson_asks_its_digits_answer() -> None:
    lesson = find_lesson("1")
    index = next(index for index, step in enumerate(lesson.steps) if step.prediction)
    prediction = lesson.steps[index].prediction
    assert prediction is not None
    shown = words(make_frame(), Page(lesson, index))
    assert next(iter(shown.items())) == ("answer", f"1-{len(prediction.choices)}")
    assert "panel" not in shown
    assert words(make_frame(), Page(lesson, index, answer=1))["panel"] == "1-9"


async def test_the_footer_follows_the_run() -> None:
    runner = StubRunner(make_frame(running=True))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        assert footer(pilot) == "space pause s/b/n step e set 1-9 panel m scope r reinit ? help q quit"
        runner.change(running=False)
        await pilot.pause(0.2)
        assert footer(pilot).startswith("space go on s/b/n step")
        await pilot.press("m")
        assert footer(pilot).startswith("space go on s/b/n step")


def test_what_is_shown_may_be_no_run() -> None:
    assert words(None)["pause"] == "space"
    assert isinstance(make_frame(), Frame)
