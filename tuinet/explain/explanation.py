"""An Explanation: equations and remarks, and the lines of text, Markdown or ASCII that are made of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from tuinet.spelling import as_ascii


def cell_width(text: str) -> int:
    """Cells that a text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


@lru_cache(maxsize=1024)
def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass(frozen=True)
class Line:
    """An equation: ``left = symbols = numbers = … = result``; what is empty is left out."""

    left: str
    """The left side, as in ``z``."""
    symbols: str = ""
    """The formula, as in ``w₁·x₁ + w₂·x₂ + b``."""
    numbers: tuple[str, ...] = ()
    """The formula in numbers, and further steps of the calculation, as in ``0.5416·0 + (−0.2100)·1 + 0.01312``."""
    result: str = ""
    label: str = ""
    """Heading of the lines that belong together, as in ``w₁, from x1``."""

    @property
    def sides(self) -> tuple[str, ...]:
        """Everything to the right of the first equals sign, in order, without repetitions."""
        sides = [side for side in (self.symbols, *self.numbers, self.result) if side]
        return tuple(side for index, side in enumerate(sides) if not index or side != sides[index - 1])


@dataclass(frozen=True)
class Remark:
    """A sentence or two."""

    text: str


AnyLine = Line | Remark
Sides = tuple[str, str]
"""The right side of an equation in symbols and in numbers."""

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


def rows_of(lines: Iterable[AnyLine], width: int, title: str = "") -> tuple[Row, ...]:
    """Lines, perhaps below a title, as rows of so many cells, as far as they can be broken at spaces.

    Equations that follow one another have their first equals signs in one column.
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
    lefts = [cell_width(line.left) for line in lines]
    column = max((left for left in lefts if left <= _MOST_LEFT or len(lines) == 1), default=0)
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
    chunks = _tied_chunks(text, width - cell_width(first), width - cell_width(rest))
    return [(Span(f"{rest if index else first}{chunk}", role),) for index, chunk in enumerate(chunks)]


_TIED: Final = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_WIDE: Final = 36
"""Cells from which on every name has room beside its value."""


def rows_of_text(text: str, width: int) -> list[str]:
    """A text broken at spaces into rows of so many cells, a value kept with its name where it is wide enough."""
    return _tied_chunks(text, width, width)


def _tied_chunks(text: str, first: int, rest: int) -> list[str]:
    tied = text.replace(" = ", _TIED) if rest >= _WIDE else text
    return [piece.replace(_TIED, " = ") for piece in _chunks(tied, first, rest)]


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


def heading(text: str, level: int) -> str:
    """A heading of a level from 1 to 6."""
    return f"{'#' * level} {escaped(text)}"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = re.sub(r"([\\`*_\[\]<>|~#&$])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", text))


def _code(lines: Sequence[AnyLine], width: int) -> str:
    rows = ["".join(span.text for span in row).rstrip() for row in rows_of(lines, width)]
    # A fence must be longer than any run of its own character inside.
    longest = max((len(run) for row in rows for run in re.findall("`+", row)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *rows, fence])


@dataclass(frozen=True)
class Explanation:
    """One phase, for one sample and one neuron where it has them."""

    title: str
    """As in ``backward, layer 1 · h2 · sample 2 (x1 = 0, x2 = 1; y = 1)``."""
    lines: tuple[AnyLine, ...]

    def rows(self, width: int) -> tuple[Row, ...]:
        """The lines, wrapped, as spans of text that know what they are; the title is not among them."""
        return rows_of(self.lines, width)

    def to_text(self, width: int = 80) -> str:
        """Title and lines as plain text; only what cannot be broken is wider than the width."""
        title = rows_of((), width, self.title)
        return "\n".join("".join(span.text for span in row).rstrip() for row in (*title, (), *self.rows(width)))

    def to_markdown(self, level: int = 2, width: int = 100) -> str:
        """Title, remarks as paragraphs, equations as blocks of code in which their alignment survives."""
        blocks = [heading(self.title, level)]
        for is_line, group in groupby(self.lines, key=lambda line: isinstance(line, Line)):
            lines = list(group)
            blocks += [_code(lines, width)] if is_line else [escaped(m.text) for m in lines if isinstance(m, Remark)]
        return "\n\n".join(blocks)


def spelled(explanation: Explanation) -> Explanation:
    """Spell the lines of an explanation in ASCII, before they are laid out."""
    return Explanation(explanation.title, tuple(map(_spelled_line, explanation.lines)))


def _spelled_line(line: AnyLine) -> AnyLine:
    if isinstance(line, Remark):
        return Remark(as_ascii(line.text))
    return Line(
        as_ascii(line.left),
        as_ascii(line.symbols),
        tuple(map(as_ascii, line.numbers)),
        as_ascii(line.result),
        as_ascii(line.label),
    )
