"""Networks and data for tests of the engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from tuinet.nn.arithmetic import ARITHMETICS
from tuinet.nn.initializers import initialize
from tuinet.nn.losses import LOSSES
from tuinet.nn.network import Network
from tuinet.nn.optimizers import OPTIMIZERS, Optimizer
from tuinet.nn.parameters import Array, Parameters

XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def make_network(
    sizes: tuple[int, ...],
    activation: str,
    *,
    loss: str = "cross-entropy",
    output: str = "sigmoid",
    initializer: str = "normal",
    dtype: DTypeLike = np.float64,
    seed: int = 0,
    arithmetic: str = "fast",
) -> Network:
    """A network with weights from a seed, and biases that are not 0."""
    parameters = Parameters(sizes, dtype)
    initialize(parameters, initializer, 1.0, np.random.default_rng(seed))
    for biases in parameters.biases:
        biases[:] = np.linspace(-0.4, 0.3, biases.size)
    return Network(parameters, [activation] * (len(sizes) - 2), LOSSES[loss][output], ARITHMETICS[arithmetic]())


def make_optimizer(network: Network, name: str = "sgd", learning_rate: float = 0.5) -> Optimizer:
    kind = OPTIMIZERS[name]
    optimizer = kind(network.parameters, network.parameters.like(), kind.defaults)
    optimizer.learning_rate[...] = learning_rate
    return optimizer


def make_targets(network: Network, samples: int, seed: int = 0) -> Array:
    """Targets that suit the network's output."""
    generator, outputs = np.random.default_rng(seed), network.layer_sizes[-1]
    match network.loss.output_activation:
        case "softmax":
            return np.eye(outputs)[generator.integers(0, outputs, samples)]
        case "linear":
            return generator.standard_normal((samples, outputs))
        case "tanh":
            return generator.choice([-1.0, 1.0], (samples, outputs))
        case _:
            return generator.integers(0, 2, (samples, outputs)).astype(float)
