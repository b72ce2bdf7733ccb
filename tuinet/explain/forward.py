"""A forward phase: from what a layer is given to what it passes on."""

from __future__ import annotations

from tuinet.explain.focus import Focus, floats
from tuinet.explain.functions import activation_lines
from tuinet.explain.lines import AnyLine, Line, Remark
from tuinet.explain.numerals import subscript
from tuinet.explain.softmax import softmax_lines
from tuinet.explain.titles import input_symbol


def forward_lines(focus: Focus) -> list[AnyLine]:
    """Z, a, and what dropout leaves of it."""
    layer, row, column = focus.layer, focus.sample, focus.neuron
    z, a = float(layer.pre_activations[row, column]), float(layer.activations[row, column])
    if focus.activation == "softmax":
        activation: list[AnyLine] = softmax_lines(focus)
    else:
        activation = [*activation_lines(focus.activation, focus.numerals, z, a)]
    return [_pre_activation(focus, z), *activation, *_dropped(focus, a)]


def _pre_activation(focus: Focus, z: float) -> Line:
    layer, fan_in = focus.layer, focus.fan_in
    weights, x = floats(layer.block_before[:-1, focus.neuron]), floats(layer.x[focus.sample])
    bias = float(layer.block_before[-1, focus.neuron])
    symbols = focus.elision.symbols(fan_in, lambda i: f"w{subscript(i + 1)}·{input_symbol(focus, i)}")
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
