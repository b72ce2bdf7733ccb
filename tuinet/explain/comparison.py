"""Published numbers beside computed ones, as text or Markdown."""

from __future__ import annotations

from typing import Final

from tuinet.explain.layout import rows_of
from tuinet.explain.lines import Remark
from tuinet.explain.markdown import escaped, heading
from tuinet.explain.numerals import MINUS
from tuinet.explain.published import WorkedExample
from tuinet.training.snapshot import Snapshot

_HEADER: Final = ("", "published", "computed", "to as many digits")


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
    table = "\n".join(f"| {row} |" for row in (" | ".join(_HEADER).strip(), "--- | ---: | ---: | ---", *rows))
    remarks = (*example.remarks(snapshot), verdict(example, snapshot))
    return "\n\n".join([heading(example.title, 1), escaped(example.source), table, *map(escaped, remarks)])


def verdict(example: WorkedExample, snapshot: Snapshot) -> str:
    """How many numbers agree."""
    agreeing = sum(number.agrees(snapshot) for number in example.numbers)
    return f"{agreeing} of {len(example.numbers)} published numbers agree to every digit."


def _cells(example: WorkedExample, snapshot: Snapshot) -> list[tuple[str, str, str, str]]:
    return [
        (
            number.name,
            number.text.replace("-", MINUS),
            f"{number.compute(snapshot):.12f}".replace("-", MINUS),
            "agrees" if number.agrees(snapshot) else "DIFFERS",
        )
        for number in example.numbers
    ]


def _columns(row: tuple[str, ...], widths: list[int]) -> str:
    name, published, computed, word = row
    cells = f"  {name:<{widths[0]}}  {published:>{widths[1]}}  {computed:>{widths[2]}}  {word}"
    return cells.rstrip()
