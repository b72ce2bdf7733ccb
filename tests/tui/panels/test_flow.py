"""The gradient flow: curves with their labels, histograms, and words, at any size and for any network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.strip import Strip

from tests.factories import StubRunner, make_frame, make_snapshot
from tuinet.experiment.presets import make_experiment
from tuinet.observe.finding import Finding
from tuinet.observe.gradients import GradientSpread, observe_flow
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.history import HistorySnapshot
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.norms import has_one_point, label_rows, norm_rows, ranges_text
from tuinet.tui.draw.ridges import SizeScale, bar_heights, evenly, fit_scale, ridge_rows
from tuinet.tui.panels.flow import (
    FlowPanel,
    flow_legend,
    flow_rows,
    flow_title,
    single_rows,
)
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import find_theme, load_themes
from tuinet.tui.terminal.detect import Terminal

DARK = find_theme("dark")
VIEW = View(10, 10, flow=True)
Compare = Callable[..., bool]


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


@lru_cache
def trained(epochs: int, phases: int = 0, **options: object) -> Snapshot:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    session.advance(epochs)
    for _ in range(phases):
        session.step("phase")
    return session.snapshot(VIEW)


def spread_of(*values: float) -> GradientSpread:
    (spread,) = observe_flow([np.array([values])]).layers
    return spread


# Labels at the ends of curves.


def test_labels_stand_where_their_curves_end() -> None:
    assert label_rows({1: 7.2, 2: 0.4, 3: 4.0}, 9, 1) == {7: [1], 0: [2], 4: [3]}


def test_labels_that_end_together_stand_side_by_side_or_below_one_another() -> None:
    assert label_rows({1: 4.0, 2: 4.2, 3: 3.9}, 9, 3) == {4: [1, 2, 3]}
    assert label_rows({1: 4.0, 2: 4.2, 3: 3.9}, 9, 1) == {3: [3], 4: [1], 5: [2]}
    assert label_rows({1: 8.0, 2: 8.2, 3: 7.9}, 9, 1) == {6: [3], 7: [1], 8: [2]}


@given(st.dictionaries(st.integers(1, 33), st.floats(-5, 60), max_size=33), st.integers(1, 40), st.integers(1, 4))
def test_labels_keep_their_order_and_their_room(ends: dict[int, float], rows: int, per_row: int) -> None:
    placed = label_rows(ends, rows, per_row)
    assert all(0 <= line < rows and 1 <= len(labels) <= per_row for line, labels in placed.items())
    shown = [label for line in sorted(placed) for label in placed[line]]
    assert len(shown) == len(set(shown)) == min(len(ends), rows * per_row)
    for line, below in zip(sorted(placed), sorted(placed)[1:], strict=False):
        assert max(ends[label] for label in placed[line]) <= min(ends[label] for label in placed[below])


def test_ranges() -> None:
    assert ranges_text([]) == ""
    assert ranges_text([3, 1, 2, 7, 9, 10]) == "1-3 7 9 10"


# The axis of sizes.


def test_the_axis_holds_what_there_is_and_says_where_it_is_cut() -> None:
    assert fit_scale([spread_of(1e-3, -2e-2)], 40) == SizeScale(-8, 0, 2, 2)
    assert fit_scale([spread_of(1e-3, 1e-11)], 40) == SizeScale(-12, 0, 2, 1)
    assert fit_scale([spread_of(1e-3, 200.0)], 40) == SizeScale(-8, 4, 2, 1)
    mostly = spread_of(*[1e-3] * 20, 1e-11)
    assert fit_scale([mostly], 40) == SizeScale(-8, 0, 2, 2, is_cut=True)
    assert fit_scale([spread_of(*[1e-3] * 500)], 40) == SizeScale(-8, 0, 3, 1)
    assert fit_scale([spread_of(1e-30)], 40) == SizeScale(-16, 0, 2, 1, is_cut=True)
    assert fit_scale([], 8) == SizeScale(-8, 0, 1, 1)
    assert fit_scale([], 7) is None


def test_labels_of_the_axis() -> None:
    assert SizeScale(-8, 0, 2, 1).ticks() == [(0, "1e-8"), (8, "1e-4"), (16, "1")]
    assert SizeScale(-8, 0, 2, 1, is_cut=True).ticks()[0] == (0, "<1e-8")
    assert SizeScale(-8, 0, 2, 4).ticks()[:3] == [(0, "1e-8"), (8, "1e-7"), (16, "1e-6")]


@given(st.integers(8, 120), st.lists(st.floats(1e-25, 1e9), min_size=1, max_size=40))
def test_no_gradient_is_lost_between_bins_and_columns(room: int, sizes: list[float]) -> None:
    spread = spread_of(*sizes)
    scale = fit_scale([spread], room)
    if scale is not None:
        width = (scale.high - scale.low) * scale.per_decade * scale.thickness
        assert width <= room
        assert scale.columns(spread.positive).sum() == len(sizes)
        assert len(scale.columns(spread.positive)) * scale.thickness == width


def test_what_is_not_zero_is_seen() -> None:
    assert bar_heights(np.array([0, 1, 500, 1000]), 1000, 1).tolist() == [0, 1, 4, 7]
    assert bar_heights(np.array([0, 1, 500, 1000]), 1000, 3).tolist() == [0, 1, 12, 23]
    assert bar_heights(np.array([5]), 2, 1).tolist() == [7]


# All layers.


def test_vanishing_is_seen_in_every_column() -> None:
    assert texts(ridge_rows(trained(1, hidden=(4,) * 10), DARK, 47, 14)) == [
        "      by size of ∂L/∂w   per weight, of 11's",
        "  1 ±   · ▁▇    ·       <1/1000 vanishing",
        "  2 ±   · ▁▂▇▁  ·       <1/1000 vanishing",
        "  3 ±   · ▄▃▁▇  ·       <1/1000 vanishing",
        "  4 ±   ·   ▁▅▇▁·       <1/1000 weak",
        "  5 ±   ·    ▁▅▇·       <1/1000 weak",
        "  6 ±   ·     ▁▇▁         1/850 weak",
        "  7 ±   ·      ▁▇▂        1/250 weak",
        "  8 ±   ·       ▂▇        1/100 weak",
        "  9 ±   ·      ▁▇▆▄▁       1/45 healthy",
        " 10 ±   ·       ·▃▆▄▇▃      1/4 healthy",
        " 11 ±   ·       ·   ▇▇        1 healthy",
        "      0 1e-8    1e-4    1",
    ]


def by_hand() -> Snapshot:
    """A single layer with the gradients 3 times 0.02, and once each 0.05, 2e-7, -5e-4, -0.02 and 0."""
    grads = np.array([[2e-2, 2e-2, 2e-2, 5e-2], [0.0, -5e-4, -2e-2, 2e-7]])
    snapshot = trained(1, hidden=())
    layer = replace(snapshot.layers[0], weight_grads=grads)
    return replace(snapshot, layers=(layer,), flow=observe_flow([grads]))


def test_the_bars_of_a_layer_count_its_gradients() -> None:
    assert texts(ridge_rows(by_hand(), DARK, 47, 9)) == [
        "     by size of ∂L/∂w",
        " 1 +   ·       ·   ▇          1 healthy",
        "       ·       ·   █",
        "     █ · █     ·   ██",
        "   −   ·       ·",
        "       ·       ·",
        "       ·       ·█  █",
        "     0 1e-8    1e-4    1",
    ]
    assert texts(ridge_rows(by_hand(), DARK, 46, 3)) == [" 1 healthy"]


def test_one_layer_by_itself() -> None:
    assert texts(single_rows(by_hand(), DARK, 46, 12, 1)) == [
        " layer 1 sigmoid · 2×1 weights",
        " healthy",
        " root mean square 2.3e-2",
        " 3 +   ·       ·       ·       ▇▇",
        "       ·       ·       ·       ██",
        "     █ ·   ██  ·       ·       ████",
        " 3 −   ·       ·       ·       ·",
        "       ·       ·       ·       ·",
        "       ·       ·       · ██    ██",
        "     0 1e-8    1e-6    1e-4    1e-2    1",
        " 5 + · 2 − · 1 zero · of 8 weights",
    ]


def test_more_zeros_than_the_bars_can_show() -> None:
    snapshot = by_hand()
    flow = observe_flow([np.array([[1e-3, 0.0, 0.0, 0.0]])])
    assert texts(ridge_rows(replace(snapshot, flow=flow), DARK, 46, 5))[1].startswith(" 1 + ↑ ·       · ▇")
    nothing = observe_flow([np.zeros((1, 4))])
    assert texts(ridge_rows(replace(snapshot, flow=nothing), DARK, 46, 5))[1].startswith(" 1 + ▇ ·       ·  ")
    assert "4 zero" in texts(single_rows(replace(snapshot, flow=nothing), DARK, 46, 11, 1))[-1]


def test_layers_for_which_there_is_no_room_are_left_out_evenly() -> None:
    assert evenly(11, 4) == [1, 4, 8, 11]
    assert evenly(3, 9) == [1, 2, 3]
    assert evenly(3, 0) == []
    rows = texts(ridge_rows(trained(1, hidden=(2,) * 32), DARK, 66, 9))
    assert "7 of 33 layers" in rows[0]
    assert [row.split()[0] for row in rows[1:-1]] == ["1", "6", "12", "17", "22", "28", "33"]


def test_where_it_is_tiny_there_are_only_words() -> None:
    assert texts(ridge_rows(trained(1, hidden=(4,) * 10), DARK, 35, 4)) == [
        "  1 vanishing",
        "  4 weak, <1/1000 of layer 11's",
        "  8 weak, 1/100 of layer 11's",
        " 11 healthy",
    ]


def test_before_the_first_step_there_is_nothing_to_see_and_it_says_so() -> None:
    rows = texts(flow_rows(trained(0), DARK, 78, 19))
    assert rows[0].startswith(" No gradients before the first")
    assert "±" not in "".join(rows)
    assert sum("–" in row for row in rows) == 2


def test_in_the_middle_of_a_step_what_it_has_not_reached_is_dimmed() -> None:
    snapshot = trained(1, phases=5, hidden=(3,))
    assert str(snapshot.phase) == "backward, layer 2"
    _, first, second, _ = ridge_rows(snapshot, DARK, 46, 4)
    colours = [
        {segment.style.color.name for segment in line if segment.style and segment.style.color}
        for line in (first, second)
    ]
    assert colours[0] <= {DARK.border, DARK.axis}
    assert {DARK.accent, DARK.layer_colours(2)[1]} <= colours[1]
    assert second.text.startswith("▸2")


# Curves.


def with_norms(norms: list[list[float]], hidden: tuple[int, ...] = (2,)) -> Snapshot:
    epochs = np.arange(len(norms)) * 10.0
    return make_snapshot(hidden=hidden, history=HistorySnapshot(epochs, np.ones(len(norms)), None, np.array(norms)))


def test_each_curve_ends_at_its_number() -> None:
    rows = texts(norm_rows(with_norms([[np.nan, np.nan], [1e-6, 1e-2], [1e-6, 1e-2]]), DARK, 40, 12))
    assert len(rows) == 12
    assert [index for index, row in enumerate(rows) if row.endswith("2")][:1] < [
        index for index, row in enumerate(rows) if row.endswith("1")
    ][:1]
    axis = {row.split("┤")[0].strip(): index for index, row in enumerate(rows) if "┤" in row}
    two = next(index for index, row in enumerate(rows) if row.endswith("2"))
    assert abs(axis["1e-2"] - two) <= 1
    assert rows[-1].split() == ["0", "10", "20"]


def test_layers_whose_gradient_is_zero_are_named_below() -> None:
    rows = texts(norm_rows(with_norms([[1.0, 1.0, 1.0], [0.0, 0.0, 0.1]], (2, 2)), DARK, 40, 12))
    assert rows[-3].endswith("0: 1 2")
    assert any(row.endswith("3") for row in rows[:-3])


def test_one_point_is_no_curve_yet_and_a_sentence_says_so() -> None:
    snapshot = with_norms([[np.nan, np.nan], [1e-3, 1e-2]])
    assert norm_rows(snapshot, DARK, 40, 12) == []
    said = " ".join(row[:33].strip() for row in texts(flow_rows(snapshot, DARK, 80, 19))[:3])
    assert said.startswith("The norms of one step only are")


def test_the_axis_of_norms_leaves_no_power_of_ten_empty() -> None:
    rows = texts(norm_rows(with_norms([[2.0, 0.06], [0.07, 0.06], [0.5, 0.5]]), DARK, 40, 18))
    labels = [row.split("┤")[0].strip() for row in rows if "┤" in row]
    assert labels == ["1", "1e-1"]
    assert any("⠀" < character <= "⣿" for character in rows[-3])


def test_beside_the_bars_stands_what_the_tallest_counts() -> None:
    rows = texts(ridge_rows(by_hand(), DARK, 110, 12))
    assert rows[1].endswith("1 healthy")
    assert rows[2].endswith("root mean square 2.3e-2")
    assert rows[3].endswith("up to 3 in a bar")


def test_the_chosen_curve_is_on_top_of_the_others() -> None:
    snapshot = with_norms([[1e-3, 1e-3], [1e-3, 1e-3]])
    for chosen in (1, 2):
        line = norm_rows(snapshot, DARK, 40, 8, chosen)
        drawn = [segment for row in line for segment in row if any(character in "━⠒⠤⣀⠉" for character in segment.text)]
        colours = {segment.style.color.name for segment in drawn if segment.style and segment.style.color}
        assert colours == {DARK.layer_colours(2)[chosen - 1]}


@pytest.mark.parametrize("norms", [[[np.nan, np.nan]], [[0.0, 0.0]], [[np.inf, np.inf]]])
def test_without_a_curve_there_is_a_sentence(norms: list[list[float]]) -> None:
    assert norm_rows(with_norms(norms), DARK, 40, 12) == []
    said = " ".join(row[:33].strip() for row in texts(flow_rows(with_norms(norms), DARK, 80, 19))[:3])
    assert said.startswith("No gradient of any layer can be drawn")


def test_colours_of_layers_differ() -> None:
    for theme in load_themes():
        if theme.is_ansi or theme.is_grey:
            continue  # numbers at the ends of the lines tell layers apart
        for count in (0, 1, 2, 11):
            assert len(set(theme.layer_colours(count))) == count


# The whole panel.

NETWORKS: list[dict[str, object]] = [
    {},
    {"hidden": ()},
    {"hidden": (4,) * 10},
    {"hidden": (2,) * 32},
    {"hidden": (4, 4), "activation": ("relu",), "learning_rate": 1e200},
    {"hidden": (4,) * 10, "activation": ("relu",), "initializer": "he_normal"},
    {"learning_rate": 1e3},
    {"dataset": "iris"},
    {"dataset": "plane"},
    {"hidden": (3, 3), "activation": ("tanh", "step")},
    {"hidden": (4096,)},
]


@settings(max_examples=80)
@given(
    st.integers(0, 200),
    st.integers(0, 60),
    st.sampled_from(range(len(NETWORKS))),
    st.sampled_from([(0, 0), (0, 4), (3, 0), (40, 3)]),
    st.sampled_from([None, 1]),
)
def test_rows_fit_any_panel_for_any_network(
    width: int, height: int, network: int, moment: tuple[int, int], chosen: int | None
) -> None:
    snapshot = trained(*moment, **NETWORKS[network])
    rows = flow_rows(snapshot, DARK, width, height, chosen)
    assert [row.cell_length for row in rows] == [width] * len(rows)
    assert len(rows) <= height
    assert len(flow_legend(snapshot, width)) <= width


def test_a_snapshot_without_what_was_not_asked_for_can_be_drawn() -> None:
    rows = flow_rows(make_snapshot(), DARK, 78, 19)
    assert [row.cell_length for row in rows] == [78] * 19


def test_the_legend_says_how_many_weights_are_counted() -> None:
    assert flow_legend(trained(1), 80).endswith("log scale")
    grads = np.ones((784, 4096), np.float32)
    large = replace(trained(1), flow=observe_flow([grads, grads[:, :1]]))
    assert "of 3,212,048 weights counted" in flow_legend(large, 120)
    assert "of 3,212,048 weights counted" in flow_legend(large, 50)


def test_the_legend_names_no_curves_where_there_are_none() -> None:
    curves, one = trained(5), trained(1)
    assert "curves" in flow_legend(curves, 80)
    assert has_one_point(one)
    for room in (80, 60, 34):
        assert flow_legend(one, room).endswith(("log scale", "∂L/∂w"))
        assert "norm by epochs" not in flow_legend(one, room)


def test_the_title_says_how_many_layers_have_curves() -> None:
    assert flow_title(trained(1)) == "gradient flow · ‖∂L/∂W‖ by layer"
    assert flow_title(trained(1), 2) == "gradient flow · ‖∂L/∂W‖ of layer 2"
    deep = trained(1, hidden=(2,) * 32)
    assert flow_title(deep) == "gradient flow · ‖∂L/∂W‖ by layer · 12 of 33 curves"
    assert flow_title(deep, 2).endswith(" · 13 of 33 curves")


def test_findings_stand_below_where_there_are_rows_for_them() -> None:
    snapshot = trained(1, hidden=(4,) * 10)
    assert len(snapshot.findings) == 1
    # The status has it already.
    assert "vanish (" not in "".join(texts(flow_rows(snapshot, DARK, 118, 31)))
    many = replace(snapshot, findings=tuple(Finding("stuck", f"finding {index}") for index in range(9)))
    assert texts(flow_rows(many, DARK, 118, 31))[-3:] == [" finding 0", " finding 1", " … 7 more"]


def make_app(snapshot: Snapshot) -> tuple[TuinetApp, StubRunner]:
    runner = StubRunner(make_frame(snapshot))
    return TuinetApp(runner, load_themes()[0], load_themes()), runner


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


async def test_keys_choose_a_layer_or_all_of_them() -> None:
    app, runner = make_app(trained(5, hidden=(3, 4)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("7")
        assert runner.views[-1] is not None
        assert runner.views[-1].flow
        panel = pilot.app.screen.query_one(FlowPanel)
        seen = [panel.chosen]
        for _ in range(4):
            await pilot.press("down")
            seen.append(panel.chosen)
        assert seen == [None, 1, 2, 3, None]
        await pilot.press("up")
        await pilot.pause()
        assert panel.chosen == 3
        said = screen_text(pilot)
        assert "‖∂L/∂W‖ of layer 3" in said
        assert "layer 3 sigmoid · 4×1 weights" in said
        assert "▴/▾ layer" in said
        await pilot.press("7")
        await pilot.pause()
        assert runner.views[-1] is not None
        assert not runner.views[-1].flow


async def test_a_layer_that_is_no_longer_there_is_not_chosen_any_more() -> None:
    app, runner = make_app(trained(5, hidden=(3, 4)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("7", "up")
        panel = pilot.app.screen.query_one(FlowPanel)
        assert panel.chosen == 3
        runner.change(snapshot=trained(5))
        await pilot.pause(0.15)
        assert panel.chosen is None


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_ten_sigmoid_layers(snap_compare: Compare, size: tuple[int, int]) -> None:
    app, _ = make_app(trained(8, hidden=(4,) * 10))
    assert snap_compare(app, press=["7"], terminal_size=size)


def test_one_layer_of_many_weights(snap_compare: Compare) -> None:
    generator = np.random.default_rng(0)
    grads = [generator.normal(size=shape) * 10 ** generator.normal(-4, 1, shape) for shape in ((64, 32), (32, 10))]
    grads[0][:, :8] = 0.0
    snapshot = make_snapshot(hidden=(32,), inputs=64, outputs=10, activation="relu")
    layers = (replace(layer, weight_grads=values) for layer, values in zip(snapshot.layers, grads, strict=True))
    history = snapshot.history._replace(grad_norms=np.exp(-np.outer(np.linspace(1, 4, 120), [2, 1])))
    app, _ = make_app(replace(snapshot, layers=tuple(layers), flow=observe_flow(grads), history=history))
    assert snap_compare(app, press=["7", "down"], terminal_size=(80, 24))


def test_without_colours_the_characters_of_the_curves_tell_them_apart() -> None:
    plain = adapted(DARK, Terminal("none"))
    drawn = "".join(texts(norm_rows(with_norms([[1.0, 0.1], [1.0, 0.1], [1.0, 0.1]]), plain, 40, 12)))
    assert "x" in drawn
    assert any("⠀" < character <= "⣿" for character in drawn)
    assert "x" not in "".join(texts(norm_rows(with_norms([[1.0, 0.1]] * 3), DARK, 40, 12)))
