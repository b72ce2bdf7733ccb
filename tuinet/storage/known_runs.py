"""What is known of the runs that can be resumed, without going on with them: for the next start, and for a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuinet.errors import TuinetError
from tuinet.session.timeline import Checkpoint, Clock
from tuinet.storage.autosave import RunStore, StoredRun, read_run

_MOST_READ: Final = 2**25
"""Bytes of a run that are read only to say what it is: what is larger would take long."""
_PREFIX: Final = "run-"


@dataclass(frozen=True)
class KnownRun:
    """A run that can be resumed, and what its file says of it."""

    stored: StoredRun
    dataset: str = ""
    """Its name; empty where the file was too large to be read for that, or cannot be read."""
    hidden: tuple[int, ...] = ()
    epoch: int | None = None
    """Where it is; ``None`` where that is not known."""
    furthest: int | None = None
    """The last epoch that it has ever been at, on any branch."""
    is_none: bool = False
    """Whether nothing has been done in it."""
    trouble: str = ""
    """Why it cannot be read."""

    @property
    def name(self) -> str:
        """Of the file, without what all of them have in common: it begins with the time at which the run began."""
        return self.stored.path.stem.removeprefix(_PREFIX)

    @property
    def is_of_epoch_0(self) -> bool:
        """Whether it has never come to the end of an epoch; of a file that is not read that is not known."""
        return self.furthest == 0

    @property
    def where(self) -> str:
        """``epoch 1,240``; in the past, of how many there have been; empty where that is not known."""
        if self.epoch is None or self.furthest is None:
            return ""
        past = f" of {self.furthest:,}" if self.furthest > self.epoch else ""
        return f"epoch {self.epoch:,}{past}"


def look_at(run: StoredRun) -> KnownRun:
    """Read what a run is, where that does not take long; what is wrong with it is no error."""
    try:
        if run.path.stat().st_size > _MOST_READ:
            return KnownRun(run)
        saved = read_run(run)
        state = saved.present
    except (TuinetError, OSError) as error:
        return KnownRun(run, trouble=str(error))
    epoch, experiment = _epoch(state), state.experiment
    furthest = max([epoch, *(branch.epoch_at(branch.tip) for branch in saved.branches)])
    return KnownRun(run, experiment.dataset, experiment.hidden, epoch, furthest, saved.is_untouched)


def known_runs(store: RunStore) -> list[KnownRun]:
    """The runs worth speaking of, the latest first."""
    return [known for known in map(look_at, store.runs()) if not known.is_none]


def chosen_among(runs: Sequence[KnownRun], which: str) -> KnownRun | None:
    """The run of a number, counted from 1, or of a name, or of what no other name begins with; ``None`` for none."""
    if which.isascii() and which.isdecimal() and 1 <= int(which) <= len(runs):
        return runs[int(which) - 1]
    found = [run for run in runs if run.name.startswith(which.removeprefix(_PREFIX))] if which else []
    exact = [run for run in found if run.name == which.removeprefix(_PREFIX)]
    return (exact or found)[0] if exact or len(found) == 1 else None


def _epoch(state: Checkpoint) -> int:
    samples = state.order.size
    per_epoch = -(-samples // (state.experiment.batch_size or max(samples, 1)))
    return Clock(max(per_epoch, 1), *state.epoch_start).epoch_at(state.step_count)
