"""A Cursor: one weight or bias among all of them, and how the arrow keys move it."""

from __future__ import annotations

from dataclasses import dataclass

from tuinet.observe.snapshot import Snapshot
from tuinet.session.edits import SetParameter

_NUDGE = 0.05
"""Share of a value's size that one key changes, and the least change."""


@dataclass(frozen=True)
class Cursor:
    """A place in a layer's matrix, whose last row are the biases; everything counted from 0."""

    layer: int = 0
    row: int = 0
    column: int = 0

    def within(self, snapshot: Snapshot) -> Cursor:
        """The same, or the nearest that the network has."""
        layer = min(self.layer, len(snapshot.layers) - 1)
        rows, columns = _shape(snapshot, layer)
        return Cursor(layer, max(0, min(self.row, rows - 1)), max(0, min(self.column, columns - 1)))

    def moved(self, snapshot: Snapshot, down: int, right: int) -> Cursor:
        """A step further; beyond a matrix's edge it goes on in the next layer's, or in the one before."""
        rows, columns = _shape(snapshot, self.layer)
        row, column = self.row + down, self.column + right
        if 0 <= row < rows and 0 <= column < columns:
            return Cursor(self.layer, row, column)
        layer = self.layer + down + right
        if not 0 <= layer < len(snapshot.layers):
            return self
        far_rows, far_columns = _shape(snapshot, layer)
        entered = Cursor(layer, 0 if down > 0 else far_rows, self.column) if down else Cursor(layer, self.row)
        if right < 0:
            entered = Cursor(layer, self.row, far_columns)
        return entered.within(snapshot)

    def value(self, snapshot: Snapshot) -> float:
        """The weight or bias."""
        layer = snapshot.layers[self.layer]
        fan_in = layer.weights.shape[0]
        return float(layer.biases[self.column] if self.row == fan_in else layer.weights[self.row, self.column])

    def command(self, snapshot: Snapshot, value: float) -> SetParameter:
        """What sets it."""
        is_bias = self.row == snapshot.layers[self.layer].weights.shape[0]
        return SetParameter(self.layer + 1, None if is_bias else self.row, self.column, value)


def nudged(value: float, direction: int) -> float:
    """A value 5% of its size further, at least 0.05."""
    return value + direction * max(_NUDGE, _NUDGE * abs(value))


def _shape(snapshot: Snapshot, layer: int) -> tuple[int, int]:
    fan_in, fan_out = snapshot.layers[layer].weights.shape
    return fan_in + 1, fan_out
