"""What can be seen in the map, and what it means."""

from __future__ import annotations

from collections.abc import Iterator

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.boundary import LINE
from tuinet.tui.draw.cells import POINT_GLYPHS, sample_glyph
from tuinet.tui.draw.legends import class_pieces, letter_piece, level_piece, ramp_pieces
from tuinet.tui.draw.text import ink
from tuinet.tui.keymap import Keymap
from tuinet.tui.panels.base import SAMPLE_WIDTH, Entry
from tuinet.tui.panels.map.drawing import CURSOR
from tuinet.tui.style.colour import readable_on
from tuinet.tui.style.theme import LEVELS, Theme


def map_glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
    """The entries, as they look in this theme."""
    text, dim = theme.inks.text, theme.inks.axis
    mark, more = ("glyph", "denser") if theme.is_grey else ("colour", "farther from grey")
    ends, undecided = keymap.name("show_output"), level_piece(theme.levels, LEVELS // 2, 6)
    train, test = "".join(POINT_GLYPHS[:4]), sample_glyph(0, is_test=True)
    yield (
        ramp_pieces(theme.levels),
        "The output at each place. Two classes: P(1), the probability of class 1. Numbers to predict: from the "
        "lowest target to the highest, which stand at the ends. While it trains, a colour may be one shade behind.",
    )
    yield [undecided], "Undecided: P(1) near one half."
    yield (
        [(LINE, theme.inks.strong)],
        "The decision boundary: here the answer changes, from one class to another or from no to yes. Where there is "
        "none, all of the map is one class, or undecided. Edges between shades are mixed: they are no lines.",
    )
    yield (
        class_pieces(("", "", ""), theme, SAMPLE_WIDTH),
        f"Several classes: the {mark} of the class with the largest output, the {more} the more certain.",
    )
    yield [(train, text)], "Training samples, a glyph for each class, the first one for the first."
    yield (
        [("●", ink(readable_on(theme.levels[-1]), theme.levels[-1], bold=True))],
        "Numbers: a sample on the colour of its target; where the network is right, that is the colour around it.",
    )
    yield [(test, text)], "Test samples: glyphs of their own, this one for the first class."
    letters = [letter_piece(0, theme), letter_piece(1, theme)]
    yield letters, "Wrong samples: a letter for their class, A for the first."
    yield [("x1  x2", dim)], "The two inputs, with the range that is shown."
    yield (
        [("PC1 73%", dim)],
        "More than two inputs: the plane in which the samples spread most, and how much of it.",
    )
    yield [("at their mean", dim)], "A cut through two of the features: all others are held at their mean."
    yield (
        [("response", dim)],
        f"What one neuron answers at each place, in the range of its activation; {ends} ends it.",
    )
    yield (
        [(CURSOR, theme.inks.chosen)],
        "The cursor, and below what is answered there. A sample under it stands in brackets.",
    )
    yield [("━", theme.inks.curve)], "One input: the output against the input, among the samples."
