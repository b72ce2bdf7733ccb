"""What is known of a run with other learning rates: losses against rates, and what there is to say of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array

Verdict = Literal["falls", "rises", "diverges"]
_MUCH: Final = 0.5
"""A loss that has fallen by less than to this share says nothing of luck."""
_CLOSE: Final = 1.6
_DIGITS: Final = 6
"""Of a rate that is shown, where they are enough."""
_MOST_DIGITS: Final = 17
"""So many tell any two floats from each other."""
_ROUNDING: Final = 100.0
"""Units of the last place by which a loss may be above that at the start and counts as no higher."""


@dataclass(frozen=True, eq=False)
class RateCurve:
    """The losses of one run after a number of epochs, with one learning rate each time.

    The loss *falls* at a rate where it has not diverged (`tuinet.session.divergence`) and is below that at the start,
    or the same but for rounding: a rate so small that hardly anything moves counts. It *rises* where it is above.
    """

    epochs: int
    """Trained since the start."""
    start: float
    """The loss at the start, on the training set, without any penalty."""
    rates: Array
    """In rising order, shape (rates,)."""
    losses: Array
    """Like `start`, shape (rates,); those of runs that have diverged may be no numbers."""
    are_diverged: NDArray[np.bool_]
    """Shape (rates,)."""
    dtype: str = "float64"
    """Of the network's numbers."""

    @property
    def are_falling(self) -> NDArray[np.bool_]:
        """At which rates the loss falls, shape (rates,)."""
        most = self.start * (1.0 + _ROUNDING * float(np.finfo(self.dtype).eps))
        falling: NDArray[np.bool_] = ~self.are_diverged & (self.losses <= most)
        return falling

    @property
    def block(self) -> tuple[int, int]:
        """The first rates at which the loss falls without a gap: from which index on, and before which one.

        A larger rate at which it falls again has been lucky, and does not count.
        """
        falling = self.are_falling
        if not falling.any():
            return 0, 0
        first = int(falling.argmax())
        gaps = np.flatnonzero(~falling[first:])
        return first, first + int(gaps[0]) if len(gaps) else len(falling)

    @property
    def largest_falling(self) -> float | None:
        """The largest rate of that block; ``None`` where the loss falls nowhere."""
        first, end = self.block
        return float(self.rates[end - 1]) if end > first else None

    @property
    def best(self) -> float | None:
        """The rate of that block with the lowest loss; ``None`` where the loss falls nowhere."""
        place = self.best_place
        return None if place is None else float(self.rates[place])

    @property
    def best_place(self) -> int | None:
        """Its index."""
        first, end = self.block
        return first + int(self.losses[first:end].argmin()) if end > first else None

    @property
    def smallest_diverging(self) -> float | None:
        """The smallest rate at which the run has diverged; ``None`` where it has at none."""
        return float(self.rates[self.are_diverged.argmax()]) if self.are_diverged.any() else None

    def place_of(self, rate: float) -> int:
        """The index of the rate that is nearest, by its logarithm."""
        same = np.flatnonzero(self.rates == rate)
        # Not by the logarithm of a ratio, which may be too large or too small for a float.
        return int(same[0] if len(same) else np.abs(np.log(self.rates) - math.log(rate)).argmin())

    @cached_property
    def _digits(self) -> int:
        """As many as tell the rates that were tried from each other."""
        enough = (count for count in range(_DIGITS, _MOST_DIGITS) if self._are_told_apart(count))
        return next(enough, _MOST_DIGITS)

    def _are_told_apart(self, digits: int) -> bool:
        return len({rate_text(rate, digits) for rate in self.rates}) == len(self.rates)

    def text(self, rate: float) -> str:
        """One of the rates, with as many digits as tell it from the others."""
        return rate_text(rate, self._digits)

    def verdict(self, place: int) -> Verdict:
        """What the loss does at the rate of an index."""
        if self.are_diverged[place]:
            return "diverges"
        return "falls" if self.are_falling[place] else "rises"


@dataclass(frozen=True, eq=False)
class RateSearch:
    """How one run goes on with many learning rates: all that is known so far."""

    experiment: Experiment
    """Of the run as it is, its rate included."""
    epoch: int
    """Of the run, where the search begins."""
    epochs: int
    """That each of the rates is to be trained for."""
    total: int
    """Rates."""
    curves: tuple[RateCurve, ...] = ()
    """After more and more epochs; the last ones are of fewer rates where these are tried one by one."""
    is_stacked: bool = True
    """Whether all rates are trained side by side, rather than one by one."""
    factor: float = 1.0
    """Of the schedule, in the epoch in which the search begins; every rate is multiplied by it, as it is in the run."""
    draws: tuple[str, ...] = ()
    """What is drawn at random: it is the same for all rates."""
    trouble: str = ""
    """Why nothing can be found; empty where nothing stands in the way."""
    batch: int = 0
    """Steps of the epoch made where the search begins: the step under way there is made first."""

    @property
    def is_done(self) -> bool:
        """Whether every rate has been trained to the end."""
        return bool(self.curves) and self.curves[-1].epochs == self.epochs and self.known == self.total

    @property
    def known(self) -> int:
        """Rates that have got as far as the latest curve."""
        return len(self.curves[-1].rates) if self.curves else 0


