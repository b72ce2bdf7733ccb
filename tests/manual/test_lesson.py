"""The lesson in the manual is one."""

from __future__ import annotations

from pathlib import Path

from tests.lessons.factories import lesson_in
from tests.manual.written import blocks, section


def test_the_lesson_in_the_manual_works_and_is_short(tmp_path: Path) -> None:
    (text,) = blocks("markdown", section("lessons", "Write"))
    assert len(text.splitlines()) <= 10
    lesson = lesson_in(tmp_path, text)
    assert (lesson.title, len(lesson.steps)) == ("One line", 1)
    assert lesson.steps[0].text.startswith("Press `space`")
