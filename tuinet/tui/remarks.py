"""Remarks: what a screen says about the last key where nothing else can be seen of it."""

from __future__ import annotations

from textual.reactive import reactive
from textual.screen import Screen

from tuinet.tui.keymap import keymap_of
from tuinet.tui.messages import KeyRefused


class Remarking(Screen[None]):
    """A screen that says why a key did nothing, until the next key."""

    remark: reactive[str] = reactive("", repaint=False)

    def say(self, words: str) -> None:
        """Say why the last key did nothing."""
        self.remark = keymap_of(self.app).spelled(words)

    def forget_remark(self) -> None:
        """Say it no longer."""
        self.remark = ""

    def on_key_refused(self, event: KeyRefused) -> None:
        """Say why a key of a panel did nothing."""
        self.say(event.reason)
