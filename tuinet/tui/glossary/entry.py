"""An Entry of the glossary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tuinet.tui.text import Piece

SAMPLE_WIDTH: Final = 14
"""Cells for the first part of an entry."""

Entry = tuple[Sequence[Piece], str]
"""Something on the screen, as it looks there, and what it means."""
