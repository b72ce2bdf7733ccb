"""The loss panel: what it says of its axis, and the names of branches."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.factories import StubRunner, make_frame, make_history, make_metrics, make_snapshot
from tests.tui.test_app import make_app, screen_text
from tuinet.observe.snapshot import BranchSnapshot, Frame, TimeSnapshot
from tuinet.session.history import HistorySnapshot
from tuinet.tui.draw.legends import branch_names
from tuinet.tui.panels.loss import branch_legend
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")
EPOCHS = np.arange(0.0, 1001.0, 10.0)


def curves(end: float, **changes: Any) -> Frame:
    history = HistorySnapshot(EPOCHS, 0.7 * np.exp(-EPOCHS / 80) + end, 0.7 * np.exp(-EPOCHS / 80) + 0.1161)
    metrics: dict[str, Any] = {"metrics": make_metrics(end), "test_metrics": make_metrics(0.1161, 3)}
    return make_frame(make_snapshot(epoch=1000, history=history, **metrics, **changes))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_far_apart_by_a_factor_the_axis_is_logarithmic_and_says_so(size: tuple[int, int]) -> None:
    runner = StubRunner(curves(0.0016))
    async with make_app(runner).run_test(size=size) as pilot:
        said = "cross-entropy, log scale" if size[0] < 100 else "automatic log scale"
        assert said in screen_text(pilot)
        assert "0.01┤" in screen_text(pilot)
        await pilot.press("l")
        assert ", linear" in screen_text(pilot)
        assert "0.01┤" not in screen_text(pilot)
        await pilot.press("l")
        assert "loss axis: logarithmic where curves touch" in screen_text(pilot)
        assert said in screen_text(pilot)


async def test_beside_branches_the_axis_says_what_it_is_too() -> None:
    branches = (
        BranchSnapshot("learning rate 0.5", make_history(), is_active=True),
        BranchSnapshot("learning rate 0.05", make_history(), is_active=False),
    )
    runner = StubRunner(curves(0.0016, time=TimeSnapshot(1000, False, 0, None, branches)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        (legend,) = [line for line in screen_text(pilot).splitlines() if "0.05" in line]
        assert "log scale" in legend
        assert "0.5" in legend.replace("0.05", "")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_loss_that_has_hardly_moved_is_seen_to_move_and_the_axis_says_where_it_begins(
    size: tuple[int, int],
) -> None:
    epochs = np.arange(0.0, 201.0, 10.0)
    history = HistorySnapshot(epochs, 0.693 - 0.0001 * epochs)
    runner = StubRunner(make_frame(make_snapshot(epoch=200, history=history, metrics=make_metrics(0.673))))
    async with make_app(runner).run_test(size=size) as pilot:
        assert "axis not from 0" in screen_text(pilot)
        rows = [row for row in screen_text(pilot).splitlines() if any("⠁" <= cell <= "⣿" for cell in row[-30:])]
        assert len(rows) >= 2
        await pilot.press("l", "l")
        assert "not from 0" not in screen_text(pilot)
        assert "0└" in screen_text(pilot)
        assert " epoch " in screen_text(pilot)


LABELS = ["learning rate 0.5", "learning rate 0.05", "activation tanh", "activation tanhshrink", ""]


@pytest.mark.parametrize("limit", [40, 12, 8])
def test_names_of_branches_keep_their_values(limit: int) -> None:
    names = branch_names(LABELS[:2], limit)
    assert [name.split()[-1] for name in names] == ["0.5", "0.05"]
    assert all(name[0] in "lr" and cell_len(name) <= limit for name in names)
    assert limit < 9 or all("rate" in name for name in names)


def test_the_same_change_twice_is_counted() -> None:
    assert branch_names(["seed 1", "", "seed 1"], 20) == ["seed 1", "as it was", "seed 1 (2)"]


@given(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4), st.integers(4, 40))
def test_names_of_branches_differ_or_are_not_used(labels: list[str], limit: int) -> None:
    names = branch_names(labels, limit)
    assert len(names) in (0, len(labels))
    assert all(one != other for one, other in combinations(names, 2))
    assert all(cell_len(name) <= limit for name in names)


def test_all_branches_are_named_shortly_rather_than_some_in_full() -> None:
    branches = tuple(BranchSnapshot(label, make_history(), index == 0) for index, label in enumerate(LABELS[:4]))
    pieces = branch_legend(make_snapshot(time=TimeSnapshot(9, False, 0, None, branches)), DARK, 62)
    text = "".join(part for part, _ in pieces)
    assert text.count("━") == 4
    assert "+" not in text
