"""The batch and forward phases: from what a layer is given to what it passes on; activations in symbols and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tuinet.explain.explanation import AnyLine, Line, Remark, Sides
from tuinet.explain.focus import (
    Focus,
    Numerals,
    floats,
    input_symbol,
    parameter_symbol,
    sample_name,
    sample_values,
    subscript,
)
from tuinet.nn.activations import ACTIVATIONS
from tuinet.terminal_text import shown_name


def batch_lines(focus: Focus) -> list[AnyLine]:
    """The samples, where they stand in the training set, and their numbers."""
    total, n = len(focus.snapshot.dataset.X), focus.n_samples
    order = "shuffled" if focus.experiment.shuffle else "in their order"
    what = f"The batch is the whole training set, n = {n}." if n == total else f"n = {n} of {total} samples, {order}."
    shown = focus.elision.shown(n, focus.sample)
    missing = [Remark(f"{n - len(shown)} samples are left out.")] if len(shown) < n else []
    return [
        Remark(what),
        *(Remark(f"{sample_name(focus, row)}: {sample_values(focus, row)}") for row in shown),
        *missing,
        *map(Remark, _units(focus)),
    ]


def _units(focus: Focus) -> Iterator[str]:
    """How the network's own numbers were made of those of the data."""
    dataset = focus.snapshot.dataset
    if dataset.encoder.shift is not None:
        yield "Inputs are standardized: each is (value − mean) / deviation, both of the training set."
    if dataset.target_scale is not None:
        yield "Targets are standardized likewise: y = (target − mean) / deviation, and outputs stand for such y."


def logistic(z: float) -> float:
    """σ(z) = ½ + ½·tanh(z/2), which does not overflow."""
    return 0.5 + 0.5 * math.tanh(z / 2)


def normal_distribution(z: float) -> float:
    """Φ(z), the share of a standard normal distribution below z."""
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def normal_density(z: float) -> float:
    """φ(z), the density of a standard normal distribution at z."""
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


_FAR: Final = 30
"""From here on e^z swamps the 1 beside it."""


@dataclass(frozen=True)
class Point:
    """A pre-activation and its activation, as they are written into a formula."""

    numerals: Numerals
    z_value: float
    a_value: float

    @property
    def z(self) -> str:
        """On its own."""
        return self.numerals.plain(self.z_value)

    @property
    def z_factor(self) -> str:
        """Behind a sign, or in front of one."""
        return self.numerals.factor(self.z_value)

    @property
    def a(self) -> str:
        """Behind a sign, or in front of one."""
        return self.numerals.factor(self.a_value)

    @property
    def exp_z(self) -> str:
        """e^z."""
        return f"e^{self.numerals.power(self.z_value)}"

    @property
    def logistic(self) -> str:
        """σ(z) in full."""
        return f"1 / (1 + e^{self.numerals.power(-self.z_value)})"

    def value(self, function: Callable[[float], float]) -> str:
        """A function of z as a number."""
        return self.numerals.factor(function(self.z_value))


Table = Mapping[str, Callable[[Point], Sides]]


def activation_lines(name: str, numerals: Numerals, z: float, a: float) -> list[Line]:
    """The equation of a, for every activation but softmax, which takes all outputs at once."""
    if name not in _ACTIVATIONS:
        return [Line("a", ACTIVATIONS[name].formula, (), numerals.plain(a))]
    return _lines("a", _ACTIVATIONS[name], _ACTIVATION_HELPERS.get(name, ()), Point(numerals, z, a), a)


def derivative_lines(name: str, numerals: Numerals, z: float, a: float, derivative: float) -> list[Line]:
    """The equation of f′(z)."""
    if name not in _DERIVATIVES:
        return [Line("f′(z)", ACTIVATIONS[name].derivative_formula, (), numerals.plain(derivative))]
    return _lines("f′(z)", _DERIVATIVES[name], _DERIVATIVE_HELPERS.get(name, ()), Point(numerals, z, a), derivative)


