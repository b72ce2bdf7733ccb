"""Panels beside the nine: each that is entered here has the full screen by a key of its own, from f2 on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.strip import Strip

from tuinet.observe.snapshot import Frame
from tuinet.tui.draw.text import Piece, ink, row
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.style.theme import Theme

__all__ = ["OWN_PANELS", "CellPanel", "Frame", "Piece", "Sequence", "Strip", "Theme", "ink", "row"]

OWN_PANELS: Final[dict[str, type[CellPanel]]] = {}
"""The panels by their names."""
