"""How a hidden layer bends the input plane."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from tuinet.training.snapshot import Frame
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class HiddenSpacePanel(CellPanel, can_focus=True):
    """How a hidden layer bends the input plane."""

    UNSEEN = MappingProxyType({"hidden": None})

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return (("hidden space", ink(theme.title, theme.background)),)
