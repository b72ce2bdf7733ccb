"""What screens have in common: a theme, and that they close once; and which of them is seen."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.reactive import reactive
from textual.screen import Screen

from tuinet.tui.style.theme import Theme

Result = TypeVar("Result")


class ThemedScreen(Screen[None]):
    """A screen in the application's theme."""

    theme: reactive[Theme | None] = reactive(None, repaint=False)

    @property
    def colours(self) -> Theme:
        """The present theme."""
        assert self.theme is not None
        return self.theme


class ClosingScreen(Screen[Result]):
    """Closes itself, where Textual's screens close whichever is on top.

    It is the last base of its subclasses: Textual takes the styles of the first one.
    """

    _late: tuple[Result | None] | None = None
    """With what it was closed while another screen lay above it."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """See `textual.screen.Screen`; nothing happens where it is closed already."""
        if self.is_current:
            return super().dismiss(result)
        if self in self.app.screen_stack:
            self._late = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Close now that nothing lies above any more."""
        if self._late is not None:
            self.dismiss(*self._late)


def is_seen(screen: Screen[Any]) -> bool:
    """Whether nothing lies over a screen but questions and the palette, through which it shines.

    It has no panels while it is being made, nor while the application ends: a command may be obeyed just then.

    Textual's ``is_current`` holds for the screen below the topmost one, too, even where that hides it.
    """
    if not (screen.is_mounted and screen.app.is_running):
        return False
    stack = screen.app.screen_stack
    return screen in stack and all(above.is_modal for above in stack[stack.index(screen) + 1 :])
