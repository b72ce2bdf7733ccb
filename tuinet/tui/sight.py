"""Which screens can be seen."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def is_seen(screen: Screen[Any]) -> bool:
    """Whether nothing lies over a screen but questions and the palette, through which it shines.

    It has no panels while it is being made, nor while the application ends: a command may be obeyed just then.

    Textual's ``is_current`` holds for the screen below the topmost one, too, even where that hides it.
    """
    if not (screen.is_mounted and screen.app.is_running):
        return False
    stack = screen.app.screen_stack
    return screen in stack and all(above.is_modal for above in stack[stack.index(screen) + 1 :])
