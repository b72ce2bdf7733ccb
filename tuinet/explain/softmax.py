"""Softmax, which takes all outputs of a sample at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from tuinet.explain.focus import Focus, floats
from tuinet.explain.lines import AnyLine, Line, Remark
from tuinet.explain.numerals import subscript

_FAR: Final = 300
"""Up to here neither e^z nor a sum of them leaves the range of a float64."""


def softmax_lines(focus: Focus) -> list[AnyLine]:
    """A of one output, and the others beside it."""
    z = floats(focus.layer.pre_activations[focus.sample])
    a = floats(focus.layer.activations[focus.sample])
    shift = max(z) if max(map(abs, z)) > _FAR else 0.0
    exponent = "z − max" if shift else "z"
    symbols = f"e^({exponent}) / Σ e^({exponent})" if shift else "e^z / Σ e^z"
    shifted = [value - shift for value in z]
    return [
        *([Remark("Every z less the largest of them, which changes nothing and keeps e^z in range.")] if shift else []),
        Line("a", symbols, _fractions(focus, shifted), focus.plain(a[focus.neuron])),
        *_all_outputs(focus, a),
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


def _all_outputs(focus: Focus, a: Sequence[float]) -> list[AnyLine]:
    symbols = focus.elision.symbols(len(a), lambda i: f"a{subscript(i + 1)}", focus.neuron)
    return [Line("Σ a", symbols, (focus.sum_of(a, focus.neuron),), focus.plain(sum(a)))]
