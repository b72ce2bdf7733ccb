"""What a teacher's program and those of the followers say to each other; how it travels is in `tuinet.classroom.wire`.

Commands and positions travel, not pictures: a follower replays them in a session of its own. Every field is checked as
if a stranger had written it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, get_args, get_type_hints

from tuinet.errors import TuinetError
from tuinet.observe.classroom import CHOICES, MOST_CHOICE, MOST_QUESTION, POINTER_KINDS, ClassQuestion, Pointer
from tuinet.session.commands import Back, Reinitialize, Seek, SessionCommand, Step, StepUnit, SwapBranch, Undo
from tuinet.session.timeline import Position
from tuinet.session.watching import MOST_STEPS
from tuinet.storage.records import checked, from_record, to_record
from tuinet.terminal_text import shown_line, shown_name

VERSION: Final = 1
"""Of the messages: a follower of another one is told so."""
DIGEST_DIGITS: Final = 8
_MOST_SPEED: Final = 1e9
_MOST_COUNT: Final = 10_000
_HEXADECIMAL: Final = frozenset("0123456789abcdef")


MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What Python raises where values are not what they have to be."""


class MessageError(TuinetError):
    """What came through a socket is no message; one line says why."""


@dataclass(frozen=True)
class Hello:
    """A follower: its first message."""

    version: int = VERSION


@dataclass(frozen=True)
class WantState:
    """A follower: asks for the teacher's present state, and says what need not travel again."""

    experiment: str = ""
    """Digest of the Experiment that it knows."""
    data: str = ""
    """Digest of the data that it was sent; empty where it was sent none."""
    stride: int = 1
    """Epochs between two points of the losses that it knows."""
    points: int = 0
    """How many of them it knows."""

    def __post_init__(self) -> None:
        for digest in (self.experiment, self.data):
            _require(not digest or _is_digest(digest), "a digest is eight hexadecimal digits")


@dataclass(frozen=True)
class Reached:
    """A follower: has compared its parameters with the teacher's; or is just there, with nothing compared."""

    serial: int = 0
    """Of the teacher's message that said a digest; 0 for none."""
    digest: str = ""
    """Of the follower's own parameters at that position."""
    is_forked: bool = False
    """Whether the follower has a private copy now."""

    def __post_init__(self) -> None:
        _require(not self.digest or _is_digest(self.digest), "a digest is eight hexadecimal digits")


@dataclass(frozen=True)
class Chosen:
    """A follower: its answer to a question."""

    question: int
    choice: int
    """Counted from 1."""


@dataclass(frozen=True)
class Welcome:
    """The teacher: the first message, and the last one to a follower of another version."""

    name: str
    """Of the class."""
    teacher: str
    version: int = VERSION

    def __post_init__(self) -> None:
        _clean(self, "name", "teacher")


@dataclass(frozen=True)
class Company:
    """The teacher: how many share the processors."""

    followers: int
    forked: int
    processors: int

    def __post_init__(self) -> None:
        most = max(self.followers, self.forked, self.processors)
        _require(most <= _MOST_COUNT and self.processors >= 1, "it counts what cannot be")


@dataclass(frozen=True)
class At:
    """The teacher: has trained up to a moment."""

    step: int
    phase: int = 0
    serial: int = 0
    """By which a follower names what it has compared."""
    digest: str = ""
    """Of the parameters and the samples there, see `digest_of`; empty where nothing is to be compared."""

    def __post_init__(self) -> None:
        _require_moment(self.step, self.phase)
        _require(not self.digest or _is_digest(self.digest), "a digest is eight hexadecimal digits")

    @property
    def position(self) -> Position:
        """The moment."""
        return Position(self.step, self.phase)


@dataclass(frozen=True)
class Going:
    """The teacher: trains or pauses from here on, and how fast."""

    running: bool
    speed: float | None
    """Epochs per second, ``None`` for as fast as can be."""
    run: int = 0
    """Number of the run that was set up, see `Frame.run`."""

    def __post_init__(self) -> None:
        _require(self.speed is None or 0 < self.speed <= _MOST_SPEED, "the speed is none")


