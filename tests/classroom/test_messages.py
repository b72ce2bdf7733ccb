"""Messages travel as they are, and what is none is refused before it does anything."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mutations import mutated
from tuinet.classroom.messages import (
    At,
    Chosen,
    Company,
    Did,
    Farewell,
    Going,
    Hello,
    LessonShown,
    Message,
    MessageError,
    Parted,
    Pointed,
    QuestionShown,
    Reached,
    Replayed,
    State,
    WantState,
    Welcome,
    command_record,
    read_command_record,
    read_follower,
    read_teacher,
    usable_question,
)
from tuinet.classroom.wire import (
    MOST_OF_FOLLOWER,
    MOST_OF_TEACHER,
    MOST_STATE,
    Decoder,
    encoded,
)
from tuinet.observe.classroom import ClassQuestion, Pointer
from tuinet.session.commands import Back, Reinitialize, Seek, Step, SwapBranch, Undo
from tuinet.session.edits import (
    AddPoint,
    ClearPoints,
    Configure,
    RemovePoint,
    SetOptimizer,
    SetParameter,
    SetParameters,
)

COMMANDS = (
    *(Step("phase"), Back("batch"), Seek(7), Undo(), SwapBranch(), Reinitialize(), Reinitialize(3)),
    *(Configure.of(learning_rate=0.1, hidden=(3, 2)), Configure.of(samples=None), SetOptimizer("adam")),
    *(SetParameter(1, None, 0, -0.0), SetParameters((1.0, 2.5)), AddPoint((0.1, 0.2), 1.0), RemovePoint(3)),
    ClearPoints(),
)
QUESTION = ClassQuestion(3, "Which?", ("one", "both"), 2, "so", is_revealed=True, counts=(1, 4))
FROM_TEACHER: tuple[Message, ...] = (
    *(
        Welcome("class", "ada"),
        Company(30, 2, 8),
        At(5),
        At(2**53 - 1, 3, 9, "0123abcd"),
        Going(running=True, speed=None),
    ),
    *(Going(running=False, speed=0.5, run=3), Parted(), State({"a": [1, None]}, b"\n\x00z"), Pointed(None)),
    *(
        Pointed(Pointer("weight", 2, None, 1)),
        QuestionShown(None),
        QuestionShown(QUESTION),
        LessonShown("xor", 2),
        Farewell("late"),
    ),
    *(Did(command_record(command), 1, 2, 3, 4, 5, "ffffffff") for command in COMMANDS),
)
FROM_FOLLOWER: tuple[Message, ...] = (
    Hello(),
    WantState("0123abcd", "", 4, 128),
    Reached(4, "0123abcd"),
    Reached(),
    Chosen(2, 1),
)


def of_teacher() -> Decoder[Any]:
    return Decoder(read_teacher, MOST_STATE, MOST_OF_TEACHER)


def of_follower() -> Decoder[Any]:
    return Decoder(read_follower, MOST_OF_FOLLOWER)


def framed(text: bytes, letter: bytes = b"j") -> bytes:
    return struct.pack(">I", len(text) + 1) + letter + text


def same(one: Message, other: Message) -> bool:
    if isinstance(one, State) and isinstance(other, State):
        return one.header == other.header and one.arrays == other.arrays
    if isinstance(one, Did) and isinstance(other, Did):
        return read_command_record(one.command) == read_command_record(other.command) and one.after == other.after
    return one == other


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_they_arrive_as_they_were_sent_however_the_bytes_come(size: int) -> None:
    kinds: tuple[tuple[Decoder[Any], tuple[Message, ...]], ...] = (
        (of_teacher(), FROM_TEACHER),
        (of_follower(), FROM_FOLLOWER),
    )
    for decoder, messages in kinds:
        data = b"".join(map(encoded, messages))
        pieces = [data[begin : begin + size] for begin in range(0, len(data), size)]
        arrived = [message for piece in pieces for message in decoder.messages(piece)]
        assert len(arrived) == len(messages)
        assert all(map(same, arrived, messages))


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_is_the_same_on_the_other_side(command: Replayed) -> None:
    assert read_command_record(json.loads(json.dumps(command_record(command)))) == command


@pytest.mark.parametrize(
    "record",
    [
        {"command": "Step", "unit": "year"},
        {"command": "Back"},
        {"command": "Seek", "epoch": -1},
        {"command": "Seek", "epoch": 1.5},
        {"command": "Undo", "more": 1},
        {"command": "Save", "path": "/etc/passwd"},
        {"command": "HandOver"},
        {"command": "SetUp"},
        {"command": None},
        {},
    ],
)
def test_a_command_that_is_none_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        read_command_record(record)


@pytest.mark.parametrize(
    "record",
    [
        {"m": "At", "step": 1, "phase": 0, "serial": 0},
        {"m": "At", "step": -1, "phase": 0, "serial": 0, "digest": ""},
        {"m": "At", "step": 2**53, "phase": 0, "serial": 0, "digest": ""},
        {"m": "At", "step": 1, "phase": 0, "serial": 0, "digest": "ABCDEFGH"},
        {"m": "At", "step": True, "phase": 0, "serial": 0, "digest": ""},
        {"m": "Going", "running": 1, "speed": None, "run": 0},
        {"m": "Going", "running": True, "speed": -1.0, "run": 0},
        {"m": "Company", "followers": 10**9, "forked": 0, "processors": 2},
        {"m": "Company", "followers": 1, "forked": 0, "processors": 0},
        {"m": "Pointed", "pointer": {"kind": "file", "layer": 0, "row": 0, "column": 0}},
        {"m": "Pointed", "pointer": {"kind": "weight", "layer": -1, "row": 0, "column": 0}},
        {"m": "QuestionShown", "question": {"number": 1}},
        {"m": "Hello", "version": 1},
        {"m": "Nothing"},
        {},
        [],
        "At",
    ],
)
def test_a_teachers_message_that_is_none_is_refused(record: object) -> None:
    with pytest.raises(MessageError):
        list(of_teacher().messages(framed(json.dumps(record).encode())))


@pytest.mark.parametrize(
    "record",
    [
        {"m": "WantState", "experiment": "x", "data": "", "stride": 1, "points": 0},
        {"m": "Reached", "serial": 1, "digest": "0123456", "is_forked": False},
        {"m": "Chosen", "question": 1, "choice": "1"},
        {"m": "At", "step": 1, "phase": 0, "serial": 0, "digest": ""},
    ],
)
def test_a_followers_message_that_is_none_is_refused(record: object) -> None:
    with pytest.raises(MessageError):
        list(of_follower().messages(framed(json.dumps(record).encode())))


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">I", MOST_OF_FOLLOWER + 1),
        struct.pack(">I", 0),
        framed(b'{"m":"Hello","version":1}', b"x"),
        framed(b"\xff\xfe"),
        framed(b"[" * 3_000),
        framed(zlib.compress(b"0" * 10**6), b"z"),
        framed(zlib.compress(b"{}")[:-2], b"z"),
        framed(b'{"m":"Reached","serial":NaN,"digest":"","is_forked":false}'),
        framed(b'{"m":"Hello","version":1}\nmore'),
    ],
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    with pytest.raises(MessageError):
        list(of_follower().messages(data))


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.sampled_from((*FROM_TEACHER, *FROM_FOLLOWER)))
def test_damaged_messages_are_refused_or_they_are_some(number: int, message: Message) -> None:
    for decoder in (of_teacher(), of_follower()):
        try:
            list(decoder.messages(mutated(encoded(message), number)))
        except MessageError as error:
            assert "\n" not in str(error)


def test_what_is_shown_of_them_is_clean() -> None:
    (welcome,) = of_teacher().messages(encoded(Welcome("a\x1b]52;c;x\x07", "b\u202e" * 500)))
    assert "\x1b" not in welcome.name
    assert "\u202e" not in welcome.teacher
    assert len(welcome.teacher) <= 240
    asked = ClassQuestion(1, "why\x1b[2J?", ("\x07yes", "no"))
    assert usable_question(asked).question == "why\\x1b[2J?"
    assert usable_question(asked).choices == ("\\x07yes", "no")


@pytest.mark.parametrize(
    "question",
    [
        ClassQuestion(1, "", ("a", "b")),
        ClassQuestion(1, "x" * 301, ("a", "b")),
        ClassQuestion(1, "x", ("a",)),
        ClassQuestion(1, "x", ("a", "b", "c", "d", "e")),
        ClassQuestion(1, "x", ("a", "")),
        ClassQuestion(1, "x", ("a", "b" * 61)),
        ClassQuestion(1, "x", ("a", "b"), answer=3),
        ClassQuestion(1, "x", ("a", "b"), counts=(1,)),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(question: ClassQuestion) -> None:
    with pytest.raises(ValueError, match=r"question|choice|answer"):
        usable_question(question)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ClassQuestion(1, "", ()), "the question is missing"),
        (ClassQuestion(1, " ", ("a", "b")), "the question is missing"),
        (ClassQuestion(1, "x", ("a", "b", "a")), "the choice 'a' is there twice"),
    ],
)
def test_a_refusal_names_what_is_wrong(question: ClassQuestion, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        usable_question(question)
