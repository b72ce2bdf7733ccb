from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.compare.factories import made_up_standing, xor_grid
from tuinet.compare.grid import make_grid, parse_vary
from tuinet.compare.summary import Order, Quartiles, curve_of, quartiles, summaries, summarize, table, target_name
from tuinet.compare.trial import Board, Progress, Standing, Target, Trial


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7.0], (7, 7, 7)),
        ([2.0, 1.0], (1, 1, 2)),
        ([3.0, 1.0, 2.0], (1, 2, 3)),
        ([4.0, 3.0, 2.0, 1.0], (1, 2, 3)),
        ([5.0, 4.0, 3.0, 2.0, 1.0], (2, 3, 4)),
        ([1.0, 2.0, math.inf, math.inf], (1, 2, math.inf)),
    ],
)
def test_quartiles_worked_by_hand(values: list[float], expected: tuple[float, float, float]) -> None:
    assert quartiles(values) == Quartiles(*expected)
    assert quartiles([]) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_quartiles_are_those_of_numpy(values: list[float]) -> None:
    found = quartiles(values)
    assert found is not None
    expected = np.quantile(values, [0.25, 0.5, 0.75], method="inverted_cdf").tolist()
    assert [found.low, found.median, found.high] == expected


def test_a_cell_worked_by_hand() -> None:
    grid = make_grid({"seed": 11}, [], 5, 2)
    trials = (
        Trial(0, (0.9, 0.5, 0.4), 1, 0.4, accuracy=1.0),
        Trial(1, (0.8, 0.3, 0.2), 2, 0.2, accuracy=0.75),
        Trial(2, (0.7, math.inf, math.inf), None, math.inf),
        Trial(3, (), failure="no memory"),
        None,
    )
    standing = Standing(trials, tuple(() if trial is None else trial.losses for trial in trials))
    found = summarize(grid, grid.cells[0], standing)
    assert (found.runs, found.failures, found.diverged, found.reached) == (3, 1, 1, 2)
    assert found.share == pytest.approx(2 / 3)
    assert found.epochs == 2
    assert found.loss == Quartiles(0.2, 0.4, math.inf)
    assert found.score == Quartiles(-math.inf, 0.75, 1.0)
    assert found.median_seed == 11
    curve = curve_of(grid, grid.cells[0], standing)
    assert curve.median.tolist() == [0.8, 0.5, 0.4]
    assert curve.low.tolist() == [0.7, 0.3, 0.2]
    assert curve.high.tolist() == [0.9, math.inf, math.inf]
    lines = list(table(grid, standing))
    assert lines[0].startswith("1 cell, seeds 11 to 15, 2 epochs each · target: all right on the training set")
    assert lines[3].split() == ["2/3", "2", "0.4000", "0.2–∞", "0.750"]
    assert lines[4:] == ["failed: seed 14: no memory", "interrupted: 1 of 5 runs are missing"]


def test_who_never_gets_there_is_the_slowest() -> None:
    grid = make_grid({}, [], 3, 2)
    reached = (1, None, None)
    trials = tuple(Trial(index, (0.5,) * 3, epoch, 0.5, 1.0) for index, epoch in enumerate(reached))
    found = summarize(grid, grid.cells[0], Standing(trials, ((),) * 3))
    assert found.epochs == math.inf
    assert "never" in list(table(grid, Standing(trials, ((),) * 3)))[-1]


def test_wide_names_leave_the_columns_where_they_are() -> None:
    vary = parse_vary("dataset=/花萼.csv,/abc.csv")
    grid = make_grid({}, [vary], 2, 3)
    first, second = list(table(grid, made_up_standing(grid)))[-2:]
    assert first.index("/花萼.csv") == second.index("/abc.csv") == 0
    assert [cell_len(line[: line.index("0/2")]) for line in (first, second)] == [cell_len("/花萼.csv") + 6] * 2


