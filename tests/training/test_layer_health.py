"""What is said about each layer, in sessions that really are so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.health import LayerHealth, find_all, layer_healths, share_text
from tuinet.session.session import Session


def healths(epochs: int, **options: Any) -> tuple[LayerHealth, ...]:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    session.advance(epochs)
    return layer_healths(session.snapshot())


def full(health: LayerHealth) -> str:
    return " · ".join(remark.full for remark in health.remarks)


def test_the_default_run_is_healthy_all_the_way() -> None:
    session = Session(Experiment())
    assert [health.state for health in layer_healths(session.snapshot())] == ["unknown"] * 2
    assert full(layer_healths(session.snapshot())[0]) == "no gradient before the first step"
    for _ in range(30):
        session.advance(50)
        assert [health.state for health in layer_healths(session.snapshot())] == ["healthy"] * 2


def test_vanishing_through_ten_sigmoid_layers_layer_by_layer() -> None:
    found = healths(1, hidden=(4,) * 10)
    assert [health.state for health in found] == [*["ill"] * 3, *["weak"] * 5, *["healthy"] * 3]
    assert full(found[0]) == "vanishing, 1e-5 of layer 11's"
    assert full(found[5]) == "weak, 1e-3 of layer 11's"
    assert full(found[-1]) == "healthy"
    shares = [health.share for health in found if health.share is not None]
    assert shares == sorted(shares)


def test_the_share_can_be_computed_by_hand() -> None:
    session = Session(Experiment(hidden=(3,)))
    session.advance(5)
    snapshot = session.snapshot()
    typical = [float(np.sqrt(np.square(layer.weight_grads).mean())) for layer in snapshot.layers]
    assert layer_healths(snapshot)[0].share == pytest.approx(typical[0] / typical[1])
    assert layer_healths(snapshot)[1].share == pytest.approx(1)
    assert [layer.typical_grad for layer in snapshot.layers] == pytest.approx(typical)


def test_a_collapsed_network_stands_still() -> None:
    found = healths(100, hidden=(4,) * 10)
    assert {health.remarks[0].short for health in found} == {"stands still"}
    assert full(found[0]) == "stands still, ΔW/W 1e-7 a step"


def test_relu_that_died_has_no_gradient_in_any_layer() -> None:
    session = Session(make_experiment(dataset="xor", hidden=(4,) * 10, activation=("relu",), initializer="he_normal"))
    session.advance(50)
    snapshot = session.snapshot()
    found = layer_healths(snapshot)
    assert {health.remarks[0].full for health in found} == {"no gradient: all are 0", "no gradient: all weights' are 0"}
    assert full(found[9]) == "no gradient: all are 0 · 4 of 4 units dead"
    assert find_all(snapshot)[0] == "all gradients of weights are 0: only biases learn; r starts from new weights"
    assert not any("learning rate" in sentence for sentence in find_all(snapshot))


def test_dead_and_saturated_units() -> None:
    session = Session(Experiment(activation=("relu",), hidden=(4,)))
    session.parameters.biases[0][:2] = -100.0
    assert full(layer_healths(session.snapshot())[0]) == "2 of 4 units dead"
    session = Session(Experiment(activation=("tanh",), hidden=(4,)))
    session.parameters.biases[0][:3] = 9.0
    session.advance(1)
    assert full(layer_healths(session.snapshot())[0]) == "3 of 4 units saturated"
    assert layer_healths(session.snapshot())[1].state == "healthy"


def test_below_a_step_nothing_learns() -> None:
    found = healths(3, activation=("tanh", "step"), hidden=(3, 3))
    assert [full(health) for health in found[:2]] == ["cannot learn: layer 2's step has slope 0"] * 2
    assert found[2].state == "healthy"


def test_exploding_jumping_and_diverged() -> None:
    linear: dict[str, Any] = {"activation": ("linear",), "loss": "mse", "output": "linear"}
    assert full(healths(1, hidden=(8,) * 8, init_scale=3.0, **linear)[0]).startswith("exploding, ‖∂L/∂W‖ ")
    assert full(healths(1, learning_rate=1.0)[1]) == "healthy"
    assert full(healths(1, learning_rate=1e3)[1]).startswith("jumps, ΔW/W ")
    diverged = healths(10, activation=("relu",), hidden=(8, 8), learning_rate=1e200)
    assert {full(health) for health in diverged} == {"diverged: not finite any more"}


def test_before_the_first_step_ends_only_what_it_has_reached_is_judged() -> None:
    session = Session(Experiment())
    while str(session.phase) != "backward, layer 2":
        session.step("phase")
    assert [health.state for health in layer_healths(session.snapshot())] == ["unknown", "healthy"]


SHARES = [
    (0.0, "0"),
    (3.2e-6, "3e-6"),
    (0.0099, "1e-2"),
    (0.00996, "0.01"),
    (0.414, "0.41"),
    (1.0, "1"),
    (12.0, "12"),
    (99.6, "1e2"),
    (math.inf, "inf"),
    (1e-300, "1e-300"),
]


@pytest.mark.parametrize(("share", "text"), SHARES)
def test_shares_in_few_characters(share: float, text: str) -> None:
    assert share_text(share) == text