def _lines(
    left: str, sides: Callable[[Point], Sides], helpers: Sequence[str], point: Point, value: float
) -> list[Line]:
    lines = []
    for helper in helpers:
        symbols, numbers, function = _HELPERS[helper]
        lines.append(Line(helper, symbols, (numbers(point),), point.numerals.plain(function(point.z_value))))
    symbols, spelled = sides(point)
    return [*lines, Line(left, symbols, (spelled,), point.numerals.plain(value))]


def _cases(point: Point, above: str, below: str, numbers: Sides) -> Sides:
    symbols = f"({above} where z > 0, else {below})"
    return symbols, f"({numbers[0]} where {point.z} > 0, else {numbers[1]})"


def _softplus(point: Point) -> Sides:
    if point.z_value > _FAR:
        return "z + ln(1 + e^(−z))", f"{point.z} + ln(1 + e^({point.numerals.plain(-point.z_value)}))"
    return "ln(1 + e^z)", f"ln(1 + {point.exp_z})"


_HELPERS: Final[Mapping[str, tuple[str, Callable[[Point], str], Callable[[float], float]]]] = {
    "σ(z)": ("1 / (1 + e^(−z))", lambda p: p.logistic, logistic),
    "Φ(z)": ("½·(1 + erf(z / √2))", lambda p: f"½·(1 + erf({p.z} / √2))", normal_distribution),
    "φ(z)": ("e^(−½·z²) / √(2·π)", lambda p: f"e^(−½·{p.numerals.power(p.z_value)}²) / √(2·π)", normal_density),
}
_ACTIVATION_HELPERS: Final[Mapping[str, tuple[str, ...]]] = {"gelu": ("Φ(z)",), "silu": ("σ(z)",)}
_DERIVATIVE_HELPERS: Final[Mapping[str, tuple[str, ...]]] = {"gelu": ("Φ(z)", "φ(z)"), "silu": ("σ(z)",)}

_ACTIVATIONS: Final[Table] = {
    "sigmoid": lambda p: ("σ(z)", p.logistic),
    "tanh": lambda p: ("tanh(z)", f"tanh({p.z})"),
    "relu": lambda p: ("max(0, z)", f"max(0, {p.z})"),
    "leaky_relu": lambda p: ("max(0.01·z, z)", f"max(0.01·{p.z_factor}, {p.z})"),
    "elu": lambda p: _cases(p, "z", "e^z − 1", (p.z, f"{p.exp_z} − 1")),
    "gelu": lambda p: ("z·Φ(z)", f"{p.z_factor}·{p.value(normal_distribution)}"),
    "silu": lambda p: ("z·σ(z)", f"{p.z_factor}·{p.value(logistic)}"),
    "softplus": _softplus,
    "softsign": lambda p: ("z / (1 + |z|)", f"{p.z_factor} / (1 + |{p.z}|)"),
    "sin": lambda p: ("sin(z)", f"sin({p.z})"),
    "linear": lambda p: ("z", p.z),
    "step": lambda p: _cases(p, "1", "0", ("1", "0")),
}

_DERIVATIVES: Final[Table] = {
    "sigmoid": lambda p: ("a·(1 − a)", f"{p.a}·(1 − {p.a})"),
    "tanh": lambda p: ("1 − a²", f"1 − {p.numerals.power(p.a_value)}²"),
    "relu": lambda p: _cases(p, "1", "0", ("1", "0")),
    "leaky_relu": lambda p: _cases(p, "1", "0.01", ("1", "0.01")),
    "elu": lambda p: _cases(p, "1", "e^z", ("1", p.exp_z)),
    "gelu": lambda p: (
        "Φ(z) + z·φ(z)",
        f"{p.value(normal_distribution)} + {p.z_factor}·{p.value(normal_density)}",
    ),
    "silu": lambda p: ("σ(z) + a·(1 − σ(z))", f"{p.value(logistic)} + {p.a}·(1 − {p.value(logistic)})"),
    "softplus": lambda p: ("σ(z)", p.logistic),
    "softsign": lambda p: ("1 / (1 + |z|)²", f"1 / (1 + |{p.z}|)²"),
    "sin": lambda p: ("cos(z)", f"cos({p.z})"),
    "linear": lambda p: ("1", "1"),
    "step": lambda p: ("0", "0"),
}


