"""A backward phase: from ∂L/∂a of what a layer passed on to its δ and its gradients.

Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating errors".
"""

from __future__ import annotations

from tuinet.explain.focus import Focus, floats
from tuinet.explain.functions import derivative_lines
from tuinet.explain.gradients import gradient_lines
from tuinet.explain.lines import AnyLine, Line, Remark
from tuinet.explain.losses import slope_sides
from tuinet.explain.numerals import subscript
from tuinet.explain.outputs import outputs_of
from tuinet.nn.activations import ACTIVATIONS

_WHY_LOGISTIC = (
    "Why a − y: for one sample, cross-entropy gives ∂L/∂a = (a − y) / (a·(1 − a)), and the sigmoid gives "
    "∂a/∂z = a·(1 − a); in their product a·(1 − a) cancels, and a − y is left. The mean over the n samples "
    "divides by n."
)
_WHY_SOFTMAX = (
    "Why a − y: for one sample, cross-entropy gives ∂L/∂aₖ = −yₖ / aₖ for every output k, and softmax gives "
    "∂aₖ/∂z = aₖ·((1 where k is this output, else 0) − a); the sum of their products over k is a·Σ y − y, and the "
    "targets add up to 1, so that a − y is left. The mean over the n samples divides by n."
)


def backward_lines(focus: Focus) -> list[AnyLine]:
    """δ of one sample, and the gradients of the neuron's parameters over the batch."""
    deltas = _output_delta(focus) if focus.is_output else _hidden_delta(focus)
    return [*deltas, *gradient_lines(focus)]


def _output_delta(focus: Focus) -> list[AnyLine]:
    outputs, n = outputs_of(focus, focus.sample), focus.n_samples
    if focus.detail.is_canonical:
        error = outputs.error(focus.neuron)
        return [
            Remark(_WHY_SOFTMAX if focus.activation == "softmax" else _WHY_LOGISTIC),
            Line("a − y", "", (error,), focus.plain(outputs.errors[focus.neuron])),
            Line("δ", "∂L/∂z = (a − y) / n", (f"({error}) / {n}",), focus.plain(_delta(focus))),
        ]
    symbols, numbers = slope_sides(focus.snapshot.loss_name, outputs, focus.neuron, n)
    slope = slope_value(focus.snapshot.loss_name, outputs.errors, focus.neuron, n)
    return [
        Remark("L is the mean over the n samples of the batch: its 1/n is inside ∂L/∂a, and so inside δ."),
        Line("∂L/∂a", symbols, (numbers,), focus.plain(slope)),
        *_times_derivative(focus, slope),
    ]


def slope_value(loss: str, errors: list[float], i: int, n_samples: int) -> float:
    """∂L/∂a of one output."""
    error, outputs = errors[i], len(errors)
    if loss == "mse":
        return 2 * error / (n_samples * outputs)
    if loss == "sse":
        return error / n_samples
    if loss == "mae":
        return ((error > 0) - (error < 0)) / (n_samples * outputs)
    return min(1.0, max(-1.0, error)) / (n_samples * outputs)


def _hidden_delta(focus: Focus) -> list[AnyLine]:
    """The next layer's δ come back along the weights by which this neuron feeds it."""
    next_layer, layer, row = focus.detail.layers[focus.layer_number], focus.layer, focus.sample
    weights = floats(next_layer.block_before[focus.neuron])
    deltas = floats(next_layer.deltas[row])
    passed = sum(weight * delta for weight, delta in zip(weights, deltas, strict=True))
    symbols = focus.elision.symbols(len(weights), lambda i: f"v{subscript(i + 1)}·δ{subscript(i + 1)}")
    remark = (
        f"v: the weights from this neuron to layer {focus.layer_number + 1}, as they were in the forward phase; "
        f"δ₁, …: that layer's δ for this sample, in which the mean's 1/n is."
    )
    left = "∂L/∂a" if layer.mask is None else "∂L/∂h"
    lines: list[AnyLine] = [
        Remark(remark),
        Line(left, symbols, (focus.sum_of_products(weights, deltas),), focus.plain(passed)),
    ]
    if layer.mask is not None:
        mask = float(layer.mask[row, focus.neuron])
        lines.append(Line("∂L/∂a", "mask·∂L/∂h", (focus.product(mask, passed),), focus.plain(mask * passed)))
        passed *= mask
    return [*lines, *_times_derivative(focus, passed)]


def _times_derivative(focus: Focus, slope: float) -> list[AnyLine]:
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
            (focus.product(slope, derivative),),
            focus.plain(_delta(focus)),
        ),
    ]


def _delta(focus: Focus) -> float:
    return float(focus.layer.deltas[focus.sample, focus.neuron])
