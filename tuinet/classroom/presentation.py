"""What a teacher shows beside the run: a pointer, a question, and the step of a lesson."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tuinet.classroom.messages import LessonShown, Pointed, QuestionShown, usable_question
from tuinet.errors import ClassError
from tuinet.observe.classroom import ClassQuestion, Pointer

Shown = Pointed | QuestionShown | LessonShown


class Presentation:
    """Remembers what is shown, so that whoever comes later sees it, too; may be used by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pointed, self._asked, self._lesson = Pointed(None), QuestionShown(None), LessonShown("")
        self._questions = 0

    @property
    def pointer(self) -> Pointer | None:
        """What is pointed at."""
        return self._pointed.pointer

    @property
    def question(self) -> ClassQuestion | None:
        """What is asked, the right answer included."""
        return self._asked.question

    @property
    def lesson(self) -> tuple[str, int] | None:
        """The lesson that the teacher is in, and its step."""
        return (self._lesson.name, self._lesson.step) if self._lesson.name else None

    def shown(self) -> tuple[Shown, ...]:
        """Everything, for somebody who has come."""
        with self._lock:
            return self._pointed, for_followers(self._asked), self._lesson

    def show(self, message: Shown) -> bool:
        """Remember what is shown now; whether that is anything new."""
        with self._lock:
            match message:
                case Pointed():
                    is_new, self._pointed = message != self._pointed, message
                case QuestionShown():
                    is_new, self._asked = message != self._asked, message
                case LessonShown():
                    is_new, self._lesson = message != self._lesson, message
        return is_new

    def new_question(self, question: str, choices: Sequence[str], answer: int | None, because: str) -> ClassQuestion:
        """The next question, checked; a ClassError where it is too long, or its parts do not go together."""
        with self._lock:
            try:
                made = usable_question(ClassQuestion(self._questions + 1, question, tuple(choices), answer, because))
            except ValueError as error:
                raise ClassError(str(error)) from error
            self._questions = made.number
        return made


def for_followers(asked: QuestionShown) -> QuestionShown:
    """A question without what is revealed later."""
    question = asked.question
    if question is None or question.is_revealed:
        return asked
    return QuestionShown(replace(question, answer=None, because="", counts=()))


def counted(question: ClassQuestion, chosen: Iterable[int]) -> ClassQuestion:
    """A question with the answers of people, each of whom has chosen one."""
    counts = Counter(chosen)
    return replace(question, counts=tuple(counts[number] for number in range(1, len(question.choices) + 1)))
