"""The gradients: how the error's signal reaches each layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import (
    Frame,
    LayerSnapshot,
    Snapshot,
    gradients_are_fresh,
    gradients_are_known,
    is_mid_step,
)
from tuinet.tui.draw.cells import bar, log_share
from tuinet.tui.draw.text import ACTIVE, Piece, active_layer, row, scientific
from tuinet.tui.keymap import Keymap
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.style.theme import Theme

LOW_EXPONENT: Final = -8
HIGH_EXPONENT: Final = 0
_DECADES: Final = HIGH_EXPONENT - LOW_EXPONENT
_WIDE: Final = 60
_VERY_WIDE: Final = 72

Columns = tuple[tuple[str, Callable[[LayerSnapshot], float]], ...]

COLUMNS: Final[Columns] = (
    ("‖∂L/∂W‖", lambda layer: layer.grad_norm),
    ("‖∂L/∂b‖", lambda layer: float(np.linalg.norm(layer.bias_grads))),
    ("max |g|", lambda layer: max(np.abs(grads).max(initial=0.0) for grads in (layer.weight_grads, layer.bias_grads))),
    ("ΔW/W", lambda layer: layer.update_ratio),
)
"""What is measured for each layer."""
_UPDATE: Final = "ΔW/W"
_DROPPED: Final = ("max |g|", _UPDATE, "‖∂L/∂b‖")
"""What goes first where there is no room."""


class GradientsPanel(CellPanel, can_focus=True):
    """For each layer the size of its gradients, as numbers and as a bar on a logarithmic axis."""

    HEADING = "gradients"

    def legend(self, frame: Frame, theme: Theme) -> str:
        """What the bars are."""
        return "bar ‖∂L/∂W‖, log scale"

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """One row a layer."""
        return gradient_rows(frame.snapshot, theme, width, height)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        bars = f"‖∂L/∂W‖ from 1e{LOW_EXPONENT} to 1e{HIGH_EXPONENT}, each power of ten as long as the next: "
        yield (
            [("‖∂L/∂W‖", theme.inks.text)],
            "Norm of the gradient by the layer's weights: root of the sum of squares, last batch.",
        )
        yield [("‖∂L/∂b‖", theme.inks.text)], "The same by its biases."
        yield [("max |g|", theme.inks.text)], "The largest of these gradients, without its sign."
        yield [("ΔW/W", theme.inks.text)], "Norm of the weights' last change over their own; about 1e-3 is healthy."
        yield [("━━━━━╸──", theme.inks.curve)], bars + "where it is short in the first layers, the gradient vanishes."
        yield [("–", theme.inks.text)], "Not known before the first step."
        yield [("1.2e-2", theme.inks.border)], "Dimmed: from the step before; the one under way has not come here yet."


def gradients_height(snapshot: Snapshot) -> int:
    """Rows that the layers would like to have."""
    return 1 + len(snapshot.layers)


def gradient_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """A row of names, and a row for each layer, as many as fit."""
    if height < 1 or width < 1:
        return []
    plan = _Plan(snapshot, width)
    layers = list(enumerate(snapshot.layers, start=1))
    shown = layers if len(layers) < height else layers[: max(height - 2, 0)]
    rows = [row(plan.heading(theme.inks.axis), width, theme.inks.blank)]
    rows += [row(plan.layer(number, layer, snapshot, theme), width, theme.inks.blank) for number, layer in shown]
    if len(shown) < len(layers):
        rows.append(row([(f" … {len(layers) - len(shown)} more layers", theme.inks.axis)], width, theme.inks.blank))
    return rows[:height]


class _Plan:
    """Which columns fit, and how wide they are."""

    def __init__(self, snapshot: Snapshot, width: int) -> None:
        activations = [layer.activation for layer in snapshot.layers]
        self.column = 8 if width < _WIDE else 10
        self.name = "layer" if width >= _WIDE else ""
        self.name_width = (7 if self.name else 2) + 1
        self.activation_width = max(len(name) for name in activations) + 1 if width >= _VERY_WIDE else 0
        room = width - self.name_width - self.activation_width - 1
        self.columns = _fitting(room, self.column)
        left = room - self.column * len(self.columns) - 1
        self.bar = min(left // _DECADES, 4) * _DECADES if left >= _DECADES else 0

    def heading(self, axis: Style) -> list[Piece]:
        names = "".join(f"{name:>{self.column}}" for name, _ in self.columns)
        start = f" {self.name:<{self.name_width - 1}}{'':<{self.activation_width}}"
        scale = _axis_text(self.bar) if self.bar else ""
        return [(f"{start}{names} {scale}", axis)]

    def layer(self, number: int, layer: LayerSnapshot, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """What is left from the step before is dimmed; ▸ marks the layer of the phase under way."""
        known, fresh = gradients_are_known(snapshot, number), gradients_are_fresh(snapshot, number)
        axis, dim = theme.inks.axis, theme.inks.border
        text = theme.inks.text if fresh else dim
        is_active = number == active_layer(snapshot)
        mark = (ACTIVE, theme.inks.accent) if is_active else (" ", axis)
        activation = f"{layer.activation:<{self.activation_width}}" if self.activation_width else ""
        numbers: list[Piece] = []
        for name, measure in self.columns:
            is_known = snapshot.has_updates if name == _UPDATE else known
            written = scientific(measure(layer)) if is_known else "–"
            # An update is as old as the last step.
            numbers.append((f"{written:>{self.column}}", dim if name == _UPDATE and is_mid_step(snapshot) else text))
        filled, rest = bar(log_share(layer.grad_norm if known else 0.0, LOW_EXPONENT, HIGH_EXPONENT), self.bar)
        line = theme.inks.curve if fresh else dim
        name = f"{number:<{self.name_width - 1}}{activation}"
        return [mark, (name, axis), *numbers, (" ", text), (filled, line), (rest, dim)]


def _fitting(room: int, width: int) -> Columns:
    """The measures that leave room for the bar, which shows at one glance what they say."""
    for dropped in range(len(_DROPPED) + 1):
        columns = tuple(column for column in COLUMNS if column[0] not in _DROPPED[:dropped])
        if width * len(columns) + 1 + _DECADES <= room:
            return columns
    return COLUMNS[: max(0, min(1, room // width))]


def _axis_text(width: int) -> str:
    low, high = f"1e{LOW_EXPONENT}", f"1e{HIGH_EXPONENT}"
    return f"{low}…{high}" if width <= len(low + high) + 1 else low + high.rjust(width - len(low))