def sentences(search: RateSearch, curve: RateCurve) -> Iterator[str]:
    """What one of the curves of a search says, in sentences for a person."""
    yield _falling(curve)
    yield from _best(search, curve)
    yield from _luck(curve)
    yield from notes(search)


def _falling(curve: RateCurve) -> str:
    """How far up the loss falls, and what it does beyond."""
    (first, end), lowest, highest = curve.block, curve.text(curve.rates[0]), curve.text(curve.rates[-1])
    if end == first:
        return f"The loss falls at none of the rates from {lowest} to {highest}{_diverging(curve)}."
    largest = curve.text(curve.rates[end - 1])
    if end == len(curve.rates):
        since = f"from {curve.text(curve.rates[first])} to {largest}" if first else f"up to {largest}"
        return f"The loss falls at every rate {since}, the largest that was tried."
    still = f"falls from {curve.text(curve.rates[first])} to" if first else "still falls at"
    return f"The loss {still} {largest}; at {curve.text(curve.rates[end])} it {_beyond(curve, end)}."


def _beyond(curve: RateCurve, end: int) -> str:
    verdict = curve.verdict(end)
    return verdict if verdict == "diverges" else f"{verdict}{_diverging(curve)}"


def _diverging(curve: RateCurve) -> str:
    diverging = curve.smallest_diverging
    if diverging is None:
        return ", and no rate diverges"
    return f", and {curve.text(diverging)} is the first that diverges"


def _best(search: RateSearch, curve: RateCurve) -> Iterator[str]:
    """Which rate is best, and how the present one does beside it."""
    place = curve.best_place
    if place is None:
        return
    present = search.experiment.learning_rate
    here = curve.place_of(present)
    is_tried = bool(curve.rates[here] == present)
    way = f"from {loss_text(curve.start)} to {loss_text(curve.losses[place])}"
    said = f"After {_epochs(curve.epochs)} {curve.text(curve.rates[place])}"
    if is_tried and here == place:
        yield f"{said}, the present rate, is best: {way}."
    else:
        yield f"{said} is best: {way}{f'; {_present(curve, here)}' if is_tried else ''}."


def _present(curve: RateCurve, place: int) -> str:
    named = f"the present {curve.text(curve.rates[place])}"
    return f"{named} {_outcome(curve, place)}"


def _outcome(curve: RateCurve, place: int) -> str:
    return "diverges" if curve.are_diverged[place] else f"gets to {loss_text(curve.losses[place])}"


def _luck(curve: RateCurve) -> Iterator[str]:
    """A rate close to the best one at which the loss falls, but less than halfway as far, on a logarithmic scale."""
    place, (first, end) = curve.best_place, curve.block
    if place is None or curve.losses[place] > _MUCH * curve.start:
        return
    halfway = math.sqrt(curve.start * max(float(curve.losses[place]), 0.0))
    close = [index for index in (place - 1, place + 1) if first <= index < end and _are_close(curve, index)]
    worse = [index for index in close if curve.losses[index] > halfway]
    if worse:
        yield f"Next to it the loss jumps: {curve.text(curve.rates[worse[-1]])} {_outcome(curve, worse[-1])}."


def _are_close(curve: RateCurve, place: int) -> bool:
    """Whether a rate is so near to the best one that about the same is expected of it."""
    low, high = sorted((float(curve.rates[place]), curve.best or math.inf))
    return high / low < _CLOSE


def notes(search: RateSearch) -> Iterator[str]:
    """What has to be known of how the losses came about."""
    if search.experiment.schedule != "constant" or search.experiment.warmup_epochs:
        yield f"The schedule multiplies every rate, by {search.factor:.4g} in epoch {search.epoch:,}."
    if search.draws:
        yield f"One draw of {' and '.join(search.draws)} for all rates: with another seed the losses are others."
    if not search.is_stacked:
        yield "So large a network is trained with one rate after the other, and with few of them."


def rate_text(rate: float, digits: int = _DIGITS) -> str:
    """A rate, short enough to be typed."""
    return f"{rate:.{digits}g}"


def loss_text(loss: float) -> str:
    """A loss with four digits."""
    return f"{loss:.4g}"


def _epochs(count: int) -> str:
    return f"{count:,} epoch{'s' * (count != 1)}"
