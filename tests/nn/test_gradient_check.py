"""A gradient check says what it cannot see: rounding, kinks, parameters that do not learn, numbers that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.inline import run_inline
from tests.nn.factories import XOR_X, XOR_Y, make_network
from tuinet.experiment.presets import make_experiment
from tuinet.nn import gradient_check
from tuinet.nn.gradient_check import GradientCheck, check_gradients
from tuinet.nn.parameters import Array, Parameters
from tuinet.observe.step import TOLERANCE, check_run, look_at_gradients
from tuinet.session.session import Session


def checked(**options: Any) -> tuple[GradientCheck, float]:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    return check_run(session.run), TOLERANCE[session.run.experiment.dtype]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e5, 1e8, 1e12])
@pytest.mark.parametrize(("loss", "activation"), [("mse", "tanh"), ("mae", "relu"), ("huber", "sigmoid")])
def test_targets_of_any_size(scale: float, dtype: str, loss: str, activation: str) -> None:
    """Right gradients never disagree; where rounding swallows the difference, that is said and no other verdict."""
    network = make_network((2, 3, 1), activation, loss=loss, output="linear", dtype=dtype)
    X = np.random.default_rng(1).standard_normal((20, 2)).astype(dtype)
    y = np.asfortranarray((scale * (1 + X[:, :1] - X[:, 1:] / 2)).astype(dtype))
    check = check_gradients(network, X, y)
    verdict, error = check.verdict(TOLERANCE[dtype]), check.relative_error
    assert "differs" not in check.states(TOLERANCE[dtype])
    assert verdict == ("agree" if error <= TOLERANCE[dtype] else "not verified")
    assert verdict == "agree" or scale >= 1e5 or dtype == "float32"


@pytest.mark.parametrize("size", [1e-7, 1e-3, 1.0, 1e4])
def test_inputs_of_any_size(size: float) -> None:
    """The step follows the input: with one of 1e4 a pre-activation moves 1e4 times as far as its weight."""
    network = make_network((2, 3, 1), "tanh")
    network.parameters.weights[0][:] /= size
    check = check_gradients(network, size * XOR_X, XOR_Y)
    assert check.verdict(1e-7) == "agree" and check.relative_error < 1e-8


@pytest.mark.parametrize("size", [1e3, 1e9, 1e100])
def test_parameters_of_any_size(size: float) -> None:
    """A step of 1e-5 is lost in a weight of 1e100."""
    network = make_network((2, 2, 1), "linear", output="linear", loss="mae")
    network.parameters.vector[:] *= size
    check = check_gradients(network, XOR_X, XOR_Y)
    assert np.isfinite(check.numeric.vector).all() and set(check.states(1e-7)) <= {"agrees", "rounding"}
    assert check.numeric.vector[4:8].all()
    assert check.verdict(1e-7) == "agree"


def test_what_overflows_when_squared_has_a_relative_error_all_the_same() -> None:
    ones = Parameters((1, 1))
    for size in (1e-200, 1.0, 1e200):
        analytic, numeric = ones.like(), ones.like()
        analytic.vector[:], numeric.vector[:] = size, -size
        nothing = np.zeros(2)
        check = GradientCheck(analytic, numeric, nothing, nothing > 0)
        assert check.relative_error == pytest.approx(1)
        assert (check.verdict(1e-7), check.states(1e-7).tolist()) == ("disagree", ["differs"] * 2)


@pytest.mark.parametrize("options", [{"activation": ("relu",)}, {"activation": ("leaky_relu",), "hidden": (4, 4)}])
def test_on_a_kink_any_slope_between_those_of_both_sides_is_right(options: dict[str, Any]) -> None:
    """XOR's first sample is 0, and so are the biases: the first layer's pre-activations stand on relu's kink."""
    check, tolerance = checked(**options)
    states = check.states(tolerance)
    assert "kink" in states and set(states) <= {"kink", "agrees"}
    assert check.verdict(tolerance) == "agree" and check.relative_error < 1e-8


def test_a_slope_outside_of_a_kink_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    backpropagate = gradient_check._backpropagate

    def wrong(*arguments: Any) -> Parameters:
        grads = backpropagate(*arguments)
        grads.biases[0][0] += 0.2
        return grads

    monkeypatch.setattr(gradient_check, "_backpropagate", wrong)
    check, tolerance = checked(activation=("relu",))
    assert check.verdict(tolerance) == "disagree"
    assert (check.states(tolerance) == "differs").sum() == 1


@pytest.mark.parametrize("place", range(9))
def test_one_small_gradient_that_is_wrong_is_found(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    backpropagate = gradient_check._backpropagate

    def wrong(*arguments: Any) -> Parameters:
        grads = backpropagate(*arguments)
        grads.vector[place] *= 1.001
        return grads

    monkeypatch.setattr(gradient_check, "_backpropagate", wrong)
    check, tolerance = checked()
    assert check.verdict(tolerance) == "disagree"
    assert np.flatnonzero(check.states(tolerance) == "differs").tolist() == [place]


@pytest.mark.parametrize("biases", ["frozen", "none"])
def test_biases_that_do_not_learn_are_named_and_have_no_difference(biases: str) -> None:
    check, tolerance = checked(biases=biases)
    expected = check.numeric.like()
    for row in expected.biases:
        row[:] = 1
    assert ((check.states(tolerance) == "frozen") == (expected.vector == 1)).all()
    assert check.verdict(tolerance) == "agree"
    result = run_inline("check", "--biases", biases)
    assert result.stdout.count("frozen") == 4 and "3 frozen" in result.stdout


def test_dropout_draws_its_masks_once() -> None:
    check, tolerance = checked(dropout=0.4, hidden=(8,), activation=("tanh",), dtype="float64", l2=0.01)
    assert check.verdict(tolerance) == "agree" and check.relative_error < 1e-8


def test_gradients_of_a_tiny_scale_are_not_verified_and_their_error_is_named() -> None:
    result = run_inline("check", "--init-scale", "1e-6")
    *rows, verdict, details = result.stdout.splitlines()
    assert (result.returncode, verdict.partition(":")[0]) in ((0, "agree"), (1, "not verified"))
    assert "largest error 1.0e+00" in details and "not verified: rounding" in details
    assert sum("not verified: rounding" in row for row in rows) == 6


def test_numbers_that_are_not_finite_are_not_verified() -> None:
    session = Session(make_experiment(dataset="xor", activation=("relu",), hidden=(8, 8), learning_rate=1e200))
    session.advance(5)
    check = check_run(session.run)
    assert check.verdict(1e-7) == "not verified"
    assert "infinite" in check.states(1e-7)


def test_the_snapshot_says_the_same_as_the_command() -> None:
    for options in ({"activation": ("relu",)}, {"biases": "frozen"}, {"init_scale": 1e-6}):
        session = Session(make_experiment(**{"dataset": "xor", **options}))
        seen, check = look_at_gradients(session.run), check_run(session.run)
        assert seen.verdict == check.verdict(1e-7)
        whole = np.split(check.states(1e-7), np.cumsum([block.size for block in check.analytic.blocks])[:-1])
        for states, places, all_states in zip(seen.states, seen.places, whole, strict=True):
            assert states.ravel().tolist() == all_states[places].tolist()


def test_a_network_is_left_as_it_was_with_every_step_that_is_tried() -> None:
    network = make_network((2, 2, 1), "relu")
    before: Array = network.parameters.vector.copy()
    check_gradients(network, XOR_X, XOR_Y)
    np.testing.assert_array_equal(network.parameters.vector, before)
