"""The backward, regularize and clip phases: from ∂L/∂a of what a layer passed on to its δ and its gradients."""

from __future__ import annotations

import math

import numpy as np

from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import (
    Focus,
    floats,
    input_symbol,
    parameter_label,
    parameter_symbol,
    subscript,
    unit_name,
    weight_symbol,
)
from tuinet.explain.forward import derivative_lines
from tuinet.explain.loss import outputs_of, slope_of
from tuinet.explain.share import loss_of, share_of, words_of
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.observe.step_snapshot import LayerStep


def backward_lines(focus: Focus) -> list[AnyLine]:
    """δ of one sample, and ∂L/∂w and ∂L/∂b of the neuron's parameters, each with every sample's share."""
    deltas = _output_delta(focus) if focus.layer_number == focus.n_layers else _hidden_delta(focus)
    shown = parameter_rows(focus)
    share = "each sample adds its share, δ times what came in" if focus.n_samples > 1 else "δ times what came in"
    remark = f"Gradients are sums over the {focus.n_samples} samples of the batch: {share}.{words_of(focus).sums}"
    if focus.n_samples == 1:
        remark = f"The batch is a single sample, n = 1: gradients are {share}."
    return [
        *deltas,
        Remark(remark),
        *(line for row in shown for line in _gradient(focus, row)),
        *left_out(focus, shown),
        *([] if focus.trains_biases else [Remark("The biases do not learn: they have no gradient.")]),
    ]


def parameter_rows(focus: Focus) -> list[int]:
    """Rows of the layer's block that are shown: weights, and the bias where it learns."""
    return [*focus.elision.shown(focus.fan_in), *([focus.fan_in] if focus.trains_biases else [])]


def left_out(focus: Focus, shown: list[int]) -> list[AnyLine]:
    """The remark on the weights that are not shown, if any."""
    missing = focus.fan_in - sum(row < focus.fan_in for row in shown)
    return [Remark(f"{missing} of the {focus.fan_in} weights are left out.")] if missing else []


def _gradient(focus: Focus, row: int) -> list[AnyLine]:
    name, label, keep = parameter_symbol(focus, row), parameter_label(focus, row), focus.sample
    result = focus.plain(float(focus.layer.loss_grads[row, focus.neuron]))
    deltas = floats(focus.layer.deltas[:, focus.neuron])
    if row == focus.fan_in:
        return [Line(f"∂L/∂{name}", "Σ δ", (focus.sum_of(deltas, keep),), result, label)]
    x = floats(focus.layer.x[:, row])
    shares = [delta * value for delta, value in zip(deltas, x, strict=True)]
    numbers = (focus.sum_of_products(deltas, x, keep), *([focus.sum_of(shares, keep)] if len(shares) > 1 else []))
    return [Line(f"∂L/∂{name}", f"Σ δ·{input_symbol(focus, row)}", numbers, result, label)]


_WHY_LOGISTIC = (
    "Why a − y: for one sample, cross-entropy gives ∂L/∂a = (a − y) / (a·(1 − a)), and the sigmoid gives "
    "∂a/∂z = a·(1 − a); in their product a·(1 − a) cancels, and a − y is left."
)
_WHY_SOFTMAX = (
    "Why a − y: for one sample, cross-entropy gives ∂L/∂aₖ = −yₖ / aₖ for every output k, and softmax gives "
    "∂aₖ/∂z = aₖ·((1 where k is this output, else 0) − a); the sum of their products over k is a·Σ y − y, and the "
    "targets add up to 1, so that a − y is left."
)


def _output_delta(focus: Focus) -> list[AnyLine]:
    outputs, share = outputs_of(focus, focus.sample), share_of(focus, focus.sample)
    if focus.detail.is_canonical:
        error = outputs.error(focus.neuron)
        why = _WHY_SOFTMAX if focus.activation == "softmax" else _WHY_LOGISTIC
        averaged = " And the mean over the outputs, by their number." if "outputs" in share.symbols else ""
        return [
            Remark(f"{why} {words_of(focus).why}{averaged}"),
            Line("a − y", "", (error,), focus.plain(outputs.errors[focus.neuron])),
            Line("δ", f"∂L/∂z = {share.of('a − y')}", (share.of_numbers(error),), focus.plain(_delta(focus))),
        ]
    slope = slope_of(loss_of(focus), outputs, focus.neuron, share)
    return [
        Remark(words_of(focus).inside),
        *([Line("∂L/∂a", slope.symbols, (slope.numbers,), focus.plain(slope.value))] if slope else []),
        *_times_derivative(focus, slope and slope.value),
    ]


