"""The gradients of each layer over time, their spread now, and what a teacher would say."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from tuinet.training.snapshot import Frame
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class FlowPanel(CellPanel, can_focus=True):
    """The gradients of each layer over time, their spread now, and what a teacher would say."""

    UNSEEN = MappingProxyType({"flow": False})

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return (("gradient flow", ink(theme.title, theme.background)),)
