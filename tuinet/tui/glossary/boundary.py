"""The colours and glyphs of the map."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.cells import POINT_GLYPHS
from tuinet.tui.colour import readable_on
from tuinet.tui.glossary.entry import SAMPLE_WIDTH, Entry
from tuinet.tui.glyphs import sample_glyph
from tuinet.tui.legends import class_pieces, letter_piece, level_piece, ramp_pieces
from tuinet.tui.maps import CURSOR
from tuinet.tui.text import ink
from tuinet.tui.theme import LEVELS, Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
    mark, more = ("glyph", "denser") if theme.is_grey else ("colour", "farther from grey")
    return [
        (
            ramp_pieces(theme),
            "The output at each place. Two classes: P(1), the probability of class 1. Numbers to predict: from the "
            "lowest target to the highest, which stand at the ends. While it trains, a colour may be one shade behind.",
        ),
        ([level_piece(theme.levels, LEVELS // 2, 6)], "Undecided: P(1) near one half. This is the decision boundary."),
        (
            class_pieces(("", "", ""), theme, SAMPLE_WIDTH),
            f"Several classes: the {mark} of the class with the largest output, the {more} the more certain.",
        ),
        ([("".join(POINT_GLYPHS[:4]), text)], "Training samples, a glyph for each class, the first one for the first."),
        (
            [("●", ink(readable_on(theme.levels[-1]), theme.levels[-1], bold=True))],
            "Numbers: a sample on the colour of its target; where the network is right, that is the colour around it.",
        ),
        ([(sample_glyph(0, is_test=True), text)], "Test samples: glyphs of their own, this one for the first class."),
        ([letter_piece(0, theme), letter_piece(1, theme)], "Wrong samples: a letter for their class, A for the first."),
        ([("x1  x2", dim)], "The two inputs, with the range that is shown."),
        ([("PC1 73%", dim)], "More than two inputs: the plane in which the samples spread most, and how much of it."),
        ([("at their mean", dim)], "A cut through two of the features: all others are held at their mean."),
        ([("response", dim)], "What one neuron answers at each place, in the range of its activation; 0 ends it."),
        (
            [(CURSOR, ink(theme.background, theme.accent, bold=True))],
            "The cursor: enter adds a point of the brush there. A sample under it stands in brackets.",
        ),
        ([("━", ink(theme.curve, theme.background))], "One input: the output against the input, among the samples."),
    ]
