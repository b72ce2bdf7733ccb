"""The parts of a line that is shared."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    name = ink(theme.accent, theme.background)
    return [
        ([("--defaults", name)], "The generation of the defaults that the line relies on; a later tuinet keeps them."),
        ([("--edit", name)], "What was changed on the way: @300 after 300 updates, @300:4 after 4 phases more."),
        ([("--at", name)], "Where the run is: so many updates, and phases of the next one."),
        ([("--expect", name)], "Digest of weights and samples there: who follows the line is warned if they differ."),
    ]
