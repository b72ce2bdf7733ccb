"""Tables beside one another: which of their rows and columns are in sight, and what stands where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.step_tables import StepTable
from tuinet.tui.text import Piece, ink, row, shorten
from tuinet.tui.theme import Theme

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
