"""A state as a message leads a session to the same bits; nothing in it can lead anywhere else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.classroom.classes import are_same, through_wire
from tests.mutations import mutated
from tests.session.test_checkpoint import EVERYTHING, EXPERIMENTS
from tuinet.classroom.messages import Going, MessageError, State, WantState, read_teacher, to_plain
from tuinet.classroom.states import Arrival, Copy, ForgottenError, go_there, known_by, state_message
from tuinet.classroom.wire import MOST_OF_TEACHER, MOST_STATE, Decoder, encoded
from tuinet.data import arrays
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.session import Session
from tuinet.session.timeline import digest_of

PAUSED, TRAINING = Going(running=False, speed=None), Going(running=True, speed=None)


def sent(session: Session, known: WantState, going: Going = PAUSED) -> State:
    message = through_wire(state_message(Copy.of(session.run, 7, going), known))
    assert isinstance(message, State)
    return message


def follower() -> Session:
    session = Session(Experiment())
    session.run.datasets.reads_files = False
    return session


def moved(own: Session, taught: Session, going: Going = PAUSED, known: WantState | None = None) -> Arrival:
    return go_there(own, sent(taught, known or WantState(), going))


@pytest.mark.parametrize("experiment", EXPERIMENTS)
@pytest.mark.parametrize("phases", [0, 1, 4])
def test_a_session_goes_on_from_it_with_the_same_bits(experiment: Experiment, phases: int) -> None:
    taught, own = Session(experiment), follower()
    taught.advance_steps(33)
    for number in range(phases):
        taught.step("phase")
        if number == 1:
            taught.edit(SetParameter(1, 0, 0, 0.25))
            taught.edit(Configure.of(l2=0.125))
    arrival = moved(own, taught)
    assert are_same(own, taught)
    assert arrival.digest == digest_of(taught.run.parameters.vector, taught.run.dataset.digest)
    assert own.snapshot().history.losses.tobytes() == taught.snapshot().history.losses.tobytes()
    for session in (own, taught):
        session.advance(3)
        session.step("phase")
    assert are_same(own, taught)
    own.step()
    own.edit(Configure.of(learning_rate=0.5))


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_while_the_teacher_trains_gradients_come_with_the_next_step(experiment: Experiment) -> None:
    taught, own = Session(experiment), follower()
    taught.advance_steps(33)
    assert moved(own, taught, TRAINING).is_light
    assert own.run.grads_are_stale
    for session in (own, taught):
        session.advance_steps(1)
    assert are_same(own, taught)
    assert np.array_equal(own.run.optimizer.grads.vector, taught.run.optimizer.grads.vector)
    assert not own.run.grads_are_stale


def test_what_is_known_does_not_travel_again() -> None:
    taught, own = Session(EVERYTHING), follower()
    taught.advance(300)
    first = len(encoded(sent(taught, known_by(own, ""))))
    moved(own, taught)
    for session in (own, taught):
        session.advance(50)
    known = known_by(own, "")
    message = sent(taught, known, TRAINING)
    assert len(encoded(message)) < first / 2
    assert message.header["table"]["experiment"] is None
    go_there(own, message)
    assert own.snapshot().history.losses.tobytes() == taught.snapshot().history.losses.tobytes()


def test_a_jump_of_a_small_network_is_a_few_hundred_bytes() -> None:
    taught, own = Session(Experiment()), follower()
    taught.advance(20_000)
    moved(own, taught)
    taught.advance(1_000)
    assert len(encoded(sent(taught, known_by(own, ""), TRAINING))) < 900


def test_losses_of_another_past_are_asked_for_in_full() -> None:
    taught, own = Session(Experiment()), follower()
    taught.advance(60)
    own.edit(Configure.of(learning_rate=0.01))
    own.advance(60)
    with pytest.raises(ForgottenError):
        moved(own, taught, known=replace(known_by(own, ""), experiment=""))
    moved(own, taught)
    assert are_same(own, taught)


def own_data(tmp_path: Path) -> Experiment:
    path = tmp_path / "flowers.csv"
    rows = [f"{number / 7},{number * number % 11},{'yes' if number % 3 else 'no'}" for number in range(40)]
    path.write_text("\n".join(["a,b,c", *rows]), encoding="utf-8")
    return Experiment(dataset=str(path), hidden=(3,))


def test_data_of_the_teachers_file_travel_once_and_the_file_is_never_opened(tmp_path: Path) -> None:
    experiment = own_data(tmp_path)
    taught, own = Session(experiment), follower()
    taught.advance(3)
    message = sent(taught, WantState())
    Path(experiment.dataset).unlink()
    arrival = go_there(own, message)
    assert are_same(own, taught)
    assert own.run.dataset.class_names == taught.run.dataset.class_names == ("no", "yes")
    again = sent(taught, WantState(data=arrival.data))
    assert again.header["data"]["samples"] is None
    assert len(again.arrays) < len(message.arrays)
    go_there(own, again)
    with pytest.raises(ForgottenError, match="not known"):
        go_there(follower(), again)
    with pytest.raises(TuinetError, match="no file is read here"):
        own.edit(Configure.of(test_share=0.5))


def test_data_that_were_given_in_python_travel_too() -> None:
    data = arrays.dataset(np.arange(20.0).reshape(10, 2), np.arange(10) % 2, name="mine")
    taught, own = Session(Experiment(), data), follower()
    taught.advance(5)
    moved(own, taught)
    assert are_same(own, taught)


def test_a_file_that_a_stranger_names_is_not_opened(tmp_path: Path) -> None:
    experiment = own_data(tmp_path)
    taught, own = Session(experiment), follower()
    message = sent(taught, WantState())
    lying = State({**message.header, "data": None}, message.arrays)
    with pytest.raises(TuinetError, match=r"no file is read here|arrays"):
        go_there(own, lying)
    weights = replace(Experiment(), weights=str(tmp_path / "none.npz"))
    taught = Session(Experiment())
    taught.run.experiment = weights
    assert sent(taught, WantState()).header["table"]["experiment"]["weights"] == ""


def test_data_that_are_too_large_are_refused_in_words() -> None:
    data = arrays.dataset(np.zeros((70_000, 16)), np.arange(70_000) % 2, name="huge")
    taught = Session(Experiment(), data, records=False)
    with pytest.raises(MessageError, match="the data of huge are too large to be shown to a class"):
        state_message(Copy.of(taught.run, 1, PAUSED), WantState())


def test_parameters_that_are_not_what_it_says_are_refused() -> None:
    taught, own = Session(Experiment()), follower()
    message = sent(taught, WantState())
    other = State({**message.header, "digest": "00000000"}, message.arrays)
    with pytest.raises(MessageError, match="others than it says"):
        go_there(own, other)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_damaged_state_is_refused_or_it_is_one(number: int) -> None:
    taught = Session(EVERYTHING)
    taught.advance_steps(5)
    taught.step("phase")
    message = state_message(Copy.of(taught.run, 7, PAUSED), WantState())
    data = b"j" + mutated(encoded_plainly(message), number)
    own = follower()
    try:
        for found in Decoder(read_teacher, MOST_STATE, MOST_OF_TEACHER).messages(len(data).to_bytes(4, "big") + data):
            if isinstance(found, State):
                go_there(own, found)
    except TuinetError as error:
        assert "\n" not in str(error)


def encoded_plainly(message: State) -> bytes:
    """Not compressed, so that what is damaged is what it says."""
    return json.dumps(to_plain(message)).encode() + b"\n" + message.arrays
