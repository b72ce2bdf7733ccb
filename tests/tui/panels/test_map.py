"""The map panel: what it draws, what its keys and the mouse do, and pictures of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import MouseDown
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Static

from tests.factories import StubRunner, make_dataset, make_frame, make_layer, make_points, make_snapshot, make_surface
from tests.screen import is_whole
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.experiment.presets import make_experiment
from tuinet.observe.answer import Answer
from tuinet.observe.planes import NO_POINTS, Curve, Points, Surface, input_plane
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Plane, Unit, View
from tuinet.session.commands import Command
from tuinet.session.edits import AddPoint, ClearPoints, RemovePoint
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.scales import response_range
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece
from tuinet.tui.messages import UnitChosen
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.map.drawing import map_rows, map_title, thinned
from tuinet.tui.panels.map.editing import layout_of, rounded_place
from tuinet.tui.panels.map.fits import fit_legend, fit_rows, fit_title
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.prompt import TextScreen
from tuinet.tui.style.theme import CLASS_LEVELS, load_themes

DARK, LIGHT = load_themes()[:2]
Compare = Callable[..., bool]


def make_app(runner: StubRunner) -> TuinetApp:
    return TuinetApp(runner, DARK, [DARK, LIGHT])


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def said(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


@lru_cache
def trained(name: str, epochs: int, **view: Any) -> Snapshot:
    session = Session(make_experiment(dataset=name))
    session.advance(epochs)
    return session.snapshot(View(**{"columns": 60, "rows": 40, **view}))


def judged(points: Points, answers: list[float]) -> Points:
    return points._replace(answers=np.array(answers))


# --- drawing


def test_samples_are_told_apart_by_class_set_and_error() -> None:
    dataset = make_dataset()
    train = judged(make_points(dataset), [0, 0, 1, 1])
    tested = make_points(dataset, np.array([[0.5, 0.2], [0.5, 0.8]]), np.array([[0.0], [1.0]]))
    test = judged(tested, [0, 0])
    rows = map_rows(make_snapshot(surface=make_surface(train=train, test=test)), DARK, 31, 12)
    drawn = [character for row in texts(rows)[:-1] for character in row[8:] if character not in " ▀"]
    assert sorted(drawn) == sorted("●B○A•b")
    assert texts(rows)[9][8:].index("●") == texts(rows)[1][8:].index("B")


def test_a_wrong_sample_is_not_hidden_by_a_right_one() -> None:
    X = np.array([[0.5, 0.5], [0.5, 0.5]])
    dataset = make_dataset(X=X, y=np.array([[1.0], [0.0]]))
    snapshot = make_snapshot(surface=make_surface(train=judged(make_points(dataset), [0, 0])))
    assert "B" in "".join(texts(map_rows(snapshot, DARK, 31, 12))[:-1])


def test_a_right_sample_lets_the_map_be_seen_and_a_wrong_one_stands_out() -> None:
    for snapshot in (make_snapshot(outputs=3), make_snapshot()):
        shades = shading(snapshot, DARK)
        assert [shades.mark(label, label).ground for label in (0.0, 1.0)] == [None, None]
        wrong = shades.mark(0.0, 1.0)
        assert (wrong.glyph, wrong.colour, wrong.ground) == ("A", DARK.warning, DARK.background)


def test_discrete_maps_show_decisions() -> None:
    snapshot = make_snapshot(surface=Surface((0, 1), (0, 1), np.array([[0.1, 0.5, 0.51, 0.9, np.nan]])))
    assert shading(snapshot, DARK, discrete=True).levels(snapshot.surface).tolist() == [[0, 0, 74, 74, 37]]  # type: ignore[arg-type]
    signed = replace(snapshot, layers=(*snapshot.layers[:-1], make_layer(2, 1, "tanh")))
    surface = Surface((0, 1), (0, 1), np.array([[-0.1, 0.1]]))
    assert shading(signed, DARK, discrete=True).levels(surface).tolist() == [[0, 74]]
    classes = Surface((0, 1), (0, 1), np.array([[0.34, 0.9, np.nan]]), np.array([[2, 0, 1]]))
    several = shading(make_snapshot(outputs=3), DARK, discrete=True)
    assert several.levels(classes).tolist() == [[3 * 5 * CLASS_LEVELS - 1, 5 * CLASS_LEVELS - 1, 5 * CLASS_LEVELS]]
    assert said(shading(snapshot, DARK, discrete=True).legend(60)) == "● class 0  ○ class 1"


def seen(wrong: list[float], **changes: Any) -> Snapshot:
    """A snapshot of the four samples, the first two of class 0 and taken for what is said, and of two test samples."""
    dataset = make_dataset()
    tested = make_points(dataset, np.array([[0.5, 0.2], [0.5, 0.8]]), np.array([[0.0], [1.0]]))
    train, test = judged(make_points(dataset), wrong), judged(tested, [0.0, 0.0])
    return make_snapshot(surface=make_surface(train=train, **({"test": test} | changes)))


def test_the_legend_of_two_classes_is_never_cut() -> None:
    solved = make_snapshot()
    assert [said(shading(solved, DARK).legend(room)) for room in (80, 28, 24, 10, 7, 3)] == [
        "● class 0  ○ class 1  P(class 1) 0 ▌▌▌▌▌▌▌▌ 1",
        "● 0  ○ 1  P(class 1) 0▌▌▌▌1",
        "● 0 ○ 1  P(class 1) 0▌▌1",
        "● 0  ○ 1",
        "● 0 ○ 1",
        "",
    ]


def test_the_legend_says_what_occurs_and_nothing_else() -> None:
    """Which class a letter stands for, that it is wrong, and what is small."""
    solved, half, wrong = ([0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0])
    assert sorted(half) == sorted(solved) == sorted(wrong)
    untested = {"test": NO_POINTS}
    assert said(shading(seen(half, **untested), DARK).legend(28)) == "● 0, wrong: A  ○ 1, wrong: B"
    assert said(shading(seen(solved, **untested), DARK).legend(28)) == "● 0  ○ 1  P(class 1) 0▌▌▌▌1"
    tested = [said(shading(seen(half), DARK).legend(room)) for room in (90, 60, 28)]
    assert tested == [
        "● class 0, wrong: A  ○ class 1, wrong: B  small: test samples  P(class 1) 0 ▌▌▌▌▌▌▌▌ 1",
        "● 0, wrong: A  ○ 1, wrong: B  small: test  P(class 1) 0▌▌▌▌1",
        "●A 0 ○B 1 A wrong •b test",
    ]
    # Of the training samples all are right, of the test samples one of class 1 is not.
    assert said(shading(seen(solved), DARK).legend(28)) == "● 0  ○ 1, wrong: b •b test"


def test_names_in_a_legend_are_never_blank_or_the_same() -> None:
    def legend(names: tuple[str, str], room: int, wrong: float = 0.0) -> str:
        dataset = make_dataset(class_names=names)
        surface = make_surface(train=judged(make_points(dataset), [wrong, 1.0, 1.0, 0.0]))
        return said(shading(make_snapshot(dataset=dataset, surface=surface), DARK).legend(room))

    assert legend(("みかん", "りんご"), 28) == "● みかん  ○ りんご"
    assert legend(("みかん", "りんご"), 9) == "● み ○ り"
    assert legend(("みかん", "りんご"), 35, wrong=1.0) == "● みかん, wrong: A  ○ りんご"
    assert legend(("spruce", "spider"), 28, wrong=1.0) == "● spruce, wrong: A  ○ spider"
    assert legend(("spruce", "spider"), 26, wrong=1.0) == "●A spruce ○ spider A wrong"
    assert legend(("spruce", "spider"), 40) == "● spruce  ○ spider  P(spider) 0▌▌▌▌1"


def test_prices_and_years_in_a_legend_are_never_cut() -> None:
    def legend(low: float, high: float, room: int, name: str = "price") -> str:
        y = np.array([[low], [high], [low], [high]])
        dataset = make_dataset(task="regression", y=y, target_names=(name,))
        return said(shading(make_snapshot(task="regression", dataset=dataset), DARK).legend(room))

    assert legend(203_900, 411_000, 28) == "price 204k▌▌▌▌411k  ● sample"
    assert legend(-31_000, 512_000, 28) == "price -31k▌▌▌▌512k  ● sample"
    assert legend(1972, 2010, 28, "year") == "year 1972 ▌▌▌▌ 2010 ● sample"
    assert legend(-1.5e-7, 2.5e-7, 28, "concentration") == "-1.5e-7 ▌▌▌▌ 2.5e-7 ● sample"
    assert legend(0, 5, 28, "concentration") == "conce 0 ▌▌▌▌ 5  ● sample"


def test_numbers_of_both_sets_are_told_apart_where_there_is_hardly_room() -> None:
    dataset = make_dataset(task="regression")
    train = make_points(dataset)
    surface = make_surface(train=train, test=train)
    shades = shading(make_snapshot(task="regression", dataset=dataset, surface=surface), DARK)
    assert said(shades.legend(80)).endswith("  ● train  • test, on the colour of the target")
    assert said(shades.legend(28)).endswith(" ●train •test")
    assert "train" not in said(shades.legend(24))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_response_of_a_neuron_has_the_range_of_its_activation(activation: str) -> None:
    values = np.array([[-0.123, 0.0], [0.5, 2.345]])
    surface = make_surface()._replace(values=values, unit=(1, 1))
    snapshot = make_snapshot(activation=activation, surface=surface)
    low, high = {"sigmoid": ("0", "1"), "tanh": ("-1", "1"), "relu": ("-0.2", "2.4")}[activation]
    whole = f"{low} ▌▌▌▌▌▌▌▌ {high}"
    shades = shading(snapshot, DARK)
    assert said(shades.legend(41)) == f"● class 0  ○ class 1  {whole}"
    assert said(shades.legend(13 + len(low + high))) == f"● 0 ○ 1  {low} ▌▌ {high}"
    assert said(shades.legend(12 + len(low + high))) == f"●0 ○1  {low} ▌▌▌ {high}"
    assert said(shades.legend(10 + len(low + high))) == whole
    assert map_title(snapshot, DARK, 60, 12) == f"response of h2, layer 1 ({activation})"
    assert map_title(snapshot, DARK, 31, 12) == "response of h2, layer 1"
    assert map_title(snapshot, DARK, 16, 12) == "h2, layer 1"


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9))
def test_a_response_lies_within_its_rounded_range(values: list[float]) -> None:
    low, high = response_range(np.array(values), "relu")
    assert low < high
    slack = 1e-9 * max(map(abs, values))
    assert low - slack <= min(values)
    assert max(values) <= high + slack
    assert high - low <= max(1.2 * (max(values) - min(values)), 1.0) + slack
    assert response_range(np.array([np.nan]), "relu") == (0.0, 1.0)


def test_a_single_input_shows_a_neurons_response_without_samples() -> None:
    snapshot = make_snapshot(inputs=1, task="regression")
    curve = snapshot.surface
    assert isinstance(curve, Curve)
    response = replace(snapshot, surface=curve._replace(outputs=0.5 + 0 * curve.outputs, unit=(1, 0)))
    rows = texts(fit_rows(response, DARK, 40, 12))
    assert "●" not in "".join(rows)
    assert any(len([character for character in row if "⠀" < character <= "⣿"]) > 30 for row in rows)
    assert fit_title(response, 60) == "response of h1, layer 1 (sigmoid)"
    assert said(fit_legend(response, DARK, 40)) == "━ activation by x1"


def test_a_curve_that_leaves_the_chart_comes_back_where_it_does() -> None:
    """Nothing is drawn along the edge, where the network answers something else."""
    snapshot = make_snapshot(inputs=1, task="regression")
    curve = snapshot.surface
    assert isinstance(curve, Curve)
    x = np.linspace(0, 1, 80)
    jump = replace(snapshot, surface=Curve(x, np.where(np.abs(x - 0.5) < 0.25, 1e6, 0.0)[:, None]))
    lowest = max(fit_rows(jump, DARK, 60, 12), key=lambda row: sum("⠀" < character <= "⣿" for character in row.text))
    assert sum("⠀" < character <= "⣿" for character in lowest.text) < 35


def test_test_samples_of_a_single_input_are_small() -> None:
    dataset = make_dataset(1, task="regression", X_test=np.array([[0.0]]), y_test=np.array([[0.1]]))
    snapshot = make_snapshot(inputs=1, task="regression")
    curve = snapshot.surface
    assert isinstance(curve, Curve)
    tested = curve._replace(test=make_points(dataset, dataset.X_test, dataset.y_test))
    snapshot = replace(snapshot, dataset=dataset, surface=tested)
    assert "".join(texts(fit_rows(snapshot, DARK, 40, 12))).count("•") == 1
    assert said(fit_legend(snapshot, DARK, 40)) == "● train  • test  ━ output: y1 by x1"
    assert said(fit_legend(snapshot, DARK, 28)) == "● train  • test  ━ y1 by x1"


def test_a_cut_names_its_axes_in_words_below_one_another() -> None:
    surface = make_surface(names=("PC1 73%", "PC2 22%"))
    rows = texts(map_rows(make_snapshot(inputs=4, outputs=3, surface=surface), DARK, 31, 12))
    assert rows[5].split()[0] == "PC2"
    assert rows[6].split()[0] == "22%"
    assert rows[11].split() == ["-0.2", "PC1", "73%", "1.2"]
    features = make_surface(names=("x1", "x3"))
    cut = make_snapshot(inputs=4, outputs=3, surface=features)
    assert map_title(cut, DARK, 60, 12) == "decision boundary · the others at their mean"
    assert map_title(cut, DARK, 31, 12) == "decision boundary"


@settings(max_examples=60)
@given(
    st.integers(0, 140),
    st.integers(0, 60),
    st.integers(2, 9),
    st.integers(1, 12),
    st.sampled_from([None, "regression"]),
    st.sampled_from([None, (0.5, 0.5), (-9.0, 9.0)]),
    st.sampled_from([None, (1, 1), (2, 0)]),
    st.booleans(),
)
def test_a_map_is_never_wider_than_its_panel(
    width: int, height: int, inputs: int, outputs: int, task: Any, cursor: Any, unit: Unit | None, discrete: bool
) -> None:
    made = make_snapshot(inputs=inputs, outputs=outputs, task=task)
    dataset = made.dataset
    several = outputs if dataset.task == "classes" and unit is None else 0
    points = make_points(dataset)._replace(places=dataset.X[:, :2])
    surface = make_surface(classes=several, names=dataset.feature_names[:2], train=points, test=points, unit=unit)
    nothing = surface._replace(values=np.full_like(surface.values, np.nan))
    for one in (surface, nothing, None):
        rows = map_rows(replace(made, surface=one), DARK, width, height, discrete=discrete, cursor=cursor)
        assert [row.cell_length for row in rows] == [width] * len(rows)
        assert len(rows) <= height


def test_there_may_be_no_samples_at_all() -> None:
    for inputs, task in ((2, None), (2, "regression"), (1, None), (1, "regression")):
        made = make_snapshot(inputs=inputs, task=task)  # type: ignore[arg-type]
        empty = replace(made.dataset, X=made.dataset.X[:0], y=made.dataset.y[:0])
        for surface in (make_surface(), Curve(np.linspace(0, 1, 20), np.zeros((20, 1))), None):
            draw: Callable[..., list[Strip]] = map_rows if inputs == 2 else fit_rows
            rows = draw(replace(made, dataset=empty, surface=surface), DARK, 40, 12)
            assert [row.cell_length for row in rows] == [40] * 12


# --- the panel


def panel_of(pilot: Pilot[None]) -> BoundaryPanel:
    return pilot.app.screen.query_one(BoundaryPanel)


async def test_keys_paint_points() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        await pilot.pause()
        assert "┼" in screen_text(pilot)
        assert "brush" not in screen_text(pilot)
        place = panel_of(pilot).cursor_place(runner.frame.snapshot)
        assert place is not None
        await pilot.press("enter")
        await pilot.pause()
        assert "brush ● 0 at" in screen_text(pilot)
        assert "editing samples: esc ends it" in screen_text(pilot)
        await pilot.press("enter", "p", "insert", "right", "right", "up", "enter", "c")
        there = panel_of(pilot).cursor_place(runner.frame.snapshot)
        assert there is not None
        assert there[0] > place[0]
        assert there[1] > place[1]
    assert runner.commands == [AddPoint(place, 0.0), AddPoint(place, 1.0), AddPoint(there, 1.0), ClearPoints()]


async def test_outside_of_its_mode_nothing_changes_the_samples() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = panel_of(pilot)
        panel.focus()
        await pilot.press("delete", "backspace", "c", "p", "P", "insert")
        assert "enter begins to edit samples" in screen_text(pilot)
        for button in (1, 3, 2):
            await press_mouse(pilot, 12, 5, button)
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert panel.has_focus
        assert "editing samples" not in screen_text(pilot)
        await press_mouse(pilot, 20, 5, 1)
        await pilot.press("enter", "tab", "shift+tab")
        assert panel.has_focus
        assert not panel.is_editing
        await press_mouse(pilot, 12, 5, 1)
        assert runner.commands == []


async def test_in_a_recording_there_are_a_cursor_and_samples_to_choose_but_nothing_to_edit() -> None:
    runner = StubRunner(make_frame(moment=(3, 20)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = panel_of(pilot)
        await press_mouse(pilot, 12, 5, 1)
        await pilot.press("D", "enter")
        await pilot.pause()
        assert "recordings cannot be changed" in screen_text(pilot)
        assert (panel.is_editing, panel.shown_samples) == (False, "none")
        assert panel.cursor_place(runner.frame.snapshot) is not None
        await pilot.press("delete", "c", "insert")
        await press_mouse(pilot, 12, 5, 3)
    assert runner.commands == []


async def test_a_click_moves_the_cursor_which_asks() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = panel_of(pilot)
        for column, row in ((12, 5), (20, 8)):
            await press_mouse(pilot, column, row, 1)
            await pilot.pause()
            layout = layout_of(runner.frame.snapshot, *panel.room)
            assert layout is not None
            cell = layout.cell_at(column - 1, row - 1)
            assert cell is not None
            place = layout.place_of(cell)
            assert panel.cursor_place(runner.frame.snapshot) == pytest.approx(place)
            assert runner.views[-1] is not None
            assert runner.views[-1].pointed == pytest.approx(place)


async def test_on_a_cut_a_click_asks_about_a_place_of_the_plane() -> None:
    snapshot = trained("iris", 2)
    runner = StubRunner(make_frame(snapshot))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = panel_of(pilot)
        panel.focus()
        await pilot.pause()
        assert panel.pointed(snapshot) is None
        await press_mouse(pilot, 15, 5, 1)
        await pilot.pause()
        view, place = runner.views[-1], panel.cursor_place(snapshot)
        assert view is not None
        assert view.pointed is not None
        assert place is not None
        back = input_plane(snapshot.dataset, Plane()).project(np.array([view.pointed]))[0]
        assert tuple(back) == pytest.approx(place)
        await pilot.press("v")
        assert panel.pointed(snapshot) is None
    assert runner.commands == []


async def test_the_samples_on_the_map_are_chosen() -> None:
    X = np.array([[0.2, 0.2]])
    dataset = make_dataset(X_test=X, y_test=np.array([[0.0]]))
    surface = make_surface(train=make_points(dataset), test=make_points(dataset, X, dataset.y_test))
    runner = StubRunner(make_frame(make_snapshot(dataset=dataset, surface=surface)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = panel_of(pilot)

        def drawn() -> str:
            rows = "".join(panel.render_line(line).text for line in range(1, panel.size.height - 1))
            return "".join(sorted(character for character in rows if character in "●○•"))

        seen = [(drawn(), "")]
        for _ in range(4):
            await pilot.press("D")
            await pilot.pause()
            seen.append((drawn(), panel.render_line(0).text.partition("boundary")[2].strip(" ─1╮·")))
        everything = "".join(sorted("●●○○•"))
        none = [(everything, ""), ("●●○○", "train"), ("•", "test"), ("", "no dots"), (everything, "")]
        assert seen == [("".join(sorted(glyphs)), words) for glyphs, words in none]


async def test_without_a_test_set_it_is_all_samples_or_none() -> None:
    async with make_app(StubRunner()).run_test(size=(80, 24)) as pilot:
        shown = []
        for _ in range(2):
            await pilot.press("D")
            shown.append(panel_of(pilot).shown_samples)
            # Beside the other panels there is no room for it in the title.
            assert f"samples on the map: {shown[-1]}" in screen_text(pilot)
        assert shown == ["none", "all"]
        await pilot.press("2", "D")
        await pilot.pause()
        assert "the map is not in sight" in screen_text(pilot)


async def test_the_cursor_stays_on_the_map_and_keeps_its_place() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("1", *["left"] * 90, *["down"] * 30)
        place = panel_of(pilot).cursor_place(runner.frame.snapshot)
        assert place == pytest.approx((-0.2, -0.2), abs=0.06)
        assert is_whole(screen_text(pilot), 80, 24)
        await pilot.press("1")
        panel_of(pilot).focus()
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        assert panel_of(pilot).cursor_place(runner.frame.snapshot) == pytest.approx((-0.2, -0.2), abs=0.06)
        await pilot.press("escape")
        assert "┼" not in screen_text(pilot)
        assert panel_of(pilot).cursor_place(runner.frame.snapshot) is None


def test_the_place_of_the_cursor_has_no_digits_that_are_finer_than_a_cell() -> None:
    layout = layout_of(make_snapshot(), 80, 24)
    assert layout is not None
    (left, high), (right, low) = layout.place_of((0, 0)), layout.place_of((1, 1))
    assert 0.01 < right - left < 0.1 and 0.01 < high - low < 0.1
    assert rounded_place((0.00295, -0.4712), layout) == (0.0, -0.47)
    near = [rounded_place(layout.place_of((0, column)), layout)[0] for column in range(layout.columns)]
    assert len(set(near)) == layout.columns


@pytest.mark.parametrize("total", [1, 50, 99, 100, 101, 600])
def test_samples_are_thinned_to_as_many_as_there_is_room_for(total: int) -> None:
    points = make_points(make_dataset(X=np.zeros((total, 2)), y=np.zeros((total, 1))))
    kept = thinned(points, 99)
    assert len(kept.rows) == min(total, 99)
    assert kept.rows[-1] == points.rows[-1]
    gaps = np.diff(kept.rows)
    assert total < 3 or gaps.max() - gaps.min() <= 1


async def test_the_title_has_the_cursor_and_how_many_samples_are_drawn() -> None:
    dataset = make_dataset(X=np.random.default_rng(0).random((3000, 2)), y=np.zeros((3000, 1)))
    runner = StubRunner(make_frame(make_snapshot(dataset=dataset, surface=make_surface(train=make_points(dataset)))))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        await pilot.press("1")
        await pilot.pause()
        assert re.search(r" · at [-.0-9]+, [-.0-9]+ · [0-9,]+ of 3,000 samples ", screen_text(pilot))


async def focused_at(pilot: Pilot[None], runner: StubRunner) -> tuple[float, ...]:
    """Where the cursor is on the map, which has the keys now."""
    panel_of(pilot).focus()
    await pilot.pause()
    place = panel_of(pilot).cursor_place(runner.frame.snapshot)
    assert place is not None
    return place


async def test_a_sample_under_the_cursor_stands_between_brackets() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        place = await focused_at(pilot, runner)
        answer = Answer(place, np.array([0.25]), np.array([0.75, 0.25]), 0, ())
        runner.change(snapshot=make_snapshot(surface=make_surface(train=point_at(*place)), pointed=answer))
        await pilot.pause(0.2)
        assert "[○]" in screen_text(pilot)
        assert "[ ] " in legend_of(pilot)
        assert "┼" not in screen_text(pilot)
        await pilot.press("left")
        assert "┼○" in screen_text(pilot)
        assert "┼ " in legend_of(pilot)


def legend_of(pilot: Pilot[None]) -> str:
    panel = panel_of(pilot)
    assert panel.frame is not None
    assert panel.theme is not None
    return "".join(text for text, _ in panel.legend(panel.frame, panel.theme))


async def test_the_boundary_under_the_cursor_is_no_sample() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        place = await focused_at(pilot, runner)
        line = np.array([[[place[0] - 1.0, place[1]], [place[0] + 1.0, place[1]]]])
        runner.change(snapshot=make_snapshot(surface=make_surface(train=point_at(9.0, 9.0), lines=line)))
        await pilot.pause(0.2)
        assert "┼" in screen_text(pilot)
        assert "[" not in screen_text(pilot)


def point_at(x: float, y: float) -> Points:
    return make_points(make_dataset(X=np.array([[x, y]]), y=np.array([[1.0]])))


async def test_the_nearest_point_is_removed_once() -> None:
    """Until the dataset is another one, rows of it cannot be named again."""
    runner = StubRunner(make_frame(make_snapshot(surface=make_surface(train=point_at(0.5, 0.5)))))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        await pilot.press("enter", "delete", "backspace", "delete")
        assert runner.commands == [RemovePoint(0)]
        runner.change(snapshot=make_snapshot(surface=make_surface(train=point_at(0.5, 0.5))))
        await pilot.pause(0.2)
        await pilot.press("delete")
        assert runner.commands == [RemovePoint(0)] * 2
        await pilot.press(*["right"] * 8, "delete")
        assert "no training sample is near" in screen_text(pilot)
        await pilot.press("left")
        assert "no training sample is near" not in screen_text(pilot)
    assert runner.commands == [RemovePoint(0)] * 2


async def press_mouse(pilot: Pilot[None], column: int, row: int, button: int) -> None:
    panel = panel_of(pilot)
    await pilot._post_mouse_events([MouseDown], panel, offset=(column, row), button=button)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (40, 12)])
@pytest.mark.parametrize("zoomed", [False, True])
async def test_the_mouse_paints_where_it_clicks(size: tuple[int, int], zoomed: bool) -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press(*(["1"] if zoomed else []))
        await pilot.pause()
        panel = panel_of(pilot)
        row, column = next(
            (index, line.text.index("○"))
            for index in range(panel.size.height - 1)
            if "○" in (line := panel.render_line(index)).text
        )
        await press_mouse(pilot, column, row, 1)
        assert runner.commands == []
        await pilot.press("enter")
        await press_mouse(pilot, column, row, 1)
        (command,) = runner.commands
        assert isinstance(command, AddPoint)
        half_cells = 0.7 / (panel.size.width - 10), 0.7 / (panel.size.height - 3)
        x, y = command.features
        assert abs(x) <= half_cells[0] + 0.01
        assert abs(y - 1) <= half_cells[1] + 0.01
        assert panel.has_focus
        await press_mouse(pilot, column, row, 3)
        assert runner.commands[1:] == [RemovePoint(1)]
        await press_mouse(pilot, 0, 0, 1)
        await press_mouse(pilot, 2, panel.size.height - 1, 1)
        await press_mouse(pilot, column, row, 2)
        assert len(runner.commands) == 2


async def test_where_the_map_is_a_cut_there_are_planes_in_place_of_points() -> None:
    runner = StubRunner(make_frame(make_snapshot(inputs=4, outputs=3, surface=make_surface(classes=3))))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        await pilot.pause()
        assert "v plane" in screen_text(pilot)
        assert "brush" not in screen_text(pilot)
        keys = ("v", "v", "V", "V", "V", "right", "up", "home", "right")
        planes: list[Plane] = []
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            view = runner.views[-1]
            assert view is not None
            planes.append(view.plane)
        pairs = [(0, 1), (0, 2), (0, 1), (None, None), (2, 3), (0, 3), (0, 1), (None, None), (0, 1)]
        assert planes == [Plane(*pair) for pair in pairs]
        await pilot.press("enter", "c", "delete")
        assert "no own points: 4 inputs" in screen_text(pilot)
        await press_mouse(pilot, 12, 5, 1)
    assert runner.commands == []


async def test_d_shows_decisions() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        before = [panel_of(pilot).render_line(line) for line in range(8)]
        await pilot.press("d")
        await pilot.pause()
        assert panel_of(pilot).discrete
        assert [panel_of(pilot).render_line(line) for line in range(8)] != before
        assert "P(class 1)" not in screen_text(pilot)
        await pilot.press("d")
        await pilot.pause()
        assert [panel_of(pilot).render_line(line) for line in range(8)] == before


async def test_a_neuron_is_shown_until_0_brings_the_output_back() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        panel_of(pilot).post_message(UnitChosen((1, 1)))
        await pilot.pause()
        assert runner.views[-1] is not None and runner.views[-1].unit == (1, 1)
        assert "0 output" in screen_text(pilot)
        runner.change(snapshot=make_snapshot(surface=make_surface(unit=(1, 1))))
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert "response of h2, layer 1" in screen_text(pilot)
        await pilot.press("0")
        await pilot.pause()
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        assert dashboard.unit is None
        assert runner.views[-1].unit is None


async def test_the_footer_follows_the_focus_from_panel_to_panel() -> None:
    async with make_app(StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        await pilot.pause()
        assert "enter edit" not in screen_text(pilot)
        panel_of(pilot).post_message(UnitChosen((1, 1), must_be_seen=True))
        await pilot.pause()
        await pilot.pause()
        assert panel_of(pilot).has_focus
        assert "0 output" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "space go on" in screen_text(pilot)


async def test_other_data_have_other_keys_at_once() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        await pilot.pause()
        assert "enter edit" in screen_text(pilot)
        runner.change(snapshot=make_snapshot(inputs=3, surface=make_surface()))
        for _ in range(200):
            if "v plane" in screen_text(pilot):
                break
            await pilot.pause(0.05)
        assert "v plane" in screen_text(pilot)
        assert "enter edit" not in screen_text(pilot)


async def test_points_are_painted_on_the_curve_at_their_height() -> None:
    runner = StubRunner(make_frame(make_snapshot(inputs=1, task="regression")))
    commands: list[Command] = runner.commands
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel_of(pilot).focus()
        await pilot.press("enter")
        await press_mouse(pilot, 20, 5, 1)
        await press_mouse(pilot, 20, 4, 1)
        lower, upper = commands
        assert isinstance(lower, AddPoint)
        assert isinstance(upper, AddPoint)
        assert lower.features == upper.features
        assert upper.target > lower.target


async def test_points_are_saved_under_a_name_that_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with make_app(StubRunner()).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+e")
        assert isinstance(pilot.app.screen, TextScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert "4 samples are in points.csv" in screen_text(pilot)
        assert load(DataSpec("points.csv", test_share=0.0)).X.shape == (4, 2)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Dashboard)
        await pilot.press("ctrl+e", "enter")
        await pilot.pause()
        assert "points.csv is there already; enter again replaces it" in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert "4 samples are in points.csv" in screen_text(pilot)
        await pilot.press("escape", "ctrl+e", *"no/where", "enter")
        await pilot.pause()
        reason = pilot.app.screen.query_one("#reason", Static)
        assert "it cannot be written (no such file or directory)" in str(reason.content)
        assert reason.has_class("refused")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Dashboard)


@pytest.mark.parametrize("name", ["xor", "rings:4", "hills", "sine", "iris", "digits", "parity:4"])
@pytest.mark.parametrize("unit", [None, (1, 0)])
async def test_every_kind_of_data_on_the_full_screen_and_not(name: str, unit: Unit | None) -> None:
    runner = StubRunner(make_frame(trained(name, 2, unit=unit)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        for size in ((80, 24), (120, 36), (40, 12)):
            await pilot.resize_terminal(*size)
            for keys in (("1",), ("right", "down", "p", "v", "d"), ("1",)):
                await pilot.press(*keys)
                await pilot.pause()
                panel = panel_of(pilot)
                rows = [panel.render_line(line) for line in range(panel.size.height)]
                assert {row.cell_length for row in rows} <= {panel.size.width}


# --- pictures


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def hand_made() -> Snapshot:
    """Three stripes, and samples of all kinds on them."""
    X = np.array([[0.0, 0.2], [0.1, 0.8], [0.5, 0.3], [0.6, 0.7], [1.0, 0.2], [1.1, 0.9]])
    dataset = make_dataset(4, 3, X=np.tile(X, 2), y=np.eye(3)[[0, 0, 1, 1, 2, 2]])
    train = make_points(dataset, X)._replace(answers=np.array([0.0, 0, 1, 2, 2, 2]))
    test = make_points(dataset, X + np.array([0.08, 0.1]))._replace(answers=np.array([0.0, 1, 1, 1, 2, 2]))
    surface = make_surface(classes=3, names=("PC1 73%", "PC2 22%"), train=train, test=test)
    return make_snapshot(inputs=4, outputs=3, surface=surface)


@pytest.mark.usefixtures("plain_terminal")
@pytest.mark.parametrize("press", [["1"], ["1", "d"]], ids="".join)
def test_a_cut_on_the_full_screen(snap_compare: Compare, press: list[str]) -> None:
    assert snap_compare(make_app(StubRunner(make_frame(hand_made()))), press=press, terminal_size=(80, 24))


@pytest.mark.usefixtures("plain_terminal")
def test_painting_on_the_full_screen(snap_compare: Compare) -> None:
    press = ["1", "enter", "p", "right", "right", "up", "up"]
    assert snap_compare(make_app(StubRunner()), press=press, terminal_size=(80, 24))


@pytest.mark.parametrize("inputs", [1, 2])
async def test_between_phases_the_sample_that_is_looked_at_is_in_brackets(inputs: int, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("x,y\n" + "".join(f"{n},{n % 3}.5\n" for n in range(12)))
    session = Session(make_experiment(dataset="xor" if inputs == 2 else str(path)))
    runner = StubRunner(make_frame(session.snapshot(View(20, 20))))
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, Dashboard)
        assert not seen_view(runner).step
        session.step("phase")
        for _ in range(2):
            runner.change(snapshot=session.snapshot(runner.views[-1]))
            screen.poll()
            await pilot.pause()
        panel = pilot.app.screen.query_one(BoundaryPanel)
        rows = [row.text for row in panel._rows]
        mark = "[ ] sample 4" if inputs == 2 else "┼ sample "
        assert mark in rows[0]
        assert sum("[A]" in row or "[●]" in row if inputs == 2 else "┼" in row for row in rows[1:]) == 1
        runner.change(running=True)
        screen.poll()
        await pilot.pause()
        assert mark not in panel._rows[0].text
        assert not seen_view(runner).step


def seen_view(runner: StubRunner) -> View:
    """The last that was asked for."""
    view = runner.views[-1]
    assert view is not None
    return view
