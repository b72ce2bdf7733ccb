"""The loss over a plane of weights, as a map with contour lines, and the path of the run on it with its branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from textual.binding import Binding
from textual.events import MouseDown, MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from tuinet.observe.landscape import Landscape, LossPlane
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Coordinates, LandscapeView, PlaneKind
from tuinet.session.edits import MOST_SET, SetParameters
from tuinet.tui.draw.cells import POINT_GLYPHS
from tuinet.tui.draw.chart import MapLayout
from tuinet.tui.draw.text import Piece, count, first_fitting, ink, loss_text, sentence_rows, short_number, width_of
from tuinet.tui.key_groups import LEAVE_BINDING, listed, quiet
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import CommandGiven, KeyRefused, KeysChanged
from tuinet.tui.panels.base import CellPanel, Entry, Label
from tuinet.tui.panels.landscape.drawing import (
    ARROWS,
    CURSOR,
    START,
    landscape_layout,
    landscape_picture,
    landscape_rows,
    line_ink,
    loss_pieces,
    picture_size,
    route_pieces,
    start_pieces,
)
from tuinet.tui.panels.landscape.ground import shades_of_loss
from tuinet.tui.style.theme import Theme

KINDS: Final[tuple[PlaneKind, ...]] = ("path", "step", "weights")
"""In the order in which they take turns."""
MOST_ZOOM: Final = 20
LEAST_ZOOM: Final = -6
_PAN: Final = 0.25
"""Of what is in sight, by how much it moves."""
_MOST_COLUMNS: Final = 96
_MOST_ROWS: Final = 64
"""Places at which the loss is evaluated."""


@dataclass(frozen=True)
class LandscapeChoice:
    """A plane, a part of it, and a place on it."""

    kind: PlaneKind = "path"
    weights: tuple[int, int] = (0, 1)
    """Places in the vector of all parameters."""
    is_scaled: bool = False
    has_arrows: bool = False
    zoom: int = 0
    shift: Coordinates = (0.0, 0.0)
    request: int = 0
    cursor: Coordinates | None = None

    def view(self, columns: int, rows: int, *, has_cursor: bool) -> LandscapeView | None:
        """What is to be computed for a picture of so many cells; ``None`` where it has none."""
        if columns <= 0 or rows <= 0:
            return None
        return LandscapeView(
            columns=min(columns, _MOST_COLUMNS),
            rows=min(2 * rows, _MOST_ROWS),
            kind=self.kind,
            weights=self.weights,
            zoom=self.zoom,
            shift=self.shift,
            is_scaled=self.is_scaled,
            request=self.request,
            cursor=self.cursor if has_cursor else None,
            has_arrows=self.has_arrows,
        )

    def turned(self, by: int) -> LandscapeChoice:
        """The next kind of plane, or the one before."""
        return self._anew(kind=KINDS[(KINDS.index(self.kind) + by) % len(KINDS)])

    def scaled(self) -> LandscapeChoice:
        """The plane of the path measured in lengths of filters, or no longer."""
        return self._anew(is_scaled=not self.is_scaled)

    def with_weight(self, snapshot: Snapshot, axis: int, by: int) -> LandscapeChoice:
        """Another weight on an axis: the next or the one before, but for that of the other axis."""
        size = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(snapshot.layer_sizes))
        chosen = [index % size for index in self.weights]
        chosen[axis] = (chosen[axis] + by) % size
        if chosen[0] == chosen[1]:
            chosen[axis] = (chosen[axis] + by) % size
        return self._anew(weights=(chosen[0], chosen[1]))

    def with_arrows(self) -> LandscapeChoice:
        """The way down drawn, or no longer."""
        return replace(self, has_arrows=not self.has_arrows)

    def pointed(self, place: Coordinates) -> LandscapeChoice:
        """The cursor at a place."""
        return replace(self, cursor=place)

    def unpointed(self) -> LandscapeChoice:
        """Without a cursor."""
        return replace(self, cursor=None)

    def laid_anew(self) -> LandscapeChoice:
        """A plane through the weights as they are now, and all of it."""
        return self._anew(request=self.request + 1)

    def _anew(self, **changes: object) -> LandscapeChoice:
        return replace(self, zoom=0, shift=(0.0, 0.0), cursor=None, **changes)  # type: ignore[arg-type]

    def zoomed(self, landscape: Landscape, by: int, has_cursor: bool) -> LandscapeChoice:
        """Half as much in sight, or twice as much; around the cursor where there is one, else around the run."""
        zoom = max(LEAST_ZOOM, min(self.zoom + by, MOST_ZOOM))
        place = self.cursor if self.cursor is not None and has_cursor else landscape.present
        return replace(self, zoom=zoom, shift=_shift_to(landscape, place)) if zoom != self.zoom else self

    def panned(self, right: int, up: int) -> LandscapeChoice:
        """A part beside it."""
        (across, upwards), step = self.shift, _PAN * 2.0**-self.zoom
        return replace(self, shift=(across + right * step, upwards + up * step))


def _shift_to(landscape: Landscape, place: Coordinates) -> Coordinates:
    """The shift with which a place is in the middle."""
    pairs = zip(place, landscape.plane.spans, strict=True)
    across, up = ((value - (low + high) / 2) / (high - low) for value, (low, high) in pairs)
    return across, up


GROUP: Final = Binding.Group("landscape")
PLACE_KEYS: Final = (
    listed("left", "move(-1, 0)", "cursor", "Cursor left: at the edge, the part left of it", GROUP, "◂"),
    listed("right", "move(1, 0)", "cursor", "Cursor right: at the edge, the part right of it", GROUP, "▸"),
    listed("up", "move(0, 1)", "cursor", "Cursor up: at the edge, the part above it", GROUP, "▴"),
    listed("down", "move(0, -1)", "cursor", "Cursor down: at the edge, the part below it", GROUP, "▾"),
    listed("enter", "go", "go there", "Go there: the network gets the weights of the cursor's place", GROUP),
    listed("v", "turn(1)", "plane", "Next plane: the path's principal directions, gradient, two weights", GROUP),
    listed("V", "turn(-1)", "plane", "Plane before: two weights, gradient, the path's directions", GROUP),
    listed("left_square_bracket", "zoom(-1)", "zoom", "Zoom out: twice as much in sight", GROUP, "["),
    listed("right_square_bracket", "zoom(1)", "zoom", "Zoom in: half as much, around the cursor", GROUP, "]"),
    listed("home", "lay_anew", "anew", "Plane anew: through the weights as they are now", GROUP),
    listed("d", "toggle_arrows", "down", "Way down: arrows of −∂L/∂w, or none", GROUP),
)
PATH_KEYS: Final = (
    listed("z", "toggle_scale", "scale", "Scale: each unit's incoming weights by their own length, or not", GROUP),
)
"""Where the plane is that of the path."""
WEIGHT_KEYS: Final = (
    listed("p", "other_weight(0, 1)", "across", "Next weight across: layer by layer, row by row", GROUP),
    quiet("P", "other_weight(0, -1)", "Weight before across: layer by layer, row by row", GROUP),
    listed("c", "other_weight(1, 1)", "up", "Next weight up: layer by layer, row by row", GROUP),
    quiet("C", "other_weight(1, -1)", "Weight before up: layer by layer, row by row", GROUP),
)
"""Where the plane is that of two weights."""
_LEFT: Final = 1
REPLAYED: Final = (
    "A recording holds what was seen, not the network that could be evaluated elsewhere: there is no landscape of it."
)
OTHER_PLANE: Final = "another plane has been laid: the place of the cursor was on the one before"
COMPUTING: Final = "The plane is being laid."


class LandscapePanel(CellPanel, can_focus=True):
    """The loss over a plane through the weights, and the run on its way."""

    HEADING = "landscape"
    MANUAL = "26-landscape.md"
    KEYS = (*PLACE_KEYS, *PATH_KEYS, *WEIGHT_KEYS, LEAVE_BINDING)
    UNSEEN = {"landscape": None}
    _choice = LandscapeChoice()
    _pointed: LossPlane | None = None
    """The plane that the cursor's place is on."""

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something on this plane."""
        more = {"path": PATH_KEYS, "weights": WEIGHT_KEYS}.get(self._choice.kind, ())
        return (*PLACE_KEYS, *more, LEAVE_BINDING)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The part of the plane that is chosen, and the loss at the cursor."""
        return {"landscape": self._choice.view(*picture_size(width, height), has_cursor=self.has_focus)}

    def title(self, frame: Frame, theme: Theme) -> Label:
        """When the plane was laid."""
        landscape = frame.snapshot.landscape
        if landscape is None or landscape.failure:
            return self.HEADING
        moment = f"epoch {count(landscape.plane.epoch)}"
        texts = (f"landscape · plane through the weights of {moment}", f"landscape · plane of {moment}", self.HEADING)
        return first_fitting(texts, self.edge)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The loss at the cursor, the meaning of shades and lines, and whose the paths are."""
        landscape = frame.snapshot.landscape
        if landscape is None or landscape.failure:
            return []
        pieces: list[Piece] = []
        for part in (cursor_pieces(landscape, theme), loss_pieces(landscape, theme)):
            longer = [*pieces, ("  " if pieces else "", theme.inks.axis), *part]
            pieces = longer if part and width_of(longer) <= self.edge else pieces
        pieces += route_pieces(landscape.routes, theme, self.edge - width_of(pieces))
        return [*pieces, *start_pieces(landscape, theme, self.edge - width_of(pieces))]

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture, or why there is none."""
        landscape = frame.snapshot.landscape
        if reason := reason_for_nothing(frame):
            return sentence_rows(reason, theme, width, height)
        assert landscape is not None
        rows = landscape_rows(frame.snapshot, landscape, theme, width, height, cursor=self._cursor)
        self.picture = landscape_picture(landscape, theme, rows, width, height)
        return rows

    @property
    def _cursor(self) -> Coordinates | None:
        """Where the cursor is, while there is one."""
        return self._choice.cursor if self.has_focus else None

    def watch_frame(self) -> None:
        """Take the cursor away as soon as another plane is seen, on which its place stands for other weights."""
        landscape, _ = self._seen
        if self._choice.cursor is not None and landscape is not None and landscape.plane is not self._pointed:
            self._choice = self._choice.unpointed()
            if self.has_focus:
                self.post_message(KeyRefused(OTHER_PLANE))
        super().watch_frame()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor, or not."""
        super().watch_has_focus(has_focus)
        self.announce()

    def action_move(self, right: int, up: int) -> None:
        """Move the cursor by a cell; at the edge, what is in sight."""
        landscape, layout = self._seen
        if landscape is None or layout is None:
            return
        if self._choice.cursor is None:
            self._point(layout.place_of(layout.cell_of(*landscape.present)))
            return
        row, column = layout.cell_of(*self._choice.cursor)
        cell = row - up, column + right
        if 0 <= cell[0] < layout.rows and 0 <= cell[1] < layout.columns:
            self._point(layout.place_of(cell))
        else:
            self._choose(self._choice.panned(right, up))

    def action_go(self) -> None:
        """Give the network the weights of the cursor's place."""
        landscape, _ = self._seen
        if landscape is None:
            return
        if self._choice.cursor is None:
            self.post_message(KeyRefused("no place is chosen: the arrow keys move a cursor"))
        elif len(landscape.plane.centre) > MOST_SET:
            self.post_message(KeyRefused(f"more than {count(MOST_SET)} weights cannot be set at once"))
        else:
            vector = landscape.plane.at(np.array([self._choice.cursor]))[0].astype(self.snapshot.experiment.dtype)
            self.post_message(CommandGiven(SetParameters(tuple(vector.tolist()))))

    def action_turn(self, by: int) -> None:
        """Take the next kind of plane, or the one before."""
        self._choose(self._choice.turned(by))
        self.post_message(KeysChanged())

    def action_zoom(self, by: int) -> None:
        """See half as much, or twice as much."""
        landscape, _ = self._seen
        if landscape is not None:
            choice = self._choice.zoomed(landscape, by, self.has_focus)
            if choice == self._choice:
                factor = 2 ** (MOST_ZOOM if by > 0 else -LEAST_ZOOM)
                self.post_message(KeyRefused(f"{count(factor)} times {'nearer' if by > 0 else 'further'} is the end"))
            self._choose(choice)

    def action_lay_anew(self) -> None:
        """Lay the plane through the weights as they are now."""
        self._choose(self._choice.laid_anew())

    def action_toggle_arrows(self) -> None:
        """Draw the way down, or not."""
        self._choose(self._choice.with_arrows())

    def action_toggle_scale(self) -> None:
        """Measure each unit's incoming weights by their length, or not."""
        if self._choice.kind == "path":
            self._choose(self._choice.scaled())
        else:
            self.post_message(KeyRefused("only the plane of the path can be scaled"))

    def action_other_weight(self, axis: int, by: int) -> None:
        """Take another weight on an axis."""
        if self._choice.kind == "weights":
            self._choose(self._choice.with_weight(self.snapshot, axis, by))
        else:
            self.post_message(KeyRefused("the axes of this plane are no weights"))

    def on_mouse_down(self, event: MouseDown) -> None:
        """Put the cursor there."""
        _, layout = self._seen
        cell = layout.cell_at(event.x - 1, event.y - 1) if layout is not None and event.button == _LEFT else None
        if layout is not None and cell is not None:
            self._point(layout.place_of(cell))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """See less, nearer."""
        self.action_zoom(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """See more."""
        self.action_zoom(-1)

    @property
    def _seen(self) -> tuple[Landscape | None, MapLayout | None]:
        """What is drawn, and where; nothing where there is no picture."""
        if self.frame is None or reason_for_nothing(self.frame):
            return None, None
        landscape = self.snapshot.landscape
        return landscape, None if landscape is None else landscape_layout(landscape, *self.room)

    def _point(self, place: Coordinates) -> None:
        landscape, _ = self._seen
        self._pointed = None if landscape is None else landscape.plane
        self._choose(self._choice.pointed(place))

    def _choose(self, choice: LandscapeChoice) -> None:
        self._choice = choice
        self.announce()
        self.update_cells()

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        axis, text, key = theme.inks.axis, theme.inks.text, theme.inks.key
        shades = [("  ", ink(None, shade)) for shade in shades_of_loss(theme)[::2]]
        yield shades, "The loss on the training set, without penalties, with the weights of that place: dark is low."
        yield [("⠤⠒⠉ 0.1", line_ink(theme))], "Contour line: the loss is the number along all of it."
        yield (
            [(POINT_GLYPHS[0], theme.inks.strong), ("  ━━", text)],
            "The weights now, and the path on which they have come; beside the plane, the nearest place of it.",
        )
        yield [(START, text)], "The start of a branch."
        yield [(POINT_GLYPHS[2], ink(theme.warning, theme.background)), ("  ⠒⠒", axis)], "The end of another branch."
        yield (
            [("PC1  PC2", axis)],
            "Principal directions of the paths of all branches, and their shares of its variance (Li et al., 2018).",
        )
        yield (
            [("−g", axis)],
            "Against the gradient of the last step, penalties included; up is what the last update has beside that.",
        )
        yield (
            [("lengths", axis)],
            "Scaled: each weight or bias by ‖(W_1j, …, W_nj, b_j)‖, the length of its unit's incoming weights.",
        )
        yield (
            [(ARROWS[0] + ARROWS[7] + ARROWS[6], theme.inks.accent)],
            "The way down on the plane, −∂L/∂w; not how steep.",
        )
        yield [(CURSOR, key)], "The cursor: its place and the loss there, evaluated with exactly these weights."


def reason_for_nothing(frame: Frame) -> str:
    """Why there is no picture, in a sentence; empty where there is one."""
    landscape = frame.snapshot.landscape
    if frame.moment is not None:
        return REPLAYED
    if landscape is None:
        return COMPUTING
    return f"Nothing to draw: {landscape.failure}." if landscape.failure else ""


def cursor_pieces(landscape: Landscape, theme: Theme) -> list[Piece]:
    """The place of the cursor and the loss there; nothing before that is known."""
    if landscape.cursor is None:
        return []
    across, up = map(short_number, landscape.cursor.place)
    where = f"{across}, {up}: loss {loss_text(landscape.cursor.loss)}"
    return [(f"{CURSOR} ", theme.inks.key), (where, theme.inks.text)]
