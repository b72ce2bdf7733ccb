"""What the step under way has written already, and how that is marked."""

from __future__ import annotations

from typing import Final

from tuinet.observe.snapshot import Snapshot, gradients_are_fresh, gradients_are_known, is_mid_step

__all__ = ("ACTIVE", "active_layer", "gradients_are_fresh", "gradients_are_known", "is_mid_step")

ACTIVE: Final = "▸"
"""Marks the layer that the last phase computed."""


def active_layer(snapshot: Snapshot) -> int | None:
    """The layer that the last phase of the step under way computed, counted from 1."""
    return snapshot.phase.layer if snapshot.phase is not None and is_mid_step(snapshot) else None
