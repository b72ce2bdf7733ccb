"""A Network: layer sizes, functions and parameters; and the Workspace in which one batch size is computed.

What is computed in them, forward, deltas and gradients, is in `tuinet.nn.training`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import DTypeLike

from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from tuinet.nn.arithmetic import FAST, Arithmetic
from tuinet.nn.losses import Loss
from tuinet.nn.parameters import Array, Parameters


class Network:
    """A feedforward network of fully connected layers; the loss also names the output layer's activation."""

    def __init__(
        self, parameters: Parameters, hidden_activations: Sequence[str], loss: Loss, arithmetic: Arithmetic = FAST
    ) -> None:
        self.parameters = parameters
        self.loss = loss.for_outputs(parameters.layer_sizes[-1])
        self.arithmetic = arithmetic
        self.activations: tuple[Activation, ...] = (
            *(ACTIVATIONS[name] for name in hidden_activations),
            OUTPUT_ACTIVATIONS[loss.output_activation],
        )

    def copy(self, dtype: DTypeLike) -> Network:
        """Copy the network with parameters of its own, in a given precision."""
        parameters = Parameters(self.layer_sizes, dtype, train_biases=self.parameters.train_biases)
        parameters.vector[:] = self.parameters.vector
        return self.of(parameters, self.arithmetic)

    def of(self, parameters: Parameters, arithmetic: Arithmetic) -> Network:
        """A network with the same functions, and with other parameters of these layer sizes."""
        hidden = [activation.name for activation in self.activations[:-1]]
        return Network(parameters, hidden, self.loss, arithmetic)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of all layers, inputs first."""
        return self.parameters.layer_sizes

    @property
    def n_layers(self) -> int:
        """Layers with weights: the hidden ones and the output."""
        return len(self.activations)


class Workspace:
    """Buffers for a batch, each of shape (samples, size of the layer), one for every layer with weights.

    Layers are computed in Fortran order: each feature is one contiguous run of samples, so that the column of ones
    for the biases can stand behind the activations while these stay contiguous, and elementwise calls take NumPy's
    fastest path. The inputs come as rows of a table and stay in C order. Buffers for a stack have the shape (networks,
    samples, size of the layer), and in memory the networks are innermost.

    Parameters
    ----------
    inputs
        The batch with a column of ones behind its features, shape (samples, features + 1), C order. Kept, not copied.
    targets
        Shape (samples, outputs), Fortran order. Kept, not copied. Where each network of a stack has a batch of its own,
        inputs and targets have the networks as their first axis.
    layer_sizes
        Sizes of all layers, inputs first.
    weights
        Of the samples in the loss, shape (samples,); ``None`` where all count the same. Kept, not copied.
    dropout
        Whether hidden layers drop some of their activations. What is passed on then differs from the activations, of
        which the derivatives are made.
    networks
        Of a stack; ``None`` for a single network.
    """

    def __init__(
        self,
        inputs: Array,
        targets: Array,
        layer_sizes: Sequence[int],
        weights: Array | None = None,
        *,
        dropout: bool = False,
        networks: int | None = None,
    ) -> None:
        self.inputs = inputs
        self.targets = targets
        self.weights = weights
        samples, stack = inputs.shape[-2], () if networks is None else (networks,)
        # The outputs of one sample are contiguous, and NumPy sums them in pairs: so they must be in a stack, too.
        order: Literal["C", "F"] = "C" if samples == 1 else "F"
        self.with_ones = [np.ones((*stack, samples, size + 1), inputs.dtype, order=order) for size in layer_sizes[1:]]
        self.outputs = [output[..., :-1] for output in self.with_ones]
        """The outputs of each layer: its activations, less those that were dropped."""
        self.masks: list[Array] = [np.ones_like(output) for output in self.outputs[:-1]] if dropout else []
        """For each hidden layer what its activations are multiplied by: 0 or 1 / (1 − rate); none without dropout."""
        self.activations = [np.zeros_like(mask) for mask in self.masks] + self.outputs[len(self.masks) :]
        self.pre_activations = [np.zeros_like(a) for a in self.activations]
        self.deltas = [np.zeros_like(a) for a in self.activations]
        # Ones, since an activation whose derivative is 1 everywhere has no operation that would write it.
        self.derivatives = [np.ones_like(a) for a in self.activations]

    def layer_input(self, layer: int) -> Array:
        """The inputs of a layer (counted from 1) with the column of ones, shape (…, samples, fan_in + 1)."""
        return self.inputs if layer == 1 else self.with_ones[layer - 2]


def with_ones(X: Array) -> Array:
    """A copy of a table in C order with a column of ones behind it."""
    return np.ascontiguousarray(np.hstack([X, np.ones((len(X), 1), X.dtype)]))
