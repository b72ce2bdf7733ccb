"""Samples, weights and responses as pictures."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.legends import ramp_pieces
from tuinet.tui.response_pictures import LARGEST, SMALLEST
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.verdicts import RIGHT, WRONG, wrong_ink


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    return (
        [*_samples(theme), *_units(theme)]
        if snapshot.dataset.image_shape
        else [
            *_samples(theme),
            ([("error", dim)], "Numbers: output minus target."),
            ([("1.5", text)], "Features as they are in the data, before any standardizing."),
        ]
    )


def _samples(theme: Theme) -> list[Entry]:
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    return [
        (
            [("9→5", text)],
            "The true class, and the predicted one, whose output is the largest. Numbers: target, output.",
        ),
        (
            [("98%", dim)],
            "Confidence: the output of the predicted class; of the first of two classes with one output "
            "what that lacks of 100%.",
        ),
        ([(WRONG, wrong_ink(theme))], "Wrong: taken for another class. With f, the most confident ones come first."),
        ([(RIGHT, ink(theme.curve, theme.background))], "Large: the true class among the outputs of all classes."),
        (
            [("of the first", dim)],
            "Where a set is large, so many samples are looked at for an order, or for responses.",
        ),
    ]


def _units(theme: Theme) -> list[Entry]:
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    return [
        (
            ramp_pieces(theme),
            "Weights of a unit, each in the place of its pixel: from negative to positive, the strongest colours for "
            "the size below the picture, its largest weight without the sign.",
        ),
        ([(f"{LARGEST} 3.2", text)], "Responses: a sample with one of the unit's largest activations, and that."),
        (
            [(f"{SMALLEST} 0", text)],
            "A sample with one of the smallest. Of equal ones the pre-activation decides; a dead unit has the same "
            "for all.",
        ),
        ([("h3", dim)], "The third hidden unit of the layer; outputs have the names of their classes."),
    ]
