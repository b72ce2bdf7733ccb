"""Axes: round numbers at even distances, and the ranges of values that colours and axes go through."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, Literal, NamedTuple

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.text import short_number

_TICK_STEPS: Final = (1.0, 2.0, 2.5, 5.0)
_DECADE_STEPS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 400.0)
_SHORT_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0)
_PARTS_OF_DECADE: Final = (3, 20)
"""A logarithmic axis begins at a multiple of such a part of a decade, so that it rescales seldom: where it spans more
than a decade, at about 1, 2 or 5 times a power of ten."""
_BELOW: Final = 0.1
"""Share of what was reached that a logarithmic axis has below it: the lowest loss does not lie on the axis."""
_MOST_ZEROS: Final = 3
_UNITS: Final = ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
"""From which number on, which number, and the letter for it."""
_SUFFIXES: Final = ("G", "M", "k")
_ROUND: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_ROWS_PER_LABEL: Final = 2
_LABELS: Final = 3
_ROWS_FOR_LABEL: Final = 10
"""A linear axis has at least so many labels, and on a large screen one more for so many rows."""
_LARGEST: Final = 1e300
"""On a linear axis larger losses stand at its top, and smaller ones than its reciprocal at its bottom."""
_LARGEST_EXPONENT: Final = 308.0
_WORTH: Final = (9.0, 3.0, 1.2, 1.0)
"""How much larger a unit may be, by the number of labels, for an axis with three of them."""
_TRIES: Final = 3
"""The tightest axis with a step may have a single label; one a little looser then has two."""
_TOP_DOT: Final = 0.375
"""The uppermost dots of a cell lie so far above its middle."""


class Axis(NamedTuple):
    """A vertical axis, whose lowest row is the one below the curve, where the horizontal axis is."""

    low: float
    """The value in the middle of that row."""
    unit: float
    """From the middle of a row to the middle of the next."""
    labels: Mapping[int, str]
    """The labels, by the number of rows above the lowest row, at even distances."""


@lru_cache(maxsize=64)
def linear_axis(low: float, high: float, rows: int, *, is_tight: bool = False) -> Axis:
    """An axis with round numbers at even distances, from at most ``low`` to at least ``high``, over 2 rows or more."""
    high = high if high > low else low + max(abs(low), 1.0)
    power = math.floor(math.log10(high - low)) - 2
    steps = (step * 10.0**exponent for exponent in range(power, power + 6) for step in _TICK_STEPS)
    wanted = max(_LABELS, rows // _ROWS_FOR_LABEL)
    axis = _best_axis(low, high, rows, steps, tick_label, wanted, is_tight=is_tight)
    if not any(label.endswith(_SUFFIXES) for label in axis.labels.values()):
        return axis
    values = [axis.low + offset * axis.unit for offset in axis.labels]
    return axis._replace(labels=dict(zip(axis.labels, tick_labels(values), strict=True)))


def decade_axis(low: float, high: float, rows: int, *, is_tight: bool = False) -> Axis:
    """An axis of powers of ten around two positive values, in units of their exponents.

    A tight one begins at the lower value where two powers of ten lie between them, else at the power below it.
    """
    lowest, highest = math.log10(low), math.log10(high)
    if is_tight and math.floor(highest) > math.ceil(lowest):
        return _best_axis(lowest, highest, rows, _DECADE_STEPS, power_label, is_tight=True)
    return _best_axis(math.floor(lowest), max(highest, math.floor(lowest) + 0.5), rows, _DECADE_STEPS, power_label)


def axis_of_losses(losses: Array, rows: int, log: bool, floor: float = 0.0) -> Axis:
    """An axis for losses: from a floor up to the largest; or logarithmic, around those that are above 0."""
    if not log:
        high = min(float(losses.max(initial=0.0)), _LARGEST)
        return linear_axis(floor, high if high > 1 / _LARGEST else 0.0, rows, is_tight=floor > 0)
    positive = losses[losses > 0] if (losses > 0).any() else np.ones(1)
    return log_axis(float(positive.min()), float(positive.max()), rows)


def log_axis(low: float, high: float, rows: int) -> Axis:
    """An axis of what was reached, in units of exponents: it begins a little below the lowest of two positive values.

    Its labels are powers of ten; or, where it spans less than one, the values themselves.
    """
    lowest, highest = math.log10(low), math.log10(high)
    is_short = highest - lowest < 1
    grid = _PARTS_OF_DECADE[is_short]
    start = math.floor((lowest - _BELOW * (highest - lowest)) * grid) / grid
    steps = _SHORT_STEPS if is_short else _DECADE_STEPS
    label = value_label if is_short else loss_label
    return _best_axis(start, max(highest, start + 1 / grid), rows, steps, label, is_tight=True)


def exponents(losses: Array, axis: Axis) -> Array:
    """Losses as a logarithmic axis has them; 0 lies on the axis."""
    found: Array = np.log10(losses, out=np.full(len(losses), axis.low), where=losses > 0)
    return found


def _best_axis(
    low: float,
    high: float,
    rows: int,
    steps: Iterable[float],
    label: Callable[[float], str],
    wanted: int = _LABELS,
    *,
    is_tight: bool = False,
) -> Axis:
    """The axis that wastes the least room among those with so many labels, or fewer where there are no such axes.

    Parameters
    ----------
    is_tight
        Whether three labels are wanted, but a third one is worth only a little room.
    """
    found = [axis for step in steps for axis in islice(_axes(low, high, rows, step, label), _TRIES)]
    if is_tight:
        return min(found, key=lambda axis: axis.unit * _WORTH[min(len(axis.labels), 3)])
    return min(found, key=lambda axis: (-min(len(axis.labels), wanted), axis.unit))


def _axes(low: float, high: float, rows: int, step: float, label: Callable[[float], str]) -> Iterator[Axis]:
    """The axes that hold the range and have a label every so many units."""
    lowest = math.ceil(low / step - 1e-9) * step
    for every in range(rows, _ROWS_PER_LABEL - 1, -1):
        unit = step / every
        below = math.ceil((lowest - low) / unit - 1e-9)
        start = lowest - below * unit
        if start + (rows + _TOP_DOT) * unit >= high - 1e-9 * unit:
            labels = {offset: label(lowest + (offset - below) * unit) for offset in range(below, rows + 1, every)}
            yield Axis(start, unit, labels)


def round_up(value: float) -> float:
    """The next round number (1, 1.5, 2, 3, … times a power of ten), so that an axis rescales seldom."""
    if not value > 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _ROUND if value <= step * power * (1 + 1e-9))


def ticks_between(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` round numbers at even distances within a range."""
    power = 10.0 ** math.floor(math.log10((high - low) / max(most, 1)))
    for step in (step * factor * power for factor in (1, 10) for step in _TICK_STEPS):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [index * step for index in range(first, last + 1)]
    return []


