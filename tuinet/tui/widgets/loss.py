"""The loss against epochs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style
from textual.events import MouseDown, MouseMove
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.box import EDGE
from tuinet.tui.branches import branch_legend, branch_series, present_series
from tuinet.tui.legends import line_piece, marker_of
from tuinet.tui.messages import EpochChosen
from tuinet.tui.plot import LINE, Series, loss_chart, loss_epoch_at
from tuinet.tui.text import (
    Piece,
    accuracy_text,
    first_fitting,
    ink,
    loss_text,
    part_text,
    percent,
    r2_text,
    short_r2_text,
    width_of,
)
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

Detail = Callable[[Metrics], tuple[str, str]]
"""What is said about metrics besides the loss: words and a value."""


class LossPanel(CellPanel, can_focus=True):
    """The loss since the start of the run, and how it stands now."""

    FOLLOWS = ("log_scale",)
    log_scale: reactive[bool] = reactive(False, repaint=False)

    def watch_log_scale(self) -> None:
        """Draw with the other axis."""
        self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The present loss and accuracy, on the training set and on the test set."""
        return loss_title(frame.snapshot, theme, self.size.width - EDGE)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the lines and the axes are."""
        snapshot, axis, room = frame.snapshot, ink(theme.axis, theme.background), self.size.width - EDGE
        branches = branch_legend(snapshot, theme, room)
        if branches:
            named = self._named(snapshot, room - width_of(branches) - 3)
            return (*branches, (f" · {named}" if named else "", axis))
        if snapshot.test_metrics is None:
            return ((self._named(snapshot, room), axis),)
        train, test = line_piece(theme.curve, theme), line_piece(theme.test_curve, theme, marker_of(1, theme))
        lines: list[Piece] = [train, (" train  ", axis), test, (" test", axis)]
        named = self._named(snapshot, room - width_of(lines) - 2)
        return (*lines, (f"  {named}" if named else "", axis))

    def _named(self, snapshot: Snapshot, room: int) -> str:
        """What the axes are, and of which samples the loss is, in so many cells."""
        test = part_text(snapshot.test_metrics) if snapshot.test_metrics else ""
        part = part_text(snapshot.metrics) or (f"test {test}" if test else "")
        scale = "log scale" if self.log_scale else ""
        variants = (snapshot.loss_name, scale, part, "epochs"), (scale, part, "epochs"), (scale, part), (part,)
        return first_fitting((", ".join(filter(None, words)) for words in variants), room)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The curves."""
        axes = ink(theme.axis, theme.background)
        series = loss_series(frame.snapshot, theme)
        rows = loss_chart(series, max(width - 2, 0), height, self.log_scale, axes)
        return [Strip.join([Strip.blank(1, axes), strip, Strip.blank(1, axes)]) for strip in rows]

    def on_mouse_down(self, event: MouseDown) -> None:
        """Go to the epoch that was clicked, if it has been."""
        self._scrub(event)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Follow the mouse while its button is held."""
        if event.button:
            self._scrub(event)

    def _scrub(self, event: MouseDown | MouseMove) -> None:
        if self.frame is None or self.theme is None:
            return
        series, room = loss_series(self.frame.snapshot, self.theme), (self.size.width - 4, self.size.height - 2)
        epoch = loss_epoch_at(series, event.x - 2, *room, self.log_scale)
        if epoch is not None:
            self.post_message(EpochChosen(round(epoch)))


def loss_series(snapshot: Snapshot, theme: Theme) -> list[Series]:
    """All curves, the present one on top, and in the past a marker at the present."""
    history, present = snapshot.history, ink(theme.curve, theme.background)
    series = [Series(history.epochs, history.losses, present, shares=True)]
    if history.test_losses is not None:
        test = ink(theme.test_curve, theme.background)
        marker = marker_of(1, theme)
        # Marks leave room for the line between them, and would be hidden under it.
        series.insert(
            0 if marker == LINE else 1, Series(history.epochs, history.test_losses, test, marker, shares=True)
        )
    return [*branch_series(snapshot, theme), *series, *present_series(snapshot, theme)]


def loss_title(snapshot: Snapshot, theme: Theme, room: int) -> list[Piece]:
    """As much as fits of: loss, penalty, accuracy or R², and the same on the test set."""
    variants = [_title(snapshot, theme, detail) for detail in (_full, _short, _nothing)]
    return next((pieces for pieces in variants if width_of(pieces) <= room), variants[-1])


def _title(snapshot: Snapshot, theme: Theme, detail: Detail) -> list[Piece]:
    name = ink(theme.title, theme.background)
    value, test = (ink(colour, theme.background, bold=True) for colour in (theme.curve, theme.test_curve))
    pieces = [("loss ", name), (loss_text(snapshot.metrics.loss), value)]
    if snapshot.penalty:
        pieces += [(" + penalty ", name), (loss_text(snapshot.penalty), value)]
    pieces += _styled(detail(snapshot.metrics), name, value)
    if snapshot.test_metrics is not None:
        pieces += [(" · test ", name), (loss_text(snapshot.test_metrics.loss), test)]
        pieces += _styled(detail(snapshot.test_metrics), name, test)
    return pieces


def _styled(words: tuple[str, str], name: Style, value: Style) -> list[Piece]:
    return [(words[0], name), (words[1], value)] if words[1] else []


def _full(metrics: Metrics) -> tuple[str, str]:
    if metrics.correct is not None:
        return " · accuracy ", accuracy_text(metrics)
    return " · R² ", "" if metrics.r2 is None else r2_text(metrics.r2)


def _short(metrics: Metrics) -> tuple[str, str]:
    if metrics.accuracy is not None:
        return " ", percent(metrics.accuracy)
    return " R² ", "" if metrics.r2 is None else short_r2_text(metrics.r2)


def _nothing(metrics: Metrics) -> tuple[str, str]:
    return "", ""
