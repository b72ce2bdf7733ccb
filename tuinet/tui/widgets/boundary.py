"""What the network has learned: its answers over the plane, along a line, or as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from textual.reactive import reactive
from textual.strip import Strip

from tuinet.training.snapshot import Frame, Snapshot
from tuinet.training.view import Unit
from tuinet.tui.box import EDGE
from tuinet.tui.confusion import confusion_rows
from tuinet.tui.fits import fit_legend, fit_rows, fit_title
from tuinet.tui.maps import map_rows, map_size, map_title
from tuinet.tui.predictions import prediction_rows
from tuinet.tui.shadings import shading
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class BoundaryPanel(CellPanel, can_focus=True):
    """The function that the network computes, with the training samples on it, as far as it can be drawn."""

    UNSEEN = MappingProxyType({"columns": 0, "rows": 0})
    unit: reactive[Unit | None] = reactive(None, repaint=False)

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        snapshot = frame.snapshot
        features = _features(snapshot)
        if features == 2:
            name = map_title(snapshot, theme, *self._room())
        elif features == 1:
            name = fit_title(snapshot, self._room()[0])
        else:
            name = "predictions" if snapshot.dataset.task == "regression" else "true class → predicted class"
        return ((name, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What colours and glyphs mean."""
        snapshot, width = frame.snapshot, max(self.size.width - EDGE, 0)
        features = _features(snapshot)
        if features == 2:
            return shading(snapshot, theme).legend(width)
        return fit_legend(snapshot, theme, width) if features == 1 else ()

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot = frame.snapshot
        features = _features(snapshot)
        if features == 2:
            return map_rows(snapshot, theme, width, height)
        if features == 1:
            return fit_rows(snapshot, theme, width, height)
        draw = prediction_rows if snapshot.dataset.task == "regression" else confusion_rows
        return draw(snapshot, theme, width, height)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """As many pixels as the map has, or points along the curve, or samples."""
        snapshot = frame.snapshot
        features = _features(snapshot)
        if features == 2:
            columns, rows = map_size(snapshot, width, height)
            return {"columns": columns, "rows": 2 * rows}
        if features == 1:
            return {"columns": 2 * width, "rows": 1}
        return {"columns": 1, "rows": height} if snapshot.dataset.task == "regression" else self.UNSEEN

    def _room(self) -> tuple[int, int]:
        return self.size.width - 2, self.size.height - 2


def _features(snapshot: Snapshot) -> int:
    """Inputs before features are made of them, up to 3, which stands for too many to draw."""
    features: int = snapshot.dataset.X.shape[1]
    return min(features, 3)
