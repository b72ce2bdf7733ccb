from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_snapshot
from tuinet.observe.landscape import CursorLoss, Landscape, LossGrid, LossPlane, Route, grid_places
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import LandscapeView, View
from tuinet.session.edits import SetParameters
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import Piece, parameter_name
from tuinet.tui.panels.landscape import (
    LandscapeChoice,
    LandscapePanel,
    cursor_pieces,
    reason_for_nothing,
)
from tuinet.tui.panels.landscape.drawing import (
    Arrow,
    _end_label,
    axis_names,
    landscape_layout,
    landscape_picture,
    landscape_rows,
    line_colour,
    loss_pieces,
    loss_range,
    route_pieces,
    start_pieces,
)
from tuinet.tui.panels.landscape.ground import LossScale, bilinear, loss_scale, shades_of_loss
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.colour import luminance
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import Colours, Terminal

DARK, LIGHT = load_themes()[:2]
SPANS = ((-1.0, 1.0), (-1.0, 1.0))
Compare = Callable[..., bool]


def make_landscape(**changes: Any) -> Landscape:
    """A bowl a² + b² around the middle, and a path from the left to its bottom."""
    places = grid_places(SPANS, 20, 20)
    grid = LossGrid(SPANS, np.square(places).sum(axis=-1), 4, 4, is_complete=True)
    directions = np.eye(2, 9)
    plane = LossPlane("path", np.zeros(9), directions, ("PC1", "PC2"), 1234, SPANS, shares=(0.9, 0.09))
    route = Route("", np.array([[-0.9, 0.0], [-0.4, 0.0], [0.0, 0.0]]), (0, 10, 20), is_active=True)
    values: dict[str, Any] = {"plane": plane, "spans": SPANS, "grid": grid, "routes": (route,)}
    return Landscape(**{**values, "present": (0.0, 0.0), "distance": 0.0, **changes})


def seen(landscape: Landscape | None = None, **changes: Any) -> Snapshot:
    return replace(make_snapshot(), landscape=landscape or make_landscape(**changes))


def texts(snapshot: Snapshot, width: int = 44, height: int = 16, **more: Any) -> list[str]:
    assert snapshot.landscape is not None
    return [row.text.rstrip() for row in landscape_rows(snapshot, snapshot.landscape, DARK, width, height, **more)]


