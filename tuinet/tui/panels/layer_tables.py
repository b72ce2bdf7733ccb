"""What a phase wrote, as tables: a layer's z and a, its δ, its gradients, its weights; which of them is in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.focus import Numerals, Selection
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.step_snapshot import StepSnapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.text import (
    Piece,
    filled,
    first_fitting,
    first_in_sight,
    ink,
    right_aligned,
    row,
    shorten,
    source_names,
    unit_names,
)
from tuinet.tui.messages import CellChosen
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.pointing import POINTED, pointed_row, pointed_unit
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


def step_tables(  # noqa: PLR0911 - a case each
    snapshot: Snapshot, selection: Selection, pointed: Unit | None = None, pointed_row: int | None = None
) -> list[StepTable]:
    """What the last phase wrote; nothing before the first.

    Parameters
    ----------
    pointed, pointed_row
        The neuron and the row of the batch that a teacher points at: they are marked.
    """
    if snapshot.phase is None or snapshot.step_detail is None:
        return []
    step, number = snapshot.step_detail, selected_layer(snapshot, selection)
    tables, layer = _StepTables(snapshot, step, selection, number, pointed, pointed_row), step.layers[number - 1]
    match snapshot.phase.kind:
        case "batch":
            return [tables.samples("x", 0, step.layers[0].x), tables.targets()]
        case "forward":
            made = [tables.neurons("z", layer.pre_activations), tables.neurons("a", layer.activations)]
            return made if layer.mask is None else [*made, tables.neurons("after dropout", layer.outputs)]
        case "loss":
            outputs = tables.samples("output", len(step.layers), step.layers[-1].activations)
            return [outputs, tables.targets(), tables.losses()]
        case "backward":
            return [tables.neurons("δ", layer.deltas), tables.parameters("∂L/∂w", layer.loss_grads)]
        case "update":
            return [tables.parameters("new w", layer.block), tables.parameters("subtracted", layer.updates)]
    return [tables.parameters("∂L/∂w of the loss", layer.loss_grads), tables.parameters("gradient now", layer.grads)]


class _StepTables:
    """Makes tables of a step, with the rows and columns that are chosen."""

    def __init__(
        self,
        snapshot: Snapshot,
        step: StepSnapshot,
        selection: Selection,
        layer: int,
        pointed: Unit | None,
        pointed_row: int | None,
    ) -> None:
        self._snapshot, self._step, self._selection, self._layer = snapshot, step, selection, layer
        self._pointed = pointed
        self._samples = _marked([f"sample {index + 1}" for index in range(len(step.indices))], pointed_row)
        self._sample = min(selection.sample, len(self._samples) - 1)

    def samples(self, title: str, layer: int, values: Array) -> StepTable:
        """A row for each sample, a column for each unit of a layer, none of which is chosen."""
        return StepTable(title, self._samples, self._units(layer), values, self._sample, None)

    def targets(self) -> StepTable:
        return self.samples("target", len(self._step.layers), self._step.targets)

    def losses(self) -> StepTable:
        """The loss of each sample, and its weight where it has one."""
        values, weights = self._step.loss_values, self._step.weights
        if weights is None:
            return StepTable("loss", self._samples, ("L",), values[:, None], self._sample, None)
        both = np.stack([values, weights], axis=1)
        return StepTable("loss, weight", self._samples, ("L", "c"), both, self._sample, None)

    def neurons(self, title: str, values: Array) -> StepTable:
        """A row for each sample, a column for each neuron of the layer."""
        neuron = min(self._selection.neuron, values.shape[1] - 1)
        return replace(self.samples(title, self._layer, values), column=neuron)

    def parameters(self, title: str, block: Array) -> StepTable:
        """A row for each input of the layer and for the bias, a column for each neuron."""
        names = source_names(self._snapshot, self._layer - 1, _NAME_LIMIT)
        neuron = min(self._selection.neuron, block.shape[1] - 1)
        return StepTable(title, names, self._units(self._layer), block, None, neuron)

    def _units(self, layer: int) -> Sequence[str]:
        pointed = self._pointed[1] if self._pointed is not None and self._pointed[0] == layer else None
        return _marked(unit_names(self._snapshot, layer, _NAME_LIMIT), pointed)


def _marked(names: Sequence[str], pointed: int | None) -> Sequence[str]:
    """Names, with a sign before the one that a teacher points at."""
    return [f"{POINTED}{name}" if index == pointed else name for index, name in enumerate(names)]


_NUMBER: Final = 11
_DIGITS: Final = 4
_NAME_LIMIT: Final = 10
_WIDEST_NAME: Final = _NAME_LIMIT + len(POINTED)
_HEADER: Final = 2
_GAP: Final = 2
_DOTS: Final = 2


@dataclass(frozen=True, eq=False)
class PlacedTable:
    """A table, its place, and the part of it that is in sight."""

    table: StepTable
    left: int
    name_width: int
    rows: range
    columns: range

    @property
    def width(self) -> int:
        """Cells across."""
        return self.name_width + _NUMBER * len(self.columns) + _DOTS


def place(tables: Sequence[StepTable], width: int, height: int) -> list[PlacedTable]:
    """As much of each table as fits beside the others, the chosen row and column always in sight."""
    placed: list[PlacedTable] = []
    left = 1
    for index, table in enumerate(tables):
        room = (width - left) // (len(tables) - index) - _GAP
        one = _placed(table, left, room, height)
        if not one.columns:  # beside the others there is no room for it
            one = _placed(table, left, width - left - _GAP, height)
        if not one.columns or not one.rows or left + one.width > width:
            break
        placed.append(one)
        left += one.width + _GAP
    return placed


def _placed(table: StepTable, left: int, room: int, height: int) -> PlacedTable:
    name = min(max(map(cell_len, table.rows), default=1), _WIDEST_NAME)
    columns = min(len(table.columns), (room - name - _DOTS) // _NUMBER)
    rows = min(len(table.rows), height - _HEADER)
    if rows < len(table.rows):
        rows -= 1  # dots
    top = first_in_sight(table.row or 0, rows, len(table.rows))
    first = first_in_sight(table.column or 0, columns, len(table.columns))
    return PlacedTable(table, left, name, range(top, top + rows), range(first, first + columns))


def hit(placed: Sequence[PlacedTable], x: int, y: int) -> tuple[int | None, int | None]:
    """The sample and the neuron at a cell; ``None`` for what is not chosen there."""
    for one in placed:
        line, column = y - _HEADER, (x - one.left - one.name_width) // _NUMBER
        if one.left <= x < one.left + one.width - _DOTS:
            sample = one.rows[line] if one.table.row is not None and 0 <= line < len(one.rows) else None
            neuron = one.columns[column] if one.table.column is not None and column >= 0 else None
            return sample, neuron
    return None, None


def table_rows(placed: Sequence[PlacedTable], theme: Theme, width: int, height: int) -> list[Strip]:
    """The tables as rows of a panel."""
    blank, drawn = theme.inks.blank, [_lines(one, theme) for one in placed]
    lines: list[list[Piece]] = []
    for line in range(min(height, max(map(len, drawn), default=0))):
        pieces: list[Piece] = []
        for one, own in zip(placed, drawn, strict=True):
            pieces.append((" " * (one.left if one is placed[0] else _GAP), blank))
            pieces += own[line] if line < len(own) else [(" " * one.width, blank)]
        lines.append(pieces)
    return [row(pieces, width, blank) for pieces in lines]


def _lines(one: PlacedTable, theme: Theme) -> list[list[Piece]]:
    """Title, names of the columns, the rows in sight, and dots where there are more."""
    title = filled(shorten(one.table.title, one.width), one.width)
    lines = [[(title, theme.inks.title)], _heading(one, theme), *(_numbers(one, index, theme) for index in one.rows)]
    if len(one.rows) < len(one.table.rows):
        lines.append([(f"… {len(one.rows)} of {len(one.table.rows)}".ljust(one.width), theme.inks.axis)])
    return lines


def _heading(one: PlacedTable, theme: Theme) -> list[Piece]:
    pieces: list[Piece] = [(" " * one.name_width, theme.inks.blank)]
    for index in one.columns:
        name = shorten(one.table.columns[index], _NUMBER - 1)
        pieces.append((right_aligned(name, _NUMBER), _name_style(index == one.table.column, theme)))
    is_cut = len(one.columns) < len(one.table.columns)
    return [*pieces, (" …" if is_cut else "  ", theme.inks.axis)]


def _numbers(one: PlacedTable, index: int, theme: Theme) -> list[Piece]:
    name, is_in_row = shorten(one.table.rows[index], one.name_width), one.table.row in (None, index)
    pieces: list[Piece] = [(name + " " * (one.name_width - cell_len(name)), _name_style(index == one.table.row, theme))]
    for column in one.columns:
        is_chosen = is_in_row and one.table.column in (None, column)
        style = theme.inks.chosen if is_chosen else theme.inks.text
        text = number_text(float(one.table.values[index, column]))
        pieces += [(" ", theme.inks.blank), (f"{text:>{_NUMBER - 1}}", style)]
    return [*pieces, ("  ", theme.inks.blank)]


def _name_style(chosen: bool, theme: Theme) -> Style:
    return ink(theme.accent if chosen else theme.axis, theme.background, bold=chosen)


def number_text(value: float) -> str:
    """A number in up to ten characters as the equations have it: ``+0.5416``, ``+1.130``, ``−1.230e−5``, ``0``."""
    sign = "+" if value > 0 else ""
    texts = (sign + Numerals(digits).plain(value) for digits in range(_DIGITS, 0, -1))
    return first_fitting(texts, _NUMBER - 1)


class LayerTablePanel(CellPanel):
    """What the phase wrote for all neurons; a click chooses one."""

    selection: reactive[Selection] = reactive(Selection(), repaint=False)

    def title(self, frame: Frame, theme: Theme) -> str:
        """Phase and layer."""
        return table_title(frame.snapshot, self.selection)

    def legend(self, frame: Frame, theme: Theme) -> str:
        """How to choose."""
        if frame.snapshot.step_detail is None:
            return ""
        return "◂▸ neuron · ▴▾ sample" if has_own_layer(frame.snapshot) else "◂▸ neuron · ▴▾ sample · tab layer"

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The tables beside one another."""
        tables = step_tables(frame.snapshot, self.selection, pointed_unit(frame), pointed_row(frame))
        return table_rows(place(tables, width, height), theme, width, height)

    watch_selection = CellPanel.update_cells

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        placed = place(step_tables(self.snapshot, self.selection), *self.room)
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


def table_width(snapshot: Snapshot, selection: Selection) -> int:
    """Cells across in which no table is cut; each of them has as much as the others."""
    tables = step_tables(snapshot, selection)
    names = [min(max(map(cell_len, table.rows), default=1), _WIDEST_NAME) for table in tables]
    widths = [name + _NUMBER * len(table.columns) + _DOTS for name, table in zip(names, tables, strict=True)]
    return 1 + len(tables) * (max(widths, default=0) + _GAP)


def table_height(snapshot: Snapshot, selection: Selection) -> int:
    """Rows that the tables would like to have."""
    return max((_HEADER + len(table.rows) for table in step_tables(snapshot, selection)), default=1)
