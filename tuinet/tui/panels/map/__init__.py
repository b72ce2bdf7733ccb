"""What the network has learned: its answers over a plane of its inputs, where samples can be added and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Plane, Unit
from tuinet.tui.draw.blocks import field_pixels
from tuinet.tui.draw.boundary import LINE, line_pieces, line_words, only_answer
from tuinet.tui.draw.cells import POINT_GLYPHS, Levels, sample_glyph
from tuinet.tui.draw.chart import map_layout
from tuinet.tui.draw.legends import level_piece, ramp_pieces
from tuinet.tui.draw.sample_legends import class_pieces, letter_piece
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, ink, width_of
from tuinet.tui.key_groups import LEAVE_BINDING, listed
from tuinet.tui.keys import Keymap, keymap_of
from tuinet.tui.messages import KeyRefused, KeysChanged
from tuinet.tui.panels.base import SAMPLE_WIDTH, CellPanel, Entry, Label
from tuinet.tui.panels.map.drawing import (
    CURSOR,
    PRINCIPAL,
    Aspect,
    Place,
    cursor_answer,
    has_room_for_points,
    has_sample,
    inputs_of,
    map_levels,
    map_picture,
    map_rows,
    map_title,
    samples_words,
    turned,
    with_other_feature,
)
from tuinet.tui.panels.map.editing import CURSOR_KEYS, EDITING_KEYS, POINTS, POINTS_KEYS, SampleEditor
from tuinet.tui.panels.map.ring import (
    current_sample,
    looks_at_step,
    nearest_sample,
    place_of,
    ring_pieces,
    sample_place,
)
from tuinet.tui.pointing import pointed_sample
from tuinet.tui.style.colour import readable_on
from tuinet.tui.style.theme import LEVELS, Theme

if TYPE_CHECKING:
    from tuinet.observe.classroom import Pointer

PLANE: Final = Binding.Group("map: more than two inputs")
PLANE_KEYS: Final = (
    listed("v", "turn_plane(1)", "plane", "Next plane: principal components, then the features in pairs", PLANE),
    listed("V", "turn_plane(-1)", "plane", "Plane before: the features in pairs, or principal components", PLANE),
    listed("left", "move(-1, 0)", "across", "Feature before: across", PLANE, "◂"),
    listed("right", "move(1, 0)", "across", "Next feature: across", PLANE, "▸"),
    listed("up", "move(0, 1)", "up", "Next feature: up", PLANE, "▴"),
    listed("down", "move(0, -1)", "up", "Feature before: up", PLANE, "▾"),
    listed("home", "principal_plane", "principal", "Principal plane: where the samples spread most", PLANE),
    LEAVE_BINDING,
)
"""Where the map is a cut through more inputs than two."""
_OUTPUT: Final = "Output: in place of a neuron's response"
OUTPUT_KEY: Final = replace(listed("0", "screen.show_output", "output", _OUTPUT, POINTS), id="panels.output")
"""The dashboard's, which the map names while it shows a response."""


_PLAIN: Final = "decision boundary"
"""A title in which there is room for a part of the legend."""
_BESIDE_MARKS: Final = 14
"""Cells that it takes then besides that part: ``boundary ⠒⠒ · ``."""


