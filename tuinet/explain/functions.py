"""Activations and their derivatives in symbols and with numbers.

The formulas are those of `tuinet.nn.activations`: PyTorch's, with its choices at a kink. Of an activation that is not
here, only the formula is told, without numbers in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tuinet.explain.lines import Line
from tuinet.explain.numerals import Numerals
from tuinet.explain.special import logistic, normal_density, normal_distribution
from tuinet.nn.activations import ACTIVATIONS

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


Sides = tuple[str, str]
"""The right side of an equation in symbols and in numbers."""
Table = Mapping[str, Callable[[Point], Sides]]


def activation_lines(name: str, numerals: Numerals, z: float, a: float) -> list[Line]:
    """How a comes from z, by every activation but softmax, which takes all outputs at once."""
    if name not in _ACTIVATIONS:
        return [Line("a", ACTIVATIONS[name].formula, (), numerals.plain(a))]
    point = Point(numerals, z, a)
    symbols, numbers = _ACTIVATIONS[name](point)
    own = Line("a", symbols, (numbers,), numerals.plain(a))
    return [*(_helper(helper, point) for helper in _ACTIVATION_HELPERS.get(name, ())), own]


def derivative_lines(name: str, numerals: Numerals, z: float, a: float, derivative: float) -> list[Line]:
    """How f′(z) comes from z and a."""
    if name not in _DERIVATIVES:
        return [Line("f′(z)", ACTIVATIONS[name].derivative_formula, (), numerals.plain(derivative))]
    point = Point(numerals, z, a)
    symbols, numbers = _DERIVATIVES[name](point)
    own = Line("f′(z)", symbols, (numbers,), numerals.plain(derivative))
    return [*(_helper(helper, point) for helper in _DERIVATIVE_HELPERS.get(name, ())), own]


def _cases(point: Point, above: str, below: str, numbers: Sides) -> Sides:
    symbols = f"({above} where z > 0, else {below})"
    return symbols, f"({numbers[0]} where {point.z} > 0, else {numbers[1]})"


def _softplus(point: Point) -> Sides:
    if point.z_value > _FAR:
        return "z + ln(1 + e^(−z))", f"{point.z} + ln(1 + e^({point.numerals.plain(-point.z_value)}))"
    return "ln(1 + e^z)", f"ln(1 + {point.exp_z})"


def _helper(name: str, point: Point) -> Line:
    symbols, numbers, function = _HELPERS[name]
    return Line(name, symbols, (numbers(point),), point.numerals.plain(function(point.z_value)))


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
