"""Which panels the dashboard shows, and where each goes, in a terminal of any size: nothing else decides it.

By the data `choose_panels` says what plays the main part and which numbers are shown; by the size `arrange` says which
others are there, and where each goes; a container follows the plan. `Dashboard.plan` calls it, at the start with no
panel on the full screen and no lesson.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from textual.events import Resize
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.terminal.detect import MIN_HEIGHT, MIN_WIDTH

TOO_SMALL: Final = "too-small"
STATUS: Final = "status"
KEYS: Final = "keys"
MAP: Final = "map"
LOSS: Final = "loss"
WEIGHTS: Final = "weights"
GRADIENTS: Final = "gradients"
NETWORK: Final = "network"
HIDDEN_SPACE: Final = "hidden-space"
FLOW: Final = "flow"
CONFUSION: Final = "confusion"
SAMPLES: Final = "samples"
ASK: Final = "ask"
STARTS: Final = "starts"
LANDSCAPE: Final = "landscape"
LESSON: Final = "lesson"

_FRAME: Final = 2
_EXPLAINED: Final = 2
"""Rows in which the panel of the gradients says what its columns are."""
_AXES: Final = 8
"""Cells beside the map within its panel: frame, labels, margin."""
_LEFT_MIN: Final = 33
_QUAD_WIDTH: Final = 70
_SIX: Final = (110, 29)
"""Least width and height of a body with six panels."""
_WALL: Final = (160, 45)
"""Least width and height of a body with seven panels."""
_TEXT_LEAST: Final = 38
"""Cells of a lesson's text, frame included: lines of about 34 characters."""
_TEXT_MOST: Final = 66
_PANEL_ROWS: Final = 9
"""Least height of a panel beside a lesson."""
_SMALL_NETWORK: Final = (5, 8)
"""Most layers, inputs and outputs included, and most neurons in one, that are told apart in a small room."""
_DIAGRAM: Final = 11
"""Rows of a small network with its frame: a heading, and a row for each of eight neurons."""
_CURVE_LEAST: Final = 8
"""Rows of a curve above it."""
_STACK: Final = (8, 7, 7, 5)
"""Least heights of the panels of a narrow terminal, in the order of their importance."""


class PanelChoice(NamedTuple):
    """Which panels play the parts of an arrangement; which ones, follows from what is learned."""

    main: str = MAP
    """What the network believes."""
    numbers: str = WEIGHTS
    """What it has learned, or where it errs."""
    has_small_network: bool = False
    """Whether all neurons and the stronger weights are seen in a small room."""


def choose_panels(snapshot: Snapshot) -> PanelChoice:
    """Pictures are shown as such; where classes have many inputs, who is taken for whom says more than weights."""
    dataset, sizes = snapshot.dataset, snapshot.layer_sizes
    many_inputs = len(dataset.feature_names) > 2
    numbers = CONFUSION if many_inputs and dataset.task != "regression" else WEIGHTS
    is_small = len(sizes) <= _SMALL_NETWORK[0] and max(sizes) <= _SMALL_NETWORK[1]
    return PanelChoice(SAMPLES if dataset.image_shape else MAP, numbers, is_small)


def response_panel(snapshot: Snapshot) -> str:
    """Where one sees best what a neuron responds to."""
    return SAMPLES if snapshot.has_weight_pictures else MAP


class Wants(NamedTuple):
    """What the panels would like to have."""

    status: int
    """Rows of the status."""
    weights: Callable[[int], int]
    """Rows of the numbers within a frame of this width."""
    gradients: int
    """Rows of the gradients within their frame."""
    choice: PanelChoice = PanelChoice()


Arrangement = dict[str, Region]


