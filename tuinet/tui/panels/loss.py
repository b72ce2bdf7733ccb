"""The loss against epochs, with other branches and the future that has been as dimmed curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from textual.events import MouseDown, MouseMove
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import BranchSnapshot, Frame, Snapshot
from tuinet.tui.draw.curves import LINE, Series, loss_chart, loss_epoch_at
from tuinet.tui.draw.legends import branch_names, curve_piece, faded, line_piece, marker_of
from tuinet.tui.draw.loss_title import loss_title
from tuinet.tui.draw.scales import AutoScale, Scale, scale_words
from tuinet.tui.draw.text import (
    Piece,
    count,
    first_fitting,
    ink,
    loss_text,
    part_text,
    width_of,
    with_margins,
)
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import EpochChosen
from tuinet.tui.panels.base import CellPanel, Entry, Label
from tuinet.tui.style.theme import Theme

NOW: Final = "◆"
"""Where the present is on a curve that goes on."""
POINTED: Final = "◇"
"""The point of a curve that was clicked."""
_DRAGGED: Final = 2
"""Columns that the mouse moves at least, with its button held, so that it is meant."""
DIMMED: Final = 0.4
"""How far dimmed colours are on the way to the background."""
FUTURE: Final = 2
"""The number of the chart's curve that shows what was once the future, behind those of training and test."""
_LABEL_LIMITS: Final = (40, 24, 16, 12, 8)

Look = tuple[BranchSnapshot, str, str]
"""A branch, the colour of its curve, and its marker."""


def branch_series(snapshot: Snapshot, theme: Theme) -> list[Series]:
    """The losses of branches that were left, and in the past those of what was once the future."""
    curves = [(branch.history, colour, marker) for branch, colour, marker in _abandoned(snapshot, theme)]
    curves.append((snapshot.time.future, faded(theme.curve, DIMMED, theme), marker_of(FUTURE, theme)))
    return [
        Series(history.epochs, history.losses, ink(colour, theme.background), marker)
        for history, colour, marker in curves
        if history is not None
    ]


def present_series(snapshot: Snapshot, theme: Theme) -> list[Series]:
    """In the past, a marker at the present."""
    if not snapshot.time.is_past or not len(snapshot.history.losses):
        return []
    x, y = snapshot.history.epochs[-1:], np.asarray(snapshot.history.losses[-1:])
    return [Series(x, y, theme.inks.strong, NOW)]


class Reading(NamedTuple):
    """What was recorded at a point of a curve."""

    epoch: float
    loss: float
    test_loss: float | None

    def series(self, theme: Theme) -> Series:
        """The point, to be marked among the curves."""
        return Series(np.array([self.epoch]), np.array([self.loss]), theme.inks.accent, POINTED)

    def legend(self, theme: Theme, room: int) -> list[Piece]:
        """The numbers, and how one goes there, in so many cells."""
        numbers = f" epoch {count(round(self.epoch))}: loss {loss_text(self.loss)}"
        numbers += "" if self.test_loss is None else f", test {loss_text(self.test_loss)}"
        texts = (f"{numbers} · click it to go there", f"{numbers} · click: go there", numbers)
        return [(POINTED, theme.inks.accent), (first_fitting(texts, room - len(POINTED)), theme.inks.axis)]


def reading_near(snapshot: Snapshot, epoch: float) -> Reading:
    """What was recorded nearest to an epoch: up to the present, or in what was the future once."""
    known, future = snapshot.comparable_history, snapshot.time.future
    curves = [known, *([future] if future is not None and len(future.epochs) else [])]
    places = [(curve, int(np.abs(curve.epochs - epoch).argmin())) for curve in curves]
    curve, place = min(places, key=lambda one: abs(float(one[0].epochs[one[1]]) - epoch))
    tested = None if curve.test_losses is None else float(curve.test_losses[place])
    return Reading(float(curve.epochs[place]), float(curve.losses[place]), tested)


def branch_legend(snapshot: Snapshot, theme: Theme, room: int) -> list[Piece]:
    """Which curve is which: what is different in each branch, in names that differ, as far as there is room."""
    active = [(branch, theme.curve, LINE) for branch in snapshot.time.branches if branch.is_active]
    curves = [*active, *_abandoned(snapshot, theme)]
    for shown in range(len(curves), 1, -1):
        for limit in _LABEL_LIMITS:
            pieces = _labels(curves[:shown], len(curves) - shown, limit, theme)
            if pieces and width_of(pieces) <= room:
                return pieces
    return []


