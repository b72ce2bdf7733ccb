"""Marking: points for the answers to a sheet, with a part of them for what follows from an earlier mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tuinet.exercises.checking import Verdict, check
from tuinet.exercises.kinds import CONSEQUENTIAL, RIGHT, ROUNDING
from tuinet.exercises.sheets.answer_file import Handed
from tuinet.exercises.sheets.pages import CONSEQUENTIAL_POINTS, POINTS
from tuinet.exercises.sheets.worksheet import Sheet

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