@dataclass(frozen=True)
class Did:
    """The teacher: has obeyed a command at a moment."""

    command: Mapping[str, Any]
    """See `command_record`."""
    step: int
    """Where it was obeyed."""
    phase: int
    to_step: int
    """Where the run was then."""
    to_phase: int
    serial: int
    digest: str
    """Of the parameters and the samples then."""

    def __post_init__(self) -> None:
        _require_moment(self.step, self.phase)
        _require_moment(self.to_step, self.to_phase)
        _require(_is_digest(self.digest), "a digest is eight hexadecimal digits")

    @property
    def before(self) -> At:
        """Where it was obeyed."""
        return At(self.step, self.phase)

    @property
    def after(self) -> At:
        """Where the run was then."""
        return At(self.to_step, self.to_phase, self.serial, self.digest)


@dataclass(frozen=True)
class Parted:
    """The teacher: has done what cannot be replayed, such as going on with a file; whoever follows needs the state."""


@dataclass(frozen=True, eq=False)
class State:
    """The teacher: a state; see `tuinet.classroom.states`."""

    header: Mapping[str, Any]
    arrays: bytes


@dataclass(frozen=True)
class Pointed:
    """The teacher: points at something, or no longer."""

    pointer: Pointer | None


@dataclass(frozen=True)
class QuestionShown:
    """The teacher: asks, or reveals the answer, or takes the question back."""

    question: ClassQuestion | None


@dataclass(frozen=True)
class LessonShown:
    """The teacher: is in a lesson, which the follower has, too, or else just sees the run."""

    name: str
    """Empty for no lesson."""
    step: int = 0
    """From 0."""

    def __post_init__(self) -> None:
        _clean(self, "name")


@dataclass(frozen=True)
class Farewell:
    """The teacher: the class ends, or this follower cannot take part in it."""

    words: str = ""

    def __post_init__(self) -> None:
        _clean(self, "words")


FromFollower = Hello | WantState | Reached | Chosen
FromTeacher = Welcome | Company | At | Going | Did | Parted | State | Pointed | QuestionShown | LessonShown | Farewell
Message = FromFollower | FromTeacher
_OF_FOLLOWERS: Final = {kind.__name__: kind for kind in get_args(FromFollower)}
_OF_TEACHERS: Final = {kind.__name__: kind for kind in get_args(FromTeacher)}
_MOVES: Final = {kind.__name__: kind for kind in (Reinitialize, Back, Seek, Undo, SwapBranch, Step)}
"""Commands that are no edits, and can be replayed."""

Replayed = SessionCommand | Step
"""What a follower's session is told to do."""


def command_record(command: Replayed) -> dict[str, Any]:
    """A command in plain values."""
    if type(command).__name__ in _MOVES:
        own = {name: getattr(command, name) for name in get_type_hints(type(command))}
        return {"command": type(command).__name__, **own}
    return to_record(command)  # type: ignore[arg-type]


def read_command_record(record: Mapping[str, Any]) -> Replayed:
    """The inverse of `command_record`; a MessageError where there is no such command."""
    kind = _MOVES.get(str(record.get("command")))
    try:
        if kind is None:
            return from_record(record)
        made = _read_fields(kind, {name: value for name, value in record.items() if name != "command"})
    except MALFORMED as error:
        raise MessageError(f"there is no such command: {' '.join(str(error).split())[:80]}") from error
    if getattr(made, "unit", "epoch") not in get_args(StepUnit):
        raise MessageError("a step is an epoch, a batch or a phase")
    return made  # type: ignore[no-any-return]


def to_plain(message: Message) -> dict[str, Any]:
    """A message as a JSON object; its bytes are not in it."""
    values = {one.name: getattr(message, one.name) for one in fields(message) if one.name != "arrays"}
    if isinstance(message, Pointed | QuestionShown):
        values = {name: None if value is None else vars(value) for name, value in values.items()}
    return {"m": type(message).__name__, **values}


def read_follower(record: Mapping[str, Any], arrays: bytes) -> FromFollower:
    """A follower's message from a JSON object; a MessageError where it is none."""
    return _read(record, arrays, _OF_FOLLOWERS)  # type: ignore[no-any-return]


