"""The symbols beside the text of a lesson."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.lesson import CHOSEN, DO, DONE, WAITS


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    accent = ink(theme.accent, theme.background, bold=True)
    return [
        ([(DO, accent)], "Something to do."),
        ([(WAITS, ink(theme.warning, theme.background, bold=True))], "The lesson waits for this to come true."),
        ([(DONE, ink(theme.curve, theme.background, bold=True))], "It has come true; beside an answer, the right one."),
        ([(CHOSEN, accent)], "What you have predicted."),
    ]
