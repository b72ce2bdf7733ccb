"""The question before the program is left: asked once, and only where something would be lost or has to be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from tuinet.observe.snapshot import Frame
from tuinet.tui.bindings import alias
from tuinet.tui.keymap import keymap_of, leads_back
from tuinet.tui.screens.prompt import REASON, BoxScreen

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
