"""A Focus: what is looked at in a step, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tuinet.config import Experiment
from tuinet.explain.elision import Elision
from tuinet.explain.numerals import Numerals
from tuinet.explain.selection import Selection
from tuinet.nn.parameters import Array
from tuinet.nn.phases import PhaseName
from tuinet.training.snapshot import Snapshot
from tuinet.training.step_snapshot import LayerStep, StepSnapshot


@dataclass(frozen=True, eq=False)
class Focus:
    """One phase of a step, one sample, one neuron of one layer.

    What the selection asks for beyond the last sample, layer or neuron is taken for the last.
    """

    snapshot: Snapshot
    detail: StepSnapshot
    phase: PhaseName
    selection: Selection
    numerals: Numerals
    elision: Elision = field(default_factory=Elision)

    @property
    def experiment(self) -> Experiment:
        """What is trained."""
        return self.snapshot.experiment

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
        """What that layer did."""
        return self.detail.layers[self.layer_number - 1]

    @property
    def is_output(self) -> bool:
        """Whether it is the output layer."""
        return self.layer_number == self.n_layers

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
        """What the layer is given, in numbers a sample."""
        return int(self.layer.x.shape[1])

    def layer_size(self, layer: int) -> int:
        """Units of a layer, counted from 1."""
        return int(self.detail.layers[layer - 1].block.shape[1])

    @property
    def learning_rate(self) -> float:
        """Of this step, the schedule included."""
        return self.detail.learning_rate

    @property
    def targets(self) -> list[float]:
        """Of the sample, one for each output."""
        return floats(self.detail.targets[self.sample])

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
