"""The user's own run: kept safe while it goes on, and put aside while another one is in its place, as lessons do."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

from tuinet.session.commands import BringBack, SetUp
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.storage.autosave import Saver


class OwnRun:
    """Puts the run of a session aside for another one, brings it back, and has both saved.

    Parameters
    ----------
    is_own
        Whether the session is the user's, to be saved beside what is set up in its place; not so where a lesson is all
        that was asked for.
    saver
        Keeps the run safe; ``None`` where it is not to be saved.
    warning
        What there is to warn of where there is no saver.
    """

    def __init__(self, session: Session, *, is_own: bool, saver: Saver | None = None, warning: str = "") -> None:
        self._session, self._is_own = session, is_own
        self._saver, self._warning = saver, warning
        self._saved: SavedSession | None = None
        self._was_saved = False
        self.is_unsaved = saver is not None
        """Whether there may be something to save."""
        self.number = 0
        """Of the run that was set up; 0 where none was."""
        self.has_news = False
        """Whether the user's run has been trained or changed since it began or was saved to a file of the user's."""

    def note(self, *, is_saved: bool = False) -> None:
        """The session was trained or changed; or saved. What is set up in the place of the user's run is not meant."""
        if not self.number:
            self.has_news = not is_saved

    @property
    def put_aside(self) -> SavedSession | None:
        """The user's run where another one is in its place, to be saved with that; else ``None``."""
        return self._saved if self._is_own else None

    def kept(self) -> SavedSession | None:
        """The user's run as it is to be saved at the end; ``None`` where nothing was done."""
        if not self._is_own:
            return None
        saved = self._saved or self._session.save()
        return None if saved.is_untouched else saved

    def change(self, command: SetUp | BringBack) -> bool:
        """Begin another run, or go on with the one that was put aside for it; whether there was one to go on with."""
        if isinstance(command, SetUp):
            before = self._saved or self._session.save()
            self._session.begin(command.experiment)
            self._saved, self.number = before, command.number
        elif self._saved is not None:
            self._session.restore(self._saved)
            self._saved, self.number, self._is_own = None, 0, True
        else:
            return False
        return True

    def save_if_due(self) -> None:
        """Have what is not saved yet written while the training goes on, if it is time for that."""
        if self._saver is not None and self.is_unsaved and not self._saver.seconds_left():
            saved = self._session.save()
            if self._is_worth_saving(saved):
                self._saver.hand_over(saved, self.put_aside)
            self.is_unsaved = False

    def save_now(self) -> None:
        """Write everything before returning."""
        if self._saver is not None:
            saved = self._session.save()
            if self._is_worth_saving(saved):
                self._saver.save_now(saved, self.put_aside)

    def save_as(self, path: Path) -> str:
        """Write the run to a file of the user's; returns what there is to say about that."""
        from tuinet.storage import session_file  # noqa: PLC0415 - not needed at the start

        saved = self._session.save()
        session_file.write(path, saved, compressed=False)
        self.note(is_saved=True)
        past = "" if session_file.fits(saved) else ", without its past, which is too large"
        return f"the run is in {path}{past}"

    def _is_worth_saving(self, saved: SavedSession) -> bool:
        """Whether anything was done; once saved, what was done and taken back is saved over it."""
        self._was_saved |= self.put_aside is not None or not saved.is_untouched
        return self._was_saved

    def seconds_to_save(self) -> float:
        """Seconds until the next save; infinity where nothing is to be saved."""
        return self._saver.seconds_left() if self._saver is not None and self.is_unsaved else math.inf

    @property
    def warning(self) -> str:
        """What there is to warn of; empty where all is well."""
        return self._warning if self._saver is None else self._saver.warning

    @property
    def at_stake(self) -> Literal["nothing", "kept", "lost"]:
        """What becomes of what is in no file of the user's."""
        if not self.has_news:
            return "nothing"
        return "lost" if self._saver is None or self._saver.failure else "kept"
