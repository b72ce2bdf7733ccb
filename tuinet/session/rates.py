"""The rate finder: how a run goes on from where it is, with one learning rate after the other.

Weights, the optimizer's memory, the order of batches and dropout masks are those of the run: only the rate differs.
With a schedule each rate is multiplied as the run's own is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.errors import DataError
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.observe.rates import RateCurve, RateSearch
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.run import Run
from tuinet.session.stacked import stacked_run, stacks, trained_at_once
from tuinet.session.stacked_run import RunsInTurn
from tuinet.session.timeline import Checkpoint
from tuinet.session.watching import Bursts, present_look

LOWEST: Final = 1e-4
HIGHEST: Final = 100.0
PER_DECADE: Final = 10
"""Rates to a power of ten: steps of a quarter. The cliff is found as exactly as that."""
FEW_PER_DECADE: Final = 2
"""The same where rates are tried one by one: steps of about three."""
_SANE: Final = (1e-9, 1e6)
_DIGITS_OF_FLOATS: Final = 300
"""Powers of ten that a float can hold at least."""
_MOST_DIGITS: Final = 16
"""Behind the point of a float: no more of them make a difference."""
_LOOKS: Final = (1, 2, 3, 5, 7)
"""Epochs after which the losses are looked at, and their multiples by powers of ten."""
_BETWEEN_LOOKS: Final = 0.1
"""Seconds after which whoever searches may be asked to stop."""


def usual_rates(experiment: Experiment, datasets: DatasetCache) -> tuple[float, ...]:
    """Rates from 1e-4 to 100, and as far as ten times the present one up and down, which is one of them.

    Neighbours have the same ratio: see `rates_per_decade`. A present rate that nobody would try (below 1e-9, above 1e6)
    is left out.
    """
    low, high = _SANE
    present = experiment.learning_rate if low <= experiment.learning_rate <= high else 1.0
    per_decade = rates_per_decade(experiment, datasets)
    low, high = min(LOWEST, present / 10), max(HIGHEST, present * 10)
    first = math.ceil(per_decade * math.log10(low / present) - 1e-9)
    last = math.floor(per_decade * math.log10(high / present) + 1e-9)
    powers = (10.0 ** (place / per_decade) for place in range(first, last + 1))
    return tuple(_rounded(present * power, 1 / per_decade) if power != 1.0 else present for power in powers)


def rates_per_decade(experiment: Experiment, datasets: DatasetCache) -> int:
    """How many rates there usually are to a power of ten: 10, or 2 where they have to be tried one by one."""
    return PER_DECADE if trained_at_once(experiment, datasets.get(experiment)) > 1 else FEW_PER_DECADE


def log_spaced(low: float, high: float, count: int) -> tuple[float, ...]:
    """So many rates, at least 2, in a geometric sequence with these ends, those between short enough to be typed."""
    width = decades(low, high) / (count - 1)
    between = (_rounded(_raised(low, width * place), width) for place in range(1, count - 1))
    return (low, *between, high)


def decades(low: float, high: float) -> float:
    """How many powers of ten there are from a number above 0 to a larger one, however far or close they are."""
    if high < 2 * low:
        # The difference is exact, where the ratio has lost most of its digits.
        return math.log1p((high - low) / low) / math.log(10)
    ratio = high / low
    return math.log10(ratio) if math.isfinite(ratio) else math.log10(high) - math.log10(low)


def _raised(rate: float, powers: float) -> float:
    """A rate times ten to some power; a power from the smallest rate to the largest may be no float itself."""
    if powers < _DIGITS_OF_FLOATS:
        return rate * math.pow(10.0, powers)
    half = math.pow(10.0, powers / 2)
    return rate * half * half


def _rounded(rate: float, width: float) -> float:
    """A rate with as many digits as leave it within a tenth of a step of where it was.

    Parameters
    ----------
    width
        Of a step, in powers of ten.
    """
    tenth = min(math.expm1(min(width, 1.0) / 10 * math.log(10)), 0.05)
    digits = math.ceil(-math.log10(2 * tenth)) if tenth else _MOST_DIGITS
    return float(f"{rate:.{min(max(0, digits), _MOST_DIGITS)}e}")


def looks(epochs: int) -> tuple[int, ...]:
    """Epochs after which the losses are looked at: 1, 2, 3, 5, 7, 10, 20, … and the last."""
    powers = range(len(str(epochs)))
    return (*(look for power in powers for first in _LOOKS if (look := first * 10**power) < epochs), epochs)


def find_rates(
    start: Checkpoint, datasets: DatasetCache, rates: Sequence[float], epochs: int
) -> Iterator[RateSearch | None]:
    """Train a run on from a state with each of these rates.

    Where the networks cannot be stacked (see `tuinet.session.stacked.stacks`) one rate is tried after the other, from
    coarse steps to fine ones.

    Parameters
    ----------
    start
        A state of the run. A step under way in it is completed first, at the run's own rate; the rest of an epoch under
        way counts as the first epoch.
    rates
        Above 0, in rising order.
    epochs
        At least 1.

    Yields
    ------
    RateSearch | None
        All that is known so far, at the start and after each look; ``None`` every tenth of a second where there is
        nothing new.

    Raises
    ------
    TuinetError
        If the data cannot be read any more, or has changed, or has no samples to learn from.
    """
    run = _settled(start, datasets)
    if not len(run.dataset.X):
        raise DataError(f"{run.dataset.name}: there are no samples to learn from")
    begun = run.checkpoint()._replace(experiment=replace(run.experiment, weights=""))
    experiments = [replace(begun.experiment, learning_rate=rate) for rate in rates]
    groups = stacks(experiments, datasets)
    table = _RateTable.of(run, rates, epochs, is_stacked=len(groups) < len(rates) or len(rates) == 1)
    way = _Way(epochs * run.clock.batches_per_epoch, epochs, len(groups))
    yield table.found()
    for group in _coarse_first(groups):
        stack = stacked_run([experiments[place] for place in group], datasets, start=begun)
        yield from table.filled(stack, np.array(group), way)
        way.groups_done += 1


def _settled(start: Checkpoint, datasets: DatasetCache) -> Run:
    """A run at a state, or at the end of the step under way in it."""
    run = Run(replace(start.experiment, weights=""), datasets, records=False).restored(start)
    while run.phases_done:
        run.run_phase()
    return run


def _coarse_first(groups: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """Every fourth, those halfway between them, and then the rest."""
    order = sorted(range(len(groups)), key=lambda place: (place % 4 > 0, place % 2, place))
    return [groups[place] for place in order]


@dataclass
class _Way:
    """How far a search has got; whoever watches (`tuinet.session.watching`) is told in updates, and may end it."""

    steps: int
    """Updates of each group."""
    epochs: int
    """Epochs of each group."""
    groups: int
    groups_done: int = 0
    bursts: Bursts = field(default_factory=lambda: Bursts(_BETWEEN_LOOKS))

    def advanced(self, stack: RunsInTurn, first: int, epoch: int) -> Iterator[None]:
        """Train a group, which began at the first epoch, up to another one."""
        while stack.epoch < epoch:
            count = min(self.bursts.size, epoch - stack.epoch)
            with self.bursts.timed(count):
                stack.advance(count)
            look, done = present_look(), self.groups_done * self.steps
            if look is not None:
                look(done + (stack.epoch - first) * self.steps // self.epochs, self.groups * self.steps)
            yield None


@dataclass(eq=False)
class _RateTable:
    """What is known of each rate after each look."""

    search: RateSearch
    start: float
    rates: Array
    losses: Array
    """Shape (looks, rates)."""
    are_known: NDArray[np.bool_]
    """Of the same shape."""
    are_diverged: NDArray[np.bool_]
    """Of the same shape."""

    @classmethod
    def of(cls, run: Run, rates: Sequence[float], epochs: int, *, is_stacked: bool) -> _RateTable:
        """An empty one, of a run where the search begins."""
        shape = len(looks(epochs)), len(rates)
        schedule = build.make_schedule(run.experiment, build.make_arithmetic(run.experiment, run.dataset))
        has_order = run.experiment.shuffle and run.clock.batches_per_epoch > 1
        draws = {"batches": has_order, "dropout masks": run.regularization.dropout is not None}
        search = RateSearch(
            experiment=run.experiment,
            epoch=run.epoch,
            epochs=epochs,
            total=len(rates),
            is_stacked=is_stacked,
            factor=schedule.factor(run.epoch),
            batch=run.batch,
            draws=tuple(name for name, is_drawn in draws.items() if is_drawn),
        )
        unknown = np.zeros(shape, bool)
        start = run.observer.train.whole.loss()
        return cls(search, start, np.array(rates), np.full(shape, np.nan), unknown, unknown.copy())

    def filled(self, stack: RunsInTurn, places: NDArray[np.intp], way: _Way) -> Iterator[RateSearch | None]:
        """Train a stack, which has the rates of these places; what is not finite any more is trained no further."""
        first = stack.epoch
        for row, look in enumerate(looks(self.search.epochs)):
            yield from way.advanced(stack, first, first + look)
            losses = stack.metrics().losses
            self.losses[row, places], self.are_known[row, places] = losses, True
            self.are_diverged[row, places] = stack.are_diverged(losses)
            going = np.flatnonzero(np.isfinite(losses))
            if len(going) < len(places):
                ended = np.delete(places, going)
                self.are_known[row:, ended] = self.are_diverged[row:, ended] = True
                places = places[going]
            yield self.found()
            if not len(places):
                return
            if len(places) < len(losses):
                stack.keep(going.tolist())

    def found(self) -> RateSearch:
        """All that is known by now."""
        rows = [row for row, known in enumerate(self.are_known) if known.any()]
        return replace(self.search, curves=tuple(self._curve(row) for row in rows))

    def _curve(self, row: int) -> RateCurve:
        known, experiment = self.are_known[row], self.search.experiment
        rates, losses, diverged = (one[known] for one in (self.rates, self.losses[row], self.are_diverged[row]))
        return RateCurve(looks(self.search.epochs)[row], self.start, rates, losses, diverged, experiment.dtype)
