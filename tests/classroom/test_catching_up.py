"""Whatever a teacher does, a follower who hears of it has the same parameters, to the bit, at the same moment."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.classroom.classes import Lecture, are_same
from tests.session.test_checkpoint import EVERYTHING, EXPERIMENTS
from tuinet.classroom.catching_up import LATE_SECONDS
from tuinet.classroom.messages import At, Did, command_record
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import (
    Back,
    BringBack,
    Command,
    Follow,
    Reinitialize,
    Seek,
    SetUp,
    Step,
    SwapBranch,
    Undo,
)
from tuinet.session.edits import (
    FIELDS,
    AddPoint,
    ClearPoints,
    Configure,
    RemovePoint,
    SetOptimizer,
    SetParameter,
)

_COMMANDS = st.one_of(
    st.sampled_from([Step("phase"), Step("batch"), Step("epoch"), Back("phase"), Back("batch"), Back("epoch")]),
    st.sampled_from([Undo(), SwapBranch(), Reinitialize(), Reinitialize(5), BringBack(), ClearPoints()]),
    st.builds(Seek, st.integers(0, 30)),
    st.builds(SetUp, st.sampled_from(EXPERIMENTS), st.integers(1, 9)),
    st.builds(SetParameter, st.just(1), st.none(), st.just(0), st.floats(-2, 2)),
    st.builds(SetOptimizer, st.sampled_from(["sgd", "adam"]), st.sampled_from([None, 0.1])),
    st.builds(AddPoint, st.tuples(st.floats(-1, 1), st.floats(-1, 1)), st.sampled_from([0.0, 1.0])),
    st.builds(RemovePoint, st.integers(0, 3)),
    st.sampled_from(
        [
            Configure.of(learning_rate=0.3),
            Configure.of(batch_size=3),
            Configure.of(hidden=(3, 2), activation=("tanh", "relu")),
            Configure.of(dataset="circle"),
            Configure.of(dropout=0.2),
        ]
    ),
)
_TRAINING = st.integers(1, 40)


@settings(max_examples=25)
@given(st.sampled_from(EXPERIMENTS), st.lists(st.tuples(_COMMANDS | _TRAINING, st.booleans()), max_size=25))
def test_a_follower_has_the_teachers_bits_whatever_the_teacher_does(
    experiment: Experiment, done: list[tuple[Command | int, bool]]
) -> None:
    lecture = Lecture(experiment)
    lecture.taught.advance_steps(3)
    for what, is_heard in done:
        if isinstance(what, int):
            lecture.running = True
            lecture.taught.advance_steps(what)
        else:
            try:
                lecture.do(what)
            except TuinetError:
                continue  # the teacher's runner refuses it, and says nothing
        lecture.attend()
        if is_heard:
            lecture.replayed()
    lecture.running = False
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)


def joined(experiment: Experiment | None = None) -> Lecture:
    lecture = Lecture(experiment or Experiment())
    lecture.taught.advance_steps(10)
    lecture.replayed()
    assert lecture.states == 1
    return lecture


def test_at_a_pace_that_it_can_keep_everything_is_replayed() -> None:
    lecture = joined(EVERYTHING)
    lecture.running = True
    for _ in range(5):
        lecture.taught.advance_steps(11)
        lecture.do(Configure.of(learning_rate=0.1))
        lecture.do(Configure.of(hidden=(5,), activation=("relu",)))
        lecture.attend()
        lecture.replayed()
    assert are_same(lecture.taught, lecture.own)
    assert lecture.states == 1


def test_going_back_on_what_it_has_seen_needs_no_state() -> None:
    lecture = joined()
    lecture.taught.advance_steps(20)
    lecture.do(Configure.of(learning_rate=0.1))
    lecture.taught.advance_steps(5)
    lecture.do(Back("epoch"))
    lecture.do(Undo())
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)
    assert lecture.states == 1


def test_going_back_beyond_what_it_has_seen_takes_one_state() -> None:
    lecture = joined()
    lecture.do(Seek(2))
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)
    assert lecture.states == 2


@pytest.mark.parametrize(
    "command", [SetUp(EVERYTHING, 1), BringBack(), Configure.of(weights="there-is-none.json", seed=3)]
)
def test_what_cannot_be_replayed_takes_one_state(command: Command) -> None:
    lecture = joined()
    before = lecture.taught.now
    if isinstance(command, Configure):
        # As if the teacher's file had been read.
        lecture.taught.edit(Configure.of(seed=3))
        lecture.teaching.note(lecture.taught, command, before, is_complete=True)
    else:
        lecture.do(command)
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)
    assert lecture.states == 2


def test_a_teacher_who_was_stopped_on_the_way_is_found_where_that_is() -> None:
    lecture = joined()
    lecture.taught.advance_steps(50)
    lecture.teaching.note(lecture.taught, Seek(100), lecture.own.now, is_complete=False)
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)


def test_parameters_that_differ_take_one_state_and_are_reported() -> None:
    lecture = joined()
    lecture.own.run.parameters.vector[0] += 1e-9
    lecture.taught.advance_steps(2)
    lecture.do(Step())
    did = lecture.said[-1]
    assert isinstance(did, Did)
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)
    assert lecture.states == 2
    (found,) = [digest for serial, digest in lecture.reported if serial == did.serial]
    assert found != did.digest


def test_one_who_is_late_goes_to_the_present_and_makes_a_step_for_its_gradients() -> None:
    lecture = joined(EVERYTHING)
    lecture.running = True
    lecture.attend()
    lecture.replayed()
    lecture.taught.advance_steps(500)
    lecture.attend()
    lecture.replay.take(At(*lecture.taught.now), lecture.clock)
    lecture.clock += LATE_SECONDS + 1
    lecture.replay.go_on(lecture.clock, may_train=True)
    assert len(lecture.asked) == 1
    lecture.teaching.wants_copy = True
    present = lecture.taught.now
    lecture.attend()
    lecture._hear()
    assert lecture.own.now == present
    assert not lecture.own.run.optimizer.grads.vector.any()
    lecture.taught.advance_steps(9)
    lecture.attend()
    lecture._hear()
    lecture.replay.go_on(lecture.clock, may_train=True)
    assert lecture.own.now.step == present.step + 1
    assert lecture.own.run.optimizer.grads.vector.any()
    lecture.running = False
    lecture.replay.begin_going(is_running=False)
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)


def test_where_the_processor_is_wanted_elsewhere_nothing_is_trained() -> None:
    lecture = joined()
    lecture.taught.advance_steps(5)
    lecture.attend()
    lecture._hear()
    before = lecture.own.now
    lecture.replay.go_on(lecture.clock, may_train=False)
    assert lecture.own.now == before


def test_a_teacher_who_floods_is_asked_for_the_state() -> None:
    lecture = joined()
    record = command_record(Configure.of(learning_rate=0.1))
    step = lecture.own.now.step + 1_000
    for number in range(3_000):
        lecture.replay.take(Did(record, step, 0, step, 0, number, "00000000"), lecture.clock)
    lecture.replay.go_on(lecture.clock, may_train=True)
    assert lecture.asked
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)


def test_a_trajectory_is_followed_where_it_has_led() -> None:
    lecture = joined()
    other = joined()
    other.taught.advance_steps(7)
    lecture.do(Follow(other.taught.trajectory()))
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)


@pytest.mark.parametrize("is_paced", [True, False])
def test_one_who_was_late_for_a_while_tries_to_replay_again_where_there_is_a_pace(is_paced: bool) -> None:
    lecture = joined()
    lecture.running = True
    lecture.attend()
    lecture._hear()
    lecture.replay.begin_going(is_running=True, is_paced=is_paced)
    for seconds in (0.0, LATE_SECONDS + 1, 20.0):
        lecture.clock += seconds
        lecture.replay.go_on(lecture.clock, may_train=True)
        lecture.replay.take(At(lecture.own.now.step + 100_000), lecture.clock)
    lecture.asked.clear()
    # What is waited for has come just now.
    lecture.replay._events.clear()
    lecture.replay.take(At(lecture.own.now.step + 1), lecture.clock)
    before = lecture.own.now
    lecture.replay._is_light = False
    lecture.replay.go_on(lecture.clock, may_train=True)
    assert (lecture.own.now > before) == is_paced


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=5) | st.just("a/b.csv"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
_RECORDS = st.fixed_dictionaries(
    {"command": st.just("Configure"), "changes": st.lists(st.tuples(st.sampled_from(sorted(FIELDS)), _VALUES))}
) | st.dictionaries(
    st.sampled_from(["command", "layer", "row", "column", "value", "features", "target", "seed", "unit", "epoch"]),
    st.sampled_from(["SetParameter", "AddPoint", "Seek", "Reinitialize", "Step", "Undo"]) | _VALUES,
)


@settings(max_examples=40)
@given(_RECORDS)
def test_a_command_that_a_stranger_makes_up_is_done_or_the_state_is_asked_for(record: dict[str, Any]) -> None:
    lecture = joined()
    step = lecture.own.now.step
    lecture.replay.take(Did(record, step, 0, step, 0, 9, "00000000"), lecture.clock)
    lecture.replay.go_on(lecture.clock, may_train=True)
    lecture.replayed()
    assert are_same(lecture.taught, lecture.own)
