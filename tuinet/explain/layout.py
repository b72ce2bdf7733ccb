"""Lines wrapped to a width, as spans of text that know what they are: a screen can colour them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from tuinet.explain.cell_width import cell_width
from tuinet.explain.lines import AnyLine, Line, Remark

Role = Literal["title", "label", "left", "sign", "symbols", "numbers", "result", "remark"]

_INDENT: Final = "  "
_MOST_LEFT: Final = 16
"""Left sides longer than this do not push the others' equals signs to the right."""


@dataclass(frozen=True)
class Span:
    """A piece of text and what it is."""

    text: str
    role: Role


Row = tuple[Span, ...]
"""One row of text."""


def rows_of(lines: Iterable[AnyLine], width: int, title: str = "") -> tuple[Row, ...]:
    """Lines as rows no wider than a width, as far as they can be broken at spaces.

    Parameters
    ----------
    lines
        Equations that follow one another have their first equals signs in one column.
    width
        In cells.
    title
        Stands above them.
    """
    rows = _wrapped(title, "title", width, "", _INDENT) if title else []
    for is_line, group in groupby(lines, key=lambda line: isinstance(line, Line)):
        if is_line:
            rows += _equations([line for line in group if isinstance(line, Line)], width)
        else:
            for line in group:
                rows += _wrapped(line.text, "remark", width) if isinstance(line, Remark) else []
    return tuple(rows)


def _equations(lines: Sequence[Line], width: int) -> list[Row]:
    column = max(cell_width(line.left) for line in lines if cell_width(line.left) <= _MOST_LEFT or len(lines) == 1)
    rows: list[Row] = []
    label = ""
    for line in lines:
        if line.label and line.label != label:
            rows += _wrapped(line.label, "label", width)
        label = line.label
        rows += _equation(line, column, width)
    return rows


def _equation(line: Line, column: int, width: int) -> list[Row]:
    indent = _INDENT * 2 if line.label else _INDENT
    left = Span(f"{indent}{line.left}{' ' * (column - cell_width(line.left))}", "left")
    sides = [Span(side, _role(line, side)) for side in line.sides]
    if not sides:
        return [(left,)]
    one_row = (left, *(part for side in sides for part in (Span(" = ", "sign"), side)))
    if sum(cell_width(span.text) for span in one_row) <= width:
        return [one_row]
    return _broken(left, sides, cell_width(indent) + column, width)


def _role(line: Line, side: str) -> Role:
    return "result" if side == line.result else "symbols" if side == line.symbols else "numbers"


def _broken(left: Span, sides: Sequence[Span], column: int, width: int) -> list[Row]:
    """Every side in rows of its own, behind its equals sign."""
    rows: list[Row] = []
    start = cell_width(left.text) + 3
    pad = column if start - 3 <= column else len(_INDENT) * 2
    for index, side in enumerate(sides):
        room = width - (start if index == 0 else pad + 3)
        for number, text in enumerate(_chunks(side.text, room, width - pad - 3)):
            lead: Row
            if number:
                lead = (Span(" " * (pad + 3), "sign"),)
            else:
                lead = (left, Span(" = ", "sign")) if index == 0 else (Span(f"{' ' * pad} = ", "sign"),)
            rows.append((*lead, Span(text, side.role)))
    return rows


def _wrapped(text: str, role: Role, width: int, first: str = _INDENT, rest: str = _INDENT) -> list[Row]:
    chunks = _chunks(text, width - cell_width(first), width - cell_width(rest))
    return [(Span(f"{rest if index else first}{chunk}", role),) for index, chunk in enumerate(chunks)]


def _chunks(text: str, first: int, rest: int) -> list[str]:
    """The text broken at spaces, its first piece to one width and the others to another."""
    pieces: list[str] = []
    current = ""
    for word in _words(text):
        room = rest if pieces else first
        if current and cell_width(current) + 1 + cell_width(word) > room:
            pieces.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*pieces, current]


def _words(text: str) -> list[str]:
    """Words, a sign kept with what follows it, since no row ends in ``+``, and what is left out of a sum in one."""
    words: list[str] = []
    for word in text.split(" "):
        if words and (words[-1] in ("+", "−", "-", "/") or words[-1].count("[…") > words[-1].count("]")):
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words
