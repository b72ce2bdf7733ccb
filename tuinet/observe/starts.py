"""Runs of an Experiment from many seeds, or with many values of one number: what has become of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import Array

Bools = NDArray[np.bool_]
Whole = NDArray[np.intp]

LOOKS: Final = 200
"""At most so many times are the runs looked at, after their start."""
STILL: Final = 0.02
"""A run stands still whose losses of the last fifth of its epochs differ by no more than this share of the largest."""
LAST_SHARE: Final = 0.2
LEAST_LOOKS: Final = 6
"""Before so many looks no run counts as standing still."""
GAP: Final = 0.05
"""Sorted losses part into two plateaus where one is lower than the next by more than this share of the next."""


class _ReadOnly:
    """Its arrays cannot be written to, after it has been sent by another process, too."""

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)
        self.__post_init__()


@dataclass(frozen=True, eq=False)
class StartMaps(_ReadOnly):
    """What every network answers over the plane of the map, or along its only input, in few pixels."""

    shares: NDArray[np.float16]
    """Shape (networks, rows, columns), row 0 the top of the plane: what `Surface.values` are, 0 standing for `low` and
    1 for `high`."""
    classes: NDArray[np.uint8] | None
    """For several classes: the one with the largest output, the same shape."""
    low: float
    high: float

    @property
    def bits(self) -> tuple[bytes, bytes]:
        """By which two of them can be compared."""
        return self.shares.tobytes(), b"" if self.classes is None else self.classes.tobytes()

    @property
    def values(self) -> Array:
        """What `Surface.values` are, shape (networks, rows, columns)."""
        values: Array = self.low + (self.high - self.low) * self.shares.astype(np.float64)
        return values


@dataclass(frozen=True)
class Plateau:
    """Runs that stand still at about the same loss."""

    loss: float
    """The median of theirs, the lower one of two."""
    runs: tuple[int, ...]
    """Their places among all runs."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What has become of each run so far: all of them are in one of these."""

    solved: tuple[int, ...]
    plateaus: tuple[Plateau, ...]
    """The one with the most runs first."""
    diverged: tuple[int, ...]
    moving: tuple[int, ...]
    """Neither solved nor diverged, and their loss still changes."""


@dataclass(frozen=True, eq=False)
class Starts(_ReadOnly):
    """How runs from many seeds have gone so far."""

    seeds: range
    epoch: int
    last_epoch: int
    """To which they train."""
    looks: Whole
    """The epochs at which they were looked at, shape (looks,); the last one is the present."""
    curve: NDArray[np.float32]
    """The losses on the training set there, shape (looks, networks)."""
    losses: Array
    """Now, shape (networks,), as `tuinet.observe.metrics.Metrics.loss`."""
    samples: int
    correct: Whole | None
    """For classes and labels: the samples that are right now, shape (networks,)."""
    r2: Array | None
    """For numbers: shape (networks,)."""
    reached: Whole
    """The first look, as an epoch, at which nothing was left to learn (all samples right, for numbers R² above 0.99);
    −1 where there always was something. Shape (networks,)."""
    are_diverged: Bools
    """See `tuinet.session.divergence`; shape (networks,)."""
    maps: StartMaps
    """Taken now, or a little before."""
    note: str = ""
    """Why there are fewer than were asked for, in words."""

    @cached_property
    def are_still(self) -> Bools:
        """Which of the runs stand still, shape (networks,); see `STILL`."""
        recent = self.curve[self.looks >= self.epoch * (1 - LAST_SHARE)]
        if len(self.looks) < LEAST_LOOKS:
            return np.zeros(len(self.seeds), np.bool_)
        with np.errstate(invalid="ignore"):
            highest = recent.max(axis=0)
            still: Bools = highest - recent.min(axis=0) <= STILL * highest
        return still

    @cached_property
    def outcomes(self) -> Outcomes:
        """What has become of each run."""
        solved = (self.reached >= 0) & ~self.are_diverged
        still = self.are_still & ~solved & ~self.are_diverged
        moving = ~(solved | still | self.are_diverged)
        return Outcomes(_places(solved), plateaus(self.losses, still), _places(self.are_diverged), _places(moving))


def plateaus(losses: Array, still: Bools) -> tuple[Plateau, ...]:
    """Runs that stand still, parted where their sorted losses have a gap; see `GAP`.

    Parameters
    ----------
    losses
        Of all runs, shape (networks,).
    still
        Which of them stand still, the same shape.
    """
    order = np.flatnonzero(still)
    order = order[np.argsort(losses[order], kind="stable")]
    sorted_losses = losses[order]
    gaps = np.flatnonzero(np.diff(sorted_losses) > GAP * sorted_losses[1:]) + 1
    groups = [group for group in np.split(order, gaps) if len(group)]
    found = [Plateau(float(losses[group[(len(group) - 1) // 2]]), tuple(group.tolist())) for group in groups]
    return tuple(sorted(found, key=lambda plateau: (-len(plateau.runs), plateau.loss)))


def _places(chosen: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(chosen).tolist())


@dataclass(frozen=True, eq=False)
class Sweep(_ReadOnly):
    """How runs have gone so far that differ in one number, a few seeds with each of its values."""

    field: str
    values: tuple[float, ...]
    """In rising order; of batch sizes the last one is 0, which is the whole training set."""
    seeds: range
    epoch: int
    last_epoch: int
    """To which they train."""
    losses: Array
    """On the training set, now, shape (values, seeds)."""
    are_solved: Bools
    """The same shape: whether there is nothing left to learn now."""
    are_diverged: Bools
    """The same shape."""
    note: str = ""
    """Why there are fewer seeds than were asked for, in words."""

    @cached_property
    def medians(self) -> Array:
        """The median loss with each value, the lower one of two, infinite where it is of a run that has diverged."""
        ordered = np.sort(np.where(self.are_diverged, np.inf, self.losses), axis=1)
        medians: Array = ordered[:, (ordered.shape[1] - 1) // 2]
        return medians

    @property
    def best(self) -> int | None:
        """The place of the value with the lowest median; ``None`` where all medians are infinite."""
        return int(self.medians.argmin()) if np.isfinite(self.medians).any() else None

    @property
    def cliff(self) -> int | None:
        """The place of the value from which on, with every larger one, most runs diverge; ``None`` where none is."""
        most = self.are_diverged.mean(axis=1) > 0.5
        below = np.flatnonzero(~most)
        first = int(below[-1]) + 1 if len(below) else 0
        return first if first < len(self.values) else None


@dataclass(frozen=True)
class NoStarts:
    """Why they could not be trained."""

    reason: str


def looks(epochs: int) -> tuple[int, ...]:
    """The epochs at which runs of this length are looked at: start and end, and every so many between."""
    return (*range(0, epochs, max(1, -(-epochs // LOOKS))), epochs)
