"""While the training runs a map need not follow what trembles; paused it is exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.test_app import screen_text
from tuinet.observe.planes import Surface
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.cells import Array, quantize
from tuinet.tui.draw.shadings import shading
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.map.drawing import map_levels
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import find_theme, load_themes
from tuinet.tui.terminal.detect import Terminal

DARK = find_theme("dark")


def surface(*values: float, **changes: Any) -> Surface:
    return Surface((0, 1), (0, 1), np.array([values]), **changes)


@given(arrays.arrays(np.float64, (4, 5), elements=st.floats(-0.5, 1.5)), st.integers(2, 16), st.integers(0, 99))
def test_a_steady_level_is_never_more_than_one_off_and_is_steady(values: Array, levels: int, seed: int) -> None:
    before = np.random.default_rng(seed).integers(0, levels, values.shape)
    exact, steady = quantize(values, levels), quantize(values, levels, before)
    assert (np.abs(steady - exact) <= 1).all()
    assert np.array_equal(quantize(values, levels, steady), steady)


def test_a_level_stays_until_its_value_has_left_it_by_half_a_level() -> None:
    before = np.full(5, 4)  # of ten: from 0.4 to 0.5
    values = np.array([0.36, 0.34, 0.54, 0.56, 0.45])
    assert quantize(values, 10, before).tolist() == [4, 3, 4, 5, 4]
    assert quantize(values, 10).tolist() == [3, 3, 5, 5, 4]


def test_another_class_is_shown_at_once() -> None:
    first = surface(0.6, 0.6, classes=np.array([[0, 1]]))
    then = surface(0.61, 0.61, classes=np.array([[0, 2]]))
    drawn = [make_snapshot(outputs=3, surface=each) for each in (first, then)]
    before = map_levels(drawn[0], DARK)
    steady, exact = map_levels(drawn[1], DARK, before=before), map_levels(drawn[1], DARK)
    assert steady[0, 0] == before[0, 0]
    assert steady[0, 1] == exact[0, 1] != before[0, 1]


def test_a_map_of_another_size_is_drawn_anew() -> None:
    snapshot = make_snapshot(surface=surface(0.1, 0.9))
    assert np.array_equal(map_levels(snapshot, DARK, before=np.zeros((3, 3), np.intp)), map_levels(snapshot, DARK))


@pytest.mark.parametrize("running", [True, False])
async def test_only_what_runs_may_lag(running: bool) -> None:
    value = 0.6  # level 9 of 15
    first, then = (make_snapshot(surface=Surface((0, 1), (0, 1), np.full((8, 8), at))) for at in (value, value - 0.01))
    runner = StubRunner(make_frame(first, running=True))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Dashboard)
        runner.change(snapshot=then, running=running)
        screen.poll()
        await pilot.pause()
        assert "decision boundary" in screen_text(pilot)
        panel = screen.query_one(BoundaryPanel)
        wanted = map_levels(first if running else then, DARK)
        assert panel._levels is not None
        assert np.array_equal(panel._levels, wanted)
        assert not np.array_equal(map_levels(first, DARK), map_levels(then, DARK))


def test_in_few_colours_what_changes_is_drawn_in_whole_steps() -> None:
    theme = adapted(load_themes()[0], Terminal(colours="256"))
    values = np.linspace(0, 1, 600).reshape(20, 30)
    snapshot = make_snapshot(surface=Surface((0, 1), (0, 1), values))
    shades = shading(snapshot, theme)
    exact = shades.levels(snapshot.surface)  # type: ignore[arg-type]
    steady = shades.levels(snapshot.surface, exact)  # type: ignore[arg-type]
    assert any(shades.colours.mixtures[level] for level in exact.flat)
    assert not any(shades.colours.mixtures[level] for level in steady.flat)
    assert np.array_equal(steady // shades.colours.fineness, exact // shades.colours.fineness)
