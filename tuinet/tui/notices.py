"""Notices, which are said for some seconds and leave by themselves; and hints, which may be held back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from tuinet.observe.snapshot import Frame, Withheld

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page


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


class Hints:
    """Decides it for all screens of an application, and gives them frames without what is held back.

    Parameters
    ----------
    wanted
        Whether the user wants hints; ``None`` where that was left to the lessons, outside of which there are some.
    """

    def __init__(self, wanted: bool | None = None) -> None:
        self.wanted = wanted
        self.page: Page | None = None
        """The step of the lesson that is on; ``None`` where none is."""
        self._source: Frame | None = None
        self._seen: Frame | None = None

    @property
    def withheld(self) -> Withheld:
        """Who holds them back now: before a question is answered, the lesson, whatever else is wanted."""
        page = self.page
        if page is not None and page.asks:
            return "lesson"
        if self.wanted is not None:
            return "" if self.wanted else "user"
        return "" if page is None or page.step.hints else "lesson"

    def toggle(self) -> str:
        """Show them, or hold them back, from now on; returns why that cannot be, empty where it can."""
        if self.page is not None and self.page.asks:
            return "hints would answer the question: they can be had after it"
        self.wanted = bool(self.withheld)
        return ""

    def seen(self, frame: Frame) -> Frame:
        """A frame as it is to be seen: of the same frame the same one, until something else is held back."""
        withheld = self.withheld
        if withheld == frame.snapshot.withheld:
            return frame
        if self._seen is None or self._source is not frame or self._seen.snapshot.withheld != withheld:
            findings = () if withheld else frame.snapshot.findings
            snapshot = replace(frame.snapshot, findings=findings, withheld=withheld)
            self._source, self._seen = frame, frame._replace(snapshot=snapshot)
        return self._seen
