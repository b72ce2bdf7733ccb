from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.strip import Strip

import tuinet
from tests.factories import StubRunner, make_dataset, make_frame, make_snapshot
from tuinet.data.dataset import Task
from tuinet.experiment.experiment import Experiment
from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import HiddenView, View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.legends import faded
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, ink, sentence_rows, width_of
from tuinet.tui.panels.hidden import (
    HiddenChoice,
    HiddenSpacePanel,
    hidden_legend,
    hidden_title,
    why_nothing,
)
from tuinet.tui.panels.hidden.plane import axis_labels, axis_ranges, below_axis, plane_levels, rounded, row_labels
from tuinet.tui.panels.hidden.plot import _FAINT, hidden_picture, hidden_rows, stacked
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import Colours, Terminal

DARK, LIGHT = load_themes()[:2]
Compare = Callable[..., bool]
UNITS = HiddenView(1, "units")


def make_space(snapshot: Snapshot, view: HiddenView = UNITS, **changes: Any) -> HiddenSpace:
    """Samples spread over a square, a line from corner to corner, and two lines of inputs where there are two."""
    samples, features = snapshot.dataset.X.shape
    places = np.arange(samples) / max(samples - 1, 1)
    fan_out = snapshot.layers[view.layer].biases.size
    slopes = np.linspace(-1, 1, fan_out) if fan_out > 1 else np.ones(1)
    curve = np.stack([np.linspace(0, 1, 9), np.linspace(0, 1, 9) ** 2], axis=1)[None]
    values: dict[str, Any] = {
        "view": view,
        "every": 1,
        "points": np.stack([places, places * (view.axes[0] != view.axes[1])], axis=1),
        "is_wrong": np.zeros(samples, np.bool_),
        "lines": (curve, 1 - curve)[:features] if features <= 2 else (),
        "steps": (0.2, 0.2)[:features] if features <= 2 else (),
        "next_layer": np.stack([np.linspace(-1, 0, fan_out), slopes, np.ones(fan_out)], axis=1),
        "shares": (0.61, 0.22),
    }
    return HiddenSpace(**{**values, **changes})


def seen(snapshot: Snapshot, view: HiddenView = UNITS, **changes: Any) -> Snapshot:
    return replace(snapshot, hidden_space=make_space(snapshot, view, **changes))


