"""Keeping runs: where one is saved while it is shown, what becomes of the file at the end, and which there are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tuinet.advice import key
from tuinet.data.dataset import Dataset
from tuinet.errors import CheckpointError, TuinetError, of_file
from tuinet.session.session import Session
from tuinet.session.timeline import Checkpoint, Clock, SavedSession
from tuinet.storage.autosave import RunSlot, RunStore, Saver, StoredRun, read_run
from tuinet.storage.private_folder import make_mark, make_private

_MOST_READ: Final = 2**25
"""Bytes of a run that are read only to say what it is: what is larger would take long."""
_PREFIX: Final = "run-"


class KnownRun(NamedTuple):
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


GREETED: Final = "greeted"
"""The file that says that the hint for the first time has been shown."""
FIRST_WORDS: Final = (
    f"welcome: {key('help')} explains keys and screen, {key('pause or resume')} pauses, "
    f"{key('microscope')} shows the arithmetic"
)


class Keeper:
    """Has a run saved while it goes on; without a slot, the warning says why that is not possible."""

    def __init__(self, slot: RunSlot | None, warning: str = "") -> None:
        self._slot = slot
        self.warning = warning
        self.saver = None if slot is None else Saver(slot.save)

    def keep(self, saved: SavedSession | None) -> str:
        """The user has ended the run: leave it to be resumed by who wants to; what there is to say about it.

        Parameters
        ----------
        saved
            What is to be kept; ``None`` where there is nothing worth it, and nothing is left behind.
        """
        if saved is None:
            self.discard()
        if saved is None or self.saver is None or self._slot is None:
            return ""
        self.saver.save_now(saved)
        self.saver.stop()
        self._slot.leave(has_ended=True)
        reason = self.saver.failure
        return f"the run is not kept: {reason}" if reason else "the run is kept; tuinet --resume goes on with it"

    def discard(self) -> None:
        """Leave nothing behind."""
        if self.saver is not None:
            self.saver.stop()
        if self._slot is not None:
            self._slot.discard()

    def leave(self, session: Session | None, put_aside: SavedSession | None = None) -> str:
        """Leave the run to be resumed; what there is to say about it.

        Parameters
        ----------
        session
            Is saved once more; ``None`` where it has been, or where it is not to be trusted.
        put_aside
            The run that was before it, and is the first to be resumed.
        """
        if self.saver is None or self._slot is None:
            return ""
        saved = None if session is None else session.save()
        if saved is not None and saved.is_untouched and put_aside is None:
            self.discard()
            return ""
        if saved is not None:
            self.saver.save_now(saved, put_aside)
        self.saver.stop()
        self._slot.leave()
        path = self._slot.path
        return f"the run is saved in {path}; tuinet --resume goes on with it" if path.exists() else ""


def load(path: str | Path, dataset: Dataset | None = None) -> Session:
    """A session that goes on where another was saved, by `Session.save`, the dashboard, or ``tuinet train --save``.

    Parameters
    ----------
    dataset
        What it was trained on, where that was given to the session; else the data are made or read anew.

    Raises
    ------
    TuinetError
        If the file cannot be used, or the data are not those that it was trained on; the message names the file.
    """
    from tuinet.storage import session_file  # noqa: PLC0415 - not needed at the start

    try:
        return Session.from_saved(session_file.read(Path(path)), str(path), dataset)
    except TuinetError as error:
        raise of_file(error, path) from error


def run_store() -> RunStore:
    """The user's runs; an OSError where there is no place for them."""
    from platformdirs import user_state_path  # noqa: PLC0415 - only the dashboard needs it

    folder = Path(user_state_path("tuinet", appauthor=False))
    if not folder.is_absolute():
        raise OSError(f"{folder}: there is no home directory")
    return RunStore(folder / "runs", folder)


def open_keeper() -> Keeper:
    """A keeper for a new run; one that only warns where nothing can be saved."""
    try:
        return Keeper(run_store().new_slot())
    except OSError as error:
        return Keeper(None, f"this run is not being saved: {error.strerror or error}")


def resume(chosen: StoredRun | None = None) -> tuple[Session, Keeper]:
    """A run, by default the latest, and a keeper that goes on saving it where it is.

    Raises
    ------
    CheckpointError
        If there is none, or it cannot be read.
    """
    for run, slot in _free_runs(chosen):
        try:
            return Session.from_saved(read_run(run)), Keeper(slot)
        except TuinetError as error:
            slot.leave()
            message = str(error)
            raise CheckpointError(message if message.startswith(str(run.path)) else f"{run.path}: {message}") from error
    raise CheckpointError("there is no run to resume")


def greeting() -> str:
    """Words about the latest interrupted run, or for somebody who is here for the first time; else nothing."""
    try:
        store = run_store()
        runs = store.runs() if store.close_to_others() else []
        for run in runs:
            known = look_at(run)
            if not run.has_ended and not known.is_of_epoch_0:
                # Only the latest is resumed without a word about which.
                command = "--resume goes on with it" if run is runs[0] else "runs lists and opens it"
                return f"interrupted run{_described(known)} · tuinet {command}"
        return _first_words(store.folder.parent)
    except OSError:
        return ""


def _first_words(folder: Path) -> str:
    """The hint for the first time; a file in the folder remembers that it was given."""
    mark = folder / GREETED
    make_private(folder)
    if os.path.lexists(mark):
        return ""
    make_mark(mark)
    return FIRST_WORDS


def _free_runs(chosen: StoredRun | None) -> list[tuple[StoredRun, RunSlot]]:
    """The chosen run, or the latest worth it, unless another process has taken it meanwhile."""
    try:
        store = run_store()
        store.close_to_others()
    except OSError as error:
        raise CheckpointError(f"no run can be resumed: {error.strerror or error}") from error
    for run in store.runs() if chosen is None else [chosen]:
        try:
            if chosen is not None or not look_at(run).is_none:
                return [(run, store.take_over(run))]
        except OSError:
            continue
    return []


def _described(run: KnownRun) -> str:
    if run.trouble:
        return " (damaged)"
    return f": {run.dataset}, {run.where}" if run.dataset else ""
