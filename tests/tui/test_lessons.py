"""Lessons on the dashboard, and the text beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.lessons.factories import BODY, FRONT, MINIMAL, bundled_lesson, lesson_in
from tests.tui.test_app import DARK, LIGHT, make_app, screen_text
from tuinet.lessons.claims import bundled_folder
from tuinet.lessons.lesson import Lesson, Page
from tuinet.session.commands import BringBack, Pause, Resume, SetUp
from tuinet.session.edits import Configure
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import width_of
from tuinet.tui.panels.lesson import Line, in_ascii, joined, markdown_lines, page_parts
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.microscope import MicroscopeScreen


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def app_with(lesson: Lesson, runner: StubRunner) -> TuinetApp:
    return TuinetApp(runner, DARK, [DARK, LIGHT], lesson=lesson)


def last_run(runner: StubRunner) -> int:
    return [command.number for command in runner.commands if isinstance(command, SetUp)][-1]


async def show(pilot: Pilot[None], runner: StubRunner, **changes: Any) -> None:
    """Have the runner show a frame of the run that was set up last."""
    runner.frame = make_frame(make_snapshot(**changes), run=last_run(runner))
    assert isinstance(pilot.app.screen_stack[0], Dashboard)
    pilot.app.screen_stack[0].poll()
    await pilot.pause()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("one two three", ["one two", "three"]),
        ("one\ntwo", ["one two"]),
        ("**one** *two* `x`", ["one two x"]),
        ("3 * 4 * 5", ["3 * 4 * 5"]),
        ("a\n\nb", ["a", "", "b"]),
        ("- one two\n- b", ["– one two", "– b"]),
        ("- one two three", ["– one two", "  three"]),
        ("1. one\n2. two", ["1. one", "2. two"]),
        ("a\n- b", ["a", "", "– b"]),
        ("> one two", ["│ one two"]),
        ("```\n a  b\n\nc\n```", ["   a  b", "  ", "  c"]),
        ("abcdefghijkl", ["abcdefghij", "kl"]),
        ("", []),
    ],
)
def test_markdown(text: str, rows: list[str]) -> None:
    assert texts(markdown_lines(text, DARK, 10)) == rows


@given(st.text(alphabet="ab *`>-1.\n#日", max_size=80), st.integers(2, 30))
def test_no_markdown_is_wider_than_its_room(text: str, width: int) -> None:
    for line in markdown_lines(text, DARK, width):
        assert width_of(line) <= max(width, 4) or line[0][0].startswith("  ")


def test_words_are_emphasized_in_part() -> None:
    (line,) = markdown_lines("un**emphas**ized", DARK, 40)
    assert [text for text, _ in line] == ["un", "emphas", "ized"]
    assert line[1][1].bold
    assert not line[0][1].bold


def page_lines(page: Page, width: int) -> list[Line]:
    """Everything that a step says at this point."""
    return joined(page_parts(page, DARK, width))


def test_a_page_asks_then_waits_then_explains(tmp_path: Path) -> None:
    text = (FRONT + BODY).replace("pause_at = 100", 'wait = "epoch >= 100"')
    lesson = lesson_in(tmp_path, text)
    asking = texts(page_lines(Page(lesson, 1), 30))
    assert asking[-3:] == ["Where will it end?", "  1 here", "  2 there"]
    waiting = texts(page_lines(Page(lesson, 1, answer=1), 30))
    assert waiting[-4:] == ["● 1 here", "  2 there", "", "○ epoch >= 100"]
    done = texts(page_lines(Page(lesson, 1, answer=1, is_done=True), 30))
    assert done[-6:] == ["● 1 here", "  2 there ✓ right", "", "✓ epoch >= 100", "", "That is why."]


def test_formulas_are_spelled_in_ascii_before_they_are_wrapped(tmp_path: Path) -> None:
    lesson = lesson_in(tmp_path, MINIMAL.replace("Text.", "δ = ∂L/∂z and so on …"))
    assert texts(page_lines(in_ascii(Page(lesson)), 20)) == ["One", "", "delta = dL/dz and so", "on ..."]


async def test_a_lesson_is_played_with_keys(tmp_path: Path) -> None:
    runner = StubRunner()
    lesson = lesson_in(tmp_path)
    async with app_with(lesson, runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert lesson.steps[0].experiment is not None
        assert runner.commands[0] == SetUp(lesson.steps[0].experiment, last_run(runner))
        assert "step 1 of 3 · ○ waiting" in screen_text(pilot)
        assert screen_text(pilot).split("\n")[-1].startswith(" enter next  bksp back ")
        await pilot.press("enter")
        assert "enter again goes on anyway" in screen_text(pilot)
        await show(pilot, runner, epoch=5)
        assert "✓ five epochs" in screen_text(pilot)
        assert "step 1 of 3 · enter next" in screen_text(pilot)
        await pilot.press("enter")
        assert "step 2 of 3 · 1-2 answer" in screen_text(pilot)
        await pilot.press("2")
        assert runner.commands[-1] == Resume()
        assert "That is why." in screen_text(pilot)
        assert "step 2 of 3 · enter next" in screen_text(pilot)
        await pilot.press("enter")
        assert Configure((("learning_rate", 0.05),)) in runner.commands
        assert "step 3 of 3 · esc leave, the end" in screen_text(pilot)
        await pilot.press("backspace")
        assert "step 2 of 3 · 1-2 answer" in screen_text(pilot)


async def test_enter_leads_from_the_last_step_to_the_next_lesson_and_backspace_back(tmp_path: Path) -> None:
    lesson_in(tmp_path, MINIMAL.replace("A test", "Another test"), "08-another.md")
    first, runner = lesson_in(tmp_path, MINIMAL), StubRunner()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tuinet.lessons.claims.bundled_folder", lambda: tmp_path)
        async with app_with(first, runner).run_test(size=(80, 24)) as pilot:
            assert "Next lesson: Another test" in screen_text(pilot)
            assert "step 1 of 1 · enter next lesson" in screen_text(pilot)
            await pilot.press("enter")
            assert "─ Another test ─" in screen_text(pilot)
            assert "step 1 of 1 · esc leave, the end" in screen_text(pilot)
            sent = len(runner.commands)
            await pilot.press("enter")
            assert len(runner.commands) == sent
            await pilot.press("backspace")
            assert "─ A test ─" in screen_text(pilot)
            assert isinstance(runner.commands[sent], SetUp)
            await pilot.press("backspace")
            assert "─ A test ─" in screen_text(pilot)


async def test_a_number_beyond_the_choices_is_not_silent(tmp_path: Path) -> None:
    async with app_with(lesson_in(tmp_path), StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter", "5")
        assert "the question has 2 answers: 1-2 choose one" in screen_text(pilot)
        await pilot.press("m", "4")
        assert isinstance(pilot.app.screen, MicroscopeScreen)
        await pilot.pause()
        assert "the question has 2 answers: 1-2 choose one" in screen_text(pilot)
        assert "1-2 answer" in screen_text(pilot)


async def test_to_go_on_from_the_end_is_not_silent(tmp_path: Path) -> None:
    async with app_with(lesson_in(tmp_path, MINIMAL), StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert "the lesson ends here, and no other follows: esc leaves it" in screen_text(pilot)


async def test_a_number_gives_a_panel_the_room_and_enter_still_goes_on(tmp_path: Path) -> None:
    runner = StubRunner()
    async with app_with(lesson_in(tmp_path, MINIMAL + "\n## Two\n\nMore.\n"), runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        assert "─ network ─" in screen_text(pilot)
        assert "─ A test ─" in screen_text(pilot)
        await pilot.press("enter")
        assert "step 2 of 2" in screen_text(pilot)
        assert "─ network ─" not in screen_text(pilot)


async def test_escape_leaves_what_is_zoomed_first_and_then_the_lesson(tmp_path: Path) -> None:
    runner = StubRunner()
    async with app_with(lesson_in(tmp_path), runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("5", "escape")
        assert "step 1 of 3" in screen_text(pilot)
        sent = len(runner.commands)
        await pilot.press("escape")
        assert "step 1 of 3" not in screen_text(pilot)
        assert "─ gradients ─" in screen_text(pilot)
        await pilot.press("enter", "backspace", "pagedown")
        assert len(runner.commands) == sent, "everything stays as it is"
        await pilot.press("L")
        assert "step 1 of 3" in screen_text(pilot)
        assert len(runner.commands) == sent


async def test_what_a_step_waits_for_may_be_another_screen(tmp_path: Path) -> None:
    text = MINIMAL.replace("```\n\nText", "wait = 'screen == \"microscope\"'\n```\n\nText")
    runner = StubRunner()
    async with app_with(lesson_in(tmp_path, text), runner).run_test(size=(80, 24)) as pilot:
        await show(pilot, runner)
        assert "○ waiting" in screen_text(pilot)
        await pilot.press("m")
        assert isinstance(pilot.app.screen, MicroscopeScreen)
        await show(pilot, runner)
        await pilot.press("escape")
        await pilot.pause()
        await show(pilot, runner)
        assert "esc leave, the end" in screen_text(pilot)


async def test_a_long_text_scrolls_before_the_next_step(tmp_path: Path) -> None:
    long = MINIMAL.replace("Text.", "\n\n".join(f"Paragraph {number}." for number in range(1, 15)))
    runner = StubRunner()
    async with app_with(lesson_in(tmp_path, long + "\n## Two\n\nMore.\n"), runner).run_test(size=(80, 24)) as pilot:
        assert "step 1 of 2 · enter more" in screen_text(pilot)
        assert "Paragraph 14." not in screen_text(pilot)
        await pilot.press("enter")
        assert "Paragraph 14." in screen_text(pilot)
        await pilot.press("pageup")
        assert "Paragraph 1." in screen_text(pilot)
        await pilot.press("pagedown", "enter")
        assert "step 2 of 2" in screen_text(pilot)


async def test_a_question_stays_in_sight_while_its_text_scrolls(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(1, 15))
    lesson = lesson_in(tmp_path, (FRONT + BODY).replace("- a list\n- of two\n", text))
    async with app_with(lesson, StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter")
        assert "enter more" in screen_text(pilot)
        assert "Paragraph 14." not in screen_text(pilot)
        for _ in range(10):
            assert "step 2 of 3 · 1-2 answer" in screen_text(pilot)
            assert "Where will it end?" in screen_text(pilot)
            assert "2 there" in screen_text(pilot)
            if "enter more" not in screen_text(pilot):
                break
            await pilot.press("enter")
        assert "Paragraph 14." in screen_text(pilot)
        await pilot.press("enter")
        assert "enter again goes on anyway" in screen_text(pilot)


async def test_the_palette_and_a_key_know_the_lessons() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("L")
        await pilot.pause(0.3)
        await pilot.press(*"minsky")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert "A line that learns" in screen_text(pilot)
        titles = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        assert "Lesson: Minsky and Papert, 1969" in titles
        assert "Lesson: bring back the run before it" in titles
        assert isinstance(pilot.app.screen, Dashboard)
        pilot.app.screen.lesson.bring_back()
        await pilot.pause()
        assert runner.commands[-1] == BringBack()
        assert "A line that learns" not in screen_text(pilot)


async def test_keys_build_on_what_the_step_has_set_up(tmp_path: Path) -> None:
    """The frame that is shown may still be one of the run before."""
    runner = StubRunner(make_frame(running=True))
    async with app_with(lesson_in(tmp_path), runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space")
        assert runner.commands[-2:] == [Resume(), Pause()]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (60, 20), (40, 12)])
async def test_every_step_of_a_lesson_is_whole_at_every_size(size: tuple[int, int]) -> None:
    runner = StubRunner()
    lesson = bundled_lesson(bundled_folder() / "02-minsky-papert.md")
    async with app_with(lesson, runner).run_test(size=size) as pilot:
        for step in lesson.steps:
            rows = screen_text(pilot).split("\n")
            assert len(rows) == size[1]
            assert max(map(len, rows)) <= size[0]
            assert any(step.title in row for row in rows)
            pilot.app.screen.query_one("#lesson").scroll_pages(99)  # type: ignore[attr-defined]
            await pilot.press("enter")
            await pilot.press("enter")