def drawn(snapshot: Snapshot, width: int, height: int) -> list[Strip]:
    assert snapshot.hidden_space is not None
    return hidden_rows(snapshot, snapshot.hidden_space, DARK, width, height)


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def said(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def trained(epochs: int = 1200, view: HiddenView | None = None, **options: Any) -> Snapshot:
    session = Session(Experiment(**options))
    session.advance(epochs)
    view = view or HiddenChoice().view(session.snapshot())
    return session.snapshot(View(hidden=view))


def test_four_points_and_the_line_that_parts_them() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    snapshot = seen(make_snapshot(), points=points, lines=(), next_layer=np.array([[-0.5, 1.0, 1.0]]))
    assert texts(drawn(snapshot, 25, 8)) == [
        "  1 ○",
        "",
        "",
        " h2 ⠰⣤⡀",
        "      ⠙⠳⢦⣀",
        "         ⠉⠳⢦⣄",
        "  0 ●       ⠈⠛⠆        ○",
        "    0        h1        1",
    ]


def test_the_lines_of_the_inputs_are_under_everything() -> None:
    rows = "\n".join(texts(drawn(seen(make_snapshot(), next_layer=np.zeros((1, 3))), 25, 8)))
    assert rows.count("●") + rows.count("○") == 4
    assert sum("⠀" < character <= "⣿" for character in rows) > 20


def test_wrong_samples_are_marked_and_on_top() -> None:
    is_wrong = np.array([True, False, False, False])
    snapshot = seen(make_snapshot(), points=np.full((4, 2), 0.5), is_wrong=is_wrong)
    (mark,) = [segment for row in drawn(snapshot, 25, 8) for segment in row if segment.text in "●○"]
    assert mark.text == "●"
    assert mark.style is not None and mark.style.bgcolor is not None
    assert mark.style.bgcolor.name == DARK.warning
    assert "● wrong: 1" in said(hidden_legend(snapshot, DARK, 60))
    assert said(hidden_legend(snapshot, DARK, 30)) == "━ P(1) = 0.5  ● 0 ○ 1  ● wrong"


def test_the_legend_shows_a_wrong_sample_as_it_is_in_sight() -> None:
    is_wrong = np.array([False, True, False, False])
    snapshot = seen(make_snapshot(), is_wrong=is_wrong)
    assert snapshot.dataset.y[1] == 1
    assert "○ wrong: 1" in said(hidden_legend(snapshot, DARK, 60))


def test_the_sides_of_the_line_have_the_colours_of_the_map() -> None:
    snapshot = seen(make_snapshot(), lines=(), next_layer=np.array([[-10.0, 20.0, 0.0]]))
    row = drawn(snapshot, 25, 8)[2]
    grounds = [style.bgcolor.name for _, style, _ in row if style and style.bgcolor]
    left, right = grounds[1], grounds[-2]
    assert left != right
    assert DARK.background not in (left, right)


def test_a_single_unit_is_a_line_on_which_samples_are_stacked() -> None:
    snapshot = make_snapshot(hidden=(1,))
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    snapshot = seen(snapshot, HiddenView(1, "units", (0, 0)), points=points, next_layer=np.array([[-0.5, 1.0, 0.0]]))
    assert texts(drawn(snapshot, 19, 6)) == [
        "         ⣤",
        "         ⣿",
        "         ⣿",
        " ●       ⣿       ○",
        " ●       ⠿       ○",
        " 0      h1       1",
    ]


def test_stacks() -> None:
    assert stacked([3, 3, 5], 4) == [(3, 3), (2, 3), (3, 5)]
    assert stacked([0] * 8, 2) == [(1, 0)] * 4 + [(0, 0)] * 4
    assert stacked([], 3) == []


@pytest.mark.parametrize(
    ("changes", "view", "room", "title"),
    [
        ({}, UNITS, 60, "hidden space · layer 1 · h1, h2"),
        ({}, UNITS, 30, "hidden space · layer 1"),
        ({}, UNITS, 10, "layer 1"),
        ({"hidden": (1,)}, HiddenView(1, "units", (0, 0)), 60, "hidden space · layer 1 · h1"),
        ({"hidden": (3, 4)}, HiddenView(2, "components", (0, 2)), 60, "hidden space · layer 2 · PC1, PC3"),
        ({"hidden": (4,)}, HiddenView(1, "output"), 60, "hidden space · layer 1 · z/‖w‖, PC1"),
        ({"hidden": (4,), "outputs": 3}, HiddenView(1, "output"), 60, "hidden space · layer 1 · output's PC1, PC2"),
        ({"hidden": (4,), "outputs": 2}, HiddenView(1, "output"), 60, "hidden space · layer 1 · z/‖w‖, PC1"),
    ],
)
def test_titles(changes: dict[str, Any], view: HiddenView, room: int, title: str) -> None:
    assert hidden_title(seen(make_snapshot(**changes), view), room) == title


@pytest.mark.parametrize(
    ("room", "title"),
    [
        (60, "hidden space · layer 1 · h1, h2 · 3 of 6 samples"),
        (40, "hidden space · layer 1 · 3 of 6 samples"),
        (35, "hidden space · layer 1 · 3 of 6"),
        (30, "hidden layer 1 · 3 of 6"),
        (20, "layer 1 · 3 of 6"),
    ],
)
def test_a_title_says_when_samples_are_left_out(room: int, title: str) -> None:
    snapshot = make_snapshot(inputs=4)
    snapshot = seen(snapshot, every=2, points=np.zeros((3, 2)), is_wrong=np.zeros(3, np.bool_))
    assert hidden_title(snapshot, room) == title
    assert len(texts(drawn(snapshot, 40, 10))) == 10


@pytest.mark.parametrize(
    ("changes", "view", "legend"),
    [
        ({}, UNITS, "━ P(class 1) = 0.5  ● 0 ○ 1  ⠒⠒ x1, x2 every 0.2  tint: the answer there"),
        ({"loss_name": "mse"}, UNITS, "━ output = 0.5  ● 0 ○ 1  ⠒⠒ x1, x2 every 0.2  tint: the answer there"),
        (
            {"hidden": (4,)},
            UNITS,
            "━ P(class 1) = 0.5  ● 0 ○ 1  ⠒⠒ x1, x2 every 0.2  other units at their mean  tint: the answer there",
        ),
        (
            {"hidden": (4,), "outputs": 3},
            HiddenView(1),
            "━ borders  ● 0 ○ 1 ◆ 2  ⠒⠒ x1, x2 every 0.2  % of the variance  tint: the answer there",
        ),
        ({"hidden": (2, 3)}, UNITS, "━ z = 0: units of layer 2  ● 0 ○ 1  ⠒⠒ x1, x2 every 0.2"),
        ({"hidden": (2, 9)}, UNITS, "━ z = 0: first 8 units of layer 2  ● 0 ○ 1  ⠒⠒ x1, x2 every 0.2"),
        ({"inputs": 4}, UNITS, "━ P(class 1) = 0.5  ● 0 ○ 1  4 inputs: samples only  tint: the answer there"),
        ({"inputs": 1}, UNITS, "━ P(class 1) = 0.5  ● 0 ○ 1  ⠒⠒ axis of x1  tint: the answer there"),
        ({"hidden": (1,)}, HiddenView(1, "units", (0, 0)), "━ P(class 1) = 0.5  ● 0 ○ 1  tint: the answer there"),
    ],
)
def test_legends(changes: dict[str, Any], view: HiddenView, legend: str) -> None:
    assert said(hidden_legend(seen(make_snapshot(**changes), view), DARK, 100)) == legend


def test_the_legend_says_why_a_sample_may_lie_on_the_wrong_side() -> None:
    snapshot = seen(make_snapshot(hidden=(4,), outputs=3), HiddenView(1, "output"))
    assert said(hidden_legend(snapshot, DARK, 160)).endswith("lines and tint: on this plane, off which samples lie")
    whole = seen(make_snapshot(hidden=(4,), outputs=3), HiddenView(1, "output"), shares=(0.9, 0.1))
    assert said(hidden_legend(whole, DARK, 160)).endswith("% of the variance  tint: the answer there")
    sixteen = adapted(DARK, Terminal("16"))
    assert "tint" not in said(hidden_legend(snapshot, sixteen, 160))


def test_names_are_shortened_rather_than_that_a_mark_is_left_unexplained() -> None:
    names = ("Larus argentatus (adult)", "Larus argentatus (first winter)", "Sterna hirundo × paradisaea")
    is_wrong = np.array([True, False, False, False])
    dataset = make_dataset(outputs=3, class_names=names)
    snapshot = seen(make_snapshot(hidden=(4,), outputs=3, dataset=dataset), HiddenView(1), is_wrong=is_wrong)
    for room in (70, 76, 100):
        assert " wrong" in said(hidden_legend(snapshot, DARK, room))
        assert width_of(hidden_legend(snapshot, DARK, room)) <= room


def test_percentages_that_are_there_come_before_lines_that_are_not() -> None:
    snapshot = seen(make_snapshot(hidden=(4,), outputs=3, inputs=4), HiddenView(1), lines=())
    assert said(hidden_legend(snapshot, DARK, 70)).endswith("% of the variance  4 inputs: samples only")
    assert said(hidden_legend(snapshot, DARK, 45)).endswith("% of the variance")
    assert said(hidden_legend(snapshot, DARK, 36)).endswith("% variance")


def test_the_legend_names_no_test_samples_since_none_are_drawn() -> None:
    legend = said(hidden_legend(trained(0, dataset="sine", hidden=(4,)), DARK, 160))
    assert "test" not in legend
    assert "⠒⠒ axis of x" in legend


@pytest.mark.parametrize("columns", [34, 71, 112, 190])
def test_the_name_of_an_axis_stands_beside_its_numbers_and_hides_none(columns: int) -> None:
    line = below_axis(("z/‖w‖", "57%"), (-2.0, 2.0), columns)
    assert "  z/‖w‖ 57%  " in line
    assert line.split()[0] == "-2"
    assert ("0" in line.split()) == (columns > 40)
    up = row_labels(("PC1", "26%"), (-2.0, 2.0), columns // 4)
    assert [up[row] for row in sorted(up)].count("PC1") == 1
    assert ("0" in up.values()) == (columns > 60)


def test_of_a_legend_the_line_stays_longest() -> None:
    snapshot = seen(make_snapshot())
    assert said(hidden_legend(snapshot, DARK, 30)) == "━ P(class 1) = 0.5  ● 0 ○ 1"
    assert said(hidden_legend(snapshot, DARK, 22)) == "━ P(1) = 0.5  ● 0 ○ 1"
    assert said(hidden_legend(snapshot, DARK, 15)) == "━ P(1) = 0.5"
    different = seen(make_snapshot(), steps=(0.2, 5.0))
    assert said(hidden_legend(different, DARK, 60)).endswith("x1 every 0.2, x2 every 5")


def test_round_numbers_to_predict_have_a_line_each_with_its_name() -> None:
    trained_on = trained(0, dataset="sine", hidden=(4,))
    assert said(hidden_legend(trained_on, DARK, 100)).startswith("━ y = -1, 0, 1  y")
    points, z = np.array([[-0.75, 0.0], [0.75, 1.0]] * 50), np.array([[0.0, 2.0, 0.0]])
    snapshot = seen(trained_on, HiddenView(1, "output"), points=points, lines=(), next_layer=z)
    rows = texts(drawn(snapshot, 40, 8))
    assert (rows[0], rows[-1]) == (
        "   1       ⣤-1       ⢠⡄0        ⣤1   ●",
        "     -0.8         z/‖w‖ 61%         0.8",
    )


def test_the_ground_has_the_colours_of_the_targets_in_their_unit() -> None:
    X = np.linspace(-1, 1, 40)[:, None]
    session = Session(Experiment(hidden=(2,)), tuinet.dataset(X, 1e5 * X[:, 0] + 2e5))
    session.advance(300)
    snapshot = session.snapshot(View(hidden=UNITS))
    space, shades = snapshot.hidden_space, shading(snapshot, load_themes()[0])
    assert space is not None
    ranges = axis_ranges(snapshot, space)
    levels = plane_levels(snapshot, space, shades, ranges, (9, 9))
    corner = np.array([ranges[0][0], ranges[1][1]])
    z = space.next_layer @ np.array([1.0, *corner])
    answer = snapshot.dataset.decode(z[None])
    assert levels[0, 0] == shades.levels(Surface(*ranges, np.array([answer[0]])))[0, 0]
    assert len(set(levels.ravel().tolist())) > 3


def test_the_ground_in_pixels_is_what_the_output_layer_answers_there() -> None:
    session = Session(Experiment(hidden=(2,)))
    session.advance(300)
    snapshot, theme = session.snapshot(View(hidden=UNITS)), replace(load_themes()[0], has_pictures=True)
    space, shades = snapshot.hidden_space, shading(snapshot, theme)
    assert space is not None
    rows = hidden_rows(snapshot, space, theme, 40, 12)
    picture = hidden_picture(snapshot, space, theme, rows, 40, 12)
    assert picture is not None
    ranges = axis_ranges(snapshot, space)
    fine = plane_levels(snapshot, space, shades, ranges, (picture.rows, picture.columns), (4, 8))
    assert fine.shape == picture.pixels.shape
    # The ends of both ranges are in the middle of the outermost cells: 1.5 and 3.5 pixels from the corner.
    (left, right), (low, high) = ranges
    a = left + (right - left) * (10 - 1.5) / 4 / (picture.columns - 1)
    b = high - (high - low) * (20 - 3.5) / 8 / (picture.rows - 1)
    z = space.next_layer @ np.array([1.0, a, b])
    assert fine[20, 10] == shades.levels(Surface(*ranges, 1 / (1 + np.exp(-z[None]))))[0, 0]
    colours = [picture.palette[index] for index in picture.pixels[picture.pixels > 0].tolist()]
    faint = [faded(colour, _FAINT, theme) for colour in shades.colours]
    assert colours == [faint[level] for level in fine[picture.pixels > 0].tolist()]
    assert len(set(colours)) > 3
    assert hidden_picture(snapshot, space, load_themes()[0], rows, 40, 12) is None


def test_units_of_a_next_hidden_layer_are_named_and_the_chosen_one_is_bold() -> None:
    snapshot = seen(make_snapshot(hidden=(2, 3)), lines=())
    plain = drawn(snapshot, 60, 20)
    assert [row for row, text in enumerate(texts(plain)[:-1]) if "⠠h" in text] == [0, 9]
    assert snapshot.hidden_space is not None
    chosen = hidden_rows(snapshot, snapshot.hidden_space, DARK, 60, 20, (2, 0))
    assert texts(chosen) != texts(plain)
    for unit in ((1, 0), (3, 0), (2, 7), None):
        assert hidden_rows(snapshot, snapshot.hidden_space, DARK, 60, 20, unit) == plain


def test_why_there_is_nothing() -> None:
    assert why_nothing(make_snapshot(hidden=())).startswith("No hidden layer:")
    assert why_nothing(seen(make_snapshot(), points=np.full((4, 2), np.nan))).startswith("Nothing to draw:")
    assert why_nothing(seen(make_snapshot())) == why_nothing(make_snapshot()) == ""
    rows = texts(sentence_rows(why_nothing(make_snapshot(hidden=())), DARK, 35, 12))
    assert len(rows) <= 12
    assert " ".join(row.strip() for row in rows).strip() == why_nothing(make_snapshot(hidden=()))


def test_all_of_the_variance_is_said_only_where_nothing_is_missing() -> None:
    snapshot = make_snapshot(hidden=(3,))
    labels = axis_labels(snapshot, make_space(snapshot, HiddenView(1), shares=(0.999, 0.001)))
    assert labels == (("PC1", "99%"), ("PC2", "0%"))
    assert axis_labels(snapshot, make_space(snapshot, HiddenView(1), shares=(1.0, 0.0)))[0] == ("PC1", "100%")


def test_ranges_are_round_or_all_that_a_unit_can_answer() -> None:
    snapshot = make_snapshot()
    assert axis_ranges(snapshot, make_space(snapshot)) == ((0, 1), (0, 1))
    tanh = make_snapshot(activation="tanh")
    assert axis_ranges(tanh, make_space(tanh)) == ((-1, 1), (-1, 1))
    relu = make_snapshot(activation="relu")
    assert axis_ranges(relu, make_space(relu, points=np.array([[0.0, 0.1], [3.7, 90.0]]), lines=())) == (
        (0, 4),
        (0, 100),
    )
    assert rounded(2.0, 2.0) == (1.0, 3.0)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_a_rounded_range_holds_everything_and_not_much_more(low: float, width: float) -> None:
    left, right = rounded(low, low + width)
    slack = 1e-5 * max(abs(low), width, 1e-12)
    assert left <= low + slack
    assert low + width <= right + slack
    assert right > left


def views(snapshot: Snapshot, choice: HiddenChoice, pairs: int, times: int) -> list[tuple[str, tuple[int, int]]]:
    found: list[tuple[str, tuple[int, int]]] = []
    for _ in range(times):
        view = choice.view(snapshot)
        assert view is not None
        found.append((view.kind, view.axes))
        choice = choice.moved(snapshot, 0, pairs)
    return found


def test_axes_are_chosen_in_a_ring() -> None:
    snapshot = make_snapshot(hidden=(3, 4))
    components = [("components", axes) for axes in ((0, 1), (0, 2), (1, 2))]
    units = [("units", axes) for axes in ((0, 1), (1, 2), (2, 3), (3, 0))]
    assert views(snapshot, HiddenChoice(), 1, 9) == [("output", (0, 1)), *components, *units, ("output", (0, 1))]
    assert views(snapshot, HiddenChoice(), -1, 2) == [("output", (0, 1)), ("units", (3, 0))]
    first = HiddenChoice().moved(snapshot, -1, 0)
    assert views(snapshot, first, 1, 4) == [*components, ("units", (0, 1))]
    assert views(make_snapshot(), HiddenChoice(), 1, 2) == [("units", (0, 1))] * 2
    assert views(make_snapshot(hidden=(1,)), HiddenChoice(), 1, 2) == [("units", (0, 0))] * 2


def test_layers_are_chosen_as_far_as_there_are_some() -> None:
    snapshot = make_snapshot(hidden=(3, 4, 5))
    choice = HiddenChoice()
    assert (choice.view(snapshot) or UNITS).layer == 3
    assert choice.moved(snapshot, 1, 0).layer == 3
    choice = choice.moved(snapshot, -1, 0).moved(snapshot, -1, 0).moved(snapshot, -1, 0)
    assert choice.layer == 1
    assert (HiddenChoice(3).view(make_snapshot()) or HiddenView(9)).layer == 1
    none = make_snapshot(hidden=())
    assert HiddenChoice(2).view(none) is None
    assert HiddenChoice().moved(none, 1, 0) == HiddenChoice().moved(none, 0, 1) == HiddenChoice()


sizes = st.integers(0, 140), st.integers(0, 60)
layers = st.lists(st.integers(1, 12), min_size=1, max_size=4).map(tuple)


@settings(max_examples=60)
@given(*sizes, layers, st.integers(1, 5), st.integers(1, 12), st.sampled_from([None, "regression"]), st.data())
def test_rows_have_the_width_of_their_panel(
    width: int, height: int, hidden: tuple[int, ...], inputs: int, outputs: int, task: Task | None, data: st.DataObject
) -> None:
    snapshot = make_snapshot(hidden=hidden, inputs=inputs, outputs=outputs, task=task)
    choice = HiddenChoice(data.draw(st.integers(1, len(hidden))), data.draw(st.integers(0, 9)))
    view = choice.view(snapshot)
    assert view is not None
    snapshot = seen(snapshot, view)
    rows = drawn(snapshot, width, height)
    assert [row.cell_length for row in rows] == [width] * len(rows)
    assert len(rows) in (0, height)
    assert len(rows) == height or width < 40 or height < 8
    assert len(hidden_title(snapshot, width)) <= max(width, 30)
    assert width_of(hidden_legend(snapshot, DARK, width)) <= max(width, 40)
    assert all(row.cell_length == width for row in sentence_rows("Some words to wrap.", DARK, width, height))


def app(runner: StubRunner) -> TuinetApp:
    return TuinetApp(runner, DARK, [DARK, LIGHT])


def panel(pilot: Pilot[None]) -> HiddenSpacePanel:
    return pilot.app.screen.query_one(HiddenSpacePanel)


async def test_keys_ask_for_other_layers_and_axes_while_the_panel_has_the_focus() -> None:
    runner = StubRunner(make_frame(make_snapshot(hidden=(3, 4))))
    async with app(runner).run_test(size=(80, 24)) as pilot:

        async def asked(*keys: str) -> HiddenView | None:
            await pilot.press(*keys)
            await pilot.pause()
            view = runner.views[-1]
            return view.hidden if view else None

        assert await asked("down") is None
        assert await asked("6") == HiddenView(2, "output")
        assert await asked("down") == HiddenView(2, "components", (0, 1))
        assert await asked("up", "up") == HiddenView(2, "units", (3, 0))
        assert await asked("left") == HiddenView(1, "components", (0, 1))
        assert await asked("right") == HiddenView(2, "output")
        assert await asked("escape") is None


async def test_the_sentences_are_on_the_screen() -> None:
    runner = StubRunner(make_frame(make_snapshot(hidden=())))
    async with app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await pilot.pause()
        text = "\n".join(row.text for row in panel(pilot)._rows)
        assert "No hidden layer" in text
        runner.change(snapshot=seen(make_snapshot(), points=np.full((4, 2), np.inf)))
        await pilot.pause(0.3)
        assert "diverged" in "\n".join(row.text for row in panel(pilot)._rows)


async def test_a_calm_picture_sends_nothing() -> None:
    runner = StubRunner(make_frame(seen(make_snapshot())))
    async with app(runner).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        before = list(panel(pilot)._rows)
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241, hidden_space=make_space(make_snapshot())))
        await pilot.pause(0.3)
        assert panel(pilot)._rows == before


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def test_xor_before_it_is_solved(snap_compare: Compare, plain_terminal: None) -> None:
    runner = StubRunner(make_frame(trained(700)))
    assert snap_compare(app(runner), press=["6"], terminal_size=(80, 24))


def test_three_classes(snap_compare: Compare, plain_terminal: None) -> None:
    runner = StubRunner(make_frame(trained(100, dataset="blobs", hidden=(4,))))
    assert snap_compare(app(runner), press=["6"], terminal_size=(80, 24))


@pytest.mark.parametrize("colours", ["16", "none", "256"])
def test_without_faint_colours_the_ground_is_plain(colours: Colours) -> None:
    few = adapted(DARK, Terminal(colours))
    rows = hidden_rows(make_snapshot(), make_space(make_snapshot()), few, 40, 12)
    grounds = {str(style.bgcolor) for strip in rows for _, style, _ in strip if style and style.bgcolor}
    assert grounds <= {str(ink(None, ground).bgcolor) for ground in (few.background, few.warning)}