def _hidden_delta(focus: Focus) -> list[AnyLine]:
    next_layer, layer, row = focus.detail.layers[focus.layer_number], focus.layer, focus.sample
    weights = floats(next_layer.block_before[focus.neuron])
    deltas = floats(next_layer.deltas[row])
    passed = sum(weight * delta for weight, delta in zip(weights, deltas, strict=True))
    symbols = focus.elision.symbols(len(weights), lambda i: f"{_passing_symbol(focus, i)}·δ{subscript(i + 1)}")
    left = "∂L/∂a" if layer.mask is None else "∂L/∂h"
    lines: list[AnyLine] = [
        Remark(_passing(focus, len(weights) - 1)),
        Line(left, symbols, (focus.sum_of_products(weights, deltas),), focus.plain(passed)),
    ]
    if layer.mask is not None:
        mask = float(layer.mask[row, focus.neuron])
        lines.append(Line("∂L/∂a", "mask·∂L/∂h", (focus.product(mask, passed),), focus.plain(mask * passed)))
        passed *= mask
    return [*lines, *_times_derivative(focus, passed)]


def _passing(focus: Focus, last: int) -> str:
    """What the weights are by which δ comes back from the next layer, and the δ that comes."""
    layer = focus.layer_number
    name, first = (unit_name(focus, *unit) for unit in ((layer, focus.neuron), (layer + 1, 0)))
    weight = _passing_symbol(focus, 0)
    if not last:
        said = f"{weight}: the weight from {name} to {first}, as it was in the forward phase; δ₁: the δ of {first}"
    else:
        weights = f"{weight} … {_passing_symbol(focus, last)}: the weights from {name} to layer {layer + 1}"
        deltas = f"δ₁: the δ of {first}, and so on up to {unit_name(focus, layer + 1, last)}"
        said = f"{weights}, as they were in the forward phase; {deltas}"
    return f"{said}, for this sample{words_of(focus).passed}."


def _passing_symbol(focus: Focus, index: int) -> str:
    return weight_symbol(focus, focus.layer_number + 1, focus.neuron, index)


def _times_derivative(focus: Focus, slope: float | None) -> list[AnyLine]:
    """f′(z), and δ; without its numbers where ∂L/∂a is not known."""
    layer, row, column = focus.layer, focus.sample, focus.neuron
    z, a = float(layer.pre_activations[row, column]), float(layer.activations[row, column])
    derivative = float(layer.derivatives[row, column])
    kink = " (where it has a kink, PyTorch's choice)" if "where" in ACTIVATIONS[focus.activation].formula else ""
    return [
        *([Remark(f"f is {focus.activation}{kink}.")] if focus.activation != "linear" else []),
        *derivative_lines(focus.activation, focus.numerals, z, a, derivative),
        Line(
            "δ",
            "∂L/∂z = ∂L/∂a·f′(z)",
            () if slope is None else (focus.product(slope, derivative),),
            focus.plain(_delta(focus)),
        ),
    ]


def _delta(focus: Focus) -> float:
    return float(focus.layer.deltas[focus.sample, focus.neuron])


def regularize_lines(focus: Focus) -> list[AnyLine]:
    """The penalty's gradient, added to that of every weight."""
    shown = [row for row in parameter_rows(focus) if row < focus.fan_in]
    return [
        Remark("J is the objective, loss + penalty. The biases are not penalized: their gradients stay."),
        *(_penalized_line(focus, row) for row in shown),
        *left_out(focus, shown),
    ]


