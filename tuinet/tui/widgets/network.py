"""The network as a diagram: neurons as small maps, weights as edges."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from textual.reactive import reactive

from tuinet.training.snapshot import Frame
from tuinet.training.view import Unit
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class NetworkPanel(CellPanel, can_focus=True):
    """The network as a diagram: neurons as small maps, weights as edges."""

    unit: reactive[Unit | None] = reactive(None, repaint=False)
    UNSEEN = MappingProxyType({"network": None})

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return (("network", ink(theme.title, theme.background)),)