def _labels(curves: Sequence[Look], hidden: int, limit: int, theme: Theme) -> list[Piece]:
    axis = theme.inks.axis
    names = branch_names([branch.label for branch, *_ in curves], limit)
    pieces: list[Piece] = []
    for index, (name, (_, colour, marker)) in enumerate(zip(names, curves, strict=False)):
        pieces += [("  " if index else "", axis), line_piece(colour, theme, marker), (f" {name}", axis)]
    return [*pieces, (f"  +{hidden}", axis)] if hidden and pieces else pieces


def _abandoned(snapshot: Snapshot, theme: Theme) -> list[Look]:
    """Those that were left and have the same dataset, the one that the present branch comes from first."""
    branches = snapshot.time.branches
    active = next((index for index, branch in enumerate(branches) if branch.is_active), 0)
    left = [*reversed(branches[:active]), *reversed(branches[active + 1 :])]
    left = [branch for branch in left if branch.history is not None]
    colours = (theme.positive, theme.negative, theme.axis)
    return [
        (branch, faded(colours[index % len(colours)], DIMMED, theme), marker_of(FUTURE + 1 + index, theme))
        for index, branch in enumerate(left)
    ]


_MEANINGS: Final = {
    "mean": "Mean loss over the training samples, against epochs since the start.",
    "sum": "Sum of the training samples' losses, against epochs since the start. A set with more samples has a larger "
    "one: divide each by its number of samples to compare training and test.",
}
"""By reduction, what the curve is."""


