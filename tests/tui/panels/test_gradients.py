"""The gradients panel: which layer learns slowest, bars that fit, and pictures where there is room."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.test_app import make_app, screen_text
from tuinet.experiment.presets import make_experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.tui.panels.gradients.slowest import FittedScale, Slowest, SlowestMark, update_ratios
from tuinet.tui.panels.gradients.table import MARK, SpeedFollower, explained_columns, explained_rows, gradient_rows
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")


def with_speeds(*ratios: float) -> Snapshot:
    """A network whose layers change by these shares of themselves in a step."""
    snapshot = make_snapshot(hidden=(2,) * (len(ratios) - 1))
    layers = [
        replace(layer, weight_updates=layer.weights * ratio)
        for layer, ratio in zip(snapshot.layers, ratios, strict=True)
    ]
    return replace(snapshot, layers=tuple(layers))


def texts(snapshot: Snapshot, width: int, height: int) -> list[str]:
    return [row.text.rstrip() for row in gradient_rows(snapshot, DARK, width, height)]


def test_the_slowest_layer_is_marked_and_its_bar_is_the_shortest() -> None:
    rows = texts(with_speeds(1e-4, 3e-3, 4e-3), 43, 8)
    assert [row.endswith(MARK) for row in rows] == [False, True, False, False]
    lengths = [row.count("━") + row.count("╸") / 2 for row in rows[1:]]
    assert lengths == sorted(lengths)
    assert lengths[-1] >= 9  # of 14 cells: the scale fits


@pytest.mark.parametrize("ratios", [(2.9e-3, 3e-3), (1e-3,), (0.0, 0.0)])
def test_where_all_learn_as_fast_none_is_marked(ratios: tuple[float, ...]) -> None:
    assert not any("◂" in row for row in texts(with_speeds(*ratios), 78, 8))


async def test_layers_that_learn_as_fast_are_said_to() -> None:
    async with make_app(StubRunner(make_frame(with_speeds(2.9e-3, 3e-3)))).run_test(size=(80, 24)) as pilot:
        assert "equally fast" in screen_text(pilot)


async def test_before_the_first_step_it_is_said_when_the_slowest_layer_is_known() -> None:
    async with make_app(StubRunner(make_frame(make_snapshot(step=0)))).run_test(size=(120, 36)) as pilot:
        await pilot.press("4")
        assert "slowest layer: known after the first step" in screen_text(pilot)


def test_after_the_first_step_the_slowest_layer_is_marked() -> None:
    session = Session(make_experiment(dataset="xor"))
    session.advance(1)
    snapshot = session.snapshot()
    rows = [row.endswith(MARK) for row in texts(snapshot, 78, 8)[1:]]
    ratios = [layer.update_ratio for layer in snapshot.layers]
    assert rows == [ratio == min(ratios) for ratio in ratios]


def test_one_layer_alone_is_never_the_slowest() -> None:
    assert SlowestMark().follow({1: 1e-9}) is None


def test_before_the_first_update_nothing_is_known() -> None:
    assert update_ratios(make_snapshot(step=0)) == {}
    assert update_ratios(with_speeds(1e-3, np.nan)) == {}
    assert update_ratios(with_speeds(1e-3, 2e-3)) == pytest.approx({1: 1e-3, 2: 2e-3})


def test_the_mark_does_not_go_to_and_fro() -> None:
    mark = SlowestMark()
    noisy = [{1: 1.0, 2: 1.1, 3: 9.0}, {1: 1.15, 2: 1.0, 3: 8.0}, {1: 1.1, 2: 1.0, 3: 7.0}, {1: 2.0, 2: 1.0, 3: 9.0}]
    found = [mark.follow(known) for known in noisy]
    assert [one.layer if one else 0 for one in found] == [1, 1, 1, 2]


def test_while_it_is_paused_the_mark_is_at_the_smallest_number() -> None:
    mark = SlowestMark()
    found = [mark.follow(known, is_running=False) for known in ({1: 1.0, 2: 1.1, 3: 9.0}, {1: 1.15, 2: 1.0, 3: 8.0})]
    assert [one.layer if one else 0 for one in found] == [1, 2]


def test_a_ratio_around_the_limit_keeps_the_mark() -> None:
    mark = SlowestMark()
    found = [mark.follow({1: share, 2: 1.0}) for share in (0.93, 0.89, 0.93, 0.89, 0.93, 0.96)]
    assert [one is not None for one in found] == [False, True, True, True, True, False]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.66, "2/3"),
        (0.5, "1/2"),
        (1 / 12, "1/12"),
        (1 / 41, "1/40"),
        (1e-3, "1/1000"),
        (4.9e-8, "less than 1/1000"),
    ],
)
def test_ratios_in_words(share: float, text: str) -> None:
    words = Slowest(1, 4, share).words
    short = text.replace("less than ", "<")
    assert words[0] == f"layer 1 learns slowest: {text} of layer 4"
    assert words[2] == f"◂ slowest: {short} of layer 4"
    assert all("slowest" in variant for variant in words)


def test_a_layer_that_stands_still() -> None:
    assert Slowest(2, 1, 0.0).words[0] == "layer 2 stands still"


def test_layers_far_apart_have_bars_in_powers_of_ten() -> None:
    scale = FittedScale()
    assert scale.follow([1e-3, 2e-2]).text(9) == "0  2.0e-2"
    wide = scale.follow([1e-7, 2e-2])
    assert (wide.text(9), wide.share(1e-7), wide.share(1e-4)) == ("1e-7 1e-1", 0, 0.5)
    # Back on a linear scale only where the values are clearly nearer to one another.
    assert scale.follow([4e-4, 2e-2]).is_log
    assert not scale.follow([1e-3, 2e-2]).is_log


def test_a_scale_changes_by_whole_steps_and_says_so_for_a_while() -> None:
    scale = FittedScale()
    assert [scale.follow([value]).high for value in (0.9, 0.6, 0.25, 0.19, 1.1)] == pytest.approx(
        [1.0, 1.0, 1.0, 0.2, 2.0]
    )
    assert scale.follow([1.1]).text(34) == "0 (ended at 2.0e-1 before)   2.0e0"
    assert scale.follow([1.1]).text(24) == "0 (was 2.0e-1)     2.0e0"
    assert scale.follow([1.1]).text(10) == "0    2.0e0"
    assert [scale.follow([1.1]).before for _ in range(70)][-1] == ""


def test_while_it_trains_a_scale_stays_unless_a_bar_has_no_room() -> None:
    generator, scale = np.random.default_rng(0), FittedScale()
    noise = generator.lognormal(-6, 0.8, size=(400, 3))
    ends = [scale.follow(values.tolist(), is_running=True).ends for values in noise]
    assert sum(one != other for one, other in pairwise(ends)) <= 4
    fallen = [scale.follow([1e-6, 2e-6], is_running=True).high for _ in range(60)]
    assert fallen[0] > 1e-3
    assert fallen[-1] == pytest.approx(2e-6)


@given(st.lists(st.floats(0, allow_infinity=False), max_size=5), st.lists(st.floats(0, 1), max_size=5))
def test_any_bar_fits_its_scale(first: list[float], then: list[float]) -> None:
    scale, mark = FittedScale(), SlowestMark()
    for values in (first, then):
        fitted = scale.follow(values)
        assert all(0 <= fitted.share(value) <= 1 for value in values if value <= 1e99)
        found = mark.follow(dict(enumerate(values, start=1)))
        assert found is None or 0 <= found.share < 1


def test_of_many_layers_the_slowest_is_in_sight() -> None:
    rows = texts(with_speeds(*[1e-3] * 8, 1e-5, 1e-3), 43, 5)
    assert rows[3].startswith(" 9")
    assert rows[3].endswith(MARK)
    assert rows[4] == " … 7 more layers"


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_panel_says_which_layer_is_slowest(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(with_speeds(1e-4, 3e-3, 3e-3, 4e-3)))
    async with make_app(runner).run_test(size=size) as pilot:
        screen = screen_text(pilot)
        assert (MARK if size[0] > 80 else MARK[0]) in screen
        assert "layer 1 learns slowest: 1/40 of layer 4" in screen or "◂ slowest: 1/40 of layer 4" in screen


def trained() -> Snapshot:
    session = Session(make_experiment(dataset="circle", hidden=(4, 4), activation=("sigmoid",)))
    session.advance(5)
    return session.snapshot(View(spread=True))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_full_screen_has_norms_over_time_and_histograms(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(trained()))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("4")
        rows = screen_text(pilot).splitlines()
        assert runner.views[-1] is not None
        assert runner.views[-1].spread
        (heading,) = [row for row in rows if "by epochs" in row]
        assert "by size of ∂L/∂w" in heading
        below = rows[rows.index(heading) + 1 :]
        # The axis of the epochs, curves, bars of both signs for each of three layers.
        assert any("└┬" in row for row in below)
        assert any("⠁" <= character <= "⣿" for row in below for character in row)
        assert sum(" + " in row for row in below) == 3
        assert len(below) > len(rows) // 2
        await pilot.press("4")
        await pilot.pause()
        assert runner.views[-1] is not None
        assert not runner.views[-1].spread


async def test_before_the_first_step_the_full_screen_says_that_there_is_none() -> None:
    snapshot = Session(make_experiment(dataset="xor")).snapshot(View(spread=True))
    async with make_app(StubRunner(make_frame(snapshot))).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        assert "no step yet" in screen_text(pilot)


@pytest.mark.parametrize("width", [10, 21, 30, 43, 60, 78, 118, 198])
@pytest.mark.parametrize("height", [1, 3, 7, 20])
def test_rows_have_the_width_of_the_panel(width: int, height: int) -> None:
    follower = SpeedFollower()
    for snapshot in (make_snapshot(), with_speeds(1e-9, 1.0), with_speeds(0.5, 1e-3, 0.0)):
        rows = gradient_rows(snapshot, DARK, width, height, follower.follow(snapshot))
        assert {row.cell_length for row in rows} == {width}
        assert len(rows) <= height


async def test_eleven_layers_leave_room_for_pictures_on_the_smallest_full_screen() -> None:
    session = Session(make_experiment(dataset="circle", hidden=(4,) * 10, activation=("sigmoid",)))
    session.advance(3)
    # What is said of vanishing gradients takes rows of its own.
    snapshot = replace(session.snapshot(View(spread=True)), findings=())
    async with make_app(StubRunner(make_frame(snapshot))).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        screen = screen_text(pilot)
    assert all(f"│ {number} " in screen for number in range(1, 12))
    assert "by epochs" in screen
    assert "└┬" in screen


@pytest.mark.parametrize("width", [31, 43, 62, 78, 90, 118, 198])
def test_the_columns_are_explained_in_two_rows_where_there_is_room(width: int) -> None:
    rows = explained_columns(width)
    assert [row.split()[0] for row in rows] == ["‖∂L/∂W‖", "ΔW/W"]
    drawn = [row.text for row in explained_rows(DARK, width, 5)]
    assert [row.strip() for row in drawn] == ["", *rows]
    assert {len(row) for row in drawn} == {width}


def test_the_columns_are_explained_in_one_row_or_not_at_all() -> None:
    line = "‖∂L/∂W‖ size of the gradient · ΔW/W size of a step, relative to the weights"
    assert explained_columns(78, 1) == [line]
    assert explained_columns(62, 1) == explained_columns(20) == explained_columns(78, 0) == []
