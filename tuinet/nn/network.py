"""A Network: layer sizes, functions and parameters; and its forward pass for looking rather than training."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import DTypeLike

from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from tuinet.nn.losses import Loss
from tuinet.nn.parameters import Parameters


class Network:
    """A feedforward network of fully connected layers.

    Parameters
    ----------
    parameters
        All weights and biases; their layer sizes are the network's.
    hidden_activations
        Name of the activation of each hidden layer.
    loss
        The loss, which also names the output layer's activation.
    """

    def __init__(self, parameters: Parameters, hidden_activations: Sequence[str], loss: Loss) -> None:
        self.parameters = parameters
        self.loss = loss
        self.activations: tuple[Activation, ...] = (
            *(ACTIVATIONS[name] for name in hidden_activations),
            OUTPUT_ACTIVATIONS[loss.output_activation],
        )

    def copy(self, dtype: DTypeLike) -> Network:
        """The same network with parameters of its own, in a precision."""
        parameters = Parameters(self.layer_sizes, dtype, train_biases=self.parameters.train_biases)
        parameters.vector[:] = self.parameters.vector
        return Network(parameters, [activation.name for activation in self.activations[:-1]], self.loss)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of all layers, inputs first."""
        return self.parameters.layer_sizes

    @property
    def n_layers(self) -> int:
        """Layers with weights: the hidden ones and the output."""
        return len(self.activations)