class LossPanel(CellPanel, can_focus=True):
    """The loss since the start of the run, and how it stands now."""

    HEADING = "loss"
    MANUAL = "22-panels.md#loss"
    FOLLOWS = ("scale",)
    scale: reactive[Scale] = reactive("auto", repaint=False)

    watch_scale = CellPanel.update_cells

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._axis = AutoScale()
        self._pointed: float | None = None
        self._pressed: int | None = None
        """Where the mouse was pressed, as long as it is held."""
        self._drags = False

    @property
    def is_log(self) -> bool:
        """Whether the axis of the losses is logarithmic, as it is wished or by itself."""
        return self._axis.is_log

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The present loss and accuracy, on the training set and on the test set."""
        return loss_title(frame.snapshot, theme, self.edge)

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """What the lines and the axes are."""
        snapshot, axis, room = frame.snapshot, theme.inks.axis, self.edge
        if self._pointed is not None:
            return reading_near(snapshot, self._pointed).legend(theme, room)
        scale = self._axis_words()[-1]
        branches = branch_legend(snapshot, theme, room - (len(scale) + 3 if scale else 0))
        if branches:
            named = self._named(snapshot, room - width_of(branches) - 3)
            return (*branches, (f" · {named}" if named else "", axis))
        if snapshot.test_metrics is None:
            return self._named(snapshot, room)
        train, test = line_piece(theme.curve, theme), line_piece(theme.test_curve, theme, marker_of(1, theme))
        lines: list[Piece] = [train, (" train  ", axis), test, (" test", axis)]
        named = self._named(snapshot, room - width_of(lines) - 2)
        return (*lines, (f"  {named}" if named else "", axis))

    def _named(self, snapshot: Snapshot, room: int) -> str:
        """What the vertical axis is, and of which samples the loss is, in so many cells."""
        test = part_text(snapshot.test_metrics) if snapshot.test_metrics else ""
        part = part_text(snapshot.metrics) or (f"test {test}" if test else "")
        scale, *shorter = self._axis_words()
        variants = [(snapshot.loss_title, said, part) for said in (scale, *shorter)]
        variants += [("", said, part) for said in (scale, *shorter)]
        variants += [("", "", part)]
        return first_fitting((", ".join(filter(None, words)) for words in variants), room)

    def _axis_words(self) -> Sequence[str]:
        """What is said of the vertical axis, the longest first."""
        return scale_words(self.scale, is_log=self.is_log, floor=self._axis.floor)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The curves."""
        series = loss_series(frame.snapshot, theme)
        is_log = self._axis.follow(self.scale, [one.y for one in series if one.marker != NOW], height - 2)
        first = first_epoch(series, frame.snapshot)
        series += [] if self._pointed is None else [reading_near(frame.snapshot, self._pointed).series(theme)]
        room, axes = max(width - 2, 0), theme.inks.axis
        rows = loss_chart(series, room, height, is_log, axes, first=first, floor=self._axis.floor, name="epoch")
        return with_margins(rows, theme.inks.axis)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Let go of the point that was clicked, once another panel has the keys."""
        self._pointed = self._pointed if has_focus else None
        super().watch_has_focus(has_focus)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Read the curve where it was clicked; with another click there, go to that epoch."""
        self._pressed, self._drags, epoch = event.x, False, self._epoch_at(event.x)
        if epoch is None:
            return
        beside = [self._epoch_at(event.x + by) for by in (-1, 1)]
        if self._pointed is not None and beside[0] is not None and beside[0] <= self._pointed <= (beside[1] or 0.0):
            self._go_to(self._pointed)
        else:
            self._pointed = reading_near(self.snapshot, epoch).epoch
            self.update_cells()

    def on_mouse_move(self, event: MouseMove) -> None:
        """Follow the mouse through time while it is dragged."""
        if not event.button or self._pressed is None:
            return
        self._drags = self._drags or abs(event.x - self._pressed) >= _DRAGGED
        epoch = self._epoch_at(event.x) if self._drags else None
        if epoch is not None:
            self._go_to(epoch)

    def on_mouse_up(self) -> None:
        """Let go: what is dragged from another panel to here does not move in time."""
        self._pressed = None

    def _go_to(self, epoch: float) -> None:
        self._pointed = None
        self.update_cells()
        self.post_message(EpochChosen(round(epoch)))

    def _epoch_at(self, x: int) -> float | None:
        """The epoch of a column of the panel; ``None`` where there is no chart."""
        assert self.theme is not None
        series, (width, height) = loss_series(self.snapshot, self.theme), self.room
        first = first_epoch(series, self.snapshot)
        return loss_epoch_at(series, x - 2, width - 2, height, self.is_log, first, self._axis.floor)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        test, future = marker_of(1, theme), marker_of(FUTURE, theme)
        dim, curve, test_curve = theme.inks.axis, theme.inks.curve, theme.inks.test_curve
        yield [curve_piece(theme.curve, theme)], _MEANINGS[snapshot.experiment.reduction]
        yield (
            [curve_piece(theme.test_curve, theme, test)],
            "The same over the test samples, which the network never learns from.",
        )
        yield [("⠒⠒", curve), ("⠒⠒", test_curve)], "Dashes in turn: both curves pass through the same cells."
        yield [("penalty", dim)], "What l1 and l2 add to the loss; the sum is what is made small."
        yield (
            [("R²", dim)],
            "Share of the targets' variance that is predicted; 1 is all of it, 0 no more than their mean.",
        )
        yield (
            [curve_piece(faded(theme.curve, DIMMED, theme), theme, future)],
            "Dimmed: branches that were left, named by what is different in them; and what was the future once.",
        )
        yield (
            [(NOW, theme.inks.strong)],
            "The present, in a past that one has gone back to.",
        )
        yield (
            [(POINTED, theme.inks.accent)],
            "Where the curve was clicked: its numbers stand below. A second click there goes to that epoch; dragging "
            "along the curve goes through time.",
        )
        yield [("on 1,000 of 50,000", dim)], "The whole curve is of this part of a large set, drawn once at random."
        yield [("Σ loss", dim)], "A sum in place of the mean; over says of how many samples."
        yield (
            [("1e-4", dim)],
            "Ten to the power of minus four: 0.0001. On a logarithmic scale a loss of 0 lies on the axis.",
        )
        yield (
            [("axis not from 0", dim)],
            "As long as no loss is below half of the largest one, the axis begins below the smallest: small steps are "
            "seen, and look larger than beside the whole loss.",
        )
        yield (
            [("automatic log scale", dim)],
            "The losses span one and a half powers of ten, or end in the same row of a linear axis. "
            f"{keymap.name('toggle_log_scale')} chooses the other axis, and after that this again.",
        )
        yield [("━", curve)], "On the axis: a loss of less than half a row."
        yield (
            [("weighted, w·", dim)],
            "Every loss times the weight of its sample's class: rare classes count the same.",
        )
        yield [("cross-entropy", dim)], "-ln P(right class), in nats: guessing one of two classes costs 0.693."


def loss_series(snapshot: Snapshot, theme: Theme) -> list[Series]:
    """All curves, the present one on top, and in the past a marker at the present."""
    history, present = snapshot.comparable_history, theme.inks.curve
    series = [Series(history.epochs, history.losses, present, shares=True)]
    if history.test_losses is not None:
        test = theme.inks.test_curve
        marker = marker_of(1, theme)
        # Marks leave room for the line between them, and would be hidden under it.
        series.insert(
            0 if marker == LINE else 1, Series(history.epochs, history.test_losses, test, marker, shares=True)
        )
    return [*branch_series(snapshot, theme), *series, *present_series(snapshot, theme)]


def first_epoch(series: Sequence[Series], snapshot: Snapshot) -> float:
    """Where the chart begins: where the present dataset came, or earlier where another curve does."""
    return max(0.0, min([snapshot.time.losses_after, *(float(one.x[0]) for one in series if len(one.x))]))
