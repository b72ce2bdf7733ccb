"""The help screen: keys and legend, scrolling."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuinet.tui.bindings import CLOSE_BINDINGS
from tuinet.tui.help_text import Topics, help_rows
from tuinet.tui.keymap import keymap_of
from tuinet.tui.screens.closing import ClosingScreen
from tuinet.tui.theme import Theme


class HelpScreen(ClosingScreen[None]):
    """Explains what is on the screen, and all keys.

    Parameters
    ----------
    topics
        What there is to explain.
    theme
        The colours to start with.
    """

    CSS = """
    HelpView {
        width: 100%;
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*CLOSE_BINDINGS]

    def __init__(self, topics: Topics, theme: Theme) -> None:
        super().__init__()
        self._topics, self._theme = topics, theme

    def compose(self) -> ComposeResult:
        """One view, which has the focus, so that it scrolls by keys."""
        yield HelpView(self._topics, self._theme)

    def on_mount(self) -> None:
        """Let the keys scroll at once."""
        self.query_one(HelpView).focus()

    def show_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.query_one(HelpView).show_theme(theme)

    def action_close(self) -> None:
        """Back to the dashboard."""
        self.dismiss()


class HelpView(ScrollView, can_focus=True):
    """The rows of help that are in sight."""

    ALLOW_SELECT = False

    def __init__(self, topics: Topics, theme: Theme) -> None:
        super().__init__()
        self._topics, self._theme = topics, theme
        self._rows: list[Strip] = []

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width."""
        self._wrap()

    def show_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """The row of help that is at this row of the view."""
        index = y + self.scroll_offset.y
        return self._rows[index] if index < len(self._rows) else Strip.blank(self.size.width)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        self._rows = help_rows(self._topics.with_keys(keymap_of(self.app)), self._theme, width)
        self.virtual_size = Size(width, len(self._rows))
        self.refresh()
