"""Asking the network: values by keys, typing and mouse, drawn digits, and the answers on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from textual.pilot import Pilot

import tuinet
from tests.factories import make_dataset, make_frame, make_snapshot
from tests.tui.chaos import Mouse, SteppedRunner
from tests.tui.test_visible_keys import settle, words
from tuinet.data.dataset import Dataset, InputColumn
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.answer import Answer, InputRow, input_rows
from tuinet.observe.view import Question, View
from tuinet.session.commands import Pause
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.answers import answer_text, value_text
from tuinet.tui.panels.ask import AskPanel
from tuinet.tui.panels.ask.canvas import Brush, Canvas, Pixel, canvas_of, line_between
from tuinet.tui.panels.ask.rows import Typing, answer_lines, number_at, row_layout, row_line
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import find_theme, load_themes

DARK = find_theme("dark")
TRAINED = Session(make_experiment(dataset="digits", samples=600))
TRAINED.advance(30)
STROKES: dict[int, Sequence[Sequence[Pixel]]] = {
    0: [[(0, 3), (0, 4), (1, 5), (2, 6), (5, 6), (6, 5), (7, 4), (7, 3), (6, 2), (5, 1), (2, 1), (1, 2), (0, 3)]],
    2: [[(1, 1), (0, 3), (1, 5), (3, 5), (5, 3), (7, 1), (7, 6)]],
    3: [[(0, 2), (0, 4), (1, 5), (3, 4), (4, 5), (6, 5), (7, 3), (7, 2), (6, 1)]],
    4: [[(0, 3), (4, 1), (4, 6)], [(2, 4), (7, 4)]],
    5: [[(0, 5), (0, 2), (3, 2), (3, 4), (4, 5), (6, 5), (7, 3), (7, 2)]],
    6: [[(0, 4), (2, 2), (5, 2), (7, 3), (7, 4), (6, 5), (5, 5), (4, 4), (4, 3), (5, 2)]],
}
"""Pixels that a pen passes, stroke by stroke."""


@asynccontextmanager
async def asking(
    session: Session, *keys: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], SteppedRunner, AskPanel]]:
    """The dashboard on a session, paused, with the panel on the full screen."""
    runner, themes = SteppedRunner(session), load_themes()
    runner.send(Pause())
    runner.turn()
    async with TuinetApp(runner, themes[0], themes).run_test(size=size) as pilot:
        for key in keys or ("/",):
            await pilot.press(key)
            await settle(pilot, runner)
        screen = pilot.app.screen
        assert isinstance(screen, Dashboard)
        panel = screen.panel("ask")
        assert isinstance(panel, AskPanel)
        yield pilot, runner, panel


async def test_a_value_is_typed_and_the_answer_follows_and_no_key_does_anything_else() -> None:
    session = Session(Experiment())
    session.advance(2000)
    async with asking(session) as (pilot, runner, panel):
        assert "training sample 1 of 4 · 0" in words(pilot)
        await pilot.press("down", *"0.7")
        await settle(pilot, runner)
        assert panel.question == (0.0, 0.7)
        assert "0.7_" in words(pilot)
        await pilot.press(*"qrs", "space", "enter")
        await settle(pilot, runner)
        assert panel.question == (0.0, 0.7)
        share = 1 / (1 + np.exp(-logit(session, (0.0, 0.7))))
        assert f"{min(100 * max(share, 1 - share), 99.9):.1f}%" in words(pilot)
        assert session.run.epoch == 2000
        assert pilot.app.is_running
        await pilot.press("minus", *"3e", "escape")
        await settle(pilot, runner)
        assert panel.question == (0.0, 0.7)
        await pilot.press("right", "left_square_bracket")
        await settle(pilot, runner)
        assert panel.question == (0.0, 0.9)


def logit(session: Session, question: Question) -> float:
    """The pre-activation of a single output behind a layer of sigmoids."""
    (first, second), (b, c) = session.run.parameters.weights, session.run.parameters.biases
    hidden = 1 / (1 + np.exp(-(np.array(question) @ first + b)))
    return float((hidden @ second + c)[0])


async def test_what_is_typed_and_is_no_number_is_said_and_forgotten() -> None:
    async with asking(Session(Experiment())) as (pilot, runner, panel):
        await pilot.press("minus", "enter")
        await settle(pilot, runner)
        assert "'-' is not a number such as -0.25 or 1e-3" in words(pilot)
        assert panel.question == (0.0, 0.0)


async def test_the_map_asks_about_its_cursor_and_says_what_is_answered_there() -> None:
    session = Session(Experiment())
    session.advance(2000)
    async with asking(session, "1", "right") as (pilot, runner, panel):
        told = next(line for line in words(pilot).splitlines() if "┼ " in line and "%" in line)
        await pilot.press("/")
        await settle(pilot, runner)
        shown = panel.question
        assert len(shown) == 2
        assert shown[0] != 0
        share = 1 / (1 + np.exp(-logit(session, shown)))
        assert f"┼ {int(share > 0.5)} {min(100 * max(share, 1 - share), 99.9):.1f}%" in told
        await pilot.press("escape")
        await settle(pilot, runner)
        assert "decision boundary" in words(pilot)


async def test_the_chosen_sample_of_the_samples_is_asked_about() -> None:
    session = Session(make_experiment(dataset="iris", hidden=(3,)))
    async with asking(session, "9", "down", "down", "/") as (pilot, runner, panel):
        assert panel.question == tuple(session.run.dataset.X_test[2].tolist())
        await pilot.press("v", "v")
        await settle(pilot, runner)
        assert "training sample 2 of" in words(pilot)
        assert panel.question == tuple(session.run.dataset.X[1].tolist())


async def test_a_digit_drawn_by_mouse_is_recognized() -> None:
    session = TRAINED
    async with asking(session, "/", "c") as (pilot, runner, panel):
        canvas = canvas_of((8, 8), panel.room[0] - 24, panel.room[1])
        assert canvas is not None
        for stroke in STROKES[4]:
            for index, pixel in enumerate(stroke):
                line, column = canvas.cell_of(pixel)
                offset = (column + 2, line + 1)
                if index == 0:
                    await pilot.mouse_down(panel, offset=offset)
                await pilot.hover(panel, offset=offset)
            await pilot.mouse_up(panel, offset=offset)
        await settle(pilot, runner)
        assert "▸ 4" in words(pilot)
        brightest = np.array(panel.question).reshape(8, 8).argmax(axis=1)
        assert brightest[4] in range(1, 7)
        line, column = canvas.cell_of((4, 4))
        for kind in ("down", "up"):
            await Mouse(kind, panel.region.x + column + 2, panel.region.y + line + 1, 3).strike(pilot)
        await settle(pilot, runner)
        assert panel.question[4 * 8 + 4] == 0


async def test_a_digit_is_drawn_by_keys() -> None:
    async with asking(TRAINED, "/", "c") as (pilot, runner, panel):
        await pilot.press("5", "right", "down", "space")
        await settle(pilot, runner)
        assert panel.question[9] == pytest.approx(5 / 9)
        assert panel.question[8] == pytest.approx(5 / 9 / 4)
        assert "strength 5 · row 2, column 2" in words(pilot)
        assert TRAINED.run.epoch == 30
        await pilot.press("9", "space")
        await settle(pilot, runner)
        assert panel.question[9] == 1
        await pilot.press("space")
        await settle(pilot, runner)
        assert panel.question[9] == 0


@pytest.mark.parametrize("digit", STROKES)
def test_drawn_digits_are_like_those_of_the_data(digit: int) -> None:
    dataset = TRAINED.run.dataset
    question: Question = (dataset.extent[0],) * 64
    for stroke in STROKES[digit]:
        for start, end in pairwise(stroke):
            question = Brush().drawn(question, (8, 8), dataset.extent, *line_between(start, end))
    answer = TRAINED.run.observer.question.look(question)
    assert answer is not None
    assert answer.predicted == digit


async def test_the_answer_follows_another_dataset() -> None:
    session = Session(make_experiment(dataset="iris", hidden=(3,)))
    async with asking(session) as (pilot, runner, panel):
        assert "sepal length" in words(pilot)
        await pilot.press("i")
        for _ in range(3):
            await settle(pilot, runner)
        assert len(panel.question) == session.run.dataset.X.shape[1]
        assert "ask the network" in words(pilot)


async def test_resuming_brings_the_question_back() -> None:
    session = Session(Experiment())
    session.advance(10)
    async with asking(session) as (pilot, runner, panel):
        await pilot.press(*"0.25", "enter")
        await settle(pilot, runner)
    again = Session.from_saved(await asyncio.to_thread(session.save))
    async with asking(again) as (_, _, panel):
        assert panel.question == (0.25, 0.0)


async def test_many_inputs_scroll_with_the_chosen_one() -> None:
    dataset = make_dataset(60)
    session = Session(Experiment(hidden=(2,)), dataset)
    async with asking(session) as (pilot, runner, _):
        assert "x60" not in words(pilot)
        await pilot.press("end")
        await settle(pilot, runner)
        assert "x60" in words(pilot)
        assert "of 60" in words(pilot)
        await pilot.press("pageup", "home")
        await settle(pilot, runner)
        assert "x1 " in words(pilot)


def mixed() -> Dataset:
    X = np.array([[1.0, 1.0, 0.0], [5.0, 0.0, 1.0], [3.0, 0.0, 1.0]])
    columns = (InputColumn("size"), InputColumn("city", ("Köln", "Ulm")))
    names = ("size", "city=Köln", "city=Ulm")
    return make_dataset(
        3, task="regression", X=X, y=np.array([[1.0], [2.0], [9e5]]), feature_names=names, columns=columns
    )


def line_text(question: Question, index: int, typing: Typing | None = None) -> str:
    rows = input_rows(mixed())
    line = row_line(rows[index], question, row_layout(rows, 40), DARK, is_chosen=True, typing=typing)
    return "".join(text for text, _ in line).rstrip()


def test_a_row_says_value_category_and_place() -> None:
    question = (3.0, 0.0, 1.0)
    assert line_text(question, 0) == " size ◂         3▸  " + "━" * 9 + "╸" + "─" * 9
    assert line_text(question, 1) == " city ◂Ulm       ▸  2 of 2"
    assert line_text((3.0, 0.0, 0.0), 1) == " city ◂none      ▸"
    assert line_text(question, 0, Typing("-1e", question)).startswith(" size ◂      -1e_▸")


def test_long_names_of_rows_and_categories_stay_different() -> None:
    def said(rows: tuple[InputRow, ...], row: InputRow, question: Question) -> str:
        pieces = row_line(row, question, row_layout(rows, 40), DARK, is_chosen=False, typing=None)
        return "".join(text for text, _ in pieces)

    names = ("mean concavity of points", "mean concavity of places")
    rows = tuple(InputRow(name, (), index, 0.0, 1.0, 0.1) for index, name in enumerate(names))
    assert len({said(rows, row, (0.0, 0.0)) for row in rows}) == 2
    colour = InputRow("colour", ("reddish brown", "reddish black"), 0, 0.0, 1.0, 1.0)
    values = [said((colour,), colour, question).partition(" of ")[0][:-1] for question in ((1.0, 0.0), (0.0, 1.0))]
    assert values[0] != values[1]


@pytest.mark.parametrize(("value", "is_outside"), [(-2.0, True), (3.0, False), (99.0, True)])
def test_a_value_beyond_all_samples_is_a_warning_in_the_chosen_row_too(value: float, is_outside: bool) -> None:
    rows = input_rows(mixed())
    line = row_line(rows[0], (value, 0.0, 1.0), row_layout(rows, 40), DARK, is_chosen=True, typing=None)
    assert any(text and style == DARK.inks.warning for text, style in line) == is_outside


def test_a_click_on_a_bar_is_a_round_value() -> None:
    rows = input_rows(mixed())
    layout = row_layout(rows, 40)
    assert number_at(rows[0], layout, layout.bar_at) == 1.0
    assert number_at(rows[0], layout, layout.bar_at + layout.bar - 1) == 5.0
    assert number_at(rows[0], layout, layout.bar_at - 1) is None
    assert number_at(rows[1], layout, layout.bar_at) is None


@pytest.mark.parametrize(("text", "number"), [("-0.5", -0.5), ("1,5", 1.5), ("−2", -2.0), ("1e999", None), ("", None)])
def test_what_is_typed_is_a_number(text: str, number: float | None) -> None:
    assert Typing(text, ()).number == number


def make_answer(shares: list[float], outputs: list[float], hidden: int, predicted: int | None) -> Answer:
    activations = (np.linspace(-1, 1, hidden), np.array(outputs))
    return Answer((0.0, 0.0), np.array(outputs), np.array(shares), predicted, activations)


def test_bars_of_classes_and_hidden_activations() -> None:
    snapshot = make_snapshot(hidden=(3,))
    answer = make_answer([0.2, 0.8], [0.8], 3, 1)
    texts = ["".join(text for text, _ in line).rstrip() for line in answer_lines(snapshot, answer, DARK, 36, 9)]
    assert texts[0].startswith("   0 ━") and texts[0].endswith("20.0%")
    assert texts[1].startswith(" ▸ 1 ━") and texts[1].endswith("80.0%")
    assert texts[3] == " layer 1  −1.000 +0.000 +1.000"
    assert answer_text(snapshot, answer) == "1 80.0%"
    assert answer_text(snapshot, answer, (1, 2)) == "h3 +1.000"


def test_an_output_under_the_cursor_is_in_the_unit_of_the_map() -> None:
    X = np.linspace(-1, 1, 40).reshape(20, 2)
    session = Session(Experiment(hidden=(2,)), tuinet.dataset(X, 1e5 * X[:, 0] + 2e5))
    snapshot = session.snapshot(View(pointed=(0.1, 0.2)))
    assert snapshot.pointed is not None
    told = f"{session.predict([[0.1, 0.2]])[0]:,.0f}"
    assert answer_text(snapshot, snapshot.pointed, (2, 0)).endswith(f" {told}")
    assert answer_text(snapshot, snapshot.pointed).endswith(f" {told}")


def test_no_label_is_an_answer() -> None:
    dataset = Dataset("made", "labels", np.eye(2), np.eye(2), ("x1", "x2"), (), ("red", "round"))
    snapshot = Session(Experiment(hidden=(2,)), dataset).snapshot(View())
    answer = make_answer([0.2, 0.1], [0.2, 0.1], 2, None)
    assert answer_text(snapshot, answer) == "none"


@pytest.mark.parametrize(("width", "height"), [(10, 1), (12, 4), (36, 5), (36, 40), (1, 1)])
def test_an_answer_fits_its_room(width: int, height: int) -> None:
    dataset = make_dataset(4, 12)
    snapshot = replace(make_frame().snapshot, dataset=dataset)
    answer = make_answer([1 / 12] * 12, [1 / 12] * 12, 300, 3)
    assert len(answer_lines(snapshot, answer, DARK, width, height)) <= height


@pytest.mark.parametrize(
    ("value", "text"), [(5.1, "5.1"), (176_850.0, "176,850"), (-1.5e9, "-1.5e+09"), (0.1234567, "0.12346")]
)
def test_values_have_five_digits_or_are_written_out(value: float, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(("room", "factor"), [((54, 19), 4), ((28, 14), 3), ((8, 4), 1), ((7, 9), 0)])
def test_a_canvas_is_as_large_as_its_room(room: tuple[int, int], factor: int) -> None:
    canvas = canvas_of((8, 8), *room)
    assert (0 if canvas is None else canvas.factor) == factor


@pytest.mark.parametrize("factor", range(1, 7))
def test_the_cell_of_a_pixel_leads_back_to_it(factor: int) -> None:
    canvas = Canvas((28, 28), factor)
    # The smallest pixels lie two in a cell, which leads to the upper one.
    for row in range(0, 28, 2 if factor == 1 else 1):
        for column in range(28):
            line, cell = canvas.cell_of((row, column))
            assert canvas.pixel_at(cell, line) == (row, column)
    assert canvas.pixel_at(canvas.columns, 0) is None


def test_a_fast_stroke_has_no_gaps() -> None:
    path = line_between((0, 0), (7, 3))
    assert (path[0], path[-1]) == ((0, 0), (7, 3))
    assert all(max(abs(a - c), abs(b - d)) == 1 for (a, b), (c, d) in pairwise(path))
