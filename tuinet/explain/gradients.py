"""The gradients of one neuron's weights and bias: sums over the batch of δ times what came in."""

from __future__ import annotations

from tuinet.explain.focus import Focus, floats
from tuinet.explain.lines import AnyLine, Line, Remark
from tuinet.explain.titles import input_symbol, parameter_label, parameter_symbol


def gradient_lines(focus: Focus) -> list[AnyLine]:
    """∂L/∂w of every incoming weight, and ∂L/∂b, each with every sample's share."""
    shown = parameter_rows(focus)
    share = "each sample adds its share, δ times what came in" if focus.n_samples > 1 else "δ times what came in"
    remark = f"Gradients are sums over the {focus.n_samples} samples of the batch: {share}. The mean's 1/n is in δ."
    if focus.n_samples == 1:
        remark = f"The batch is a single sample, n = 1: gradients are {share}."
    return [
        Remark(remark),
        *(line for row in shown for line in _gradient(focus, row)),
        *left_out(focus, shown),
        *([] if focus.trains_biases else [Remark("The biases do not learn: they have no gradient.")]),
    ]


def parameter_rows(focus: Focus) -> list[int]:
    """Rows of the layer's block that are shown: weights, and the bias where it learns."""
    return [*focus.elision.shown(focus.fan_in), *([focus.fan_in] if focus.trains_biases else [])]


def left_out(focus: Focus, shown: list[int]) -> list[AnyLine]:
    """How many weights are not shown, if any."""
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
