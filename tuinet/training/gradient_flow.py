"""How the gradients of each layer have changed over time, and how they are spread now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """How the gradients of each layer have changed over time, and how they are spread now."""
