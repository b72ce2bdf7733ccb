"""Wherever a session goes in time, its state is that of a fresh session brought there directly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.session.test_checkpoint import EXPERIMENTS
from tests.session.test_session import assert_same
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import BranchSnapshot
from tuinet.observe.step import check_run
from tuinet.session import timeline
from tuinet.session.commands import Back, Reinitialize, Seek, StepUnit, SwapBranch, Undo
from tuinet.session.edits import AddPoint, Configure, EditCommand, RemovePoint, SetOptimizer, SetParameter
from tuinet.session.session import Session

Moment = tuple[int, int]
UNITS: tuple[StepUnit, ...] = ("epoch", "batch", "phase")


def moment(session: Session) -> Moment:
    return session.now


def brought_directly(experiment: Experiment, edits: list[tuple[Moment, EditCommand]], target: Moment) -> Session:
    """A fresh session, stepped to a moment with the edits on the way, and never back."""
    session = Session(experiment)
    for when, command in edits:
        bring(session, when)
        session.edit(command)
    bring(session, target)
    return session


def bring(session: Session, target: Moment) -> None:
    if session.run.step_count < target[0]:
        session.advance_steps(target[0] - session.run.step_count)
    while moment(session) < target:
        session.step("phase")


CHANGES: list[dict[str, Any]] = [
    {"momentum": 0.5, "beta1": 0.8, "beta2": 0.9},
    {"schedule": "cosine", "decay_epochs": 5, "warmup_epochs": 2},
    {"schedule": "constant"},
    {"clip_norm": 0.1},
    {"l1": 1e-3, "l2": 1e-2},
    {"dropout": 0.5},
    {"dropout": 0.0},
    {"biases": "frozen"},
    {"biases": "none"},
    {"arithmetic": "fast"},
    {"output": "tanh", "loss": "mse"},
    {"output": "auto", "loss": "auto"},
    {"batch_size": 3},
    {"batch_size": 0},
    {"optimizer": "adam"},
    {"dtype": "float32"},
    {"dtype": "float64"},
    {"hidden": (5, 2), "activation": ("relu", "sigmoid")},
    {"hidden": (3,), "activation": ("tanh",)},
    {"hidden": (), "activation": ("tanh",)},
    {"dataset": "circle", "samples": 20},
    {"dataset": "moons", "samples": 30, "noise": 0.1, "test_share": 0.3},
    {"standardize": True},
]

edit_commands: st.SearchStrategy[EditCommand] = st.one_of(
    st.builds(lambda rate: Configure.of(learning_rate=rate), st.sampled_from([0.001, 0.01, 0.3])),
    st.builds(lambda name: Configure.of(activation=(name,)), st.sampled_from(["tanh", "relu", "sigmoid"])),
    st.builds(SetOptimizer, st.sampled_from(["sgd", "adam", "momentum", "nadam"])),
    st.sampled_from(CHANGES).map(lambda change: Configure(tuple(change.items()))),
    st.builds(AddPoint, st.tuples(st.floats(-2, 2), st.floats(-2, 2)), st.sampled_from([0.0, 1.0])),
    st.builds(RemovePoint, st.integers(0, 3)),
    st.builds(SetParameter, st.just(1), st.sampled_from([0, 1, None]), st.integers(0, 1), st.floats(-2, 2)),
)
moves = st.one_of(
    st.tuples(st.just("step"), st.sampled_from(UNITS)),
    st.tuples(st.just("back"), st.sampled_from(UNITS)),
    st.tuples(st.just("advance"), st.integers(1, 60)),
    st.tuples(st.just("seek"), st.integers(0, 12)),
    st.tuples(st.just("edit"), edit_commands),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("save"), st.none()),
)


_BACK_ON_THE_FIRST_BRANCH: list[tuple[str, Any]] = [
    *[("step", "epoch")] * 2,
    ("edit", Configure.of(activation=("tanh",))),
    ("back", "epoch"),
    ("edit", Configure.of(learning_rate=0.001)),
    ("back", "epoch"),
    ("step", "epoch"),
    ("undo", None),
    ("step", "epoch"),
]


@settings(max_examples=100)
@given(experiment=st.sampled_from(EXPERIMENTS), played=st.lists(moves, max_size=14))
@example(experiment=EXPERIMENTS[0], played=_BACK_ON_THE_FIRST_BRANCH)
def test_any_journey_ends_where_the_straight_way_does(experiment: Experiment, played: list[tuple[str, Any]]) -> None:
    session = Session(experiment)
    edits: list[tuple[Moment, EditCommand]] = []
    for move, argument in played:
        edits = play(session, move, argument, edits)
        now = moment(session)
        assert_same(session, brought_directly(experiment, [edit for edit in edits if edit[0] <= now], now))


def _noted(edit: timeline.Edit) -> tuple[Moment, EditCommand]:
    return edit.position, edit.command


def play(
    session: Session, move: str, argument: Any, edits: list[tuple[Moment, EditCommand]]
) -> list[tuple[Moment, EditCommand]]:
    """Make a move; returns the edits of the branch that the session is on then."""
    now = moment(session)
    past = [edit for edit in edits if edit[0] <= now]
    match move:
        case "step":
            session.step(argument)
        case "back":
            session.edit(Back(argument))
        case "advance":
            session.advance_steps(argument)
        case "seek":
            session.edit(Seek(argument))
        case "undo":
            session.edit(Undo())
            # What is left may be a part of another branch's past: that one's future is the present's again.
            branch = session.branch
            return [*past[:-1], *map(_noted, branch.edits[branch.edits_until(session.now) :])]
        case "save":
            session.run.checkpoint()
        case "edit":
            try:
                session.edit(argument)
            except TuinetError:
                return edits  # such as a weight that a smaller network does not have
            return [*past, (now, argument)]
    return edits


@pytest.mark.parametrize("unit", UNITS)
def test_back_and_forward_again(unit: StepUnit) -> None:
    session, untouched = Session(EXPERIMENTS[1]), Session(EXPERIMENTS[1])
    for each in (session, untouched):
        each.advance(7)
        each.step("batch")
        each.step("phase")
        each.step("phase")
    for _ in range(5):
        session.edit(Back(unit))
    assert moment(session) < moment(untouched)
    bring(session, moment(untouched))
    assert_same(session, untouched)


def test_back_goes_to_the_start_of_the_unit() -> None:
    session = Session(Experiment(batch_size=1))
    session.advance(2)
    for _ in range(6):
        session.step("phase")
    expected = [("phase", (8, 5)), ("batch", (8, 0)), ("batch", (7, 0)), ("epoch", (4, 0)), ("epoch", (0, 0))]
    for unit, where in expected:
        session.edit(Back(unit))  # type: ignore[arg-type]
        assert moment(session) == where
    session.edit(Back("phase"))
    assert moment(session) == (0, 0)


def test_a_change_in_the_past_makes_a_branch() -> None:
    session = Session(Experiment())
    session.advance(300)
    end = session.metrics().loss
    session.edit(Seek(100))
    assert session.snapshot().time.is_past
    future = session.snapshot().time.future
    assert future is not None
    assert future.epochs[-1] == 300
    session.edit(Configure.of(learning_rate=0.1))
    session.advance(200)
    other = session.metrics().loss
    assert labels(session) == [("learning rate 0.5", False), ("learning rate 0.1", True)]
    session.edit(SwapBranch())
    assert (session.run.epoch, session.metrics().loss, session.run.experiment.learning_rate) == (300, end, 0.5)
    assert labels(session) == [("learning rate 0.5", True), ("learning rate 0.1", False)]
    session.edit(SwapBranch())
    assert (session.run.epoch, session.metrics().loss, session.run.experiment.learning_rate) == (300, other, 0.1)


def labels(session: Session) -> list[tuple[str, bool]]:
    return [(branch.label, branch.is_active) for branch in session.snapshot().time.branches]


def test_branches_are_bounded_and_the_present_one_stays() -> None:
    session = Session(Experiment())
    for rate in (0.1, 0.2, 0.3, 0.4, 0.6, 0.7):
        session.advance(50)
        session.edit(Seek(10))
        session.edit(Configure.of(learning_rate=rate))
    branches: tuple[BranchSnapshot, ...] = session.snapshot().time.branches
    assert len(branches) == 4
    assert [branch.label for branch in branches if branch.is_active] == ["learning rate 0.7"]


def test_undo_takes_a_nudged_weight_back() -> None:
    session, untouched = Session(Experiment()), Session(Experiment())
    for each in (session, untouched):
        each.advance(40)
    for value in (1.0, 2.0, 3.0):
        session.edit(SetParameter(1, 0, 1, value))
    assert session.run.parameters.weights[0][0, 1] == 3.0
    assert session.snapshot().time.edits == 3
    for _ in range(4):
        session.edit(Undo())
    assert_same(session, untouched)
    assert len(session.snapshot().time.branches) == 1


def test_undo_in_the_past_gives_the_future_back() -> None:
    session = Session(Experiment())
    session.advance(200)
    end = session.metrics().loss
    session.edit(Seek(50))
    session.edit(SetParameter(1, 0, 1, 1.0))
    assert len(labels(session)) == 2
    session.edit(Undo())
    assert labels(session) == [("", True)]
    assert session.run.epoch == 50
    session.edit(Seek(200))
    assert session.metrics().loss == end


def test_loss_surface_and_gradients_follow_a_nudge_at_once() -> None:
    session = Session(Experiment())
    session.advance(500)
    before = session.snapshot()
    session.edit(SetParameter(2, None, 0, 4.0))
    after = session.snapshot()
    assert after.metrics.loss != before.metrics.loss
    check = check_run(session.run)
    np.testing.assert_allclose(after.layers[1].bias_grads, check.numeric.biases[1], rtol=1e-8)
    assert (after.layers[1].bias_grads != before.layers[1].bias_grads).all()


def test_reinitializing_keeps_the_old_run_as_a_branch() -> None:
    session = Session(Experiment())
    session.advance(100)
    loss = session.metrics().loss
    session.edit(Reinitialize(2))
    assert labels(session) == [("seed 1", False), ("seed 2", True)]
    session.edit(SwapBranch())
    assert (session.run.experiment.seed, session.run.epoch, session.metrics().loss) == (1, 100, loss)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (SetParameter(3, 0, 0, 1.0), "3 is not one of the layers 1 to 2"),
        (SetParameter(1, 2, 0, 1.0), "layer 1 has no"),
        (SetParameter(1, 0, 2, 1.0), "layer 1 has no"),
        (SetParameter(1, 0, 0, float("nan")), "not a finite number"),
        (SetOptimizer("no such"), "is not one of sgd"),
    ],
)
def test_an_edit_that_cannot_be_leaves_past_and_future_alone(command: EditCommand, reason: str) -> None:
    session = Session(Experiment())
    session.advance(20)
    session.edit(Seek(5))
    with pytest.raises(Exception, match=reason):
        session.edit(command)
    assert len(session.snapshot().time.branches) == 1
    assert session.snapshot().time.is_past


def n_bytes(session: Session) -> int:
    return sum(frame.state.n_bytes for branch in session.branches.timelines for frame in branch.keyframes)


def test_keyframes_stay_within_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MEMORY", 200_000)
    session = Session(Experiment(dataset="digits", hidden=(16,), batch_size=50, samples=200))
    session.advance(200)
    assert n_bytes(session) <= 200_000
    here = session.metrics().loss
    session.edit(Seek(77))
    session.edit(Seek(200))
    assert session.metrics().loss == here


def sizes_over(epochs: list[int], session: Session, measure: Callable[[Session], int]) -> list[int]:
    sizes = []
    for epoch in epochs:
        session.advance(epoch - session.run.epoch)
        sizes.append(measure(session))
    return sizes


def test_keyframes_of_a_long_run_are_bounded() -> None:
    sizes = sizes_over([10_000, 30_000, 60_000], Session(Experiment()), n_bytes)
    assert max(sizes) <= timeline.MEMORY
    assert len(Session(Experiment()).branch.keyframes) == 1


@pytest.mark.long
def test_a_million_epochs_stay_within_memory_and_can_be_rewound() -> None:
    session = Session(Experiment())
    sizes = sizes_over([100_000, 400_000, 1_000_000], session, n_bytes)
    assert max(sizes) <= timeline.MEMORY
    session.edit(Seek(123_456))
    direct = Session(Experiment())
    direct.advance(123_456)
    np.testing.assert_array_equal(session.run.parameters.vector, direct.run.parameters.vector)
