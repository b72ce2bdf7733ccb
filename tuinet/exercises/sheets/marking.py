"""Marking: the files of answers that are handed in, and points for them, some for what follows from a mistake, too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tuinet.data.archive import open_data
from tuinet.data.place import Place, listed_few, shown
from tuinet.data.records import Beginning, Record, read_lines, read_records
from tuinet.errors import DataError
from tuinet.exercises.checking import Verdict, check
from tuinet.exercises.kinds import CONSEQUENTIAL, RIGHT, ROUNDING
from tuinet.exercises.sheets.pages import CONSEQUENTIAL_POINTS, POINTS
from tuinet.exercises.sheets.worksheet import Assignment, Sheet, WorksheetError, assignment_of
from tuinet.files import ANSWERS

COLUMNS: Final = ("student", "question", "answer")
_MOST_FAULTS: Final = 20
_COMMA: Final = "put an answer with a comma into quotes, or part the fields with semicolons"

_NAMED_IN_QUOTES: Final = re.compile(r"""\s*["'](\s*#[^"']*worksheet [^"']*)["'][\s;,|]*""")

Answers = Mapping[int, Mapping[str, str]]
"""By student and question, as they were written."""


@dataclass(frozen=True)
class Handed:
    """A table of answers, and the sheets that they belong to."""

    assignment: Assignment
    sheets: tuple[Sheet, ...]
    answers: Answers


class FaultyAnswersError(DataError):
    """A file of answers is faulty; the message has a line for each fault."""


