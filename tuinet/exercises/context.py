"""Mistakes that a line's own numbers do not tell: another matrix, another function, what is left out between lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from tuinet.exercises.expression import Address, Change, NoArithmeticError, fixed
from tuinet.exercises.slips import Calculation, UsualMistake
from tuinet.explain.focus import Focus, floats
from tuinet.explain.forward import logistic
from tuinet.nn.parameters import Array

_CORRECTED: Final = {"m_hat": "m", "v_hat": "v"}
_ACTIVATIONS: Final[Mapping[str, Callable[[float], float]]] = {
    "sigmoid": logistic,
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
}
_DERIVATIVES: Final[Mapping[str, tuple[str, Callable[[float], float]]]] = {
    "sigmoid": ("a·(1 − a)", lambda a: a * (1 - a)),
    "tanh": ("1 − a²", lambda a: 1 - a * a),
}
"""The usual derivatives as functions of the activation."""


Read = Callable[[float], float]
"""A number as it is read: exact, or as it is shown."""


def mistakes_in_context(
    focus: Focus, calculation: Calculation, results: Mapping[str, float], digits: int
) -> Iterator[UsualMistake]:
    """The mistakes of a line of a phase.

    Parameters
    ----------
    results
        Of the lines before it, by their left sides.
    digits
        Significant digits of the numbers that are shown.
    """
    yield from _uncorrected(calculation, results)
    rule = _RULES.get((focus.phase.kind, calculation.line.left))
    if rule is not None:
        for exact, shown in zip(rule(focus, float), rule(focus, _shown(digits)), strict=False):
            yield replace(exact, as_shown=shown.value)


def _shown(digits: int) -> Read:
    return lambda value: float(f"{value:.{digits}g}")


def _uncorrected(calculation: Calculation, results: Mapping[str, float]) -> Iterator[UsualMistake]:
    """An update with the averages as they are, in place of those with the bias correction."""
    changes: dict[Address, Change] = {}
    for address, symbol in calculation.symbols.items():
        if symbol in _CORRECTED and _CORRECTED[symbol] in results:
            changes[address] = fixed(results[_CORRECTED[symbol]])
    try:
        if changes:
            yield UsualMistake("bias correction", calculation.exact.value(changes), "1 − beta^t")
    except NoArithmeticError:
        return


def _read_all(read: Read, values: Array) -> list[float]:
    return [read(value) for value in floats(values)]


def _sum(first: list[float], second: list[float]) -> float:
    return sum(one * other for one, other in zip(first, second, strict=False))


def _forward_sum(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    weights, x = focus.layer.block_before[:-1], _read_all(read, focus.layer.x[focus.sample])
    if focus.neuron < len(weights) <= weights.shape[1]:
        z = _sum(x, _read_all(read, weights[focus.neuron])) + read(focus.layer.block_before[-1, focus.neuron])
        yield UsualMistake("transposed", z, f"row {focus.neuron + 1} in place of column {focus.neuron + 1}")


def _forward_value(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    z = read(focus.layer.pre_activations[focus.sample, focus.neuron])
    yield UsualMistake("activation", z)
    for name, function in _ACTIVATIONS.items():
        # Of a positive z, relu leaves z: that is the activation left out.
        if name != focus.activation and function(z) != z:
            yield UsualMistake("another activation", function(z), name)


def _derivative(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    z = read(focus.layer.pre_activations[focus.sample, focus.neuron])
    a = read(focus.layer.activations[focus.sample, focus.neuron])
    for name, (formula, function) in _DERIVATIVES.items():
        if name == focus.activation:
            yield UsualMistake("derivative at z", function(z), formula)
        else:
            yield UsualMistake("another derivative", function(a), formula)


def _passed_back(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    if focus.layer_number == focus.n_layers:
        return
    following = focus.detail.layers[focus.layer_number]
    weights, deltas = following.block_before[:-1], _read_all(read, following.deltas[focus.sample])
    if focus.neuron < weights.shape[1] <= len(weights):
        yield UsualMistake(
            "transposed",
            _sum(deltas, _read_all(read, weights[:, focus.neuron])),
            f"column {focus.neuron + 1} in place of row {focus.neuron + 1}",
        )


def _canonical_delta(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    if focus.layer_number == focus.n_layers and focus.detail.is_canonical:
        a = read(focus.layer.activations[focus.sample, focus.neuron])
        delta = read(focus.layer.deltas[focus.sample, focus.neuron])
        yield UsualMistake("needless derivative", delta * a * (1 - a))


_RULES: Final[Mapping[tuple[str, str], Callable[[Focus, Read], Iterator[UsualMistake]]]] = {
    ("forward", "z"): _forward_sum,
    ("forward", "a"): _forward_value,
    ("backward", "f′(z)"): _derivative,
    ("backward", "∂L/∂a"): _passed_back,
    ("backward", "∂L/∂h"): _passed_back,
    ("backward", "δ"): _canonical_delta,
}
"""By the kind of the phase and the left side of the line."""
