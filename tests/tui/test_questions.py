"""What is asked and what is to be done is in sight at 80×24 in every step of every lesson, and the answer is not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame
from tests.lessons.factories import bundled_lesson
from tests.tui.test_app import make_app, screen_text
from tuinet.lessons.claims import bundled_folder
from tuinet.lessons.lesson import Lesson, LessonPlayer, Page
from tuinet.tui.layout import LESSON
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.screens.dashboard import Dashboard

FILES = sorted(bundled_folder().glob("*.md"))
WORDY = "a notice of the status that takes all the rows there are for what it has to say " * 3


def plain(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).split())


def tells_loss(pilot: Pilot[None]) -> bool:
    """Whether the loss stands in the status or in the title of its curve."""
    return re.search(r"(· |─ )loss \d", screen_text(pilot)) is not None


async def turn_to(pilot: Pilot[None], page: Page) -> Dashboard:
    """Show a page as if one had come to it, without what it sets up."""
    dashboard = pilot.app.screen
    assert isinstance(dashboard, Dashboard)
    dashboard.lesson._player = LessonPlayer(page.lesson)
    dashboard.lesson._player.page = dashboard.page = page
    dashboard.lesson._is_left = False
    await pilot.pause()
    return dashboard


def lesson_text(pilot: Pilot[None]) -> str:
    """The rows of the text in sight, as one line."""
    region = pilot.app.screen.query_one(f"#{LESSON}").region
    rows = screen_text(pilot).split("\n")[region.y + 1 : region.bottom - 1]
    return " ".join(" ".join(row[region.x + 1 : region.right - 1] for row in rows).split())


@asynccontextmanager
async def wordy_dashboard() -> AsyncIterator[Pilot[None]]:
    """At 80×24, with as many rows of status as there can be: fewer are left to the text."""
    async with make_app(StubRunner(make_frame(notice=WORDY))).run_test(size=(80, 24)) as pilot:
        yield pilot


LESSONS = [bundled_lesson(file) for file in FILES]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
async def test_questions_and_tasks_are_in_sight_without_scrolling(lesson: Lesson) -> None:
    async with wordy_dashboard() as pilot:
        for index, step in enumerate(lesson.steps):
            if step.prediction is not None:
                await turn_to(pilot, Page(lesson, index))
                said, asked = lesson_text(pilot), step.prediction
                for number, choice in enumerate(asked.choices, start=1):
                    assert f"{number} {plain(choice)}" in said, step.title
                assert plain(asked.question) in said, step.title
            if step.do or step.wait_for:
                await turn_to(pilot, Page(lesson, index, answer=None if step.prediction is None else 1))
                said = lesson_text(pilot)
                assert plain(step.do) in said, step.title
                assert plain(step.wait_for) in said, step.title


WITHHELD = [
    Page(lesson, index)
    for lesson in LESSONS
    for index, step in enumerate(lesson.steps)
    if step.prediction is not None and (step.prediction.show or not step.prediction.metrics)
]
TELL_METRICS = {"loss", "confusion", "samples", "landscape", "starts"}
"""Panels in which loss or accuracy stand, too."""


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_what_answers_a_question_is_not_on_the_screen_beside_it(size: tuple[int, int]) -> None:
    assert len(WITHHELD) > 10
    async with make_app().run_test(size=size) as pilot:
        for page in WITHHELD:
            asked = page.step.prediction
            assert asked is not None
            dashboard = await turn_to(pilot, page)
            shown = {panel.id for panel in dashboard.query(CellPanel) if panel.display} - {LESSON, "status", "keys"}
            assert shown
            assert shown <= set(asked.show), page.step.title
            assert tells_loss(pilot) == asked.metrics, page.step.title
            assert asked.metrics or not TELL_METRICS & set(asked.show), page.step.title
            dashboard.lesson.answer_question(1)
            await pilot.pause()
            shown = {panel.id for panel in dashboard.query(CellPanel) if panel.display}
            assert {*page.step.show[:1]} <= shown, page.step.title
            assert tells_loss(pilot), page.step.title
