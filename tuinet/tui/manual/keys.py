"""The keys of the manual, which are bound, and named in its footer, in help and in the configuration."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from tuinet.tui.bindings import MANUAL, alias, listed, quiet
from tuinet.tui.keymap import leads_back

MANUAL_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("tab", "link(1)", "link", "Next link: marked, and brought in sight", MANUAL),
    quiet("shift+tab", "link(-1)", "Link before: marked, and brought in sight", MANUAL),
    listed("enter", "follow", "follow", "Follow the link: to the page that it leads to", MANUAL),
    listed("b", "back", "back", "Back: to the page before, where it was", MANUAL),
    listed("slash", "search", "search", "Search: words on all pages", MANUAL, "/"),
    listed("c", "contents", "contents", "Contents: all pages", MANUAL),
    listed("n", "turn(1)", "page", "Next page: in the order of the contents", MANUAL),
    listed("p", "turn(-1)", "page", "Page before: in the order of the contents", MANUAL),
    listed("o", "outline", "outline", "Outline: the headings of the page beside it, or not", MANUAL),
    quiet("space", "scroll_page(1)", "Scroll on: a page", MANUAL),
    quiet("g", "edge(-1)", "Top: of the page", MANUAL),
    quiet("G", "edge(1)", "Bottom: of the page", MANUAL),
    alias("alt+left", "back"),
    alias("backspace", "back"),
    listed("escape", "close", "close", "Close: back to where you were", MANUAL, "esc"),
    leads_back("q"),
    leads_back("question_mark", "contents"),
)
"""Keys of the manual."""
