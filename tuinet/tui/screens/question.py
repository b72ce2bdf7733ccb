"""The look of screens that ask a question."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

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
