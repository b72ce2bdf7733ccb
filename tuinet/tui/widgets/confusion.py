"""Which classes are taken for which; or, for numbers, the first predictions."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from tuinet.training.snapshot import Frame
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class ConfusionPanel(CellPanel, can_focus=True):
    """Which classes are taken for which; or, for numbers, the first predictions."""

    UNSEEN = MappingProxyType({})

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return (("predictions", ink(theme.title, theme.background)),)
