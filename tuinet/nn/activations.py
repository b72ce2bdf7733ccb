"""Activation functions as prepared operations, and the table of their names.

An activation is told once where its input and output live, and answers with the operations that compute it in place.
Derivatives are written from the output a wherever that is exact, as LeCun et al. (1998), "Efficient BackProp", do. At
a kink the derivative is the one that PyTorch chooses: 0 for relu, and the slope of the left side for leaky_relu.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.functions import Code
from tuinet.nn.parameters import Array, Operation, constant

LEAK: Final = 0.01
"""Slope of leaky_relu below 0."""


class Activation(NamedTuple):
    """A function of a layer's pre-activations, with its derivative."""

    name: str
    formula: str
    """The function in symbols, z being the pre-activation."""
    derivative_formula: str
    """Its derivative in symbols; a is the activation itself, σ the logistic function, Φ and φ the normal distribution
    and its density."""
    forward: Callable[[Arithmetic, Array, Array], tuple[Operation, ...]]
    """``forward(f, z, a)``: the operations that write the activation of z to a; exp, tanh and their kin are those of
    the arithmetic f, as in ``f.exp.into(z, a)``."""
    derivative: Callable[[Arithmetic, Array, Array, Array], tuple[Operation, ...]]
    """``derivative(f, z, a, out)``: the operations that write the slope at z to out; none where it is 1 everywhere."""
    code: Code | None = None
    """The code of an exported script; without it, no script can be exported."""


def _sigmoid(f: Arithmetic, z: Array, a: Array) -> tuple[Operation, ...]:
    # σ(z) = ½ + ½ tanh(z/2) neither overflows nor underflows, unlike 1 / (1 + exp(−z)).
    half = constant(0.5, z)
    return (
        partial(np.multiply, z, half, a),
        *f.tanh.into(a, a),
        partial(np.multiply, a, half, a),
        partial(np.add, a, half, a),
    )


def _elu(f: Arithmetic, z: Array, a: Array) -> tuple[Operation, ...]:
    # e^z − 1 is never below z, so the larger of the two is z itself where z > 0, once e^z is cut off at 1.
    zero = constant(0.0, z)
    return partial(np.minimum, z, zero, out=a), *f.expm1.into(a, a), partial(np.maximum, z, a, out=a)


def _normal_distribution(f: Arithmetic, z: Array, out: Array) -> Operation:
    """Φ(z), the share of a standard normal distribution below z, from the error function."""

    def write() -> None:
        out[...] = f.erf(z / math.sqrt(2))
        out[...] = 0.5 * (1 + out)

    return write


