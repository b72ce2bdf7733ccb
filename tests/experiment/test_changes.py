from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_dataset
from tuinet.errors import TuinetError
from tuinet.experiment.changes import changes_for, dataset_changes, parts, shifted_dataset, stepped
from tuinet.experiment.experiment import CHOICES, FIELDS, MAX_LAYERS, Experiment
from tuinet.experiment.ladders import (
    batch_sizes,
    climbed,
    ladder_of,
    next_batch_size,
    resized,
    with_activation,
    with_hidden,
    with_layer,
    without_layer,
)

XOR = make_dataset()
DEEP = Experiment(hidden=(8, 4, 2), activation=("tanh", "relu", "relu"))


@pytest.mark.parametrize(
    ("field", "changes", "direction", "wanted"),
    [
        ("dataset", {}, 1, "xnor"),
        ("dataset", {"dataset": "digits"}, 1, "and"),
        ("dataset", {"dataset": "rings:5"}, -1, "blobs"),
        ("dataset", {"dataset": "mine.csv"}, 1, "and"),
        ("samples", {"samples": 500}, 1, 1000),
        ("samples", {}, 1, 5),
        ("noise", {}, 1, 0.05),
        ("noise", {"noise": 0.95}, 1, 1.0),
        ("test_share", {"test_share": 0.5}, -1, 0.45),
        ("standardize", {}, 1, True),
        ("standardize", {"standardize": True}, -1, False),
        ("data_seed", {"data_seed": 7}, 1, 8),
        ("activation", {}, 1, ("tanh",)),
        ("activation", {"activation": ("tanh",)}, -1, ("sigmoid",)),
        ("output", {"loss": "mse"}, 1, "sigmoid"),
        ("loss", {}, 1, "cross-entropy"),
        ("initializer", {}, -1, "constant"),
        ("init_scale", {}, 1, 2.0),
        ("biases", {}, 1, "frozen"),
        ("dtype", {}, 1, "float32"),
        ("optimizer", {}, 1, "momentum"),
        ("learning_rate", {}, 1, 1.0),
        ("learning_rate", {"learning_rate": 0.3}, -1, 0.2),
        ("momentum", {}, 1, 0.95),
        ("momentum", {"momentum": 0.1}, -1, 0.0),
        ("beta1", {}, -1, 0.8),
        ("beta2", {}, -1, 0.998),
        ("epsilon", {}, 1, 1e-7),
        ("schedule", {}, 1, "step"),
        ("decay_rate", {"schedule": "exponential"}, -1, 0.998),
        ("decay_rate", {"schedule": "inverse_time"}, 1, 0.02),
        ("decay_epochs", {}, -1, 500),
        ("warmup_epochs", {}, 1, 1),
        ("batch_size", {}, -1, 2),
        ("batch_size", {"batch_size": 2}, 1, 0),
        ("seed", {"seed": 4}, -1, 3),
        ("l1", {}, 1, 0.0001),
        ("l2", {"l2": 0.0001}, -1, 0.0),
        ("weight_decay", {"optimizer": "adamw"}, 1, 0.02),
        ("dropout", {"dropout": 0.5}, 1, 0.55),
        ("clip_norm", {}, 1, 0.01),
        ("hidden", {}, 1, (3,)),
        ("hidden", {}, -1, (1,)),
        ("features", {}, 1, None),
    ],
)
def test_the_next_value(field: str, changes: dict[str, Any], direction: int, wanted: object) -> None:
    experiment = replace(Experiment(), **changes)
    found = stepped(field, 0, direction, experiment, XOR)
    assert found == ({} if wanted is None else {field: wanted})
    if wanted is not None and not isinstance(wanted, str):
        assert type(found[field]) is type(wanted)


@pytest.mark.parametrize(
    ("field", "changes", "direction"),
    [
        ("seed", {"seed": 0}, -1),
        ("noise", {"noise": 1.0}, 1),
        ("hidden", {"hidden": (1,)}, -1),
        ("hidden", {"hidden": (4096,)}, 1),
        ("hidden", {"hidden": ()}, 1),
        ("batch_size", {}, 1),
        ("batch_size", {"batch_size": 1}, -1),
        ("weights", {}, 1),
        ("target", {}, -1),
        ("l1", {}, -1),
    ],
)
def test_at_the_ends_nothing_changes(field: str, changes: dict[str, Any], direction: int) -> None:
    assert stepped(field, 0, direction, replace(Experiment(), **changes), XOR) == {}


