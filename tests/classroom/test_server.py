"""A class over a real socket: followers see what the teacher does, and nobody harms anybody."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.classroom.classes import Teacher, agree, following, seen, teaching, when
from tests.session.test_checkpoint import EVERYTHING
from tuinet.classroom import attendant
from tuinet.classroom.messages import Hello, Message, WantState
from tuinet.classroom.server import MOST_OF_ONE
from tuinet.classroom.wire import encoded
from tuinet.errors import ClassError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.classroom import Pointer
from tuinet.session.commands import Back, BringBack, Pause, Resume, SetSpeed, SetUp, Step, SwapBranch, Undo
from tuinet.session.edits import Configure, SetParameter


@contextmanager
def stranger(teacher: Teacher, *messages: Message) -> Iterator[socket.socket]:
    """A connection that does as the test says."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(teacher.place.path))
        for message in messages:
            connection.sendall(encoded(message))
        yield connection


def is_dropped(connection: socket.socket) -> bool:
    """Whether everything that was sent has been read to its end."""
    with suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


def test_two_followers_have_the_teachers_parameters_whatever_the_teacher_does(folder: Path) -> None:
    with teaching(folder, EVERYTHING, speed=200.0) as teacher, following(teacher) as one, following(teacher) as other:
        for commands in (
            (Resume(),),
            (Configure.of(learning_rate=0.01), Configure.of(hidden=(5, 2), activation=("relu",))),
            (Step("phase"), Step("phase"), SetParameter(1, 0, 0, 0.5), Configure.of(l2=0.0), Step("batch")),
            (Back("epoch"), Undo(), SwapBranch(), SetSpeed(100.0), Resume()),
            (SetUp(Experiment(dataset="iris"), 4), Resume()),
            (BringBack(), Resume()),
        ):
            step = teacher.do(*commands).snapshot.step
            if isinstance(commands[-1], Resume):
                when(lambda step=step: teacher.runner.latest().snapshot.step > step)  # type: ignore[misc]
            teacher.do(Pause())
            for follower in (one, other):
                agree(teacher, follower)
        when(lambda: teacher.classroom.agreeing == 2)
        assert teacher.server.comparisons[False] == 0
        assert seen(one).followers == seen(other).followers == 2


def test_followers_see_whether_it_trains_how_fast_and_which_run(folder: Path) -> None:
    with teaching(folder, speed=50.0) as teacher, following(teacher) as follower:
        teacher.do(SetUp(Experiment(dataset="and", hidden=()), 7), Resume())
        when(lambda: follower.latest().running and follower.latest().speed == 50.0)
        when(lambda: follower.latest().run == 7 and follower.latest().rate > 0)
        teacher.do(Pause())
        when(lambda: not follower.latest().running)


def test_one_who_comes_in_the_middle_of_a_step_is_there_at_once(folder: Path) -> None:
    with teaching(folder, EVERYTHING) as teacher:
        teacher.do(Step("batch"), Step("phase"), Step("phase"), Step("phase"))
        with following(teacher) as follower:
            agree(teacher, follower)
            assert follower.latest().snapshot.phase == teacher.runner.latest().snapshot.phase


def test_a_question_is_answered_counted_and_revealed(folder: Path) -> None:
    with teaching(folder) as teacher, following(teacher) as one, following(teacher) as other:
        teacher.server.ask("What will the loss do?", ["fall", "rise"], 1, "the rate is small")
        when(lambda: seen(one).question is not None and seen(other).question is not None)
        question = seen(one).question
        assert question is not None
        assert (question.question, question.choices) == ("What will the loss do?", ("fall", "rise"))
        assert (question.answer, question.because, question.counts) == (None, "", ())
        one.answer(2)
        when(lambda: seen(one).choice == 2)
        one.answer(1)
        other.answer(1)
        when(lambda: _counts(teacher) == (1, 0) or _counts(teacher) == (2, 0))
        teacher.server.reveal()
        for follower in (one, other):
            when(lambda follower=follower: (asked := seen(follower).question) is not None and asked.is_revealed)  # type: ignore[misc]
        question = seen(other).question
        assert question is not None
        assert (question.answer, question.because) == (1, "the rate is small")
        one.answer(2)
        when(lambda: one.latest().refusal == "nothing is asked now")
        teacher.server.withdraw()
        when(lambda: seen(one).question is None)


def _counts(teacher: Teacher) -> tuple[int, ...]:
    question = teacher.classroom.question
    return () if question is None else question.counts


def test_what_is_pointed_at_is_seen_by_those_who_come_later_too(folder: Path) -> None:
    with teaching(folder) as teacher:
        teacher.server.point(Pointer("weight", 2, 1, 0))
        teacher.server.show_lesson("xor", 3)
        teacher.server.ask("Which?", ["a", "b"])
        with following(teacher) as follower:
            when(lambda: seen(follower).pointer == Pointer("weight", 2, 1, 0))
            when(lambda: seen(follower).lesson == ("xor", 3) and seen(follower).question is not None)
            teacher.server.point(None)
            teacher.server.show_lesson("")
            when(lambda: seen(follower).pointer is None and seen(follower).lesson is None)
        when(lambda: teacher.runner.latest().classroom == teacher.classroom)


