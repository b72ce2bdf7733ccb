from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.compare.factories import xor_grid
from tuinet.compare.grid import MAX_EXPERIMENTS, idle, make_grid, named, parse_vary, require_usable
from tuinet.errors import ExperimentError, TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("optimizer=sgd,adam", "optimizer", ["sgd", "adam"]),
        ("learning-rate=0.1, 1e-3", "learning_rate", [0.1, 1e-3]),
        ("batch_size=1,full", "batch_size", [1, 0]),
        ("hidden=4,8+8,none", "hidden", [(4,), (8, 8), ()]),
        ("activation=tanh,tanh+relu", "activation", [("tanh",), ("tanh", "relu")]),
        ("features=none,x1+x1²", "features", [(), ("x1", "x1²")]),
        ("standardize=true,auto", "standardize", [True, None]),
        ("data_seed=3", "data_seed", [3]),
    ],
)
def test_values_of_a_field(text: str, field: str, values: list[Any]) -> None:
    vary = parse_vary(text)
    assert (vary.field, [choice.value for choice in vary.choices]) == (field, values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("optimizer", "'optimizer' is not FIELD=VALUE,VALUE such as learning_rate=0.1,0.3"),
        ("lr=1", "'lr' is not one of dataset, samples"),
        ("seed=1,2", "seed is varied by --seeds, as in --seeds 1-4 or --seeds 1,5,9"),
        ("learning_rate=0.1,,1", "learning_rate has an empty value; values stand between commas"),
        ("learning_rate=", "learning_rate has an empty value"),
        ("learning_rate=big", "learning_rate: 'big' is not a number such as 0.5 or 1e-3"),
        ("hidden=8+x", "hidden: '8,x' is not a list of whole numbers"),
        ("optimizer=sgd,adam,sgd", "optimizer has sgd twice"),
        ("learning_rate=0.1,1e-1", "learning_rate has 1e-1 twice"),
        ("noise=default,default", "noise has default twice"),
        ("data_seed=4-1", "data_seed: 4-1 runs backwards; 1-4 would be right"),
        ("data_seed=1-4,3", "data_seed has 3 twice"),
    ],
)
def test_what_cannot_be_varied(text: str, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        parse_vary(text)
    assert str(caught.value).startswith("vary: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_combinations_the_last_field_first() -> None:
    grid = xor_grid(seeds=3)
    assert [cell.labels for cell in grid.cells] == [
        ("sgd", "0.1"),
        ("sgd", "0.3"),
        ("momentum", "0.1"),
        ("momentum", "0.3"),
        ("adam", "0.1"),
        ("adam", "0.3"),
    ]
    assert grid.seeds == (1, 2, 3)
    assert len(grid.jobs) == 18
    for job in grid.jobs:
        cell = grid.cell_of(job.index)
        assert job.experiment == cell.experiments[job.index % 3]
        assert job.experiment.seed == grid.seed_of(job.index)
        assert job.index in grid.jobs_of(cell)
    assert [job.index for job in grid.jobs_in_turn] == [*range(0, 18, 3), *range(1, 18, 3), *range(2, 18, 3)]
    assert named(grid.fields, grid.cells[3].labels) == "optimizer=momentum learning_rate=0.3"


def test_seeds_are_counted_from_the_given_one_or_named() -> None:
    assert make_grid({"seed": 7}, [], 3).seeds == (7, 8, 9)
    named_seeds = make_grid({}, [], (4, 9, 2))
    assert [experiment.seed for experiment in named_seeds.cells[0].experiments] == [4, 9, 2]
    assert [job.experiment.seed for job in named_seeds.jobs] == [4, 9, 2]


def test_what_is_not_named_is_what_it_would_be_alone() -> None:
    grid = make_grid({"seed": 7}, [parse_vary("dataset=xor,spiral"), parse_vary("optimizer=sgd,adam,default")], 2)
    expected = [
        make_experiment(dataset=dataset, seed=seed, **({} if optimizer is None else {"optimizer": optimizer}))
        for dataset in ("xor", "spiral")
        for optimizer in ("sgd", "adam", None)
        for seed in (7, 8)
    ]
    assert [job.experiment for job in grid.jobs] == expected
    assert grid.epochs == 3000  # xor's own; the spiral's are 500


def test_nothing_varied_is_one_cell() -> None:
    grid = make_grid({}, [], 5, 10)
    assert [cell.labels for cell in grid.cells] == [()]
    assert [job.experiment.seed for job in grid.jobs] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("given", "varied", "seeds", "message"),
    [
        ({}, ["optimizer=sgd", "optimizer=adam"], 1, "vary: optimizer is there twice"),
        ({"optimizer": "sgd"}, ["optimizer=sgd,adam"], 1, "vary: optimizer is given as --optimizer, too"),
        ({}, ["optimizer=sgd,foo"], 1, "vary: optimizer=foo: optimizer: 'foo' is not one of"),
        ({}, ["hidden=4,8+8", "activation=tanh+relu"], 1, "vary: hidden=4 activation=tanh+relu: activation: 2 names"),
        ({"momentum": 2.0}, ["learning_rate=1"], 1, "momentum: 2.0 is not a number"),
        ({}, ["learning_rate=" + ",".join(map(str, range(1, 12)))], 1000, f"than {MAX_EXPERIMENTS:,}"),
    ],
)
def test_grids_that_cannot_be(given: dict[str, Any], varied: list[str], seeds: int, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        make_grid(given, [parse_vary(text) for text in varied], seeds)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given", "vary", "message"),
    [
        ({}, "dataset=xor,nothing", "nothing"),
        ({"dataset": "sine"}, "loss=mse,cross-entropy", "vary: loss=cross-entropy: loss: cross-entropy is for classes"),
        ({}, "weights=there-is-none.json", "there-is-none.json"),
        ({}, "hidden=4096+4096+4096", "more than 20,000,000 parameters"),
    ],
)
def test_what_no_worker_could_run_is_found_before(given: dict[str, Any], vary: str, message: str) -> None:
    grid = make_grid(given, [parse_vary(vary)], 1, 1)
    with pytest.raises(TuinetError) as caught:
        require_usable(grid)
    assert message in str(caught.value)


def test_files_can_be_varied(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y,class\n0,0,a\n1,1,b\n0,1,a\n1,0,b\n")
    grid = make_grid({}, [parse_vary(f"dataset={path},xor")], 1, 1)
    require_usable(grid)
    assert grid.cells[0].experiments[0].dataset == str(path)
    assert Experiment().dataset == "xor"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["momentum=0,0.9"], ["momentum makes no difference: not used by sgd"]),
        (["momentum=0,0.9", "optimizer=sgd,momentum"], []),
        (["learning_rate=0.1,0.3"], []),
        (["learning_rate=0.1", "beta1=0.5,0.9"], ["beta1 makes no difference: not used by sgd"]),
    ],
)
def test_what_makes_no_difference_is_said(texts: list[str], said: list[str]) -> None:
    grid = make_grid({}, [parse_vary(text) for text in texts], seeds=2, epochs=3)
    assert idle(grid, require_usable(grid)) == said
