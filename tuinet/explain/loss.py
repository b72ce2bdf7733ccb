"""The loss phase: each sample's loss in symbols and numbers, their mean, the penalty, and the objective."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tuinet.explain.explanation import AnyLine, Line, Remark, Sides
from tuinet.explain.focus import Elision, Focus, Numerals, floats, subscript
from tuinet.nn.losses import LOSSES


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

    def mean(self, values: Sequence[float], term: Callable[[int], str]) -> str:
        """A mean over the outputs; of a single one, itself."""
        total = self.total_in_brackets(values, term)
        return total if len(self.a) == 1 else f"{total} / {len(self.a)}"


def outputs_of(focus: Focus, row: int) -> Outputs:
    """The outputs of a row of the batch."""
    layer = focus.detail.layers[-1]
    z, a, y = (floats(values[row]) for values in (layer.pre_activations, layer.activations, focus.detail.targets))
    return Outputs(focus.numerals, focus.elision, z, a, y)


_NEAR: Final = 0.01
"""Nearer to 0 and 1 than this, the digits of a that matter to a logarithm are cut off in print."""


def loss_sides(loss: str, activation: str, outputs: Outputs) -> Sides:
    """The loss of one sample, after the output activation of a name."""
    if loss == "cross-entropy":
        return _softmax(outputs) if activation == "softmax" else _logistic(outputs)
    if loss == "sse":
        return _sse(outputs)
    if loss not in _MEANS:
        return LOSSES[loss][activation].formula, ""
    symbols, value, numbers = _MEANS[loss]
    mean = outputs.mean([value(error) for error in outputs.errors], lambda i: numbers(outputs.error(i)))
    return symbols if len(outputs.a) == 1 else f"Σ {symbols} / {len(outputs.a)}", mean


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


def _sse(outputs: Outputs) -> Sides:
    total = outputs.total_in_brackets([error * error for error in outputs.errors], lambda i: f"({outputs.error(i)})²")
    return "½·(a − y)²" if len(outputs.a) == 1 else "½·Σ (a − y)²", f"½·{total}"


_MEANS: Final[Mapping[str, tuple[str, Callable[[float], float], Callable[[str], str]]]] = {
    "mse": ("(a − y)²", lambda error: error * error, lambda error: f"({error})²"),
    "mae": ("|a − y|", abs, lambda error: f"|{error}|"),
    "huber": (
        "(½·(a − y)² where |a − y| < 1, else |a − y| − ½)",
        lambda error: 0.5 * error * error if abs(error) < 1 else abs(error) - 0.5,
        lambda error: f"(½·({error})² where |{error}| < 1, else |{error}| − ½)",
    ),
}
"""Losses that are means over the outputs: that of one output in symbols, its value, and its numbers."""


class Slope(NamedTuple):
    """∂L/∂a of one output."""

    symbols: str
    numbers: str
    value: float


def slope_of(loss: str, outputs: Outputs, i: int, n_samples: int) -> Slope | None:
    """∂L/∂a of one output, L being the mean over the batch, so that 1/samples is inside; ``None`` for other losses."""
    if loss not in _SLOPES:
        return None
    symbols, numbers, value = _SLOPES[loss]
    error, slope = numbers(outputs.error(i)), value(outputs.errors[i])
    count = 1 if loss == "sse" else len(outputs.a)
    if count == 1:
        return Slope(f"{symbols} / n", f"{error} / {n_samples}", slope / n_samples)
    return Slope(f"{symbols} / (n·outputs)", f"{error} / ({n_samples}·{count})", slope / (n_samples * count))


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
    losses, name = floats(focus.detail.loss_values), focus.snapshot.loss_name
    mean = sum(losses) / len(losses)
    formula = LOSSES[name][focus.snapshot.layers[-1].activation].formula
    unit = ", in nats" if name == "cross-entropy" else ""
    return [
        Remark(f"{name}{unit}: {formula} for each sample, and the mean over the batch."),
        *_samples(focus, losses),
        _mean(focus, losses, mean),
        *_penalty(focus, mean),
    ]


def _samples(focus: Focus, losses: list[float]) -> list[AnyLine]:
    shown = focus.elision.shown(len(losses), focus.sample)
    activation = focus.snapshot.layers[-1].activation
    lines: list[AnyLine] = []
    for row in shown:
        symbols, numbers = loss_sides(focus.snapshot.loss_name, activation, outputs_of(focus, row))
        lines.append(Line(f"L{subscript(row + 1)}", symbols, (numbers,), focus.plain(losses[row])))
    if len(shown) < len(losses):
        lines.append(Remark(f"{len(losses) - len(shown)} samples are left out."))
    return lines


def _mean(focus: Focus, losses: list[float], mean: float) -> Line:
    symbols = focus.elision.symbols(len(losses), lambda i: f"L{subscript(i + 1)}", focus.sample)
    numbers = focus.sum_of(losses, focus.sample)
    return Line("loss", f"({symbols}) / n", (f"({numbers}) / {len(losses)}",), focus.plain(mean))


def _penalty(focus: Focus, mean: float) -> list[AnyLine]:
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
            (f"{focus.plain(mean)} + {focus.factor(penalty)}",),
            focus.plain(mean + penalty),
        ),
    ]


def _sum(focus: Focus, left: str, weights: list[float], form: str, values: list[float]) -> Line:
    write = focus.numerals.power if form == "{}²" else focus.numerals.plain
    numbers = focus.elision.numbers(focus.numerals, values, lambda i: form.format(write(weights[i])))
    return Line(left, "", (numbers,), focus.plain(sum(values)))
