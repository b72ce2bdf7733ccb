"""Lessons for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from tuinet.lessons.lesson import Lesson
from tuinet.lessons.reader import read_lesson

FRONT: Final = """\
+++
title = "A test"
summary = "Of everything."
minutes = 1
+++
"""
BODY: Final = """
## First

```tuinet
experiment = "--dataset and --hidden none"
show = ["loss", "map"]
speed = 200
do = "Press `space`."
wait = "epoch >= 5"
wait_for = "five epochs"
keys = "space"

[[claims]]
says = "one line"
epoch = 400
holds = "correct == 4"
```

It draws **one line**.

## Second

```tuinet
experiment = "--dataset xor --hidden 2"
run = true
pause_at = 100

[predict]
question = "Where will it end?"
choices = ["here", "there"]
answer = 2
because = "That is *why*."
```

- a list
- of two

## Third

```tuinet
change = "--learning-rate 0.05"
speed = "max"
run = false
```

The end.
"""
MINIMAL: Final = FRONT + '\n## One\n\n```tuinet\nexperiment = "--dataset xor"\n```\n\nText.\n'


def lesson_in(folder: Path, text: str = FRONT + BODY, name: str = "07-a-test.md") -> Lesson:
    """A lesson, written to a file and read."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_lesson(path)


@cache
def bundled_lesson(path: Path) -> Lesson:
    """One that comes with tuinet, read once in each process: all its experiments are tried meanwhile."""
    return read_lesson(path)
