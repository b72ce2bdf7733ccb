"""The lines and pictures of the network."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.freshness import ACTIVE
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    positive, negative, dim, text, accent = (
        ink(colour, theme.background)
        for colour in (theme.positive, theme.negative, theme.axis, theme.foreground, theme.accent)
    )
    return [
        ([("⠶⠶⠶⠶⠶", positive)], "A weight above 0: a line without gaps."),
        ([("⠶⠶ ⠶⠶", negative)], "A weight below 0: a line with gaps."),
        (
            [("⠤⠶⣤⣶", positive)],
            "The broader the line and the stronger its colour, the larger the weight: steps at 0.25, 1, 2 and 4. "
            "Where there are many, lines are thinner, and weak ones paler or left out.",
        ),
        ([("+8.244", positive)], "On a line: the weight itself, where there is room."),
        (
            [("▀▄", ink(theme.levels[-1], theme.levels[0]))],
            "In a neuron: what it answers over the inputs, from its lowest value to its highest; with one input a "
            "curve, of many inputs on the plane of the map.",
        ),
        ([("x1  h1  y", dim)], "Inputs, hidden units, outputs."),
        ([("b -0.381", dim)], "Its bias."),
        ([("┏━┓", accent)], "The neuron under the cursor; the lines that lead to it stand out."),
        ([("┌─┐", text)], "The neuron that the map shows."),
        ([(ACTIVE, accent)], "The layer that the last phase of a step under way computed."),
        ([("… 24", dim)], "Neurons or layers for which there is no room."),
    ]
