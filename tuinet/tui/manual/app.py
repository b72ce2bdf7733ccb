"""The manual as an application of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from tuinet.manual.pages import Page
from tuinet.tui.keys import APP_BINDINGS
from tuinet.tui.launch import Display
from tuinet.tui.manual.screen import STYLES, ManualScreen
from tuinet.tui.style.theme import load_themes
from tuinet.tui.themed_app import ThemedApp


class ManualApp(ThemedApp):
    """Shows the manual until the reader leaves.

    Parameters
    ----------
    page
        The first page.
    display
        The terminal, and what the reader wants to see there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*APP_BINDINGS]
    # Of the first screen Textual would not read it.
    CSS_PATH: ClassVar[Any] = [ThemedApp.CSS_PATH, STYLES]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, page: Page, display: Display) -> None:
        super().__init__(display.theme, load_themes, display.terminal, display.link(), display.driver)
        self._manual = ManualScreen(page, self._themes[display.theme.name])
        self.use_keys(display.keymap)

    def get_default_screen(self) -> Screen[None]:
        """The manual."""
        return self._manual

    def on_ready(self) -> None:
        """Have all themes to choose from."""
        self.offer_all()


def launch_manual(page: Page, **options: Any) -> None:
    """Show the manual from a page on until the reader leaves.

    Parameters
    ----------
    options
        Of a `tuinet.tui.launch.Display`, whose errors are raised.
    """
    ManualApp(page, Display(**options)).run()