@dataclass
class _Reader:
    """Reads the rows of a table, and remembers what is wrong with them."""

    path: str
    places: Sequence[int]
    """Of the columns."""
    sheets: tuple[Sheet, ...]
    answers: dict[int, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """The first ones."""
    more: int = 0
    """How many others there are."""

    def __post_init__(self) -> None:
        self._questions = [tuple(name for name, *_ in sheet.questions()) for sheet in self.sheets]

    def read(self, records: Iterator[Record], width: int) -> None:
        """Take all rows in."""
        for line, fields in records:
            if not any(text.strip() for text in fields):
                continue
            fault = self._fault(fields, width)
            if fault and len(self.faults) < _MOST_FAULTS:
                self.faults.append(str(Place(self.path, line).error(fault)))
            else:
                self.more += bool(fault)

    def _fault(self, fields: Sequence[str], width: int) -> str:
        """Take a row in, or say what is wrong with it."""
        if len(fields) != width:
            return f"{len(fields)} fields, where the header has {width}; {_COMMA}"
        student, question, answer = (fields[place].strip() for place in self.places)
        if not student.isascii() or not student.isdecimal() or not 1 <= int(student[:9]) <= len(self.sheets):
            return f"student {shown(student)} is no number from 1 to {len(self.sheets)}"
        number, name = int(student[:9]), question.lower()
        known = self._questions[number - 1]
        if name not in known:
            return f"question {shown(question)} is not on sheet {number}, which has {listed_few(known, len(known))}"
        own = self.answers.setdefault(number, {})
        if name in own:
            return f"student {number} has answered question {name} already; leave one answer"
        own[name] = answer
        return ""


def read_answers(path: str, sheets: str = "") -> Handed:
    """The answers of a file.

    Parameters
    ----------
    sheets
        The line that the sheets name; empty where the file begins with it, as a comment.

    Raises
    ------
    DataError
        If the file cannot be read, is no such table, or does not belong to the sheets.
    """
    beginning = Beginning()
    with open_data(path, ANSWERS) as file:
        lines = map(_unquoted, read_lines(file, path, lambda note: None))
        records = read_records(lines, path, beginning)
        header = next(records, None)
        if header is None:
            raise Place(path).error(
                f"there are no answers; a header {','.join(COLUMNS)} and a line for each are needed"
            )
        line, names = header
        places = _places(names, Place(path, line))
        assignment = _assignment(path, sheets, beginning)
        reader = _Reader(path, places, tuple(assignment.sheets()))
        reader.read(records, len(names))
    if reader.faults:
        more = [f"{reader.more:,} more lines are faulty"] if reader.more else []
        raise FaultyAnswersError("\n".join([*reader.faults, *more]))
    return Handed(assignment, reader.sheets, reader.answers)


def _unquoted(line: str) -> str:
    """The line that names the sheets without the quotes that programs put around a text; any other as it is."""
    found = _NAMED_IN_QUOTES.fullmatch(line)
    return line if found is None else found[1]


def _places(names: Sequence[str], place: Place) -> list[int]:
    known = [name.strip().lower() for name in names]
    missing = [column for column in COLUMNS if column not in known]
    if missing:
        raise place.error(f"there is no column {' and no '.join(missing)}; the header is {','.join(COLUMNS)}")
    return [known.index(column) for column in COLUMNS]


def _assignment(path: str, sheets: str, beginning: Beginning) -> Assignment:
    try:
        if sheets:
            return assignment_of(sheets)
        lines = [comment.strip(" \t;,|\"'") for comment in beginning.comments]
        named = next((line for line in lines if "worksheet" in line), None)
        if named is None:
            raise WorksheetError("the file does not name its sheets; give --sheets with the line below their title")
        return assignment_of(named)
    except WorksheetError as error:
        raise DataError(f"--sheets: {error}" if sheets else f"{Place(path)}: {error}") from None


def template(assignment: Assignment) -> Iterator[str]:
    """The lines of a file of answers without the answers."""
    yield f"# {assignment.command}"
    yield ",".join(COLUMNS)
    for sheet in assignment.sheets():
        for name, *_ in sheet.questions():
            yield f"{sheet.student},{name},"


MISSING = Verdict("missing", None, "No answer.")
_POINTS: Mapping[str, int] = {RIGHT: POINTS, CONSEQUENTIAL: CONSEQUENTIAL_POINTS, ROUNDING: CONSEQUENTIAL_POINTS}


@dataclass(frozen=True)
class AnswerMark:
    """What an answer is worth."""

    student: int
    question: str
    answer: str
    """As it was written."""
    right: str
    verdict: Verdict

    @property
    def points(self) -> int:
        """See `tuinet.exercises.sheets.pages.RULES`."""
        return _POINTS.get(self.verdict.kind, 0)


def marks_of(sheet: Sheet, answers: Mapping[str, str]) -> Iterator[AnswerMark]:
    """The marks of a student's answers; what follows from what is decided within each exercise."""
    earlier: dict[str, float] = {}
    exercise = None
    for name, own, blank in sheet.questions():
        if own is not exercise:
            exercise, earlier = own, {}
        text = answers.get(name, "")
        verdict = check(blank, text, earlier) if text.strip() else MISSING
        if verdict.value is not None:
            earlier[blank.name] = verdict.value
        yield AnswerMark(sheet.student, name, text, blank.answer, verdict)


@dataclass(frozen=True)
class ClassMarks:
    """The marks of a class."""

    handed: Handed
    marks: tuple[AnswerMark, ...]

    @classmethod
    def of(cls, handed: Handed) -> ClassMarks:
        """All marks of those who have handed something in."""
        found = [
            mark
            for sheet in handed.sheets
            if sheet.student in handed.answers
            for mark in marks_of(sheet, handed.answers[sheet.student])
        ]
        return cls(handed, tuple(found))

    def by_student(self) -> Mapping[int, tuple[AnswerMark, ...]]:
        """The marks of each student who has handed something in, in order."""
        table: dict[int, list[AnswerMark]] = {}
        for mark in self.marks:
            table.setdefault(mark.student, []).append(mark)
        return {student: tuple(marks) for student, marks in table.items()}

    @property
    def absent(self) -> tuple[int, ...]:
        """The students who have handed nothing in."""
        return tuple(sheet.student for sheet in self.handed.sheets if sheet.student not in self.handed.answers)

    def mistakes(self) -> Counter[str]:
        """How often each kind was made."""
        fine = (RIGHT, CONSEQUENTIAL, MISSING.kind)
        return Counter(mark.verdict.kind for mark in self.marks if mark.verdict.kind not in fine)
