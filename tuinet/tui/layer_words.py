"""How a layer does, as coloured text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.style import Style

from tuinet.health import LayerHealth, State
from tuinet.observe.snapshot import Snapshot, gradients_are_fresh
from tuinet.tui.text import ink, shorten
from tuinet.tui.theme import Theme

_COLOURS: Final[dict[State, Callable[[Theme], str]]] = {
    "healthy": lambda theme: theme.curve,
    "weak": lambda theme: theme.foreground,
    "ill": lambda theme: theme.warning,
    "unknown": lambda theme: theme.axis,
}


def layer_style(snapshot: Snapshot, number: int, theme: Theme) -> Style:
    """The colour of a layer, counted from 1; dimmed while its gradients are those of the step before."""
    colours = theme.layer_colours(len(snapshot.layers))
    return ink(colours[number - 1] if gradients_are_fresh(snapshot, number) else theme.border, theme.background)


def words_style(health: LayerHealth, theme: Theme) -> Style:
    """In the colour of warnings where something is wrong."""
    return ink(_COLOURS[health.state](theme), theme.background)


def fitting_words(health: LayerHealth, width: int, *, is_compared: bool = False) -> str:
    """As much as fits of what is to be said about a layer.

    Parameters
    ----------
    is_compared
        Whether the share of the last layer's gradients stands beside the words already.
    """
    first, remarks = health.remarks[0], health.remarks
    full, short = (" · ".join(texts) for texts in ([one.full for one in remarks], [one.short for one in remarks]))
    beside = " · ".join(one.short if one.compares else one.full for one in remarks)
    texts = (beside, short) if is_compared else (full, short, first.full)
    return next((text for text in texts if len(text) <= width), shorten(first.short, width))