@pytest.mark.parametrize(
    "pointer",
    [
        Pointer("weight", 3, 0, 0),
        Pointer("weight", 1, 2, 0),
        Pointer("neuron", 1, None, 2),
        Pointer("sample", row=4),
        Pointer("sample"),
    ],
)
def test_what_the_network_does_not_have_cannot_be_pointed_at(folder: Path, pointer: Pointer) -> None:
    with teaching(folder) as teacher:
        with pytest.raises(ClassError, match="nothing in this network"):
            teacher.server.point(pointer)
        with pytest.raises(ClassError, match="2 to 4 choices"):
            teacher.server.ask("Which?", ["only one"])


def test_a_question_that_is_refused_has_no_number(folder: Path) -> None:
    with teaching(folder) as teacher:
        for question, choices in (("", []), ("Which?", ["same", "same"])):
            with pytest.raises(ClassError):
                teacher.server.ask(question, choices)
        for number in (1, 2):
            teacher.server.ask("Which?", ["one", "other"])
            assert teacher.classroom.question is not None and teacher.classroom.question.number == number


def _framed(text: bytes) -> bytes:
    return struct.pack(">I", len(text) + 1) + b"j" + text


GARBAGE = {
    "noise": os.urandom(5_000),
    "another protocol": b"GET / HTTP/1.1\r\n\r\n",
    "a giant": struct.pack(">I", 2**31) + b"j{}",
    "no hello": encoded(WantState()),
    "two hellos": encoded(Hello()) * 2,
    "a teacher's message": encoded(Hello()) + _framed(b'{"m":"Parted"}'),
    "a flood": encoded(Hello()) + encoded(WantState()) * 500,
    "a wrong choice": encoded(Hello()) + _framed(json.dumps({"m": "Chosen", "question": 1, "choice": 9}).encode()),
    "another version": _framed(b'{"m":"Hello","version":99}'),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_whoever_sends_something_else_is_dropped_and_nobody_else_is(folder: Path, name: str) -> None:
    with teaching(folder) as teacher, following(teacher) as follower:
        teacher.server.ask("Which?", ["a", "b"])
        with stranger(teacher) as connection:
            with suppress(ConnectionError):
                connection.sendall(GARBAGE[name])
            assert is_dropped(connection)
        teacher.do(Step(), Step())
        agree(teacher, follower)
        when(lambda: teacher.classroom.followers == 1)


def test_one_who_does_not_read_is_dropped_and_nobody_waits_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "STALLED_SECONDS", 0.2)
    with (
        teaching(folder, Experiment(hidden=(200, 100))) as teacher,
        following(teacher) as follower,
        stranger(teacher, Hello(), WantState()) as connection,
    ):
        when(lambda: teacher.classroom.followers == 2)
        teacher.do(Step())
        agree(teacher, follower)
        when(lambda: teacher.classroom.followers == 1)
        assert is_dropped(connection)


def test_one_who_says_nothing_is_dropped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendant, "HELLO_SECONDS", 0.2)
    with teaching(folder) as teacher, stranger(teacher) as connection:
        assert is_dropped(connection)


def test_half_a_message_waits_for_its_other_half(folder: Path) -> None:
    with teaching(folder) as teacher, stranger(teacher) as connection:
        hello = encoded(Hello())
        connection.sendall(hello[:7])
        with stranger(teacher, Hello()):
            when(lambda: teacher.classroom.followers == 1)
        connection.sendall(hello[7:])
        assert connection.recv(4)


def test_one_person_cannot_take_all_places(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendant, "_person", lambda connection: (1234, 0))
    with teaching(folder) as teacher:
        opened = [stranger(teacher, Hello()) for _ in range(MOST_OF_ONE)]
        for one in opened:
            one.__enter__()
        when(lambda: teacher.classroom.followers == MOST_OF_ONE)
        with stranger(teacher) as one_more:
            assert is_dropped(one_more)
        for one in opened:
            one.__exit__(None, None, None)


def test_a_class_that_is_closed_leaves_nothing_and_can_be_opened_again(folder: Path) -> None:
    with teaching(folder) as teacher, following(teacher) as follower:
        teacher.server.close()
        teacher.server.close()
        assert not teacher.place.path.exists()
        assert teacher.runner.latest().classroom is None or teacher.runner.witness is None
        when(lambda: seen(follower).attendance == "waiting")
        assert "has closed the class" in follower.latest().warning


def test_a_network_that_is_too_large_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.classroom.server.MOST_STATE", 100)
    with teaching(folder) as teacher, stranger(teacher, Hello(), WantState()) as connection:
        data = b""
        while b"too large" not in data:
            data += connection.recv(65536)
