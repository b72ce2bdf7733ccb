"""The lesson in the README is one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.lessons.factories import lesson_in

README = Path(__file__).parents[2] / "README.md"


def test_the_lesson_in_the_readme_works_and_is_short(tmp_path: Path) -> None:
    found = re.search(r"````markdown\n(.*?)````", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    assert len(found[1].splitlines()) <= 10
    lesson = lesson_in(tmp_path, found[1])
    assert (lesson.title, len(lesson.steps)) == ("One line", 1)
    assert lesson.steps[0].text.startswith("Press `space`")
