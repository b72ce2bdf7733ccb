"""What is said about a neuron in words and numbers: its bias, its largest weights, and what its colours mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.cells import Array
from tuinet.tui.legends import ramp_of
from tuinet.tui.strengths import number_style
from tuinet.tui.text import Piece, ink, short_number, signed, width_of
from tuinet.tui.theme import Theme
from tuinet.tui.unit_shades import UnitShades
from tuinet.tui.units import unit_name


def neuron_pieces(snapshot: Snapshot, unit: Unit, theme: Theme, room: int) -> list[Piece]:
    """As in ``h2: b -0.381, x1 +0.828, x2 -1.572``: the bias and the largest incoming weights, as many as fit.

    Of an input it is the largest outgoing ones: ``x1 → h1 +0.351, h2 +0.828``. They stand in the order of the
    neurons; dots say that there are more.
    """
    axis, dots = ink(theme.axis, theme.background), " …"
    start = _start(snapshot, unit, theme)
    others, weights = _others(snapshot, unit)
    order = np.argsort(np.where(np.isfinite(weights), -np.abs(weights), -np.inf), kind="stable").tolist()
    pieces = start
    for shown in range(1, len(order) + 1):
        longer = [*start, *_weights(snapshot, [(others, index) for index in sorted(order[:shown])], weights, theme)]
        if width_of(longer) > room:
            return [*pieces, (dots, axis)] if width_of(pieces) + len(dots) <= room else pieces
        pieces = longer
    return pieces


def _start(snapshot: Snapshot, unit: Unit, theme: Theme) -> list[Piece]:
    axis, (layer, index) = ink(theme.axis, theme.background), unit
    name = (unit_name(snapshot, unit), ink(theme.accent, theme.background))
    if not layer:
        return [name, (" →", axis)]
    bias = float(snapshot.layers[layer - 1].biases[index])
    return [name, (": b ", axis), (signed(bias).strip(), number_style(bias, theme)), (",", axis)]


def _others(snapshot: Snapshot, unit: Unit) -> tuple[int, Array]:
    """The layer at the other end, and the weights that lead there or come from there."""
    layer, index = unit
    return (
        (1, snapshot.layers[0].weights[index])
        if not layer
        else (layer - 1, snapshot.layers[layer - 1].weights[:, index])
    )


def _weights(snapshot: Snapshot, units: Sequence[Unit], weights: Array, theme: Theme) -> list[Piece]:
    axis = ink(theme.axis, theme.background)
    pieces: list[Piece] = []
    for unit in units:
        weight = float(weights[unit[1]])
        pieces += [
            (f"{',' if pieces else ''} {unit_name(snapshot, unit)} ", axis),
            (signed(weight).strip(), number_style(weight, theme)),
        ]
    return pieces


def scale_pieces(snapshot: Snapshot, unit: Unit, theme: Theme) -> list[Piece]:
    """What the colours of a neuron's picture go from and to; nothing where there are none."""
    maps = snapshot.unit_maps
    if maps is None or unit not in maps.by_unit or not np.isfinite(maps.by_unit[unit]).any():
        return []
    axis, shade = ink(theme.axis, theme.background), UnitShades(snapshot, theme, maps).shade(unit)
    ramp = ramp_of(shade.colours)
    return [(f"{short_number(shade.low)} ", axis), *ramp, (f" {short_number(shade.high)}", axis)]
