"""A Focus: what is looked at in a step, what it is called, and how its numbers are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

from tuinet.experiment.defaults import in_force
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.step_snapshot import LayerStep, StepSnapshot
from tuinet.terminal_text import MINUS, shown_name


@dataclass(frozen=True)
class Selection:
    """Sample, layer and neuron; what is beyond the last one stands for the last."""

    sample: int = 0
    """Row of the batch, from 0."""
    layer: int | None = None
    """From 1, for phases that have no layer of their own; ``None`` for the output layer."""
    neuron: int = 0
    """Column of the layer, from 0."""


_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Numerals:
    """Writes numbers. What is not rounded has no trailing zeros: 0.5 is exactly a half, 0.5000 is near it."""

    digits: int = 4

    def plain(self, value: float) -> str:
        """The number as it stands on its own or as first term: ``0.5416``, ``−0.2100``, ``1.2e−5``."""
        value = float(value)
        if not math.isfinite(value):
            return str(value).replace("-", MINUS)
        if value == 0:
            return "0"
        short = f"{value:.{self.digits}g}"
        text = short if float(short) == value else f"{value:#.{self.digits}g}"
        mantissa, _, exponent = text.partition("e")
        text = mantissa.rstrip(".") + (f"e{int(exponent)}" if exponent else "")
        return text.replace("-", MINUS)

    def factor(self, value: float) -> str:
        """The number where a sign in front of it would mislead: in parentheses when it is negative."""
        text = self.plain(value)
        return f"({text})" if text.startswith(MINUS) else text

    def power(self, value: float) -> str:
        """The number as base or exponent: in parentheses when it is negative or has an exponent itself."""
        text = self.plain(value)
        return f"({text})" if text.startswith(MINUS) or "e" in text else text


def subscript(index: int) -> str:
    """A whole number in subscript digits."""
    return str(index).translate(_SUBSCRIPTS)


@dataclass(frozen=True)
class Elision:
    """Which of many things are shown."""

    most: int | None = 8
    """As many as this; ``None`` for all of them."""

    def parts(self, count: int, keep: int | None = None) -> list[int | range]:
        """Indices that are shown, and ranges of those left out, in order.

        The first ones are shown, the last, and the one to keep.
        """
        if self.most is None or count <= self.most:
            return list(range(count))
        shown = {*range(max(self.most - 1, 1)), count - 1, *(() if keep is None else (keep,))}
        parts: list[int | range] = []
        previous = -1
        for index in sorted(shown):
            gap = range(previous + 1, index)
            # One thing takes no more room than saying that it is left out.
            parts += [gap] if len(gap) > 1 else list(gap)
            parts.append(index)
            previous = index
        return parts

    def shown(self, count: int, keep: int | None = None) -> list[int]:
        """Indices that are shown."""
        return [part for part in self.parts(count, keep) if isinstance(part, int)]

    def symbols(self, count: int, term: Callable[[int], str], keep: int | None = None) -> str:
        """A sum in symbols, three dots for the terms left out."""
        return " + ".join(term(part) if isinstance(part, int) else "…" for part in self.parts(count, keep))

    def numbers(
        self, numerals: Numerals, values: Sequence[float], term: Callable[[int], str], keep: int | None = None
    ) -> str:
        """A sum in numbers; of the terms left out it says how many there are and what they add up to."""

        def write(part: int | range) -> str:
            if isinstance(part, int):
                return term(part)
            rest = sum(values[part.start : part.stop])
            return f"[… {len(part)} terms: {numerals.plain(rest)}]"

        return " + ".join(write(part) for part in self.parts(len(values), keep))


@dataclass(frozen=True, eq=False)
class Focus:
    """One phase of a step, one sample, one neuron of one layer."""

    snapshot: Snapshot
    detail: StepSnapshot
    phase: PhaseName
    selection: Selection
    numerals: Numerals
    elision: Elision = field(default_factory=Elision)

    @cached_property
    def experiment(self) -> Experiment:
        """The Experiment of the run, with what its task decides."""
        return in_force(self.snapshot.experiment, self.snapshot.dataset)

    @property
    def n_samples(self) -> int:
        """Samples in the batch."""
        return len(self.detail.indices)

    @property
    def n_layers(self) -> int:
        """Layers with weights."""
        return len(self.detail.layers)

    @property
    def layer_number(self) -> int:
        """The phase's own layer, else the selected one, else the output; counted from 1."""
        chosen = self.phase.layer or self.selection.layer or self.n_layers
        return min(max(chosen, 1), self.n_layers)

    @property
    def layer(self) -> LayerStep:
        """The values of that layer in the step."""
        return self.detail.layers[self.layer_number - 1]

    @property
    def activation(self) -> str:
        """Name of its activation."""
        return self.snapshot.layers[self.layer_number - 1].activation

    @property
    def sample(self) -> int:
        """Row of the batch."""
        return min(max(self.selection.sample, 0), self.n_samples - 1)

    @property
    def neuron(self) -> int:
        """Column of the layer."""
        return min(max(self.selection.neuron, 0), self.layer_size(self.layer_number) - 1)

    @property
    def fan_in(self) -> int:
        """The number of the layer's inputs."""
        return int(self.layer.x.shape[1])

    def layer_size(self, layer: int) -> int:
        """Units of a layer, counted from 1."""
        return int(self.detail.layers[layer - 1].block.shape[1])

    @property
    def trains_biases(self) -> bool:
        """Whether the biases learn."""
        return self.experiment.biases == "trained"

    def plain(self, value: float) -> str:
        """See `Numerals.plain`."""
        return self.numerals.plain(value)

    def factor(self, value: float) -> str:
        """See `Numerals.factor`."""
        return self.numerals.factor(value)

    def product(self, first: float, second: float) -> str:
        """Two factors."""
        return f"{self.factor(first)}·{self.factor(second)}"

    def sum_of_products(self, first: Sequence[float], second: Sequence[float], keep: int | None = None) -> str:
        """Σ first·second in numbers."""
        values = [one * other for one, other in zip(first, second, strict=True)]
        return self.elision.numbers(self.numerals, values, lambda i: self.product(first[i], second[i]), keep)

    def sum_of(self, values: Sequence[float], keep: int | None = None) -> str:
        """Σ values in numbers."""
        return self.elision.numbers(self.numerals, values, lambda i: self.factor(values[i]), keep)


