"""What the network has learned: its answers over a plane of its inputs, or along its only one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Plane, Unit
from tuinet.tui.box import EDGE
from tuinet.tui.cells import Levels
from tuinet.tui.maps import map_levels, map_rows, map_size, map_title
from tuinet.tui.messages import KeyRefused, KeysChanged
from tuinet.tui.painting import has_room_for_points
from tuinet.tui.panel_bindings import MAP_BINDINGS, map_keys
from tuinet.tui.plane_choice import PRINCIPAL, next_plane, plane_before, with_other_feature
from tuinet.tui.shadings import shading
from tuinet.tui.text import Piece, ink, width_of
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.painted import PaintedPanel


class BoundaryPanel(PaintedPanel, can_focus=True):
    """The function that the network computes, with the samples on it, on a plane that can be chosen."""

    KEYS = MAP_BINDINGS
    BINDINGS: ClassVar[list[BindingType]] = [*MAP_BINDINGS]
    UNSEEN = MappingProxyType({"columns": 0, "rows": 0})
    IS_CALM = False
    FOLLOWS = ("unit", "discrete")
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    discrete: reactive[bool] = reactive(False, repaint=False)

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._plane = PRINCIPAL
        self._told_keys: tuple[Binding, ...] = ()
        self._levels: Levels | None = None

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something with what is shown."""
        has_points = self.frame is None or has_room_for_points(self.frame.snapshot)
        return map_keys(has_points=has_points, has_response=self.unit is not None)

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows, and while it has the focus what is painted where."""
        snapshot = frame.snapshot
        name = self._picture_name(snapshot, theme)
        style, painted = ink(theme.title, theme.background), self.painted(snapshot, theme)
        if not painted:
            return ((name, style),)
        both = [(f"{name.partition(' · ')[0]} · ", style), *painted]
        return both if width_of(both) <= self.size.width - EDGE else painted

    def _picture_name(self, snapshot: Snapshot, theme: Theme) -> str:
        width, height = self._room()
        if _inputs(snapshot) == 1:
            from tuinet.tui.fits import fit_title

            return fit_title(snapshot, width)
        return map_title(snapshot, theme, width, height)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What colours and glyphs mean; or why a key did nothing."""
        if self.note:
            return ((self.note, ink(theme.warning, theme.background)),)
        snapshot, width = frame.snapshot, max(self.size.width - EDGE, 0)
        if _inputs(snapshot) == 1:
            from tuinet.tui.fits import fit_legend

            return fit_legend(snapshot, theme, width)
        return shading(snapshot, theme, discrete=self.discrete).legend(width)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot, cursor = frame.snapshot, self.cursor_place(frame.snapshot)
        if _inputs(snapshot) == 1:
            from tuinet.tui.fits import fit_rows

            return fit_rows(snapshot, theme, width, height, cursor=cursor)
        # While the training runs, what trembles between two colours is not sent again and again; paused it is exact.
        before = self._levels if frame.running else None
        self._levels = map_levels(snapshot, theme, discrete=self.discrete, before=before)
        return map_rows(snapshot, theme, width, height, discrete=self.discrete, cursor=cursor, levels=self._levels)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """As many pixels as the map has, or points along the curve; of the output, or of a neuron."""
        if _inputs(frame.snapshot) == 1:
            return {"columns": 2 * width, "rows": 1, "unit": self.unit}
        columns, rows = map_size(frame.snapshot, width, height)
        return {"columns": columns, "rows": 2 * rows, "unit": self.unit, "plane": self._plane}

    def action_move(self, right: int, up: int) -> None:
        """Move the cursor; or, where the map is a cut, take other features."""
        if self.frame is not None and has_room_for_points(self.frame.snapshot):
            self.move_cursor(right, up)
        elif self.frame is not None:
            self._cut(with_other_feature(self._plane, _inputs(self.frame.snapshot), right, up))

    def action_turn_plane(self, by: int) -> None:
        """Take the next plane, or the one before."""
        if self.frame is not None and not self._has_only_one_plane(self.frame.snapshot):
            turn = next_plane if by > 0 else plane_before
            self._cut(turn(self._plane, _inputs(self.frame.snapshot)))

    def action_principal_plane(self) -> None:
        """Take the plane in which the samples spread most."""
        if self.frame is None or self._has_only_one_plane(self.frame.snapshot):
            return
        if self._plane == PRINCIPAL:
            self.post_message(KeyRefused("this is the principal plane already: v takes the next one"))
        self._cut(PRINCIPAL)

    def _has_only_one_plane(self, snapshot: Snapshot) -> bool:
        """Whether the map is no cut, which is said."""
        if has_room_for_points(snapshot):
            self.post_message(KeyRefused("all inputs are on the map: there is no other plane"))
            return True
        return False

    def watch_unit(self) -> None:
        """Ask for another response."""
        self.announce()
        self._tell_keys()

    def watch_discrete(self) -> None:
        """Draw decisions, or how certain they are."""
        self.update_cells()

    def watch_frame(self) -> None:
        """Draw what is new, and tell when the keys do something else with it."""
        super().watch_frame()
        self._tell_keys()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor, or not."""
        self.note = ""
        super().watch_has_focus(has_focus)

    def _cut(self, plane: Plane) -> None:
        self._plane = plane
        self.announce()

    def _tell_keys(self) -> None:
        if self.keys != self._told_keys:
            self._told_keys = self.keys
            self.post_message(KeysChanged())

    def _room(self) -> tuple[int, int]:
        return self.size.width - 2, self.size.height - 2


def _inputs(snapshot: Snapshot) -> int:
    """Features before inputs are made of them."""
    inputs: int = snapshot.dataset.X.shape[1]
    return inputs
