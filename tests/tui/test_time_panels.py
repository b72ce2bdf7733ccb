"""What the panels say in the middle of a step, in the past, and beside other branches."""

from __future__ import annotations

import numpy as np
import pytest
from textual.strip import Strip

from tests.factories import make_history, make_snapshot
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import BranchSnapshot, Snapshot, TimeSnapshot
from tuinet.tui.draw import curves
from tuinet.tui.draw.curves import Series, loss_chart, loss_epoch_at
from tuinet.tui.draw.text import ink, width_of
from tuinet.tui.messages import Cursor
from tuinet.tui.panels.gradients.table import gradient_rows
from tuinet.tui.panels.layer_tables import StepTable, hit, number_text, place, table_rows
from tuinet.tui.panels.loss import NOW, branch_legend, branch_series, present_series
from tuinet.tui.panels.weights.matrices import weight_rows
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")


def mid_step(kind: str, layer: int | None = None, step: int = 5) -> Snapshot:
    return make_snapshot(phase=PhaseName(kind, layer), step=step)  # type: ignore[arg-type]


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def dimmed(row: Strip) -> bool:
    """Whether the numbers of a row are."""
    return any(segment.style == ink(DARK.border, DARK.background) for segment in row if "e-" in segment.text)


@pytest.mark.parametrize(
    ("kind", "layer", "stale"),
    [
        ("batch", None, [True, True]),
        ("forward", 1, [True, True]),
        ("loss", None, [True, True]),
        ("backward", 2, [True, False]),
        ("backward", 1, [False, False]),
        ("regularize", None, [False, False]),
        ("update", None, [False, False]),
    ],
)
def test_gradients_that_a_step_has_not_reached_are_dimmed(kind: str, layer: int | None, stale: list[bool]) -> None:
    rows = gradient_rows(mid_step(kind, layer), DARK, 30, 5)[1:]  # too narrow for the update's share
    assert [dimmed(row) for row in rows] == stale
    assert [row.text.startswith("▸") for row in rows] == [layer == 1, layer == 2]


def test_before_the_first_step_gradients_are_known_as_far_as_it_has_come() -> None:
    rows = texts(gradient_rows(mid_step("backward", 2, step=0), DARK, 30, 5))
    assert "–" in rows[1]
    assert "–" not in rows[2]


def test_the_active_layer_is_marked_among_the_weights() -> None:
    assert texts(weight_rows(mid_step("forward", 2), DARK, 31, 5))[0] == " layer 1 sigmoid    ▸layer 2"
    assert texts(weight_rows(mid_step("update"), DARK, 31, 5))[0] == " layer 1 sigmoid    layer 2"


@pytest.mark.parametrize("cursor", [Cursor(0, 2, 19), Cursor(1, 20, 7), Cursor(1, 13, 13), Cursor(2, 3, 0)])
def test_the_chosen_weight_is_in_sight(cursor: Cursor) -> None:
    rows = weight_rows(make_snapshot(hidden=(20, 20)), DARK, 31, 6, cursor)
    chosen = [
        segment for row in rows for segment in row if segment.style == ink(DARK.background, DARK.accent, bold=True)
    ]
    assert len(chosen) == 1
    assert {row.cell_length for row in rows} == {31}


def branches(*labels: str) -> TimeSnapshot:
    return TimeSnapshot(
        tip_epoch=2000,
        is_past=True,
        edits=0,
        future=make_history(last_epoch=2000.0),
        branches=tuple(BranchSnapshot(label, make_history(), index == 0) for index, label in enumerate(labels)),
    )


def test_branches_are_curves_with_labels() -> None:
    snapshot = make_snapshot(time=branches("learning rate 1", "learning rate 0.5"))
    said = "".join(text for text, _ in branch_legend(snapshot, DARK, 60))
    assert said == "━ learning rate 1  ━ learning rate 0.5"
    assert len(branch_series(snapshot, DARK)) == 2
    (now,) = present_series(snapshot, DARK)
    assert (now.marker, float(now.x[0])) == (NOW, 1240.0)
    assert branch_legend(make_snapshot(), DARK, 60) == []
    many = make_snapshot(time=branches("learning rate 1", "learning rate 0.5", "activation tanh", "seed 1"))
    for room in range(70):
        assert width_of(branch_legend(many, DARK, room)) <= room


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("size", [(43, 12), (80, 30), (13, 5)])
def test_a_column_of_the_loss_chart_is_an_epoch(size: tuple[int, int], log: bool) -> None:
    series = [Series(np.arange(1001.0), np.linspace(0.7, 0.01, 1001), ink(None, DARK.background))]
    row = texts(loss_chart(series, *size, log, ink(None, DARK.background)))[-2]
    left, right = row.index("└") + 1, size[0] - 1
    epochs = [loss_epoch_at(series, column, *size, log) for column in range(size[0])]
    assert epochs[0] == 0
    assert epochs[left] == pytest.approx(500 / (right - left + 1))
    assert epochs[right] == pytest.approx(1000 - 500 / (right - left + 1))
    assert loss_epoch_at(series, 3, 5, 3, log) is None


def make_table(rows: int = 30, columns: int = 30, row: int | None = 17, column: int | None = 29) -> StepTable:
    values = np.arange(float(rows * columns)).reshape(rows, columns)
    names = [f"sample {index}" for index in range(rows)], [f"h{index}" for index in range(columns)]
    return StepTable("z", *names, values, row, column)


@pytest.mark.parametrize("size", [(78, 10), (40, 5), (20, 3), (198, 50)])
def test_tables_keep_the_chosen_number_in_sight_and_clicks_find_it(size: tuple[int, int]) -> None:
    placed = place([make_table(), make_table(row=None)], *size)
    rows = table_rows(placed, DARK, *size)
    assert {row.cell_length for row in rows} <= {size[0]}
    assert len(rows) <= size[1]
    found = {hit(placed, x, y) for x in range(size[0]) for y in range(size[1])}
    assert not placed or (17, 29) in found
    assert (None, None) in found


def test_numbers_of_tables_fit() -> None:
    numbers = [0.0, 1.0, -0.0012345, 9999.4, -9999.99, 1e-5, -1.2345e-123, 3e200, np.nan, -np.inf]
    assert max(len(number_text(number)) for number in numbers) <= 10
    same = {
        1.13004: "+1.130",
        -0.99004: "−0.9900",
        -0.0009963: "−0.0009963",
        9.0304e-6: "+9.030e−6",
        1.0: "+1",
        0.0: "0",
    }
    assert [number_text(number) for number in same] == list(same.values())


def test_other_colours_draw_no_curve_anew() -> None:
    x = np.arange(50.0)
    series = [Series(x, np.exp(-x / 20), ink(None, "#ff0000")), Series(x, np.exp(-x / 9), ink(None, "#00ff00"))]
    first = loss_chart(series, 60, 12, False, ink(None, DARK.background))
    drawn = curves._drawn.cache_info().misses
    again = [Series(one.x, one.y, ink(None, "#0000ff")) for one in series]
    second = loss_chart(again, 60, 12, False, ink(None, DARK.background))
    assert curves._drawn.cache_info().misses == drawn
    assert texts(first) == texts(second)
    assert texts(loss_chart(series[:1], 60, 12, False, ink(None, DARK.background))) != texts(first)