def arrange(
    width: int,
    height: int,
    wants: Wants,
    zoomed: str | None = None,
    lesson: Sequence[str] | None = None,
    *,
    fills: bool = True,
) -> Arrangement:
    """The region of every panel that is shown.

    Large terminals have three columns; 80×24 has two panels above two; narrow ones have panels below one another, as
    many as there is room for.

    Parameters
    ----------
    zoomed
        The panel that has the screen to itself, if one has; in a lesson, the room beside the text.
    lesson
        What a lesson shows, the most important first; ``None`` where there is no lesson.
    fills
        Whether other panels take what room a lesson leaves.
    """
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return {TOO_SMALL: Region(0, 0, width, height)}
    status = min(wants.status, height // 5)
    body = Region(0, status, width, height - status - 1)
    if lesson is not None:
        panels = beside_lesson(body, [zoomed] if zoomed else lesson, wants.choice, fills=fills and not zoomed)
    else:
        panels = {zoomed: body} if zoomed else _body(body, wants)
    return {STATUS: Region(0, 0, width, status), **panels, KEYS: Region(0, height - 1, width, 1)}


def _body(body: Region, wants: Wants) -> Arrangement:
    """The arrangement that the room below the status has: a wall, six panels, four (80×24), or one above the other."""
    if body.width >= _WALL[0] and body.height >= _WALL[1]:
        return _wall(body, wants)
    if body.width >= _SIX[0] and body.height >= _SIX[1]:
        return _six(body, wants)
    return _quad(body, wants) if body.width >= _QUAD_WIDTH else _stack(body, wants)


def _wall(body: Region, wants: Wants) -> Arrangement:
    """Three columns: the map above the numbers, the network above its hidden space, curve above gradients and flow."""
    left, middle, right = _thirds(body.width, 37, 31)
    main = min((left - _AXES) // 2 + 3, body.height * 2 // 3)
    network = body.height // 2
    gradients = min(wants.gradients + _EXPLAINED + _FRAME, body.height // 4)
    loss = (body.height - gradients) // 2
    return _columns(
        body,
        (left, (wants.choice.main, wants.choice.numbers), (main, body.height - main)),
        (middle, (NETWORK, HIDDEN_SPACE), (network, body.height - network)),
        (right, (LOSS, GRADIENTS, FLOW), (loss, gradients, body.height - loss - gradients)),
    )


def _six(body: Region, wants: Wants) -> Arrangement:
    """Three columns of two: the map above the numbers, the network above its hidden space, curve above gradients."""
    left, middle, right = _thirds(body.width, 34, 30)
    top = max(min((left - _AXES) // 2 + 3, body.height * 3 // 5), body.height // 2)
    bottom = body.height - top
    gradients = max(6, min(wants.gradients + _EXPLAINED + _FRAME, bottom))
    return _columns(
        body,
        (left, (wants.choice.main, wants.choice.numbers), (top, bottom)),
        (middle, (NETWORK, HIDDEN_SPACE), (top, bottom)),
        (right, (LOSS, GRADIENTS), (body.height - gradients, gradients)),
    )


def beside_lesson(body: Region, shown: Sequence[str], choice: PanelChoice, *, fills: bool) -> Arrangement:
    """The text on the left, or on top where it is narrow; what the lesson shows in the rest, and more where it fits.

    Parameters
    ----------
    fills
        Whether other panels take what room is left.
    """
    if body.width < _QUAD_WIDTH:
        text, rest = body.split_horizontal(body.height - max(_STACK[0], body.height * 2 // 5))
        return {LESSON: text, **_tiled(rest, shown[:1], 1)} if text.height >= _STACK[0] else {LESSON: body}
    text, rest = body.split_vertical(lesson_width(body.width))
    columns = min(max(rest.width // _TEXT_LEAST, 1), 2)
    most = columns * min(max(rest.height // _PANEL_ROWS, 1), 2)
    if not fills or columns == 1:
        return {LESSON: text, **_tiled(rest, shown[:most], columns)}
    others = (choice.main, LOSS, NETWORK, choice.numbers, GRADIENTS)
    names = list(dict.fromkeys((*shown, *others)))
    if body.height < _WALL[1]:
        return {LESSON: text, **_tiled(rest, names[:most], columns)}
    text, below = text.split_horizontal(text.height * 3 // 5)
    return {LESSON: text, **_tiled(rest, names[:most], columns), names[most]: below}


def lesson_width(width: int) -> int:
    """Cells of a lesson's text beside something else, in a terminal of this width."""
    return min(max(_TEXT_LEAST, width * 36 // 100), _TEXT_MOST)


def _tiled(room: Region, names: Sequence[str], columns: int) -> Arrangement:
    """One row of panels, or two, the first of which is the higher one."""
    rows = [names[start : start + columns] for start in range(0, len(names), columns)]
    first = room.height if len(rows) == 1 else (room.height * 4 + 6) // 7
    placed: Arrangement = {}
    for row, top, height in zip(rows, (room.y, room.y + first), (first, room.height - first), strict=False):
        lefts = [room.x + room.width * index // len(row) for index in range(len(row) + 1)]
        for name, left, right in zip(row, lefts, lefts[1:], strict=False):
            placed[name] = Region(left, top, right - left, height)
    return placed


def _thirds(width: int, first: int, second: int) -> tuple[int, int, int]:
    """Three widths, the first two so many percent."""
    left, middle = width * first // 100, width * second // 100
    return left, middle, width - left - middle


def _quad(body: Region, wants: Wants) -> Arrangement:
    """Four panels, as at 80×24: the map above numbers, the loss above gradients; where it is low, the upper two.

    A network that is seen in full takes the place of the numbers, below the curve, which has the most cells across.
    """
    left = max(_LEFT_MIN, body.width * 42 // 100)
    wanted = max(wants.weights(left - _FRAME), wants.gradients) + _FRAME
    bottom = max(7, min(wanted, body.height * 2 // 5)) if body.height >= 15 else 0
    top = body.height - bottom
    left = max(_LEFT_MIN, min(3 * (top - 3) + _AXES, left))
    if bottom and 2 * (top - 3) * 4 > 5 * (left - _AXES):
        left = max(left, body.width // 2)
        top = max(min(top, (left - _AXES) * 5 // 8 + 3), body.height * 2 // 5)
        bottom = body.height - top
    heights = (top, bottom) if bottom else (top,)
    diagram = max(_DIAGRAM, body.height * _DIAGRAM // 21)
    if bottom and wants.choice.has_small_network and body.height >= _CURVE_LEAST + diagram:
        right = (LOSS, NETWORK), (body.height - diagram, diagram)
        return _columns(body, (left, (wants.choice.main, GRADIENTS), heights), (body.width - left, *right))
    left_names, right_names = (wants.choice.main, wants.choice.numbers), (LOSS, GRADIENTS)
    return _columns(body, (left, left_names, heights), (body.width - left, right_names, heights))


def _stack(body: Region, wants: Wants) -> Arrangement:
    """As many as fit below one another; the spare rows go to the map and, half as many, to the curve."""
    heights = [least for least, total in zip(_STACK, accumulate(_STACK), strict=True) if total <= body.height]
    spare = body.height - sum(heights)
    heights[0] += spare
    if len(heights) > 1:
        heights[0] -= spare // 3
        heights[1] += spare // 3
    return _columns(body, (body.width, (wants.choice.main, LOSS, wants.choice.numbers, GRADIENTS), heights))


def _columns(body: Region, *columns: tuple[int, Sequence[str], Sequence[int]]) -> Arrangement:
    """Columns from left to right, each of a width, with panels of these heights below one another."""
    placed: Arrangement = {}
    x = body.x
    for width, names, heights in columns:
        tops = accumulate(heights, initial=body.y)
        placed |= {name: Region(x, top, width, rows) for name, top, rows in zip(names, tops, heights, strict=False)}
        x += width
    return placed


Plan = Callable[[int, int], Arrangement]


class PlannedLayout(Layout):
    """Children go to the region that the plan has for their id; those it leaves out are not shown."""

    name = "planned"

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.applied: Arrangement = {}
        self.is_due = False
        """Whether it is to be applied anew."""

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """The placement of every child that is shown."""
        regions = self.applied = self._plan(size.width, size.height)
        self.is_due = False
        return [
            WidgetPlacement(regions[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in regions
        ]


def lowered(plan: Plan, width: int, height: int, rows: int) -> Arrangement:
    """A plan with so many rows more for the status, and so many less for all the rest."""
    placed = plan(width, height - rows)
    moved = {name: region.translate((0, rows)) for name, region in placed.items()}
    status = placed[STATUS]
    return {**moved, STATUS: Region(status.x, status.y, status.width, status.height + rows)}


class PanelGrid(Widget):
    """Holds the panels of a screen."""

    def __init__(self, *panels: Widget, plan: Plan) -> None:
        super().__init__(*panels)
        self._plan = plan
        self._planned = PlannedLayout(plan)

    @property
    def layout(self) -> Layout:
        """The planned layout, whatever the style sheet says."""
        return self._planned

    @property
    def is_moving(self) -> bool:
        """Whether the next update has panels somewhere else."""
        return self._planned.is_due

    @property
    def _room(self) -> Size:
        """Its size; before the first layout that of the terminal, so that the first frame has everything."""
        return self.size or self.app.size

    def on_resize(self, event: Resize) -> None:
        """Show and hide what the new size calls for."""
        self.rearrange()

    def add(self, panels: Iterable[Widget], order: Sequence[str]) -> None:
        """Take more panels; those of these names come first, in their order."""
        self.mount(*panels)
        self.sort_children(key=lambda panel: order.index(panel.id) if panel.id in order else len(order))
        self.rearrange()

    def follow_plan(self) -> None:
        """Rearrange where the plan is no longer what is on the screen."""
        if self._plan(*self._room) != self._planned.applied:
            self.rearrange()

    def rearrange(self) -> None:
        """Show and place the panels as the plan has them now."""
        regions = self._plan(*self._room)
        self._planned.is_due = True
        for panel in self.children:
            panel.display = panel.id in regions
        # Textual keeps the last arrangement of a widget until one of its children wants another.
        for panel in self.children:
            panel.refresh(repaint=False, layout=True)
