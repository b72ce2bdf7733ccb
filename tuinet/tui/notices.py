"""Notices: what is said for some seconds, such as why a key did nothing, and then leaves by itself."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

_LEAST: Final = 4.0
"""Seconds that the shortest notice stays."""
_CHARACTERS: Final = 12.0
"""A second: half of what a reader manages, who has to find the notice first."""


def reading_seconds(words: str) -> float:
    """How long a notice stays."""
    return max(_LEAST, len(words) / _CHARACTERS)


class Notice:
    """Words with an end; screens look at it whenever they poll, so that it needs no timer of its own.

    Parameters
    ----------
    now
        A clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self.now = now
        self._begun: object = None
        self._until = 0.0

    def begin(self, words: str, identity: object = None) -> None:
        """Say something from now on.

        Parameters
        ----------
        identity
            Of what is said: where it is that of before, nothing begins anew.
        """
        if identity is None or identity != self._begun:
            self._begun, self._until = identity, self.now() + reading_seconds(words)

    def end(self) -> None:
        """Take it for said long enough."""
        self._until = self.now()

    def skip(self, identity: object) -> None:
        """Take something for said: it was about another screen."""
        self._begun = identity
        self.end()

    @property
    def is_over(self) -> bool:
        """Whether it has been said long enough."""
        return self.now() >= self._until
