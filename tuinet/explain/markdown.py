"""An explanation in Markdown (CommonMark)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from tuinet.explain.layout import rows_of
from tuinet.explain.lines import AnyLine, Line, Remark


def as_markdown(title: str, lines: Sequence[AnyLine], level: int, width: int) -> str:
    """A heading, remarks as paragraphs, equations as blocks of code in which their alignment survives."""
    blocks = [heading(title, level)]
    for is_line, group in groupby(lines, key=lambda line: isinstance(line, Line)):
        members = list(group)
        blocks += [_code(members, width)] if is_line else [escaped(m.text) for m in members if isinstance(m, Remark)]
    return "\n\n".join(blocks)


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
