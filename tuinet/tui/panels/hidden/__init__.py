"""How a hidden layer bends the input plane: which layer, by which axes, and what is said around the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from textual.binding import Binding
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import HiddenView, Unit
from tuinet.tui.draw.answers import map_names
from tuinet.tui.draw.boundary import line_words
from tuinet.tui.draw.cells import POINT_GLYPHS, sample_glyph
from tuinet.tui.draw.scales import tick_label
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.short_names import least_width, short_name, short_names
from tuinet.tui.draw.text import NAME_LIMIT, Piece, count, first_fitting, ink, sentence_rows, width_of
from tuinet.tui.key_groups import LEAVE_BINDING, listed
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.panels.hidden.plane import MOST_LINES, axis_names, contour_values, is_last
from tuinet.tui.panels.hidden.plot import (
    class_inks,
    class_labels,
    has_tint,
    hidden_picture,
    hidden_rows,
    line_colour,
    next_colour,
    wrong_mark,
)
from tuinet.tui.style.theme import Theme

_COMPONENTS: Final = ((0, 1), (0, 2), (1, 2))
"""The planes of the first three principal components."""


@dataclass(frozen=True)
class HiddenChoice:
    """A layer and a pair of axes, as far as the network has them."""

    layer: int | None = None
    """Counted from 1; ``None`` for the last one."""
    index: int = 0
    """Which pair of axes."""

    def view(self, snapshot: Snapshot) -> HiddenView | None:
        """The view that the session computes; ``None`` where there is no hidden layer."""
        layer = self._layer(snapshot)
        if not layer:
            return None
        views, index = _drawn_first(snapshot, layer), self.index % _pairs(snapshot, layer)
        if index < len(views):
            return views[index]
        unit = index - len(views)
        return HiddenView(layer, "units", (unit, (unit + 1) % snapshot.layer_sizes[layer]))

    def moved(self, snapshot: Snapshot, layers: int, pairs: int) -> HiddenChoice:
        """Go some layers further, to their first pair of axes; or some pairs of axes further, in a ring."""
        layer = self._layer(snapshot)
        if not layer:
            return self
        if layers:
            return HiddenChoice(min(max(layer + layers, 1), len(snapshot.layers) - 1))
        return replace(self, index=(self.index + pairs) % _pairs(snapshot, layer))

    def _layer(self, snapshot: Snapshot) -> int:
        last = len(snapshot.layers) - 1
        return last if self.layer is None else min(self.layer, last)


def _drawn_first(snapshot: Snapshot, layer: int) -> tuple[HiddenView, ...]:
    """The axes before the pairs of units; none where two units, or one, are all there is to be drawn."""
    if snapshot.layer_sizes[layer] <= 2:
        return ()
    output = (HiddenView(layer, "output"),) if layer == len(snapshot.layers) - 1 else ()
    return (*output, *(HiddenView(layer, "components", axes) for axes in _COMPONENTS))


def _pairs(snapshot: Snapshot, layer: int) -> int:
    units = snapshot.layer_sizes[layer]
    return 1 if units <= 2 else len(_drawn_first(snapshot, layer)) + units


_GRID: Final = "⠒⠒"
NO_HIDDEN_LAYER: Final = (
    "No hidden layer: the output layer draws its one straight line through the inputs as they are. A hidden layer "
    "bends them first, so that a straight line can part what none can part here."
)
DIVERGED: Final = (
    "Nothing to draw: the activations are beyond all bounds, or no numbers at all. The training has diverged."
)
_WHOLE: Final = 0.995
"""Share of the variance from which on the plane holds the samples."""
_NAME_LIMITS: Final = (40, 30, 20, 16, 12, 9, 6, 3, 1)
_READABLE: Final = 6
"""Cells to which names are cut so that there is room for the mark of what is wrong."""


def why_nothing(snapshot: Snapshot) -> str:
    """Why there is no picture, in a sentence; empty where there is one, or will be."""
    if len(snapshot.layers) == 1:
        return NO_HIDDEN_LAYER
    space = snapshot.hidden_space
    return DIVERGED if space is not None and not space.is_drawable else ""


def hidden_title(snapshot: Snapshot, room: int) -> str:
    """Name, layer, axes, and how many samples are drawn where it is not all of them, as far as there is room."""
    space = snapshot.hidden_space
    if space is None:
        return "hidden space"
    layer, names = f"layer {space.view.layer}", axis_names(snapshot, space.view)
    # Within the directions in which the output looks, components are others than those of the layer.
    owner = "output's " if space.view.kind == "output" and names[0].startswith("PC") else ""
    axes = owner + ", ".join(filter(None, names))
    shown = "" if space.every == 1 else f"{count(len(space.points))} of {count(len(snapshot.dataset.X))}"
    variants = (
        ("hidden space", layer, axes, f"{shown} samples" if shown else ""),
        ("hidden space", layer, f"{shown} samples" if shown else axes),
        ("hidden space", layer, shown),
        (f"hidden {layer}", shown),
        (layer, shown),
    )
    texts = [" · ".join(filter(None, parts)) for parts in variants]
    return first_fitting(texts, room) or texts[-1]


def hidden_legend(snapshot: Snapshot, theme: Theme, room: int) -> list[Piece]:
    """The meaning of lines, glyphs, wrong samples and percentages, as far as there is room."""
    space = snapshot.hidden_space
    if space is None or why_nothing(snapshot):
        return []
    long, short = (_line(snapshot, space, theme, is_long=is_long) for is_long in (True, False))
    found, least = (_behind(line, snapshot, space, theme, room) for line in (long, short))
    loses = width_of(found) > room or width_of(found) - width_of(long) < width_of(least) - width_of(short)
    return least if loses else found


def _behind(line: list[Piece], snapshot: Snapshot, space: HiddenSpace, theme: Theme, room: int) -> list[Piece]:
    """What the line is, and behind that the rest as far as there is room: first what is there to be seen."""
    pieces, axis, wrong = line, theme.inks.axis, _wrong(snapshot, space, theme)
    left = room - width_of(line) - 1
    beside = left - width_of(wrong[-1]) - 2 if wrong else left
    inputs, rest = [_inputs(snapshot, space, theme)], _rest(snapshot, space, theme)
    for variants in (
        [_samples(snapshot, theme, beside, _READABLE) or _samples(snapshot, theme, left)],
        wrong,
        *((inputs, rest) if space.lines else (rest, inputs)),
        _tint(snapshot, space, theme),
    ):
        longer = ([*pieces, (gap, axis), *part] for part in variants if part for gap in ("  ", " "))
        pieces = next((some for some in longer if width_of(some) <= room), pieces)
    return pieces


def _line(snapshot: Snapshot, space: HiddenSpace, theme: Theme, *, is_long: bool) -> list[Piece]:
    last = is_last(snapshot, space)
    style = ink(theme.foreground if last else next_colour(theme), theme.background, bold=last)
    return [("━", style), (f" {_line_words(snapshot, space, is_long=is_long)}", theme.inks.axis)]


def _line_words(snapshot: Snapshot, space: HiddenSpace, *, is_long: bool) -> str:
    dataset = snapshot.dataset
    if not is_last(snapshot, space):
        units = f"first {MOST_LINES} units" if len(space.next_layer) > MOST_LINES else "units"
        return f"z = 0: {units} of layer {space.view.layer + 1}"
    if dataset.task == "regression":
        name = short_name(dataset.output_names, 0, NAME_LIMIT)
        return f"{name} = {', '.join(map(tick_label, contour_values(snapshot)))}"
    return line_words(snapshot, is_long=is_long)


def _samples(snapshot: Snapshot, theme: Theme, room: int, least: int = 1) -> list[Piece]:
    """A glyph and a name of at least so many cells for each class; or the colours of the numbers to predict."""
    dataset = snapshot.dataset
    if dataset.task == "regression":
        # Samples of the test set are none of those that are drawn here.
        return shading(snapshot, theme).scale(f"{short_name(dataset.output_names, 0, NAME_LIMIT)}  ")
    variants = [
        _classes(short_names(map_names(snapshot), limit), theme, gap)
        for limit in _NAME_LIMITS
        for gap in (" ", "")
        if limit >= max(least, least_width(map_names(snapshot)))
    ]
    return next((pieces for pieces in variants if width_of(pieces) <= room), [])


def _classes(names: Sequence[str], theme: Theme, gap: str) -> list[Piece]:
    axis, colours = theme.inks.axis, class_inks(theme, len(names))
    pieces: list[Piece] = []
    for index, (name, colour) in enumerate(zip(names, colours, strict=True)):
        pieces.append((sample_glyph(index), ink(colour, theme.background, bold=True)))
        pieces.append((f"{gap}{name} ", axis))
    text, style = pieces[-1]
    return [*pieces[:-1], (text.rstrip(), style)]


def _wrong(snapshot: Snapshot, space: HiddenSpace, theme: Theme) -> list[list[Piece]]:
    """The mark of one that is wrong, as it is in sight, with how many there are or without."""
    wrong = int(space.is_wrong.sum())
    if not wrong:
        return []
    labels = zip(class_labels(snapshot, space), space.is_wrong, strict=True)
    mark = wrong_mark(sample_glyph(min(label for label, is_wrong in labels if is_wrong)), theme)
    drawn: Piece = (mark.glyph, mark.style(theme.background))
    return [[drawn, (f" {said}", theme.inks.axis)] for said in (f"wrong: {count(wrong)}", "wrong")]


def _inputs(snapshot: Snapshot, space: HiddenSpace, theme: Theme) -> list[Piece]:
    """The meaning of the lines of the inputs; or why there are none."""
    names = short_names(snapshot.dataset.feature_names, NAME_LIMIT)
    if not space.has_two_axes:
        return []
    if not space.lines:
        return [(f"{count(len(names))} inputs: samples only", theme.inks.axis)] if len(names) > 2 else []
    if len(space.lines) == 1:
        return [(_GRID, theme.inks.axis), (f" axis of {names[0]}", theme.inks.axis)]
    steps = [tick_label(step) for step in space.steps]
    words = f"{', '.join(names)} every {steps[0]}"
    if steps[0] != steps[1]:
        words = ", ".join(f"{name} every {step}" for name, step in zip(names, steps, strict=True))
    return [(_GRID, ink(line_colour(theme), theme.background)), (f" {words}", theme.inks.axis)]


def _rest(snapshot: Snapshot, space: HiddenSpace, theme: Theme) -> list[list[Piece]]:
    """The meaning of the percentages at the axes; or the values of the units that are no axes."""
    if space.view.kind != "units":
        return [[(text, theme.inks.axis)] for text in ("% of the variance", "% variance")]
    return [[("other units at their mean", theme.inks.axis)]] if snapshot.layer_sizes[space.view.layer] > 2 else []


def _tint(snapshot: Snapshot, space: HiddenSpace, theme: Theme) -> list[list[Piece]]:
    """What the colours behind the samples are; and why a sample may lie on the wrong side of a line and be right."""
    if not has_tint(snapshot, space, theme):
        return []
    is_off = space.view.kind != "units" and sum(space.shares) < _WHOLE
    off = ["lines and tint: on this plane, off which samples lie"] if is_off else []
    return [[(text, theme.inks.axis)] for text in (*off, "tint: the answer there")]


GROUP: Final = Binding.Group("hidden space")


class HiddenSpacePanel(CellPanel, can_focus=True):
    """The samples and the input plane as a hidden layer sees them, and the line that the next layer draws there."""

    HEADING = "hidden space"
    MANUAL = "22-panels.md#hidden-space"
    KEYS = (
        listed("left", "choose(-1, 0)", "layer", "Layer before: the hidden layer nearer to the inputs", GROUP, "◂"),
        listed("right", "choose(1, 0)", "layer", "Next layer: the hidden layer nearer to the output", GROUP, "▸"),
        listed("up", "choose(0, -1)", "axes", "Axes before: components or units of the layer", GROUP, "▴"),
        listed("down", "choose(0, 1)", "axes", "Next axes: components or units of the layer", GROUP, "▾"),
        LEAVE_BINDING,
    )
    UNSEEN = {"hidden": None}
    FOLLOWS = ("unit",)
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    watch_unit = CellPanel.update_cells
    _choice = HiddenChoice()

    def action_choose(self, layers: int, pairs: int) -> None:
        """Show another layer, or draw it by other axes."""
        self._choice = self._choice.moved(self.snapshot, layers, pairs)
        self.announce()
        self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> str:
        """The layer, the axes, and how many of the samples where it cannot be all."""
        return hidden_title(frame.snapshot, self.title_room)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The meaning of lines, glyphs and colours."""
        return hidden_legend(frame.snapshot, theme, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture, or why there is none."""
        snapshot, space = frame.snapshot, frame.snapshot.hidden_space
        reason = why_nothing(snapshot)
        if reason:
            return sentence_rows(reason, theme, width, height)
        if space is None:
            return []
        rows = hidden_rows(snapshot, space, theme, width, height, self.unit)
        self.picture = hidden_picture(snapshot, space, theme, rows, width, height)
        return rows

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The layer and the axes that are chosen."""
        return {"hidden": self._choice.view(frame.snapshot)}

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        line, dim, text = theme.inks.text, theme.inks.border, theme.inks.axis
        wrong = ink(theme.background, theme.warning)
        yield (
            [("━━━", line)],
            "Where the next layer is undecided: P = 0.5, the border of two classes, or a round value of the "
            "prediction. Before another hidden layer: where the z of its units is 0.",
        )
        yield [("⠒⠒⠒⠒⠒", dim)], "Lines of the input plane, x1 or x2 the same, as the layer bends them."
        yield [(" ".join(POINT_GLYPHS[:3]), line)], "Samples, a glyph for each class, where the layer puts them."
        yield (
            [(POINT_GLYPHS[0], wrong)],
            "A sample that is taken for another class, or has a wrong answer to any of its labels.",
        )
        yield (
            [("    ", ink(None, theme.textual["panel"]))],
            "What the output answers on each side of the line, faintly.",
        )
        yield [("h1  h2", text)], "Two units of the layer as axes; other units are at their mean."
        yield (
            [("PC1  PC2", text)],
            "Principal components: the directions in which the samples spread most, and how much. The output's are "
            "found among the directions in which its weights look; what is perpendicular to these does not reach it.",
        )
        yield [("z/‖w‖", text)], "The output's z over the length of its weights: the distance from the line."
