"""The starts are the runs that single sessions are, to the bit; and what begins them anew."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tests.beside.test_process import Heard
from tuinet.beside import starts as module
from tuinet.beside.starts import StackedRuns, StartsTask, SweepTask, affordable_seeds, first_seed, starts_task
from tuinet.cli.main import cli
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.planes import Surface
from tuinet.observe.starts import NoStarts, Starts, Sweep
from tuinet.observe.view import Plane, StartsView, View
from tuinet.session.build import DatasetCache
from tuinet.session.edits import ClearPoints, Configure
from tuinet.session.session import Session
from tuinet.session.stacked import work_of

PLANE = Plane()


@pytest.fixture
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that a look is at every second one."""
    monkeypatch.setattr(module, "default_epochs", lambda experiment: 10)
    monkeypatch.setattr("tuinet.observe.starts.LOOKS", 20)


def last_of(task: StartsTask | SweepTask) -> Any:
    return [result for result in task.results() if result is not None][-1]


def starts_of(count: int = 16, **given: Any) -> Starts:
    found = last_of(starts_task(Session(make_experiment(**given)), StartsView(count), PLANE))
    assert isinstance(found, Starts)
    return found


@pytest.mark.usefixtures("few_epochs")
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"dataset": "iris", "optimizer": "adam", "dropout": 0.1},
        {"dataset": "sine", "hidden": (4,)},
        {"hidden": (2,), "dtype": "float32", "batch_size": 1},
        {"arithmetic": "fast"},
    ],
)
def test_a_start_has_the_numbers_of_its_single_run(given: dict[str, Any]) -> None:
    found = starts_of(**given)
    assert (found.epoch, found.last_epoch, found.looks.tolist()) == (40, 40, list(range(0, 41, 2)))
    for place in (0, 3, 15):
        session = Session(replace(make_experiment(**given), seed=found.seeds[place]))
        for look, epoch in enumerate(found.looks.tolist()):
            session.advance(epoch - session.run.epoch)
            metrics = session.metrics()
            assert found.curve[look, place] == np.float32(metrics.loss)
        assert found.losses[place] == metrics.loss
        assert found.correct is None or found.correct[place] == metrics.correct
        assert found.r2 is None or found.r2[place] == metrics.r2


@pytest.mark.usefixtures("few_epochs")
def test_the_command_line_prints_the_loss_of_a_start(tmp_path: Path) -> None:
    found = starts_of()
    done = CliRunner().invoke(cli, ["train", "--seed", "11", "--epochs", str(found.epoch), "--json"])
    assert json.loads(done.output.splitlines()[-1])["loss"] == found.losses[found.seeds.index(11)]


@pytest.mark.usefixtures("few_epochs")
def test_a_start_is_solved_from_the_first_look_at_which_all_is_right() -> None:
    found = starts_of(dataset="and", learning_rate=20.0)
    place = int(np.argmax(found.reached > 0))
    session = Session(replace(make_experiment(dataset="and", learning_rate=20.0), seed=found.seeds[place]))
    reached = int(found.reached[place])
    session.advance(reached - 2)
    assert not session.metrics().is_solved
    session.advance(2)
    assert session.metrics().is_solved


@pytest.mark.usefixtures("few_epochs")
@pytest.mark.parametrize("given", [{}, {"dataset": "iris"}, {"loss": "hinge"}, {"dataset": "iris", "loss": "hinge"}])
def test_the_small_maps_are_those_of_the_map_in_other_pixels(given: dict[str, Any]) -> None:
    found = starts_of(**given)
    session = Session(replace(make_experiment(**given), seed=4))
    session.advance(found.epoch)
    side = found.maps.shares.shape[1]
    surface = session.snapshot(View(columns=side, rows=side)).surface
    assert isinstance(surface, Surface)
    np.testing.assert_allclose(found.maps.values[3], np.clip(surface.values, -10, 10), rtol=1e-3, atol=1e-3)
    if surface.classes is not None:
        assert found.maps.classes is not None
        np.testing.assert_array_equal(found.maps.classes[3], surface.classes)


@pytest.mark.usefixtures("few_epochs")
def test_a_single_input_has_curves_in_the_range_of_the_targets() -> None:
    found = starts_of(dataset="sine")
    session = Session(make_experiment(dataset="sine"))
    session.advance(found.epoch)
    picture = session.snapshot(View(columns=48, rows=1)).surface
    assert picture is not None
    assert found.maps.shares.shape == (16, 1, 48)
    np.testing.assert_allclose(found.maps.values[0, 0], picture.outputs[:, 0], atol=5e-3)  # type: ignore[union-attr]


