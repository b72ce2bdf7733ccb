"""What things are called: phases, units, samples, weights."""

from __future__ import annotations

from typing import Final

from tuinet.explain.focus import Focus, floats
from tuinet.explain.numerals import subscript
from tuinet.terminal_text import shown_name

_MOST_INPUTS: Final = 4
"""Inputs that a title shows before it leaves some out."""


def title_of(focus: Focus) -> str:
    """As in ``backward, layer 1 · h2 · sample 2 (x1 = 0, x2 = 1; y = 1)``."""
    kind = focus.phase.kind
    if kind == "batch":
        return "batch"
    if kind == "loss":
        return f"loss · {sample_title(focus)}"
    where = f"{kind}, layer {focus.layer_number} · {unit_name(focus, focus.layer_number, focus.neuron)}"
    return f"{where} · {sample_title(focus)}" if kind in ("forward", "backward") else where


def sample_title(focus: Focus) -> str:
    """As in ``sample 2 (x1 = 0, x2 = 1; y = 1)``, with its place in the training set where that is another."""
    row = focus.sample
    place = int(focus.detail.indices[row])
    elsewhere = "" if focus.n_samples == len(focus.snapshot.dataset.X) else f", {place + 1} of the training set"
    return f"sample {row + 1}{elsewhere} ({sample_values(focus, row)})"


def sample_values(focus: Focus, row: int) -> str:
    """As in ``x1 = 0, x2 = 1; y = 1``, the first few where they are many."""
    names = [shown_name(name) for name in focus.snapshot.dataset.input_names]
    inputs = _some([f"{name} = {focus.plain(x)}" for name, x in zip(names, focus.detail.layers[0].x[row], strict=True)])
    targets = [focus.plain(target) for target in floats(focus.detail.targets[row])]
    y = targets[0] if len(targets) == 1 else f"({', '.join(targets)})"
    return f"{inputs}; y = {y}"


def _some(texts: list[str]) -> str:
    if len(texts) <= _MOST_INPUTS + 1:
        return ", ".join(texts)
    return f"{', '.join(texts[:_MOST_INPUTS])}, … {len(texts) - _MOST_INPUTS} more"


def unit_name(focus: Focus, layer: int, unit: int) -> str:
    """Name of a unit, as the panels have it; layer 0 is the inputs."""
    if layer == 0:
        return shown_name(focus.snapshot.dataset.input_names[unit])
    if layer < focus.n_layers:
        return f"h{unit + 1}"
    return "y" if focus.layer_size(layer) == 1 else f"y{unit + 1}"


def input_symbol(focus: Focus, index: int) -> str:
    """What a layer is given, in a formula: x₁ from the data, h₁ from a hidden layer."""
    return f"{'x' if focus.layer_number == 1 else 'h'}{subscript(index + 1)}"


def parameter_symbol(focus: Focus, row: int) -> str:
    """A row of the layer's block in a formula: w₁, w₂, … and b."""
    return "b" if row == focus.fan_in else f"w{subscript(row + 1)}"


def parameter_label(focus: Focus, row: int) -> str:
    """A row of the layer's block in words, as in ``w₁, from x1``."""
    if row == focus.fan_in:
        return "b, the bias"
    return f"{parameter_symbol(focus, row)}, from {unit_name(focus, focus.layer_number - 1, row)}"
