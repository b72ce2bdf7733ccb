"""Samples one by one, pictures as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from tuinet.training.snapshot import Frame
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class SamplesPanel(CellPanel, can_focus=True):
    """Samples one by one, pictures as pictures."""

    UNSEEN = MappingProxyType({"gallery": None})

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return (("samples", ink(theme.title, theme.background)),)