def test_curves_of_runs_that_are_not_over() -> None:
    grid = make_grid({}, [], 3, 4)
    standing = Standing((None,) * 3, ((0.9, 0.6, 0.3), (0.8, 0.5), ()))
    curve = curve_of(grid, grid.cells[0], standing)
    assert curve.median.tolist() == [0.8, 0.5, 0.3]
    assert curve.high.tolist() == [0.9, 0.6, 0.3]
    assert len(curve_of(grid, grid.cells[0], Standing((None,) * 3, ((),) * 3)).median) == 0


def test_a_board_counts_each_result_once() -> None:
    board = Board(2, 4)
    first = board.latest()
    assert board.latest() is first
    board.report(Progress((0,), 2, np.array([[0.3]])))
    board.report(Progress((0,), 0, np.array([[0.9, 0.5]])))  # begun anew elsewhere
    assert board.latest().losses[0] == (0.9, 0.5, 0.3)
    assert board.latest().share == 3 / 8
    trial = Trial(0, (0.9, 0.5, 0.3, 0.1), loss=0.1)
    board.report(trial)
    board.report(Trial(0, (1.0,), loss=1.0))
    board.report(Progress((0,), 0, np.array([[7.0]])))  # late
    assert board.latest().trials == (trial, None)
    assert board.latest().losses[0] == trial.losses
    assert board.latest().done == 1
    assert board.latest().share == 1 / 2
    board.report(Trial(1, (), failure="no"))
    assert board.latest().share == 1


@pytest.mark.parametrize("is_reversed", [False, True])
def test_orders(is_reversed: bool) -> None:
    grid = xor_grid(seeds=2)
    standing = made_up_standing(grid, done=10, diverging=[2, 3])
    cells, order = summaries(grid, standing), Order()
    for column in (*grid.fields, "reached", "epochs", "final loss", "score"):
        order = order.shifted(1, grid)
        assert order.column == column
        found = (order.turned() if is_reversed else order).sort(grid, cells)
        assert {one.cell for one in found} == set(range(6))
        if column == "final loss":
            medians = [one.loss.median for one in found if one.loss is not None]
            assert medians == sorted(medians, reverse=is_reversed)
            assert found[-1].runs == 0
        if column == "learning_rate":
            assert [one.cell % 2 for one in found] == sorted((0, 1) * 3, reverse=is_reversed)
    assert order.shifted(1, grid) == Order()
    assert [one.cell for one in Order().sort(grid, cells)] == list(range(6))


def test_the_medians_of_loss_and_accuracy_are_of_the_same_half_of_the_runs() -> None:
    grid = make_grid({}, [], 4, 2)
    losses, accuracies = (0.35, 0.07, 0.36, 0.05), (0.5, 1.0, 0.5, 1.0)
    pairs = enumerate(zip(losses, accuracies, strict=True))
    trials = tuple(Trial(index, (loss,) * 3, None, loss, accuracy) for index, (loss, accuracy) in pairs)
    found = summarize(grid, grid.cells[0], Standing(trials, ((),) * 4))
    assert found.loss == Quartiles(0.05, 0.07, 0.35)
    assert found.score == Quartiles(0.5, 1.0, 1.0)


def test_the_target_is_called_by_what_is_learned() -> None:
    grid = make_grid({}, [], 1, 2)

    def name(*trials: Trial | None, target: Target = grid.target) -> str:
        return target_name(replace(grid, target=target), Standing(trials, ((),) * len(trials)))

    of_classes, of_numbers = Trial(0, (0.5,) * 3, None, 0.5, 1.0), Trial(0, (0.5,) * 3, None, 0.5, r2=0.9)
    assert name(None) == "all right, or R² above 0.99"
    assert name(of_classes) == "all right"
    assert name(of_numbers) == "R² above 0.99"
    assert name(of_numbers, target=Target(accuracy=0.9)) == "R² ≥ 0.9"
    assert name(of_numbers, target=Target(loss=0.1)) == "loss ≤ 0.1"
