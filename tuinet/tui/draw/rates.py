"""What the rate finder shows: the losses against the rates on logarithmic axes, the cursor's numbers, and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.rates import RateCurve, RateSearch, loss_text, rate_text, sentences
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.chart import ChartLayout
from tuinet.tui.draw.curves import MIN_HEIGHT, MIN_WIDTH, Series, chart, chart_layout
from tuinet.tui.draw.legends import line_piece
from tuinet.tui.draw.scales import Axis, Scale, asks_for_log, decade_axis, linear_axis, power_label, scale_words
from tuinet.tui.draw.text import Lines, Piece, count, row, width_of, wrapped
from tuinet.tui.style.theme import Theme

BEST: Final = "◆"
PRESENT: Final = "○"
DIVERGED: Final = "×"
CURSOR: Final = "│"
_CHART_ROWS: Final = 8
"""That the chart has before there is room for a sentence."""
_HEADROOM: Final = 10.0
"""On a logarithmic axis losses are drawn up to so many times that at the start; on the other one up to a half more."""
_LITTLE_HEADROOM: Final = 1.5
_ABOVE: Final = 1.1
"""How far a linear axis goes beyond the loss at the start where there is something to stand above it."""
_COLUMNS_PER_LABEL: Final = 8


@dataclass(frozen=True)
class RateChoice:
    """What the user has chosen."""

    rate: float | None = None
    """Where the cursor is; ``None`` for on the best one, whichever that is."""
    epochs: int | None = None
    """After which the losses are shown; ``None`` for the latest."""
    scale: Scale = "auto"
    """Of the losses."""


@dataclass(frozen=True)
class RatePicture:
    """One of the curves of a search that has found something, with a cursor on it."""

    search: RateSearch
    choice: RateChoice

    @cached_property
    def index(self) -> int:
        """Which of the curves it is."""
        curves, wanted = self.search.curves, self.choice.epochs
        known = [index for index, curve in enumerate(curves) if curve.epochs == wanted]
        return known[0] if known else len(curves) - 1

    @property
    def curve(self) -> RateCurve:
        """The curve."""
        return self.search.curves[self.index]

    @cached_property
    def place(self) -> int:
        """The index of the rate at the cursor."""
        best, present = self.curve.best_place, self.search.experiment.learning_rate
        if self.choice.rate is None and best is not None:
            return best
        return self.curve.place_of(self.choice.rate or present)

    @property
    def rate(self) -> float:
        """The rate at the cursor."""
        return float(self.curve.rates[self.place])

    @property
    def present_place(self) -> int | None:
        """The index of the rate that the run had where the search began; ``None`` where it is not among them."""
        present = self.search.experiment.learning_rate
        place = self.curve.place_of(present)
        return place if math.isclose(self.curve.rates[place], present) else None

    @cached_property
    def is_log(self) -> bool:
        """Whether the axis of the losses is logarithmic, as it is wished or by itself."""
        curve, scale = self.curve, self.choice.scale
        shown = curve.losses[~curve.are_diverged & (curve.losses <= curve.start * _HEADROOM)]
        return scale == "log" or (scale == "auto" and asks_for_log([np.append(shown, curve.start)], _CHART_ROWS))

    def moved(self, by: int) -> RateChoice:
        """The cursor on another rate; it stops at the ends."""
        place = max(0, min(self.place + by, len(self.curve.rates) - 1))
        return replace(self.choice, rate=float(self.curve.rates[place]))

    def turned(self, by: int) -> RateChoice:
        """The curve after more epochs, or fewer; at its end the latest is followed."""
        index = max(0, self.index + by)
        ended = index >= len(self.search.curves) - 1
        return replace(self.choice, epochs=None if ended else self.search.curves[index].epochs)

    def at_column(self, column: int, layout: ChartLayout) -> RateChoice:
        """The cursor on the rate that is nearest to a column of the canvas."""
        exponent, _ = layout.place_of((0, max(0, min(column, layout.columns - 1))))
        return replace(self.choice, rate=float(self.curve.rates[self.curve.place_of(10.0**exponent)]))


def cursor_line(picture: RatePicture, theme: Theme, room: int) -> list[Piece]:
    """The rate at the cursor, what the loss does there, and which rate that is, as much of it as fits."""
    curve, place, axis = picture.curve, picture.place, theme.inks.axis
    verdict = curve.verdict(place)
    style = theme.inks.curve if verdict == "falls" else theme.inks.warning
    end = "" if verdict == "diverges" else f" to {loss_text(curve.losses[place])}"
    short: list[Piece] = [
        (f" {CURSOR} ", theme.inks.key),
        (rate_text(picture.rate), theme.inks.strong),
        (" ", axis),
        (verdict, style),
    ]
    numbers = [*short, (f" from {loss_text(curve.start)}{end}", theme.inks.text)]
    long = [short[0], ("rate ", axis), short[1], (": loss ", axis), *numbers[3:], (_named(picture), axis)]
    return next((pieces for pieces in (long, long[:-1], numbers) if width_of(pieces) <= room), short)


def _named(picture: RatePicture) -> str:
    """Which rate it is that the cursor is on."""
    curve, place = picture.curve, picture.place
    names = {
        "best": place == curve.best_place,
        "largest that falls": float(curve.rates[place]) == curve.largest_falling,
        "present": place == picture.present_place,
    }
    return "".join(f" · {name}" for name, is_so in names.items() if is_so)


def rates_rows(picture: RatePicture, theme: Theme, width: int, height: int) -> list[Strip]:
    """The numbers at the cursor, the chart, and as many sentences as there is room for."""
    said = _said(picture, theme, width - 2, height - 1 - _CHART_ROWS)
    drawn = _chart(picture, theme, width, height - 1 - len(said))
    lines = [row(line, width, theme.inks.blank) for line in ([(" ", theme.inks.blank), *line] for line in said)]
    return [row(cursor_line(picture, theme, width), width, theme.inks.blank), *drawn, *lines][: max(height, 0)]


def rates_layout(picture: RatePicture, theme: Theme, width: int, height: int) -> ChartLayout | None:
    """Where the canvas of the chart is in these rows, which begins in the second; ``None`` where there is none."""
    rows = height - 1 - len(_said(picture, theme, width - 2, height - 1 - _CHART_ROWS))
    if width < MIN_WIDTH or rows < MIN_HEIGHT:
        return None
    return chart_layout(_across(picture), _down(picture, rows - 2), (width, rows))


def rates_legend(picture: RatePicture, theme: Theme, room: int) -> list[Piece]:
    """What is what in the chart, as much of it as fits."""
    axis, curve = theme.inks.axis, picture.curve
    parts: list[list[Piece]] = [
        [line_piece(theme.curve, theme), (f" loss after {count(curve.epochs)} epochs", axis)],
        [(BEST, theme.inks.strong), (" best", axis)],
        *([[(DIVERGED, theme.inks.wrong), (" diverged", axis)]] if curve.are_diverged.any() else []),
        *([[(PRESENT, theme.inks.strong), (" present", axis)]] if picture.present_place is not None else []),
        [("╌", axis), (" at the start", axis)],
    ]
    # The words about the scale are shortened before a mark goes without its meaning.
    words = scale_words(picture.choice.scale, is_log=picture.is_log)
    scaled = [[*parts, [(text, axis)]] if text else parts for text in words]
    variants = (_joined(some, axis) for some in (*scaled, *(parts[:length] for length in range(len(parts), 0, -1))))
    return next((pieces for pieces in variants if width_of(pieces) <= room), [])


def _joined(parts: Sequence[Sequence[Piece]], style: Style) -> list[Piece]:
    return [piece for index, part in enumerate(parts) for piece in ([("  ", style)] if index else []) + list(part)]


def _said(picture: RatePicture, theme: Theme, width: int, room: int) -> Lines:
    """The sentences, those at the end being left out first."""
    found = [wrapped(sentence, width, theme.inks.text) for sentence in sentences(picture.search, picture.curve)]
    sizes = np.cumsum([len(lines) for lines in found]).tolist()
    shown = len(list(takewhile(lambda size: size <= room, sizes)))
    return [line for lines in found[:shown] for line in lines]


def _chart(picture: RatePicture, theme: Theme, width: int, height: int) -> list[Strip]:
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return [Strip.blank(width, theme.inks.blank)] * max(height, 0)
    across, down = _across(picture), _down(picture, height - 2)
    layout = chart_layout(across, down, (width, height))
    series = [one.thinned(2 * width) for one in _series(picture, theme, layout)]
    return chart(series, across, down, (width, height), theme.inks.axis, _ticks(across, layout.columns))


def _series(picture: RatePicture, theme: Theme, layout: ChartLayout) -> list[Series]:
    """The loss at the start, the cursor, the curve, and marks; the later ones on top."""
    curve, inks = picture.curve, theme.inks
    x, y = np.log10(curve.rates), _heights(picture, np.where(curve.are_diverged, np.nan, curve.losses))
    start = _heights(picture, np.array([curve.start]))
    rows = np.linspace(*layout.up, layout.rows)
    top = np.full(len(x), layout.up[1])
    series = [
        _dashes(float(start[0]), layout, inks.axis),
        Series(np.full(layout.rows, x[picture.place]), rows, inks.key, CURSOR),
        Series(x, y, inks.curve),
        Series(x[curve.are_diverged], top[curve.are_diverged], inks.wrong, DIVERGED),
    ]
    marks = ((picture.present_place, PRESENT), (curve.best_place, BEST))
    marked = [(place, mark) for place, mark in marks if place is not None and np.isfinite(y[place])]
    return [*series, *(Series(x[[place]], y[[place]], inks.strong, mark) for place, mark in marked)]


def _dashes(height: float, layout: ChartLayout, style: Style) -> Series:
    """A line of dashes through the canvas; none where there is no such height."""
    return Series(np.linspace(*layout.across, layout.columns), np.full(layout.columns, height), style, "╌")


def _heights(picture: RatePicture, losses: Array) -> Array:
    """Losses as the vertical axis has them; what cannot be drawn is no number."""
    if not picture.is_log:
        return losses
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.log10(np.where(losses > 0, losses, np.nan))
    return found


def _across(picture: RatePicture) -> tuple[float, float]:
    """The exponents of the smallest and the largest rate that were tried, or around the only one."""
    rates = np.log10([picture.search.curves[0].rates[0], picture.search.curves[0].rates[-1]]).tolist()
    return (rates[0], rates[1]) if rates[0] < rates[1] else (rates[0] - 0.5, rates[0] + 0.5)


def _down(picture: RatePicture, rows: int) -> Axis:
    """The vertical axis: of the losses up to a little above that at the start."""
    curve, is_log = picture.curve, picture.is_log
    known = curve.losses[~curve.are_diverged]
    known = known[np.isfinite(known) & ((known > 0) | (not is_log))]
    start = curve.start if math.isfinite(curve.start) and curve.start > 0 else 1.0
    ceiling = start * (_HEADROOM if is_log else _LITTLE_HEADROOM)
    # Those that have diverged stand above the dashes of the loss at the start.
    least = start * _ABOVE if curve.are_diverged.any() and not is_log else start
    high = max(least, min(float(known.max(initial=0.0)), ceiling))
    if is_log:
        return decade_axis(min(float(known.min(initial=start)), start), high, rows, is_tight=True)
    return linear_axis(0.0, high, rows)


def _ticks(across: tuple[float, float], columns: int) -> dict[float, str]:
    """Powers of ten at even distances, as many as there is room for."""
    low, high = across
    most = max(1, columns // _COLUMNS_PER_LABEL)
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last <= first:
        return {low: rate_text(10.0**low), high: rate_text(10.0**high)}
    step = math.ceil((last - first + 1) / most)
    return {float(exponent): _power(exponent) for exponent in range(first, last + 1, step)}


def _power(exponent: int) -> str:
    return rate_text(10.0**exponent) if -3 <= exponent <= 3 else power_label(exponent)