_LARGE: Final = 300
"""Up to here neither e^z nor a sum of them leaves the range of a float64."""


def softmax_lines(focus: Focus) -> list[AnyLine]:
    """A of one output, and the others beside it."""
    z = floats(focus.layer.pre_activations[focus.sample])
    a = floats(focus.layer.activations[focus.sample])
    shift = max(z) if max(map(abs, z)) > _LARGE else 0.0
    exponent = "z − max" if shift else "z"
    symbols = f"e^({exponent}) / Σ e^({exponent})" if shift else "e^z / Σ e^z"
    shifted = [value - shift for value in z]
    outputs = focus.elision.symbols(len(a), lambda i: f"a{subscript(i + 1)}", focus.neuron)
    return [
        *([Remark("Every z less the largest of them, which changes nothing and keeps e^z in range.")] if shift else []),
        Line("a", symbols, _fractions(focus, shifted), focus.plain(a[focus.neuron])),
        Line("Σ a", outputs, (focus.sum_of(a, focus.neuron),), focus.plain(sum(a))),
    ]


def _fractions(focus: Focus, z: Sequence[float]) -> tuple[str, ...]:
    """The fraction with every e^z spelled out, and with their values."""
    numerals, neuron = focus.numerals, focus.neuron
    values = [math.exp(value) for value in z]
    spelled = focus.elision.numbers(numerals, values, lambda i: f"e^{numerals.power(z[i])}", neuron)
    return (
        f"e^{numerals.power(z[neuron])} / ({spelled})",
        f"{focus.plain(values[neuron])} / ({focus.sum_of(values, neuron)})",
    )


def forward_lines(focus: Focus) -> list[AnyLine]:
    """Z, a, and what dropout leaves of it."""
    layer, row, column = focus.layer, focus.sample, focus.neuron
    z, a = float(layer.pre_activations[row, column]), float(layer.activations[row, column])
    if focus.activation == "softmax":
        activation: list[AnyLine] = softmax_lines(focus)
    else:
        activation = [*activation_lines(focus.activation, focus.numerals, z, a)]
    return [_pre_activation(focus, z), *activation, *_dropped(focus, a), *_in_unit(focus, a)]


def _in_unit(focus: Focus, a: float) -> list[AnyLine]:
    """An output in the unit of its targets; nothing where that is its own, and for other layers."""
    dataset, index = focus.snapshot.dataset, focus.neuron
    if dataset.target_scale is None or focus.layer_number < focus.n_layers:
        return []
    deviation, mean = (float(values[index]) for values in (dataset.target_scale.scale, dataset.target_scale.shift))
    numbers = f"{focus.plain(deviation)}·{focus.factor(a)} + {focus.factor(mean)}"
    said = f"In the unit of the data that is, for {shown_name(dataset.target_names[index])}:"
    return [Remark(said), Line("ŷ", "deviation·a + mean", (numbers,), focus.plain(deviation * a + mean))]


def _pre_activation(focus: Focus, z: float) -> Line:
    layer, fan_in = focus.layer, focus.fan_in
    weights, x = floats(layer.block_before[:-1, focus.neuron]), floats(layer.x[focus.sample])
    bias = float(layer.block_before[-1, focus.neuron])
    symbols = focus.elision.symbols(fan_in, lambda i: f"{parameter_symbol(focus, i)}·{input_symbol(focus, i)}")
    numbers = f"{focus.sum_of_products(weights, x)} + {focus.factor(bias)}"
    return Line("z", f"{symbols} + b", (numbers,), focus.plain(z))


def _dropped(focus: Focus, a: float) -> list[AnyLine]:
    layer, row, column = focus.layer, focus.sample, focus.neuron
    if layer.mask is None:
        return []
    rate, mask = focus.experiment.dropout, float(layer.mask[row, column])
    kept = f"kept, and scaled up by 1 / (1 − {focus.plain(rate)})" if mask else "dropped"
    return [
        Remark(f"Dropout {focus.plain(rate)}: in this step the activation is {kept}. h is what is passed on."),
        Line("h", "mask·a", (focus.product(mask, a),), focus.plain(float(layer.outputs[row, column]))),
    ]
