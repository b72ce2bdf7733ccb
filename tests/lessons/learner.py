"""A scripted learner: plays a lesson in a terminal with the keys that the lesson names."""

from __future__ import annotations

import time
from typing import Final

from tests.terminal import ENTER, ESCAPE, Terminal
from tuinet.lessons.lesson import Lesson, Step

_SECONDS: Final = 60.0
_ANSWER_SECONDS: Final = 2.0
"""How long is waited for the answer to a key, which may have none."""
_DRAWING_SECONDS: Final = 0.25
_QUIET_SECONDS: Final = 0.03
_LESSON_COLUMNS: Final = 38
_HEADER_ROWS: Final = 2
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
    marks = [f"step {number} of {len(lesson.steps)} · " for number in range(1, len(lesson.steps) + 1)]
    terminal.wait_until(lambda _: marks[0] in _plain(terminal), _SECONDS, wanted=marks[0])
    for step, mark, following in zip(lesson.steps, marks, [*marks[1:], f"{marks[-1]}esc leave"], strict=True):
        _do(terminal, step, mark)
        _finish(terminal, mark, following)
    terminal.press(ESCAPE)
    terminal.wait_until(lambda screen: "step " not in screen.split("\n")[-2], wanted="the lesson's end")


def _do(terminal: Terminal, step: Step, mark: str) -> None:
    if step.prediction is not None:
        terminal.wait_until(lambda _: mark in _plain(terminal), wanted=mark)
        _press_and_see(terminal, str(step.prediction.answer or 1), _ANSWER_SECONDS)
    for key in step.keys:
        _press(terminal, typed(key))


def _press(terminal: Terminal, key: str) -> None:
    """Type a key, and wait until its answer has been drawn."""
    before = terminal.bytes_received
    terminal.press(key)
    terminal.pump_until(lambda: terminal.bytes_received > before, _ANSWER_SECONDS)
    deadline = time.monotonic() + _DRAWING_SECONDS
    while (drawn := terminal.bytes_received) > before and time.monotonic() < deadline:
        before = drawn
        terminal.pump(_QUIET_SECONDS)


def _press_and_see(terminal: Terminal, key: str, seconds: float) -> None:
    """Type a key that changes the lesson's text, and wait until that has been drawn."""
    before = _lesson(_plain(terminal))
    terminal.press(key)
    terminal.pump_until(lambda: _lesson(_plain(terminal)) != before, seconds)


def _finish(terminal: Terminal, mark: str, following: str) -> None:
    """Leave what lies over the lesson, read to its end, and go on when what it waits for has come true."""
    deadline = time.monotonic() + _SECONDS
    while following not in (screen := _plain(terminal)):
        if time.monotonic() > deadline:
            raise AssertionError(f"{following!r} never came. The screen:\n{screen}")
        if any(f"{mark}{what}" in screen for what in ("enter more", "enter next")):
            # What a key has opened may be drawn only now: the key is for the lesson once that is closed.
            _press_and_see(terminal, ENTER, _SECONDS)
        elif mark in screen or "again goes on anyway" in screen:
            terminal.pump(_QUIET_SECONDS)
        elif not terminal.pump_until(lambda: mark in _plain(terminal), _DRAWING_SECONDS):
            _press_and_see(terminal, ESCAPE, _ANSWER_SECONDS)


def _plain(terminal: Terminal) -> str:
    """The screen, its dots as they are where there is more than ASCII."""
    return terminal.text().replace(" * ", " · ").replace(" . ", " · ")


def _lesson(screen: str) -> list[str]:
    """The part with the lesson's text, which changes at a key only."""
    return [line[:_LESSON_COLUMNS] for line in screen.split("\n")[_HEADER_ROWS:]]
