"""The loss over a plane through the present weights, and the path of the run on it."""

from __future__ import annotations

from dataclasses import dataclass

from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss over a plane of parameters."""

    losses: Array
    """Shape (rows, columns)."""
