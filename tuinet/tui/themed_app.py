"""The base of applications whose colours and characters are fit for their terminal, and remarks on the last key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from textual._callback import invoke
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome

from tuinet.terminal_text import visible
from tuinet.tui.draw.pixels import Placed
from tuinet.tui.keys import HasKeymap, Keymap
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.screens.base import PollingScreen, ThemedScreen
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import VEIL, Theme
from tuinet.tui.terminal.detect import Terminal
from tuinet.tui.terminal.filter import TerminalFilter
from tuinet.tui.terminal.frames import PacedApp
from tuinet.tui.terminal.graphics import GraphicsFound
from tuinet.tui.terminal.link import Link
from tuinet.tui.terminal.signals import has_shell


def action_of(node: DOMNode, name: str) -> Callable[..., object] | None:
    """What an action of this name does where one of a screen's controllers does it, and not the screen itself."""
    controllers = node.controllers if isinstance(node, PollingScreen) else ()
    if any(f"action_{name}" in vars(cls) for cls in type(node).__mro__ if issubclass(cls, PollingScreen)):
        return None
    return next((found for one in controllers if (found := getattr(one, f"action_{name}", None))), None)


def shown(renderable: RenderableType) -> RenderableType:
    """A rendered traceback whose controls are visible; anything else as it is."""
    if not isinstance(renderable, Segments):
        return renderable
    texts = ((text.split("\n"), style) for text, style, control in renderable.segments if not control)
    return Segments(Segment("\n".join(map(visible, lines)), style) for lines, style in texts)


