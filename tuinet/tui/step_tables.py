"""What a phase wrote, as tables: a layer's z and a, its δ, its gradients, its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.explain.focus import Selection
from tuinet.observe.snapshot import LayerStep, Snapshot, StepSnapshot
from tuinet.tui.units import unit_names

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class StepTable:
    """Numbers with names, and which of them are looked at."""

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Array
    """Shape (rows, columns)."""
    row: int | None
    """The chosen sample; ``None`` where rows are no samples."""
    column: int | None
    """The chosen neuron; ``None`` where columns are no neurons."""


def selected_layer(snapshot: Snapshot, selection: Selection) -> int:
    """The phase's own layer, else the chosen one, else the output; counted from 1."""
    layers = len(snapshot.layers)
    own = snapshot.phase.layer if snapshot.phase is not None else None
    return min(max(own or selection.layer or layers, 1), layers)


def has_own_layer(snapshot: Snapshot) -> bool:
    """Whether the last phase is tied to a layer."""
    return snapshot.phase is not None and snapshot.phase.layer is not None


def step_tables(snapshot: Snapshot, selection: Selection) -> list[StepTable]:
    """What the last phase wrote; nothing before the first."""
    if snapshot.phase is None or snapshot.step_detail is None:
        return []
    tables = _Tables(snapshot, snapshot.step_detail, selection)
    make = {
        "batch": tables.batch,
        "forward": tables.forward,
        "loss": tables.loss,
        "backward": tables.backward,
        "update": tables.update,
    }
    return make.get(snapshot.phase.kind, tables.regularize)()


class _Tables:
    """Makes tables of one layer."""

    def __init__(self, snapshot: Snapshot, detail: StepSnapshot, selection: Selection) -> None:
        self._snapshot, self._detail, self._selection = snapshot, detail, selection
        self._layer = selected_layer(snapshot, selection)
        self._samples = [f"sample {index + 1}" for index in range(len(detail.indices))]

    @property
    def step(self) -> LayerStep:
        return self._detail.layers[self._layer - 1]

    def batch(self) -> list[StepTable]:
        inputs = unit_names(self._snapshot, 0)
        return [self._table("x", inputs, self._detail.layers[0].x), self._targets()]

    def forward(self) -> list[StepTable]:
        tables = [self.samples("z", self.step.pre_activations), self.samples("a", self.step.activations)]
        return tables if self.step.mask is None else [*tables, self.samples("after dropout", self.step.outputs)]

    def loss(self) -> list[StepTable]:
        outputs = self._table("output", self._neurons(len(self._detail.layers)), self._detail.layers[-1].activations)
        return [outputs, self._targets(), self._table("loss", ("L",), self._detail.loss_values[:, None])]

    def backward(self) -> list[StepTable]:
        return [self.samples("δ", self.step.deltas), self.matrix("∂L/∂w", self.step.loss_grads)]

    def regularize(self) -> list[StepTable]:
        return [self.matrix("∂L/∂w of the loss", self.step.loss_grads), self.matrix("gradient now", self.step.grads)]

    def update(self) -> list[StepTable]:
        return [self.matrix("new w", self.step.block), self.matrix("subtracted", self.step.updates)]

    def samples(self, title: str, values: Array) -> StepTable:
        return self._table(title, self._neurons(self._layer), values, values.shape[1])

    def matrix(self, title: str, block: Array) -> StepTable:
        names = [*unit_names(self._snapshot, self._layer - 1), "b"]
        column = min(self._selection.neuron, block.shape[1] - 1)
        return StepTable(title, names, self._neurons(self._layer), block, None, column)

    def _targets(self) -> StepTable:
        layers = len(self._detail.layers)
        return self._table("target", self._neurons(layers), self._detail.targets)

    def _neurons(self, layer: int) -> list[str]:
        return unit_names(self._snapshot, layer)

    def _table(self, title: str, columns: Sequence[str], values: Array, neurons: int = 0) -> StepTable:
        row = min(self._selection.sample, len(self._samples) - 1)
        column = min(self._selection.neuron, neurons - 1) if neurons else None
        return StepTable(title, self._samples, columns, values, row, column)
