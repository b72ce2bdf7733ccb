"""A scripted learner: plays a lesson in a terminal with the keys that the lesson names."""

from __future__ import annotations

import time
from typing import Final

from tests.terminal import ENTER, ESCAPE, Terminal
from tuinet.lessons.lesson import Lesson, Step

_SECONDS: Final = 60.0
_PAUSE: Final = 0.25
_KEYS: Final = {
    **{"space": " ", "enter": ENTER, "escape": ESCAPE, "tab": "\t", "backspace": "\x7f", "plus": "+", "minus": "-"},
    **{
        "up": "\x1b[A",
        "down": "\x1b[B",
        "right": "\x1b[C",
        "left": "\x1b[D",
        "pageup": "\x1b[5~",
        "pagedown": "\x1b[6~",
    },
    **{"left_parenthesis": "(", "right_parenthesis": ")", "left_curly_bracket": "{", "right_curly_bracket": "}"},
    **{"comma": ",", "full_stop": ".", "less_than_sign": "<", "greater_than_sign": ">", "delete": "\x1b[3~"},
    **{
        "left_square_bracket": "[",
        "right_square_bracket": "]",
        "question_mark": "?",
        "home": "\x1b[H",
        "end": "\x1b[F",
    },
}


def typed(key: str) -> str:
    """What a terminal sends for a key."""
    if key.startswith("ctrl+"):
        return chr(ord(key[-1]) - 96)
    return key if len(key) == 1 else _KEYS[key]


def play(terminal: Terminal, lesson: Lesson) -> None:
    """From the first step to the end, and out of the lesson."""
    for number, step in enumerate(lesson.steps, start=1):
        mark = f"step {number} of {len(lesson.steps)}"
        terminal.wait_for(mark, _SECONDS)
        _do(terminal, step, mark)
        _finish(terminal, mark, is_last=number == len(lesson.steps))
    terminal.press(ESCAPE)
    terminal.wait_until(lambda screen: "step " not in screen.split("\n")[-2], wanted="the lesson's end")


def _do(terminal: Terminal, step: Step, mark: str) -> None:
    if step.prediction is not None:
        terminal.wait_until(lambda screen: mark in screen, wanted=mark)
        terminal.press(str(step.prediction.answer or 1))
        terminal.pump(_PAUSE)
    for key in step.keys:
        terminal.press(typed(key))
        terminal.pump(_PAUSE)


def _finish(terminal: Terminal, mark: str, *, is_last: bool) -> None:
    """Leave what lies over the lesson, read to its end, and go on when what it waits for has come true."""
    wanted = f"{mark} · {'esc leave' if is_last else 'enter next'}"
    deadline = time.monotonic() + _SECONDS
    while wanted not in (screen := terminal.text().replace(" * ", " · ").replace(" . ", " · ")):
        if time.monotonic() > deadline:
            raise AssertionError(f"{wanted!r} never came. The screen:\n{screen}")
        if "goes on anyway" in screen:
            terminal.pump(_PAUSE)  # the text had just become short enough when the key came that scrolls
        elif mark not in screen:
            terminal.press(ESCAPE)
        elif f"{mark} · enter more" in screen:
            terminal.press(ENTER)
        terminal.pump(_PAUSE)
    if not is_last:
        terminal.press(ENTER)
