"""The screen of `tuinet compare`: pure rows, pictures, keys, and in a real terminal."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.strip import Strip

from tests.compare.factories import made_up_standing, xor_grid
from tests.terminal import DOWN, ENTER, Terminal
from tests.tui.test_app import DARK, LIGHT
from tuinet.compare.grid import Grid, make_grid, parse_vary, require_usable, with_values_in_force
from tuinet.compare.summary import Order
from tuinet.compare.trial import Standing
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.tui.compare.app import CompareApp, live_command
from tuinet.tui.compare.cells import legend_variants
from tuinet.tui.compare.drawing import CellChoice, Comparison, first_row, table_rows
from tuinet.tui.compare.screen import (
    CELLS,
    CURVES,
    chart_rows,
    curves_legend,
    plan,
    progress_row,
    seed_style,
)
from tuinet.tui.draw.text import first_fitting
from tuinet.tui.layout import KEYS, STATUS
from tuinet.tui.panels.base import EDGE
from tuinet.tui.style.adapt import adapted
from tuinet.tui.terminal.detect import Terminal as Kind

Compare = Callable[..., bool]
ROOT = Path(__file__).parents[3]
TUINET = [sys.executable, "-m", "tuinet", "compare", "--vary", "optimizer=sgd,momentum,adam", "--workers", "2"]
COLOURLESS, ANSI = adapted(DARK, Kind("none", "ascii")), adapted(DARK, Kind("16", "console"))


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def app(done: int | None = None, *, grid: Grid | None = None, terminal: Kind = Kind()) -> CompareApp:  # noqa: B008
    grid = grid or xor_grid(4, 3000)
    standing = made_up_standing(grid, done, diverging=(8, 9, 10))
    return CompareApp(grid, lambda: standing, "2 processes", DARK, [DARK, LIGHT], terminal)


def plain(rows: list[Strip]) -> list[str]:
    return [row.text for row in rows]


def texts(comparison: Comparison, width: int, height: int) -> list[str]:
    return [row.text.rstrip() for row in table_rows(comparison, DARK, width, height)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (40, 12)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_screen(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(15), press=["down"], terminal_size=size)


def test_logarithmic_by_itself_and_sorted(snap_compare: Compare) -> None:
    assert snap_compare(app(), press=["l", "l", "l", "s", "s", "s", "s", "s"], terminal_size=(80, 24))


@pytest.mark.parametrize(("colours", "glyphs"), [("16", "console"), ("none", "ascii")])
def test_poor_terminals(snap_compare: Compare, colours: str, glyphs: str) -> None:
    assert snap_compare(app(terminal=Kind(colours, glyphs)), terminal_size=(80, 24))  # type: ignore[arg-type]


def test_the_table_as_rows_of_text() -> None:
    grid = xor_grid(4, 3000)
    comparison = Comparison(grid, made_up_standing(grid, 10, diverging=(8,)), CellChoice(cell=1), "")
    rows = [" ".join(line.split()) for line in texts(comparison, 120, 8)]
    # The losses end at 0.01·scale + 0.75·exp(-15/scale), scale being 1 to 4 for the seeds of the first cell.
    assert rows[:5] == [
        "optimizer learning rate runs reached 95% epochs loss quartiles accuracy median seed",
        "━━ sgd 0.1 4/4 4/4 51%–100% 900 0.0204 0.01–0.0351 1.000 2",
        "▸━━ sgd 0.3 4/4 2/4 15%–85% 2,712 0.0873 0.01–0.122 1.000 1",
        "━━ momentum 0.1 2/4 1/2 9%–91% 1,428 0.0351 0.0351–∞ 1.000 2",
        "━━ momentum 0.3 0/4 · · · · · · ·",
    ]
    assert "quartiles" not in texts(comparison, 70, 8)[0]
    assert "loss" in texts(comparison, 38, 8)[0]


def test_the_order_is_marked_and_the_chosen_cell_stays() -> None:
    grid = xor_grid(4, 3000)
    choice = CellChoice(Order("final loss"), cell=3)
    comparison = Comparison(grid, made_up_standing(grid), choice, "")
    assert "loss▾" in texts(comparison, 100, 9)[0]
    turned = replace(comparison, choice=replace(choice, order=choice.order.turned()))
    assert "loss▴" in texts(turned, 100, 9)[0]
    assert [one.cell for one in turned.rows] != [one.cell for one in comparison.rows]
    for shown in (comparison, turned):
        (chosen,) = [line for line in texts(shown, 100, 9) if "▸" in line]
        assert chosen.split()[1:4] == ["━━", "momentum", "0.3"] or chosen.split()[1:3] == ["momentum", "0.3"]


@settings(max_examples=60)
@given(
    st.integers(0, 120),
    st.integers(0, 40),
    st.integers(1, 5),
    st.integers(0, 23),
    st.booleans(),
    st.sampled_from(["grid", "optimizer", "learning_rate", "reached", "epochs", "final loss", "score"]),
    st.booleans(),
    st.booleans(),
)
def test_rows_have_the_width_of_their_panel(
    width: int, height: int, seeds: int, done: int, log: bool, column: str, is_poor: bool, single: bool
) -> None:
    grid = xor_grid(seeds, 700)
    done = min(done, len(grid.jobs))
    choice = CellChoice(Order(column), cell=done % 6, scale="log" if log else "linear", shows_seeds=single)
    comparison = Comparison(grid, made_up_standing(grid, done, range(0, 24, 5)), choice, "2 processes")
    theme = COLOURLESS if is_poor else DARK
    for rows in (table_rows(comparison, theme, width, height), chart_rows(comparison, theme, width, height)):
        assert len(rows) <= height
        assert {row.cell_length for row in rows} <= {width}
    assert progress_row(comparison, theme, width).cell_length == width
    assert 0 <= comparison.place - first_row(comparison, max(height, 2)) < max(height - 1, 1) or height < 2


@given(st.integers(40, 250), st.integers(12, 80), st.integers(4, 200))
def test_the_plan_fills_the_screen(width: int, height: int, table: int) -> None:
    regions = plan(width, height, table)
    assert sum(region.height for region in regions.values()) == height
    assert all(region.width == width and region.height > 0 for region in regions.values())
    assert set(regions) - {CURVES} == {STATUS, CELLS, KEYS}
    if CURVES in regions:
        assert regions[CELLS].height <= max(table, 5)
        assert regions[CURVES].height >= 7
    else:
        assert height < 14


def test_many_cells_draw_as_many_curves_as_there_are_colours() -> None:
    grid = make_grid({}, [parse_vary("learning_rate=" + ",".join(str(rate / 10) for rate in range(1, 41)))], 1, 300)
    comparison = Comparison(grid, made_up_standing(grid), CellChoice(cell=35), "")
    drawn = comparison.drawn(DARK)
    assert len(drawn) == len(DARK.classes)
    assert 35 in drawn
    assert len(comparison.curves(DARK)) == len(drawn)
    assert len(comparison.drawn(COLOURLESS)) == len(COLOURLESS.markers) + 1


async def test_keys() -> None:
    running = app()
    async with running.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "up", "l", "v", "s", "s", "r")
        # By itself the axis is logarithmic here, since curves end in the same row of a linear one.
        assert running.choice == CellChoice(
            Order("learning_rate", is_reversed=True), 1, scale="linear", shows_seeds=True
        )
        await pilot.press("end")
        assert running.choice.cell == 4
        await pilot.press("t")
        assert running.theme == LIGHT.name
        await pilot.press("question_mark")
        text = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
        assert "One combination of the values that are varied" in text
        await pilot.press("escape", "enter")
    assert running.opened


def test_single_runs_are_drawn_behind_the_medians() -> None:
    grid = xor_grid(4, 300)
    comparison = Comparison(grid, made_up_standing(grid, 10, diverging=(8,)), CellChoice(cell=1, shows_seeds=True), "")
    for theme in (DARK, ANSI, COLOURLESS):
        drawn = comparison.seed_series(seed_style(comparison, theme), "·", 80)
        # The losses of seeds 1 to 4 begin at 0.75 + 0.01·scale, the scale being 5, 6, 7 and 1.
        assert [round(float(one.y[0]), 9) for one in drawn] == [0.8, 0.81, 0.82, 0.76]
        assert comparison.band_series(theme.inks.axis, "·") == []
        without = replace(comparison, choice=replace(comparison.choice, shows_seeds=False))
        assert without.seed_series(theme.inks.axis, "·", 80) == []
        assert plain(chart_rows(comparison, theme, 76, 12)) != plain(chart_rows(without, theme, 76, 12))
        said = "".join(text for text, _ in curves_legend(comparison, theme, 74))
        assert " 4 seeds of the chosen cell · 5 of 6 cells" in said or " 4 seeds of the chosen cell · epochs" in said
    assert "lowest–highest" in texts(comparison, 120, 8)[0]
    # 0.01·scale + 0.75·exp(−300 / (200·scale)), scales 5, 6, 7 and 1.
    assert texts(comparison, 120, 8)[2].split()[-3] == "0.177–0.675"


def test_of_many_runs_the_first_are_drawn() -> None:
    grid = make_grid({}, [], 40, 300)
    comparison = Comparison(grid, made_up_standing(grid), CellChoice(shows_seeds=True), "")
    assert len(comparison.seed_series(DARK.inks.axis, "·", 80)) == 30
    assert "".join(text for text, _ in curves_legend(comparison, DARK, 40)) == "━━ 30 of 40 seeds of ▸ · epochs"


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_rate_of_each_cell_and_how_to_hold_it_equal_are_on_the_screen(width: int) -> None:
    bare = make_grid({}, [parse_vary("optimizer=sgd,momentum,adam")], 2, 300)
    grid = with_values_in_force(bare, require_usable(bare))
    comparison = Comparison(grid, made_up_standing(grid), CellChoice(), "")
    rows = [line.split() for line in texts(comparison, width - 2, 5)]
    assert "learning rate" in " ".join(rows[0])
    assert [row[row.index(name) + 1] for row, name in zip(rows[1:], ("sgd", "momentum", "adam"), strict=True)] == [
        "0.5",
        "0.05",
        "0.01",
    ]
    said = first_fitting(legend_variants(comparison, ""), width - EDGE)
    assert said.startswith("learning_rate is each optimizer's own: --learning-rate 0.5 holds it equal")


def test_values_that_have_no_room_stay_different() -> None:
    vary = "dataset=" + ",".join(f"/data/of/a/long/folder/measured-{name}.csv" for name in ("left", "right", "花"))
    grid = make_grid({}, [parse_vary(vary)], 1, 3)
    for width in range(40, 80, 7):
        comparison = Comparison(grid, made_up_standing(grid), CellChoice(), "")
        assert len({line.split()[1 + line.startswith(" ▸")] for line in texts(comparison, width, 5)[1:]}) == 3


async def test_a_click_chooses_and_a_click_on_a_heading_sorts() -> None:
    running = app()
    async with running.run_test(size=(120, 36)) as pilot:
        top = pilot.app.screen.query_one(f"#{CELLS}").region.y
        await pilot.click(offset=(10, top + 2 + 3))
        assert running.choice.cell == 3
        await pilot.click(offset=(8, top + 1))
        assert running.choice.order == Order("optimizer")
        await pilot.click(offset=(8, top + 1))
        assert running.choice.order == Order("optimizer", is_reversed=True)


async def test_the_screen_follows_what_is_new() -> None:
    grid = xor_grid(2, 300)
    standings: list[Standing] = [made_up_standing(grid, 0)]
    running = CompareApp(grid, lambda: standings[-1], "2 processes", DARK, [DARK])
    async with running.run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert "0/12" in screen._compositor.render_strips()[0].text
        standings.append(made_up_standing(grid))
        screen.poll()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "all 12 runs done" in screen._compositor.render_strips()[0].text


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        make_experiment(dataset="spiral", hidden=(), noise=0.123456789, learning_rate=1 / 3),
        make_experiment(dataset="iris", hidden=(3, 5), activation=("tanh", "relu"), batch_size=0, standardize=False),
        make_experiment(dataset="moons", features=("x1", "x1²"), optimizer="adam", epsilon=1e-12, seed=77),
    ],
)
def test_a_cell_opens_as_the_experiment_that_it_is(experiment: Experiment) -> None:
    from tuinet.cli.main import cli  # noqa: PLC0415
    from tuinet.options import experiment_from  # noqa: PLC0415

    command = live_command(experiment, 50, ["--fps", "10"])
    context = cli.make_context("tuinet", command[3:])
    assert context.params["epochs"] == 50
    assert experiment_from({name: context.params[name] for name in FIELDS}) == experiment


def children(terminal: Terminal) -> list[int]:
    """The processes that the program has started, from any of its threads."""
    tasks = Path(f"/proc/{terminal.pid}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


linux_only = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")


@linux_only
@pytest.mark.parametrize(
    ("how", "status"), [("q", 130), ("\x03", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)]
)
def test_no_process_is_left(how: str | signal.Signals, status: int) -> None:
    with Terminal([*TUINET, "--epochs", "100000000"], cwd=ROOT) as terminal:
        terminal.wait_for("0/15 runs")
        terminal.wait_until(lambda screen: len(children(terminal)) == 2)
        files = [os.pidfd_open(pid) for pid in children(terminal)]
        if isinstance(how, str):
            terminal.press(how)
            terminal.wait_for("what is known is written")
            terminal.press(how)
        else:
            os.kill(terminal.pid, how)
        assert terminal.exit_status() == status
        for file in files:
            assert select.select([file], [], [], 10)[0]
            os.close(file)


def test_a_cell_is_opened_and_q_comes_back() -> None:
    with Terminal([*TUINET, "--epochs", "300", "--seeds", "2"], cwd=ROOT) as terminal:
        terminal.wait_for("all 6 runs done")
        terminal.press(DOWN)
        terminal.press(ENTER)
        terminal.wait_until(lambda screen: "momentum" in screen and "decision boundary" in screen)
        terminal.press("q")
        terminal.wait_for("all 6 runs done")
        terminal.wait_until(lambda screen: "▸━━ momentum" in screen)
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert "medians over the seeds: epochs" in terminal.text()


@linux_only
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_live_session_and_the_workers(number: int, status: int) -> None:
    with Terminal([*TUINET, "--epochs", "100000000"], cwd=ROOT) as terminal:
        terminal.wait_until(lambda screen: "0/15 runs" in screen and len(children(terminal)) == 2)
        terminal.press(ENTER)
        terminal.wait_until(lambda screen: "decision boundary" in screen and len(children(terminal)) == 3)
        files = [os.pidfd_open(pid) for pid in children(terminal)]
        os.kill(terminal.pid, number)
        assert terminal.exit_status() == status
        for file in files:
            assert select.select([file], [], [], 10)[0]
            os.close(file)
