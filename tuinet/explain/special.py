"""The functions that activations are made of, of one number."""

from __future__ import annotations

import math


def logistic(z: float) -> float:
    """σ(z) = ½ + ½·tanh(z/2), which does not overflow."""
    return 0.5 + 0.5 * math.tanh(z / 2)


def normal_distribution(z: float) -> float:
    """Φ(z), the share of a standard normal distribution below z."""
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def normal_density(z: float) -> float:
    """φ(z), the density of a standard normal distribution at z."""
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
