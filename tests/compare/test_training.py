"""Trials of runs trained at once are those of the same runs, one by one."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.compare.factories import in_stacks, inline
from tuinet.compare import training
from tuinet.compare.grid import Grid, make_grid, parse_vary
from tuinet.compare.training import stacked_jobs
from tuinet.compare.trial import Job, Progress, Target, looks
from tuinet.experiment.experiment import Experiment
from tuinet.session.stacked import stacked_run
from tuinet.session.stacked_run import StackedRun

LABELS = "a,b,y1,y2\n" + "\n".join(f"{i},{i * i % 7},{i % 2},{i // 3 % 2}" for i in range(24)) + "\n"


def grid_of(given: dict[str, Any], varied: Sequence[str], seeds: int, epochs: int, **target: float) -> Grid:
    return make_grid(given, [parse_vary(text) for text in varied], seeds, epochs, Target(**target))


GRIDS: dict[str, Callable[[], Grid]] = {
    "rates of two optimizers": lambda: grid_of({}, ["optimizer=momentum,adam", "learning_rate=log(0.01,10,4)"], 2, 260),
    "momentum": lambda: grid_of({"optimizer": "momentum"}, ["momentum=0,linear(0.5,0.9,3)"], 4, 40, accuracy=0.75),
    "penalties with and without": lambda: grid_of({}, ["l2=0,log(1e-5,1e-2,3)", "l1=0,0.001"], 1, 60),
    "dropout and batches": lambda: grid_of(
        {"dataset": "iris", "batch_size": 32, "hidden": (5,)}, ["dropout=0,0.1,0.5", "clip_norm=0,1"], 2, 12, loss=0.6
    ),
    "schedules": lambda: grid_of(
        {"dataset": "iris", "batch_size": 50, "schedule": "step"}, ["decay_epochs=3,5", "warmup_epochs=0,2"], 3, 12
    ),
    "numbers with a test set": lambda: grid_of(
        {"dataset": "sine", "samples": 40, "hidden": (4,)}, ["learning_rate=0.01,0.1"], 3, 30, accuracy=0.1
    ),
    "numbers without one": lambda: grid_of(
        {"dataset": "sine", "samples": 30, "test_share": 0.0}, ["weight_decay=0,0.01"], 3, 30
    ),
    "single precision": lambda: grid_of({"dtype": "float32"}, ["learning_rate=0.1,1", "init_scale=0.5,2"], 2, 100),
    "classes apart": lambda: grid_of({"dataset": "moons", "samples": 50}, ["learning_rate=0.05,0.5"], 3, 40),
}


@pytest.mark.parametrize("name", GRIDS)
def test_at_once_and_one_by_one_are_the_same_to_the_bit(name: str) -> None:
    grid = GRIDS[name]()
    expected = inline(grid.jobs)
    assert in_stacks(grid.jobs) == expected
    assert max(len(stack) for stack in stacked_jobs(grid.jobs, 1)) >= 3
    assert not any(trial.failure for trial in expected)


def test_labels_of_a_file_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(LABELS)
    grid = grid_of({"dataset": str(path), "target": "y1,y2", "test_share": 0.25}, ["l2=0.001,0.01"], 3, 25)
    expected = inline(grid.jobs)
    assert in_stacks(grid.jobs) == expected
    assert {trial.test_accuracy is None for trial in expected} == {False}


def test_the_order_of_the_jobs_makes_no_difference() -> None:
    grid = GRIDS["momentum"]()
    jobs = list(grid.jobs)
    random.Random(3).shuffle(jobs)
    assert in_stacks(jobs) == in_stacks(grid.jobs) == in_stacks(grid.jobs[::-1])


def test_runs_that_diverge_drop_out_and_disturb_no_other() -> None:
    varied = ["learning_rate=0.01,0.05,log(1,1e300,7)"]
    grid = grid_of({"dataset": "sine", "samples": 30, "activation": ("relu",), "hidden": (3,)}, varied, 3, 40)
    kept: list[int] = []

    class Watched(StackedRun):
        def keep(self, places: Sequence[int]) -> None:
            kept.append(len(places))
            super().keep(places)

    told: list[Progress] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "stacked_run", Watched)
        found = in_stacks(grid.jobs, told.append)
    expected = inline(grid.jobs)
    assert found == expected
    assert 0 < sum(trial.has_diverged for trial in expected) < len(expected)
    assert kept and max(kept) < len(expected)
    # What is told at each look is what the results have in the end; only the last look is judged once more.
    table = np.full((len(expected), len(looks(40))), np.nan)
    for progress in told:
        table[list(progress.indices), progress.first] = progress.losses[:, 0]
    assert table[:, :-1].tolist() == [list(trial.losses[:-1]) for trial in expected]


def test_all_may_diverge() -> None:
    grid = grid_of({"dataset": "sine", "samples": 20, "activation": ("linear",)}, ["learning_rate=1e5,1e6"], 2, 100)
    trials = in_stacks(grid.jobs)
    assert trials == inline(grid.jobs)
    assert all(trial.has_diverged and len(trial.losses) == 101 for trial in trials)


def test_a_run_that_cannot_be_made_fails_alone(tmp_path: Path) -> None:
    grid = grid_of({}, ["learning_rate=0.1,0.3"], 3, 20)
    jobs = list(grid.jobs)
    lost = Experiment(weights=str(tmp_path / "gone.json"))
    jobs[4] = Job(4, lost, 20, Target())
    trials = in_stacks(jobs)
    assert [bool(trial.failure) for trial in trials] == [index == 4 for index in range(6)]
    assert "gone.json" in trials[4].failure
    assert trials == inline(jobs)


@pytest.mark.parametrize("error", [MemoryError(), ZeroDivisionError("by zero")])
def test_where_a_stack_breaks_down_its_runs_are_made_one_by_one(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(StackedRun):
        def advance(self, epochs: int = 1) -> None:
            if self.epoch > 5:
                raise error
            super().advance(epochs)

    monkeypatch.setattr(training, "stacked_run", Broken)
    grid = grid_of({}, ["learning_rate=0.1,0.3"], 2, 20)
    assert in_stacks(grid.jobs) == inline(grid.jobs)


def test_nobody_is_there_to_be_told() -> None:
    def gone(progress: Progress) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        in_stacks(grid_of({}, [], 3, 20).jobs, gone)


def test_what_is_told_covers_all_runs_of_a_stack() -> None:
    told: list[Progress] = []
    trials = in_stacks(grid_of({}, [], 5, 20).jobs, told.append)
    assert [progress.first for progress in told] == list(range(21))
    assert {progress.indices for progress in told} == {tuple(range(5))}
    assert np.hstack([progress.losses for progress in told]).tolist() == [list(trial.losses) for trial in trials]
    assert math.inf not in trials[0].losses


def test_these_grids_are_trained_by_stacks() -> None:
    for name, make in GRIDS.items():
        stack = max(stacked_jobs(make().jobs, 1), key=len)
        assert type(stacked_run([job.experiment for job in stack])) is StackedRun, name
