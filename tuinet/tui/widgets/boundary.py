"""The decision boundary: what the network answers over the input plane."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Hide, Resize
from textual.strip import Strip

from tuinet.training.snapshot import Frame, View
from tuinet.tui.maps import is_plane, map_legend, map_rows, map_size, sample_rows
from tuinet.tui.messages import MapResized
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class BoundaryPanel(CellPanel):
    """The input plane in colours of the network's output, with the training samples on it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._announced: View | None = None

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        name = "decision boundary" if is_plane(frame.snapshot) else "samples"
        return ((name, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The classes' glyphs and the ramp from one class to the other."""
        return map_legend(frame.snapshot, theme) if is_plane(frame.snapshot) else ()

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The map with its axes, or the first samples where there is no plane."""
        draw = map_rows if is_plane(frame.snapshot) else sample_rows
        return draw(frame.snapshot, theme, width, height)

    def watch_frame(self) -> None:
        """Tell when another dataset needs axes of another width."""
        super().watch_frame()
        self._announce(self._view())

    def on_resize(self, event: Resize) -> None:
        """Tell how many pixels the map has now."""
        self._announce(self._view())

    def on_hide(self, event: Hide) -> None:
        """Tell that no pixels are needed."""
        self._announce(None)

    def _announce(self, view: View | None) -> None:
        if view != self._announced:
            self._announced = view
            self.post_message(MapResized(view))

    def _view(self) -> View | None:
        if self.frame is None or not is_plane(self.frame.snapshot):
            return None
        columns, rows = map_size(self.frame.snapshot, self.size.width - 2, self.size.height - 2)
        return View(columns, 2 * rows) if columns and rows else None
