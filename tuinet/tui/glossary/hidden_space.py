"""The lines and glyphs of the hidden space."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.cells import POINT_GLYPHS
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    line, dim, text = (ink(colour, theme.background) for colour in (theme.foreground, theme.border, theme.axis))
    wrong = ink(theme.background, theme.warning)
    return [
        (
            [("━━━", line)],
            "Where the next layer is undecided: P = 0.5, the border of two classes, or a round value of the "
            "prediction. Before another hidden layer: where the z of its units is 0.",
        ),
        ([("⠒⠒⠒⠒⠒", dim)], "Lines of the input plane, x1 or x2 the same, as the layer bends them."),
        ([(" ".join(POINT_GLYPHS[:3]), line)], "Samples, a glyph for each class, where the layer puts them."),
        ([(POINT_GLYPHS[0], wrong)], "A sample that is taken for another class."),
        ([("    ", ink(None, theme.textual["panel"]))], "What the output answers on each side of the line, faintly."),
        ([("h1  h2", text)], "Two units of the layer as axes; other units are at their mean."),
        ([("PC1  PC2", text)], "Principal components: the directions in which the samples spread most, and how much."),
        ([("z/‖w‖", text)], "The output's z over the length of its weights: the distance from the line."),
    ]