def tick_label(value: float) -> str:
    """A short label: ``0``, ``0.25``, ``1,500``, ``20k``, ``3M``."""
    for least, size, suffix in _UNITS:
        if abs(value) >= least:
            return f"{value / size:g}{suffix}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{round(value, 12):g}"


def tick_labels(values: Sequence[float]) -> list[str]:
    """The labels of an axis, all in the unit of the largest number: ``0``, ``5k``, ``10k``."""
    largest = max(map(abs, values), default=0.0)
    for least, size, suffix in _UNITS:
        if largest >= least:
            shares = (round(value / size, 9) for value in values)
            return [f"{share:g}{suffix}" if share else "0" for share in shares]
    return [tick_label(value) for value in values]


def loss_label(exponent: float) -> str:
    """A power of ten as a number, unless it is far from 1: ``0.01``, ``1,000``, ``1e-6``."""
    return tick_label(10.0**exponent) if abs(exponent) <= _MOST_ZEROS else power_label(exponent)


def value_label(exponent: float) -> str:
    """The value of an exponent with three digits: ``0.501``."""
    return short_number(10.0 ** min(exponent, _LARGEST_EXPONENT))


def power_label(exponent: float) -> str:
    """A power of ten: ``1e-6``, ``1``."""
    return "1" if not exponent else f"1e{exponent:.0f}"


Scale = Literal["auto", "linear", "log"]
"""How an axis of losses is wished to be; by itself it is linear as long as that tells the curves apart."""
_SPANS: Final = (30.0, 15.0)
"""The largest loss over the smallest from which on an axis becomes logarithmic, and down to which it stays so."""
_RATIOS: Final = (1.5, 1.25)
"""The same for the losses at the ends of two curves."""
_TOUCHING: Final = (1.0, 2.0)
"""So many rows apart at most, on a linear axis, such ends share a row, or nearly so."""


def asks_for_log(curves: Iterable[Array], rows: int, *, is_log: bool = False) -> bool:
    """Whether losses, an array for each curve, are better seen on a logarithmic axis than on a linear one.

    They are where they go through one and a half powers of ten, or where curves with different ends would end in the
    same row.

    Parameters
    ----------
    curves
        What is not positive and finite counts as not there.
    is_log
        Whether the axis is logarithmic already: it is linear again only where that is clearly enough, so that it does
        not change to and fro.
    """
    known = [found for curve in curves if len(found := _positive(curve))]
    if not known:
        return False
    low, high = min(float(one.min()) for one in known), max(float(one.max()) for one in known)
    if high / _SPANS[is_log] >= low:
        return True
    room = _TOUCHING[is_log] * (high / max(rows, 1))
    ends = sorted(float(one[-1]) for one in known)
    return any(upper / _RATIOS[is_log] >= lower and upper - lower < room for lower, upper in pairwise(ends))


