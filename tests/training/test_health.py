"""Each finding in a session that really has it, and none in one that does well."""

from __future__ import annotations

from typing import Any

import pytest

from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.health import layer_healths
from tuinet.session.edits import Configure, SetOptimizer
from tuinet.session.session import Session


def findings(epochs: int, **options: Any) -> str:
    session = Session(Experiment(**options))
    session.advance(epochs)
    return "\n".join(session.snapshot().findings)


def test_the_default_run_has_no_findings() -> None:
    session = Session(Experiment())
    for _ in range(30):
        assert session.snapshot().findings == ()
        session.advance(50)


@pytest.mark.parametrize("dataset", ["circle", "iris", "plane", "blobs"])
def test_a_run_that_does_well_has_no_findings(dataset: str) -> None:
    session = Session(make_experiment(dataset=dataset))
    session.advance(60)
    assert session.snapshot().findings == ()


def test_divergence_names_the_layer() -> None:
    text = findings(10, activation=("relu",), hidden=(8, 8), learning_rate=1e200)
    assert text == "diverged: layer 1 is the first without finite numbers; r, and a smaller learning rate"


def test_an_overflow_is_blamed_on_its_own_layer() -> None:
    session = Session(Experiment(hidden=(4, 4, 4)))
    session.parameters.weights[2][:] = 1e308
    session.parameters.biases[2][:] = 1e308
    assert "layer 3 is the first" in session.snapshot().findings[0]


def test_vanishing_gradients_through_ten_sigmoid_layers() -> None:
    text = findings(5, hidden=(4,) * 10, init_scale=0.5)
    assert "layer 1's gradients vanish" in text
    assert "try relu or tanh" in text


def test_exploding_gradients() -> None:
    linear: dict[str, Any] = {"activation": ("linear",), "loss": "mse", "output": "linear"}
    assert "gradients explode" in findings(1, hidden=(8,) * 8, init_scale=3.0, **linear)


def test_dead_units() -> None:
    text = findings(0, activation=("relu",), hidden=(4,), initializer="constant", init_scale=1e-9, loss="mse")
    assert "dead" not in text
    session = Session(Experiment(activation=("relu",), hidden=(4,)))
    session.parameters.biases[0][:2] = -100.0
    assert "2 of 4 units in layer 1 are dead" in session.snapshot().findings[0]


def test_saturated_units() -> None:
    session = Session(Experiment(activation=("tanh",), hidden=(4,)))
    session.parameters.biases[0][:3] = 9.0
    assert "3 of 4 units in layer 1 are saturated" in session.snapshot().findings[0]


def test_the_step_trains_nothing_below_it() -> None:
    text = findings(3, activation=("tanh", "step"), hidden=(3, 3))
    assert "layer 2's step has slope 0 everywhere: layers 1 to 2 cannot learn" in text


def test_updates_too_large_and_too_small() -> None:
    assert "lower the learning rate" in findings(1, learning_rate=1e3)
    assert "raise the learning rate" in findings(1, learning_rate=1e-8)


@pytest.mark.parametrize(
    "change", [Configure((("hidden", (2, 2)),)), Configure((("hidden", (3,)),)), SetOptimizer("adam", 0.01)]
)
def test_what_is_made_anew_has_made_no_step_to_judge_by(change: Configure | SetOptimizer) -> None:
    session = Session(Experiment())
    session.advance(100)
    session.edit(change)
    snapshot = session.snapshot()
    assert (snapshot.findings, snapshot.has_gradients, snapshot.has_updates) == ((), True, False)
    assert {health.state for health in layer_healths(snapshot)} == {"healthy"}
    while True:
        session.step("phase")
        snapshot = session.snapshot()
        assert snapshot.findings == ()
        assert not any(health.state == "ill" for health in layer_healths(snapshot))
        if session.phase is not None and session.phase.kind == "update":
            break
        assert not snapshot.has_updates
    assert snapshot.has_updates


def test_a_step_of_length_0_is_found_all_the_same() -> None:
    session = Session(Experiment(schedule="cosine", decay_epochs=10))
    session.advance(15)
    assert session.snapshot().has_updates
    assert "no layer's weights move by more than 0e+00 a step: raise the learning rate" in session.snapshot().findings


def test_a_stuck_run_says_what_to_do() -> None:
    text = findings(4000, seed=6)
    assert "stuck: loss near 0.35" in text
    assert "r starts from new weights" in text


def test_a_fit_that_has_arrived_is_not_stuck() -> None:
    experiment = make_experiment(dataset="sine", hidden=(8,), activation=("tanh",), noise=0.3, learning_rate=0.1)
    session = Session(experiment)
    session.advance(3000)
    snapshot = session.snapshot()
    assert snapshot.metrics.r2 is not None and 0.75 < snapshot.metrics.r2 < 0.95
    assert not any("stuck" in text for text in snapshot.findings)


def test_a_network_that_stays_straight_is_not_told_to_start_again() -> None:
    text = findings(1500, hidden=())
    assert "stuck: loss near 0.69" in text and "h adds a hidden layer" in text and "new weights" not in text
    assert "a picks another activation" in findings(1500, activation=("linear",))


def test_biases_that_still_learn_are_not_forgotten() -> None:
    text = findings(50, activation=("relu",), learning_rate=1000.0)
    assert "all gradients of weights are 0, and biases jump: lower the learning rate, and r" in text
    assert "nothing can learn" not in text


def test_overfitting() -> None:
    experiment = make_experiment(dataset="moons", samples=40, noise=0.4, hidden=(32, 32), learning_rate=0.3)
    session = Session(experiment)
    session.advance(1500)
    assert any(sentence.startswith("overfitting: test loss") for sentence in session.snapshot().findings)