def test_choices_that_cannot_be_used_now_are_passed_over() -> None:
    assert stepped("output", 0, 1, Experiment(), XOR) == {"output": "sigmoid"}
    assert stepped("loss", 0, 1, Experiment(output="linear", loss="mse"), XOR) == {"loss": "sse"}
    assert stepped("schedule", 0, 1, Experiment(decay_rate=2.0), XOR) == {"schedule": "cosine"}


def test_features_come_and_go() -> None:
    names = CHOICES["features"]
    with_square = stepped("features", names.index("x1²"), 1, Experiment(), XOR)
    assert with_square == {"features": ("x1", "x2", "x1²")}
    experiment = replace(Experiment(), **with_square)
    assert stepped("features", names.index("x1²"), 1, experiment, XOR) == {}
    assert stepped("features", names.index("x1²"), -1, experiment, XOR) == {"features": ()}
    assert stepped("features", 1, -1, Experiment(), XOR) == {"features": ("x1",)}
    assert stepped("features", 0, -1, Experiment(features=("x1",)), XOR) == {}


@given(
    st.sampled_from(list(FIELDS)), st.integers(0, 6), st.sampled_from([-1, 1]), st.sampled_from(CHOICES["optimizer"])
)
def test_every_step_can_be_used(field: str, part: int, direction: int, optimizer: str) -> None:
    experiment = replace(DEEP, optimizer=optimizer)
    part = min(part, parts(field, experiment) - 1)
    for _ in range(4):
        changes = stepped(field, part, direction, experiment, XOR)
        assert all(getattr(experiment, name) != value for name, value in changes.items())
        experiment = replace(experiment, **changes)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("dataset", "no such", "dataset: 'no such' is not one of and, or"),
        ("dataset", "rings:1", "dataset: '1' is no number of classes for rings; write rings:2 to rings:10"),
        ("output", "linear", "output: 'linear' does not go with cross-entropy; sigmoid or softmax does"),
        ("learning_rate", 0.0, "learning_rate: 0.0 is not a number above 0"),
        ("hidden", (0,), "hidden: 0 is not a whole number from 1 to 4096"),
        ("activation", ("tanh", "tanh"), "activation: 2 names for 1 hidden layers"),
    ],
)
def test_what_cannot_be_used_is_refused(field: str, value: object, reason: str) -> None:
    with pytest.raises(TuinetError) as caught:
        changes_for(field, value, Experiment(), XOR)
    assert str(caught.value).startswith(reason)


def test_the_same_value_changes_nothing_and_a_path_is_left_to_the_session() -> None:
    assert changes_for("learning_rate", 0.5, Experiment(), XOR) == {}
    assert changes_for("dataset", "no/such.csv", Experiment(), XOR) == {"dataset": "no/such.csv"}


def test_activations_follow_the_layers() -> None:
    assert with_layer(DEEP, 0) == {"hidden": (8, 8, 4, 2), "activation": ("tanh", "tanh", "relu", "relu")}
    assert without_layer(DEEP, 0) == {"hidden": (4, 2), "activation": ("relu",)}
    assert without_layer(Experiment(), 0) == {"hidden": (), "activation": ("sigmoid",)}
    assert with_layer(Experiment(hidden=()), -1) == {"hidden": (2,), "activation": ("sigmoid",)}
    assert with_layer(Experiment(hidden=(), activation=()), -1) == {"hidden": (2,), "activation": ("sigmoid",)}
    assert with_hidden(DEEP, (5,)) == {"hidden": (5,), "activation": ("tanh",)}
    assert with_hidden(DEEP, (5, 5, 5, 5)) == {"hidden": (5,) * 4, "activation": ("tanh", "relu", "relu", "relu")}
    assert with_activation(DEEP, 0, "relu") == {"activation": ("relu",)}
    assert with_activation(DEEP, None, "sin") == {"activation": ("sin",)}
    assert changes_for("hidden", (3, 3), DEEP, XOR) == {"hidden": (3, 3), "activation": ("tanh", "relu")}
    assert changes_for("hidden", (3, 3), Experiment(), XOR) == {"hidden": (3, 3)}
    assert with_layer(Experiment(hidden=(1,) * MAX_LAYERS), 0) == without_layer(DEEP, 3) == resized(DEEP, 3, 1) == {}


