from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuinet.compare.grid import make_grid, parse_vary
from tuinet.compare.training import halves, stacked_jobs
from tuinet.compare.trial import Job, Target
from tuinet.experiment.presets import make_experiment
from tuinet.session.build import DatasetCache
from tuinet.session.stacked import trained_at_once


def jobs_of(varied: list[str], seeds: int, **given: Any) -> tuple[Job, ...]:
    return make_grid(given, [parse_vary(text) for text in varied], seeds, 10).jobs_in_turn


def sizes(jobs: tuple[Job, ...], workers: int) -> list[int]:
    return [len(stack) for stack in stacked_jobs(jobs, workers)]


def test_what_differs_in_numbers_and_seeds_is_one_stack() -> None:
    jobs = jobs_of(["learning_rate=0.1,0.3", "momentum=0.5,0.9", "l2=0.001,0.01"], 5, optimizer="momentum")
    (stack,) = stacked_jobs(jobs, 1)
    assert stack == jobs


def test_what_differs_otherwise_is_another() -> None:
    stacks = stacked_jobs(jobs_of(["hidden=2,3", "activation=tanh,relu"], 3), 1)
    assert [len(stack) for stack in stacks] == [3, 3, 3, 3]
    for stack in stacks:
        assert len({(job.experiment.hidden, job.experiment.activation) for job in stack}) == 1


@pytest.mark.parametrize(
    ("cells", "seeds", "workers", "expected"),
    [
        (["optimizer=sgd,adam"], 1000, 2, [1000, 1000]),
        (["optimizer=sgd,adam"], 1000, 1, [1000, 1000]),
        ([], 1000, 2, [500, 500]),
        ([], 5, 2, [2, 3]),
        ([], 5, 8, [1, 1, 1, 1, 1]),
        (["optimizer=sgd,adam,rmsprop"], 400, 2, [200, 400, 400, 200]),
        (["learning_rate=0.1,0.2"], 550, 2, [550, 550]),
    ],
)
def test_the_work_is_shared_out_evenly(cells: list[str], seeds: int, workers: int, expected: list[int]) -> None:
    assert sizes(jobs_of(cells, seeds), workers) == expected


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(["sgd", "momentum", "adam", "rmsprop"]), min_size=1, max_size=4, unique=True),
    st.integers(1, 30),
    st.integers(1, 9),
)
def test_every_worker_has_something_and_every_job_is_there_once(
    optimizers: list[str], seeds: int, workers: int
) -> None:
    jobs = jobs_of(["optimizer=" + ",".join(optimizers)], seeds)
    stacks = stacked_jobs(jobs, workers)
    assert sorted(job.index for stack in stacks for job in stack) == list(range(len(jobs)))
    assert len(stacks) >= min(workers, len(jobs))
    firsts = [jobs.index(stack[0]) for stack in stacks]
    assert firsts == sorted(firsts)
    # Within a stack they are in turn, too: the first seed of every cell, then the second.
    assert all([jobs.index(job) for job in stack] == sorted(jobs.index(job) for job in stack) for stack in stacks)


def test_no_stack_is_larger_than_fits_the_cache() -> None:
    jobs = jobs_of(["learning_rate=0.01,0.1"], 90, dataset="moons", hidden=(8, 8), batch_size=20)
    most = trained_at_once(jobs[0].experiment, DatasetCache().get(jobs[0].experiment))
    assert 1 < most < 180
    assert max(sizes(jobs, 1)) <= most
    assert max(sizes(jobs, 1)) - min(sizes(jobs, 1)) <= 1


def test_what_a_stack_would_not_be_worth_while_for_runs_one_by_one() -> None:
    assert sizes(jobs_of([], 6, dataset="digits", hidden=(64, 32), arithmetic="fast"), 2) == [1] * 6


def test_data_that_cannot_be_read_leaves_every_job_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y,class\n0,0,a\n1,1,b\n0,1,a\n1,0,b\n")
    jobs = tuple(
        Job(index, make_experiment(dataset=name, seed=index), 5, Target())
        for index, name in enumerate(["xor", str(path), "xor"])
    )
    path.unlink()
    assert stacked_jobs(jobs, 2) == [(job,) for job in jobs]


def test_a_stack_in_two() -> None:
    jobs = jobs_of([], 5)
    assert halves(jobs) == (jobs[:3], jobs[3:])
    assert halves(jobs[:2]) == (jobs[:1], jobs[1:2])