@pytest.mark.usefixtures("few_epochs")
@pytest.mark.parametrize("field", ["learning_rate", "l2", "batch_size"])
def test_a_sweep_has_the_numbers_of_single_runs(field: str) -> None:
    experiment = make_experiment()
    found = last_of(starts_task(Session(experiment), StartsView(64, field), PLANE))
    assert isinstance(found, Sweep)
    assert (found.epoch, len(found.seeds)) == (10, 4)
    for place in (0, 1, len(found.values) - 1):
        session = Session(replace(experiment, **{field: found.values[place]}, seed=found.seeds[2]))  # type: ignore[arg-type]
        session.advance(found.epoch)
        assert found.losses[place, 2] == session.metrics().loss


@pytest.mark.parametrize(
    ("seed", "count", "first"),
    [(1, 64, 1), (64, 64, 1), (65, 64, 65), (0, 64, 0), (200, 64, 193), (5, 4, 5), (8, 4, 5)],
)
def test_the_own_seed_is_among_those_that_are_trained(seed: int, count: int, first: int) -> None:
    assert first_seed(seed, count) == first
    assert seed in range(first, first + count)


def test_another_seed_or_value_goes_on_and_another_experiment_begins_anew() -> None:
    session = Session(Experiment())

    def task(view: StartsView) -> StartsTask | SweepTask:
        return starts_task(session, view, PLANE)

    views = StartsView(64), StartsView(64, "learning_rate")
    before = [task(view) for view in views]
    assert pickle.loads(pickle.dumps(before)) == before
    session.edit(Configure.of(seed=3))
    session.advance(5)
    assert [task(view) for view in views] == before
    session.edit(Configure.of(learning_rate=0.1))
    assert [task(view) == one for view, one in zip(views, before, strict=True)] == [False, True]
    session.edit(Configure.of(hidden=(3,)))
    assert [task(view) == one for view, one in zip(views, before, strict=True)] == [False, False]


def test_runs_are_in_the_order_of_their_experiments_whatever_their_groups() -> None:
    changes = product((1, 2), (0.0, 0.1), ("float64", "float32"))
    experiments = [Experiment(seed=seed, l2=l2, dtype=dtype) for seed, l2, dtype in changes]  # type: ignore[arg-type]
    stack = StackedRuns(experiments, DatasetCache())
    for _ in stack.advanced(5):
        pass
    losses = []
    for experiment in experiments:
        session = Session(experiment)
        session.advance(5)
        losses.append(session.metrics().loss)
    assert stack.metrics().losses.tolist() == losses
    assert not stack.diverged(stack.metrics().losses).any()
    assert stack.diverged(np.where(np.arange(8) == 5, np.inf, losses)).tolist() == [place == 5 for place in range(8)]


def test_large_networks_have_fewer_seeds_which_is_said() -> None:
    digits = make_experiment(dataset="digits")
    work = work_of(digits, DatasetCache().get(digits))
    assert work == 1348 * (64 * 32 + 32 * 10)
    assert affordable_seeds(64, 1, work) == (9, "9 of 64 seeds: an epoch of one takes 3.2 million multiplications")
    assert affordable_seeds(64, 1, 10**9)[0] == 2
    assert affordable_seeds(4, 51, 10**9)[0] == 1
    assert affordable_seeds(256, 1, 24) == (256, "")


def test_the_own_seed_is_among_those_that_a_large_network_has() -> None:
    task = starts_task(Session(make_experiment(dataset="digits", seed=20)), StartsView(64), PLANE)
    assert isinstance(task, StartsTask)
    assert (task.experiment.seed, task.count) == (19, 9)
    assert task.note.startswith("9 of 64 seeds")


def test_a_fault_is_told_once_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("no\nway")

    monkeypatch.setattr(module, "StackedRuns", broken)
    assert last_of(starts_task(Session(Experiment()), StartsView(), PLANE)) == NoStarts("RuntimeError: no way")


def test_why_there_are_no_starts_is_told() -> None:
    session = Session(Experiment())
    session.edit(ClearPoints())
    for view in (StartsView(), StartsView(64, "l1")):
        assert last_of(starts_task(session, view, PLANE)) == NoStarts("there are no training samples")
    gone = StartsTask(Experiment(weights="gone.json"), 16, "", PLANE, None)
    found = last_of(gone)
    assert isinstance(found, NoStarts)
    assert "gone.json" in found.reason


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.beside.end()


def test_starts_come_from_a_process_beside(heard: Heard) -> None:
    heard.beside.ask(starts_task(Session(make_experiment(dataset="digits")), StartsView(16), PLANE))
    heard.until("b.result is not None and b.result.epoch > 0")
    heard.beside.ask(starts_task(Session(Experiment()), StartsView(64, "momentum"), PLANE))
    heard.until("b.result is not None and b.result.field == 'momentum'")
