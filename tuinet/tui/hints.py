"""Hints: whether what a teacher would point out is shown, or held back by a lesson or by whoever teaches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tuinet.observe.snapshot import Frame, Withheld

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page


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
            self._source, self._seen = frame, replace(frame, snapshot=snapshot)
        return self._seen
