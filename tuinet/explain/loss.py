"""The loss phase: each sample's loss in symbols and numbers, their mean or sum, the penalty, and the objective."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from tuinet.explain.explanation import AnyLine, Line, Remark, Sides
from tuinet.explain.focus import Elision, Focus, Numerals, floats, subscript
from tuinet.explain.share import Share, loss_of, reduced_line, weight_lines, words_of
from tuinet.nn.losses import Loss
from tuinet.terminal_text import MINUS


@dataclass(frozen=True)
class Outputs:
    """One sample's."""

    numerals: Numerals
    elision: Elision
    z: Sequence[float]
    a: Sequence[float]
    y: Sequence[float]

    @property
    def errors(self) -> list[float]:
        """A − y of every output."""
        return [a - y for a, y in zip(self.a, self.y, strict=True)]

    @property
    def true_class(self) -> int:
        """The output with the largest target."""
        return max(range(len(self.y)), key=lambda i: self.y[i])

    def error(self, i: int) -> str:
        """A − y of one output in numbers."""
        return f"{self.numerals.plain(self.a[i])} − {self.numerals.factor(self.y[i])}"

    def total(self, values: Sequence[float], term: Callable[[int], str]) -> str:
        """A sum over the outputs."""
        return self.elision.numbers(self.numerals, values, term, self.true_class)

    def total_in_brackets(self, values: Sequence[float], term: Callable[[int], str]) -> str:
        """A sum over the outputs as a factor."""
        total = self.total(values, term)
        return total if len(self.a) == 1 else f"({total})"

    def over(self, values: Sequence[float], term: Callable[[int], str], parts: int) -> str:
        """A sum over the outputs, divided by so many parts."""
        return self.total(values, term) if parts == 1 else f"({self.total(values, term)}) / {parts}"


def outputs_of(focus: Focus, row: int) -> Outputs:
    """The outputs of a row of the batch."""
    layer = focus.detail.layers[-1]
    z, a, y = (floats(values[row]) for values in (layer.pre_activations, layer.activations, focus.detail.targets))
    return Outputs(focus.numerals, focus.elision, z, a, y)


_NEAR: Final = 0.01
"""Nearer to 0 and 1 than this, the digits of a that matter to a logarithm are cut off in print."""


def loss_sides(loss: Loss, outputs: Outputs) -> Sides:
    """The loss of one sample."""
    parts = loss.parts(len(outputs.a))
    if loss.name in ("cross-entropy", "binary-cross-entropy"):
        return _softmax(outputs) if loss.output_activation == "softmax" else _logistic(outputs, parts)
    if loss.name == "hinge":
        return _hinge(outputs) if loss.is_margin else _several_hinge(outputs)
    if loss.name == "sse":
        return _sse(outputs)
    if loss.name not in _OF_ERRORS:
        return loss.said, ""
    symbols, value, numbers = _OF_ERRORS[loss.name]
    total = outputs.over([value(error) for error in outputs.errors], lambda i: numbers(outputs.error(i)), parts)
    return symbols if len(outputs.a) == 1 else f"Σ {symbols}{_divided(parts)}", total


def _divided(parts: int) -> str:
    return f" / {parts}" if parts > 1 else ""


def _logistic(outputs: Outputs, parts: int) -> Sides:
    is_near = any(min(a, 1 - a) < _NEAR for a in outputs.a)
    symbols, term = ("max(0, z) − y·z + ln(1 + e^(−|z|))", _logistic_from_z) if is_near else (_CROSS_ENTROPY, _from_a)
    if len(outputs.a) == 1:
        return symbols, term(outputs, 0)
    values = [max(0.0, z) - y * z + math.log1p(math.exp(-abs(z))) for z, y in zip(outputs.z, outputs.y, strict=True)]
    total = outputs.over(values, lambda i: f"({term(outputs, i)})", parts)
    return f"Σ ({symbols}){_divided(parts)}", total


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


def _sse(outputs: Outputs) -> Sides:
    total = outputs.total_in_brackets([error * error for error in outputs.errors], lambda i: f"({outputs.error(i)})²")
    return "½·(a − y)²" if len(outputs.a) == 1 else "½·Σ (a − y)²", f"½·{total}"


def _hinge(outputs: Outputs) -> Sides:
    y, a = outputs.numerals.plain(outputs.y[0]), outputs.numerals.factor(outputs.a[0])
    return "max(0, 1 − y·a)", f"max(0, 1 − {_signed_product(y, a)})"


def _signed_product(y: str, a: str) -> str:
    return f"({y})·{a}" if y.startswith(MINUS) else f"{y}·{a}"


def _several_hinge(outputs: Outputs) -> Sides:
    right, plain, factor = outputs.true_class, outputs.numerals.plain, outputs.numerals.factor
    wrong = [i for i in range(len(outputs.a)) if i != right]
    values = [max(0.0, outputs.a[i] - outputs.a[right] + 1) for i in wrong]
    total = outputs.elision.numbers(
        outputs.numerals, values, lambda k: f"max(0, {plain(outputs.a[wrong[k]])} − {factor(outputs.a[right])} + 1)"
    )
    return f"Σ max(0, aⱼ − a{subscript(right + 1)} + 1) over j ≠ {right + 1}", total


_OF_ERRORS: Final[Mapping[str, tuple[str, Callable[[float], float], Callable[[str], str]]]] = {
    "mse": ("(a − y)²", lambda error: error * error, lambda error: f"({error})²"),
    "mae": ("|a − y|", abs, lambda error: f"|{error}|"),
    "huber": (
        "(½·(a − y)² where |a − y| < 1, else |a − y| − ½)",
        lambda error: 0.5 * error * error if abs(error) < 1 else abs(error) - 0.5,
        lambda error: f"(½·({error})² where |{error}| < 1, else |{error}| − ½)",
    ),
}
"""Losses that are sums or means over the outputs: that of one output in symbols, its value, and its numbers."""


