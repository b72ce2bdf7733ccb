"""What the network has learned: its answers over a plane of its inputs, where samples can be added and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from textual.binding import Binding
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Plane, Unit
from tuinet.tui.draw.cells import POINT_GLYPHS, Levels, sample_glyph
from tuinet.tui.draw.chart import map_layout
from tuinet.tui.draw.legends import class_pieces, letter_piece, level_piece, ramp_pieces
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, ink, width_of
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.messages import KeyRefused, KeysChanged
from tuinet.tui.panels.base import EDGE, SAMPLE_WIDTH, Entry
from tuinet.tui.panels.map.drawing import CURSOR, inputs_of, map_levels, map_rows, map_title
from tuinet.tui.panels.map.painting import OUTPUT_KEY, PLANE_KEYS, POINTS_KEYS, PaintedPanel, has_room_for_points
from tuinet.tui.style.colour import readable_on
from tuinet.tui.style.theme import LEVELS, Theme

PRINCIPAL: Final = Plane()
"""The first two principal components."""


def turned(plane: Plane, features: int, by: int) -> Plane:
    """The next plane, or with −1 the one before: the principal plane, then all pairs of features, in a ring."""
    pair = _pair(plane, features)
    if pair is None:
        return Plane(0, 1) if by > 0 else Plane(features - 2, features - 1)
    first, second = sorted(pair)
    second += by
    if second == features:
        first, second = first + 1, first + 2
    elif second == first:
        first, second = first - 1, features - 1
    return Plane(first, second) if 0 <= first < second < features else PRINCIPAL


def with_other_feature(plane: Plane, features: int, across: int, up: int) -> Plane:
    """Another feature, 1 or −1 further, on one of the axes; from the principal plane, the first two features."""
    pair = _pair(plane, features)
    if pair is None:
        return Plane(0, 1)
    first, second = pair
    if across:
        return Plane(_further(first, across, second, features), second)
    return Plane(first, _further(second, up, first, features)) if up else plane


def _pair(plane: Plane, features: int) -> tuple[int, int] | None:
    """The features of a plane, as far as there are so many."""
    first, second = plane.first, plane.second
    if first is None or second is None or first == second or max(first, second) >= features:
        return None
    return first, second


def _further(feature: int, by: int, other: int, features: int) -> int:
    further = (feature + by) % features
    return (further + by) % features if further == other else further


class BoundaryPanel(PaintedPanel, can_focus=True):
    """The function that the network computes, with the samples on it, on a plane that can be chosen."""

    HEADING = "map"
    KEYS = (*POINTS_KEYS, *PLANE_KEYS)
    UNSEEN = {"columns": 0, "rows": 0}
    IS_SLOW = False
    FOLLOWS = ("unit", "discrete")
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    discrete: reactive[bool] = reactive(False, repaint=False)
    _plane = PRINCIPAL
    _told_keys: tuple[Binding, ...] = ()
    _levels: Levels | None = None

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something with what is shown."""
        has_points = self.frame is None or has_room_for_points(self.frame.snapshot)
        return (*((OUTPUT_KEY,) if self.unit else ()), *(POINTS_KEYS if has_points else PLANE_KEYS))

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The name of the picture, and with the focus the brush and the place of the cursor."""
        snapshot = frame.snapshot
        name = self._picture_name(snapshot, theme)
        style, painted = ink(theme.title, theme.background), self.painted(snapshot, theme)
        if not painted:
            return ((name, style),)
        both = [(f"{name.partition(' · ')[0]} · ", style), *painted]
        return both if width_of(both) <= self.size.width - EDGE else painted

    def _picture_name(self, snapshot: Snapshot, theme: Theme) -> str:
        width, height = self.size.width - 2, self.size.height - 2
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_title

            return fit_title(snapshot, width)
        return map_title(snapshot, theme, width, height)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The meaning of colours and glyphs; or why a key did nothing."""
        if self.note:
            return ((self.note, ink(theme.warning, theme.background)),)
        snapshot, width = frame.snapshot, max(self.size.width - EDGE, 0)
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_legend

            return fit_legend(snapshot, theme, width)
        return shading(snapshot, theme, discrete=self.discrete).legend(width)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot, cursor = frame.snapshot, self.cursor_place(frame.snapshot)
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_rows

            return fit_rows(snapshot, theme, width, height, cursor=cursor)
        # While the training runs, what trembles between two colours is not sent again and again; paused it is exact.
        before = self._levels if frame.running else None
        self._levels = map_levels(snapshot, theme, discrete=self.discrete, before=before)
        return map_rows(snapshot, theme, width, height, discrete=self.discrete, cursor=cursor, levels=self._levels)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The pixels of the map, or the points along the curve; of the output, or of a neuron."""
        if inputs_of(frame.snapshot) == 1:
            return {"columns": 2 * width, "rows": 1, "unit": self.unit}
        layout = map_layout(frame.snapshot, width, height)
        return {"columns": layout.columns, "rows": 2 * layout.rows, "unit": self.unit, "plane": self._plane}

    def action_move(self, right: int, up: int) -> None:
        """Move the cursor; or, where the map is a cut, take other features."""
        if self.frame is not None and has_room_for_points(self.frame.snapshot):
            self.move_cursor(right, up)
        elif self.frame is not None:
            self._cut(with_other_feature(self._plane, inputs_of(self.frame.snapshot), right, up))

    def action_turn_plane(self, by: int) -> None:
        """Take the next plane, or the one before."""
        if self.frame is not None and not self._has_only_one_plane(self.frame.snapshot):
            self._cut(turned(self._plane, inputs_of(self.frame.snapshot), by))

    def action_principal_plane(self) -> None:
        """Take the plane in which the samples spread most."""
        if self.frame is None or self._has_only_one_plane(self.frame.snapshot):
            return
        if self._plane == PRINCIPAL:
            turn = keymap_of(self.app).name("turn_plane(1)", PLANE_KEYS)
            self.post_message(KeyRefused(f"this is the principal plane already: {turn} takes the next one"))
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

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
        mark, more = ("glyph", "denser") if theme.is_grey else ("colour", "farther from grey")
        ends, undecided = keymap.name("show_output"), level_piece(theme.levels, LEVELS // 2, 6)
        train, test = "".join(POINT_GLYPHS[:4]), sample_glyph(0, is_test=True)
        yield (
            ramp_pieces(theme.levels),
            "The output at each place. Two classes: P(1), the probability of class 1. Numbers to predict: from the "
            "lowest target to the highest, which stand at the ends. While it trains, a colour may be one shade behind.",
        )
        yield [undecided], "Undecided: P(1) near one half. This is the decision boundary."
        yield (
            class_pieces(("", "", ""), theme, SAMPLE_WIDTH),
            f"Several classes: the {mark} of the class with the largest output, the {more} the more certain.",
        )
        yield [(train, text)], "Training samples, a glyph for each class, the first one for the first."
        yield (
            [("●", ink(readable_on(theme.levels[-1]), theme.levels[-1], bold=True))],
            "Numbers: a sample on the colour of its target; where the network is right, that is the colour around it.",
        )
        yield [(test, text)], "Test samples: glyphs of their own, this one for the first class."
        letters = [letter_piece(0, theme), letter_piece(1, theme)]
        yield letters, "Wrong samples: a letter for their class, A for the first."
        yield [("x1  x2", dim)], "The two inputs, with the range that is shown."
        yield (
            [("PC1 73%", dim)],
            "More than two inputs: the plane in which the samples spread most, and how much of it.",
        )
        yield [("at their mean", dim)], "A cut through two of the features: all others are held at their mean."
        yield (
            [("response", dim)],
            f"What one neuron answers at each place, in the range of its activation; {ends} ends it.",
        )
        yield (
            [(CURSOR, ink(theme.background, theme.accent, bold=True))],
            "The cursor: enter adds a point of the brush there. A sample under it stands in brackets.",
        )
        yield [("━", ink(theme.curve, theme.background))], "One input: the output against the input, among the samples."
