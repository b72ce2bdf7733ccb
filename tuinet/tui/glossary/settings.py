"""The marks of the settings."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.choices import PRESENT
from tuinet.tui.colour import mix
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.settings import CHANGED, CHOSEN, FAINT


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    text, dim, accent = (ink(colour, theme.background) for colour in (theme.foreground, theme.axis, theme.accent))
    faint = ink(mix(theme.axis, theme.background, FAINT), theme.background)
    part, warm = ink(theme.background, theme.accent, bold=True), ink(theme.warning, theme.background)
    return [
        ([(CHOSEN, accent)], "The field that the keys change; in a list that is searched, the name that enter takes."),
        ([("◂ 0.5 ▸", accent)], "The keys ◂ and ▸ take the value before and the next one, or choose a part of it."),
        ([("[8]", part)], "The layer, activation or feature that [ and ] change."),
        ([(CHANGED, accent)], "The value is not the default of this dataset; backspace brings that back."),
        ([("auto (0.999)", text)], "Left to the dataset, the optimizer or the task; in brackets what that means now."),
        ([("unused", faint)], "Dim: the field makes no difference now; it can still be changed."),
        ([(PRESENT, accent)], "The choice that is in force; in a list of features, one that is in use."),
        ([("A change …", accent)], "What a change of the field does to the run."),
        ([("in this colour", warm)], "Why a value was refused, or why a field makes no difference now."),
        ([("full (4)", text)], "Every batch is the whole training set; in brackets its samples."),
        ([("fan_in", dim)], "Inputs of a layer's units; fan_out is the number of the units."),
    ]
