"""Learning rates in steps of 1, 2, 5, as on a coin tray."""

from __future__ import annotations

from tuinet.experiment.ladders import LEARNING_RATES, climbed


def next_rate(rate: float, direction: int) -> float:
    """The next of …, 0.1, 0.2, 0.5, 1, … above or below a rate; at the ends it stays."""
    return climbed(LEARNING_RATES, rate, direction)
