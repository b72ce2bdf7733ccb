"""The regularize and clip phases: what is made of the loss's gradients before the update."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tuinet.explain.focus import Focus, floats
from tuinet.explain.gradients import left_out, parameter_rows
from tuinet.explain.lines import AnyLine, Line, Remark
from tuinet.explain.numerals import subscript
from tuinet.explain.titles import parameter_label, parameter_symbol
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.training.step_snapshot import LayerStep


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
    grads[:-1] += focus.experiment.l1 * np.sign(weights) + focus.experiment.l2 * weights
    return grads


def clip_lines(focus: Focus) -> list[AnyLine]:
    """The norm of all gradients of all layers taken together, and the factor that brings it down."""
    clipping = clipping_of(focus)
    numbers = f"{focus.plain(focus.experiment.clip_norm)} / ({focus.plain(clipping.norm)} + 1e−6)"
    return [
        *_norm_lines(focus, clipping),
        Line("factor", "clip_norm / (‖g‖ + 1e−6)", (numbers,), focus.plain(clipping.factor)),
        *(_scaled(focus, clipping.factor) if clipping.factor < 1 else [Remark("Not below 1: the gradients stay.")]),
    ]


@dataclass(frozen=True)
class Clipping:
    """How the gradients are scaled down, after Pascanu, Mikolov and Bengio (2013)."""

    squares: tuple[float, ...]
    """For each layer the sum of its squared gradients."""
    norm: float
    factor: float


@DIVERGING_IS_NO_ERROR
def clipping_of(focus: Focus) -> Clipping:
    """That of this step."""
    squares = tuple(float(np.square(penalized(focus, layer)).sum()) for layer in focus.detail.layers)
    norm = math.sqrt(sum(squares))
    return Clipping(squares, norm, focus.experiment.clip_norm / (norm + 1e-6))


def _norm_lines(focus: Focus, clipping: Clipping) -> list[AnyLine]:
    """Σ g² of every layer, and the root of their sum."""
    lines: list[AnyLine] = [Remark(f"{_gradient_word(focus)} all weights and biases of all layers.")]
    for number, layer in enumerate(focus.detail.layers, start=1):
        numbers = _squares(focus, floats(penalized(focus, layer).T.ravel()))
        total = focus.plain(clipping.squares[number - 1])
        lines.append(Line(f"‖g{subscript(number)}‖²", f"Σ g² of layer {number}", (numbers,), total))
    symbols = " + ".join(f"‖g{subscript(number)}‖²" for number in range(1, focus.n_layers + 1))
    numbers = " + ".join(focus.plain(square) for square in clipping.squares)
    return [*lines, Line("‖g‖", f"√({symbols})", (f"√({numbers})",), focus.plain(clipping.norm))]


def _squares(focus: Focus, grads: list[float]) -> str:
    power = focus.numerals.power
    return focus.elision.numbers(focus.numerals, [g * g for g in grads], lambda i: f"{power(grads[i])}²")


def _gradient_word(focus: Focus) -> str:
    return (
        "g: the gradients of the objective by" if focus.experiment.l1 or focus.experiment.l2 else "g: the gradients by"
    )


def _scaled(focus: Focus, factor: float) -> list[AnyLine]:
    shown, grads = parameter_rows(focus), penalized(focus, focus.layer)
    objective = "J" if focus.experiment.l1 or focus.experiment.l2 else "L"
    lines: list[AnyLine] = []
    for row in shown:
        name, value = parameter_symbol(focus, row), float(grads[row, focus.neuron])
        label, numbers = parameter_label(focus, row), focus.product(factor, value)
        lines.append(Line(f"g({name})", f"factor·∂{objective}/∂{name}", (numbers,), focus.plain(factor * value), label))
    return [*lines, *left_out(focus, shown)]
