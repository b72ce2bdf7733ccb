"""Of a large set a fixed part is evaluated: the work of a frame is bounded, and nothing else follows from it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import said
from tests.session.factories import dataset_of
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.health import SATURATED
from tuinet.observe import seen
from tuinet.observe.planes import Surface
from tuinet.observe.seen import ACTIVATION, LEAST, WORK, most_seen, seen_rows
from tuinet.observe.view import View
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.session import Session

SAMPLES, SEEN = 301, 40


@pytest.fixture
def is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is too much, so that a small set is treated as a large one is."""
    monkeypatch.setattr(seen, "WORK", 1)
    monkeypatch.setattr(seen, "LEAST", SEEN)


def make_session() -> Session:
    X = np.random.default_rng(3).normal(size=(SAMPLES, 2))
    dataset = dataset_of(X, np.eye(3)[np.arange(SAMPLES) % 3], "classes")
    return Session(Experiment(hidden=(4,), batch_size=100), dataset)


@given(st.lists(st.integers(1, 4096), min_size=2, max_size=12))
def test_the_work_of_evaluating_is_bounded(sizes: list[int]) -> None:
    work = sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes)) + ACTIVATION * sum(sizes[1:])
    most = most_seen(sizes)
    assert most == LEAST or LEAST < most <= WORK / work


def test_a_number_of_samples_is_easily_read() -> None:
    assert most_seen((784, 256, 10)) == 1000  # 250,000,000 / (203,264 + 26,600) = 1,087
    assert most_seen((64, 32, 10)) == 38_000  # 250,000,000 / (2,368 + 4,200) = 38,063


@given(st.integers(0, 500), st.integers(1, 100))
def test_what_is_seen_is_a_part_in_its_order_with_the_last_sample(samples: int, most: int) -> None:
    rows = seen_rows(samples, most)
    assert len(rows) == min(samples, most)
    assert (np.diff(rows) > 0).all()
    assert not samples or (rows[0] >= 0 and rows[-1] == samples - 1)
    assert np.array_equal(rows, seen_rows(samples, most))


def test_classes_that_come_in_turn_are_all_seen() -> None:
    counts = np.bincount(seen_rows(50_000, 1000) % 10)
    assert counts.min() > 60  # a tenth would be 100 of each


@pytest.mark.usefixtures("is_much")
def test_a_snapshot_says_of_how_many_its_metrics_are() -> None:
    session = make_session()
    session.advance_steps(1)
    rows = seen_rows(SAMPLES, SEEN)
    snapshot = session.snapshot(View(columns=8, rows=8))
    metrics = snapshot.metrics
    assert (metrics.samples, metrics.of) == (SEEN, SAMPLES)
    part = Session(
        session.run.experiment, dataset_of(session.run.dataset.X[rows], session.run.dataset.y[rows], "classes")
    )
    part.run.parameters.vector[:] = session.run.parameters.vector
    assert np.array_equal(np.asarray(metrics.confusion), np.asarray(part.metrics().confusion))
    assert np.isclose(metrics.loss, part.metrics().loss)
    assert isinstance(snapshot.surface, Surface)
    points = snapshot.surface.train
    assert set(points.rows) <= set(rows)
    assert points.total == SAMPLES
    diagonal = (points.answers == points.targets).sum()
    assert diagonal == metrics.correct


@pytest.mark.usefixtures("is_much")
def test_the_curve_and_its_end_are_of_the_same_samples() -> None:
    session = make_session()
    first = session.snapshot()
    session.advance(64)
    later = session.snapshot()
    assert first.metrics.loss == first.history.losses[-1] == later.history.losses[0]
    assert later.metrics.loss == later.history.losses[-1]


@pytest.mark.usefixtures("is_much")
def test_without_a_screen_all_samples_count() -> None:
    metrics = make_session().metrics()
    assert (metrics.samples, metrics.of) == (SAMPLES, None)


@pytest.mark.usefixtures("is_much")
def test_looking_at_a_part_changes_nothing_of_the_training() -> None:
    looked_at, alone = make_session(), make_session()
    for _ in range(3):
        looked_at.snapshot(View(columns=8, rows=8, flow=True))
        looked_at.advance_steps(1)
    looked_at.metrics()
    alone.advance_steps(3)
    assert np.array_equal(looked_at.run.parameters.vector, alone.run.parameters.vector)
    assert looked_at.snapshot().metrics.loss == alone.snapshot().metrics.loss


@pytest.mark.usefixtures("is_much")
def test_a_finding_says_over_which_samples_a_unit_is_dead() -> None:
    session = make_session()
    session.run.parameters.biases[0][:] = -12.0, 0.0, 0.0, 12.0
    findings = said(session.snapshot().findings)
    saturated = "2 of 4 units in layer 1 are saturated (slope < 0.01 for all 40 samples seen)"
    assert any(finding.startswith(saturated) for finding in findings)
    session.edit(Configure((("activation", ("relu",)),)))
    session.run.parameters.biases[0][:] = -12.0, 0.0, 0.0, 12.0
    finding = next(text for text in said(session.snapshot().findings) if "dead" in text)
    assert finding == "1 of 4 units in layer 1 is dead: slope 0 for all 40 samples seen"


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_a_unit_that_one_sample_brings_to_life_is_not_dead(activation: str) -> None:
    X = np.zeros((SAMPLES, 2))
    X[-1] = 1.0
    dataset = dataset_of(X, np.arange(SAMPLES)[:, None] % 2.0)
    session = Session(Experiment(hidden=(3,), activation=(activation,)), dataset)
    session.run.parameters.weights[0][:] = 0.0, 40.5, 0.0
    session.run.parameters.biases[0][:] = -80.0, -80.0, 0.5
    slopes = session.snapshot().layers[0].slopes
    assert (slopes < SATURATED).tolist() == [True, False, False]
    # The last sample's z is 2 · 40.5 − 80.
    assert slopes[1] == pytest.approx({"relu": 1.0, "tanh": 1 - np.tanh(1) ** 2, "gelu": 1.0833}[activation], abs=1e-4)


def test_slopes_of_digits_are_those_of_all_samples() -> None:
    session = Session(make_experiment(dataset="digits"))
    session.advance(20)
    layer, samples = session.snapshot().layers[0], session.run.dataset.X
    alive = (samples @ layer.weights + layer.biases > 0).any(axis=0)
    assert np.array_equal(layer.slopes > 0, alive)
    alive_in_the_first = (samples[:256] @ layer.weights + layer.biases > 0).any(axis=0)
    assert not np.array_equal(alive, alive_in_the_first)


def test_a_small_set_is_seen_as_a_whole() -> None:
    session = Session(Experiment(dataset="digits", hidden=(128,)))
    metrics = session.snapshot().metrics
    assert metrics.of is None
    assert metrics.loss == session.metrics().loss


@pytest.mark.usefixtures("is_much")
def test_the_gradients_after_a_change_by_hand_are_those_of_the_part() -> None:
    session = make_session()
    session.advance_steps(1)
    session.edit(SetParameter(1, 0, 0, 0.25))
    rows = seen_rows(SAMPLES, SEEN)
    part = Session(
        session.run.experiment, dataset_of(session.run.dataset.X[rows], session.run.dataset.y[rows], "classes")
    )
    part.run.parameters.vector[:] = session.run.parameters.vector
    part.edit(SetParameter(1, 0, 0, 0.25))
    for mine, others in zip(session.snapshot().layers, part.snapshot().layers, strict=True):
        assert np.allclose(mine.weight_grads, others.weight_grads)
