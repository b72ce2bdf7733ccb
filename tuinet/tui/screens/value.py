"""A question for a number."""

from __future__ import annotations

import math
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tuinet.tui.screens.question import QuestionScreen

_REASON: Final = "reason"


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
