from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.planes import Surface
from tuinet.observe.view import View
from tuinet.session.commands import Reinitialize
from tuinet.session.edits import Configure
from tuinet.session.session import Session

PHASES = ["batch", "forward, layer 1", "forward, layer 2", "loss", "backward, layer 2", "backward, layer 1"]
MINI_BATCHES = Experiment(hidden=(3,), activation=("tanh",), batch_size=3, seed=7)


def assert_same(first: Session, second: Session) -> None:
    np.testing.assert_array_equal(first.run.parameters.vector, second.run.parameters.vector)
    np.testing.assert_array_equal(first.run.optimizer.grads.vector, second.run.optimizer.grads.vector)
    a, b = first.snapshot(), second.snapshot()
    assert (a.epoch, a.batch, a.step, a.phase, a.metrics.loss) == (
        b.epoch,
        b.batch,
        b.step,
        b.phase,
        b.metrics.loss,
    )
    np.testing.assert_array_equal(a.history.losses, b.history.losses)
    assert first.run.experiment == second.run.experiment
    assert first.run.dataset.digest == second.run.dataset.digest
    assert a.history.grad_norms is not None
    assert b.history.grad_norms is not None
    np.testing.assert_array_equal(a.history.grad_norms, b.history.grad_norms)


def test_the_default_run_solves_xor() -> None:
    session = Session(Experiment())
    assert session.metrics().loss == pytest.approx(math.log(2), abs=0.1)
    session.advance(3000)
    metrics = session.metrics()
    assert metrics.loss < 0.05
    assert metrics.accuracy == 1


pieces = st.lists(st.one_of(st.sampled_from(["phase", "batch", "epoch"]), st.integers(1, 40)), max_size=30)


@given(experiment=st.sampled_from([Experiment(), MINI_BATCHES]), pieces=pieces)
def test_stepping_is_training(experiment: Experiment, pieces: list[str | int]) -> None:
    pieced = Session(experiment)
    for piece in pieces:
        if isinstance(piece, int):
            pieced.advance_steps(piece)
        else:
            pieced.step(piece)  # type: ignore[arg-type]
    while pieced.run.batch or str(pieced.run.phase) not in ("None", "update"):
        pieced.step("phase")
    direct = Session(experiment)
    direct.advance(pieced.run.epoch)
    assert_same(pieced, direct)


def test_an_epoch_phase_by_phase_names_every_phase() -> None:
    session = Session(Experiment())
    names = []
    while session.run.epoch == 0:
        session.step("phase")
        names.append(str(session.run.phase))
    assert names == [*PHASES, "update"]


def test_step_epoch_ends_the_epoch_under_way() -> None:
    session = Session(MINI_BATCHES)
    session.step("batch")
    session.step("phase")
    session.step("epoch")
    assert (session.run.epoch, session.run.batch, session.run.step_count) == (1, 0, 2)
    session.step("epoch")
    assert session.run.epoch == 2


def test_reinitialize_with_the_same_seed_repeats_the_run() -> None:
    session = Session(MINI_BATCHES)
    session.advance(30)
    session.step("phase")
    session.edit(Reinitialize())
    assert_same(session, Session(MINI_BATCHES))
    session.advance(30)
    again = Session(MINI_BATCHES)
    again.advance(30)
    assert_same(session, again)


def test_reinitialize_with_a_new_seed_is_that_experiment() -> None:
    session = Session(MINI_BATCHES)
    session.advance(5)
    session.edit(Reinitialize(8))
    assert session.run.experiment.seed == 8
    assert_same(session, Session(replace(MINI_BATCHES, seed=8)))


def test_a_new_activation_keeps_the_weights() -> None:
    session = Session(Experiment())
    session.advance(10)
    weights = session.run.parameters.vector.copy()
    loss = session.metrics().loss
    session.edit(Configure.of(activation=("tanh",)))
    np.testing.assert_array_equal(session.run.parameters.vector, weights)
    assert session.metrics().loss != loss
    assert session.snapshot().layers[0].activation == "tanh"


