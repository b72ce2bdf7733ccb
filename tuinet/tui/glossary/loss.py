"""The curves of the loss."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.branches import DIMMED, FUTURE, NOW
from tuinet.tui.colour import mix
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.legends import curve_piece, marker_of
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    test, future = marker_of(1, theme), marker_of(FUTURE, theme)
    dim = ink(theme.axis, theme.background)
    return [
        ([curve_piece(theme.curve, theme)], "Mean loss over the training samples, against epochs since the start."),
        (
            [curve_piece(theme.test_curve, theme, test)],
            "The same over the test samples, which the network never learns from.",
        ),
        (
            [("⠒⠒", ink(theme.curve, theme.background)), ("⠒⠒", ink(theme.test_curve, theme.background))],
            "Dashes in turn: both curves pass through the same cells.",
        ),
        ([("penalty", dim)], "What l1 and l2 add to the loss; the sum is what is made small."),
        ([("R²", dim)], "Share of the targets' variance that is predicted; 1 is all of it, 0 no more than their mean."),
        (
            [curve_piece(mix(theme.curve, theme.background, DIMMED), theme, future)],
            "Dimmed: branches that were left, named by what is different in them; and what was the future once.",
        ),
        (
            [(NOW, ink(theme.foreground, theme.background, bold=True))],
            "The present, in a past that one has gone back to. Click the curve, or drag along it, to go to an epoch.",
        ),
        ([("on 1,000 of 50,000", dim)], "The whole curve is of this part of a large set, drawn once at random."),
        ([("1e-2", dim)], "Ten to the power of minus two: 0.01."),
        (
            [("cross-entropy", dim)],
            "Mean of -ln P(right class), in nats: guessing one of two classes costs 0.693.",
        ),
    ]
