"""The losses of one sample in symbols and with numbers; the formulas are those of `tuinet.nn.losses`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from tuinet.explain.outputs import Outputs

_NEAR: Final = 0.01
"""Nearer to 0 and 1 than this, the digits of a that matter to a logarithm are cut off in print."""

Sides = tuple[str, str]
"""The right side of an equation in symbols and in numbers."""


def loss_sides(loss: str, activation: str, outputs: Outputs) -> Sides:
    """The loss of one sample, after the output activation of a name."""
    if loss == "cross-entropy":
        return _softmax(outputs) if activation == "softmax" else _logistic(outputs)
    return _LOSSES[loss](outputs)


def _logistic(outputs: Outputs) -> Sides:
    is_near = any(min(a, 1 - a) < _NEAR for a in outputs.a)
    symbols, term = ("max(0, z) − y·z + ln(1 + e^(−|z|))", _logistic_from_z) if is_near else (_CROSS_ENTROPY, _from_a)
    if len(outputs.a) == 1:
        return symbols, term(outputs, 0)
    values = [max(0.0, z) - y * z + math.log1p(math.exp(-abs(z))) for z, y in zip(outputs.z, outputs.y, strict=True)]
    return f"Σ ({symbols})", outputs.total(values, lambda i: f"({term(outputs, i)})")


_CROSS_ENTROPY: Final = "−y·ln(a) − (1 − y)·ln(1 − a)"


def _from_a(outputs: Outputs, i: int) -> str:
    y, a = outputs.numerals.factor(outputs.y[i]), outputs.numerals.plain(outputs.a[i])
    return f"−{y}·ln({a}) − (1 − {y})·ln(1 − {a})"


def _logistic_from_z(outputs: Outputs, i: int) -> str:
    plain, factor, power = outputs.numerals.plain, outputs.numerals.factor, outputs.numerals.power
    z, y = outputs.z[i], outputs.y[i]
    return f"max(0, {plain(z)}) − {factor(y)}·{factor(z)} + ln(1 + e^{power(-abs(z))})"


def _softmax(outputs: Outputs) -> Sides:
    a, y, numerals = outputs.a, outputs.y, outputs.numerals
    if min(a) <= 0 or a[outputs.true_class] > 1 - _NEAR:
        return _softmax_from_z(outputs)
    values = [target * math.log(output) for target, output in zip(y, a, strict=True)]
    total = outputs.total(values, lambda i: f"{numerals.factor(y[i])}·ln({numerals.plain(a[i])})")
    return "−Σ y·ln(a)", f"−({total})"


def _softmax_from_z(outputs: Outputs) -> Sides:
    numerals, y = outputs.numerals, outputs.y
    z = [value - max(outputs.z) for value in outputs.z]
    spread = outputs.total([math.exp(value) for value in z], lambda i: f"e^{numerals.power(z[i])}")
    products = [target * value for target, value in zip(y, z, strict=True)]
    hit = outputs.total(products, lambda i: f"{numerals.factor(y[i])}·{numerals.factor(z[i])}")
    return "ln(Σ e^(z − max)) − Σ y·(z − max)", f"ln({spread}) − ({hit})"


def _mse(outputs: Outputs) -> Sides:
    numbers = outputs.mean([error * error for error in outputs.errors], lambda i: f"({outputs.error(i)})²")
    return _over_outputs("(a − y)²", outputs), numbers


def _sse(outputs: Outputs) -> Sides:
    total = outputs.total_in_brackets([error * error for error in outputs.errors], lambda i: f"({outputs.error(i)})²")
    return "½·(a − y)²" if len(outputs.a) == 1 else "½·Σ (a − y)²", f"½·{total}"


def _mae(outputs: Outputs) -> Sides:
    numbers = outputs.mean([abs(error) for error in outputs.errors], lambda i: f"|{outputs.error(i)}|")
    return _over_outputs("|a − y|", outputs), numbers


def _huber(outputs: Outputs) -> Sides:
    values = [0.5 * error * error if abs(error) < 1 else abs(error) - 0.5 for error in outputs.errors]
    symbols = "(½·(a − y)² where |a − y| < 1, else |a − y| − ½)"

    def term(i: int) -> str:
        error = outputs.error(i)
        return f"(½·({error})² where |{error}| < 1, else |{error}| − ½)"

    return _over_outputs(symbols, outputs), outputs.mean(values, term)


def _over_outputs(symbols: str, outputs: Outputs) -> str:
    return symbols if len(outputs.a) == 1 else f"Σ {symbols} / {len(outputs.a)}"


_LOSSES: Final[Mapping[str, Callable[[Outputs], Sides]]] = {"mse": _mse, "sse": _sse, "mae": _mae, "huber": _huber}


def slope_sides(loss: str, outputs: Outputs, i: int, n_samples: int) -> Sides:
    """∂L/∂a of one output: of the mean over the batch, so that 1/samples is inside."""
    symbols, numbers = _SLOPES[loss]
    error = numbers(outputs.error(i))
    if loss == "sse" or len(outputs.a) == 1:
        return f"{symbols} / n", f"{error} / {n_samples}"
    return f"{symbols} / (n·outputs)", f"{error} / ({n_samples}·{len(outputs.a)})"


_SLOPES: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "mse": ("2·(a − y)", lambda error: f"2·({error})"),
    "sse": ("(a − y)", lambda error: f"({error})"),
    "mae": ("sign(a − y)", lambda error: f"sign({error})"),
    "huber": ("min(1, max(−1, a − y))", lambda error: f"min(1, max(−1, {error}))"),
}
