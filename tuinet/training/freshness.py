"""What the step under way has written already, and what is left from the step before it."""

from __future__ import annotations

from tuinet.training.snapshot import Snapshot


def is_mid_step(snapshot: Snapshot) -> bool:
    """Whether a step has been begun and not finished."""
    return snapshot.phase is not None and snapshot.phase.kind != "update"


def gradients_are_fresh(snapshot: Snapshot, layer: int) -> bool:
    """Whether a layer's gradients, counted from 1, are those of the step that is on the screen."""
    if not is_mid_step(snapshot) or snapshot.phase is None:
        return True
    kind, reached = snapshot.phase.kind, snapshot.phase.layer
    return kind in ("regularize", "clip") or (kind == "backward" and reached is not None and layer >= reached)


def gradients_are_known(snapshot: Snapshot, layer: int) -> bool:
    """Whether there are gradients of a layer at all: before the first step, those that it has reached."""
    return snapshot.has_gradients or (is_mid_step(snapshot) and gradients_are_fresh(snapshot, layer))
