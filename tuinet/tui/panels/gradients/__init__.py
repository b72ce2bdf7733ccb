"""The gradients: how the error's signal reaches each layer, and which layer learns slowest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.draw.chart import SIDE_BY_SIDE, side_by_side
from tuinet.tui.draw.text import Piece, filled_up, first_fitting, row, with_margins
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.panels.gradients.table import (
    LEAST_PICTURE,
    MARK,
    LayerSpeeds,
    SpeedFollower,
    explained_rows,
    gradient_rows,
    picture_room,
    slowest_style,
)
from tuinet.tui.style.theme import Theme


class GradientsPanel(CellPanel, can_focus=True):
    """For each layer the size of its gradients and how fast it learns; with more room, over time and spread out."""

    HEADING = "gradients"
    MANUAL = "22-panels.md#gradients"
    UNSEEN = {"spread": False}

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._follower = SpeedFollower()
        self._speeds: LayerSpeeds | None = None

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The spread of the gradients, where there is room for histograms."""
        return {"spread": picture_room(frame.snapshot, width, height) > 0}

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Which layer learns slowest, or what the bars are."""
        speeds, axis = self._speeds, theme.inks.axis
        if speeds is None or not speeds.known:
            unknown = () if frame.snapshot.has_updates else ("slowest layer: known after the first step",)
            return [(first_fitting((*unknown, "bar ΔW/W"), self.edge), axis)]
        bars = ("bar ΔW/W, log scale", "log scale") if speeds.scale.is_log else ("bar ΔW/W",)
        if speeds.slowest is None:
            even = ("all layers learn equally fast", "all equally fast") if speeds.are_even else ()
            return [(first_fitting((*(f"{bars[0]} · {text}" for text in even), *even, *bars), self.edge), axis)]
        words = speeds.slowest.words
        texts = (f"{bars[0]} · {words[0]}", *words)
        return [(first_fitting(texts, self.edge), slowest_style(speeds.slowest, frame.snapshot, theme))]

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """One row a layer, and pictures below them."""
        snapshot = frame.snapshot
        self._speeds = self._follower.follow(snapshot, is_running=frame.running)
        room = picture_room(snapshot, width, height)
        rows = gradient_rows(snapshot, theme, width, height - room, self._speeds)
        rows += explained_rows(theme, width, height - room - len(rows) - bool(room))
        if not room:
            return rows
        table = filled_up(rows, width, height - room, theme)
        return [*table, *_picture_rows(snapshot, theme, width, room)]

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        yield (
            [("‖∂L/∂W‖", theme.inks.text)],
            "Norm of the gradient by the layer's weights: root of the sum of squares, last batch.",
        )
        yield [("‖∂L/∂b‖", theme.inks.text)], "The same by its biases."
        yield [("max |g|", theme.inks.text)], "The largest of these gradients, without its sign."
        yield [("ΔW/W", theme.inks.text)], "Norm of the weights' last change over their own; about 1e-3 is healthy."
        yield (
            [("━━━━━╸──", theme.inks.text)],
            "ΔW/W, on a scale whose ends stand above the bars: it begins at 0, or, where the layers are over 100 times "
            "apart, goes in powers of ten. Where it is short in the first layers, the gradient vanishes. While it "
            "trains the scale changes seldom, by whole steps, and says for a while what it was.",
        )
        yield (
            [(MARK, theme.inks.warning)],
            "The layer that learns slowest by ΔW/W; below, its share of the fastest one's. A warning where it is less "
            "than half and not all samples are right.",
        )
        if snapshot.flow is not None:
            yield (
                [("⠑⠢⢄1", theme.inks.text)],
                "‖∂L/∂W‖ of a layer against epochs, in powers of ten; the number at its end is the layer's.",
            )
            yield (
                [("▁▃▇█", theme.inks.text)],
                "How many weights have a gradient of this size: above 0 +, below 0 −.",
            )
        yield [("–", theme.inks.text)], "Not known before the first step."
        yield [("1.2e-2", theme.inks.border)], "Dimmed: from the step before; the one under way has not come here yet."


def _picture_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """The norms of all layers against epochs, and histograms of their gradients: beside them, or below."""
    from tuinet.tui.draw.ridges import ridge_rows  # noqa: PLC0415 - the first screen has none

    if width >= SIDE_BY_SIDE:
        return side_by_side(
            lambda across: _curves(snapshot, theme, across, height),
            lambda across: ridge_rows(snapshot, theme, across, height),
            theme,
            width,
            height,
        )
    bars = ridge_rows(snapshot, theme, width, height - max(height // 2, LEAST_PICTURE))
    return [*_curves(snapshot, theme, width, height - len(bars)), *bars]


def _curves(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """Exactly so many rows: a heading, and the curves below it; before the first step, why there are none."""
    from tuinet.tui.draw.norms import has_one_point, norm_rows  # noqa: PLC0415 - the first screen has none

    heading = first_fitting((" ‖∂L/∂W‖ of each layer, by epochs", " ‖∂L/∂W‖ by epochs"), width)
    blank, rows = theme.inks.blank, norm_rows(snapshot, theme, width - 2, height - 1)
    known = "of one step only so far" if has_one_point(snapshot) else "all are 0, or not finite"
    reason = known if snapshot.has_gradients else "no step yet"
    drawn = with_margins(rows, blank) if rows else [row([(f" {reason}", theme.inks.axis)], width, blank)]
    return filled_up([row([(heading, theme.inks.axis)], width, blank), *drawn], width, height, theme)
