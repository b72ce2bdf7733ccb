"""The text of a lesson beside what lies over the dashboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region, Size
from textual.pilot import Pilot

from tests.factories import StubRunner
from tests.lessons.factories import BODY, FRONT, MINIMAL, lesson_in
from tests.tui.test_app import screen_text
from tests.tui.test_lessons import app_with, show
from tuinet.tui.layout import KEYS, LESSON, STATUS, Arrangement
from tuinet.tui.panels.lesson import LessonPanel
from tuinet.tui.screens.base import bars
from tuinet.tui.screens.beside_lesson import plan_beside
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.microscope import MicroscopeScreen

OPENERS = ["m", "g", "f", "y", "e", "question_mark"]


def in_full(width: int, height: int) -> Arrangement:
    placed, body = bars(width, height)
    return {**placed, "all": body}


@given(st.integers(20, 250), st.integers(6, 80), st.integers(10, 100))
def test_text_and_screen_share_the_room_between_status_and_keys(width: int, height: int, least: int) -> None:
    placed = plan_beside(in_full, width, height, least)
    assert placed[STATUS] == Region(0, 0, width, 1)
    assert placed[KEYS] == Region(0, height - 1, width, 1)
    parts = [placed[name] for name in (LESSON, "all") if name in placed]
    assert sum(part.area for part in parts) == width * (height - 2)
    assert not (len(parts) == 2 and parts[0].overlaps(parts[1]))
    if LESSON in placed and placed[LESSON].width < width:
        assert placed["all"].width >= least


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36), (200, 60)])
@pytest.mark.parametrize("key", OPENERS)
async def test_the_text_stays_in_sight(tmp_path: Path, key: str, size: tuple[int, int]) -> None:
    async with app_with(lesson_in(tmp_path), StubRunner()).run_test(size=size) as pilot:
        await pilot.press(key)
        assert not isinstance(pilot.app.screen, Dashboard)
        said = screen_text(pilot)
        assert "Press space." in said
        assert "step 1 of 3" in said
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Dashboard)


async def test_a_prompt_leaves_the_text_in_sight(tmp_path: Path) -> None:
    async with app_with(lesson_in(tmp_path), StubRunner()).run_test(size=(80, 24)) as pilot:
        text = pilot.app.screen.query_one(LessonPanel).region
        await pilot.press("ctrl+s")
        (box,) = pilot.app.screen.children
        assert not box.region.overlaps(text)
        assert Region.from_union([box.region, text]).right <= Size(80, 24).width


async def test_without_a_lesson_a_screen_has_all_the_room(tmp_path: Path) -> None:
    async with app_with(lesson_in(tmp_path), StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("escape", "m")
        assert isinstance(pilot.app.screen, MicroscopeScreen)
        assert not pilot.app.screen.query(LessonPanel)


async def is_at(pilot: Pilot[None], step: str) -> bool:
    return isinstance(pilot.app.screen, Dashboard) and step in screen_text(pilot)


async def test_in_the_microscope_keys_answer_and_go_on(tmp_path: Path) -> None:
    runner = StubRunner()
    async with app_with(lesson_in(tmp_path, FRONT + BODY), runner).run_test(size=(80, 24)) as pilot:
        await show(pilot, runner, epoch=5)
        await pilot.press("m", "enter")
        assert await is_at(pilot, "step 2 of 3 · 1-2 answer")
        await pilot.press("m", "2")
        assert isinstance(pilot.app.screen, MicroscopeScreen)
        assert "That is why." in screen_text(pilot)
        await pilot.press("backspace")
        assert await is_at(pilot, "step 1 of 3")


async def test_a_screen_whose_enter_does_something_else_is_left_first(tmp_path: Path) -> None:
    two = MINIMAL + "\n## Two\n\nMore.\n"
    async with app_with(lesson_in(tmp_path, two), StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        assert "step 1 of 2 · esc back to it" in screen_text(pilot)
        await pilot.press("escape", "enter")
        assert await is_at(pilot, "step 2 of 2")


async def test_what_a_question_withholds_is_withheld_over_the_dashboard_too(tmp_path: Path) -> None:
    text = (FRONT + BODY).replace("answer = 2\n", 'answer = 2\nshow = ["map"]\nmetrics = false\n')
    runner = StubRunner()
    async with app_with(lesson_in(tmp_path, text), runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter")
        assert "loss" not in screen_text(pilot)
        await pilot.press("m")
        assert "loss" not in screen_text(pilot)
        await pilot.press("1")
        assert "loss 0.2143" in screen_text(pilot)
        await pilot.press("escape")
        assert "loss 0.2143" in screen_text(pilot)