def _penalized_line(focus: Focus, row: int) -> Line:
    l1, l2, w = focus.experiment.l1, focus.experiment.l2, float(focus.layer.block_before[row, focus.neuron])
    name, gradient = parameter_symbol(focus, row), float(focus.layer.loss_grads[row, focus.neuron])
    symbols, numbers = f"∂L/∂{name}", focus.plain(gradient)
    if l1:
        symbols, numbers = f"{symbols} + l1·sign({name})", f"{numbers} + {focus.plain(l1)}·sign({focus.plain(w)})"
    if l2:
        symbols, numbers = f"{symbols} + l2·{name}", f"{numbers} + {focus.product(l2, w)}"
    result = float(penalized(focus, focus.layer)[row, focus.neuron])
    return Line(f"∂J/∂{name}", symbols, (numbers,), focus.plain(result), parameter_label(focus, row))


@DIVERGING_IS_NO_ERROR
def penalized(focus: Focus, layer: LayerStep) -> Array:
    """A layer's gradients of the objective, in double precision, shape (fan_in + 1, fan_out)."""
    grads = layer.loss_grads.astype(np.float64)
    weights = layer.block_before[:-1].astype(np.float64)
    grads[:-1] += focus.experiment.l1 * np.sign(weights) + (focus.experiment.l2 or 0.0) * weights
    return grads


def clip_lines(focus: Focus) -> list[AnyLine]:
    """The norm of all gradients of all layers taken together, and the factor that brings it down."""
    squares = _squared_norms(focus)
    norm = math.sqrt(sum(squares))
    # Pascanu, Mikolov and Bengio (2013).
    factor = focus.experiment.clip_norm / (norm + 1e-6)
    numbers = f"{focus.plain(focus.experiment.clip_norm)} / ({focus.plain(norm)} + 1e−6)"
    return [
        *_norm_lines(focus, squares, norm),
        Line("factor", "clip_norm / (‖g‖ + 1e−6)", (numbers,), focus.plain(factor)),
        *(_scaled(focus, factor) if factor < 1 else [Remark("Not below 1: the gradients stay.")]),
    ]


@DIVERGING_IS_NO_ERROR
def _squared_norms(focus: Focus) -> list[float]:
    return [float(np.square(penalized(focus, layer)).sum()) for layer in focus.detail.layers]


def _norm_lines(focus: Focus, squares: list[float], norm: float) -> list[AnyLine]:
    """Σ g² of every layer, and the root of their sum."""
    of = " of the objective" if focus.experiment.l1 or focus.experiment.l2 else ""
    lines: list[AnyLine] = [Remark(f"g: the gradients{of} by all weights and biases of all layers.")]
    for number, (layer, square) in enumerate(zip(focus.detail.layers, squares, strict=True), start=1):
        numbers = _squares(focus, floats(penalized(focus, layer).T.ravel()))
        lines.append(Line(f"‖g{subscript(number)}‖²", f"Σ g² of layer {number}", (numbers,), focus.plain(square)))
    symbols = " + ".join(f"‖g{subscript(number)}‖²" for number in range(1, focus.n_layers + 1))
    numbers = " + ".join(map(focus.plain, squares))
    return [*lines, Line("‖g‖", f"√({symbols})", (f"√({numbers})",), focus.plain(norm))]


def _squares(focus: Focus, grads: list[float]) -> str:
    power = focus.numerals.power
    return focus.elision.numbers(focus.numerals, [g * g for g in grads], lambda i: f"{power(grads[i])}²")


def _scaled(focus: Focus, factor: float) -> list[AnyLine]:
    shown, grads = parameter_rows(focus), penalized(focus, focus.layer)
    objective = "J" if focus.experiment.l1 or focus.experiment.l2 else "L"
    lines: list[AnyLine] = []
    for row in shown:
        name, value = parameter_symbol(focus, row), float(grads[row, focus.neuron])
        label, numbers = parameter_label(focus, row), focus.product(factor, value)
        lines.append(Line(f"g({name})", f"factor·∂{objective}/∂{name}", (numbers,), focus.plain(factor * value), label))
    return [*lines, *left_out(focus, shown)]
