"""An Aside: what the status says besides what a frame knows."""

from __future__ import annotations

from tuinet.tui.link import Link


class Aside:
    """A greeting until the first key, and figures of the line to the terminal.

    Parameters
    ----------
    greeting
        Said until a key is pressed.
    link
        The line whose figures are shown; ``None`` for none.
    """

    def __init__(self, greeting: str = "", link: Link | None = None) -> None:
        self._greeting, self._link = greeting, link

    def words(self) -> str:
        """What is to be said now; often nothing."""
        figures = "" if self._link is None else line_figures(self._link)
        return " · ".join(filter(None, (self._greeting, figures)))

    def say(self, words: str) -> None:
        """Say something until the next key."""
        self._greeting = words

    def note_key(self) -> bool:
        """Note that a key was pressed; whether that has put an end to something that was said."""
        had_greeting, self._greeting = bool(self._greeting), ""
        return had_greeting


def line_figures(link: Link) -> str:
    """``20 frames/s · round trip 12 ms``: updates written lately, and how soon the terminal answers one."""
    rate = f"{link.frame_rate:.0f} frames/s"
    if link.round_trip is None or not link.answers:
        return f"{rate} · the terminal does not answer" if not link.answers else rate
    return f"{rate} · round trip {1000 * link.round_trip:.0f} ms"
