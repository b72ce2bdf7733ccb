"""The symbols of the microscope."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    left, dim, text = (ink(colour, theme.background) for colour in (theme.curve, theme.axis, theme.foreground))
    result, chosen = ink(theme.accent, theme.background, bold=True), ink(theme.background, theme.accent, bold=True)
    return [
        ([("z", left)], "Pre-activation of a neuron: its weighted inputs and its bias, added up."),
        ([("a", left)], "Activation: f(z), what the neuron passes on."),
        ([("δ", left)], "∂L/∂z: by how much the mean loss changes with z; the mean's 1/n is inside."),
        ([("∂L/∂w", left)], "Gradient: by how much the mean loss changes with a weight."),
        ([("w₁·x₁", dim)], "The formula in symbols;"),
        ([("0.54·1", text)], "the same formula with the numbers;"),
        ([("−0.1969", result)], "and what comes out."),
        ([("+0.0191", chosen)], "The number of the chosen neuron and sample."),
        ([("y", left)], "Target: what the output ought to be."),
        ([("m  v  t", left)], "What an optimizer remembers: mean gradient, mean square, steps."),
    ]
