"""Hints are held back where a lesson or a teacher wants them to be found out, on every screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.inline import run_inline
from tests.lessons.factories import lesson_in
from tests.tui.test_app import screen_text
from tuinet.health import layer_healths
from tuinet.lessons.lesson import Lesson, Page
from tuinet.observe.finding import Finding
from tuinet.tui.app import TuinetApp
from tuinet.tui.notices import Hints
from tuinet.tui.style.theme import load_themes

CAUSE = "stuck: loss near 0.3466"
FRAME = make_frame(make_snapshot(epoch=1241, findings=(Finding("stuck", CAUSE),)))
TEXT = """+++
title = "Hints"
summary = "Who holds them back."
minutes = 1
+++

## Asked

```tuinet
experiment = "--dataset xor"
hints = true

[predict]
question = "What will it be?"
choices = ["this", "that"]
because = "It was."
```

It is going to be something.

## Found out

It has been.
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return lesson_in(tmp_path, TEXT)


def make_app(hints: bool | None = None, lesson: Lesson | None = None) -> TuinetApp:
    themes = load_themes()
    return TuinetApp(StubRunner(FRAME), themes[0], themes, hints=hints, lesson=lesson)


def test_a_lesson_decides_where_nobody_else_does_but_not_before_an_answer(lesson: Lesson) -> None:
    pages = {None: None, "asked": Page(lesson), "answered": Page(lesson, answer=1), "without": Page(lesson, 1)}
    withheld = {}
    for wanted in (None, True, False):
        for name, page in pages.items():
            hints = Hints(wanted)
            hints.page = page
            withheld[wanted, name] = hints.withheld
    assert withheld == {
        (None, None): "",
        (None, "asked"): "lesson",
        (None, "answered"): "",
        (None, "without"): "lesson",
        (True, None): "",
        (True, "asked"): "lesson",
        (True, "answered"): "",
        (True, "without"): "",
        (False, None): "user",
        (False, "asked"): "lesson",
        (False, "answered"): "user",
        (False, "without"): "user",
    }


def test_a_frame_is_the_same_one_until_something_else_is_held_back() -> None:
    hints = Hints()
    assert hints.seen(FRAME) is FRAME
    hints.toggle()
    seen = hints.seen(FRAME)
    assert hints.seen(FRAME) is seen and seen.snapshot.findings == () and seen.snapshot.withheld == "user"
    assert hints.seen(FRAME._replace(running=True)) is not seen
    hints.toggle()
    assert hints.seen(FRAME) is FRAME


def test_layers_have_no_words_then_but_their_numbers() -> None:
    snapshot = make_snapshot(findings=())
    with_words, without = layer_healths(snapshot), layer_healths(replace(snapshot, withheld="user"))
    assert [health.share for health in without] == [health.share for health in with_words]
    assert {remark.full for health in without for remark in health.remarks} == {"–"}


async def test_a_key_holds_them_back_and_says_so() -> None:
    async with make_app().run_test(size=(120, 36)) as pilot:
        assert CAUSE in screen_text(pilot) and "hints off" not in screen_text(pilot)
        await pilot.press("exclamation_mark")
        await pilot.pause(0.1)
        assert CAUSE not in screen_text(pilot) and "hints off" in screen_text(pilot)
        await pilot.press("7")
        await pilot.pause(0.1)
        assert CAUSE not in screen_text(pilot)
        await pilot.press("7", "exclamation_mark")
        await pilot.pause(0.1)
        assert CAUSE in screen_text(pilot) and "hints off" not in screen_text(pilot)


@pytest.mark.parametrize("key", ["e", "m"])
async def test_other_screens_hold_them_back_too(key: str) -> None:
    async with make_app(hints=False).run_test(size=(120, 36)) as pilot:
        assert CAUSE not in screen_text(pilot)
        await pilot.press(key)
        await pilot.pause(0.1)
        assert type(pilot.app.screen).__name__ != "Dashboard"
        assert CAUSE not in screen_text(pilot) and "hints off" in screen_text(pilot)


async def test_in_a_lesson_they_come_after_the_answer_and_where_the_step_has_them(lesson: Lesson) -> None:
    async with make_app(lesson=lesson).run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.1)
        assert CAUSE not in screen_text(pilot)
        await pilot.press("exclamation_mark")
        await pilot.pause(0.1)
        assert CAUSE not in screen_text(pilot) and "hints would answer the question" in screen_text(pilot)
        await pilot.press("1")
        await pilot.pause(0.1)
        assert CAUSE in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert CAUSE not in screen_text(pilot) and "hints off" not in screen_text(pilot)
        await pilot.press("exclamation_mark")
        await pilot.pause(0.1)
        assert CAUSE in screen_text(pilot)


def test_train_holds_them_back_where_it_is_told_so() -> None:
    stuck = ("train", "--dataset", "xor", "--hidden", "none", "--epochs", "1500")
    assert "stuck" in run_inline(*stuck).stdout
    assert "stuck" not in run_inline(*stuck, "--no-hints").stdout
