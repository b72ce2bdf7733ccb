"""README.md, taken apart: its sections, and the blocks of code in them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """What stands below a heading, up to the next of any level."""
    (_, found) = re.split(rf"^#+ {re.escape(heading)}\n", text(), maxsplit=1, flags=re.MULTILINE)
    return re.split(r"^#+ .+\n(?![^`]*^```$)", found, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(language: str, within: str | None = None) -> list[str]:
    """The blocks of code in a language."""
    return [match[2] for match in _BLOCK.finditer(text() if within is None else within) if match[1] == language]


def recipe(heading: str) -> list[tuple[str, str]]:
    """The files that a section wants something added to, and what: each block of code stands below its file."""
    said = section(heading)
    return list(zip(re.findall(r"`(tuinet/[^`]+\.py)`", said), blocks("python", said), strict=True))
