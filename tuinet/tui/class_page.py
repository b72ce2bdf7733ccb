"""What a class is shown beside the run, as a page of a lesson: a question with its answers, or the teacher's lesson."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from tuinet.errors import LessonError
from tuinet.lessons.lesson import Lesson, LessonStep, Page, Prediction
from tuinet.observe.classroom import ClassQuestion, Classroom

_BAR: Final = 12
"""Characters of the bar of everybody's choice."""
_BAR_SIGN: Final = "="


def question_page(classroom: Classroom, reveal_key: str, step: LessonStep | None = None) -> Page | None:
    """The question that a class is asked, as whoever looks sees it; ``None`` where nothing is asked.

    Parameters
    ----------
    reveal_key
        What the key is called with which a teacher goes on.
    step
        Of the lesson that the class is in: what it withholds of its question is withheld here, too.
    """
    question = classroom.question
    if question is None:
        return None
    if not question.is_revealed:
        # The class sees the teacher's screen, too: neither the right answer nor what others say stands there.
        question = replace(question, answer=None, because="", counts=())
    asked = None if step is None else step.prediction
    is_of_step = asked is not None and asked.question == question.question
    return _asked(
        question, f"{classroom.teacher}'s class", *_standing(classroom, reveal_key), asked if is_of_step else None
    )


def _standing(classroom: Classroom, reveal_key: str) -> tuple[int | None, str]:
    """What was chosen, and what there is to wait for; a teacher is not asked."""
    question = classroom.question
    assert question is not None
    if classroom.attendance == "teaching":
        answered = f"{sum(question.counts)} of {classroom.followers} answered"
        return 0, f"{answered} · {reveal_key} {'ends it' if question.is_revealed else 'reveals'}"
    if question.is_revealed:
        return classroom.choice or 0, f"{sum(question.counts)} answered"
    return classroom.choice, f"answered: 1-{len(question.choices)} change it" if classroom.choice else ""


@lru_cache(maxsize=8)
def _asked(question: ClassQuestion, title: str, answer: int | None, word: str, of_step: Prediction | None) -> Page:
    choices = tuple(
        _with_bar(choice, count, sum(question.counts))
        for choice, count in zip(question.choices, question.counts or [None] * len(question.choices), strict=True)
    )
    show, metrics = ((), True) if of_step is None else (of_step.show, of_step.metrics)
    prediction = Prediction(question.question, choices, question.answer, question.because, show, metrics)
    step = LessonStep(f"Question {question.number}", "", prediction=prediction)
    lesson = Lesson("", title, "", 0, Path(), (step,))
    return Page(lesson, answer=answer, led_by=word, holds_back=not question.is_revealed)


def _with_bar(choice: str, count: int | None, total: int) -> str:
    """A choice, and how many have made it."""
    if count is None:
        return choice
    bar = _BAR_SIGN * round(_BAR * count / max(total, 1))
    return f"{choice} · {bar} {count}".replace("  ", " ")


def lesson_page(classroom: Classroom, answers: dict[tuple[str, int], int]) -> Page | None:
    """The step of the lesson that the teacher is in, if the follower has that lesson, too.

    Parameters
    ----------
    answers
        What the follower has predicted, by lesson and step.
    """
    if classroom.lesson is None or classroom.attendance == "teaching":
        return None
    name, index = classroom.lesson
    lesson = _lesson(name)
    if lesson is None or not 0 <= index < len(lesson.steps):
        return None
    return _led(lesson, index, answers.get((name, index)), f"{classroom.teacher} leads")


@lru_cache(maxsize=4)
def _lesson(name: str) -> Lesson | None:
    """One of the bundled lessons; ``None`` where there is none of this name."""
    from tuinet.lessons.claims import headings
    from tuinet.lessons.reader import read_lesson

    found, _ = headings()
    path = next((heading.path for heading in found if heading.name == name), None)
    try:
        return None if path is None else read_lesson(path)
    except LessonError:
        return None


@lru_cache(maxsize=8)
def _led(lesson: Lesson, index: int, answer: int | None, word: str) -> Page:
    return Page(lesson, index, answer, led_by=word)
