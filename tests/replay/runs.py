"""Recordings for tests, and whether two snapshots show the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.replay.recorder import record
from tuinet.replay.recording import Recording
from tuinet.session.commands import Back
from tuinet.session.edits import AddPoint, Configure, RemovePoint, SetOptimizer, SetParameter, SetParameters
from tuinet.session.session import Session

LOOK = View(6, 4, step=True)
_LAYER = ("weights", "biases", "weight_grads", "bias_grads", "weight_updates", "bias_updates", "slopes")
_STEP = ("x", "pre_activations", "activations", "deltas", "block_before", "block", "grads", "updates")


def recorded(epochs: int = 30, every: int | None = None, **fields: Any) -> Recording:
    return record(Session(make_experiment(**fields)), epochs, every)


def edited_session() -> Session:
    """A session with edits of all kinds, another network, other samples, other batches, and a branch that was left."""
    session = Session(Experiment(dataset="moons", samples=30, hidden=(3,), batch_size=7, optimizer="adam", dropout=0.2))
    session.advance(3)
    session.edit(SetParameter(1, 0, 1, 0.75))
    session.advance(2)
    session.edit(SetOptimizer("nadam", 0.01))
    session.edit(AddPoint((0.25, 0.5), 1.0))
    session.edit(RemovePoint(3))
    session.advance(2)
    session.edit(Back("epoch"))
    session.edit(Configure((("batch_size", 5), ("hidden", (4, 2)), ("activation", ("tanh",)))))
    session.advance(3)
    session.step("phase")
    session.step("phase")
    session.edit(Configure.of(learning_rate=0.02))
    session.edit(Configure.of(activation=("relu",)))
    session.advance(3)
    session.edit(Configure((("noise", 0.3), ("optimizer", "sgd"))))
    session.advance(2)
    session.edit(SetParameters(tuple(np.linspace(-1, 1, 25).tolist())))
    session.advance(1)
    return session


def require_same(one: Snapshot, other: Snapshot) -> None:
    """Everything that a panel could show of the present, to the bit."""
    for name in ("experiment", "epoch", "batch", "batches_per_epoch", "step", "phase", "learning_rate", "penalty"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.dataset.digest == other.dataset.digest
    assert one.metrics.to_dict() == other.metrics.to_dict()
    for layer, twin in zip(one.layers, other.layers, strict=True):
        for name in _LAYER:
            assert np.array_equal(getattr(layer, name), getattr(twin, name), equal_nan=True), name
    assert (one.step_detail is None) == (other.step_detail is None)
    if one.step_detail is None or other.step_detail is None:
        return
    assert np.array_equal(one.step_detail.indices, other.step_detail.indices)
    for step, twin_step in zip(one.step_detail.layers, other.step_detail.layers, strict=True):
        for name in _STEP:
            assert np.array_equal(getattr(step, name), getattr(twin_step, name), equal_nan=True), name
        for name, slot in step.slots.items():
            assert np.array_equal(slot, twin_step.slots[name]), name
