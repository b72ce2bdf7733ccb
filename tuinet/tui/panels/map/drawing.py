"""The map of the input plane with its axes and samples; and which point a place of it stands for, or is near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from textual.strip import Strip

from tuinet.observe.planes import NO_POINTS, Curve, Points, Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Plane, Unit
from tuinet.session.edits import AddPoint
from tuinet.tui.draw.blocks import colour_field, steady
from tuinet.tui.draw.boundary import boundary_marks, named_contours
from tuinet.tui.draw.cells import Levels, Mark, Marks, sample_glyph
from tuinet.tui.draw.chart import Cell, MapLayout, beside_labels, map_layout
from tuinet.tui.draw.pixels import PixelPicture, field_picture
from tuinet.tui.draw.scales import target_range
from tuinet.tui.draw.shadings import Shading, shading
from tuinet.tui.draw.short_names import short_name
from tuinet.tui.draw.text import Piece, centred, count, first_fitting, row, short_number, unit_name
from tuinet.tui.keys import UNCHANGED, Keymap
from tuinet.tui.style.theme import Theme

CURSOR: Final = "┼"
"""Where the next point goes; on a sample, the sample stands between `CURSOR_SIDES`."""
CURSOR_SIDES: Final = "[]"
TITLE_EDGE: Final = 3
"""Cells inside the frame that a title in its edge cannot have."""
_MANY: Final = 0.08
"""Share of the cells of a map from which on right samples are so many that each of them does not matter."""
_TEST_SHARE: Final = 0.5
"""Test samples that may cover the map, as a share of the training samples that may."""

Place = tuple[float, float]
"""Coordinates across and up."""


def map_rows(
    snapshot: Snapshot,
    theme: Theme,
    width: int,
    height: int,
    *,
    discrete: bool = False,
    cursor: Place | None = None,
    ring: Place | None = None,
    levels: Levels | None = None,
) -> list[Strip]:
    """The map with its axes, or without them where there is no room; its levels are those of `map_levels`.

    Parameters
    ----------
    ring
        Of a sample that is in brackets, too.
    """
    layout = map_layout(snapshot, width, height)
    if not layout.columns or not layout.rows:
        return []
    shades = shading(snapshot, theme, discrete=discrete)
    right, wrong = _samples(snapshot, shades, layout)
    marks, samples = _marks(snapshot, shades, layout, theme, right, wrong), {**right, **wrong}
    for place in (ring, cursor):
        if place is None:
            continue
        marks.update(_cursor(layout.cell_of(*place), samples, layout, theme))
    if levels is None:
        levels = map_levels(snapshot, theme, discrete=discrete)
    drawn = colour_field(levels, shades.colours, (layout.rows, layout.columns), theme.cells, marks)
    if not layout.gutter:
        return drawn
    labelled = beside_labels(drawn, _row_labels(layout), layout.gutter, width, theme.inks.axis)
    return [*labelled, row([(_x_axis(layout), theme.inks.axis)], width, theme.inks.axis)]


def map_levels(snapshot: Snapshot, theme: Theme, *, discrete: bool = False, before: Levels | None = None) -> Levels:
    """The level of each pixel of the surface; where the values tremble, the one that was drawn before, if any."""
    shades, surface = shading(snapshot, theme, discrete=discrete), snapshot.surface
    if not isinstance(surface, Surface):
        return np.full((1, 1), shades.unknown)
    is_same = before is not None and before.shape == surface.values.shape
    levels = shades.levels(surface, before if is_same else None)
    # Neighbouring levels of different classes are not alike.
    if shades.colours is not theme.map_levels:
        return levels
    return steady(levels, before, theme.cells, shades.colours.fineness)


def map_picture(
    snapshot: Snapshot, theme: Theme, rows: Sequence[Strip], levels: Levels, width: int, height: int
) -> PixelPicture | None:
    """The map in pixels, behind its rows of cells with all that stands on them; ``None`` where cells show it."""
    layout = map_layout(snapshot, width, height)
    if theme.cells != "whole" or not layout.columns or not layout.rows or not isinstance(snapshot.surface, Surface):
        return None
    size, colours = (layout.rows, layout.columns), shading(snapshot, theme).colours
    return field_picture(layout.gutter, rows, size, levels, colours)


_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "all": (),
    "train": ("training samples only", "train"),
    "test": ("test samples only", "test"),
    "none": ("no samples shown", "no dots"),
}


def samples_words(shown: str) -> tuple[str, ...]:
    """Which samples are shown, in words and in short, where it is not all of them."""
    return _SHOWN[shown]


def with_samples(snapshot: Snapshot, shown: str) -> Snapshot:
    """A snapshot whose picture has the samples of one set only, or none; ``all`` leaves it as it is."""
    picture = snapshot.surface
    if shown == "all" or picture is None:
        return snapshot
    train, test = (getattr(picture, name) if name == shown else NO_POINTS for name in ("train", "test"))
    return replace(snapshot, surface=picture._replace(train=train, test=test))


def map_title(
    snapshot: Snapshot, theme: Theme, width: int, height: int, name: str = "", shown: Sequence[str] = ()
) -> str:
    """The name of the map; where there is room, how many samples are drawn, and that the plane is a cut.

    Parameters
    ----------
    name
        In place of the usual name, if any.
    shown
        Which samples are shown, in words and in short; nothing where it is all of them.
    """
    layout, room = map_layout(snapshot, width, height), width - TITLE_EDGE
    train, test = _drawn(snapshot, shading(snapshot, theme), layout)
    drawn, total = len(train.rows) + len(test.rows), sum(points.total for points in sets_of(snapshot))
    notes = [f"{count(drawn)} of {count(total)} samples"] if drawn < total else []
    if set(layout.names) <= set(snapshot.dataset.feature_names) and len(snapshot.dataset.feature_names) > 2:
        notes.append("the others at their mean")
    if isinstance(snapshot.surface, Surface) and snapshot.surface.is_stretched:
        notes.append("not to scale")
    title = name or ("output" if snapshot.dataset.task == "regression" else "decision boundary")
    if snapshot.dataset.task == "labels" and not name:
        title = f"boundary of {short_name(snapshot.dataset.target_names, 0, max(room - 12, 1))}"
    if unit := unit_of(snapshot):
        title = response_title(snapshot, unit, room)
    if shown:
        title = first_fitting([f"{title} · {words}" for words in shown], room) or title
    for note in notes:
        title = f"{title} · {note}" if len(title) + 3 + len(note) <= room else title
    return title


def response_title(snapshot: Snapshot, unit: Unit, room: int) -> str:
    """Name the unit whose response is shown, as fully as there is room for."""
    short = f"{unit_name(snapshot, unit)}, layer {unit[0]}"
    whole = f"response of {short} ({snapshot.layers[unit[0] - 1].activation})"
    return first_fitting((whole, f"response of {short}"), room) or short


def inputs_of(snapshot: Snapshot) -> int:
    """Features before inputs are made of them."""
    inputs: int = snapshot.dataset.X.shape[1]
    return inputs


def _picture(snapshot: Snapshot) -> Surface | Curve | None:
    """The map, or along a single input the curve, once it has come."""
    picture = snapshot.surface
    if inputs_of(snapshot) == 1:
        return picture if isinstance(picture, Curve) else None
    return picture if isinstance(picture, Surface) else None


def sets_of(snapshot: Snapshot) -> tuple[Points, Points]:
    """The training samples and the test samples on the picture."""
    picture = _picture(snapshot)
    return (picture.train, picture.test) if picture else (NO_POINTS, NO_POINTS)


def unit_of(snapshot: Snapshot) -> Unit | None:
    """The neuron whose activations are shown; ``None`` for the output."""
    picture = _picture(snapshot)
    return picture.unit if picture else None


def _drawn(snapshot: Snapshot, shades: Shading, layout: MapLayout) -> tuple[Points, Points]:
    """The samples, thinned so that they do not hide the map."""
    train, test = sets_of(snapshot)
    most = max(shades.samples_per_cell * layout.columns * layout.rows, 1)
    return thinned(train, most), thinned(test, most * _TEST_SHARE)


def thinned(points: Points, most: float) -> Points:
    """As many as that, evenly taken, the last one always among them."""
    total, most = len(points.rows), max(int(most), 1)
    if total <= most:
        return points
    kept = np.arange(1, most + 1) * total // most - 1
    return Points(points.rows[kept], points.places[kept], points.targets[kept], points.answers[kept], points.total)


def _marks(snapshot: Snapshot, shades: Shading, layout: MapLayout, theme: Theme, right: Marks, wrong: Marks) -> Marks:
    """The boundary and the samples; where these are many, right ones do not hide it."""
    surface = snapshot.surface
    line = boundary_marks(surface, layout, theme, shades.ink) if isinstance(surface, Surface) else {}
    are_many = len(right) > _MANY * layout.columns * layout.rows
    marks = {**right, **line, **wrong} if are_many else {**line, **right, **wrong}
    return named_contours(surface, layout, theme, marks, shades.ink) if isinstance(surface, Surface) else marks


def _samples(snapshot: Snapshot, shades: Shading, layout: MapLayout) -> tuple[Marks, Marks]:
    """The samples, right ones and wrong ones, which go before these; so do training samples before test samples."""
    train, test = _drawn(snapshot, shades, layout)
    wrong, right = Marks(), Marks()
    for points, is_test in ((test, True), (train, False)):
        columns = (points.places.tolist(), points.targets.tolist(), points.answers.tolist())
        known: dict[tuple[float, float], Mark] = {}
        for (x, y), target, answer in zip(*columns, strict=True):
            marks = right if target == answer or snapshot.dataset.task == "regression" else wrong
            if (mark := known.get((target, answer))) is None:
                mark = known[target, answer] = shades.mark(target, answer, is_test=is_test)
            marks[layout.cell_of(x, y)] = mark
    return right, wrong


def _cursor(cell: Cell, samples: Marks, layout: MapLayout, theme: Theme) -> Marks:
    """The cursor; on a sample the sample in its colours, and where there is room brackets beside it."""
    row, column = cell
    under = samples.get(cell)
    cursor = {cell: Mark(under.glyph if under else CURSOR, theme.background, theme.accent)}
    if under:
        for side, beside in zip(CURSOR_SIDES, (column - 1, column + 1), strict=True):
            if 0 <= beside < layout.columns:
                cursor[row, beside] = Mark(side, theme.accent, theme.background)
    return cursor


def has_sample(snapshot: Snapshot, theme: Theme, width: int, height: int, place: Place) -> bool:
    """Whether a sample is drawn in the cell of a place, so that a cursor there stands around it."""
    layout = map_layout(snapshot, width, height)
    cell, drawn = layout.cell_of(*place), _drawn(snapshot, shading(snapshot, theme), layout)
    return any(layout.cell_of(x, y) == cell for points in drawn for x, y in points.places.tolist())


def cursor_answer(snapshot: Snapshot, theme: Theme, unit: Unit | None, *, on_sample: bool = False) -> list[Piece]:
    """What the network, or one neuron, answers where the cursor is; nothing before that is known.

    Parameters
    ----------
    on_sample
        Whether the cursor is drawn as brackets around a sample.
    """
    if snapshot.pointed is None:
        return []
    from tuinet.tui.draw.answers import answer_text  # noqa: PLC0415 - the first frame has no cursor

    words = answer_text(snapshot, snapshot.pointed, unit)
    mark = " ".join(CURSOR_SIDES) if on_sample else CURSOR
    return [(f"{mark} ", theme.inks.key), (f"{words}  ", theme.inks.text)]


def _row_labels(layout: MapLayout) -> dict[int, str]:
    """The ends of the vertical axis and its name between them, by row."""
    low, high = map(short_number, layout.ranges[1])
    words = layout.up_words()[: layout.rows - 2]
    first = (layout.rows - len(words) + 1) // 2
    return {first + index: word for index, word in enumerate(words)} | {layout.rows - 1: low, 0: high}


def _x_axis(layout: MapLayout) -> str:
    left, right = map(short_number, layout.ranges[0])
    room = max(layout.columns - len(left) - len(right), 0)
    return " " * layout.gutter + left + centred(layout.across_name(max(room - 2, 0)), room) + right


VALUES: Final = 5
"""Numbers that a brush can have, from the lowest target to the highest."""
_NAME_LIMIT: Final = 8


class PointBrush(NamedTuple):
    """The target of painted points: a class; or, where numbers are predicted, one of a few within their range."""

    chosen: int = 0

    def turned(self, snapshot: Snapshot, by: int) -> PointBrush:
        """The next brush that there is, or the one before."""
        return PointBrush((self._within(snapshot) + by) % _choices(snapshot))

    def target(self, snapshot: Snapshot, place: Place) -> float:
        """The target of a point that is painted: along a single input, numbers are painted at their height."""
        if snapshot.dataset.class_names:
            return float(self._within(snapshot))
        return place[1] if inputs_of(snapshot) == 1 else self._value(snapshot)

    def describe(self, snapshot: Snapshot) -> tuple[str, str]:
        """The glyph of such a point, and what it stands for."""
        dataset, index = snapshot.dataset, self._within(snapshot)
        if dataset.class_names:
            return sample_glyph(index), short_name(dataset.class_names, index, _NAME_LIMIT)
        return sample_glyph(0), "" if inputs_of(snapshot) == 1 else short_number(self._value(snapshot))

    def _within(self, snapshot: Snapshot) -> int:
        return min(self.chosen, _choices(snapshot) - 1)

    def _value(self, snapshot: Snapshot) -> float:
        return float(np.linspace(*target_range(snapshot), VALUES)[self._within(snapshot)])


def has_room_for_points(snapshot: Snapshot) -> bool:
    """Whether a place of the picture is a point: not where it is a cut through more inputs."""
    return inputs_of(snapshot) <= 2


def reason_against(snapshot: Snapshot, keymap: Keymap = UNCHANGED) -> str:
    """Why no points can be painted now, in few words; empty when they can."""
    targets = snapshot.dataset.y.shape[1]
    if not has_room_for_points(snapshot):
        return f"no own points: {inputs_of(snapshot)} inputs"
    if snapshot.dataset.task == "labels" or (snapshot.dataset.task == "regression" and targets > 1):
        return f"no own points: {targets} targets"
    # On a map, points can be painted whatever it shows.
    shows_unit = inputs_of(snapshot) == 1 and unit_of(snapshot)
    return f"no own points: {keymap.name('show_output')} for output" if shows_unit else ""


def new_point(snapshot: Snapshot, brush: PointBrush, place: Place) -> AddPoint:
    """The command that adds a point there."""
    return AddPoint(place[: inputs_of(snapshot)], brush.target(snapshot, place))


def _choices(snapshot: Snapshot) -> int:
    return len(snapshot.dataset.class_names) or VALUES


class Aspect:
    """Width of the room of a map by its height.

    The numbers at its axes take room, too, and follow from the ranges, which follow from the aspect. So that these do
    not chase one another, a map in the same panel of the same plane only ever gets narrower.
    """

    def __init__(self) -> None:
        self._of: object = None
        self._columns = 0

    def of(self, layout: MapLayout, about: object) -> float:
        """The aspect of the cells, which are twice as high as wide; ``about`` says when it is another map."""
        self._columns = layout.columns if about != self._of else min(layout.columns, self._columns)
        self._of = about
        return max(self._columns, 1) / max(2 * layout.rows, 1)


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