class ThemedApp(PacedApp, HasKeymap):
    """Knows the themes as the terminal can show them.

    Parameters
    ----------
    themes
        The colours that can be chosen, or what reads them: `offer_all` calls it.
    link
        The line to the terminal, which is to be spared; ``None`` to send every frame.
    driver_class
        What talks to the terminal; ``None`` for Textual's own choice.
    """

    TITLE = "tuinet"
    # Of this folder, wherever the class of the application is.
    CSS_PATH = Path(__file__).with_name("app.tcss")

    def __init__(
        self,
        theme: Theme,
        themes: Sequence[Theme] | Callable[[], Sequence[Theme]],
        terminal: Terminal,
        link: Link | None,
        driver_class: type[Driver] | None,
    ) -> None:
        super().__init__(link, driver_class)
        self._terminal, self._read_themes = terminal, themes if callable(themes) else None
        self._themes: dict[str, Theme] = {}
        self._line_filters: dict[str, TerminalFilter] = {}
        self._offer([*(() if callable(themes) else themes), theme])
        # What is sent has the right colours already; this keeps Rich from choosing others.
        self.console = Console(
            file=self.console.file, force_terminal=True, color_system="truecolor", legacy_windows=False, _environ={}
        )
        # Assigned, it would have all styles parsed and applied once more.
        self.set_reactive(ThemedApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"  # every step of an animation would go over the wire

    def offer_all(self) -> None:
        """Read the colours that can be chosen, where that was put off: the first frame needs one theme only."""
        if self._read_themes is not None:
            self._offer(self._read_themes())

    def _offer(self, themes: Iterable[Theme]) -> None:
        """Have these colours to choose from, in this order, and last those that are known already."""
        before = self._themes
        self._themes = {known.name: before.get(known.name) or adapted(known, self._terminal) for known in themes}
        self._themes |= before
        for name in self._themes.keys() - before.keys():
            self._line_filters[name] = TerminalFilter(self._terminal, self._themes[name])
            self.register_theme(self._themes[name].to_textual())

    def on_graphics_found(self, found: GraphicsFound) -> None:
        """Draw pictures in pixels from now on."""
        self.asks_for_graphics = False
        self.use_graphics(found.graphics)
        self._draw_pictures(has_pictures=not self._spares_line)

    def do_without_pictures(self, reason: str) -> None:
        """See `PacedApp`: draw in cells as finely as before."""
        self._draw_pictures(has_pictures=False)
        if reason and isinstance(self.screen, ThemedScreen):
            self.screen.say(reason)

    def _draw_pictures(self, *, has_pictures: bool) -> None:
        if has_pictures == self._terminal.has_pictures:
            self.show_pictures()
            return
        self._terminal = self._terminal._replace(has_pictures=has_pictures)
        for name, theme in self._themes.items():
            self._themes[name] = adapted(theme, self._terminal)
        self._use_theme()

    def _use_theme(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ThemedScreen):
                screen.theme = self._themes[self.theme]

    def pictures_in_sight(self) -> Mapping[str, Placed]:
        """See `PacedApp`: those of the panels of the screen on top, where that has panels."""
        if not self._terminal.has_pictures or not isinstance(self.screen, PollingScreen):
            return {}
        panels = [panel for panel in self.screen.query(CellPanel) if panel.display and panel.picture is not None]
        return {str(panel.id): placed for panel in panels if (placed := panel.placed_picture) is not None}

    def on_resize(self) -> None:
        """See `PacedApp`."""
        self.move_pictures()

    def use_keys(self, keymap: Keymap) -> None:
        """Give actions other keys; call it before the application runs."""
        self.keymap = keymap
        self.set_keymap(dict(keymap.keys))

    def leave(self, return_code: int) -> None:
        """Restore the terminal and leave; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(partial(self.exit, return_code=return_code))

    def action_suspend_process(self) -> None:
        """Go back to the shell, where there is one that can bring this back."""
        if has_shell():
            super().action_suspend_process()
        elif isinstance(self.screen, PollingScreen):
            self.screen.say(f"no shell has started this: {self.screen.key_of('quit')} quits")

    async def action_quit_at_once(self) -> None:
        """Leave without a question, which `action_quit` may have."""
        self.exit()

    def ask_before_leaving(self, lines: Sequence[str], save: Callable[[], object] | None = None) -> None:
        """Leave; where that costs something, ask first.

        Parameters
        ----------
        lines
            What it costs.
        save
            Saves the run first; ``None`` where there is none to be saved.
        """
        if not lines:
            self.exit()
            return
        from tuinet.tui.screens.prompt import Parting, QuitScreen  # noqa: PLC0415 - seldom asked

        def part(wanted: Parting | None) -> None:
            if wanted == "quit":
                self.exit()
            elif wanted == "save" and save is not None:
                save()

        self.push_screen(QuitScreen(lines, may_save=save is not None), part)

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """See Textual, which knows no other place for actions than widgets, screens and the application."""
        action = action_of(namespace, action_name)
        if action is None:
            return await super()._dispatch_action(namespace, action_name, params)
        await invoke(action, *params)
        return True

    def _print_error_renderables(self) -> None:
        """See Textual: a traceback has the text of errors in it, and that of files."""
        self._exit_renderables[:] = map(shown, self._exit_renderables)
        super()._print_error_renderables()

    def show_theme(self, name: str) -> None:
        """Use the colours of this name, and say it."""
        self.theme = name
        self._use_theme()
        alike = ": without colours all themes look alike" if self._themes[name].is_colourless else ""
        for screen in self.screen_stack:
            if isinstance(screen, ThemedScreen):
                screen.say(f"theme {name}{alike}")

    def action_next_theme(self) -> None:
        """Use the next colours."""
        names = list(self._themes)
        self.show_theme(names[(names.index(self.theme) + 1) % len(names)])

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Textual's own themes, one of which comes first, know nothing of ours."""
        return {VEIL: "transparent"}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What makes everything on the screen fit for the terminal, instead of Textual's own shades of grey."""
        own = self._line_filters.get(self.theme)
        if own is None or not own.enabled:
            return [known for known in super().get_line_filters() if not isinstance(known, Monochrome)]
        return [own]
