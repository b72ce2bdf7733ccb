"""The same Experiment from many seeds, trained side by side."""

from __future__ import annotations

from dataclasses import dataclass

from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class Starts:
    """How runs from many seeds have gone so far."""

    epoch: int
    losses: Array
    """On the training set, shape (networks,)."""
