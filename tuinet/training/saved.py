"""A saved session: where it is, and all that it can go back to."""

from __future__ import annotations

from dataclasses import dataclass

from tuinet.training.checkpoint import Checkpoint
from tuinet.training.timeline import Timeline


@dataclass(frozen=True, eq=False)
class SavedSession:
    """Everything from which a session goes on, bit for bit, time travel and branches included."""

    present: Checkpoint
    branches: tuple[Timeline, ...]
    """Copies; their keyframes are shared, since nothing changes them. Empty where only the present was saved."""
    active: int
    """Index of the branch that the present is on."""
