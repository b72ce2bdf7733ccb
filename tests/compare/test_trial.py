from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest

from tuinet.compare.summary import UNKNOWN, score_text
from tuinet.compare.training import run_trial
from tuinet.compare.trial import Job, Progress, Target, failed, looks, stride_of
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR
from tuinet.session.session import Session
from tuinet.session.stacked_run import StackMetrics


def job(experiment: Experiment, epochs: int, target: Target | None = None) -> Job:
    return Job(3, experiment, epochs, target or Target())


@pytest.mark.parametrize(
    ("epochs", "stride", "count"),
    [(0, 1, 1), (1, 1, 2), (250, 1, 251), (251, 2, 127), (3000, 12, 251), (10**9, 4_000_000, 251)],
)
def test_looks(epochs: int, stride: int, count: int) -> None:
    assert stride_of(epochs) == stride
    assert (len(looks(epochs)), looks(epochs)[0], looks(epochs)[-1]) == (count, 0, epochs)
    assert all(epoch % stride == 0 for epoch in looks(epochs)[:-1])


@pytest.mark.parametrize("dataset", ["xor", "spiral", "iris", "sine"])
def test_a_trial_has_the_numbers_of_a_session(dataset: str) -> None:
    experiment = make_experiment(dataset=dataset, samples=None if dataset in ("xor", "iris") else 60)
    told: list[Progress] = []
    trial = run_trial(job(experiment, 40), told.append)
    session, losses = Session(experiment), []
    for _ in range(41):
        losses.append(session.metrics().loss)
        session.advance(1)
    whole = Session(experiment)
    whole.advance(40)
    train, test = whole.metrics(), whole.test_metrics()
    assert trial.losses == tuple(losses)
    assert (trial.index, trial.loss, trial.accuracy, trial.r2) == (3, train.loss, train.accuracy, train.r2)
    if test is None:
        assert (trial.test_loss, trial.test_accuracy, trial.test_r2) == (None, None, None)
        assert trial.score == (train.accuracy if train.r2 is None else train.r2)
    else:
        assert (trial.test_loss, trial.test_accuracy, trial.test_r2) == (test.loss, test.accuracy, test.r2)
        assert trial.score == (test.accuracy if test.r2 is None else test.r2)
    assert [progress.first for progress in told] == list(range(41))
    assert tuple(loss for progress in told for loss in progress.losses[0].tolist()) == trial.losses
    assert pickle.loads(pickle.dumps(trial)) == trial


@pytest.mark.parametrize(
    "target", [Target(), Target(loss=0.3), Target(accuracy=0.75), Target(loss=1e-9)], ids=["right", "loss", "acc", "no"]
)
def test_the_target_is_met_at_the_first_look_that_meets_it(target: Target) -> None:
    trial = run_trial(job(Experiment(), 1300, target))
    session = Session(Experiment())
    expected = None
    for epoch in looks(1300):
        session.advance_steps(session.steps_to(epoch))
        metrics = session.metrics()
        is_met = {
            Target(): metrics.correct == 4,
            Target(loss=0.3): metrics.loss <= 0.3,
            Target(accuracy=0.75): (metrics.accuracy or 0) >= 0.75,
        }.get(target, False)
        if is_met:
            expected = epoch
            break
    assert trial.reached == expected
    assert (expected is None) == (target == Target(loss=1e-9))


def test_of_numbers_r2_is_the_accuracy() -> None:
    metrics = StackMetrics(np.ones(3), 4, r2=np.array([0.95, 0.85, np.nan]))
    assert Target(accuracy=0.9).are_met(metrics).tolist() == [True, False, False]
    assert [str(target) for target in (Target(), Target(loss=0.05), Target(accuracy=0.9))] == [
        "all right",
        "loss ≤ 0.05",
        "accuracy ≥ 0.9",
    ]


@DIVERGING_IS_NO_ERROR
def test_to_diverge_is_a_result() -> None:
    experiment = make_experiment(dataset="sine", learning_rate=1e6, activation=("linear",))
    trial = run_trial(job(experiment, 50))
    assert trial.failure == ""
    assert trial.loss == trial.test_loss == math.inf
    assert (trial.reached, len(trial.losses)) == (None, 51)
    finite = np.isfinite(trial.losses)
    assert finite[0]
    assert not finite[-1]
    assert (np.diff(finite.astype(int)) <= 0).all()


def test_what_cannot_be_run_is_a_failure() -> None:
    trial = run_trial(job(Experiment(dataset="no/such/file.csv"), 10))
    assert trial.losses == ()
    assert "no/such/file.csv" in trial.failure
    assert "\n" not in trial.failure


def test_what_breaks_down_is_a_failure_unless_nobody_is_there_to_be_told() -> None:
    def broken(progress: Progress) -> None:
        raise ZeroDivisionError("by\nzero")

    def gone(progress: Progress) -> None:
        raise BrokenPipeError

    xor = Job(3, Experiment(), 5, Target())
    assert run_trial(xor, broken) == failed(xor, "ZeroDivisionError: by zero")
    with pytest.raises(BrokenPipeError):
        run_trial(xor, gone)


@pytest.mark.parametrize(
    "options",
    [
        {"dataset": "xor", "learning_rate": 1e300},
        {"dataset": "iris", "learning_rate": 1e5, "optimizer": "adam", "activation": ("linear",)},
        {"dataset": "sine", "learning_rate": 1e5, "optimizer": "adam"},
    ],
)
def test_a_finite_but_absurd_loss_is_one_that_has_diverged_and_has_no_accuracy(options: dict[str, Any]) -> None:
    trial = run_trial(job(make_experiment(**options), 20, Target(accuracy=0.1)))
    assert trial.has_diverged and trial.losses[-1] == math.inf and all(map(math.isfinite, trial.losses[:-1]))
    assert (trial.accuracy, trial.r2, trial.test_accuracy, trial.test_r2) == (None,) * 4
    assert trial.score == -math.inf
    assert score_text(trial.score) == UNKNOWN
