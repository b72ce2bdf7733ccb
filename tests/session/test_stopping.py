from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tuinet.cli.train import Log, TrainingOutcome, train
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.session.session import Session
from tuinet.session.stopping import StopConditions


def run(
    experiment: Experiment, conditions: StopConditions, every: int = 50
) -> tuple[Session, TrainingOutcome, list[Any]]:
    session, lines = Session(experiment), list[str]()
    outcome = train(session, conditions, Log(lines.append, every))
    return session, outcome, [json.loads(line) for line in lines]


def test_epochs() -> None:
    session, outcome, records = run(Experiment(), StopConditions(epochs=120))
    assert (outcome.status, outcome.reason, outcome.epochs, session.run.epoch) == ("done", "epochs", 120, 120)
    assert [record["epoch"] for record in records[1:-1]] == [50, 100]


def test_no_epochs_at_all() -> None:
    _, outcome, _ = run(Experiment(), StopConditions(epochs=0))
    assert (outcome.status, outcome.epochs) == ("done", 0)


def test_target_loss_stops_at_the_first_epoch_that_reaches_it() -> None:
    session, outcome, _ = run(Experiment(), StopConditions(epochs=5000, target_loss=0.05))
    assert outcome.reason == "target_loss"
    assert session.metrics().loss <= 0.05
    before = Session(Experiment())
    before.advance(outcome.epochs - 1)
    assert before.metrics().loss > 0.05


def test_patience_returns_to_the_best_epoch() -> None:
    experiment = make_experiment(dataset="moons", samples=40, noise=0.4, hidden=(32, 32), learning_rate=0.3)
    session, outcome, records = run(experiment, StopConditions(epochs=5000, patience=100), every=1)
    losses = [record["test_loss"] for record in records[1:-1]]
    assert outcome.reason == "patience"
    assert len(losses) == outcome.epochs + 100
    assert losses[outcome.epochs - 1] == min(losses)
    test = session.test_metrics()
    assert test is not None
    assert test.loss == min(losses)
    direct = Session(experiment)
    direct.advance(outcome.epochs)
    np.testing.assert_array_equal(session.run.parameters.vector, direct.run.parameters.vector)


def test_seconds() -> None:
    _, outcome, _ = run(Experiment(), StopConditions(seconds=0.05))
    assert outcome.reason == "seconds"
    assert outcome.epochs > 0


def test_divergence() -> None:
    experiment = Experiment(activation=("relu",), hidden=(8, 8), learning_rate=1e200)
    _, outcome, records = run(experiment, StopConditions(epochs=1000))
    assert (outcome.status, outcome.reason) == ("diverged", "diverged")
    assert records[-1]["loss"] is None
    assert records[-1]["findings"]


@pytest.mark.parametrize("burst", [1e-9, 10.0])
def test_the_clock_has_no_say_in_early_stopping(burst: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.cli.train.BURST_SECONDS", burst)
    experiment = make_experiment(dataset="moons", samples=60, noise=0.4, learning_rate=0.3)
    _, outcome, _ = run(experiment, StopConditions(epochs=300, patience=20))
    assert (outcome.reason, outcome.epochs) == ("patience", 6)


def test_a_closed_pipe_does_not_end_the_training() -> None:
    def closed(line: str) -> None:
        raise BrokenPipeError

    session = Session(Experiment())
    outcome = train(session, StopConditions(epochs=30), Log(closed, 1))
    assert (outcome.status, session.run.epoch) == ("done", 30)


@pytest.mark.parametrize("every", [1, 7, 1000])
def test_how_often_it_is_looked_at_changes_nothing(every: int) -> None:
    experiment = Experiment(batch_size=3, dropout=0.2, hidden=(4,), optimizer="adam", schedule="cosine")
    watched, _, _ = run(experiment, StopConditions(epochs=90), every)
    alone = Session(experiment)
    alone.advance(90)
    np.testing.assert_array_equal(watched.run.parameters.vector, alone.run.parameters.vector)
