from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest

from tuinet.cli.train import Log, TrainingOutcome, summary, train
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.session.session import Session
from tuinet.session.stopping import StopConditions, divergence_of


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


def test_where_it_ceased_to_be_finite_is_the_same_however_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment(activation=("linear",), loss="mse", output="linear", learning_rate=10.0, batch_size=2)
    ends = set()
    for burst in (1e-9, 10.0):
        monkeypatch.setattr("tuinet.cli.train.BURST_SECONDS", burst)
        for every in (1, 1000):
            session, outcome, records = run(experiment, StopConditions(epochs=1000), every)
            last = outcome.last_finite
            assert last is not None and math.isfinite(last.loss)
            assert session.now.step == last.step + 1
            ends.add((last, session.run.parameters.vector.tobytes(), outcome.epochs))
            assert records[-1]["last_finite"] == {"step": last.step, "epoch": last.epoch, "loss": last.loss}
    assert len(ends) == 1 and last is not None
    alone = Session(experiment)
    alone.advance_steps(last.step)
    assert alone.metrics().loss == last.loss
    alone.advance_steps(1)
    assert not alone.run.is_finite or not math.isfinite(alone.metrics().loss)


@pytest.mark.parametrize("conditions", [StopConditions(epochs=50), StopConditions(seconds=0.02)])
def test_an_absurd_loss_is_no_end_but_judged_there(conditions: StopConditions) -> None:
    session, outcome, records = run(Experiment(learning_rate=1e300), conditions)
    assert (outcome.status, outcome.reason, outcome.last_finite) == ("diverged", "diverged", None)
    assert session.run.epoch == outcome.epochs >= (conditions.epochs or 1)
    end = records[-1]
    assert (end["accuracy"], end["loss"]) == (None, session.metrics().loss)
    assert "accuracy" not in end["train"] and "times that at the start" in end["divergence"]
    assert not any("accuracy" in record for record in records[1:-1])


def test_a_loss_that_comes_back_has_not_diverged() -> None:
    experiment = make_experiment(dataset="sine", activation=("linear",), optimizer="adam", learning_rate=100.0)
    session = Session(experiment)
    session.advance(1)
    seen = set()
    for _ in range(60):
        seen.add(bool(divergence_of(session)))
        session.advance(1)
    assert seen == {True, False}
    _, outcome, _ = run(experiment, StopConditions(epochs=60))
    assert outcome.status == "done"


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (
            {"activation": ("relu",), "hidden": (8, 8), "learning_rate": 1e200},
            [
                r"diverged at step 1, in epoch 1: xor 2-8-8-1, 1 epoch in .* s, last finite loss 0.81.* after step 0",
                r"  not learning: diverged by epoch 1 \(loss 0.8189 at epoch 0\): .*; --learning-rate 0.5",
            ],
        ),
        (
            {"learning_rate": 1e300},
            [
                r"diverged: xor 2-2-1, 9 epochs in .* s, loss .*e\+2..",
                r"  not learning: diverged: the loss is .*; --learning-rate 0.5",
            ],
        ),
        (
            {"dataset": "sine", "learning_rate": 1e5, "optimizer": "adam"},
            [
                r"diverged: sine .*",
                r"  train: loss [\d.e+]+",
                r"  test:  loss [\d.e+]+",
                r"  not learning: diverged: .*",
                r"  layer 3's gradients explode .*",
            ],
        ),
        (
            {"learning_rate": 1e-6},
            [
                r"done: .*, accuracy 0.5 \(2/4\), balanced .*",
                r"  not learning: steps are tiny: no layer's weights .*; --learning-rate 0.5",
            ],
        ),
        ({}, [r"done: xor 2-2-1, 9 epochs in .* s, loss .*, accuracy .*", r"  just begun: too early to tell"]),
    ],
)
def test_the_summary_has_findings_with_remedies_and_no_accuracy_after_divergence(
    options: dict[str, Any], lines: list[str]
) -> None:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    said = summary(session, train(session, StopConditions(epochs=9)))
    assert len(said) == len(lines)
    for line, pattern in zip(said, lines, strict=True):
        assert re.fullmatch(pattern, line), line
