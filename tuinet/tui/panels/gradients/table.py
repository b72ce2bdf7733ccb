"""The gradients in numbers, a row for each layer, and a bar that shows how fast it learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import LayerSnapshot, Snapshot, gradients_are_fresh, gradients_are_known, is_mid_step
from tuinet.tui.draw.cells import bar
from tuinet.tui.draw.chart import SIDE_BY_SIDE
from tuinet.tui.draw.text import ACTIVE, Piece, active_layer, first_fitting, row, scientific
from tuinet.tui.panels.gradients.slowest import BarScale, FittedScale, Slowest, SlowestMark, update_ratios
from tuinet.tui.style.theme import Theme

MARK: Final = "◂ slowest"
_SHORT_MARK: Final = "◂"
_WIDE: Final = 60
_VERY_WIDE: Final = 90
_LEAST_BAR: Final = 8
_MOST_BAR: Final = 48
LEAST_PICTURE: Final = 5
"""Rows of a picture."""

Columns = tuple[tuple[str, Callable[[LayerSnapshot], float]], ...]

COLUMNS: Final[Columns] = (
    ("‖∂L/∂W‖", lambda layer: layer.grad_norm),
    ("‖∂L/∂b‖", lambda layer: float(np.linalg.norm(layer.bias_grads))),
    ("max |g|", lambda layer: max(np.abs(grads).max(initial=0.0) for grads in (layer.weight_grads, layer.bias_grads))),
    ("ΔW/W", lambda layer: layer.update_ratio),
)
"""What is measured for each layer."""
_UPDATE: Final = "ΔW/W"
_DROPPED: Final = ("max |g|", "‖∂L/∂b‖", _UPDATE)
"""What goes first where there is no room."""


def gradients_height(snapshot: Snapshot) -> int:
    """Rows that the layers would like to have."""
    return 1 + len(snapshot.layers)


class LayerSpeeds(NamedTuple):
    """How fast the layers learn, beside one another."""

    known: dict[int, float]
    """ΔW/W of each layer, counted from 1."""
    scale: BarScale
    slowest: Slowest | None

    @property
    def are_even(self) -> bool:
        """Whether there are several layers, and all of them learn at similar speeds."""
        return self.slowest is None and len(self.known) > 1 and min(self.known.values()) > 0


class SpeedFollower:
    """Compares the speeds of the layers from one picture to the next."""

    def __init__(self) -> None:
        self._mark, self._scale = SlowestMark(), FittedScale()

    def follow(self, snapshot: Snapshot, *, is_running: bool = False) -> LayerSpeeds:
        """How fast they learn now."""
        known = update_ratios(snapshot)
        scale = self._scale.follow(known.values(), is_running=is_running)
        return LayerSpeeds(known, scale, self._mark.follow(known, is_running=is_running))


_NORMS: Final = (
    "‖∂L/∂W‖ size of the gradient by the weights, ‖∂L/∂b‖ by the biases; max |g| the largest of both",
    "‖∂L/∂W‖ size of the gradient by the weights, ‖∂L/∂b‖ by the biases",
    "‖∂L/∂W‖ size of the gradient",
)
_RATIOS: Final = (
    "ΔW/W size of the last step, relative to the weights; 1e-3 is usual. The shorter its bar, the slower it learns",
    "ΔW/W size of the last step, relative to the weights; 1e-3 is usual",
    "ΔW/W size of a step, relative to the weights",
    "ΔW/W a step, relative to W",
)


def explained_columns(width: int, rows: int = 2) -> list[str]:
    """What the columns say, in one row or two of so many cells; nothing where it is narrow."""
    both = [first_fitting(lines, width - 2) for lines in (_NORMS, _RATIOS)]
    if all(both) and rows > 1:
        return both
    line = f"{_NORMS[-1]} · {_RATIOS[-2]}"
    return [line] if cell_len(line) <= width - 2 and rows == 1 else []


def explained_rows(theme: Theme, width: int, room: int) -> list[Strip]:
    """The same in so many rows, with a blank one before it where there is one to spare."""
    lines = explained_columns(width, room)
    if not lines or room < 1:
        return []
    texts = [*[""] * min(room - len(lines), 1), *(f" {line}" for line in lines)]
    return [row([(text, theme.inks.axis)], width, theme.inks.blank) for text in texts]


def picture_room(snapshot: Snapshot, width: int, height: int) -> int:
    """Rows that pictures have below the table, what its columns say, and a blank row; 0 where they have no room.

    What the columns say gives way to them.
    """
    most, least = height - gradients_height(snapshot) - 1, LEAST_PICTURE if width >= SIDE_BY_SIDE else 3 * LEAST_PICTURE
    rooms = (most - len(explained_columns(width, rows)) for rows in (2, 1, 0))
    return next((room for room in rooms if room >= least), 0)


def gradient_rows(
    snapshot: Snapshot, theme: Theme, width: int, height: int, speeds: LayerSpeeds | None = None
) -> list[Strip]:
    """A row of names, and a row for each layer, as many as fit, the slowest one among them."""
    if height < 1 or width < 1:
        return []
    plan = _ColumnPlan(snapshot, width, speeds or SpeedFollower().follow(snapshot))
    layers = list(enumerate(snapshot.layers, start=1))
    shown = layers if len(layers) < height else plan.shown(layers, max(height - 2, 0))
    rows = [row(plan.heading(theme.inks.axis), width, theme.inks.blank)]
    rows += [row(plan.layer(number, layer, snapshot, theme), width, theme.inks.blank) for number, layer in shown]
    if len(shown) < len(layers):
        rows.append(row([(f" … {len(layers) - len(shown)} more layers", theme.inks.axis)], width, theme.inks.blank))
    return rows[:height]


Numbered = list[tuple[int, LayerSnapshot]]


class _ColumnPlan:
    """Which columns fit, and how wide they are."""

    def __init__(self, snapshot: Snapshot, width: int, speeds: LayerSpeeds) -> None:
        activations = [layer.activation for layer in snapshot.layers]
        self._speeds = speeds
        self.column = 8 if width < _WIDE else 10
        self.name = "layer" if width >= _WIDE else ""
        self.name_width = (7 if self.name else 2) + 1
        self.activation_width = max(len(name) for name in activations) + 1 if width >= _VERY_WIDE else 0
        room = width - self.name_width - self.activation_width - 1
        self.columns, self.mark = _fitting(room, self.column, has_others=len(activations) > 1)
        left = room - self.column * len(self.columns) - len(self.mark) - 2
        self.bar = min(left, _MOST_BAR) if left >= _LEAST_BAR else 0

    def shown(self, layers: Numbered, most: int) -> Numbered:
        """So many of the layers, the first ones; the last of these gives way to the slowest where that is later."""
        slowest = self._speeds.slowest
        if slowest is None or slowest.layer <= most or not most:
            return layers[:most]
        return [*layers[: most - 1], layers[slowest.layer - 1]]

    def heading(self, axis: Style) -> list[Piece]:
        names = "".join(f"{name:>{self.column}}" for name, _ in self.columns)
        start = f" {self.name:<{self.name_width - 1}}{'':<{self.activation_width}}"
        scale = self._speeds.scale.text(self.bar) if self.bar and self._speeds.known else ""
        return [(f"{start}{names} {scale}", axis)]

    def layer(self, number: int, layer: LayerSnapshot, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """What is left from the step before is dimmed; ▸ marks the layer of the phase under way."""
        known, fresh = gradients_are_known(snapshot, number), gradients_are_fresh(snapshot, number)
        axis, dim = theme.inks.axis, theme.inks.border
        text = theme.inks.text if fresh else dim
        is_active = number == active_layer(snapshot)
        active = (ACTIVE, theme.inks.accent) if is_active else (" ", axis)
        activation = f"{layer.activation:<{self.activation_width}}" if self.activation_width else ""
        numbers: list[Piece] = []
        for name, measure in self.columns:
            is_known = snapshot.has_updates if name == _UPDATE else known
            written = scientific(measure(layer)) if is_known else "–"
            # An update is as old as the last step.
            numbers.append((f"{written:>{self.column}}", dim if name == _UPDATE and is_mid_step(snapshot) else text))
        name = f"{number:<{self.name_width - 1}}{activation}"
        return [active, (name, axis), *numbers, (" ", text), *self._bar(number, snapshot, theme)]

    def _bar(self, number: int, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """How fast the layer learns, and a mark behind that of the slowest."""
        slowest, dim = self._speeds.slowest, theme.inks.border
        is_slowest = slowest is not None and slowest.layer == number
        style = slowest_style(slowest, snapshot, theme)
        line = dim if is_mid_step(snapshot) else style if is_slowest else theme.inks.text
        filled, rest = bar(self._speeds.scale.share(self._speeds.known.get(number, 0.0)), self.bar)
        mark: list[Piece] = [(f" {self.mark}", style)] if is_slowest and self.mark else []
        return [(filled, line), (rest, dim), *mark]


def slowest_style(slowest: Slowest | None, snapshot: Snapshot, theme: Theme) -> Style:
    """In the colour of a warning only where the layer lags far behind."""
    return (
        theme.inks.warning
        if slowest is not None and slowest.lags and not snapshot.metrics.is_solved
        else theme.inks.key
    )


def _fitting(room: int, width: int, *, has_others: bool) -> tuple[Columns, str]:
    """The measures that leave room for the bar, which shows at one glance what they say, and the mark behind it."""
    for mark in (MARK, _SHORT_MARK) if has_others else ("",):
        for dropped in range(len(_DROPPED) + (mark != MARK)):
            columns = tuple(column for column in COLUMNS if column[0] not in _DROPPED[:dropped])
            if width * len(columns) + len(mark) + 2 + _LEAST_BAR <= room:
                return columns, mark
    return COLUMNS[: max(0, min(1, room // width))], ""
