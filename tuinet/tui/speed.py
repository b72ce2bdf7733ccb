"""The speeds that the dashboard offers."""

from __future__ import annotations

from typing import Final

SPEEDS: Final[tuple[float | None, ...]] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, None)
"""Epochs per second, from slow to fast; ``None`` is unlimited."""


def faster(speed: float | None) -> float | None:
    """The next speed upwards; the fastest stays."""
    if speed is None:
        return None
    return next(level for level in SPEEDS if level is None or level > speed)


def slower(speed: float | None) -> float | None:
    """The next speed downwards; the slowest stays."""
    below = [level for level in SPEEDS if level is not None and (speed is None or level < speed)]
    return below[-1] if below else speed
