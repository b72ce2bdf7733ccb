"""The application of `tuinet compare`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen

from tuinet.compare.grid import Grid
from tuinet.compare.trial import Standing
from tuinet.tui.bindings import APP_BINDINGS, COMPARE_BINDINGS
from tuinet.tui.comparison import Choice
from tuinet.tui.glossary.compare import glossary
from tuinet.tui.help_text import Topics
from tuinet.tui.link import Link
from tuinet.tui.screens.compare import CompareScreen
from tuinet.tui.screens.help import HelpScreen
from tuinet.tui.terminal import MODERN, Terminal
from tuinet.tui.theme import Theme
from tuinet.tui.themed_app import ThemedApp


class CompareApp(ThemedApp):
    """Shows what is known of a grid until the user leaves, or wants to see a cell's run.

    Parameters
    ----------
    grid
        What is compared.
    latest
        What is known of it.
    who
        Who works, in words.
    theme, themes, terminal, link, driver_class
        See `ThemedApp`.
    choice
        What is chosen at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*APP_BINDINGS]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        grid: Grid,
        latest: Callable[[], Standing],
        who: str,
        theme: Theme,
        themes: Sequence[Theme],
        terminal: Terminal = MODERN,
        *,
        choice: Choice | None = None,
        link: Link | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(theme, themes, terminal, link, driver_class)
        self._comparison = CompareScreen(grid, latest, who, self._themes[theme.name], choice)
        self.opened = False
        """Whether the user has left to see the run of the chosen cell."""

    @property
    def choice(self) -> Choice:
        """What is chosen."""
        return self._comparison.choice

    def get_default_screen(self) -> Screen[None]:
        """The comparison."""
        return self._comparison

    def action_open(self) -> None:
        """Leave to see the run of the chosen cell."""
        self.opened = True
        self.exit()

    def show_theme(self, name: str) -> None:
        """Use the colours of this name."""
        super().show_theme(name)
        self._comparison.theme = self._themes[name]
        for screen in self.screen_stack:
            if isinstance(screen, HelpScreen):
                screen.show_theme(self._themes[name])

    def action_help(self) -> None:
        """Explain keys and screen."""
        if isinstance(self.screen, CompareScreen):
            topics = Topics(COMPARE_BINDINGS, APP_BINDINGS, (), None, (("compare", glossary),))
            self.push_screen(HelpScreen(topics, self._themes[self.theme]))