def said(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def test_levels_are_round_and_few() -> None:
    assert LossScale(0.003, 2.5, is_log=True).levels() == [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0]
    assert LossScale(1e-6, 2.5, is_log=True).levels() == [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0]
    assert LossScale(0.55, 0.81, is_log=False).levels() == [0.6, 0.65, 0.7, 0.75, 0.8]
    for scale in (LossScale(1e-300, 1e300, is_log=True), LossScale(0.0, 1e6, is_log=False)):
        assert 1 <= len(scale.levels()) <= 9


def test_losses_over_decades_are_drawn_by_their_logarithms() -> None:
    scale = loss_scale(np.array([0.001, 1.0, np.inf, np.nan]))
    assert scale == LossScale(0.001, 1.0, is_log=True)
    heights = scale.heights(np.array([0.001, 0.1, 1.0, np.inf]))
    np.testing.assert_allclose(heights, [0, 2 / 3, 1, np.nan])
    assert not loss_scale(np.array([0.5, 0.9])).is_log
    assert loss_scale(np.array([0.0, 1.0])).low == pytest.approx(1e-7)
    assert loss_scale(np.array([np.nan])) == LossScale(0.0, 1.0, is_log=False)
    flat = loss_scale(np.array([0.5, 0.5]))
    assert flat.low < 0.5 < flat.high


def test_values_between_places() -> None:
    values = np.array([[0.0, 1.0], [2.0, 3.0]])
    columns, rows = np.array([-1.0, 0.0, 0.25, 1.4]), np.array([0.5, 1.6])
    np.testing.assert_allclose(bilinear(values, columns, rows), [[np.nan, 1, 1.25, 2], [np.nan] * 4])


def test_a_bowl_is_drawn_with_its_lines_path_and_axes() -> None:
    rows = texts(seen())
    assert rows[-3].split()[0] == "-1"
    assert rows[-2].split() == ["-1", "PC1", "90.0%", "1"]
    assert rows[-1].strip().startswith("99.0% of the path's variance")
    picture = "\n".join(rows[:-2])
    assert all(label in picture for label in ("PC2", "9.0%", "●", "○", "0.1", "1"))
    line = next(row for row in rows if "●" in row)
    assert line.index("○") < line.index("●")


def test_marks_are_where_their_places_are() -> None:
    landscape = make_landscape(present=(0.55, 0.6))
    layout = landscape_layout(landscape, 44, 16)
    assert layout is not None
    row, column = layout.cell_of(0.55, 0.6)
    drawn = texts(seen(landscape), cursor=(-0.5, -0.5))
    assert drawn[row][column + layout.gutter] == "●"
    row, column = layout.cell_of(-0.5, -0.5)
    assert drawn[row][column + layout.gutter] == "┼"


def test_the_ground_in_pixels_is_finer_than_its_cells_and_has_the_lines_on_it() -> None:
    snapshot, fine = seen(), replace(DARK, has_pictures=True)
    landscape = snapshot.landscape
    assert landscape is not None
    rows = landscape_rows(snapshot, landscape, fine, 44, 16)
    picture, layout = landscape_picture(landscape, fine, rows, 44, 16), landscape_layout(landscape, 44, 16)
    assert picture is not None and layout is not None
    assert (picture.left, picture.columns, picture.rows) == (layout.gutter, layout.columns, layout.rows)
    shades = {shade: index for index, shade in enumerate(shades_of_loss(fine))}
    # Each pixel has the shade of a² + b² in its middle, within one.
    places = grid_places(landscape.spans, *picture.pixels.shape[::-1])
    drawn = np.array([[shades[picture.palette[index]] for index in line] for line in picture.pixels.tolist()])
    heights = loss_scale(np.square(grid_places(SPANS, 20, 20)).sum(axis=-1)).heights(np.square(places).sum(axis=-1))
    inside = (np.abs(places) < 0.95).all(axis=-1)
    assert (np.abs(drawn - (heights * len(shades)))[inside] <= 2).all()
    cells = drawn.reshape(picture.rows, 8, picture.columns, 4)
    assert (cells.max(axis=(1, 3)) > cells.min(axis=(1, 3))).mean() > 0.1, "cells with more than one shade"
    assert picture.dots.any() and picture.written.any()
    assert [row.text for row in rows] == [row.text for row in landscape_rows(snapshot, landscape, DARK, 44, 16)]
    assert landscape_picture(landscape, DARK, rows, 44, 16) is None


def test_arrows_point_down() -> None:
    grid = make_landscape().grid
    assert grid is not None
    slopes = -2 * grid_places(SPANS, 3, 3)
    rows = texts(seen(grid=replace(grid, slopes=slopes), routes=()), 45, 17)
    arrows = [[letter for letter in row if letter in "→↗↑↖←↙↓↘"] for row in rows]
    assert [row for row in arrows if row] == [["↘", "↓", "↙"], ["→", "←"], ["↗", "↑", "↖"]]


def test_what_is_said_of_the_plane() -> None:
    plane = replace(make_landscape().plane, scales=np.ones(9), note="")
    grid = make_landscape().grid
    assert grid is not None
    part = replace(grid, samples=829, of=1348, is_complete=False)
    caption = texts(seen(plane=plane, grid=part, distance=0.123), 160, 20)[-1]
    assert caption.strip() == (
        "99.0% of the path's variance · the run is 0.12 away from it · on 829 of 1,348 samples"
        " · in lengths of each unit's weights · coarse so far"
    )
    assert "the run is on it" in texts(seen(), 160, 20)[-1]
    substitute = replace(plane, kind="step", shares=None, names=("−g", "rest of the path"), note="no path yet")
    rows = texts(seen(plane=substitute), 100, 20)
    assert rows[-1].strip().startswith("no path yet") and "−g" in rows[-2]


def test_weights_have_the_names_of_the_weights_panel() -> None:
    snapshot = seen(plane=replace(make_landscape().plane, kind="weights", directions=np.eye(9)[[3, 8]], shares=None))
    assert snapshot.landscape is not None
    assert axis_names(snapshot, snapshot.landscape) == ("layer 1, x2 → h2", "layer 2, b → y")
    with pytest.raises(IndexError):
        parameter_name(snapshot, 9)


def test_of_the_name_of_an_axis_no_word_is_cut() -> None:
    plane = replace(make_landscape().plane, shares=None, names=("−g", "random direction"))
    beside = [row[:8].strip() for row in texts(seen(plane=plane))]
    assert "random" in beside
    assert not any("…" in label for label in beside)


def test_the_legend_names_shades_and_branches() -> None:
    routes = (
        Route("", np.zeros((2, 2)), (0, 1), is_active=False),
        Route("momentum 0.9", np.zeros((2, 2)), (0, 1), is_active=True),
    )
    landscape = make_landscape(routes=routes)
    assert said(route_pieces(landscape.routes, DARK, 60)) == "  ● momentum 0.9  ◆ as it was"
    assert said(route_pieces(landscape.routes, DARK, 18)) == "  ● momentum 0.9"
    assert said(loss_pieces(landscape, DARK)) == "loss 0.005 ▌▌▌▌▌▌ 1.8, log scale"
    near = make_landscape(grid=LossGrid(SPANS, np.array([[0.68821, 0.68834]] * 2), 4, 4, is_complete=True))
    assert said(loss_pieces(near, DARK)) == "loss 0.68821 ▌▌▌▌▌▌ 0.68834"
    assert said(loss_pieces(make_landscape(grid=None), DARK)) == "the loss is being evaluated"
    pointed = make_landscape(cursor=CursorLoss((0.5, -0.25), 0.3125))
    assert said(cursor_pieces(pointed, DARK)) == "┼ 0.5, -0.25: loss 0.3125"


@pytest.mark.parametrize("colours", ["truecolor", "256", "16", "none"])
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_shades_rise_and_few_colours_have_lines_alone(colours: Colours, theme: Any) -> None:
    few = adapted(theme, Terminal(colours))
    rows = landscape_rows(seen(), make_landscape(), few, 60, 20)
    assert all(row.cell_length == 60 for row in rows)
    assert colours == "none" or line_colour(few) != few.foreground
    if colours in ("16", "none"):
        assert said(loss_pieces(make_landscape(), few)).startswith("━ loss")
        return
    shades = [luminance(shade) for shade in shades_of_loss(few)]
    assert shades == sorted(shades, reverse=not few.dark) and len(set(shades)) > 4


@pytest.mark.parametrize(("width", "height"), [(0, 0), (5, 30), (60, 4), (21, 6), (200, 60)])
def test_any_room_is_filled_or_left(width: int, height: int) -> None:
    rows = landscape_rows(seen(), make_landscape(), DARK, width, height)
    assert not rows or (len(rows) == height and all(row.cell_length == width for row in rows))


def test_numbers_beyond_all_bounds_are_drawn_as_far_as_can_be() -> None:
    losses = np.full((20, 20), np.inf)
    losses[0, 0] = 1e300
    grid = LossGrid(SPANS, losses, 4, 4, is_complete=True)
    route = Route("", np.array([[0.0, 0.0], [np.nan, np.inf], [0.5, 0.5]]), (0, 1, 2), is_active=True)
    assert texts(seen(grid=grid, routes=(route,), present=(float("nan"), 0.0)))


def test_why_there_is_no_picture() -> None:
    assert not reason_for_nothing(make_frame(seen()))
    assert "recording" in reason_for_nothing(make_frame(make_snapshot(), moment=(1, 3)))
    assert "no samples" in reason_for_nothing(make_frame(seen(failure="there are no samples")))
    assert "laid" in reason_for_nothing(make_frame(make_snapshot()))


def test_the_choice_of_weights_goes_around_and_never_takes_one_twice() -> None:
    choice, snapshot = LandscapeChoice(kind="weights"), make_snapshot()
    assert choice.with_weight(snapshot, 0, 1).weights == (2, 1)
    assert choice.with_weight(snapshot, 0, -1).weights == (8, 1)
    assert choice.with_weight(snapshot, 1, -1).weights == (0, 8)


def test_zooming_goes_to_the_cursor_or_to_the_run() -> None:
    landscape = make_landscape(present=(0.5, 0.0))
    assert LandscapeChoice().zoomed(landscape, 1, has_cursor=False).shift == (0.25, 0.0)
    pointed = LandscapeChoice(cursor=(-0.5, 1.0))
    assert pointed.zoomed(landscape, 1, has_cursor=True).shift == (-0.25, 0.5)
    assert LandscapeChoice(zoom=1).panned(1, -1).shift == (0.125, -0.125)


def panel(pilot: Pilot[None]) -> LandscapePanel:
    return pilot.app.screen.query_one(LandscapePanel)


async def test_keys_ask_for_planes_parts_and_places() -> None:
    runner = StubRunner(make_frame(seen()))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:

        async def asked(*keys: str) -> LandscapeView | None:
            await pilot.press(*keys)
            await pilot.pause()
            view: View | None = runner.views[-1]
            return view.landscape if view else None

        assert await asked("down") is None
        first = await asked("G")
        assert first == LandscapeView(69, 34)
        moved = await asked("right")
        assert moved is not None and moved.cursor is not None
        assert moved.cursor == pytest.approx((0.0, 0.0), abs=0.1)
        further = await asked("right", "right", "up")
        assert further is not None and further.cursor is not None
        assert further.cursor[0] > moved.cursor[0] and further.cursor[1] > moved.cursor[1]
        assert (await asked("d")).has_arrows  # type: ignore[union-attr]
        assert (await asked("z")).is_scaled  # type: ignore[union-attr]
        assert (await asked("v")).kind == "step"  # type: ignore[union-attr]
        weights = await asked("v")
        assert weights is not None and (weights.kind, weights.weights) == ("weights", (0, 1))
        assert (await asked("p", "C")).weights == (2, 0)  # type: ignore[union-attr]
        assert (await asked("right_square_bracket")).zoom == 1  # type: ignore[union-attr]
        assert (await asked("home")).request == 1  # type: ignore[union-attr]
        assert await asked("escape") is None


async def test_enter_goes_to_the_cursor() -> None:
    runner = StubRunner(make_frame(seen()))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "enter")
        await pilot.pause()
        assert not runner.commands
        await pilot.press("right", "enter")
        await pilot.pause()
        (command,) = runner.commands
        assert isinstance(command, SetParameters)
        cursor = panel(pilot)._choice.cursor
        assert cursor is not None
        assert command.values == (*cursor, *[0.0] * 7)