def read_teacher(record: Mapping[str, Any], arrays: bytes) -> FromTeacher:
    """A teacher's message from a JSON object and the bytes behind it; a MessageError where it is none."""
    return _read(record, arrays, _OF_TEACHERS)  # type: ignore[no-any-return]


def _read(record: Mapping[str, Any], arrays: bytes, kinds: Mapping[str, Any]) -> Any:
    values = dict(record)
    kind = kinds.get(str(values.pop("m", "")))
    if kind is None:
        raise MessageError("there is no such message")
    try:
        if kind is State:
            return State(_an_object(values["header"]), arrays)
        if arrays:
            raise ValueError("there are bytes behind it")
        if kind is Pointed:
            return Pointed(_optional(_pointer, values["pointer"]))
        if kind is QuestionShown:
            return QuestionShown(_optional(_question, values["question"]))
        return _read_fields(kind, values)
    except MALFORMED as error:
        raise MessageError(f"{kind.__name__}: {' '.join(str(error).split())[:80]}") from error


def _read_fields(kind: Any, values: Mapping[str, Any]) -> Any:
    types = get_type_hints(kind)
    if values.keys() != types.keys():
        raise ValueError(f"its fields are not {', '.join(types) or 'none'}")
    own = {Mapping[str, Any]: _an_object}
    return kind(
        **{
            name: own[hint](values[name]) if hint in own else checked(values[name], _plain(hint))
            for name, hint in types.items()
        }
    )


def _plain(hint: Any) -> Any:
    """The type of the values where a hint lists them."""
    return str if hint is StepUnit else hint


def _an_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _optional(read: Any, value: Any) -> Any:
    return None if value is None else read(_an_object(value))


def _pointer(values: Mapping[str, Any]) -> Pointer:
    if values.keys() != {"kind", "layer", "row", "column"} or values["kind"] not in POINTER_KINDS:
        raise ValueError("it points at nothing that is known")
    row, layer, column = checked([values["row"], values["layer"], values["column"]], tuple[int | None, int, int])
    return Pointer(values["kind"], layer, row, column)


def _question(values: Mapping[str, Any]) -> ClassQuestion:
    question: ClassQuestion = ClassQuestion(
        **{name: checked(values[name], hint) for name, hint in get_type_hints(ClassQuestion).items()}
    )
    return usable_question(question)


def usable_question(question: ClassQuestion) -> ClassQuestion:
    """A question with clean texts; a ValueError where it is too long, or its parts do not go together."""
    least, most = CHOICES
    count = len(question.choices)
    _require(bool(question.question.strip()), "the question is missing")
    _require(least <= count <= most, f"a question has {least} to {most} choices, not {count}")
    for text, limit in ((question.question, MOST_QUESTION), (question.because, MOST_QUESTION)):
        _require(len(text) <= limit, f"a question, and its reason, have at most {limit} characters, not {len(text):,}")
    for choice in question.choices:
        _require(0 < len(choice) <= MOST_CHOICE, f"a choice has 1 to {MOST_CHOICE} characters, not {len(choice):,}")
        _require(question.choices.count(choice) == 1, f"the choice {shown_line(choice)!r} is there twice")
    _require(question.answer is None or 1 <= question.answer <= count, "the answer is none of the choices")
    _require(len(question.counts) in (0, count), "the answers are not those of its choices")
    return _cleaned_question(question)


def _cleaned_question(question: ClassQuestion) -> ClassQuestion:
    return ClassQuestion(
        question.number,
        shown_line(question.question),
        tuple(map(shown_line, question.choices)),
        question.answer,
        shown_line(question.because),
        question.is_revealed,
        question.counts,
    )


def _clean(message: Any, *names: str) -> None:
    for name in names:
        object.__setattr__(message, name, shown_name(getattr(message, name)))


def _require(is_right: bool, otherwise: str) -> None:
    if not is_right:
        raise ValueError(otherwise)


def _require_moment(step: int, phase: int) -> None:
    _require(step <= MOST_STEPS and phase <= _MOST_COUNT, "no run gets to that moment")


def _is_digest(text: str) -> bool:
    return len(text) == DIGEST_DIGITS and set(text) <= _HEXADECIMAL
