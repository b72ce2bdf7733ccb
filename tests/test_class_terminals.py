"""A class in terminals: a teacher and two students on one machine, with the keys that they press."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from tests.terminal import ENTER, Terminal

TUINET: Final = (sys.executable, "-m", "tuinet")
DOWN: Final = "\x1b[B"

pytestmark = pytest.mark.terminal


def words(terminal: Terminal) -> str:
    return " ".join(terminal.text().split())


def settle(wanted: str, terminal: Terminal, *others: Terminal) -> None:
    """Wait for words on a screen, broken into rows or not, while the others are read, too."""
    for _ in range(400):
        terminal.pump(0.05)
        for other in others:
            other.pump(0.01)
        if wanted in words(terminal):
            return
    raise AssertionError(f"{wanted!r} never came:\n{terminal.text()}")


def press(terminal: Terminal, keys: str, wanted: str, *others: Terminal) -> None:
    terminal.press(keys)
    settle(wanted, terminal, *others)


def ask(teacher: Terminal, *others: Terminal) -> None:
    press(teacher, "c", "Ask a question", *others)
    press(teacher, ENTER, "enter goes on", *others)
    for text in ("Sign?", "plus"):
        press(teacher, text, text, *others)
        press(teacher, ENTER, "before the right one", *others)
    press(teacher, "*minus", "*minus", *others)
    press(teacher, ENTER, "it asks", *others)
    press(teacher, ENTER, "c reveals", *others)


def test_a_class_steps_along_is_asked_and_shown_and_forks(tmp_path: Path) -> None:
    socket = str(tmp_path / "room.socket")
    follow = [*TUINET, "follow", "--socket", socket]
    with Terminal([*TUINET, "teach", "--paused", "--socket", socket]) as teacher:
        settle("is open: tuinet follow", teacher)
        with Terminal(follow) as ada, Terminal(follow, columns=120, rows=36) as bob:
            settle("class: 2 follow", teacher, ada, bob)
            teacher.press("nn")
            settle("forward, layer 1", ada, teacher, bob)
            settle("forward, layer 1", bob, teacher, ada)
            ask(teacher, ada, bob)
            settle("Sign?", ada, teacher, bob)
            settle("Sign?", bob, teacher, ada)
            press(ada, "2", "answered: 1-2 change it", teacher, bob)
            press(bob, "1", "answered: 1-2 change it", teacher, ada)
            settle("2 of 2 answered", teacher, ada, bob)
            assert "right" not in words(teacher)
            teacher.press("c")
            settle("minus · ====== 1 ✓ right", ada, teacher, bob)
            teacher.pump(1.2)  # so long the answers are seen at least, and nothing tells when it is over
            press(teacher, "c", "gradients", ada, bob)
            press(teacher, "w", "nudge", ada, bob)
            press(teacher, DOWN, "x2 → h1 = 0.33", ada, bob)
            press(teacher, "@", "you point at layer 1, x2 → h1", ada, bob)
            settle("points at layer 1, x2 → h1", bob, teacher, ada)
            press(ada, "f", "your own copy", teacher, bob)
            press(ada, "s", "epoch 1", teacher, bob)
            settle("1 forked", teacher, ada, bob)
            press(ada, "f", "epoch 0", teacher, bob)
            settle("all agree", teacher, ada, bob)
        settle("is open: tuinet follow", teacher)


def test_a_student_whose_teacher_leaves_keeps_the_run_and_is_back_with_the_class(tmp_path: Path) -> None:
    socket = str(tmp_path / "room.socket")
    with Terminal([*TUINET, "follow", "--socket", socket]) as early:
        assert early.exit_status() == 2
        assert "no class" in words(early) or "tuinet:" in words(early)
    teach = [*TUINET, "teach", "--paused", "--socket", socket]
    with Terminal(teach) as teacher:
        settle("is open", teacher)
        student = Terminal([*TUINET, "follow", "--socket", socket])
        with student:
            settle("makes a copy", student, teacher)
            press(teacher, "s", "epoch 1", student)
            settle("epoch 1", student, teacher)
            teacher.press("\x11")
            settle("has closed the class", student)
            press(student, "f", "your own copy")
            press(student, "s", "epoch 2")
            press(student, "f", "class is not there: your copy stays")
            with Terminal(teach) as again:
                settle("class: 1 follow, 1 forked", again, student)
                student.press("f")
                settle("epoch 0", student, again)
