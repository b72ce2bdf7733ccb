"""The screen of the manual, and its search."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key, Resize
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tuinet.manual.pages import CONTENTS, Hit, Page, search
from tuinet.terminal_text import counted
from tuinet.tui.key_groups import alias
from tuinet.tui.manual.viewer import PageViewer
from tuinet.tui.panels.footer import KeyBar
from tuinet.tui.screen_keys import MANUAL_BINDINGS
from tuinet.tui.screens.base import ClosingScreen, ThemedScreen
from tuinet.tui.style.theme import Theme

_MOST: Final = 100
"""Places that are listed, and characters of a search."""
_FOUND: Final = "found"
_INDENT: Final = 2
_LEAST_ROOM: Final = 20
_MARK: Final = "bold underline"
"""Of what was sought: seen without colours, too."""
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
        room = max(places.size.width - _INDENT - 1, _LEAST_ROOM)
        places.add_options([Option(place_of(hit, room)) for hit in self._hits[:_MOST]])
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


def place_of(hit: Hit, room: int) -> Content:
    """A place that was found, on two lines: where it is, and how it reads there, with what was sought marked."""
    where = hit.page.title if hit.section.level == 1 else f"{hit.page.title} › {hit.section.heading}"
    text, found = hit.around(room)
    passage = Content(text)
    for start, end in found:
        passage = passage.stylize(_MARK, start, end)
    return Content.assemble((where, "bold"), f"\n{' ' * _INDENT}", passage)


STYLES: Final = Path(__file__).with_name("manual.tcss")
_ROOMY: Final = 110
"""Columns from which on the outline stands beside a page without being asked for."""


class ManualScreen(ThemedScreen, ClosingScreen[None]):
    """Shows the pages of the manual.

    Parameters
    ----------
    page
        The first page.
    anchor
        Of a heading on it; empty for its top.
    """

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [*MANUAL_BINDINGS]

    def __init__(self, page: Page, theme: Theme, anchor: str = "") -> None:
        super().__init__()
        self._page, self._anchor = page, anchor
        self._sought = ""
        self._outline: bool | None = None
        """Whether the outline is wanted; ``None`` where that is left to the width."""
        self.set_reactive(ThemedScreen.theme, theme)

    def compose(self) -> ComposeResult:
        """The page, and the keys."""
        yield PageViewer(self._page, self._anchor)
        yield KeyBar(MANUAL_BINDINGS, self.colours)

    @property
    def viewer(self) -> PageViewer:
        """What shows the page."""
        return self.query_one(PageViewer)

    def on_mount(self) -> None:
        """Let the keys scroll at once."""
        self.viewer.document.focus()

    def on_resize(self, event: Resize) -> None:
        """Show the outline where there is room for it."""
        wanted = event.size.width >= _ROOMY if self._outline is None else self._outline
        self.viewer.show_table_of_contents = wanted

    def watch_theme(self) -> None:
        """Show the keys in other colours; the rest follows the application's."""
        for bar in self.query(KeyBar):
            bar.theme = self.colours

    def say(self, words: str) -> None:
        """Say something until the next key."""
        self.query_one(KeyBar).said = words

    def on_key(self, event: Key) -> None:
        """Show the keys again."""
        self.say("")

    def on_page_viewer_led_out(self, event: PageViewer.LedOut) -> None:
        """Name an address, since there is no browser."""
        self.say(event.target)

    def action_link(self, step: int) -> None:
        """Mark the next link, or the one before."""
        if not self.viewer.choose_link(step):
            self.say("this page has no links")

    async def action_follow(self) -> None:
        """Go where the marked link leads."""
        if not await self.viewer.follow():
            self.say("tab marks a link")

    async def action_back(self) -> None:
        """Go to the page before."""
        await self.viewer.back()

    async def action_turn(self, step: int) -> None:
        """Go to the next page."""
        await self.viewer.turn(step)

    async def action_contents(self) -> None:
        """Go to the table of contents."""
        await self.viewer.go(f"{CONTENTS}.md")

    def action_outline(self) -> None:
        """Show the headings beside the page, or not."""
        self._outline = not self.viewer.show_table_of_contents
        self.viewer.show_table_of_contents = self._outline

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.viewer.scroll_relative(y=pages * (self.viewer.size.height - 1), animate=False)

    def action_edge(self, direction: int) -> None:
        """Scroll to the top or the bottom."""
        if direction < 0:
            self.viewer.scroll_home(animate=False)
        else:
            self.viewer.scroll_end(animate=False)

    def action_search(self) -> None:
        """Ask for words, and go to the place that is chosen."""

        async def go(address: str | None) -> None:
            if address is not None:
                await self.viewer.go(address)

        self.app.push_screen(SearchScreen(self._sought), go)

    def action_close(self) -> None:
        """Back to where the reader has come from, or leave."""
        if len(self.app.screen_stack) > 1:
            self.dismiss()
        else:
            self.app.exit()
