"""Draws the matrices of weights and biases, as numbers or as their signs."""

from __future__ import annotations

import math

from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.terminal_text import MINUS
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.legends import number_style, strength
from tuinet.tui.draw.matrices import ELLIPSIS_WIDTH, LONG_NAME, SIGN_WIDTH, Block, place_matrices
from tuinet.tui.draw.text import (
    ACTIVE,
    NAME_LIMIT,
    Piece,
    active_layer,
    count,
    filled,
    first_fitting,
    right_aligned,
    row,
    signed,
    source_names,
    unit_names,
    width_of,
)
from tuinet.tui.messages import Cursor
from tuinet.tui.pointing import POINTED
from tuinet.tui.style.theme import Theme


def weight_rows(
    snapshot: Snapshot,
    theme: Theme,
    width: int,
    height: int,
    cursor: Cursor | None = None,
    pointed: Cursor | None = None,
) -> list[Strip]:
    """All matrices, side by side as far as there is room, then below one another; the cursor always in sight.

    Parameters
    ----------
    pointed
        The number that a teacher points at.
    """
    matrices = place_matrices(snapshot, width, height, cursor)
    lines: list[list[Piece]] = [[] for _ in range(matrices.height)]
    ends = [0] * len(lines)
    for block in matrices.blocks:
        own = cursor if cursor is not None and cursor.layer == block.layer else None
        drawn = _Drawing(snapshot, block, own, pointed, theme).lines(matrices.room_beside(block, width - 1))
        for line, pieces in enumerate(drawn, start=block.top):
            lines[line] += [(" " * (1 + block.left - ends[line]), theme.inks.blank), *pieces]
            ends[line] = 1 + block.left + width_of(pieces)
    return [row(pieces, width, theme.inks.blank) for pieces in lines]


class _Drawing:
    """Draws a block, exactly of its size but for the title."""

    def __init__(
        self, snapshot: Snapshot, block: Block, cursor: Cursor | None, pointed: Cursor | None, theme: Theme
    ) -> None:
        self._snapshot, self._block, self._cursor, self._theme = snapshot, block, cursor, theme
        self._pointed = pointed
        self._layer = snapshot.layers[block.layer]
        self._rows, self._columns = block.in_sight(cursor)

    def lines(self, room: int) -> list[list[Piece]]:
        """Title, names of the columns, weights, biases; the title may go on beside the block."""
        block, axis = self._block, self._theme.inks.axis
        limit = LONG_NAME if block.name_width > NAME_LIMIT else NAME_LIMIT
        names = source_names(self._snapshot, block.layer, limit)
        numbers = [
            *((names[index], index, self._layer.weights[index]) for index in self._rows),
            (names[-1], block.fan_in, self._layer.biases),
        ]
        lines: list[list[Piece]] = [[(" " * block.name_width + self._heading(), axis)]]
        lines += [
            [(filled(name, block.name_width), axis), *self._numbers(values, index)] for name, index, values in numbers
        ]
        if left_out := block.fan_in - block.rows:
            words = (f"… {count(left_out)} more rows", f"… {count(left_out)} more", f"… {left_out}", "…")
            inside = block.width - ELLIPSIS_WIDTH
            lines.insert(-1, [(filled(first_fitting(words, inside), inside), axis)])
        dots = " …" if block.is_cut else ""
        return [self._title(room), *([*line, (dots, axis)] for line in lines)]

    def _title(self, room: int) -> list[Piece]:
        is_active = active_layer(self._snapshot) == self._block.layer + 1
        sign, number = ACTIVE if is_active else "", self._block.layer + 1
        short = f"{sign}layer {number}"
        style = self._theme.inks.accent if is_active else self._theme.inks.title
        part = f", from column {self._block.first + 1} on" if self._block.first else ""
        whole = (f"{short} {self._layer.activation}{part}", f"{short}{part}", short)
        texts = (*whole, f"{sign}lay {number}", f"{sign}{number}")
        text = first_fitting(texts, max(room, self._block.width))
        return [(text or filled(short, self._block.width), style)]

    def _heading(self) -> str:
        room, layer = self._block.number - 1, self._block.layer + 1
        names = unit_names(self._snapshot, layer, room)
        if any(cell_len(names[index]) > room for index in self._columns):
            names = [str(index) if len(str(index)) <= room else "" for index in range(1, len(names) + 1)]
        return "".join(right_aligned(names[index], self._block.number) for index in self._columns)

    def _numbers(self, values: Array, line: int) -> list[Piece]:
        chosen = self._cursor.column if self._cursor is not None and self._cursor.row == line else None
        pieces: list[Piece] = []
        for column in self._columns:
            value = float(values[column])
            text = signed(value) if self._block.number > SIGN_WIDTH else sign_text(value)
            sign = POINTED if self._pointed == Cursor(self._block.layer, line, column) else ""
            gap = sign.rjust(self._block.number - len(text))
            if column == chosen:
                pieces += [(gap, self._theme.inks.blank), (text, self._theme.inks.chosen)]
            else:
                pieces.append((gap + text, number_style(value, self._theme)))
        return pieces


def sign_text(value: float) -> str:
    """Sign and size in two cells: ``++`` from 1 on, ``+`` from 0.25 on, a dot below that."""
    size, sign = strength(value), "+" if value >= 0 else MINUS
    return (sign * 2 if size > 1 else f" {sign}" if size else " ·") if math.isfinite(value) else " ?"