class Slope(NamedTuple):
    """∂L/∂a of one output."""

    symbols: str
    numbers: str
    value: float


def slope_of(loss: Loss, outputs: Outputs, i: int, share: Share) -> Slope | None:
    """∂L/∂a of one output, L being the loss of the batch; ``None`` for other losses."""
    if loss.name == "hinge":
        symbols, numbers, value = _hinge_slope(outputs) if loss.is_margin else _several_hinge_slope(outputs, i)
    elif loss.name in _SLOPES:
        symbols, of_error, of_value = _SLOPES[loss.name]
        numbers, value = of_error(outputs.error(i)), of_value(outputs.errors[i])
    else:
        return None
    return Slope(f"{symbols}{share.symbols}", f"{numbers}{share.numbers}", value * share.value)


def _hinge_slope(outputs: Outputs) -> Slope:
    y, a = outputs.y[0], outputs.numerals.factor(outputs.a[0])
    plain, is_near = outputs.numerals.plain, y * outputs.a[0] < 1
    numbers = f"({plain(-y)} where {_signed_product(plain(y), a)} < 1, else 0)"
    return Slope("(−y where y·a < 1, else 0)", numbers, -y if is_near else 0.0)


def _several_hinge_slope(outputs: Outputs, i: int) -> Slope:
    """Of a wrong class, 1 where it is near; of the right one, minus the number of those."""
    right, plain = outputs.true_class, outputs.numerals.plain
    near = [j for j, a in enumerate(outputs.a) if j != right and a - outputs.a[right] > -1]
    limit, least = f"a{subscript(right + 1)} − 1", f"{plain(outputs.a[right])} − 1"
    numbers = f"(1 where {plain(outputs.a[i])} > {least}, else 0)"
    if i == right:
        return Slope(f"(−number of j ≠ {right + 1} with aⱼ > {limit})", f"(−{len(near)})", -float(len(near)))
    return Slope(f"(1 where a > {limit}, else 0)", numbers, float(i in near))


_SLOPES: Final[Mapping[str, tuple[str, Callable[[str], str], Callable[[float], float]]]] = {
    "mse": ("2·(a − y)", lambda error: f"2·({error})", lambda error: 2 * error),
    "sse": ("(a − y)", lambda error: f"({error})", lambda error: error),
    "mae": ("sign(a − y)", lambda error: f"sign({error})", lambda error: (error > 0) - (error < 0)),
    "huber": (
        "min(1, max(−1, a − y))",
        lambda error: f"min(1, max(−1, {error}))",
        lambda error: min(1.0, max(-1.0, error)),
    ),
}


def loss_lines(focus: Focus) -> list[AnyLine]:
    """From the outputs to what is made small."""
    losses, kind = floats(focus.detail.loss_values), loss_of(focus)
    loss = kind.reduced(np.array(losses), focus.detail.weights)
    unit = ", in nats" if kind.name.endswith("cross-entropy") else ""
    return [
        Remark(f"{kind.name}{unit}: {kind.said} for each sample, and {words_of(focus).over}."),
        *_samples(focus, losses),
        *weight_lines(focus),
        reduced_line(focus, losses, loss),
        *_penalty(focus, loss),
    ]


def _samples(focus: Focus, losses: list[float]) -> list[AnyLine]:
    shown = focus.elision.shown(len(losses), focus.sample)
    loss = loss_of(focus)
    lines: list[AnyLine] = []
    for row in shown:
        symbols, numbers = loss_sides(loss, outputs_of(focus, row))
        lines.append(Line(f"L{subscript(row + 1)}", symbols, (numbers,), focus.plain(losses[row])))
    if len(shown) < len(losses):
        lines.append(Remark(f"{len(losses) - len(shown)} samples are left out."))
    return lines


def _penalty(focus: Focus, loss: float) -> list[AnyLine]:
    l1, l2, penalty = focus.experiment.l1, focus.experiment.l2, focus.detail.penalty
    if not l1 and not l2:
        return [Remark("There is no penalty, l1 and l2 being 0: the objective is the loss.")]
    weights = [w for layer in focus.detail.layers for row in layer.block_before[:-1] for w in floats(row)]
    size, squares = sum(map(abs, weights)), sum(w * w for w in weights)
    symbols = [part for on, part in ((l1, "l1·Σ|w|"), (l2, "½·l2·Σw²")) if on]
    numbers = [
        *([focus.product(l1, size)] if l1 else []),
        *([f"½·{focus.product(l2, squares)}"] if l2 else []),
    ]
    return [
        Remark("The penalty is on all weights of all layers, and spares the biases."),
        *([_sum(focus, "Σ|w|", weights, "|{}|", [abs(w) for w in weights])] if l1 else []),
        *([_sum(focus, "Σw²", weights, "{}²", [w * w for w in weights])] if l2 else []),
        Line("penalty", " + ".join(symbols), (" + ".join(numbers),), focus.plain(penalty)),
        Line(
            "objective",
            "loss + penalty",
            (f"{focus.plain(loss)} + {focus.factor(penalty)}",),
            focus.plain(loss + penalty),
        ),
    ]


def _sum(focus: Focus, left: str, weights: list[float], form: str, values: list[float]) -> Line:
    write = focus.numerals.power if form == "{}²" else focus.numerals.plain
    numbers = focus.elision.numbers(focus.numerals, values, lambda i: form.format(write(weights[i])))
    return Line(left, "", (numbers,), focus.plain(sum(values)))
