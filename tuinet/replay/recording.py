"""A Recording: the moments of a run from which each can be shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.config import Experiment
from tuinet.data.dataset import Dataset
from tuinet.data.spec import DataSpec
from tuinet.nn.parameters import Array
from tuinet.training.clock import Clock
from tuinet.training.snapshot import HistorySnapshot


@dataclass(frozen=True, eq=False)
class Chapter:
    """Moments of one Experiment, the earliest first.

    A moment is the end of an update. What is kept of it is the state before that update: gradients, updates and all
    buffers of the step come from doing it once more. The moment at step 0 is kept as it is.
    """

    experiment: Experiment
    data_digest: str
    """Of its samples."""
    clock: Clock
    """How epochs are counted."""
    steps: NDArray[np.int64]
    """Complete updates at each moment, shape (moments,)."""
    parameters: Array
    """Before the last update, shape (moments, parameters)."""
    slots: Mapping[str, Array]
    """What the optimizer remembered then, each of shape (moments, size)."""
    batches: NDArray[np.int32]
    """The samples of the last update's batch, shape (moments, batch size): −1 where the batch is smaller; no columns
    where every batch is the whole training set."""
    dropout: NDArray[np.uint64]
    """The state of dropout's generator before the last update, see `tuinet.replay.generator_words`; shape (moments, 6),
    no columns without dropout."""
    history: Mapping[str, Array]
    """The losses recorded up to the last moment, as `History.state` has them."""

    @property
    def epochs(self) -> NDArray[np.int64]:
        """Complete epochs at each moment, shape (moments,)."""
        return self.clock.epoch + (self.steps - self.clock.step) // self.clock.batches_per_epoch


@dataclass(frozen=True, eq=False)
class Recording:
    """A run: one chapter for each Experiment that it has had, in the order of time."""

    chapters: tuple[Chapter, ...]
    datasets: Mapping[DataSpec, Dataset]
    """Samples by what they were made from; those that are missing are made or read anew."""
    curve: HistorySnapshot
    """The losses of the whole run."""

    @cached_property
    def epochs(self) -> NDArray[np.int64]:
        """Complete epochs at each moment, all chapters together, shape (moments,)."""
        return np.concatenate([chapter.epochs for chapter in self.chapters])

    @cached_property
    def _ends(self) -> NDArray[np.intp]:
        return np.cumsum([len(chapter.steps) for chapter in self.chapters])

    def __len__(self) -> int:
        """How many moments there are."""
        return int(self._ends[-1])

    def find(self, moment: int) -> tuple[Chapter, int]:
        """The chapter of a moment, and its row there."""
        index = int(np.searchsorted(self._ends, moment, side="right"))
        chapter = self.chapters[index]
        return chapter, moment - int(self._ends[index]) + len(chapter.steps)

    def moment_at(self, epoch: float) -> int:
        """The last moment that is not after an epoch; the first where there is none."""
        return max(0, int(np.searchsorted(self.epochs, epoch, side="right")) - 1)


def generator_words(state: Mapping[str, Any]) -> list[int]:
    """The state of a PCG64 generator as six numbers of 64 bits: state, increment, and half a number left over."""
    inner, mask = state["state"], 2**64 - 1
    halves = [half for name in ("state", "inc") for half in (inner[name] >> 64, inner[name] & mask)]
    return [*halves, int(state["has_uint32"]), int(state["uinteger"])]


def generator_state(words: NDArray[np.uint64]) -> dict[str, Any]:
    """The inverse of `generator_words`."""
    high, low, inc_high, inc_low, has, left = map(int, words)
    inner = {"state": high << 64 | low, "inc": inc_high << 64 | inc_low}
    return {"bit_generator": "PCG64", "state": inner, "has_uint32": has, "uinteger": left}
