"""Questions for a text or a number."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tuinet.tui.screens.closing import ClosingScreen

Answer = TypeVar("Answer")


class QuestionScreen(ModalScreen[Answer], ClosingScreen[Answer]):
    """A box above what asks."""

    SCOPED_CSS = False  # or else it is for this class alone, and not for those that ask
    CSS = """
    QuestionScreen {
        align: center middle;
        background: $veil;
    }

    QuestionScreen > Vertical {
        width: 56;
        max-width: 100%;
        height: auto;
        padding: 0 1;
        border: round $accent;
        background: $background;
    }

    QuestionScreen Input {
        background: $panel;
    }

    QuestionScreen #reason {
        color: $foreground 60%;
    }

    QuestionScreen #reason.refused {
        color: $warning;
    }
    """


_REASON: Final = "reason"


@dataclass(frozen=True)
class Response:
    """The response to a text, in one line; where the line is empty the screen closes."""

    line: str = ""
    is_done: bool = False
    """Whether it was used; otherwise another one is asked for."""


Use = Callable[[str, bool], Response]
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


class ValueScreen(QuestionScreen[float | None]):
    """Asks until a number is given, or escape is pressed.

    Parameters
    ----------
    question
        What the number is for.
    value
        What it is now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False, system=True)]

    def __init__(self, question: str, value: float) -> None:
        super().__init__()
        self._question, self._value = question, value

    def compose(self) -> ComposeResult:
        """Question, input, and what was wrong with it."""
        with Vertical():
            yield Static(self._question, markup=False)
            field = Input(f"{self._value:.10g}", compact=True, select_on_focus=True)
            field.cursor_blink = False
            yield field
            yield Static("enter sets it · esc leaves it", id=_REASON, markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say why it is none."""
        value = parse_number(event.value)
        if value is None:
            reason = self.query_one(f"#{_REASON}", Static)
            reason.add_class("refused")
            reason.update(f"{event.value.strip() or 'nothing'!r} is not a number such as -0.25 or 1e-3")
        else:
            self.dismiss(value)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)


def parse_number(text: str) -> float | None:
    """The number that was typed, whichever minus sign it has; ``None`` where it is none, or not finite."""
    try:
        value = float(text.strip().replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
