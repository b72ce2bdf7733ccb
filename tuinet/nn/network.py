"""A Network: layer sizes, functions and parameters; and its forward pass for looking rather than training."""

from __future__ import annotations

from collections.abc import Sequence

from tuinet.nn.activations import ACTIVATIONS, Activation
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
        names = (*hidden_activations, loss.output_activation)
        self.activations: tuple[Activation, ...] = tuple(ACTIVATIONS[name] for name in names)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of all layers, inputs first."""
        return self.parameters.layer_sizes

    @property
    def n_layers(self) -> int:
        """Layers with weights: the hidden ones and the output."""
        return len(self.activations)
