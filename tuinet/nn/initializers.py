"""How weights start."""

from __future__ import annotations

import numpy as np

from tuinet.nn.parameters import Parameters


def initialize_normal(parameters: Parameters, scale: float, generator: np.random.Generator) -> None:
    """Draw every weight from a normal distribution around 0, layer by layer; set every bias to 0.

    Parameters
    ----------
    parameters
        Written in place.
    scale
        Standard deviation of the weights.
    generator
        Source of the draws.
    """
    for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
        weights[:] = scale * generator.standard_normal(weights.shape)
        biases[:] = 0.0