def floats(values: Array) -> list[float]:
    """The entries of a vector as Python floats, whatever their precision."""
    return [float(value) for value in values]


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
    """As in ``sample 2 (x1 = 0, x2 = 1; y = 1)``."""
    return f"{sample_name(focus, focus.sample)} ({sample_values(focus, focus.sample)})"


def sample_name(focus: Focus, row: int) -> str:
    """As in ``sample 2``, with its place in the training set where that is another."""
    is_full = focus.n_samples == len(focus.snapshot.dataset.X)
    place = "" if is_full else f", number {int(focus.detail.indices[row]) + 1} of the training set"
    return f"sample {row + 1}{place}"


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
    return shown_name(focus.snapshot.dataset.output_names[unit])


def input_symbol(focus: Focus, index: int) -> str:
    """An input of a layer in a formula: x₁ from the data, h₁ from a hidden layer."""
    return f"{'x' if focus.layer_number == 1 else 'h'}{subscript(index + 1)}"


def weight_number(sizes: Sequence[int], layer: int, row: int, column: int) -> int:
    """The number of a weight in its network, from 1: layer by layer, of each neuron all that lead to it.

    Parameters
    ----------
    sizes
        Of all layers, inputs first.
    layer
        To which it leads, from 1; ``row`` is the unit that it comes from, ``column`` the neuron, both from 0.
    """
    before = sum(one * other for one, other in pairwise(sizes[:layer]))
    return before + column * sizes[layer - 1] + row + 1


def weight_symbol(focus: Focus, layer: int, row: int, column: int) -> str:
    """A weight in a formula: w₁, w₂, …, none of which is called as another one of the network."""
    return f"w{subscript(weight_number(focus.snapshot.layer_sizes, layer, row, column))}"


def parameter_symbol(focus: Focus, row: int) -> str:
    """A row of the neuron's column in a formula: its weights by their numbers, and b."""
    return "b" if row == focus.fan_in else weight_symbol(focus, focus.layer_number, row, focus.neuron)


def parameter_label(focus: Focus, row: int) -> str:
    """A row of the neuron's column in words, as in ``w₁, from x1 to h1``."""
    neuron = unit_name(focus, focus.layer_number, focus.neuron)
    if row == focus.fan_in:
        return f"b, the bias of {neuron}"
    return f"{parameter_symbol(focus, row)}, from {unit_name(focus, focus.layer_number - 1, row)} to {neuron}"


def telling_sample(detail: StepSnapshot) -> int:
    """The row of the batch that shows most of the arithmetic: the first of those with the fewest inputs of 0.

    What is multiplied by 0 says nothing of the weight beside it.
    """
    zeros = (detail.layers[0].x == 0).sum(axis=1)
    return int(zeros.argmin()) if len(zeros) else 0