async def test_a_cursor_is_of_the_plane_on_which_it_was_set() -> None:
    """Elsewhere its place stands for other weights, which nobody has looked at."""
    runner = StubRunner(make_frame(seen()))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "right")
        await pilot.pause()
        shown = panel(pilot).frame
        assert shown is not None and panel(pilot)._choice.cursor is not None
        panel(pilot).frame = shown._replace(snapshot=replace(shown.snapshot, epoch=7))
        assert panel(pilot)._choice.cursor is not None
        panel(pilot).frame = make_frame(seen(failure="there are no samples"))
        assert panel(pilot)._choice.cursor is not None
        panel(pilot).frame = make_frame(seen())
        await pilot.pause()
        assert panel(pilot)._choice.cursor is None
        asked = runner.views[-1]
        assert asked is not None and asked.landscape is not None and asked.landscape.cursor is None
        assert "another plane" in pilot.app.screen.notice  # type: ignore[attr-defined]
        await pilot.press("enter")
        await pilot.pause()
        assert not runner.commands


async def test_a_click_puts_the_cursor_and_the_edge_moves_what_is_in_sight() -> None:
    runner = StubRunner(make_frame(seen()))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        await pilot.pause()
        await pilot.click(LandscapePanel, offset=(9, 1))
        choice = panel(pilot)._choice
        assert choice.cursor is not None and choice.cursor == pytest.approx((-0.986, 0.94), abs=0.01)
        await pilot.press("left")
        assert panel(pilot)._choice.shift == (-0.25, 0.0)


