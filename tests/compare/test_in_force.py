from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tuinet.compare.grid import Grid, make_grid, parse_vary, require_usable, with_values_in_force
from tuinet.compare.summary import in_all_cells, in_columns, texts_in_force
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.fields import read
from tuinet.names import canonical


def grid_of(*vary: str, **given: Any) -> Grid:
    grid = make_grid(given, [parse_vary(text) for text in vary], seeds=2, epochs=3)
    return with_values_in_force(grid, require_usable(grid))


def test_each_cell_has_the_rate_that_its_runs_have() -> None:
    grid = grid_of("optimizer=sgd,momentum,adam")
    assert [grid.value_in_force(cell, "learning_rate") for cell in grid.cells] == [0.5, 0.05, 0.01]
    assert [cell.experiments[0].learning_rate for cell in grid.cells] == [0.5, 0.05, 0.01]
    assert in_columns(grid) == ("learning_rate",)
    assert [texts_in_force(grid, cell) for cell in grid.cells] == [["0.5"], ["0.05"], ["0.01"]]
    assert grid.notes == ("learning_rate is each optimizer's own: --learning-rate 0.5 holds it equal",)


def test_what_no_optimizer_uses_has_no_value() -> None:
    grid = grid_of("optimizer=sgd,adam,rmsprop")
    assert in_columns(grid) == ("learning_rate", "beta2")
    assert [texts_in_force(grid, cell)[1] for cell in grid.cells] == ["·", "0.999", "0.99"]


def test_a_rate_that_is_the_same_in_all_cells_is_told_once() -> None:
    grid = grid_of("hidden=2,4")
    assert (in_columns(grid), in_all_cells(grid), grid.notes) == ((), ["learning_rate 0.5 in all cells"], ())
    assert in_all_cells(grid_of("learning_rate=0.1,0.2")) == []


def test_default_says_what_it_stands_for() -> None:
    grid = grid_of("optimizer=sgd,adam", "learning_rate=default,0.1", "hidden=default,none")
    assert grid.shown_labels(grid.cells[0]) == ("sgd", "default (0.5)", "default (2)")
    assert grid.shown_labels(grid.cells[6]) == ("adam", "0.1", "default (2)")
    assert grid.cells[0].labels == ("sgd", "default", "default")


@pytest.mark.parametrize(
    ("vary", "differing", "held"),
    [
        (["optimizer=sgd,momentum,adam"], ["learning_rate"], True),
        (["optimizer=adam,rmsprop", "hidden=2,4"], ["learning_rate", "beta2"], True),
        (["dataset=xor,moons"], ["hidden", "activation", "initializer", "learning_rate", "batch_size"], True),
        (["dataset=xor,moons", "optimizer=sgd,adam"], ["hidden", "activation", "initializer", "learning_rate"], True),
        (["dataset=xor,hills"], ["hidden", "loss", "optimizer"], False),
        (["schedule=step,cosine"], [], True),
        (["activation=relu,tanh", "learning_rate=0.1,0.2"], [], True),
    ],
)
def test_what_is_said_to_hold_them_equal_does(vary: list[str], differing: list[str], held: bool) -> None:
    grid = grid_of(*vary)
    assert set(differing) <= set(grid.differing)
    words = " ".join(grid.notes).split()
    given = {
        (name := canonical(word[2:], FIELDS)): read(name, value, Experiment())
        for word, value in pairwise(words)
        if word.startswith("--")
    }
    again = grid_of(*vary, **given)
    assert not set(given) & set(again.differing)
    assert (again.differing == ()) == held or not differing


def test_a_loss_that_no_other_task_can_have_is_not_offered() -> None:
    (note,) = grid_of("dataset=xor,sine").notes
    assert "loss" in note.partition(":")[0]
    assert "--loss" not in note
    assert note.endswith("hold some equal")
