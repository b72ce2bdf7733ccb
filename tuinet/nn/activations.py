"""Activation functions as prepared operations, and the table of their names.

An activation is told once where its input and output live, and answers with the operations that compute it in place.
Derivatives are written from the output a wherever that is exact, as LeCun et al. (1998), "Efficient BackProp", do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from tuinet.nn.arrays import Array, Operation, constant


@dataclass(frozen=True)
class Activation:
    """A function applied to each pre-activation, with its derivative.

    Attributes
    ----------
    name
        The field's standard name.
    formula
        The function in symbols, z being the pre-activation.
    derivative_formula
        Its derivative in symbols; a is the activation itself.
    forward
        ``forward(z, a)``: the operations that write the activation of z to a.
    derivative
        ``derivative(z, a, out)``: the operations that write f′(z) to out. No operations at all stand for a
        derivative of 1 everywhere.
    """

    name: str
    formula: str
    derivative_formula: str
    forward: Callable[[Array, Array], tuple[Operation, ...]]
    derivative: Callable[[Array, Array, Array], tuple[Operation, ...]]


def _sigmoid(z: Array, a: Array) -> tuple[Operation, ...]:
    # σ(z) = ½ + ½ tanh(z/2) neither overflows nor underflows, unlike 1 / (1 + exp(−z)).
    half = constant(0.5, z)
    return (
        partial(np.multiply, z, half, a),
        partial(np.tanh, a, a),
        partial(np.multiply, a, half, a),
        partial(np.add, a, half, a),
    )


def _sigmoid_derivative(z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    return partial(np.multiply, a, a, out), partial(np.subtract, a, out, out)


def _tanh(z: Array, a: Array) -> tuple[Operation, ...]:
    return (partial(np.tanh, z, a),)


def _tanh_derivative(z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    return partial(np.multiply, a, a, out), partial(np.subtract, constant(1.0, z), out, out)


def _relu(z: Array, a: Array) -> tuple[Operation, ...]:
    return (partial(np.maximum, z, constant(0.0, z), out=a),)


def _relu_derivative(z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    # a is never negative, so its sign is the derivative; at 0 that chooses 0, as PyTorch does.
    return (partial(np.sign, a, out),)


def _linear(z: Array, a: Array) -> tuple[Operation, ...]:
    return (partial(np.copyto, a, z),)


def _linear_derivative(z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    return ()


ACTIVATIONS: Final[dict[str, Activation]] = {
    activation.name: activation
    for activation in (
        Activation("sigmoid", "1 / (1 + e^−z)", "a·(1 − a)", _sigmoid, _sigmoid_derivative),
        Activation("tanh", "tanh z", "1 − a²", _tanh, _tanh_derivative),
        Activation("relu", "max(0, z)", "1 where z > 0, else 0", _relu, _relu_derivative),
        Activation("linear", "z", "1", _linear, _linear_derivative),
    )
}
"""Every activation by its name."""