def ravine() -> Snapshot:
    """Ten times as steep upwards as across, with two branches: one swings from side to side, one gets through."""
    places = grid_places(SPANS, 69, 34)
    grid = LossGrid(SPANS, places[..., 0] ** 2 / 8 + 4 * places[..., 1] ** 2 + 0.015625, 4, 4, is_complete=True)
    swings = np.array([[-0.9 + 0.05 * step, 0.6 * (-0.8) ** step] for step in range(12)])
    steps = tuple(range(12))
    was = Route("", swings, steps, is_active=False)
    momentum = Route("optimizer momentum", swings * [0, 0.5] + [[-0.9 + 0.08 * step, 0] for step in steps], steps, True)
    return seen(grid=grid, routes=(was, momentum), present=tuple(momentum.places[-1].tolist()))


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def test_two_branches_in_a_ravine(snap_compare: Compare, plain_terminal: None) -> None:
    runner = StubRunner(make_frame(ravine()))
    assert snap_compare(TuinetApp(runner, DARK, [DARK, LIGHT]), press=["G"], terminal_size=(80, 24))


def test_the_start_is_named_where_it_is_in_sight() -> None:
    landscape = make_landscape()
    assert said(start_pieces(landscape, DARK, 9)) == "  ○ start"
    assert start_pieces(landscape, DARK, 8) == []
    assert start_pieces(make_landscape(spans=((-0.5, 1.0), (-1.0, 1.0))), DARK, 60) == []
    assert start_pieces(make_landscape(routes=()), DARK, 60) == []
    assert start_pieces(make_landscape(present=(-0.9, 0.0)), DARK, 60) == []


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.025, 1.5, ("0.025", "1.5")),
        (0.03251, 0.03262, ("0.0325", "0.0326")),
        (0.5, 0.5, ("0.5", "0.5")),
        (0.66463, 0.66557, ("0.6646", "0.6656")),
        (123456.0, 123999.0, ("1.235e+05", "1.240e+05")),
    ],
)
def test_the_ends_of_a_scale_differ(low: float, high: float, texts: tuple[str, str]) -> None:
    assert loss_range(low, high) == texts


def test_no_letter_of_an_arrow_stands_in_the_number_of_a_line() -> None:
    for share in np.linspace(-0.8, 0.8, 8).tolist():
        arrow = Arrow((share, -0.1), (share, 0.1), DARK.positive, "g")
        rows = texts(seen(), arrows=[arrow])[:-2]
        assert any("g" in row for row in rows)
        assert not any(re.search(r"\dg|g[\d.]", row) for row in rows)


@pytest.mark.parametrize(("value", "text"), [(-0.000838, "-8.4e-4"), (0.0187, "0.0187"), (-12.5, "-12.5")])
def test_the_end_of_an_axis_is_never_cut(value: float, text: str) -> None:
    assert _end_label(value, 7) == text