@given(st.lists(st.tuples(st.sampled_from("+-<>"), st.integers(-1, 6)), max_size=30))
def test_any_editing_of_layers_gives_an_experiment(edits: list[tuple[str, int]]) -> None:
    experiment = DEEP
    for kind, layer in edits:
        change = {"+": with_layer, "-": without_layer}.get(kind)
        changes = change(experiment, layer) if change else resized(experiment, layer, 1 if kind == ">" else -1)
        experiment = replace(experiment, **changes)


def test_activations_one_by_one() -> None:
    assert parts("activation", DEEP) == 4
    assert parts("activation", Experiment()) == parts("hidden", Experiment(hidden=())) == 1
    assert stepped("activation", 0, 1, DEEP, XOR) == {"activation": ("relu",)}
    assert stepped("activation", 1, 1, DEEP, XOR) == {"activation": ("relu",)}
    assert stepped("activation", 3, 1, DEEP, XOR) == {"activation": ("tanh", "relu", "leaky_relu")}


def test_batch_sizes_double_up_to_all() -> None:
    assert batch_sizes(10) == (1, 2, 4, 8, 0)
    assert batch_sizes(1) == batch_sizes(0) == (0,)
    found, size = [], 0
    for _ in range(6):
        size = next_batch_size(size, 10, 1, around=True)
        found.append(size)
    assert found == [1, 2, 4, 8, 0, 1]
    assert [next_batch_size(size, 10, -1, around=True) for size in (0, 1, 6, 10, 99)] == [8, 0, 4, 8, 8]
    assert [next_batch_size(size, 0, 1, around=True) for size in (0, 5)] == [0, 0]


@pytest.mark.parametrize("schedule", CHOICES["schedule"])
def test_ladders_rise(schedule: str) -> None:
    for name, field in FIELDS.items():
        if field.bounds and name not in ("batch_size", "seed", "data_seed", "hidden"):
            ladder = ladder_of(name, Experiment(schedule=schedule))
            assert list(ladder) == sorted(set(ladder))
            assert climbed(ladder, ladder[0], -1) == ladder[0]
            assert climbed(ladder, ladder[-1], 1) == ladder[-1]
            assert all(climbed(ladder, low, 1) == high for low, high in pairwise(ladder))


def test_a_dataset_brings_what_suits_it() -> None:
    changes = shifted_dataset(1, Experiment(dataset="parity", hidden=(8,), activation=("tanh",)), XOR)
    assert changes == {
        "dataset": "circle",
        "hidden": (8, 8),
        "initializer": "glorot_uniform",
        "learning_rate": 0.03,
        "batch_size": 10,
    }


def test_what_belongs_to_the_old_dataset_goes_and_how_it_is_trained_stays() -> None:
    experiment = Experiment(samples=8, noise=0.1, features=("x1",), optimizer="adam", l2=0.1, seed=5, loss="mse")
    after = replace(experiment, **dataset_changes("digits", experiment, XOR))
    assert (after.samples, after.noise, after.features, after.loss) == (None, None, (), "auto")
    assert (after.optimizer, after.learning_rate, after.l2, after.seed) == ("adam", 0.01, 0.1, 5)
    same_task = replace(experiment, **dataset_changes("spiral", experiment, XOR))
    assert same_task.loss == "mse"


def test_an_optimizer_that_the_dataset_brought_goes_with_it() -> None:
    hills = replace(Experiment(), **dataset_changes("hills", Experiment(), XOR))
    assert hills.optimizer == "adam"
    assert replace(hills, **dataset_changes("xor", hills, XOR)) == Experiment()


def test_every_dataset_can_follow_every_other() -> None:
    experiment, dataset = Experiment(loss="huber", output="tanh"), XOR
    for _ in CHOICES["dataset"]:
        experiment = replace(experiment, **shifted_dataset(1, experiment, dataset))
    assert experiment.dataset == "xor"
