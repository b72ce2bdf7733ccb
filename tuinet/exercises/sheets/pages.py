"""Pages: a sheet or its key as headings, paragraphs and questions, before any format is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tuinet.exercises.exercise import Blank
from tuinet.exercises.sheets.worksheet import Sheet
from tuinet.explain.explanation import AnyLine, Line, Remark

FORMULAS_UP_TO: Final = 2
"""The level up to which formulas stand in the questions."""
POINTS: Final = 2
"""For a right answer."""
CONSEQUENTIAL_POINTS: Final = 1
"""For one that is right given an earlier wrong one, or a right one that was rounded badly."""
RULES: Final = (
    f"{POINTS} points for a right answer, within half a unit of the last digit that is asked; "
    f"{CONSEQUENTIAL_POINTS} point for an answer that is right given an earlier wrong one, and for one that was only "
    "rounded too early, or to fewer digits than are asked, but to two significant ones at least and to these rightly; "
    "nothing for others, and for none."
)


@dataclass(frozen=True)
class Question:
    """A question, or its answer."""

    name: str
    """As in ``2b``."""
    words: str
    equation: Line | None
    """The formula with the result hidden, or the whole equation on the key."""
    answer: str = ""
    """On the key."""


@dataclass(frozen=True)
class Section:
    """An exercise of a sheet."""

    heading: str
    given: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class SheetPage:
    """What stands on one sheet of paper."""

    title: str
    note: str
    """Small, below the title."""
    sections: tuple[Section, ...]
    is_key: bool = False
    footer: str = ""


def sheet_page(sheet: Sheet) -> SheetPage:
    """A student's sheet."""
    sections = tuple(
        Section(_heading(number, made.level), tuple(_texts(made.given)), tuple(_asked(number, made.level, made.blanks)))
        for number, made in enumerate(sheet.exercises, start=1)
    )
    return SheetPage(f"{sheet.assignment.title} · sheet {sheet.student}", sheet.assignment.command, sections)


def key_page(sheet: Sheet) -> SheetPage:
    """The answers to a student's sheet."""
    sections = tuple(
        Section(_heading(number, made.level), (), tuple(_answered(number, made.blanks)))
        for number, made in enumerate(sheet.exercises, start=1)
    )
    title = f"{sheet.assignment.title} · key to sheet {sheet.student}"
    return SheetPage(title, sheet.assignment.command, sections, is_key=True, footer=RULES)


def _heading(number: int, level: int) -> str:
    return f"Exercise {number}, level {level}"


def _texts(lines: tuple[AnyLine, ...]) -> Iterator[str]:
    for line in lines:
        yield line.text if isinstance(line, Remark) else " = ".join((line.left, *line.sides))


def _asked(number: int, level: int, blanks: tuple[Blank, ...]) -> Iterator[Question]:
    for blank in blanks:
        has_formula = level <= FORMULAS_UP_TO and bool(blank.line.symbols) and not blank.shape
        yield Question(f"{number}{blank.name}", blank.asks, blank.hidden() if has_formula else None)


def _answered(number: int, blanks: tuple[Blank, ...]) -> Iterator[Question]:
    for blank in blanks:
        yield Question(f"{number}{blank.name}", blank.question, blank.line, blank.answer)
