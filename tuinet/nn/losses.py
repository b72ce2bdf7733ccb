"""Loss functions, and the tables that say which output activation goes with which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.code import Code
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Operation, constant


@dataclass(frozen=True)
class Loss:
    """A loss of the network's output, averaged over the samples of a batch."""

    name: str
    output_activation: str
    """Name of the output activation that it follows."""
    formula: str
    """The loss of one sample in symbols."""
    values: Callable[[Arithmetic, Array, Array, Array], Array]
    """``values(f, z, a, y)``: the loss of each sample, shape (samples,), from the output layer's pre-activations z and
    activations a and the targets y, all of shape (samples, outputs); exp, log and their kin are those of the
    arithmetic f, as in ``f.log(a)``."""
    gradient: Callable[[Arithmetic, Array, Array, Array], tuple[Operation, ...]]
    """``gradient(f, a, y, out)``: the operations that write ∂L/∂a to out, where L is the mean over the batch: the
    factor 1/samples is inside. Where `is_canonical`, they write ∂L/∂z."""
    is_canonical: bool = False
    """Whether the derivative of the output activation cancels against the loss's, so that ∂L/∂z = (a − y) / samples."""
    code: Code | None = None
    """The code of an exported script; without it, no script can be exported."""


@DIVERGING_IS_NO_ERROR
def _logistic_losses(f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
    # −y ln σ(z) − (1 − y) ln(1 − σ(z)) = max(z, 0) − y·z + ln(1 + e^−|z|), which is exact for any z, while
    # the logarithm of a rounded σ(z) is lost from |z| = 37 on.
    values: Array = np.maximum(z, 0.0) - y * z + f.log1p(f.exp(-np.abs(z)))
    losses: Array = values.sum(axis=1)
    return losses


@DIVERGING_IS_NO_ERROR
def _softmax_losses(f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
    # −Σ y ln softmax(z) = ln Σ e^(z − max) − Σ y·(z − max), for targets that add up to 1.
    shifted = z - z.max(axis=1, keepdims=True)
    values: Array = f.log(f.exp(shifted).sum(axis=1)) - (y * shifted).sum(axis=1)
    return values


def _huber(error: Array) -> Array:
    return np.where(error < 1, 0.5 * np.square(error), error - 0.5)


def _error(a: Array, y: Array, out: Array, factor: float) -> tuple[Operation, ...]:
    return partial(np.subtract, a, y, out), partial(np.multiply, out, constant(factor, out), out)


def _mean_error(f: Arithmetic, a: Array, y: Array, out: Array) -> tuple[Operation, ...]:
    return _error(a, y, out, 1 / max(len(y), 1))


def _mae_gradient(f: Arithmetic, a: Array, y: Array, out: Array) -> tuple[Operation, ...]:
    subtract, scale = _error(a, y, out, 1 / max(y.size, 1))
    return subtract, partial(np.sign, out, out), scale


def _huber_gradient(f: Arithmetic, a: Array, y: Array, out: Array) -> tuple[Operation, ...]:
    subtract, scale = _error(a, y, out, 1 / max(y.size, 1))
    low, high = constant(-1, out), constant(1, out)
    return subtract, partial(np.minimum, out, high, out=out), partial(np.maximum, out, low, out=out), scale


def _for_each_output(
    name: str,
    formula: str,
    values: Callable[[Arithmetic, Array, Array, Array], Array],
    gradient: Callable[[Arithmetic, Array, Array, Array], tuple[Operation, ...]],
    code: Code,
) -> dict[str, Loss]:
    values = DIVERGING_IS_NO_ERROR(values)
    return {
        output: Loss(name, output, formula, values, gradient, code=code) for output in ("linear", "sigmoid", "tanh")
    }


LOSSES: Final[dict[str, dict[str, Loss]]] = {
    "cross-entropy": {
        "sigmoid": Loss(
            "cross-entropy",
            "sigmoid",
            "−y·ln a − (1 − y)·ln(1 − a)",
            _logistic_losses,
            _mean_error,
            is_canonical=True,
            code=Code(
                "(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=0)",
                "(a - y) * (1 / y.shape[1])",
                torch="functional.binary_cross_entropy_with_logits(z, y, reduction='none').sum(dim=1).mean()",
            ),
        ),
        "softmax": Loss(
            "cross-entropy",
            "softmax",
            "−Σ y·ln a",
            _softmax_losses,
            _mean_error,
            is_canonical=True,
            code=Code(
                "np.log(np.exp(z - z.max(axis=0)).sum(axis=0)) - (y * (z - z.max(axis=0))).sum(axis=0)",
                "(a - y) * (1 / y.shape[1])",
                torch="-(y * torch.log_softmax(z, dim=1)).sum(dim=1).mean()",
            ),
        ),
    },
    "mse": _for_each_output(
        "mse",
        "mean (a − y)²",
        lambda f, z, a, y: np.square(a - y).mean(axis=1),
        lambda f, a, y, out: _error(a, y, out, 2 / max(y.size, 1)),
        Code(
            "np.square(a - y).mean(axis=0)",
            "(a - y) * (2 / y.size)",
            torch="functional.mse_loss(ACTIVATIONS[-1](z), y)",
        ),
    ),
    "sse": _for_each_output(
        "sse",
        "½ Σ (a − y)²",
        lambda f, z, a, y: 0.5 * np.square(a - y).sum(axis=1),
        _mean_error,
        Code(
            "0.5 * np.square(a - y).sum(axis=0)",
            "(a - y) * (1 / y.shape[1])",
            torch="0.5 * (ACTIVATIONS[-1](z) - y).square().sum(dim=1).mean()",
        ),
    ),
    "mae": _for_each_output(
        "mae",
        "mean |a − y|",
        lambda f, z, a, y: np.abs(a - y).mean(axis=1),
        _mae_gradient,
        Code(
            "np.abs(a - y).mean(axis=0)",
            "np.sign(a - y) * (1 / y.size)",
            torch="functional.l1_loss(ACTIVATIONS[-1](z), y)",
        ),
    ),
    "huber": _for_each_output(
        "huber",
        "mean of ½(a − y)² where |a − y| < 1, of |a − y| − ½ elsewhere",
        lambda f, z, a, y: _huber(np.abs(a - y)).mean(axis=1),
        _huber_gradient,
        Code(
            "np.where(np.abs(a - y) < 1, 0.5 * np.square(np.abs(a - y)), np.abs(a - y) - 0.5).mean(axis=0)",
            "np.maximum(np.minimum(a - y, 1), -1) * (1 / y.size)",
            torch="functional.huber_loss(ACTIVATIONS[-1](z), y)",
        ),
    ),
}
"""Every loss by its name, for each output activation that it can follow.

Means and sums are over the outputs of one sample; all losses are averaged over the samples. Where |a − y| is 0, mae's
derivative is 0, as PyTorch chooses.
"""
