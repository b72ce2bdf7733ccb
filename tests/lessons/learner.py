"""A scripted learner: plays a lesson with the keys that it names."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from tests.terminal import ENTER, ESCAPE, Terminal
from tuinet.lessons.claims import lesson_after
from tuinet.lessons.lesson import Lesson, LessonStep, Prediction

_SECONDS: Final = 60.0
_PAUSE: Final = 0.25
_LOOKS: Final = 4
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
        "slash": "/",
        "home": "\x1b[H",
        "end": "\x1b[F",
    },
}


def typed(key: str) -> str:
    """What a terminal sends for a key."""
    if key.startswith("ctrl+"):
        return chr(ord(key[-1]) - 96)
    return key if len(key) == 1 else _KEYS[key]


class Place(Protocol):
    """Where a lesson is played."""

    def text(self) -> str:
        """The screen as it stands."""

    def is_covered(self, looks: int) -> bool:
        """Whether something lies over the lesson, of which so many looks in a row have seen nothing."""

    async def press(self, key: str) -> None:
        """Press a key that the lesson names."""

    async def rest(self) -> None:
        """Give the program the time that it may need to answer."""


class AtTerminal:
    """A real pseudo-terminal: whether a key has been answered cannot be known."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def text(self) -> str:
        return self._terminal.text()

    def is_covered(self, looks: int) -> bool:
        # It might also be about to be drawn.
        return looks >= _LOOKS

    async def press(self, key: str) -> None:
        self._terminal.press(typed(key))

    async def rest(self) -> None:
        self._terminal.pump(_PAUSE)


async def play(place: Place, lesson: Lesson) -> None:
    """From the first step to the end, and out of the lesson."""
    last = "esc leave" if lesson_after(lesson) is None else "enter next lesson"
    for number, step in enumerate(lesson.steps, start=1):
        mark = f"step {number} of {len(lesson.steps)}"
        await _wait_until(place, partial(_shows, mark), mark)
        if step.experiment is not None:
            await place.rest()  # the run of the step before is seen until its own is there
        await _do(place, step)
        is_last = number == len(lesson.steps)
        is_on = await _finish(
            place, mark, f"step {number + 1} of {len(lesson.steps)}", last if is_last else "enter next"
        )
        if not (is_last or is_on):
            await place.press("enter")
    await place.press("escape")
    await _wait_until(place, lambda screen: "step " not in screen.split("\n")[-2], "the lesson's end")


def _shows(text: str, screen: str) -> bool:
    return text in screen


async def _wait_until(place: Place, condition: Callable[[str], bool], wanted: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition(screen := place.text()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{wanted!r} never came. The screen:\n{screen}")
        await place.rest()


async def _do(place: Place, step: LessonStep) -> None:
    if step.run and step.pause_at is not None and "space" in step.keys:
        # The key that starts the training would pause the one that is still under way.
        await _wait_until(place, partial(_shows, f"epoch {step.pause_at:,}"), "the pause that the step names")
    answers = [] if step.prediction is None else [str(step.prediction.answer or 1)]
    if step.prediction is not None:
        told = telling_numbers(step, step.prediction) & numbers_beside(place.text())
        assert not told, f"{told} stand beside {step.prediction.question!r}. The screen:\n{place.text()}"
    for key in (*answers, *step.keys):
        await place.press(key)
        await place.rest()
        if key == "M":
            # Before the first results there is no start to be chosen.
            await _wait_until(place, partial(_shows, " solved"), "how many starts are solved")


_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def telling_numbers(step: LessonStep, asked: Prediction) -> set[str]:
    """The numbers of the right choice that nothing else on the page has; single digits and tens stand beside axes."""
    if asked.answer is None:
        return set()
    others = (choice for number, choice in enumerate(asked.choices, start=1) if number != asked.answer)
    known = " ".join((step.title, step.text, asked.question, *others))
    found = {*_NUMBER.findall(asked.choices[asked.answer - 1])} - {*_NUMBER.findall(known)}
    return {number for number in found if len(number) > 1 and not number.endswith("0")}


def numbers_beside(screen: str) -> set[str]:
    """Those on the screen at 80×24, but for the text of the lesson."""
    rows = [row[38:] if row[:1] in "│╭╰|+" else row for row in screen.split("\n")]
    return {*_NUMBER.findall("\n".join(rows))}


async def _finish(place: Place, mark: str, following: str, end: str) -> bool:
    """Leave what lies over the lesson, and read until what it waits for has come true; whether it has gone on, too."""
    wanted = f"{mark} · {end}"
    deadline, looks = time.monotonic() + _SECONDS, 0
    while wanted not in (screen := place.text().replace(" * ", " · ").replace(" . ", " · ")):
        if time.monotonic() > deadline:
            raise AssertionError(f"{wanted!r} never came. The screen:\n{screen}")
        if following in screen:
            return True  # what was waited for had just come true when the key came that scrolls
        # Escape would leave the lesson where it is only about to be drawn.
        looks = 0 if mark in screen else looks + 1
        if "goes on anyway" in screen:
            await place.rest()  # the text had just become short enough when the key came that scrolls
        elif looks and place.is_covered(looks):
            await place.press("escape")
            looks = 0
        elif f"{mark} · esc back" in screen:
            await place.press("escape")
        elif f"{mark} · enter more" in screen:
            await place.press("enter")
        await place.rest()
    return False
