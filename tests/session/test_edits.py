"""Everything an Experiment has can be changed while it runs, and what need not start anew does not."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from tests.factories import said
from tests.session.test_checkpoint import EVERYTHING
from tests.session.test_session import assert_same
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.view import View
from tuinet.session.commands import Back, Seek, Undo
from tuinet.session.edits import (
    EFFECTS,
    RESTART,
    SENTENCES,
    START_ANEW,
    AddPoint,
    ClearPoints,
    Configure,
    RemovePoint,
    effect_sentence,
)
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession

ADAM = replace(EVERYTHING, activation=("relu",), hidden=(4, 3), dropout=0.0)


def configure(session: Session, **changes: Any) -> None:
    session.edit(Configure(tuple(changes.items())))


def trained(experiment: Experiment = ADAM, epochs: int = 5) -> Session:
    session = Session(experiment)
    session.advance(epochs)
    return session


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.1},
        {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-6},
        {"weight_decay": 0.1},
        {"schedule": "cosine", "decay_epochs": 20},
        {"warmup_epochs": 7},
        {"clip_norm": 0.01},
        {"l1": 0.1},
        {"l2": 0.1},
        {"dropout": 0.5},
        {"activation": ("tanh", "sigmoid")},
        {"output": "tanh", "loss": "mse"},
        {"biases": "frozen"},
        {"arithmetic": "fast"},
        {"batch_size": 3},
        {"noise": 0.3},
        {"samples": 80},
        {"test_share": 0.25},
        {"standardize": True},
        {"dataset": "circle"},
        {"data_seed": 2},
    ],
)
def test_weights_and_memory_stay(changes: dict[str, Any]) -> None:
    session = trained()
    vector, slots = session.run.parameters.vector.copy(), {k: v.copy() for k, v in session.run.optimizer.slots.items()}
    configure(session, **changes)
    np.testing.assert_array_equal(session.run.parameters.vector, vector)
    assert slots
    for name, slot in slots.items():
        np.testing.assert_array_equal(session.run.optimizer.slots[name], slot)
    assert session.run.experiment == replace(ADAM, **changes)
    assert session.run.epoch == 5
    session.advance(2)
    assert session.run.epoch == 7
    assert (session.run.parameters.vector != vector).any()


def test_an_optimizer_starts_with_an_empty_memory() -> None:
    session = trained()
    vector = session.run.parameters.vector.copy()
    configure(session, optimizer="momentum")
    np.testing.assert_array_equal(session.run.parameters.vector, vector)
    assert not any(slot.any() for slot in session.run.optimizer.slots.values())


def test_neurons_that_stay_keep_their_weights() -> None:
    session = trained()
    before = [weights.copy() for weights in session.run.parameters.weights]
    configure(session, hidden=(6, 3))
    assert session.run.parameters.layer_sizes == (2, 6, 3, 1)
    np.testing.assert_array_equal(session.run.parameters.weights[0][:, :4], before[0])
    np.testing.assert_array_equal(session.run.parameters.weights[1][:4], before[1])
    np.testing.assert_array_equal(session.run.parameters.weights[2], before[2])
    assert session.run.parameters.weights[0][:, 4:].all()
    configure(session, hidden=(6,))
    np.testing.assert_array_equal(session.run.parameters.weights[0][:, :4], before[0])
    assert list(session.run.parameters.layer_sizes) == [2, 6, 1]


def test_precision_keeps_the_weights_as_well_as_it_can() -> None:
    session = trained()
    before = session.run.parameters.vector.copy()
    configure(session, dtype="float32")
    np.testing.assert_array_equal(session.run.parameters.vector, before.astype(np.float32))
    session.advance(1)
    assert session.run.parameters.vector.dtype == np.float32


@pytest.mark.parametrize(
    "changes",
    [{"seed": 2}, {"initializer": "he_normal"}, {"init_scale": 2.0}, {"dataset": "iris"}, {"dataset": "sine"}],
)
def test_what_decides_the_start_starts_anew_and_leaves_the_run_as_a_branch(changes: dict[str, Any]) -> None:
    session = trained(replace(ADAM, samples=None))
    configure(session, **changes)
    assert_same(session, Session(replace(ADAM, samples=None, **changes)))
    branches = session.snapshot().time.branches
    assert [branch.is_active for branch in branches] == [False, True]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"momentum": 1.5}, "momentum"),
        ({"hidden": (4096,) * 32}, "parameters"),
        ({"loss": "cross-entropy", "output": "linear"}, "does not go with"),
        ({"dataset": "no such"}, "dataset"),
        ({"dataset": "/no/such.csv"}, "no such"),
        ({"target": "species"}, "target"),
        ({"nonsense": 1}, "nonsense"),
        ({"activation": ("relu",) * 3}, "names for"),
    ],
)
def test_what_cannot_be_changes_nothing(changes: dict[str, Any], reason: str) -> None:
    session, untouched = trained(), trained()
    with pytest.raises(TuinetError, match=reason):
        configure(session, **changes)
    assert_same(session, untouched)
    session.advance(2)
    untouched.advance(2)
    assert_same(session, untouched)


def test_epochs_are_counted_on_when_their_length_changes() -> None:
    session = trained(replace(ADAM, batch_size=0), 10)
    configure(session, batch_size=5)
    assert (session.run.epoch, session.run.clock.batches_per_epoch) == (10, 5)
    session.advance(3)
    session.step("batch")
    assert (session.run.epoch, session.run.batch) == (13, 1)
    configure(session, batch_size=0)
    assert (session.run.epoch, session.run.batch, session.run.clock.batches_per_epoch) == (13, 0, 1)
    session.advance(2)
    for epoch in (14, 13, 13, 12, 11, 10, 9, 8):
        # Epoch 13 began twice: a pass in small batches was left when they became one.
        session.edit(Back("epoch"))
        assert (session.run.epoch, session.run.batch) == (epoch, 0)
    session.edit(Seek(12))
    assert (session.run.epoch, session.run.batch) == (12, 0)
    assert session.snapshot().time.tip_epoch == 15


def test_points_can_be_added_removed_and_cleared() -> None:
    session = trained(Experiment(), 100)
    plane = session.run.dataset.ranges()
    session.edit(AddPoint((0.5, 0.25), 1.0))
    session.edit(RemovePoint(1))
    assert session.run.dataset.X.tolist() == [[0, 0], [1, 0], [1, 1], [0.5, 0.25]]
    assert session.run.dataset.y.ravel().tolist() == [0, 1, 0, 1]
    assert session.run.dataset.ranges() == plane
    assert session.run.epoch == 100
    session.edit(RemovePoint(3))
    session.edit(RemovePoint(0))
    assert session.run.dataset.X.tolist() == [[1, 0], [1, 1]]
    assert session.run.experiment.removed == (0, 1)
    for _ in range(4):
        session.edit(Undo())
    assert_same(session, trained(Experiment(), 100))


def test_without_samples_nothing_is_learned_and_nothing_breaks() -> None:
    session = trained(replace(ADAM, optimizer="sgd", l1=0.0, l2=0.0, test_share=0.4))
    vector = session.run.parameters.vector.copy()
    session.edit(ClearPoints())
    session.advance(5)
    snapshot = session.snapshot(View(5, 5, step=True, check=True, flow=True))
    np.testing.assert_array_equal(session.run.parameters.vector, vector)
    assert snapshot.metrics.samples == 0
    assert snapshot.test_metrics is None
    assert len(said(snapshot.findings)) == 1
    session.edit(AddPoint((0.5, 0.5), 1.0))
    session.advance(5)
    assert session.metrics().samples == 1
    assert (session.run.parameters.vector != vector).any()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (AddPoint((1.0,), 0.0), "features"),
        (AddPoint((1.0, 2.0), 2.0), "not a class"),
        (AddPoint((1.0, float("nan")), 0.0), "not a number"),
        (RemovePoint(4), "no sample"),
        (RemovePoint(-1), "no sample"),
    ],
)
def test_points_that_cannot_be(command: AddPoint | RemovePoint, reason: str) -> None:
    session = trained(Experiment())
    with pytest.raises(TuinetError, match=reason):
        session.edit(command)
    assert_same(session, trained(Experiment()))


def test_points_are_part_of_the_experiment_and_of_a_checkpoint() -> None:
    session = trained(Experiment())
    session.edit(AddPoint((0.5, 0.25), 1.0))
    session.edit(RemovePoint(0))
    session.advance(3)
    again = Session.from_saved(SavedSession(session.run.checkpoint()))
    assert_same(again, session)
    assert Experiment.from_dict(session.run.experiment.to_dict()) == session.run.experiment
    np.testing.assert_array_equal(Session(session.run.experiment).run.dataset.X, session.run.dataset.X)


def test_the_file_of_weights_is_not_read_for_another_shape() -> None:
    session = trained(Experiment())
    configure(session, hidden=(3,))
    assert session.run.experiment.weights == ""


BY_HAND = {"added", "removed", "cleared"}
"""Fields that commands of their own change."""


def test_every_field_has_an_effect() -> None:
    names = {field.name for field in fields(Experiment)}
    assert set(EFFECTS) == names - BY_HAND
    assert set(EFFECTS.values()) == set(SENTENCES)


def test_effects_are_what_the_session_does() -> None:
    assert {name for name, effect in EFFECTS.items() if effect == "reinitialize"} == START_ANEW
    assert {name for name, effect in EFFECTS.items() if effect == "optimizer"} == RESTART


@pytest.mark.parametrize("field", EFFECTS)
def test_every_effect_is_a_sentence_after_a_change(field: str) -> None:
    sentence = effect_sentence(field)
    assert sentence[0].islower()
    assert sentence.split()[0].rstrip(":").endswith("s")
    assert not sentence.endswith(".")
