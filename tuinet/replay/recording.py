"""A Recording: the moments of a run from which each can be shown again, and how their series are packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.data.recipe import DataSpec
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.session.branches import DataSpan, continued, learned_in, span_at
from tuinet.session.history import HistorySnapshot
from tuinet.session.timeline import Clock, Position


@dataclass(frozen=True, eq=False)
class Chapter:
    """Moments of one Experiment between two changes, the earliest first.

    A moment is the end of an update. What is kept of it is the state before that update: gradients, updates and all
    buffers of the step come from doing it once more. The moment at step 0 is kept as it is.
    """

    experiment: Experiment
    data_digest: str
    clock: Clock
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
    """The state of dropout's generator before the last update, see `generator_words`; shape (moments, 6),
    no columns without dropout."""
    history: Mapping[str, Array]
    """The losses recorded up to the last moment, as `History.state` has them."""
    changed_at: tuple[int, int] = (0, 0)
    """Complete updates and epochs when anything was changed last."""

    @property
    def epochs(self) -> NDArray[np.int64]:
        """Complete epochs at each moment, shape (moments,)."""
        return self.clock.epoch + (self.steps - self.clock.step) // self.clock.batches_per_epoch


@dataclass(frozen=True, eq=False)
class Recording:
    """A run: a chapter from each change to the next, in the order of time."""

    chapters: tuple[Chapter, ...]
    datasets: Mapping[DataSpec, Dataset]
    """Samples by what they were made from; those that are missing are made or read anew."""
    curve: HistorySnapshot

    @cached_property
    def epochs(self) -> NDArray[np.int64]:
        """Complete epochs at each moment, all chapters together, shape (moments,)."""
        return np.concatenate([chapter.epochs for chapter in self.chapters])

    @cached_property
    def _ends(self) -> NDArray[np.intp]:
        return np.cumsum([len(chapter.steps) for chapter in self.chapters])

    def __len__(self) -> int:
        """The number of moments."""
        return int(self._ends[-1])

    def find(self, moment: int) -> tuple[Chapter, int]:
        """The chapter of a moment, and its row there."""
        index = int(np.searchsorted(self._ends, moment, side="right"))
        chapter = self.chapters[index]
        return chapter, moment - int(self._ends[index]) + len(chapter.steps)

    def span_at(self, moment: int) -> DataSpan:
        """From one change of the dataset to the next, around a moment."""
        chapter, _ = self.find(moment)
        return span_at(self._spans, Position(int(chapter.clock.step)))

    @cached_property
    def _spans(self) -> list[DataSpan]:
        spans = [DataSpan(learned_in(self.chapters[0].experiment))]
        for chapter in self.chapters[1:]:
            learned, clock = learned_in(chapter.experiment), chapter.clock
            if learned != spans[-1].learned:
                spans = continued(spans, DataSpan(learned, Position(clock.step), clock.epoch))
        return spans

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


AnyArray = NDArray[Any]


class ArrayReader:
    """Gives out a vector from its start; a ValueError, with its name, where it is of another dtype."""

    def __init__(self, name: str, array: AnyArray, kind: str) -> None:
        if array.ndim != 1 or array.dtype != np.dtype(kind):
            raise ValueError(f"{name} is of shape {array.shape} and {array.dtype}, not a vector of {np.dtype(kind)}")
        self._name, self._array, self._done = name, array, 0

    def take(self, size: int) -> AnyArray:
        """So many numbers; a ValueError where there are not so many left."""
        if size > self._array.size - self._done:
            raise ValueError(f"{self._name} ends too soon")
        self._done += size
        return self._array[self._done - size : self._done]

    def table(self, rows: int, columns: int) -> AnyArray:
        """Take a table, whose rows stand one behind the other."""
        return self.take(rows * columns).reshape(rows, columns)

    def require_end(self) -> None:
        """Refuse what nobody has asked for by a ValueError."""
        if self._done != self._array.size:
            raise ValueError(f"{self._name} has more than there are moments for")


Bytes = NDArray[np.uint8]


def pack(rows: NDArray[Any]) -> Bytes:
    """The difference of each row to the one before, byte plane by byte plane.

    From one moment to the next a parameter changes little: sign, exponent and the first digits stay. So the exclusive
    or of their bits begins with zeros; with the first bytes of all numbers together, then the second ones, and so on,
    the zeros stand together, and can be compressed.

    Parameters
    ----------
    rows
        Shape (moments, numbers), float32 or float64.

    Returns
    -------
    Bytes
        Shape (moments · numbers · bytes of a number,).
    """
    kind = rows.dtype.newbyteorder("<")
    bits = np.ascontiguousarray(rows, dtype=kind).view(f"<u{kind.itemsize}").copy()
    bits[1:] ^= bits[:-1].copy()
    planes = bits.view(np.uint8).reshape(*rows.shape, kind.itemsize)
    return np.ascontiguousarray(planes.transpose(2, 1, 0)).reshape(-1)


def unpack(data: Bytes, moments: int, kind: str) -> NDArray[Any]:
    """The inverse of `pack` for at least one row; a ValueError where so many bytes are no such rows."""
    dtype = np.dtype(kind).newbyteorder("<")
    numbers, rest = divmod(data.size, moments * dtype.itemsize)
    if rest:
        raise ValueError(f"{data.size} bytes are not {moments} rows of {kind}")
    planes = data.reshape(dtype.itemsize, numbers, moments).transpose(2, 1, 0)
    bits = np.array(planes, order="C").view(f"<u{dtype.itemsize}").reshape(moments, numbers)
    np.bitwise_xor.accumulate(bits, axis=0, out=bits)
    return bits.view(dtype).astype(kind, copy=False)
