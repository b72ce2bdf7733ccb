"""The panel of many starts: shades, maps, words, keys and the mouse, in any room and all colours."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.strip import Strip

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.lessons.factories import MINIMAL, lesson_in
from tests.observe.test_starts import FALLING, LOST, STUCK, SWINGING, make_maps, make_starts, make_sweep
from tests.terminal import CTRL_Q, Terminal
from tests.tui.test_app import make_app, screen_text
from tests.tui.test_lessons import app_with
from tuinet.beside.starts import starts_task
from tuinet.experiment.experiment import Experiment
from tuinet.manual.pages import find_page
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.starts import NoStarts, Starts, Sweep
from tuinet.observe.view import Plane, StartsView, View
from tuinet.session.commands import Reinitialize, Resume
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.starts import Kept, StartsPanel
from tuinet.tui.panels.starts.charts import (
    Density,
    are_all_low,
    density,
    density_chart,
    density_rows,
    loss_axis,
    shade_of,
    step_at,
    sweep_rows,
)
from tuinet.tui.panels.starts.legend import starts_legend
from tuinet.tui.panels.starts.maps import (
    MapGrid,
    Rooms,
    chosen_rows,
    fitted_grid,
    grid_picture,
    grid_rows,
    map_levels,
    output_shading,
)
from tuinet.tui.panels.starts.words import (
    DIVERGED,
    MOVING,
    SOLVED,
    STILL,
    cliff_text,
    joined,
    lines_of,
    outcome_texts,
    own_place,
    run_text,
    share_text,
    sign_of,
    starts_title,
    value_text,
)
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import Theme, find_theme
from tuinet.tui.terminal.detect import MODERN, Cells

DARK = find_theme("dark")
INF = np.inf
ROOT = Path(__file__).parents[3]
LOOKS = [
    adapted(DARK, MODERN._replace(colours=colours, glyphs=glyphs))  # type: ignore[arg-type]
    for colours, glyphs in (("truecolor", "all"), ("256", "all"), ("16", "all"), ("none", "all"), ("16", "ascii"))
]


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


@lru_cache
def four() -> Starts:
    """One solved, one that stands still, one that still changes, one that has diverged."""
    return make_starts(np.array([FALLING, STUCK, SWINGING, LOST]).T.tolist(), [4, 3, 3, 0])


def many(count: int) -> Starts:
    curve = np.array([FALLING if place % 4 else STUCK for place in range(count)]).T
    return make_starts(curve.tolist(), [4 if place % 4 else 3 for place in range(count)])


# Words.


def test_the_share_that_has_solved_it_with_its_interval() -> None:
    assert share_text(46, 64) == "46 of 64 solved: 72%, 95% interval 60 to 81%"
    assert share_text(0, 16) == "0 of 16 solved: 0%, 95% interval 0 to 19%"
    assert share_text(16, 16) == "16 of 16 solved: 100%, 95% interval 81 to 100%"


def test_what_has_become_of_the_others() -> None:
    assert outcome_texts(four()) == ["25% at 0.35: 3 of 4 right", "25% diverged", "25% still changing"]
    starts = make_starts([[0.5, 0.51]] * 9, [3, 2])
    assert outcome_texts(starts) == ["100% at 0.5: 2 to 3 of 4 right"]
    numbers = replace(starts, correct=None, r2=np.array([0.42, 0.42]))
    assert outcome_texts(numbers) == ["100% at 0.5: R² 0.420"]


def test_a_run_in_words() -> None:
    assert [run_text(four(), place, 76) for place in range(4)] == [
        "seed 1 · loss 0.0100 · 4/4 right · solved by epoch 1,000",
        "seed 2 · loss 0.3500 · 3/4 right · stands still",
        "seed 3 · loss 0.3500 · 3/4 right · still changing",
        "seed 4 · diverged",
    ]


def test_the_last_line_is_of_the_cursor_and_the_first_of_the_share() -> None:
    snapshot = make_snapshot()
    for most in range(1, 6):
        lines = ["".join(text for text, _ in line) for line in lines_of(four(), 0, snapshot, DARK, 76, most)]
        assert len(lines) <= most
        assert lines[-1] == "▸ seed 1 · loss 0.0100 · 4/4 right · solved by epoch 1,000  ◆ the run's seed"
        assert most == 1 or lines[0] == "1 of 4 solved: 25%, 95% interval 5 to 70% · their median 1,000 epochs"
    narrow = lines_of(four(), 0, snapshot, DARK, 73, 1)
    assert "".join(text for text, _ in narrow[0]).endswith("solved by epoch 1,000  ◆ this run")


def test_no_number_is_cut_where_it_is_narrow() -> None:
    snapshot = make_snapshot()

    def said(width: int) -> list[str]:
        return ["".join(text for text, _ in line) for line in lines_of(four(), 0, snapshot, DARK, width, 3)]

    assert said(36)[0] == "1 of 4 solved: 25% (5 to 70%)"
    assert said(36)[-1] == "▸ seed 1 · loss 0.0100 · 4/4 right"
    assert said(20)[0] == "1 of 4"
    assert said(20)[1:] == ["25% at 0.35", "▸ seed 1  ◆ this run"]


def test_texts_are_joined_as_far_as_they_fit() -> None:
    assert list(joined(["aa", "bb", "cc"], 7)) == ["aa · bb", "cc"]
    assert list(joined([], 7)) == []


def test_the_cliff_in_words() -> None:
    assert cliff_text(make_sweep([[0.5], [0.4], [INF], [INF]])) == "diverges from 4 up"
    assert cliff_text(make_sweep([[0.5], [0.4]])) == "none diverges up to 2"
    assert cliff_text(make_sweep([[0.5, 0.5], [INF, 0.4], [0.2, 0.1]])) == "some diverge, the first at 2"


def test_values_in_few_characters() -> None:
    assert [value_text("learning_rate", value) for value in (0.001, 0.0032, 100.0)] == ["0.001", "0.0032", "100"]
    assert [value_text("batch_size", value) for value in (1, 64, 0)] == ["1", "64", "full"]
    assert value_text("decay_epochs", 1_000_000) == "1M"


def test_titles_say_how_far_they_have_come() -> None:
    assert starts_title(four(), 60) == "starts · seeds 1 to 4 · epoch 1,000 of 12,000"
    assert starts_title(four(), 40) == "starts · epoch 1,000 of 12,000"
    assert starts_title(make_sweep([[0.1, 0.2]]), 60) == "sweep of learning rate · 2 seeds each · epoch 300 of 3,000"
    assert starts_title(None, 60) == ""


def test_the_own_place_is_that_of_the_seed_or_the_value() -> None:
    snapshot = make_snapshot(experiment=Experiment(seed=3, learning_rate=2.0))
    assert own_place(four(), snapshot) == 2
    assert own_place(make_sweep([[0.1]] * 3), snapshot) == 1
    other = make_snapshot(experiment=Experiment(seed=9, learning_rate=3.0))
    assert own_place(four(), other) is None
    assert own_place(make_sweep([[0.1]] * 3), other) is None


# Shades.


def test_runs_are_counted_where_they_are_and_between_two_looks_on_a_line() -> None:
    looks, curve = np.array([0.0, 10.0]), np.array([[1.0, 1.0], [0.0, 1.0]])
    counts = density(looks, curve, np.array([0.0, 5.0, 10.0]), (0.0, 1.0), 4)
    # From the top: 0.75 to 1, 0.5 to 0.75, 0.25 to 0.5, 0 to 0.25.
    assert counts.tolist() == [[2, 1, 1], [0, 1, 0], [0, 0, 0], [0, 0, 1]]


def test_what_is_beyond_the_axis_counts_at_its_ends_and_what_is_not_finite_nowhere() -> None:
    curve = np.array([[5.0, -3.0, np.nan, INF]] * 2)
    assert density(np.array([0.0, 1.0]), curve, np.array([0.5]), (0.0, 1.0), 3).tolist() == [[1], [0], [1]]


def test_a_single_look_is_enough() -> None:
    assert density(np.array([0.0]), np.array([[0.9]]), np.array([0.0]), (0.0, 1.0), 2).tolist() == [[1], [0]]


@given(st.integers(1, 12), st.integers(1, 40), st.integers(1, 20), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_every_column_has_every_run_once(looks: int, columns: int, rows: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    curve = generator.exponential(1.0, (looks, 9))
    epochs = np.linspace(0, looks - 1, columns)
    counts = density(np.arange(looks) * 1.0, curve, epochs, (0.0, 1.0), rows)
    assert (counts.sum(axis=0) == 9).all()


def test_shades_double() -> None:
    assert shade_of(np.array([0, 1, 2, 3, 4, 7, 8, 15, 16, 256])).tolist() == [0, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_one_run_that_explodes_does_not_squash_the_others() -> None:
    curve = np.ones((3, 20))
    curve[2, 0] = 1e30
    axis = loss_axis(curve, 10, log=False)
    assert axis.low + axis.unit * 10 < 3


def drawn_density(theme: Theme, width: int, height: int, starts: Starts, *, log: bool) -> list[Strip]:
    chart = density_chart(starts, theme, width, height, log=log)
    return [] if chart is None else density_rows(chart, make_snapshot(), theme, log=log)


def test_plateaus_are_rows_and_the_run_is_marked() -> None:
    rows = texts(drawn_density(LOOKS[3], 60, 14, replace(many(64), last_epoch=1000), log=False))
    assert sum("█████" in row for row in rows) >= 2, "16 of 64 stand still, 48 go on falling"
    assert sum("◆" in row for row in rows) == 0, "the run is beyond the axis"
    rows = texts(drawn_density(LOOKS[3], 60, 14, replace(many(64), last_epoch=1240), log=False))
    assert sum("◆" in row for row in rows) == 1


@pytest.mark.parametrize(("last", "is_drawn"), [(1000, True), (160, True), (100, False)])
def test_a_run_that_remembers_too_little_of_the_axis_has_no_line(last: int, is_drawn: bool) -> None:
    rows = texts(drawn_density(LOOKS[3], 60, 14, replace(many(64), last_epoch=last), log=False))
    assert any("\u2801" <= character <= "\u28ff" for row in rows for character in row) == is_drawn


# Maps.


@given(st.sampled_from([2, 9, 16, 64, 256]), st.integers(1, 200), st.integers(1, 60), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_grid_has_all_networks_and_stays_in_its_room(count: int, width: int, height: int, halves: bool) -> None:
    grid = fitted_grid(count, (width, height), halves=halves)
    if grid is None:
        assert (width // 2) * height < count
        return
    assert grid.columns * grid.rows >= count
    assert grid.columns * grid.pitch <= width
    assert grid.rows * grid.height <= height
    cells = {grid.hit(x, y, count) for x in range(grid.columns * grid.pitch) for y in range(grid.rows * grid.height)}
    assert cells - {None} == set(range(count))


def test_the_cursor_stays_on_the_grid() -> None:
    grid = MapGrid(3, 2, 4, 3)
    assert grid.moved(0, 1, 0, 5) == 3
    assert grid.moved(2, 1, 0, 5) == 2, "there is nothing below"
    assert grid.moved(0, 0, -1, 5) == 0
    assert grid.moved(2, 0, 1, 5) == 3


def test_signs_stand_beside_the_maps_and_the_own_seed_is_marked() -> None:
    snapshot, grid = make_snapshot(), MapGrid(2, 2, 5, 3)
    levels = map_levels(four().maps, snapshot, DARK, None)
    rows = grid_rows(four(), snapshot, DARK, grid, levels, chosen=1, own=0)
    assert [row.text[0] + row.text[6] for row in rows] == ["✓-", "◆ ", "  ", "·✗", "  ", "  "]
    assert {row.cell_length for row in rows} == {12}
    grounds = {str(row.crop(6, 7)._segments[0].style) for row in rows[:2]}
    assert all(DARK.accent in ground for ground in grounds)


@pytest.mark.parametrize("theme", LOOKS, ids=["truecolor", "256", "16", "none", "ascii"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_maps_have_the_colours_of_the_large_map(theme: Theme, outputs: int) -> None:
    snapshot = make_snapshot(outputs=outputs)
    classes = (np.arange(64) % outputs).astype(np.uint8).reshape(4, 4, 4) if outputs > 1 else None
    starts = replace(four(), maps=make_maps(4, classes=classes))
    rows = grid_rows(starts, snapshot, theme, MapGrid(2, 2, 6, 6), map_levels(starts.maps, snapshot, theme, None), 0, 0)
    assert [row.cell_length for row in rows] == [14] * 12


@pytest.mark.parametrize("cells", ["quadrant", "sextant", "octant"])
def test_finer_maps_are_as_large_and_leave_room_below_them(cells: Cells) -> None:
    snapshot, theme, grid = make_snapshot(), replace(DARK, cells=cells), MapGrid(2, 2, 6, 4)
    starts = replace(four(), maps=make_maps(4))
    levels = np.zeros((4, 12, 12), np.intp)
    levels[:, :, 6:] = 1
    rows = grid_rows(starts, snapshot, theme, grid, levels, 0, 0)
    assert [row.cell_length for row in rows] == [14] * 8
    assert not rows[0].text[1:7].strip(), "the edge is between two cells"
    assert set(rows[3].text[1:7]) != {" "}, "the last row of cells is not all map"
    levels[:, :, 5] = 1
    assert grid_rows(starts, snapshot, theme, grid, levels, 0, 0)[0].text[3] == "▐"


def test_maps_in_pixels_stand_behind_their_cells_with_the_signs_beside_them() -> None:
    snapshot, theme, grid = make_snapshot(), replace(DARK, has_pictures=True).behind_pictures, MapGrid(2, 2, 6, 4)
    starts, levels = replace(four(), maps=make_maps(4)), np.zeros((4, 24, 24), np.intp)
    levels[:, :, 12:], levels[3] = 1, 2
    rows = grid_rows(starts, snapshot, theme, grid, levels, chosen=1, own=0)
    picture = grid_picture(rows, starts.maps, snapshot, theme, grid, levels, 1)
    assert picture is not None
    assert (picture.left, picture.top, picture.columns, picture.rows) == (1, 0, 14, 8)
    seen = np.array(picture.palette)[picture.pixels]
    colours = output_shading(snapshot, theme).colours
    # The first map: four pixels of a cell for its sign, then six cells of four pixels; half a row of cells below it.
    assert set(seen[:28, 4:16].ravel()) == {colours[0]}
    assert set(seen[:28, 16:28].ravel()) == {colours[1]}
    assert set(seen[28:32, :28].ravel()) == {theme.background}
    assert set(seen[32:60, 32:56].ravel()) == {colours[2]}
    # The chosen one has a mark with a ground of its own.
    assert not picture.pixels[:8, 28:32].any()


def test_where_cells_show_the_maps_there_are_no_pixels() -> None:
    snapshot, grid = make_snapshot(), MapGrid(2, 2, 6, 4)
    levels = map_levels(four().maps, snapshot, DARK, None)
    rows = grid_rows(four(), snapshot, DARK, grid, levels, 0, 0)
    assert grid_picture(rows, four().maps, snapshot, DARK, grid, levels, 1) is None


def test_curves_of_a_single_input_stay_in_their_tiles() -> None:
    snapshot = make_snapshot(inputs=1, task="regression")
    shares = np.stack([np.linspace(0, 1, 8), np.full(8, 9.0), np.full(8, np.nan), np.linspace(1, 0, 8)])
    starts = replace(four(), maps=make_maps(4, shares=shares[:, None].astype(np.float16)))
    rows = grid_rows(starts, snapshot, DARK, MapGrid(2, 2, 6, 4), np.zeros((4, 1, 8), int), 0, None)
    assert all(not row.text[8:].strip() for row in rows[:3]), "beyond the range"
    assert rows[0].text[5:7].strip()
    assert rows[2].text[1:3].strip()


@pytest.mark.parametrize("theme", LOOKS, ids=["truecolor", "256", "16", "none", "ascii"])
def test_on_a_small_terminal_the_chosen_map_is_large_beside_the_others(theme: Theme) -> None:
    snapshot, starts = make_snapshot(), replace(four(), maps=make_maps(4))
    levels = map_levels(starts.maps, snapshot, theme, None)
    rows = chosen_rows(starts, snapshot, theme, levels, 2, (30, 9))
    assert rows[0].text.rstrip().endswith(f"seed {starts.seeds[2]}")
    assert [row.cell_length for row in rows] == [30] * 9
    other = chosen_rows(starts, snapshot, theme, np.zeros_like(levels), 2, (30, 9))
    assert [list(row) for row in other[1:]] != [list(row) for row in rows[1:]]


def test_a_curve_is_large_beside_the_others_too() -> None:
    snapshot = make_snapshot(inputs=1, task="regression")
    shares = np.stack([np.linspace(0, 1, 8)] * 3 + [np.full(8, np.nan)])
    starts = replace(four(), maps=make_maps(4, shares=shares[:, None].astype(np.float16)))
    drawn, empty = (chosen_rows(starts, snapshot, DARK, np.zeros((4, 1, 8), int), one, (30, 9)) for one in (0, 3))
    assert len(drawn) == len(empty) == 9
    assert any(row.text.strip() for row in drawn[1:])
    assert not any(row.text.strip() for row in empty[1:])


def test_rooms_for_both_or_for_the_maps() -> None:
    assert Rooms.of("both", 76, 16) == Rooms((37, 16), (38, 16), is_beside=True)
    assert Rooms.of("both", 40, 24) == Rooms((40, 12), (40, 12))
    assert Rooms.of("both", 40, 12) == Rooms((40, 12), (0, 0))
    assert Rooms.of("curves", 76, 16) == Rooms((0, 0), (76, 16))
    assert Rooms.of("maps", 76, 16) == Rooms((37, 16), (0, 0), is_beside=True, chosen=(38, 16))
    assert Rooms.of("maps", 76, 30) == Rooms((76, 30), (0, 0)), "there the maps of all are large enough"
    assert Rooms.of("maps", 40, 16) == Rooms((40, 16), (0, 0))


# Sweeps.


def test_a_sweep_has_a_mark_for_every_run_and_the_cliff_in_sight() -> None:
    sweep = make_sweep([[0.9, 0.5], [0.1, 0.1], [INF, 0.1], [INF, INF]])
    rows = texts(sweep_rows(sweep, DARK, 40, 12, 1, 3, log=False))
    assert [len(row) <= 40 for row in rows] == [True] * 12
    assert rows[0].count("✗") == 2
    assert sum(row.count("·") for row in rows) == 4
    assert rows[-2].index("▲") < rows[-2].index("◆")
    assert rows[-1].split() == ["1", "2", "4", "8"]


def test_a_click_chooses_the_value_below_it() -> None:
    sweep = make_sweep([[0.9], [0.1], [0.1], [INF]])
    row = sweep_rows(sweep, DARK, 40, 12, 2, None, log=False)[-2].text
    assert step_at(sweep, row.index("▲"), 40, 12, log=False) == 2
    assert step_at(sweep, 0, 40, 12, log=False) is None
    assert step_at(sweep, 5, 3, 2, log=False) is None


@given(st.integers(0, 120), st.integers(0, 40), st.booleans(), st.sampled_from(LOOKS))
@settings(max_examples=60, deadline=None)
def test_charts_keep_to_any_room(width: int, height: int, log: bool, theme: Theme) -> None:
    sweep = make_sweep([[0.9, INF], [0.0, 0.1], [INF, 0.1], [INF, INF]])
    for rows in (
        drawn_density(theme, width, height, four(), log=log),
        sweep_rows(sweep, theme, width, height, 0, 1, log=log),
    ):
        assert len(rows) in (0, height)
        assert all(row.cell_length == width for row in rows)


def test_what_was_drawn_is_kept_until_it_is_of_something_else() -> None:
    kept, drawn = Kept[Density | None](), list[int]()
    one, other = four(), many(4)
    for of in (one, one, other, other, one):
        kept.get(lambda: drawn.append(0), of, 3)
    assert len(drawn) == 3


# The panel.


@asynccontextmanager
async def opened(
    starts: Starts | Sweep | NoStarts | None, *keys: str, size: tuple[int, int] = (80, 24), **changes: Any
) -> AsyncIterator[tuple[Pilot[None], StubRunner, StartsPanel]]:
    snapshot: Snapshot = changes.pop("snapshot", None) or make_snapshot()
    runner = StubRunner(make_frame(replace(snapshot, starts=starts), **changes))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("M", *keys)
        await pilot.pause()
        (panel,) = pilot.app.screen.query(StartsPanel)
        yield pilot, runner, panel


def wanted(runner: StubRunner) -> StartsView | None:
    view = runner.views[-1]
    assert view is not None
    return view.starts


async def test_the_panel_asks_for_starts_as_long_as_it_is_seen() -> None:
    async with opened(many(64)) as (pilot, runner, _):
        assert wanted(runner) == StartsView(64)
        assert "48 of 64 solved: 75%" in screen_text(pilot)
        await pilot.press("e")
        assert wanted(runner) is None, "the settings hide it"
        await pilot.press("escape")
        assert wanted(runner) == StartsView(64)
        await pilot.press("escape")
        assert wanted(runner) is None


async def test_another_count_another_view_and_a_sweep() -> None:
    async with opened(many(64), "c") as (pilot, runner, _):
        assert wanted(runner) == StartsView(256)
        await pilot.press("c")
        assert wanted(runner) == StartsView(16)
        await pilot.press("v")
        assert "┤" not in screen_text(pilot)
        await pilot.press("v")
        assert "┤" in screen_text(pilot)
        await pilot.press("p")
        assert wanted(runner) == StartsView(16, "learning_rate")
        await pilot.press("]")
        assert wanted(runner) == StartsView(16, "warmup_epochs")
        await pilot.press("[", "[")
        assert wanted(runner) == StartsView(16, "init_scale")
        await pilot.press("p")
        assert wanted(runner) == StartsView(16)


async def test_a_number_that_makes_no_difference_any_more_is_not_swept() -> None:
    momentum = make_snapshot(experiment=Experiment(optimizer="momentum"))
    async with opened(None, "p", "]", snapshot=momentum) as (pilot, runner, _):
        assert wanted(runner) == StartsView(64, "momentum")
        runner.change(snapshot=make_snapshot())
        pilot.app.screen.poll()  # type: ignore[attr-defined]
        await pilot.pause()
        assert wanted(runner) == StartsView(64, "learning_rate")


async def test_the_chosen_start_becomes_the_run_and_trains() -> None:
    async with opened(many(16), "right", "down") as (pilot, runner, panel):
        place = panel._place(many(16))
        assert place > 1
        assert f"▸ seed {place + 1} " in screen_text(pilot)
        await pilot.press("enter")
        assert runner.commands == [Reinitialize(place + 1), Resume()]


async def test_the_chosen_value_is_set() -> None:
    async with opened(make_sweep([[0.9, 0.5], [0.1, 0.1], [INF, INF]]), "p", "right", "right", "left", "enter") as (
        pilot,
        runner,
        _,
    ):
        assert "best 2: median loss 0.1000 · diverges from 4 up" in screen_text(pilot)
        assert "▸ learning rate 2 · median loss 0.1000" in screen_text(pilot)
        assert runner.commands == [Configure.of(learning_rate=2.0)]


async def test_the_mouse_chooses_a_start() -> None:
    async with opened(many(16)) as (pilot, _, panel):
        grid = panel._grid(many(16))
        assert grid is not None
        x, y = panel.region.x + 2 + 2 * grid.pitch + 1, panel.region.y + 1 + grid.height
        await pilot.click(offset=(x, y))
        assert f"▸ seed {grid.columns + 3} " in screen_text(pilot)


async def test_the_mouse_chooses_a_value() -> None:
    sweep = make_sweep([[0.9], [0.1], [0.1], [INF]])
    async with opened(sweep) as (pilot, _, panel):
        await pilot.click(offset=(panel.region.right - 8, panel.region.y + 5))
        assert "▸ learning rate 8 · 0 of 1 solved · 1 of 1 diverged" in screen_text(pilot)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [(["]"], "no number is swept: p sweeps one"), (["p", "v"], "a sweep has one view: p goes back to the starts")],
)
async def test_a_key_says_why_it_does_nothing(keys: list[str], sentence: str) -> None:
    async with opened(many(16), *keys) as (pilot, _, _panel):
        assert sentence in screen_text(pilot)


async def test_there_is_nothing_to_take_before_the_first_result() -> None:
    async with opened(None, "enter") as (pilot, runner, _):
        assert "no start has been trained yet" in screen_text(pilot)
        assert not runner.commands


async def test_why_there_are_no_starts() -> None:
    async with opened(NoStarts("there are no training samples")) as (pilot, _, _panel):
        assert "no starts: there are no training samples" in screen_text(pilot)
    async with opened(None, moment=(1, 9)) as (pilot, runner, _panel):
        assert "a recording is of one run" in screen_text(pilot)
        assert wanted(runner) is None
    alike = make_snapshot(experiment=Experiment(initializer="zeros"))
    async with opened(None, snapshot=alike) as (pilot, runner, _panel):
        assert "every seed gives the same run: nothing in the run is random; p sweeps a" in screen_text(pilot)
        assert wanted(runner) is None
        for key in ("v", "c"):
            await pilot.press("e", "escape", key)
            assert screen_text(pilot).count("every seed gives the same run") == 2, "the status says it, too"
        await pilot.press("p")
        assert wanted(runner) == StartsView(64, "learning_rate")


async def test_what_is_asked_for_is_said_before_it_comes() -> None:
    async with opened(None) as (pilot, _, _panel):
        for keys, words in (
            ("", "64 starts, maps and curves …"),
            ("v", "64 starts, maps …"),
            ("c", "256 starts, maps …"),
            ("p", "256 networks for a sweep of learning rate …"),
            ("]", "sweep of warmup epochs ─"),
        ):
            await pilot.press(*keys)
            assert words in screen_text(pilot)


async def test_the_loss_is_logarithmic_by_the_usual_key() -> None:
    async with opened(many(64), "v", "v") as (pilot, _, _panel):
        assert "1e-" not in screen_text(pilot)
        await pilot.press("l")
        assert "1e-" in screen_text(pilot)


async def test_nothing_is_drawn_anew_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed: list[object] = []
    async with opened(many(64)) as (pilot, runner, panel):
        monkeypatch.setattr(panel, "refresh", lambda *regions, **options: refreshed.append(regions))
        runner.change(running=False)
        pilot.app.screen.poll()  # type: ignore[attr-defined]
        await pilot.pause()
        assert refreshed == []


@pytest.mark.parametrize("size", [(40, 12), (40, 60), (80, 24), (120, 36), (200, 12), (200, 60)], ids=str)
async def test_the_panel_fits_any_terminal(size: tuple[int, int]) -> None:
    for starts in (many(256), make_sweep([[0.5, INF]] * 51, values=tuple(np.geomspace(1e-3, 100, 51).tolist()))):
        async with opened(starts, size=size) as (pilot, _, _panel):
            lines = screen_text(pilot).splitlines()
            assert any("▸ " in line for line in lines)
            assert len(lines) == size[1]


def test_the_legend_keeps_what_fits() -> None:
    def said(room: int) -> str:
        return "".join(text for text, _ in starts_legend(four(), DARK, room, has_curves=True))

    assert said(80).startswith("✓ solved - stands still ✗ diverged · still changing  runs")
    assert said(30).startswith("✓ solved")
    assert said(3) == ""


def test_the_legend_names_only_the_signs_that_occur() -> None:
    legend = "".join(text for text, _ in starts_legend(many(64), DARK, 90, has_curves=True, is_log=True))
    signs = {sign_of(many(64), place) for place in range(64)}
    assert [sign in legend for sign in (SOLVED, STILL, DIVERGED, MOVING)] == [
        sign in signs for sign in (SOLVED, STILL, DIVERGED, MOVING)
    ]
    assert len(signs) < 4
    assert legend.endswith("log scale")
    assert "loss by epochs, runs" in legend


def test_the_axis_is_logarithmic_by_itself_once_nearly_all_starts_are_low() -> None:
    starts = many(64)
    low = replace(starts, losses=np.full(64, float(np.median(starts.curve[0])) / 30))
    plateau = replace(starts, losses=np.where(np.arange(64) < 8, 0.35, low.losses))
    assert are_all_low(low)
    assert not are_all_low(plateau)


def test_what_solved_means_is_said_where_there_is_room() -> None:
    numbers = replace(many(64), correct=None, r2=np.full(64, 0.96), reached=np.full(64, -1))
    (first, *_) = ("".join(text for text, _ in line) for line in lines_of(numbers, 0, make_snapshot(), DARK, 76, 5))
    assert first == "0 of 64 solved (R² above 0.99): 0%, 95% interval 0 to 6%"


async def test_a_lesson_shows_it(tmp_path: Path) -> None:
    runner = StubRunner(make_frame(make_snapshot(starts=many(64))))
    lesson = lesson_in(tmp_path, MINIMAL.replace("```tuinet\n", '```tuinet\nshow = ["starts"]\n'))
    async with app_with(lesson, runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "▸ seed 1 · loss" in screen_text(pilot)
        assert wanted(runner) == StartsView(64)


def test_the_manual_quotes_the_panel() -> None:
    session = Session(Experiment())
    found = [result for result in starts_task(session, StartsView(64), Plane()).results() if result is not None][-1]
    assert isinstance(found, Starts)
    lines = ["".join(text for text, _ in line) for line in lines_of(found, 0, session.snapshot(View()), DARK, 76, 5)]
    assert "\n".join(lines) in find_page("starts").text


@pytest.mark.terminal
def test_a_start_is_taken_in_a_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tuinet", "--paused"]
    with Terminal(command, columns=80, rows=24, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path) as terminal:
        terminal.wait_for("decision boundary")
        terminal.press("M")
        terminal.wait_for("epoch 12,000 of 12,000")
        terminal.wait_for("51 of 64 solved: 80%, 95% interval 68 to 88%")
        terminal.press("\x1b[C\r")
        terminal.wait_for("seed 2")
        terminal.wait_for("◆ the run's seed")
        terminal.press("p")
        terminal.wait_for("epoch 3,000 of 3,000")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_the_glossary_says_when_starts_and_runs_of_a_sweep_count_as_solved() -> None:
    entries = StartsPanel.glossary(make_snapshot(), DARK, Keymap())
    (told,) = [text for _, text in entries if text.startswith("Solved")]
    assert "a start at some look" in told and "now" in told
    assert "a run of a sweep now" in told


def test_signs_without_maps_stand_as_far_apart_as_there_is_room() -> None:
    assert fitted_grid(64, (38, 16), halves=False) == MapGrid(9, 8, 0, 2, 4)
    assert fitted_grid(256, (38, 16), halves=False) == MapGrid(19, 14, 0, 1, 2)
    assert fitted_grid(256, (38, 13), halves=False) is None
    assert fitted_grid(4, (1, 5), halves=False) is None