class BoundaryPanel(SampleEditor, can_focus=True):
    """The function that the network computes, with the samples on it, on a plane that can be chosen."""

    HEADING = "map"
    MANUAL = "21-map.md"
    KEYS = (*CURSOR_KEYS, *PLANE_KEYS)
    UNSEEN = {"columns": 0, "rows": 0, "aspect": None, "pointed": None, "step": False}
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
        snapshot, style = self.in_sight(frame.snapshot), theme.inks.title
        name, dot, rest = self._picture_name(snapshot, theme).partition(" · ")
        placed, line = self._placed(frame, theme), line_pieces(snapshot, theme)
        if line and (marks := self._legends(frame, theme)[1]):
            return [("boundary ", style), *line, (" · ", style), *marks]
        if line:
            words = "" if snapshot.dataset.task == "classes" else f" {line_words(snapshot, is_long=True)}"
            line = [(" ", style), *line, (words, theme.inks.axis)]
        behind: list[Piece] = [(" · ", style), *placed] if placed else []
        notes: list[list[Piece]] = [[(dot + text, style)] for text in (rest, rest.removesuffix(" samples"))]
        shorter = [behind] if placed else notes
        ends = [(line, [*behind, *notes[0]]), *((named, end) for named in (line, line[:2], []) for end in shorter)]
        wholes = [[(name, style), *named, *end] for named, end in ends]
        wholes += [[("map · ", style), *placed]] if placed else []
        fitting = (pieces for room in (self.title_room, self.edge) for pieces in wholes if width_of(pieces) <= room)
        return next(fitting, placed or f"{name}{dot}{rest}")

    def _placed(self, frame: Frame, theme: Theme) -> list[Piece]:
        """Where the cursor is, or the sample that is looked at; nothing where there is neither."""
        return self.cursor_pieces(self.in_sight(frame.snapshot), theme) or ring_pieces(frame, theme)

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
        told = self._told(snapshot, theme)
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_legend

            return [*told, *fit_legend(snapshot, theme, self.edge - width_of(told))]
        return [*told, *self._legends(frame, theme, told)[0]]

    def _told(self, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """What is answered at the cursor, behind the cursor as it is drawn; nothing where there is none."""
        place = self.cursor_place(snapshot)
        if place is None or self.pointed(snapshot) is None:
            return []
        on_sample = inputs_of(snapshot) != 1 and has_sample(snapshot, theme, *self.room, place)
        return cursor_answer(snapshot, theme, self.unit, on_sample=on_sample)

    def _legends(self, frame: Frame, theme: Theme, told: Sequence[Piece] = ()) -> tuple[list[Piece], list[Piece]]:
        """The legend of the map; and what of it stands in the title, where nothing else has to stand there."""
        snapshot, room = self.in_sight(frame.snapshot), self.edge - width_of(told)
        is_plain = self._picture_name(snapshot, theme) == _PLAIN and not self._placed(frame, theme)
        above = self.title_room - _BESIDE_MARKS if is_plain else 0
        return shading(snapshot, theme, discrete=self.discrete).shared_legend(room, above)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot, cursor = self.in_sight(frame.snapshot), self.cursor_place(frame.snapshot)
        ring = self.ring_place(frame)
        theme = theme.behind_pictures
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_rows

            return fit_rows(snapshot, theme, width, height, cursor=cursor or ring)
        # While the training runs, what trembles between two colours is not sent again and again; paused it is exact.
        before = self._levels if frame.running else None
        self._levels = map_levels(snapshot, theme, discrete=self.discrete, before=before)
        rows = map_rows(
            snapshot, theme, width, height, discrete=self.discrete, cursor=cursor, ring=ring, levels=self._levels
        )
        self.picture = map_picture(snapshot, theme, rows, self._levels, width, height)
        return rows

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The pixels of the map, or the points along the curve; of the output, or of a neuron."""
        seen = {"unit": self.unit, "pointed": self.pointed(frame.snapshot), "step": looks_at_step(frame)}
        if inputs_of(frame.snapshot) == 1:
            return {"columns": 2 * width, "rows": 1, **seen}
        layout = map_layout(frame.snapshot, width, height)
        aspect = self._aspect.of(layout, (width, height, self._plane, frame.snapshot.dataset))
        pixels = field_pixels(layout.rows, layout.columns, self.theme, frame.snapshot.layer_sizes)
        return {**pixels, "plane": self._plane, "aspect": aspect, **seen}

    def ring_place(self, frame: Frame) -> Place | None:
        """Where the sample is that the step under way is looked at with; ``None`` for none."""
        snapshot = self.in_sight(frame.snapshot)
        if (pointed := pointed_sample(frame)) is not None:
            return place_of(snapshot, pointed)
        row = current_sample(frame)
        return None if row is None else sample_place(snapshot, row)

    @property
    def under_cursor(self) -> Pointer | None:
        """See `CellPanel`: the sample that is nearest."""
        place = self.cursor_place(self.snapshot)
        nearest = None if place is None else nearest_sample(self.in_sight(self.snapshot), place)
        from tuinet.observe.classroom import Pointer

        return None if nearest is None else Pointer("sample", row=nearest)

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
        yield from _colours(theme)
        yield from _samples(theme)
        yield from _axes(theme, keymap.name("show_output"))


def _colours(theme: Theme) -> Iterator[Entry]:
    mark, more = ("glyph", "denser") if theme.is_grey else ("colour", "farther from grey")
    yield (
        ramp_pieces(theme.levels),
        "The output at each place. Two classes: P(class 1), the probability of class 1. Numbers to predict: from the "
        "lowest target to the highest, which stand at the ends. While it trains, a colour may be one shade behind.",
    )
    yield [level_piece(theme.levels, LEVELS // 2, 6)], "Undecided: a probability near one half."
    yield (
        [(LINE, theme.inks.strong)],
        "The decision boundary: here the answer changes, from one class to another or from no to yes. Where there is "
        "none, all of the map is one class, or undecided. Of numbers to predict it is contours, as on a map of hills: "
        "the output is everywhere on a line what stands beside it. Along a single input it is a level: which answer is "
        "given depends on whether the curve is above it.",
    )
    yield (
        class_pieces(("", "", ""), theme, SAMPLE_WIDTH),
        f"Several classes: the {mark} of the class with the largest output, the {more} the more certain.",
    )


def _samples(theme: Theme) -> Iterator[Entry]:
    text = theme.inks.text
    train, test = "".join(POINT_GLYPHS[:4]), sample_glyph(0, is_test=True)
    yield [(train, text)], "Training samples, a glyph for each class, the first one for the first."
    yield (
        [("●", ink(readable_on(theme.levels[-1]), theme.levels[-1], bold=True))],
        "Numbers: a sample on the colour of its target; where the network is right, that is the colour around it.",
    )
    yield [(test, text)], "Test samples: glyphs of their own, this one for the first class."
    letters = [letter_piece(0, theme), letter_piece(1, theme)]
    yield letters, "Wrong samples: a letter for the class that they belong to, A for the first."
    letters = [letter_piece(0, theme, is_test=True), letter_piece(1, theme, is_test=True)]
    yield letters, "Wrong test samples: small letters, a for the first class."


def _axes(theme: Theme, ends: str) -> Iterator[Entry]:
    """Axes, and what is drawn in their place or over them; with the key that ends a response."""
    dim = theme.inks.axis
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
        [(CURSOR, theme.inks.chosen)],
        "The cursor, and below what is answered there. A sample under it stands in brackets. So does, between the "
        "phases of a step, the sample of the batch that the microscope looks at first; the title names it.",
    )
    yield [("━", theme.inks.curve)], "One input: the output against the input, among the samples."
