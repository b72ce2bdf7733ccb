"""Unit maps made by hand, for networks that have never been."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tuinet.observe.map import UnitMaps
from tuinet.observe.pixels import domain_of
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import Array
from tuinet.tui.panels.network import layout, picture_view
from tuinet.tui.panels.network.placing import UnitsInSight


def with_maps(
    snapshot: Snapshot, room: tuple[int, int], sight: UnitsInSight | None = None, values: Array | None = None
) -> Snapshot:
    """The snapshot with a picture for every neuron in sight: a ramp from 0 to 1 from left to right, or these values."""
    diagram, domain = layout(snapshot, room, sight or UnitsInSight()), domain_of(snapshot.dataset)
    if not diagram.nodes:
        return snapshot
    view = picture_view(diagram, domain)
    ramp = np.tile(np.linspace(0, 1, view.columns), (view.rows, 1)) if values is None else values
    responses = np.broadcast_to(ramp, (len(view.units), view.rows, view.columns))
    return replace(snapshot, unit_maps=UnitMaps(view, domain, responses))


def with_weights(snapshot: Snapshot, layer: int, weights: Array) -> Snapshot:
    """The snapshot with other weights in a layer, counted from 1."""
    layers = list(snapshot.layers)
    layers[layer - 1] = replace(layers[layer - 1], weights=weights)
    return replace(snapshot, layers=tuple(layers))
