"""The blanks of the phase in which a run is paused, and those of a series, with keys as a student presses them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.factories import StubRunner
from tests.tui.test_app import DARK, LIGHT, screen_text
from tests.tui.test_class_view import FOLLOWING, frame_of
from tuinet.exercises.phase import exercise_of_phase
from tuinet.exercises.series import series
from tuinet.experiment.presets import make_experiment
from tuinet.lessons.reader import experiment_of
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.runner import Runner
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.exercise_app import ExerciseApp
from tuinet.tui.panels.exercise import ExercisePanel
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.exercise import ExerciseScreen
from tuinet.tui.screens.microscope import MicroscopeScreen
from tuinet.tui.style.adapt import adapted
from tuinet.tui.terminal.detect import Terminal

OPTIONS = (
    "--dataset xor --hidden 2 --batch-size 1 --activation relu --output linear --loss sse"
    " --initializer constant --init-scale 0.5 --learning-rate 0.2"
)


def make_app(*, running: bool = False) -> TuinetApp:
    runner = Runner(Session(experiment_of(OPTIONS)), 5, running=running, is_own=False)
    return TuinetApp(runner, DARK, [DARK, LIGHT])


async def settle(pilot: Pilot[Any], wanted: str) -> str:
    assert isinstance(pilot.app, TuinetApp)
    for _ in range(200):
        pilot.app.call_later(pilot.app.show_answer)
        await pilot.pause(0.01)
        if wanted in screen_text(pilot):
            return screen_text(pilot)
    raise AssertionError(f"{wanted!r} never came:\n{screen_text(pilot)}")


async def test_x_asks_for_the_numbers_of_the_very_phase_and_enter_goes_on_to_the_next() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "n")
        await settle(pilot, "forward, layer 1")
        await pilot.press("x")
        text = await settle(pilot, "(a) z of h1")
        assert "z = w₁·x₁ + w₂·x₂ + b =  ?" in text and "Given: w₁ = 0.5, x₁ = 1" in text
        assert "0.5·1" not in text and isinstance(pilot.app.focused, Input)
        await pilot.press(*"-.5", "enter")
        await settle(pilot, "the sign is wrong")
        await pilot.press(*".5", "enter", *"1/2", "enter")
        await settle(pilot, "2 of 2 found, 1 at once")
        assert not pilot.app.screen.query_one(Input).display
        await pilot.press("enter")
        await settle(pilot, "(a) z of y")
        await pilot.press("escape")
        await settle(pilot, "forward, layer 2")
        assert isinstance(pilot.app.screen, Dashboard)


async def test_the_microscope_hands_its_neuron_over_and_comes_back() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "n", "m")
        await settle(pilot, "forward, layer 1 · h1")
        await pilot.press("right", "x")
        await settle(pilot, "(a) z of h2")
        await pilot.press("tab")
        await settle(pilot, "(a) z of h1")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MicroscopeScreen)


@pytest.mark.parametrize(
    ("running", "keys", "words"),
    [(True, ["x"], "of a paused run: space pauses"), (False, ["x"], "no step has been made yet: n makes")],
)
async def test_without_numbers_of_a_paused_phase_it_is_said_why(running: bool, keys: list[str], words: str) -> None:
    async with make_app(running=running).run_test(size=(80, 24)) as pilot:
        if running:
            await settle(pilot, "/s · ")
        await pilot.press(*keys)
        await settle(pilot, words)
        assert isinstance(pilot.app.screen, Dashboard)


async def test_a_phase_with_nothing_to_work_out_says_so() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await settle(pilot, "batch")
        await pilot.press("x")
        await settle(pilot, "nothing to work out")
        assert isinstance(pilot.app.screen, ExerciseScreen)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_the_line_for_the_answer_stands_below_the_question_at_any_size(size: tuple[int, int]) -> None:
    app = ExerciseApp(series("adam", seed=2), DARK, [DARK, LIGHT])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        rows = screen_text(pilot).split("\n")
        entry = app.screen.query_one(Input)
        assert "▸" in rows[entry.region.y] and "(a)" in "".join(rows[: entry.region.y])
        assert entry.region.right <= size[0] and "?" in "\n".join(rows)
        # The question follows the equations: no empty screen parts them.
        rule = next(place for place, row in enumerate(rows) if "╌╌╌" in row)
        assert "(a)" in rows[rule + 1]
        assert rows[rule - 1].strip(" │") or rows[rule - 2].strip(" │")


async def test_a_series_goes_on_and_tells_what_came_of_it() -> None:
    app = ExerciseApp(series("forward", 1, seed=4), DARK, [DARK, LIGHT])
    async with app.run_test(size=(80, 24)) as pilot:
        first = app.screen.query_one(ExercisePanel)
        assert first.working is not None
        count = len(first.working.exercise.blanks)
        for blank in first.working.exercise.blanks:
            await pilot.press(*blank.answer.replace("−", "-"), "enter")
        await pilot.pause()
        assert f"{count} of {count} found, {count} at once" in screen_text(pilot)
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "exercise 2" in screen_text(pilot)
        await pilot.press("escape")
    assert app.series.words == f"1 exercise, {count} of {count} numbers found"


async def test_in_ascii_nothing_else_is_sent() -> None:
    plain = adapted(DARK, Terminal(glyphs="ascii"))
    app = ExerciseApp(series("hidden-delta", 2, seed=1), plain, [plain], Terminal(glyphs="ascii"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        panel = app.screen.query_one(ExercisePanel)
        words = "".join(row.text for row in panel.content(None, plain, 78, 20))
        assert "delta" in words and "δ" not in words and "∂" not in words


async def test_the_loss_is_not_told_above_while_it_is_asked() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "n", "n", "n")
        await settle(pilot, "loss")
        await pilot.press("x")
        await settle(pilot, "(a) L₁")
        assert "loss 0." not in screen_text(pilot).split("\n")[0]


def test_what_the_formula_tells_already_is_no_blank() -> None:
    session = Session(experiment_of(OPTIONS))
    for _ in range(5):
        session.step("phase")
    lefts = [blank.line.left for blank in exercise_of_phase(session.snapshot(View(step=True))).blanks]
    assert "f′(z)" not in lefts and "δ" in lefts


async def test_keys_that_choose_are_named_only_where_there_is_a_choice() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "n")
        await settle(pilot, "forward, layer 1")
        await pilot.press("x")
        footer = (await settle(pilot, "(a) z of h1")).split("\n")[-1]
        assert "tab neuron" in footer and "sample" not in footer  # a batch of one
        await pilot.press("down")
        await settle(pilot, "no other samples")
        await pilot.press("escape", "n", "n")
        await settle(pilot, "loss")
        await pilot.press("x")
        footer = (await settle(pilot, "(a) L₁")).split("\n")[-1]
        assert "neuron" not in footer and "sample" not in footer
        await pilot.press("tab")
        await settle(pilot, "no other neurons")


async def test_blanks_stay_where_a_class_begins_another_run_at_the_same_step() -> None:
    def frame(dataset: str) -> Frame:
        session = Session(make_experiment(dataset=dataset))
        for _ in range(2):
            session.step("phase")
        return frame_of(FOLLOWING)._replace(snapshot=session.snapshot(View(20, 20, step=True)), running=False)

    runner = StubRunner(frame("xor"))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        assert "tab neuron" in (await settle(pilot, "w₁ = 0.3456")).split("\n")[-1]
        runner.frame = runner.frame._replace(classroom=replace(FOLLOWING, followers=13))
        assert "gone on" not in await settle(pilot, "tab neuron")
        runner.frame = runner.frame._replace(warning="ada has closed the class; f makes a copy of your own")
        await settle(pilot, "ada has closed the class")
        runner.frame = frame("iris")
        text = await settle(pilot, "the class has gone on")
        assert "w₁ = 0.3456" in text and "tab neuron" not in text
