"""What the network has learned: its answers over a plane of its inputs, where samples can be added and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual.binding import Binding
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Plane, Unit
from tuinet.tui.draw.blocks import field_pixels
from tuinet.tui.draw.boundary import line_pieces, line_words, only_answer
from tuinet.tui.draw.cells import Levels
from tuinet.tui.draw.chart import map_layout
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, width_of
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.messages import KeyRefused, KeysChanged
from tuinet.tui.panels.base import CellPanel, Entry, Label
from tuinet.tui.panels.map.drawing import (
    PRINCIPAL,
    Aspect,
    cursor_answer,
    has_room_for_points,
    inputs_of,
    map_levels,
    map_picture,
    map_rows,
    map_title,
    samples_words,
    turned,
    with_other_feature,
)
from tuinet.tui.panels.map.editing import SampleEditor
from tuinet.tui.panels.map.keys import CURSOR_KEYS, EDITING_KEYS, OUTPUT_KEY, PLANE_KEYS, POINTS_KEYS
from tuinet.tui.style.theme import Theme


class BoundaryPanel(SampleEditor, can_focus=True):
    """The function that the network computes, with the samples on it, on a plane that can be chosen."""

    HEADING = "map"
    KEYS = (*CURSOR_KEYS, *PLANE_KEYS)
    UNSEEN = {"columns": 0, "rows": 0, "aspect": None, "pointed": None}
    IS_SLOW = False
    FOLLOWS = ("unit", "discrete", "shown_samples")
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    discrete: reactive[bool] = reactive(False, repaint=False)
    watch_discrete = CellPanel.update_cells
    _told_keys: tuple[Binding, ...] = ()
    _levels: Levels | None = None

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._aspect = Aspect()

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something with what is shown."""
        has_points = self.frame is None or has_room_for_points(self.frame.snapshot)
        own = EDITING_KEYS if self.is_editing else POINTS_KEYS if has_points else PLANE_KEYS
        return (*((OUTPUT_KEY,) if self.unit else ()), *own)

    def title(self, frame: Frame, theme: Theme) -> Label:
        """The name of the picture and of the line on it, or that there is none; and the place of the cursor."""
        snapshot = self.in_sight(frame.snapshot)
        style, name = theme.inks.title, self._picture_name(snapshot, theme)
        name, dot, rest = name.partition(" · ")
        placed = self.cursor_pieces(snapshot, theme)
        behind = [(" · ", style), *placed] if placed else []
        line = line_pieces(snapshot, theme)
        if line:
            words = "" if snapshot.dataset.task == "classes" else f" {line_words(snapshot)}"
            line = [(" ", style), *line, (words, theme.inks.axis)]
        notes = [(dot + rest, style)]
        ends = [(line, [*behind, *notes]), *((named, behind or notes) for named in (line, line[:2], []))]
        wholes = ([(name, style), *named, *end] for named, end in ends)
        return next((pieces for pieces in wholes if width_of(pieces) <= self.edge), placed or f"{name}{dot}{rest}")

    def _picture_name(self, snapshot: Snapshot, theme: Theme) -> str:
        shown = samples_words(self.shown_samples)
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_title

            return fit_title(snapshot, self.room[0], shown)
        return map_title(snapshot, theme, *self.room, only_answer(snapshot, self.edge), shown)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The meaning of colours and glyphs; or why a key did nothing."""
        if self.note:
            return ((self.note, theme.inks.warning),)
        snapshot = self.in_sight(frame.snapshot)
        told = cursor_answer(snapshot, theme, self.unit) if self.pointed(snapshot) else []
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_legend

            return [*told, *fit_legend(snapshot, theme, self.edge - width_of(told))]
        return [*told, *shading(snapshot, theme, discrete=self.discrete).legend(self.edge - width_of(told))]

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot, cursor = self.in_sight(frame.snapshot), self.cursor_place(frame.snapshot)
        theme = theme.behind_pictures
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_rows

            return fit_rows(snapshot, theme, width, height, cursor=cursor)
        # While the training runs, what trembles between two colours is not sent again and again; paused it is exact.
        before = self._levels if frame.running else None
        self._levels = map_levels(snapshot, theme, discrete=self.discrete, before=before)
        rows = map_rows(snapshot, theme, width, height, discrete=self.discrete, cursor=cursor, levels=self._levels)
        self.picture = map_picture(snapshot, theme, rows, self._levels, width, height)
        return rows

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The pixels of the map, or the points along the curve; of the output, or of a neuron."""
        seen = {"unit": self.unit, "pointed": self.pointed(frame.snapshot)}
        if inputs_of(frame.snapshot) == 1:
            return {"columns": 2 * width, "rows": 1, **seen}
        layout = map_layout(frame.snapshot, width, height)
        aspect = self._aspect.of(layout, (width, height, self._plane, frame.snapshot.dataset))
        pixels = field_pixels(layout.rows, layout.columns, self.theme, frame.snapshot.layer_sizes)
        return {**pixels, "plane": self._plane, "aspect": aspect, **seen}

    def action_move(self, right: int, up: int) -> None:
        """Move the cursor; or, where the map is a cut, take other features."""
        if has_room_for_points(self.snapshot):
            self.move_cursor(right, up)
        else:
            self._cut(with_other_feature(self._plane, inputs_of(self.snapshot), right, up))

    def action_turn_plane(self, by: int) -> None:
        """Take the next plane, or the one before."""
        if not self._has_only_one_plane():
            self._cut(turned(self._plane, inputs_of(self.snapshot), by))

    def action_principal_plane(self) -> None:
        """Take the plane in which the samples spread most."""
        if self._has_only_one_plane():
            return
        if self._plane == PRINCIPAL:
            turn = keymap_of(self.app).name("turn_plane(1)", PLANE_KEYS)
            self.post_message(KeyRefused(f"this is the principal plane already: {turn} takes the next one"))
        self._cut(PRINCIPAL)

    def _has_only_one_plane(self) -> bool:
        """Whether the map is no cut, which is said."""
        is_whole = has_room_for_points(self.snapshot)
        if is_whole:
            self.post_message(KeyRefused("all inputs are on the map: there is no other plane"))
        return is_whole

    def watch_unit(self) -> None:
        """Ask for another response."""
        self.announce()
        self._tell_keys()

    def watch_frame(self) -> None:
        """Draw what is new, and tell when the keys do something else with it."""
        super().watch_frame()
        self._tell_keys()

    def _cut(self, plane: Plane) -> None:
        self._plane, self._cursor = plane, None
        self.announce()

    def _tell_keys(self) -> None:
        if self.keys != self._told_keys:
            self._told_keys = self.keys
            self.post_message(KeysChanged())

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        from tuinet.tui.panels.map.glossary import map_glossary

        yield from map_glossary(snapshot, theme, keymap)
