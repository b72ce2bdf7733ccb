"""Questions for a text or a number, and the one before the program is left, where something would be lost."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tuinet.observe.snapshot import Frame
from tuinet.tui.key_groups import alias
from tuinet.tui.keys import keymap_of, leads_back
from tuinet.tui.screens.base import ClosingScreen

Answer = TypeVar("Answer")
REASON: Final = "reason"


class BoxScreen(ModalScreen[Answer], ClosingScreen[Answer]):
    """A box in the middle of what goes on; escape leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False, system=True)]
    SCOPED_CSS = False  # or else it is for this class alone, and not for those that ask
    CSS = """
    BoxScreen {
        align: center middle;
        background: $veil;
    }

    BoxScreen > Vertical {
        width: 56;
        max-width: 100%;
        height: auto;
        padding: 0 1;
        border: round $accent;
        background: $background;
    }

    BoxScreen.-beside {
        align: right bottom;
    }

    BoxScreen.-beside > Vertical {
        width: 42;
    }

    BoxScreen Input {
        background: $panel;
    }

    BoxScreen #reason {
        color: $foreground 60%;
    }

    BoxScreen #reason.refused {
        color: $warning;
    }
    """

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)


class QuestionScreen(BoxScreen[Answer]):
    """Asks in a box until an answer could be used, or escape is pressed.

    Parameters
    ----------
    is_beside
        Whether the box leaves the text of a lesson in sight.
    """

    HINT: ClassVar[str] = ""

    def __init__(self, question: str, text: str, *, is_beside: bool = False) -> None:
        super().__init__(classes="-beside" if is_beside else None)
        self._question, self._text = question, text

    def compose(self) -> ComposeResult:
        """Question, input, and what came of it."""
        with Vertical():
            yield Static(self._question, markup=False)
            field = Input(self._text, compact=True, select_on_focus=True)
            field.cursor_blink = False
            yield field
            yield Static(self.HINT, id=REASON, markup=False)

    def reply(self, line: str, *, is_refusal: bool) -> None:
        """Say what came of an answer."""
        reason = self.query_one(f"#{REASON}", Static)
        reason.set_class(is_refusal, "refused")
        reason.update(line)


@dataclass(frozen=True)
class Response:
    """The response to a text, in one line; where the line is empty the screen closes."""

    line: str = ""
    is_done: bool = False
    """Whether it was used; otherwise another one is asked for."""


Use = Callable[[str, bool], Response]
"""Uses a text; the flag says that it was given twice, which confirms it. It may take its time: it has a thread."""


class TextScreen(QuestionScreen[None]):
    """Asks for a text, such as the name of a file.

    Parameters
    ----------
    use
        What is done with the text.
    """

    HINT = "enter does it · esc leaves"

    def __init__(self, question: str, text: str, use: Use, *, is_beside: bool = False) -> None:
        super().__init__(question, text, is_beside=is_beside)
        self._use = use
        self._given = ""
        self._is_done = False

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
        self.reply(outcome.line, is_refusal=not outcome.is_done)


class ValueScreen(QuestionScreen[float | None]):
    """Asks for a number."""

    HINT = "enter sets it · esc leaves it"

    def __init__(self, question: str, value: float, *, is_beside: bool = False) -> None:
        super().__init__(question, f"{value:.10g}", is_beside=is_beside)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the number, or say why it is none."""
        value = parse_number(event.value)
        if value is None:
            reason = f"{event.value.strip() or 'nothing'!r} is not a number such as -0.25 or 1e-3"
            self.reply(reason, is_refusal=True)
        else:
            self.dismiss(value)


def parse_number(text: str) -> float | None:
    """The number that was typed, whichever minus sign it has; ``None`` where it is none, or not finite."""
    try:
        value = float(text.strip().replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


Parting = Literal["quit", "save"]
"""What is wanted of the question: to leave, or to save the run first."""
_BECOMES: Final = {
    "kept": "It is kept: tuinet --resume goes on with it.",
    "lost": "It cannot be kept, and would be lost.",
}


def run_question(frame: Frame) -> tuple[str, ...]:
    """What becomes of the user's run when the program is left; empty where nothing has been done to it."""
    if frame.at_stake == "nothing":
        return ()
    # What a lesson has set up is on the screen then, and not the run that is meant.
    which = "Your run before the lesson" if frame.run else "This run"
    return f"{which} is in no file of yours.", _BECOMES[frame.at_stake]


def lesson_question(index: int, steps: int) -> tuple[str, ...]:
    """What becomes of a lesson when the program is left at a step, counted from 0; empty at either end."""
    if 0 < index < steps - 1:
        return (f"This is step {index + 1} of {steps} of the lesson, which begins at its first step the next time.",)
    return ()


class QuitScreen(BoxScreen[Parting]):
    """Asks in a box; what goes on behind it goes on.

    Parameters
    ----------
    lines
        What leaving would cost.
    may_save
        Whether there is a run that can be saved first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        leads_back("q", "quit"),
        alias("ctrl+c", "quit"),
        alias("y", "quit"),
        alias("n", "cancel"),
        leads_back("ctrl+s", "save"),
    ]

    def __init__(self, lines: Sequence[str], *, may_save: bool) -> None:
        super().__init__()
        self._lines, self._may_save = lines, may_save

    def compose(self) -> ComposeResult:
        """What it would cost, and the keys."""
        keymap = keymap_of(self.app)
        saves = f" · {keymap.name('save_run')} saves it first" if self._may_save else ""
        with Vertical():
            for line in self._lines:
                yield Static(line, markup=False)
            yield Static(f"{keymap.name('quit')} quits{saves} · esc stays", id=REASON, markup=False)

    def action_quit(self) -> None:
        """Leave."""
        self.dismiss("quit")

    def action_save(self) -> None:
        """Save first, where that is offered."""
        if self._may_save:
            self.dismiss("save")
