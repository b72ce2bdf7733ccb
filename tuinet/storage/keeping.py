"""Keeping a run: where it is saved while the dashboard shows it, and what becomes of the file at the end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tuinet.advice import key
from tuinet.errors import CheckpointError, TuinetError
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.storage.autosave import RunSlot, RunStore, Saver, StoredRun, read_run
from tuinet.storage.private_folder import make_mark, make_private

if TYPE_CHECKING:
    from tuinet.storage.known_runs import KnownRun

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
            from tuinet.storage.known_runs import look_at  # noqa: PLC0415 - most have none

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
    from tuinet.storage.known_runs import look_at  # noqa: PLC0415 - as above

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
