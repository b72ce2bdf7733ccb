"""Commands that the training has not got round to yet, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from tuinet.session.commands import Command

MOMENT: Final = 0.1
"""Seconds that a command may take without being mentioned: most take a few milliseconds."""


class Waiting:
    """Says what is still to come, so that a key is answered while a step of a large network takes its time.

    Parameters
    ----------
    now
        A clock.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._since: float | None = None

    def words(self, commands: Sequence[Command]) -> str:
        """``pending: pause``; empty where nothing has been waiting for longer than a moment.

        Parameters
        ----------
        commands
            Those that have not taken effect yet, the oldest first.
        """
        if not commands:
            self._since = None
            return ""
        if self._since is None:
            self._since = self._now()
        if self._now() - self._since < MOMENT:
            return ""
        others = f", {len(commands) - 1} more" if len(commands) > 1 else ""
        return f"pending: {commands[0]}{others}"
