"""Loss functions, and the tables that say which output activation goes with which."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal, NamedTuple, get_args

import numpy as np

from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.functions import Code
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Operation, constant

Reduction = Literal["mean", "sum"]
REDUCTIONS: Final[tuple[Reduction, ...]] = get_args(Reduction)
"""How the losses of the samples of a batch become one number."""
Scale = Callable[[float], Array]
"""``scale(c)``: c times the share that each sample's loss has in that of the batch."""


class Loss(NamedTuple):
    """A loss of the network's output over the samples of a batch: their mean, or their sum."""

    name: str
    output_activation: str
    """Name of the output activation that it follows."""
    formula: str
    """The loss of one sample in symbols, as the mean has it."""
    sums: Callable[[Arithmetic, Array, Array, Array], Array]
    """``sums(f, z, a, y)``: the loss of each sample, summed over the outputs, shape (samples,), from the output
    layer's pre-activations z and activations a and the targets y, all of shape (samples, outputs); exp, log and their
    kin are those of the arithmetic f, as in ``f.log(a)``."""
    gradient: Callable[[Arithmetic, Array, Array, Array, Scale], tuple[Operation, ...]]
    """``gradient(f, a, y, out, scale)``: the operations that write ∂L/∂a to out. The last factor of the derivative of
    one sample's loss, c, is written ``scale(c)``, which is c/samples for the mean. Where `is_canonical`, they write
    ∂L/∂z."""
    is_canonical: bool = False
    """Whether the derivative of the output activation cancels against the loss's, so that for one sample
    ∂L/∂z = a − y."""
    code: Code | None = None
    """The code of an exported script; without it, no script can be exported."""
    averages_outputs: bool = False
    """Whether the mean is over the samples and the outputs, as that of PyTorch's losses is."""
    has_margins: bool = False
    """Whether outputs are scores without bounds, of which the right one should be ahead by 1."""
    is_margin: bool = False
    """Whether two classes are told apart by −1 and 1, and by the sign of the output."""
    tasks: tuple[str, ...] = ()
    """Tasks of a dataset that it is for: binary, classes, labels or regression; empty for all of them."""
    of_several: Loss | None = None
    """The form for more than one output, where that is another."""
    reduction: Reduction = "mean"

    def for_outputs(self, outputs: int) -> Loss:
        """The loss of so many outputs."""
        return self if self.of_several is None or outputs == 1 else self.of_several.with_reduction(self.reduction)

    def with_reduction(self, reduction: Reduction) -> Loss:
        """The same loss, as a mean or as a sum."""
        return self._replace(reduction=reduction)

    @property
    def said(self) -> str:
        """The loss of one sample in symbols, with this reduction."""
        return self.formula.replace("mean", "Σ") if self.reduction == "sum" else self.formula

    def parts(self, outputs: int) -> int:
        """The number by which a sample's sum over its outputs is divided."""
        return outputs if self.averages_outputs and self.reduction == "mean" else 1

    def values(self, f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
        """The loss of each sample, shape (samples,); z, a and y have the shape (samples, outputs)."""
        sums, parts = self.sums(f, z, a, y), self.parts(y.shape[-1])
        return sums if parts == 1 else sums / sums.dtype.type(parts)

    def reduced(self, values: Array, weights: Array | None = None) -> float:
        """The loss L of a set of samples from the loss of each, and from its weight where it has one.

        Without weights the mean Σ l / n or the sum Σ l; with weights w, both of shape (samples,), Σ w·l / Σ w, as
        PyTorch's ``CrossEntropyLoss(weight=…)`` has it, or Σ w·l. Of no samples it is 0.
        """
        return float(self.reduced_each(values, weights))

    @DIVERGING_IS_NO_ERROR
    def reduced_each(self, values: Array, weights: Array | None = None) -> Array:
        """The same for each network of a stack, shape (networks,), whose values have the shape (networks, samples)."""
        rows = np.ascontiguousarray(values)
        if not rows.shape[-1]:
            return np.zeros(rows.shape[:-1])
        if weights is None:
            return np.asarray((rows.sum if self.reduction == "sum" else rows.mean)(axis=-1, dtype=np.float64))
        total = (rows * weights).sum(axis=-1, dtype=np.float64)
        return np.asarray(total if self.reduction == "sum" else total / weights.sum(dtype=np.float64))

    def slopes(
        self, f: Arithmetic, a: Array, y: Array, out: Array, weights: Array | None = None
    ) -> tuple[Operation, ...]:
        """The operations that write ∂L/∂a to out, shape (samples, outputs), L being `reduced`; or ∂L/∂z: `gradient`.

        The weights, of shape (samples,), for a stack (networks, samples), are a buffer that is read anew whenever the
        operations run.
        """
        parts, samples = self.parts(y.shape[-1]), y.shape[-2] if self.reduction == "mean" else 1
        if weights is None:
            return self.gradient(f, a, y, out, lambda c: constant(c / max(samples * parts, 1), out))
        shares, total = np.empty_like(weights), np.empty_like(weights[..., :1])
        weighted: list[Operation] = []

        def scale(c: float) -> Array:
            if self.reduction == "mean":
                weighted.append(partial(np.add.reduce, weights, -1, None, total, True))
                weighted.append(partial(np.divide, weights, total, shares))
            share = weights if self.reduction == "sum" else shares
            weighted.append(partial(np.multiply, share, constant(c / parts, out), shares))
            return shares[..., np.newaxis]

        gradient = self.gradient(f, a, y, out, scale)
        return *weighted, *gradient


@DIVERGING_IS_NO_ERROR
def _logistic_losses(f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
    # −y ln σ(z) − (1 − y) ln(1 − σ(z)) = max(z, 0) − y·z + ln(1 + e^−|z|), which is exact for any z, while
    # the logarithm of a rounded σ(z) is lost from |z| = 37 on.
    values: Array = np.maximum(z, 0.0) - y * z + f.log1p(f.exp(-np.abs(z)))
    losses: Array = values.sum(axis=-1)
    return losses


@DIVERGING_IS_NO_ERROR
def _softmax_losses(f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
    # −Σ y ln softmax(z) = ln Σ e^(z − max) − Σ y·(z − max), for targets that add up to 1.
    shifted = z - z.max(axis=-1, keepdims=True)
    values: Array = f.log(f.exp(shifted).sum(axis=-1)) - (y * shifted).sum(axis=-1)
    return values


def _huber(error: Array) -> Array:
    return np.where(error < 1, 0.5 * np.square(error), error - 0.5)


def _error(f: Arithmetic, a: Array, y: Array, out: Array, scale: Scale) -> tuple[Operation, ...]:
    return partial(np.subtract, a, y, out), partial(np.multiply, out, scale(1), out)


def _mse_gradient(f: Arithmetic, a: Array, y: Array, out: Array, scale: Scale) -> tuple[Operation, ...]:
    return partial(np.subtract, a, y, out), partial(np.multiply, out, scale(2), out)


def _mae_gradient(f: Arithmetic, a: Array, y: Array, out: Array, scale: Scale) -> tuple[Operation, ...]:
    subtract, multiply = _error(f, a, y, out, scale)
    return subtract, partial(np.sign, out, out), multiply


def _huber_gradient(f: Arithmetic, a: Array, y: Array, out: Array, scale: Scale) -> tuple[Operation, ...]:
    subtract, multiply = _error(f, a, y, out, scale)
    low, high = constant(-1, out), constant(1, out)
    return subtract, partial(np.minimum, out, high, out=out), partial(np.maximum, out, low, out=out), multiply


@DIVERGING_IS_NO_ERROR
def _hinge_losses(f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
    values: Array = np.maximum(1 - y * a, 0.0)[..., 0]
    return values


def _hinge_gradient(f: Arithmetic, a: Array, y: Array, out: Array, scale: Scale) -> tuple[Operation, ...]:
    # −y where y·a < 1, 0 elsewhere, and at the kink.
    return (
        partial(np.multiply, a, y, out),
        partial(np.less, out, constant(1, out), out, casting="unsafe"),
        partial(np.multiply, out, y, out),
        partial(np.multiply, out, scale(-1), out),
    )


@DIVERGING_IS_NO_ERROR
def _several_hinge_losses(f: Arithmetic, z: Array, a: Array, y: Array) -> Array:
    # y is 1 for the right class, so that Σ y·a is its output; 1 − y leaves it out of the sum.
    right = (a * y).sum(axis=-1, keepdims=True)
    values: Array = ((1 - y) * np.maximum(a - right + 1, 0.0)).sum(axis=-1)
    return values


def _several_hinge_gradient(f: Arithmetic, a: Array, y: Array, out: Array, scale: Scale) -> tuple[Operation, ...]:
    # 1 for every wrong class whose output comes nearer than 1 to that of the right one, which gets minus their number.
    # Outputs are the rows of the transposes, where NumPy reduces all samples at once.
    aT, yT, outT = a.mT, y.mT, out.mT
    held, row = np.empty_like(outT), np.empty_like(outT[..., :1, :])
    return (
        partial(np.multiply, aT, yT, held),
        partial(np.add.reduce, held, -2, None, row, True),
        partial(np.subtract, aT, row, outT),
        partial(np.greater, outT, constant(-1, out), outT, casting="unsafe"),
        partial(np.subtract, constant(1, out), yT, held),
        partial(np.multiply, outT, held, outT),
        partial(np.add.reduce, outT, -2, None, row, True),
        partial(np.multiply, yT, row, held),
        partial(np.subtract, outT, held, outT),
        partial(np.multiply, out, scale(1), out),
    )


def _for_each_output(
    name: str,
    formula: str,
    sums: Callable[[Arithmetic, Array, Array, Array], Array],
    gradient: Callable[[Arithmetic, Array, Array, Array, Scale], tuple[Operation, ...]],
    code: Code,
    *,
    averages_outputs: bool = True,
) -> dict[str, Loss]:
    sums = DIVERGING_IS_NO_ERROR(sums)
    return {
        output: Loss(name, output, formula, sums, gradient, code=code, averages_outputs=averages_outputs)
        for output in ("linear", "sigmoid", "tanh")
    }


_OF_CLASSES: Final = ("binary", "classes")
_OF_LABELS: Final = (*_OF_CLASSES, "labels")

_LOGISTIC: Final = Loss(
    "cross-entropy",
    "sigmoid",
    "−y·ln a − (1 − y)·ln(1 − a)",
    _logistic_losses,
    _error,
    is_canonical=True,
    code=Code(
        "(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=0)",
        "(a - y) * scale(1)",
        torch="functional.binary_cross_entropy_with_logits(z, y, reduction='none')",
    ),
    tasks=_OF_LABELS,
)
_SEVERAL_HINGE: Final = Loss(
    "hinge",
    "linear",
    "Σ max(0, aⱼ − a_right + 1) over the wrong classes j",
    _several_hinge_losses,
    _several_hinge_gradient,
    code=Code(
        "((1 - y) * np.maximum(a - (a * y).sum(axis=0) + 1, 0.0)).sum(axis=0)",
        "several_hinge_slope(a, y) * scale(1)",
        torch="(1 - y) * torch.relu(z - (z * y).sum(dim=1, keepdim=True) + 1)",
        helper=(
            "def several_hinge_slope(a, y):\n"
            "    # 1 for a wrong class that comes nearer than 1 to the right one, which gets minus their number.\n"
            "    near = (a - (a * y).sum(axis=0) > -1) * (1 - y)\n"
            "    return near - y * near.sum(axis=0)"
        ),
    ),
    has_margins=True,
    tasks=_OF_CLASSES,
)

LOSSES: Final[dict[str, dict[str, Loss]]] = {
    "cross-entropy": {
        "sigmoid": _LOGISTIC,
        "softmax": Loss(
            "cross-entropy",
            "softmax",
            "−Σ y·ln a",
            _softmax_losses,
            _error,
            is_canonical=True,
            code=Code(
                "np.log(np.exp(z - z.max(axis=0)).sum(axis=0)) - (y * (z - z.max(axis=0))).sum(axis=0)",
                "(a - y) * scale(1)",
                torch="-(y * torch.log_softmax(z, dim=1))",
            ),
            tasks=_OF_LABELS,
        ),
    },
    "binary-cross-entropy": {
        "sigmoid": _LOGISTIC._replace(
            name="binary-cross-entropy",
            formula="mean of −y·ln a − (1 − y)·ln(1 − a)",
            averages_outputs=True,
        ),
    },
    "mse": _for_each_output(
        "mse",
        "mean (a − y)²",
        lambda f, z, a, y: np.square(a - y).sum(axis=-1),
        _mse_gradient,
        Code(
            "np.square(a - y).sum(axis=0)",
            "(a - y) * scale(2)",
            torch="functional.mse_loss(ACTIVATIONS[-1](z), y, reduction='none')",
        ),
    ),
    "sse": _for_each_output(
        "sse",
        "½ Σ (a − y)²",
        lambda f, z, a, y: 0.5 * np.square(a - y).sum(axis=-1),
        _error,
        Code(
            "0.5 * np.square(a - y).sum(axis=0)",
            "(a - y) * scale(1)",
            torch="0.5 * (ACTIVATIONS[-1](z) - y).square()",
        ),
        averages_outputs=False,
    ),
    "mae": _for_each_output(
        "mae",
        "mean |a − y|",
        lambda f, z, a, y: np.abs(a - y).sum(axis=-1),
        _mae_gradient,
        Code(
            "np.abs(a - y).sum(axis=0)",
            "np.sign(a - y) * scale(1)",
            torch="functional.l1_loss(ACTIVATIONS[-1](z), y, reduction='none')",
        ),
    ),
    "huber": _for_each_output(
        "huber",
        "mean of ½(a − y)² where |a − y| < 1, of |a − y| − ½ elsewhere",
        lambda f, z, a, y: _huber(np.abs(a - y)).sum(axis=-1),
        _huber_gradient,
        Code(
            "np.where(np.abs(a - y) < 1, 0.5 * np.square(np.abs(a - y)), np.abs(a - y) - 0.5).sum(axis=0)",
            "np.maximum(np.minimum(a - y, 1), -1) * scale(1)",
            torch="functional.huber_loss(ACTIVATIONS[-1](z), y, reduction='none')",
        ),
    ),
    "hinge": {
        "linear": Loss(
            "hinge",
            "linear",
            "max(0, 1 − y·a), y = ±1",
            _hinge_losses,
            _hinge_gradient,
            code=Code(
                "np.maximum(1 - y * a, 0.0)[0]",
                "(y * a < 1) * y * scale(-1)",
                torch="torch.relu(1 - y * z)",
            ),
            has_margins=True,
            is_margin=True,
            tasks=_OF_CLASSES,
            of_several=_SEVERAL_HINGE,
        ),
    },
}
"""Every loss by its name, for each output activation that it can follow.

Means and sums are over the outputs of one sample; all losses are averaged over the samples, or summed, and then none
is a mean over the outputs either: PyTorch's ``reduction="sum"``. Where |a − y| is 0, mae's derivative is 0, as PyTorch
chooses.

Hinge with one output has the targets −1 and 1 (Cortes and Vapnik, 1995; micrograd). With an output for each class it
is that of Weston and Watkins (1999) with the margin 1, as Stanford's CS231n teaches it: a sum over the wrong classes,
while PyTorch's ``MultiMarginLoss`` divides it by the number of outputs. At a kink, where a margin is exactly 0, the
subgradient is 0, as in ``MultiMarginLoss`` and in relu.
"""
