"""The base of a panel on whose picture samples can be added and removed, with a cursor or with the mouse."""

from __future__ import annotations

from typing import Final

from textual.events import MouseDown

from tuinet.observe.snapshot import Snapshot
from tuinet.session.edits import ClearPoints, RemovePoint
from tuinet.tui.intent import Pending
from tuinet.tui.maps import Place
from tuinet.tui.messages import CommandGiven
from tuinet.tui.painting import Brush, Layout, has_brushes, layout_of, nearest, new_point, reason_against
from tuinet.tui.text import Piece, ink, short_number
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

_LEFT: Final = 1
_RIGHT: Final = 3


class PaintedPanel(CellPanel):
    """Keeps a cursor and a brush; what is painted becomes commands."""

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._cursor: Place | None = None
        self._brush = Brush()
        self._removal = Pending()
        self.note = ""
        """Why the last key or click did nothing."""

    def action_add_point(self) -> None:
        """Add a point at the cursor."""
        if self.frame is not None and not self._refuses(self.frame.snapshot):
            self._add(self.frame.snapshot, self.cursor_place(self.frame.snapshot))

    def action_remove_point(self) -> None:
        """Remove the point nearest to the cursor."""
        if self.frame is not None and not self._refuses(self.frame.snapshot):
            self._remove(self.frame.snapshot, self.cursor_place(self.frame.snapshot))

    def action_clear_points(self) -> None:
        """Remove all points."""
        if self.frame is None or self._refuses(self.frame.snapshot):
            return
        dataset = self.frame.snapshot.dataset
        if len(dataset.X) or len(dataset.X_test):
            self._send(ClearPoints(), self.frame.snapshot)
        else:
            self._say("there are no points")

    def action_turn_brush(self, by: int) -> None:
        """Take another class, or another number."""
        if self.frame is not None and not self._refuses(self.frame.snapshot):
            if not has_brushes(self.frame.snapshot):
                self._say("a point is as high as the cursor")
            self._brush = self._brush.turned(self.frame.snapshot, by)
            self.update_cells()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Add a point with the left button, remove the nearest with the right one."""
        if self.frame is None or event.button not in (_LEFT, _RIGHT):
            return
        snapshot = self.frame.snapshot
        layout = self._layout(snapshot)
        cell = None if layout is None else layout.cell_at(event.x - 1, event.y - 1)
        if layout is not None and cell is not None and not self._refuses(snapshot):
            self._cursor = layout.place_of(cell)
            paint = self._add if event.button == _LEFT else self._remove
            paint(snapshot, self._cursor)
            self.update_cells()

    def move_cursor(self, right: int, up: int) -> None:
        """Go so many cells further, as far as the picture goes."""
        if self.frame is None or self._refuses(self.frame.snapshot):
            return
        layout, place = self._layout(self.frame.snapshot), self.cursor_place(self.frame.snapshot)
        if layout is not None and place is not None:
            row, column = layout.cell_of(*place)
            row, column = row - up, column + right
            cell = max(0, min(row, layout.rows - 1)), max(0, min(column, layout.columns - 1))
            self._cursor = layout.place_of(cell)
            self.update_cells()

    def cursor_place(self, snapshot: Snapshot) -> Place | None:
        """Where the cursor is, while there is one: at first in the middle, and always in the middle of a cell."""
        layout = self._layout(snapshot)
        if layout is None or not self.has_focus or reason_against(snapshot):
            return None
        middle = layout.rows // 2, layout.columns // 2
        return layout.place_of(middle if self._cursor is None else layout.cell_of(*self._cursor))

    def painted(self, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """What the brush is and where the cursor; nothing while there is none."""
        place = self.cursor_place(snapshot)
        if place is None:
            return []
        accent, axis = ink(theme.accent, theme.background, bold=True), ink(theme.axis, theme.background)
        glyph, name = self._brush.describe(snapshot)
        where = ", ".join(map(short_number, place))
        return [("brush ", axis), (f"{glyph} {name}".rstrip(), accent), (f" at {where}", axis)]

    def _add(self, snapshot: Snapshot, place: Place | None) -> None:
        if place is not None:
            self.post_message(CommandGiven(new_point(snapshot, self._brush, place)))

    def _remove(self, snapshot: Snapshot, place: Place | None) -> None:
        layout = self._layout(snapshot)
        if layout is None or place is None:
            return
        index = nearest(snapshot, layout, place)
        if index is None:
            self._say("no training sample is near")
        else:
            self._send(RemovePoint(index), snapshot)

    def _send(self, command: RemovePoint | ClearPoints, snapshot: Snapshot) -> None:
        """Send a command that makes the rows of the samples count anew, once the last such one has come."""
        if not self._removal.is_on(snapshot.dataset):
            self._removal.begin(snapshot.dataset)
            self.post_message(CommandGiven(command))

    def _refuses(self, snapshot: Snapshot) -> bool:
        """Whether points cannot be painted now, which is said; otherwise what was said goes away."""
        self._say(reason_against(snapshot))
        return bool(self.note)

    def _say(self, note: str) -> None:
        if note != self.note:
            self.note = note
            self.update_cells()

    def _layout(self, snapshot: Snapshot) -> Layout | None:
        return layout_of(snapshot, self.size.width - 2, self.size.height - 2)
