"""The form in which a teacher writes a question to the class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from tuinet.errors import ClassError
from tuinet.observe.classroom import CHOICES, MOST_CHOICE, MOST_QUESTION
from tuinet.tui.screens.prompt import REASON, BoxScreen

_RIGHT: Final = "*"
_HINTS: Final = (
    "enter goes on · esc leaves",
    "* before the right one · enter goes on",
    "* before the right one · enter goes on; nothing typed, it asks",
)
"""For the question, the choices that there have to be, and the others."""

Ask = Callable[[str, tuple[str, ...], int | None], None]
"""Asks the class a question with these choices, the right one counted from 1; a ClassError says what is wrong."""


class AskClassScreen(BoxScreen[None]):
    """A line for the question, and one for each choice.

    Parameters
    ----------
    is_beside
        Whether the box leaves the text of a lesson in sight.
    """

    def __init__(self, ask: Ask, *, is_beside: bool = False) -> None:
        super().__init__(classes="-beside" if is_beside else None)
        self._ask = ask

    def compose(self) -> ComposeResult:
        """The lines, and what is wrong with them."""
        with Vertical():
            yield Static("A question to the class", markup=False)
            yield _line("question", MOST_QUESTION)
            for number in range(1, CHOICES[1] + 1):
                yield _line(f"choice {number}", MOST_CHOICE + len(_RIGHT))
            yield Static(_HINTS[0], id=REASON, markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next line; at the end, or where a line is empty, ask."""
        lines = list(self.query(Input))
        place = lines.index(event.input)
        if event.value.strip() and place + 1 < len(lines):
            self.set_focus(lines[place + 1])
        else:
            self._send([line.value.strip() for line in lines])

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what enter does in this line."""
        place = list(self.query(Input)).index(event.widget) if isinstance(event.widget, Input) else 0
        self._say(_HINTS[0 if not place else 1 if place <= CHOICES[0] else 2], is_refusal=False)

    def _say(self, words: str, *, is_refusal: bool) -> None:
        reason = self.query_one(f"#{REASON}", Static)
        reason.set_class(is_refusal, "refused")
        reason.update(words)

    def _send(self, texts: list[str]) -> None:
        question, choices = texts[0], [text for text in texts[1:] if text]
        right = next((place for place, text in enumerate(choices, start=1) if text.startswith(_RIGHT)), None)
        try:
            self._ask(question, tuple(text.removeprefix(_RIGHT).strip() for text in choices), right)
        except ClassError as error:
            self._say(str(error), is_refusal=True)
        else:
            self.dismiss()


def _line(words: str, most: int) -> Input:
    line = Input(placeholder=words, compact=True, max_length=most)
    line.cursor_blink = False
    return line
