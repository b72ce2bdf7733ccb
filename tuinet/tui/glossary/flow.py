"""The curves, bars and words of the gradient flow."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    first, last = theme.layer_colours(2)
    good, bad = ink(theme.curve, theme.background), ink(theme.warning, theme.background)
    metrics = snapshot.metrics
    samples = "all training samples" if metrics.of is None else f"all {metrics.samples:,} training samples seen"
    return [
        (
            [("⠑⠢⢄1", ink(first, theme.background)), (" ⠑⠢⢄2", ink(last, theme.background))],
            "‖∂L/∂W‖ of each layer against epochs, in powers of ten; the number at its end is the layer's.",
        ),
        ([("0: 1-4", dim)], "Layers whose gradient is 0: a logarithmic axis has no place for them."),
        ([("▁▃▇█", ink(first, theme.background))], "How many weights have a gradient of this size."),
        ([("+  −  ±", dim)], "Gradients above 0, below 0, both together."),
        ([("of 2's", dim)], "Size of the layer's gradients over that of the last layer's."),
        ([("root mean square", dim)], "How large the gradient of one weight of the layer is: ‖∂L/∂W‖ / √weights."),
        ([("healthy", good)], "Nothing to be said against it."),
        ([("vanishing", bad)], "Less than 1e-4 of the last layer's: the layer hardly learns. Weak: less than 1e-2."),
        ([("exploding", bad)], "A norm above 1e3."),
        (
            [("stands still", bad)],
            "Weights change by less than 1e-6 of themselves a step. Jumps: by more than half.",
        ),
        ([("2/4 dead", bad)], f"Units whose slope is 0 for {samples}. Saturated: below 0.01."),
        ([("–", text)], "Not known before the first step."),
    ]
