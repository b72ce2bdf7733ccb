"""A session restored goes on bit for bit, wherever it was and whatever it trains with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.test_session import assert_same
from tuinet.experiment.experiment import Experiment
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.storage import session_file

EVERYTHING = Experiment(
    dataset="moons",
    samples=50,
    hidden=(4, 3),
    activation=("relu", "tanh"),
    optimizer="adam",
    learning_rate=0.02,
    schedule="exponential",
    decay_rate=0.97,
    warmup_epochs=3,
    batch_size=7,
    dropout=0.3,
    l1=1e-4,
    l2=1e-3,
    clip_norm=0.5,
)
EXPERIMENTS = [
    Experiment(),
    EVERYTHING,
    replace(EVERYTHING, dtype="float32", optimizer="nadam", schedule="step", biases="frozen"),
]


@settings(max_examples=40)
@given(
    experiment=st.sampled_from(EXPERIMENTS),
    pieces=st.lists(st.sampled_from(["phase", "batch", "epoch", "save"]), max_size=40),
)
def test_saved_and_restored_on_the_way(experiment: Experiment, pieces: list[str]) -> None:
    session, untouched = Session(experiment), Session(experiment)
    for piece in pieces:
        if piece == "save":
            session = Session.from_saved(SavedSession(session.run.checkpoint()))
        else:
            session.step(piece)  # type: ignore[arg-type]
            untouched.step(piece)  # type: ignore[arg-type]
    assert_same(session, untouched)
    for each in (session, untouched):
        each.advance(3)
    assert_same(session, untouched)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_remembers(name: str) -> None:
    experiment = replace(EVERYTHING, optimizer=name)
    direct, first = Session(experiment), Session(experiment)
    direct.advance(12)
    first.advance(5)
    second = Session.from_saved(SavedSession(first.run.checkpoint()))
    second.advance(7)
    np.testing.assert_array_equal(second.run.parameters.vector, direct.run.parameters.vector)


def test_a_checkpoint_is_a_copy() -> None:
    session = Session(EVERYTHING)
    session.advance(2)
    checkpoint = session.run.checkpoint()
    kept = checkpoint.parameters.copy()
    session.advance(2)
    np.testing.assert_array_equal(checkpoint.parameters, kept)


def test_a_file_keeps_the_norms_and_whether_gradients_are_stale(tmp_path: Path) -> None:
    session, path = Session(Experiment()), tmp_path / "run.npz"
    session.advance(5)
    session.edit(Configure.of(activation=("tanh",)))
    session_file.write(path, session.save())
    assert_same(Session.from_saved(session_file.read(path)), session)
