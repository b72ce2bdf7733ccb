"""A question for a text, such as a name, that is used at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tuinet.tui.screens.question import QuestionScreen

_REASON: Final = "reason"


@dataclass(frozen=True)
class Outcome:
    """What came of a text, in a line; nothing is to be said where the line is empty, and the screen closes then."""

    line: str = ""
    is_done: bool = False
    """Whether it was used; otherwise another one is asked for."""


Use = Callable[[str, bool], Outcome]
"""Uses a text; the flag says that it was given twice, which confirms it. It may take its time: it has a thread."""


class TextScreen(QuestionScreen[None]):
    """Asks until a text could be used, or escape is pressed.

    Parameters
    ----------
    question
        What the text is for.
    text
        What it is at first.
    use
        What is done with it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False, system=True)]

    def __init__(self, question: str, text: str, use: Use) -> None:
        super().__init__()
        self._question, self._text, self._use = question, text, use
        self._given = ""
        self._is_done = False

    def compose(self) -> ComposeResult:
        """Question, input, and what came of it."""
        with Vertical():
            yield Static(self._question, markup=False)
            field = Input(self._text, compact=True, select_on_focus=True)
            field.cursor_blink = False
            yield field
            yield Static("enter does it · esc leaves", id=_REASON, markup=False)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Use the text, and say what came of it; once it is done, leave."""
        if self._is_done:
            self.dismiss()
            return
        text = event.value.strip()
        outcome = await asyncio.to_thread(self._use, text, text == self._given)
        self._given, self._is_done = text, outcome.is_done
        if outcome.is_done and not outcome.line:
            self.dismiss()
            return
        reason = self.query_one(f"#{_REASON}", Static)
        reason.set_class(not outcome.is_done, "refused")
        reason.update(outcome.line)

    def action_cancel(self) -> None:
        """Leave."""
        self.dismiss()