_HALVES: Final = (0.5, 0.4)
"""The smallest loss over the largest from which on a linear axis leaves out what is below, and down to which."""
_LEAST_SPAN: Final = 0.1
"""Share of the largest loss that such an axis is fitted to at least: what hardly moves is not made to look as if."""
_ROOM_BELOW: Final = (0.35, 0.6)
"""Below the smallest loss, as a share of what the losses span: when the axis begins there, and at most."""
_LEAST_ROWS: Final = 5


def floor_of(curves: Iterable[Array], rows: int, before: float = 0.0) -> float:
    """Where a linear axis of losses begins.

    At 0; but where losses have moved, and as long as none is below half of the largest one, a little below the
    smallest, so that it is seen whether a run that has only begun learns at all.

    Parameters
    ----------
    curves
        An array of losses for each curve; what is not positive and finite counts as not there.
    before
        Where it began: it stays there as long as that suits.
    """
    known = np.concatenate([found for curve in curves if len(found := _positive(curve))] or [np.zeros(1)])
    low, high = float(known.min()), min(float(known.max()), _LARGEST)
    if rows < _LEAST_ROWS or low == high or low < max(_HALVES[before > 0] * high, 1 / _LARGEST):
        return 0.0
    span = max(high - low, _LEAST_SPAN * high)
    least, most = (high - before) / rows, _ROOM_BELOW[1] * span
    return before if before > 0 and least <= low - before <= most else low - _ROOM_BELOW[0] * span


def _positive(curve: Array) -> Array:
    return curve[np.isfinite(curve) & (curve > 0)]


class AutoScale:
    """Whether an axis of losses is logarithmic, as it is wished or as the losses ask for it; and where it begins."""

    def __init__(self) -> None:
        self.is_log = False
        """As it was found last."""
        self.floor = 0.0
        """Where it begins while it is linear."""
        self._asked = False

    def follow(self, wish: Scale, curves: Sequence[Array], rows: int) -> bool:
        """Whether it is logarithmic now; see `asks_for_log` and `floor_of`."""
        self._asked = asks_for_log(curves, rows, is_log=self._asked)
        self.is_log = wish == "log" or (wish == "auto" and self._asked)
        self.floor = 0.0 if self.is_log or wish == "linear" else floor_of(curves, rows, self.floor)
        return self.is_log


def next_scale(wish: Scale, *, is_log: bool) -> Scale:
    """What a key makes of a wish: the other axis than the one in sight, and by itself again after that."""
    if wish == "auto":
        return "linear" if is_log else "log"
    return "linear" if wish == "log" else "auto"


def scale_words(wish: Scale, *, is_log: bool, floor: float = 0.0) -> Sequence[str]:
    """What is said of an axis of losses, the longest first; nothing of a linear one from 0 that is not wished."""
    if floor > 0:
        return ("axis not from 0", "not from 0")
    if wish == "auto":
        return ("automatic log scale", "log scale") if is_log else ("",)
    return (f"{wish} scale", wish)


SCALE_SENTENCES: Final[Mapping[Scale, str]] = {
    "auto": "loss axis: logarithmic where curves touch or span powers of ten",
    "linear": "loss axis: linear, from 0",
    "log": "loss axis: logarithmic",
}
"""What is said when another axis has been asked for."""


BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(("sigmoid", "softmax", "step"), (0.0, 1.0)),
    **dict.fromkeys(("tanh", "softsign", "sin"), (-1.0, 1.0)),
}
"""The range of each activation that is bounded on both sides."""
_FLAT: Final = 1e-9
"""Share of its size that a response may vary by and counts as the same everywhere."""
_HUGE: Final = 1e150
"""Larger values of a diverging network count as this, so that the width of the range is finite."""


def target_range(snapshot: Snapshot) -> tuple[float, float]:
    """The lowest and the highest number to predict, never the same; −1 and 1 where there is none."""
    dataset = snapshot.dataset
    targets = next((y[:, 0] for y in (dataset.y, dataset.y_test) if len(y)), np.array([-1.0, 1.0]))
    low, high = float(targets.min()), float(targets.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def response_range(values: Array, activation: str) -> tuple[float, float]:
    """The range of the colours of a unit's response: the activation's bounds, or else the range of the values.

    That is rounded outwards to two digits of its width, so that the colours stay while it hardly changes.
    """
    finite = np.clip(values[np.isfinite(values)], -_HUGE, _HUGE)
    if activation in BOUNDS or not len(finite):
        return BOUNDS.get(activation, (0.0, 1.0))
    low, high = float(finite.min()), float(finite.max())
    if high - low <= max(_FLAT * max(abs(low), abs(high)), sys.float_info.min * 1e3):
        return low - 0.5, high + 0.5
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    return math.floor(low / step) * step, math.ceil(high / step) * step
