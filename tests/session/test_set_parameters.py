"""All weights and biases set at once: undone, saved and shared like the other changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.session.test_session import assert_same
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Back, Seek, Undo
from tuinet.session.edits import MOST_SET, SetParameters
from tuinet.session.session import Session
from tuinet.share.line import line_of
from tuinet.share.reading import read_shared
from tuinet.share.record import to_json
from tuinet.share.shared import share
from tuinet.storage import session_file

VALUES = tuple(np.random.default_rng(0).normal(size=9).tolist())


def moved() -> Session:
    """A session that has jumped, in the past and in the middle of a step."""
    session = Session(Experiment())
    session.advance(9)
    session.edit(Seek(5))
    session.edit(SetParameters(VALUES))
    session.advance(3)
    session.step("phase")
    session.edit(SetParameters(VALUES[::-1]))
    session.advance(4)
    return session


def test_it_takes_effect_at_once_and_leaves_a_branch() -> None:
    session = Session(Experiment())
    session.advance(9)
    session.edit(Seek(5))
    session.edit(SetParameters(VALUES))
    assert session.run.parameters.vector.tolist() == list(VALUES)
    was, now = session.snapshot().time.branches
    assert now.label == "weights 0.126, -0.132, …" and now.is_active
    assert was.label.startswith("weights ") and was.label != now.label
    session.edit(Undo())
    fresh = Session(Experiment())
    fresh.advance(5)
    assert session.run.parameters.vector.tobytes() == fresh.run.parameters.vector.tobytes()


def test_time_travel_repeats_it() -> None:
    session, again = moved(), moved()
    again.edit(Back("epoch"))
    again.edit(Seek(0))
    again.advance_steps(session.run.step_count)
    assert_same(session, again)


def test_it_is_saved_and_shared_to_the_bit(tmp_path: Path) -> None:
    session, path = moved(), tmp_path / "run.npz"
    session_file.write(path, session.save())
    assert_same(Session.from_saved(session_file.read(path)), session)
    for text in (line_of(share(session.trajectory())), to_json(share(session.trajectory()))):
        shared = read_shared(text)
        led = Session(shared.trajectory.experiment)
        led.follow(shared.trajectory)
        assert led.run.parameters.vector.tobytes() == session.run.parameters.vector.tobytes()
        assert led.trajectory().digest == shared.trajectory.digest


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (VALUES[:8], "8 numbers, but the network has 9"),
        ((*VALUES[:8], float("nan")), "not all of them are finite numbers of float64"),
    ],
)
def test_what_does_not_fit_is_refused(values: tuple[float, ...], reason: str) -> None:
    session = Session(Experiment())
    with pytest.raises(ExperimentError, match=reason):
        session.edit(SetParameters(values))
    assert not session.snapshot().time.edits


def test_numbers_too_large_for_the_precision_and_networks_too_large_for_a_change_are_refused() -> None:
    session = Session(Experiment(dtype="float32"))
    with pytest.raises(ExperimentError, match="finite numbers of float32"):
        session.edit(SetParameters((1e300, *VALUES[1:])))
    large = Session(Experiment(hidden=(320, MOST_SET // 320 + 1)))
    with pytest.raises(ExperimentError, match="at most 100,000"):
        large.edit(SetParameters(tuple(large.run.parameters.vector.tolist())))