def test_a_new_activation_waits_for_the_end_of_the_step() -> None:
    changed, direct = Session(Experiment()), Session(Experiment())
    changed.step("phase")
    changed.edit(Configure.of(activation=("relu",)))
    assert changed.snapshot().pending == ("activation relu",)
    assert changed.snapshot().layers[0].activation == "sigmoid"
    changed.step("batch")
    direct.advance(1)
    direct.edit(Configure.of(activation=("relu",)))
    assert changed.snapshot().pending == ()
    assert_same(changed, direct)
    for session in (changed, direct):
        session.advance(5)
    assert_same(changed, direct)


def test_a_new_learning_rate_takes_effect_with_the_next_update() -> None:
    session = Session(Experiment())
    for _ in range(3):
        session.step("phase")
    session.edit(Configure.of(learning_rate=0.125))
    before = session.run.parameters.vector.copy()
    session.step("batch")
    np.testing.assert_array_equal(session.run.parameters.vector, before - 0.125 * session.run.optimizer.grads.vector)


@pytest.mark.parametrize(
    "command", [Configure.of(activation=("no such",)), Configure.of(learning_rate=-1.0), Reinitialize(-3)]
)
def test_a_bad_edit_changes_nothing(command: Configure | Reinitialize) -> None:
    session, untouched = Session(Experiment()), Session(Experiment())
    with pytest.raises(ExperimentError):
        session.edit(command)
    assert session.run.experiment == Experiment()
    session.advance(3)
    untouched.advance(3)
    assert_same(session, untouched)


def test_a_snapshot_is_frozen_and_taking_it_disturbs_nothing() -> None:
    watched, alone = Session(Experiment()), Session(Experiment())
    snapshot = watched.snapshot(View(6, 4))
    weights = snapshot.layers[0].weights.copy()
    for _ in range(40):
        watched.step("phase")
        watched.snapshot(View(6, 4, flow=True))
        alone.step("phase")
    assert_same(watched, alone)
    np.testing.assert_array_equal(snapshot.layers[0].weights, weights)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.layers[0].weights[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        snapshot.history.losses[0] = 1


def test_the_surface_is_the_output_over_the_plane() -> None:
    session = Session(Experiment())
    session.advance(2500)
    surface = session.snapshot(View(7, 7)).surface
    assert isinstance(surface, Surface)
    corners = surface.values[[1, 1, -2, -2], [1, -2, 1, -2]]
    np.testing.assert_array_equal(corners > 0.5, [True, False, False, True])
    assert surface.x_range == (-0.2, 1.2)


def test_gradients_of_a_snapshot_reproduce_the_update() -> None:
    session = Session(Experiment())
    before = session.snapshot()
    session.advance(1)
    after = session.snapshot()
    assert (before.has_gradients, after.has_gradients) == (False, True)
    for old, new in zip(before.layers, after.layers, strict=True):
        np.testing.assert_array_equal(new.weights, old.weights - new.weight_updates)
        np.testing.assert_array_equal(new.bias_updates, 0.5 * new.bias_grads)


def test_a_network_without_hidden_layers_stays_at_ln_2() -> None:
    session = Session(Experiment(hidden=()))
    session.advance(2000)
    assert session.metrics().loss == pytest.approx(math.log(2), abs=1e-4)


def test_divergence_is_shown_and_not_warned_of() -> None:
    session = Session(Experiment(activation=("relu",), hidden=(8, 8), learning_rate=1e200))
    session.advance(10)
    assert not math.isfinite(session.metrics().loss)


@pytest.mark.parametrize("change", [{"hidden": (3,)}, {"hidden": (2, 2)}, {"activation": ("tanh",)}, {"batch_size": 2}])
def test_a_step_made_by_phases_is_gone_with_its_network(change: dict[str, Any]) -> None:
    session = Session(Experiment())
    while not session.run.step_count:
        session.step("phase")
    assert session.snapshot(View(4, 4, step=True)).step_detail is not None
    session.edit(Configure(tuple(change.items())))
    assert session.snapshot(View(4, 4, step=True)).step_detail is None
    session.step("phase")
    assert session.snapshot(View(4, 4, step=True)).step_detail is not None
