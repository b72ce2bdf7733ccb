"""Other branches and the future that has been: dimmed curves beside the present one, and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tuinet.observe.snapshot import BranchSnapshot, Snapshot
from tuinet.session.history import HistorySnapshot
from tuinet.tui.colour import mix
from tuinet.tui.legends import line_piece, marker_of
from tuinet.tui.plot import LINE, Series
from tuinet.tui.text import Piece, ink, shorten, width_of
from tuinet.tui.theme import Theme

NOW: Final = "◆"
"""Where the present is on a curve that goes on."""
DIMMED: Final = 0.4
"""How far dimmed colours are on the way to the background."""
FUTURE: Final = 2
"""The number of the chart's curve that shows what was once the future, behind those of training and test."""
_LABEL_LIMITS: Final = (40, 24, 16, 12, 8)

Look = tuple[BranchSnapshot, str, str]
"""A branch, the colour of its curve, and its marker."""


def branch_series(snapshot: Snapshot, theme: Theme) -> list[Series]:
    """The losses of branches that were left, and in the past those of what was once the future."""
    series = [
        _curve(branch.history, colour, marker, theme)
        for branch, colour, marker in _abandoned(snapshot, theme)
        if branch.history is not None
    ]
    if snapshot.time.future is not None:
        series.append(_curve(snapshot.time.future, _dimmed(theme.curve, theme), marker_of(FUTURE, theme), theme))
    return series


def present_series(snapshot: Snapshot, theme: Theme) -> list[Series]:
    """In the past, a marker at the present."""
    if not snapshot.time.is_past or not len(snapshot.history.losses):
        return []
    x, y = snapshot.history.epochs[-1:], np.asarray(snapshot.history.losses[-1:])
    return [Series(x, y, ink(theme.foreground, theme.background, bold=True), NOW)]


def branch_legend(snapshot: Snapshot, theme: Theme, room: int) -> list[Piece]:
    """Which curve is which: what is different in each branch, as far as there is room."""
    if len(snapshot.time.branches) < 2:
        return []
    active = [(branch, theme.curve, LINE) for branch in snapshot.time.branches if branch.is_active]
    curves = [*active, *_abandoned(snapshot, theme)]
    for limit in _LABEL_LIMITS:
        for shown in range(len(curves), 1, -1):
            pieces = _labels(curves[:shown], len(curves) - shown, limit, theme)
            if width_of(pieces) <= room:
                return pieces
    return []


def _labels(curves: Sequence[Look], hidden: int, limit: int, theme: Theme) -> list[Piece]:
    axis = ink(theme.axis, theme.background)
    pieces: list[Piece] = []
    for index, (branch, colour, marker) in enumerate(curves):
        label = shorten(branch.label or "as it was", limit)
        pieces += [("  " if index else "", axis), line_piece(colour, theme, marker), (f" {label}", axis)]
    return [*pieces, (f"  +{hidden}", axis)] if hidden else pieces


def _abandoned(snapshot: Snapshot, theme: Theme) -> list[Look]:
    """Those that were left, the one that the present branch comes from first."""
    branches = snapshot.time.branches
    active = next((index for index, branch in enumerate(branches) if branch.is_active), 0)
    left = [*reversed(branches[:active]), *reversed(branches[active + 1 :])]
    colours = (theme.positive, theme.negative, theme.axis)
    return [
        (branch, _dimmed(colours[index % len(colours)], theme), marker_of(FUTURE + 1 + index, theme))
        for index, branch in enumerate(left)
    ]


def _curve(history: HistorySnapshot, colour: str, marker: str, theme: Theme) -> Series:
    return Series(history.epochs, history.losses, ink(colour, theme.background), marker)


def _dimmed(colour: str, theme: Theme) -> str:
    return mix(colour, theme.background, DIMMED)
