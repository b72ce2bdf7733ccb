"""A search over all pages of the manual, with a list of what is found."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tuinet.manual.pages import Hit, search
from tuinet.terminal_text import counted
from tuinet.tui.bindings import alias
from tuinet.tui.screens.base import ClosingScreen

_MOST: Final = 100
"""Places that are listed, and characters of a search."""
_FOUND: Final = "found"
_HINT: Final = "words, in any order · enter goes there · esc leaves"


class SearchScreen(ModalScreen[str], ClosingScreen[str]):
    """Asks for words, lists where they stand, and gives back the address of the place that was chosen.

    Parameters
    ----------
    words
        What was sought before.
    """

    SCOPED_CSS = False
    CSS = """
    SearchScreen {
        align: center top;
        background: $veil;
    }

    SearchScreen > Vertical {
        width: 100%;
        max-width: 100;
        height: 1fr;
        max-height: 30;
        padding: 0 1;
        border: round $accent;
        background: $background;
    }

    SearchScreen Input {
        background: $panel;
    }

    SearchScreen OptionList, SearchScreen OptionList:focus {
        height: 1fr;
        border: none;
        padding: 0;
        background: $background;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
    }

    SearchScreen OptionList > .option-list--option-highlighted {
        color: $background;
        background: $accent;
        text-style: bold;
    }

    SearchScreen #found {
        color: $secondary;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        alias("escape", "cancel"),
        alias("down", "move(1)"),
        alias("up", "move(-1)"),
        alias("pagedown", "move(8)"),
        alias("pageup", "move(-8)"),
    ]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self._hits: list[Hit] = []

    def compose(self) -> ComposeResult:
        """What is sought, how often it was found, and where."""
        with Vertical():
            sought = Input(self._words, placeholder="Search the manual", compact=True, max_length=_MOST)
            sought.cursor_blink = False
            yield sought
            yield Static(_HINT, id=_FOUND, markup=False)
            places = OptionList(compact=True)
            places.can_focus = False
            yield places

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what stands there now."""
        self._hits = search(event.value)
        places = self.query_one(OptionList)
        places.clear_options()
        places.add_options([Option(place_of(hit)) for hit in self._hits[:_MOST]])
        places.highlighted = 0 if self._hits else None
        found = counted(len(self._hits), "place") if self._hits else "nothing is found"
        self.query_one(f"#{_FOUND}", Static).update(f"{found} · {_HINT}" if event.value.strip() else _HINT)

    def on_input_submitted(self) -> None:
        """Go to the place that is marked."""
        marked = self.query_one(OptionList).highlighted
        if marked is not None:
            self.dismiss(self._hits[marked].address)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the place that was clicked."""
        self.dismiss(self._hits[event.option_index].address)

    def action_move(self, step: int) -> None:
        """Mark another place."""
        places = self.query_one(OptionList)
        if places.highlighted is not None:
            places.highlighted = max(0, min(places.highlighted + step, places.option_count - 1))

    def action_cancel(self) -> None:
        """Stay where it was."""
        self.dismiss(None)


def place_of(hit: Hit) -> Content:
    """A place that was found, on two lines: where it is, and how it reads there."""
    where = hit.page.title if hit.section.level == 1 else f"{hit.page.title} › {hit.section.heading}"
    return Content.assemble((where, "bold"), f"\n  {hit.line}")
