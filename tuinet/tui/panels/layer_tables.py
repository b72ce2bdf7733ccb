"""What a phase wrote, as tables: a layer's z and a, its δ, its gradients, its weights; which of them is in sight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.focus import Selection
from tuinet.observe.snapshot import Frame, LayerStep, Snapshot, StepSnapshot
from tuinet.tui.draw.text import Piece, ink, row, shorten, unit_names
from tuinet.tui.messages import CellChosen
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.style.theme import Theme

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


_NUMBER: Final = 11
_NAME_LIMIT: Final = 10
_HEADER: Final = 2
_GAP: Final = 2
_DOTS: Final = 2


@dataclass(frozen=True, eq=False)
class PlacedTable:
    """A table, its place, and the part of it that is in sight."""

    table: StepTable
    left: int
    name_width: int
    first_row: int
    rows: int
    first_column: int
    columns: int

    @property
    def width(self) -> int:
        """Cells across."""
        return self.name_width + _NUMBER * self.columns + _DOTS


def place(tables: Sequence[StepTable], width: int, height: int) -> list[PlacedTable]:
    """As much of each table as fits beside the others, the chosen row and column always in sight."""
    placed: list[PlacedTable] = []
    left = 1
    for index, table in enumerate(tables):
        room = (width - left) // (len(tables) - index) - _GAP
        one = _placed(table, left, room, height)
        if one.columns < 1 or one.rows < 1 or left + one.width > width:
            break
        placed.append(one)
        left += one.width + _GAP
    return placed


def _placed(table: StepTable, left: int, room: int, height: int) -> PlacedTable:
    name = min(max(map(cell_len, table.rows), default=1), _NAME_LIMIT)
    columns = min(len(table.columns), (room - name - _DOTS) // _NUMBER)
    rows = min(len(table.rows), height - _HEADER)
    if rows < len(table.rows):
        rows -= 1  # dots
    return PlacedTable(
        table,
        left,
        name,
        _first(table.row, rows, len(table.rows)),
        rows,
        _first(table.column, columns, len(table.columns)),
        columns,
    )


def _first(chosen: int | None, shown: int, total: int) -> int:
    """The first of those in sight, with the chosen one about in the middle."""
    return max(0, min((chosen or 0) - shown // 2, total - shown))


def hit(placed: Sequence[PlacedTable], x: int, y: int) -> tuple[int | None, int | None]:
    """The sample and the neuron at a cell; ``None`` for what is not chosen there."""
    for one in placed:
        column = (x - one.left - one.name_width) // _NUMBER
        if one.left <= x < one.left + one.name_width + _NUMBER * one.columns:
            line = y - _HEADER
            sample = one.first_row + line if one.table.row is not None and 0 <= line < one.rows else None
            neuron = one.first_column + column if one.table.column is not None and column >= 0 else None
            return sample, neuron
    return None, None


def table_rows(placed: Sequence[PlacedTable], theme: Theme, width: int, height: int) -> list[Strip]:
    """The tables as rows of a panel."""
    blank = ink(None, theme.background)
    lines: list[list[Piece]] = []
    for line in range(min(height, max((_HEADER + one.rows + _more(one) for one in placed), default=0))):
        pieces: list[Piece] = []
        for one in placed:
            pieces += [(" " * (one.left if one is placed[0] else _GAP), blank), *_line(one, line, theme)]
        lines.append(pieces)
    return [row(pieces, width, blank) for pieces in lines]


def _more(one: PlacedTable) -> int:
    return 1 if one.rows < len(one.table.rows) else 0


def _line(one: PlacedTable, line: int, theme: Theme) -> list[Piece]:
    axis, blank = ink(theme.axis, theme.background), ink(None, theme.background)
    if line == 0:
        title = ink(theme.title, theme.background)
        return [(shorten(one.table.title, one.width).ljust(one.width), title)]
    if line == 1:
        return _heading(one, theme)
    if line < _HEADER + one.rows:
        return _numbers(one, one.first_row + line - _HEADER, theme)
    if line == _HEADER + one.rows and _more(one):
        return [(f"… {one.rows} of {len(one.table.rows)}".ljust(one.width), axis)]
    return [(" " * one.width, blank)]


def _heading(one: PlacedTable, theme: Theme) -> list[Piece]:
    pieces: list[Piece] = [(" " * one.name_width, ink(None, theme.background))]
    for index in range(one.first_column, one.first_column + one.columns):
        name = shorten(one.table.columns[index], _NUMBER - 1)
        pieces.append((f"{name:>{_NUMBER}}", _name_style(index == one.table.column, theme)))
    hidden = one.columns < len(one.table.columns)
    return [*pieces, (" …" if hidden else "  ", ink(theme.axis, theme.background))]


def _numbers(one: PlacedTable, index: int, theme: Theme) -> list[Piece]:
    chosen_row = index == one.table.row
    name = shorten(one.table.rows[index], one.name_width)
    pieces: list[Piece] = [(name + " " * (one.name_width - cell_len(name)), _name_style(chosen_row, theme))]
    for column in range(one.first_column, one.first_column + one.columns):
        chosen = column == one.table.column and (chosen_row or one.table.row is None)
        chosen = chosen or (chosen_row and one.table.column is None)
        style = ink(theme.background, theme.accent, bold=True) if chosen else ink(theme.foreground, theme.background)
        text = number_text(float(one.table.values[index, column]))
        pad = " " * (_NUMBER - len(text))
        pieces += [(pad, ink(None, theme.background)), (text, style)]
    return [*pieces, ("  ", ink(None, theme.background))]


def _name_style(chosen: bool, theme: Theme) -> Style:
    return ink(theme.accent if chosen else theme.axis, theme.background, bold=chosen)


def number_text(value: float) -> str:
    """A number in up to ten characters with four digits: ``+0.5416``, ``-1.23e-05``, ``0``."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    return f"{value:+.4g}" if 1e-3 <= abs(value) < 1e4 else f"{value:+.2e}"


class LayerTablePanel(CellPanel):
    """What the phase wrote for all neurons; a click chooses one."""

    selection: reactive[Selection] = reactive(Selection(), repaint=False)

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Phase and layer."""
        return ((table_title(frame.snapshot, self.selection), ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How to choose."""
        if frame.snapshot.step_detail is None:
            return ()
        layer = "" if has_own_layer(frame.snapshot) else " · tab layer"
        return ((f"◂▸ neuron · ▴▾ sample{layer}", ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The tables beside one another."""
        placed = place(step_tables(frame.snapshot, self.selection), width, height)
        return table_rows(placed, theme, width, height)

    watch_selection = CellPanel.update_cells

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        if self.frame is None:
            return
        placed = place(step_tables(self.frame.snapshot, self.selection), self.size.width - 2, self.size.height - 2)
        sample, neuron = hit(placed, event.x - 1, event.y - 1)
        if sample is not None or neuron is not None:
            self.post_message(CellChosen(sample, neuron))


def table_title(snapshot: Snapshot, selection: Selection) -> str:
    """As in ``forward, layer 1 · sigmoid``."""
    if snapshot.phase is None:
        return "step"
    layer = selected_layer(snapshot, selection)
    activation = snapshot.layers[layer - 1].activation
    if snapshot.phase.kind in ("batch", "loss"):
        return str(snapshot.phase)
    return f"{snapshot.phase.kind}, layer {layer} · {activation}"


def table_height(snapshot: Snapshot, selection: Selection) -> int:
    """Rows that the tables would like to have."""
    return max((_HEADER + len(table.rows) for table in step_tables(snapshot, selection)), default=1)
