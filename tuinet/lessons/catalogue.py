"""Which lessons there are: those that come with tuinet, and the user's own."""

from __future__ import annotations

import os
from pathlib import Path

from tuinet.errors import LessonError
from tuinet.lessons.lesson import Lesson
from tuinet.lessons.reader import Heading, name_of, read_heading, read_lesson


def bundled_folder() -> Path:
    """Where the lessons that come with tuinet are."""
    return Path(__file__).resolve().parent / "texts"


def user_folder() -> Path:
    """Where users keep lessons of their own."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only who looks at lessons pays for it

    return user_config_path("tuinet", appauthor=False) / "lessons"


def lesson_paths() -> list[Path]:
    """All lessons, tuinet's own first; the first is number 1."""
    return [path for folder in (bundled_folder(), user_folder()) for path in sorted(folder.glob("*.md"))]


def headings() -> tuple[list[Heading], list[LessonError]]:
    """What there is to choose from, and what is wrong with the others."""
    found: list[Heading] = []
    faults: list[LessonError] = []
    for path in lesson_paths():
        try:
            found.append(read_heading(path))
        except LessonError as error:
            faults.append(error)
    return found, faults


def find_lesson(wanted: str) -> Lesson:
    """The lesson of this number in the list, of this name, or in this file.

    Raises
    ------
    LessonError
        If there is none, or it cannot be used.
    """
    found, _ = headings()
    for number, heading in enumerate(found, start=1):
        if wanted in (str(number), heading.name):
            return read_lesson(heading.path)
    path = Path(wanted)
    if path.suffix == ".md" or os.path.exists(path):
        return read_lesson(path)
    names = ", ".join(name_of(heading.path) for heading in found)
    raise LessonError(f"there is no lesson {wanted!r}; there are 1 to {len(found)} ({names}), or a file")
