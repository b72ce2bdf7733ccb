from __future__ import annotations

import json
from typing import Any

import pytest

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment(hidden=(), seed=0),
        Experiment(hidden=(8, 4), activation=("tanh", "relu"), features=("x1", "x1²"), noise=0.2),
    ],
)
def test_an_experiment_survives_json(experiment: Experiment) -> None:
    assert Experiment.from_dict(json.loads(json.dumps(experiment.to_dict()))) == experiment


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("dataset", 3, "3 is not a text"),
        ("samples", 0, "0 is not a whole number from 1 to 1000000"),
        ("noise", 1.5, "1.5 is not a number from 0 to 1"),
        ("test_share", 1.0, "1.0 is not a number from 0 below 1"),
        ("standardize", "yes", "'yes' is neither true nor false"),
        ("features", ("x3",), "'x3' is not one of x1, x2, x1²"),
        ("output", "relu", "'relu' is not one of auto, softmax, sigmoid, tanh, linear"),
        (
            "loss",
            "margin",
            "'margin' is not one of auto, cross-entropy, binary-cross-entropy, mse, sse, mae, huber, hinge",
        ),
        ("initializer", "xavier", "'xavier' is not one of normal, uniform, glorot_normal"),
        ("biases", "off", "'off' is not one of trained, frozen, none"),
        ("optimizer", "lbfgs", "'lbfgs' is not one of sgd, momentum, nesterov"),
        ("beta2", 1, "1 is not a number from 0 below 1"),
        ("epsilon", -1e-8, "-1e-08 is not a number from 0"),
        ("schedule", "linear", "'linear' is not one of constant, step, exponential, cosine, inverse_time"),
        ("decay_rate", 0, "0 is not a number above 0"),
        ("decay_epochs", 0, "0 is not a whole number from 1 up"),
        ("l2", -1, "-1 is not a number from 0"),
        ("dropout", 1, "1 is not a number from 0 below 1"),
        ("dtype", "float16", "'float16' is not one of float64, float32"),
        ("hidden", 3, "3 is not a list"),
        ("learning_rate", (0.5,), "[0.5] is not one value"),
        ("activation", ("sigmod",), "'sigmod' is not one of sigmoid, tanh, relu, leaky_relu"),
        ("activation", ("tanh", "tanh"), "2 names for 1 hidden layers"),
        ("hidden", (3, 0), "0 is not a whole number from 1 to 4096"),
        ("hidden", (1,) * 33, "33 layers are more than 32"),
        ("learning_rate", 0.0, "0.0 is not a number above 0"),
        ("learning_rate", float("inf"), "inf is not a number above 0"),
        ("learning_rate", "0.5", "'0.5' is not a number above 0"),
        ("learning_rate", True, "True is not a number above 0"),
        ("seed", -1, "-1 is not a whole number from 0 up"),
        ("seed", 1.5, "1.5 is not a whole number from 0 up"),
        ("batch_size", None, "None is not a whole number from 0 up"),
        ("init_scale", float("nan"), "nan is not a number above 0"),
    ],
)
def test_a_bad_value_is_refused_by_name(field: str, value: Any, reason: str) -> None:
    with pytest.raises(ExperimentError, match="^" + field) as caught:
        Experiment.from_dict({field: list(value) if isinstance(value, tuple) else value})
    assert caught.value.field == field
    assert reason in str(caught.value)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ExperimentError, match="'rate' is not one of dataset, samples"):
        Experiment.from_dict({"rate": 1})


def test_one_activation_serves_all_hidden_layers() -> None:
    assert Experiment(hidden=(3, 3), activation=("relu",)).hidden_activations == ("relu", "relu")
    assert Experiment(hidden=()).hidden_activations == ()
