"""Published numbers beside computed ones, as text or Markdown."""

from __future__ import annotations

from typing import Final

from tuinet.explain.layout import rows_of
from tuinet.explain.lines import Remark
from tuinet.explain.markdown import escaped, heading
from tuinet.explain.numerals import MINUS
from tuinet.explain.published import Published, WorkedExample
from tuinet.training.snapshot import Snapshot

_HEADER: Final = ("number", "published", "computed", "to as many digits")
_ROUNDED: Final = "agrees when rounded on the way"
_DIFFERS: Final = "DIFFERS"


def comparison_text(example: WorkedExample, snapshot: Snapshot, width: int = 80) -> str:
    """A table in columns, and what has to be said about it."""
    table = [_HEADER, *_cells(example, snapshot)]
    columns = [max(len(row[column]) for row in table) for column in range(len(_HEADER))]
    lines = [_columns(row, columns) for row in table]
    remarks = (example.source, *example.remarks(snapshot), verdict(example, snapshot))
    paragraphs = ["\n".join("".join(s.text for s in row) for row in rows_of([Remark(r)], width)) for r in remarks]
    return "\n\n".join([example.title, paragraphs[0], "\n".join(lines), *paragraphs[1:]])


def comparison_markdown(example: WorkedExample, snapshot: Snapshot) -> str:
    """The same as a Markdown table."""
    rows = [" | ".join(map(escaped, row)) for row in _cells(example, snapshot)]
    table = "\n".join(f"| {row} |" for row in (" | ".join(_HEADER), "--- | ---: | ---: | ---", *rows))
    remarks = (*example.remarks(snapshot), verdict(example, snapshot))
    return "\n\n".join([heading(example.title, 1), escaped(example.source), table, *map(escaped, remarks)])


def verdict(example: WorkedExample, snapshot: Snapshot) -> str:
    """How many numbers agree."""
    words = [_word(number, snapshot) for number in example.numbers]
    rounded = words.count(_ROUNDED)
    also = f", {rounded} of them by the source's own calculation with rounded numbers" if rounded else ""
    return f"{len(words) - words.count(_DIFFERS)} of {len(words)} published numbers agree to every digit{also}."


def _cells(example: WorkedExample, snapshot: Snapshot) -> list[tuple[str, str, str, str]]:
    return [
        (
            number.name,
            number.text.replace("-", MINUS),
            f"{number.compute(snapshot):.12f}".replace("-", MINUS),
            _word(number, snapshot),
        )
        for number in example.numbers
    ]


def _word(number: Published, snapshot: Snapshot) -> str:
    if number.agrees(snapshot):
        return "agrees"
    return _ROUNDED if number.agrees_when_rounded(snapshot) else _DIFFERS


def _columns(row: tuple[str, ...], widths: list[int]) -> str:
    name, published, computed, word = row
    cells = f"  {name:<{widths[0]}}  {published:>{widths[1]}}  {computed:>{widths[2]}}  {word}"
    return cells.rstrip()