def _gelu_derivative(f: Arithmetic, z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    # Φ(z) + z·φ(z), with the normal density φ(z) = e^(−z²/2) / √2π.
    density = np.empty_like(z)
    return (
        _normal_distribution(f, z, out),
        partial(np.multiply, z, z, density),
        partial(np.multiply, density, constant(-0.5, z), density),
        *f.exp.into(density, density),
        partial(np.multiply, density, constant(1 / math.sqrt(2 * math.pi), z), density),
        partial(np.multiply, density, z, density),
        partial(np.add, out, density, out),
    )


def _silu_derivative(f: Arithmetic, z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    # σ + a·(1 − σ), a product that stays exact where z is huge and 1 − σ is 0.
    rest = np.empty_like(z)
    return (
        *_sigmoid(f, z, out),
        partial(np.subtract, constant(1.0, z), out, rest),
        partial(np.multiply, rest, a, rest),
        partial(np.add, out, rest, out),
    )


def _softsign_derivative(f: Arithmetic, z: Array, a: Array, out: Array) -> tuple[Operation, ...]:
    # 1 / (1 + |z|)²; squared last, so that nothing overflows on the way.
    return (
        partial(np.absolute, z, out),
        partial(np.add, out, constant(1.0, z), out),
        partial(np.reciprocal, out, out),
        partial(np.square, out, out),
    )


def _softmax(f: Arithmetic, z: Array, a: Array) -> tuple[Operation, ...]:
    # Shifted by each sample's largest z, which changes nothing and keeps e^z from overflowing. Features are the rows
    # of the transposes, where NumPy reduces all samples at once.
    zT, aT, row = z.mT, a.mT, np.empty_like(z.mT[..., :1, :])
    return (
        partial(np.maximum.reduce, zT, -2, None, row, True),
        partial(np.subtract, zT, row, aT),
        *f.softmax_power.into(aT, aT),
        partial(np.add.reduce, aT, -2, None, row, True),
        partial(np.divide, aT, row, aT),
    )


ACTIVATIONS: Final[dict[str, Activation]] = {
    activation.name: activation
    for activation in (
        Activation(
            "sigmoid",
            "1 / (1 + e^−z)",
            "a·(1 − a)",
            _sigmoid,
            lambda f, z, a, out: (partial(np.multiply, a, a, out), partial(np.subtract, a, out, out)),
            Code("np.tanh(z * 0.5) * 0.5 + 0.5", "a - a * a", torch="torch.sigmoid(z)"),
        ),
        Activation(
            "tanh",
            "tanh z",
            "1 − a²",
            lambda f, z, a: f.tanh.into(z, a),
            lambda f, z, a, out: (partial(np.multiply, a, a, out), partial(np.subtract, constant(1.0, z), out, out)),
            Code("np.tanh(z)", "1.0 - a * a", torch="torch.tanh(z)"),
        ),
        Activation(
            "relu",
            "max(0, z)",
            "1 where z > 0, else 0",
            lambda f, z, a: (partial(np.maximum, z, constant(0.0, z), out=a),),
            # a is never negative, so its sign is the derivative; at 0 that chooses 0, as PyTorch does.
            lambda f, z, a, out: (partial(np.sign, a, out),),
            Code("np.maximum(z, 0.0)", "np.sign(a)", torch="functional.relu(z)"),
        ),
        Activation(
            "leaky_relu",
            "max(0.01·z, z)",
            "1 where z > 0, else 0.01",
            lambda f, z, a: (partial(np.multiply, z, constant(LEAK, z), a), partial(np.maximum, z, a, out=a)),
            lambda f, z, a, out: (
                partial(np.heaviside, z, constant(0.0, z), out),
                partial(np.maximum, out, constant(LEAK, z), out=out),
            ),
            Code(
                "np.maximum(z, z * 0.01)",
                "np.maximum(np.heaviside(z, 0.0), 0.01)",
                torch="functional.leaky_relu(z, 0.01)",
            ),
        ),
        Activation(
            "elu",
            "z where z > 0, else e^z − 1",
            "1 where z > 0, else e^z",
            _elu,
            lambda f, z, a, out: (partial(np.minimum, z, constant(0.0, z), out=out), *f.exp.into(out, out)),
            Code(
                "np.maximum(z, np.expm1(np.minimum(z, 0.0)))", "np.exp(np.minimum(z, 0.0))", torch="functional.elu(z)"
            ),
        ),
        Activation(
            "gelu",
            "z·Φ(z)",
            "Φ(z) + z·φ(z)",
            lambda f, z, a: (_normal_distribution(f, z, a), partial(np.multiply, a, z, a)),
            _gelu_derivative,
            Code(
                "normal_cdf(z) * z",
                "normal_cdf(z) + np.exp(z * z * -0.5) * (1 / math.sqrt(2 * math.pi)) * z",
                torch="functional.gelu(z)",
            ),
        ),
        Activation(
            "silu",
            "z·σ(z)",
            "σ(z) + a·(1 − σ(z))",
            lambda f, z, a: (*_sigmoid(f, z, a), partial(np.multiply, a, z, a)),
            _silu_derivative,
            Code("sigmoid(z) * z", "sigmoid(z) + (1.0 - sigmoid(z)) * a", torch="functional.silu(z)"),
        ),
        Activation(
            "softplus",
            "ln(1 + e^z)",
            "σ(z)",
            lambda f, z, a: f.softplus.into(z, a),
            lambda f, z, a, out: _sigmoid(f, z, out),
            Code("np.logaddexp(z, 0.0)", "sigmoid(z)", torch="torch.logaddexp(z, torch.zeros_like(z))"),
        ),
        Activation(
            "softsign",
            "z / (1 + |z|)",
            "1 / (1 + |z|)²",
            lambda f, z, a: (
                partial(np.absolute, z, a),
                partial(np.add, a, constant(1.0, z), a),
                partial(np.divide, z, a, a),
            ),
            _softsign_derivative,
            Code("z / (np.abs(z) + 1.0)", "np.square(np.reciprocal(np.abs(z) + 1.0))", torch="functional.softsign(z)"),
        ),
        Activation(
            "sin",
            "sin z",
            "cos z",
            lambda f, z, a: f.sin.into(z, a),
            lambda f, z, a, out: f.cos.into(z, out),
            Code("np.sin(z)", "np.cos(z)", torch="torch.sin(z)"),
        ),
        Activation(
            "linear",
            "z",
            "1",
            lambda f, z, a: (partial(np.copyto, a, z),),
            lambda f, z, a, out: (),
            Code("z.copy()", "np.ones_like(z)", torch="z"),
        ),
        Activation(
            "step",
            "1 where z > 0, else 0",
            "0",
            lambda f, z, a: (partial(np.heaviside, z, constant(0.0, z), a),),
            lambda f, z, a, out: (partial(np.copyto, out, constant(0.0, z)),),
            Code(
                "np.heaviside(z, 0.0)",
                "np.zeros_like(z)",
                torch="torch.heaviside(z.detach(), torch.zeros_like(z)) + 0 * z  # its slope is 0",
            ),
        ),
    )
}
"""Every activation of a hidden layer by its name."""

OUTPUT_ACTIVATIONS: Final[dict[str, Activation]] = {
    "softmax": Activation(
        "softmax",
        "e^z / Σ e^z",
        "a·(1 − a)",
        _softmax,
        # It mixes the outputs, so that its derivative is a matrix; cross-entropy needs none of it.
        lambda f, z, a, out: (),
        Code("np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)", torch="torch.softmax(z, dim=1)"),
    ),
    **{name: ACTIVATIONS[name] for name in ("sigmoid", "tanh", "linear")},
}
"""Every activation of an output layer by its name."""
