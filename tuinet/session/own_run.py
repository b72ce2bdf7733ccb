"""The user's own run, while another one is set up in its place, as lessons do."""

from __future__ import annotations

from tuinet.session.commands import BringBack, SetUp
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession


class OwnRun:
    """Puts the run of a session aside for another one, and brings it back.

    Parameters
    ----------
    is_own
        Whether the session is the user's, to be saved beside what is set up in its place; not so where a lesson is all
        that was asked for.
    """

    def __init__(self, session: Session, *, is_own: bool) -> None:
        self._session, self._is_own = session, is_own
        self._saved: SavedSession | None = None
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
