"""The whole layer of a phase as tables, with the chosen neuron and sample marked."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.focus import Selection
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.messages import CellChosen
from tuinet.tui.step_tables import has_own_layer, selected_layer, step_tables
from tuinet.tui.table_layout import _HEADER, hit, place, table_rows
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class LayerTablePanel(CellPanel):
    """What the phase wrote for all neurons; a click chooses one."""

    selection: reactive[Selection] = reactive(Selection(), repaint=False)

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Phase and layer."""
        return ((table_title(frame.snapshot, self.selection), ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How to choose."""
        if frame.snapshot.step_detail is None:
            return ()
        layer = "" if has_own_layer(frame.snapshot) else " · tab layer"
        return ((f"◂▸ neuron · ▴▾ sample{layer}", ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The tables beside one another."""
        placed = place(step_tables(frame.snapshot, self.selection), width, height)
        return table_rows(placed, theme, width, height)

    def watch_selection(self) -> None:
        """Mark another neuron."""
        self.update_cells()

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        if self.frame is None:
            return
        placed = place(step_tables(self.frame.snapshot, self.selection), self.size.width - 2, self.size.height - 2)
        sample, neuron = hit(placed, event.x - 1, event.y - 1)
        if sample is not None or neuron is not None:
            self.post_message(CellChosen(sample, neuron))


def table_title(snapshot: Snapshot, selection: Selection) -> str:
    """As in ``forward, layer 1 · sigmoid``."""
    if snapshot.phase is None:
        return "step"
    layer = selected_layer(snapshot, selection)
    activation = snapshot.layers[layer - 1].activation
    if snapshot.phase.kind in ("batch", "loss"):
        return str(snapshot.phase)
    return f"{snapshot.phase.kind}, layer {layer} · {activation}"


def table_height(snapshot: Snapshot, selection: Selection) -> int:
    """Rows that the tables would like to have."""
    return max((_HEADER + len(table.rows) for table in step_tables(snapshot, selection)), default=1)
