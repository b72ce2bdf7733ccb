"""Curves drawn by plotext: the only place that imports it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotext
from numpy.typing import NDArray
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.scales import decade_ticks, decades, linear_ticks, round_up, tick_label
from tuinet.tui.text import Piece, row

Array = NDArray[np.floating[Any]]

_COLOURED: Final = re.compile(r"\x1b\[([0-9;]*)m")
_COLUMNS_PER_TICK: Final = 11
_ROWS_PER_TICK: Final = 2


@dataclass(frozen=True)
class Axis:
    """One axis: its ends and its labelled places, in the units that are drawn."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]


def thin(x: Array, y: Array, most: int) -> tuple[Array, Array]:
    """At most ``most`` of the points that can be drawn, in equal strides, the last one always among them."""
    drawable = np.isfinite(x) & np.isfinite(y)
    x, y = x[drawable], y[drawable]
    if len(x) <= most:
        return x, y
    chosen = np.linspace(0, len(x) - 1, most).astype(int)
    return x[chosen], y[chosen]


def linear_axis(high: float, most: int) -> Axis:
    """An axis from 0 to a round number, with at most ``most`` ticks."""
    top = round_up(high)
    ticks = linear_ticks(top, most)
    return Axis(0.0, top, tuple(ticks), tuple(tick_label(tick) for tick in ticks))


def decade_axis(low: float, high: float, most: int) -> Axis:
    """An axis of powers of ten, in units of their exponents."""
    lower, upper = decades(low, high)
    ticks = decade_ticks(lower, upper, most)
    return Axis(lower, upper, tuple(ticks), tuple("1" if tick == 0 else f"1e{tick}" for tick in ticks))


def curve(x: Array, y: Array, width: int, height: int, log: bool, line: Style, axes: Style) -> list[Strip]:
    """A curve against epochs with its axes, exactly this many rows of this width.

    Parameters
    ----------
    x, y
        Points; those that cannot be drawn (not finite, or not positive on a log axis) are left out.
    log
        Whether the vertical axis is logarithmic.
    line, axes
        Styles of the curve, and of axes and labels.
    """
    if log:
        y = np.where(y > 0, y, np.nan)
    x, y = thin(x, y, 2 * width)
    if width < 12 or height < 4:
        return []
    across = linear_axis(max(float(x[-1]), 10.0) if len(x) else 10.0, max(2, width // _COLUMNS_PER_TICK + 1))
    most = max(2, (height - 2) // _ROWS_PER_TICK + 1)
    if not len(x):
        x, y = np.array([]), np.array([])
        down = linear_axis(1.0, most)
    elif log:
        down = decade_axis(float(y.min()), float(y.max()), most)
    else:
        down = linear_axis(float(y.max()), most)
    values = np.log10(y) if log else y
    return _strips(_build(x, values, across, down, width, height), width, height, line, axes)


def _build(x: Array, y: Array, across: Axis, down: Axis, width: int, height: int) -> str:
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.plot(x.tolist() or [-1.0], y.tolist() or [-1.0], marker="braille", color="red")
    plotext.xlim(across.low, across.high)
    plotext.ylim(down.low, down.high)
    plotext.xticks(across.ticks, across.labels)
    plotext.yticks(down.ticks, down.labels)
    return str(plotext.build())


def _strips(drawn: str, width: int, height: int, line: Style, axes: Style) -> list[Strip]:
    rows = [row(_pieces(text, line, axes), width, axes) for text in drawn.split("\n")]
    return rows[:height]


def _pieces(text: str, line: Style, axes: Style) -> Sequence[Piece]:
    pieces: list[Piece] = []
    style = axes
    for index, part in enumerate(_COLOURED.split(text)):
        if index % 2:
            style = axes if part in ("", "0") else line
        elif part:
            pieces.append((part, style))
    return pieces
