"""The words and symbols of the status."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.status import PAUSED, RUNNING


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
    return [
        ([("2-2-1", text)], "Sizes of the layers: inputs, hidden layers, outputs."),
        ([("learning rate", dim)], "Factor between a gradient and the change it makes to a weight."),
        ([("seed", dim)], "Number from which the random initial weights are made: the same seed, the same run."),
        (
            [(RUNNING, ink(theme.curve, theme.background))],
            "Training: epochs per second reached, of those asked for.",
        ),
        ([(PAUSED, ink(theme.warning, theme.background))], "Paused; the epochs per second it would run at."),
        (
            [("replay", ink(theme.accent, theme.background))],
            "A recording: nothing is trained. A moment is a recorded update; between two, the one before is shown.",
        ),
        ([("epoch", dim)], "Complete passes over the training samples; in the past, of how many there have been."),
        ([("batch", dim)], "Complete batches of the epoch; while a step is under way, the one that it is made on."),
        (
            [("backward", ink(theme.accent, theme.background))],
            "The last phase done of a step: batch, forward, loss, backward, regularize, clip, update.",
        ),
        ([("accuracy", dim)], "Training samples on the right side of the decision, of all."),
        (
            [("997/1,000 of 50,000", text)],
            "Of a set that is too large for every frame a part is evaluated, drawn once at random: here 1,000 samples.",
        ),
        ([("in this colour", ink(theme.warning, theme.background))], "Something a teacher would point out."),
        (
            [("pending", ink(theme.accent, theme.background))],
            "What takes effect at the end of the step, which may take a while in a large network.",
        ),
    ]
