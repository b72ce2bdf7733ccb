"""The help screen: every key by its binding, and the glossary of what is on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any, ClassVar, Final

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuinet.tui.draw.text import Piece, row, width_of
from tuinet.tui.key_groups import MICROSCOPE, SETTINGS, detail_of, title_of
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, LESSON_BINDINGS, PALETTE_BINDING, keymap_of
from tuinet.tui.layout import Arrangement, PanelGrid
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import SAMPLE_WIDTH, CellPanel, Entry, panel_class
from tuinet.tui.panels.footer import KeyBar, key_name
from tuinet.tui.screen_keys import EXERCISE_BINDINGS, HELP_BINDINGS, MICROSCOPE_BINDINGS, SETTINGS_BINDINGS
from tuinet.tui.screens.base import ClosingScreen, ThemedScreen, Topics
from tuinet.tui.style.theme import Theme


def help_bindings() -> tuple[Binding, ...]:
    """All keys: those of the dashboard, and those within its panels, in the microscope and in the settings."""
    bindings = (
        *DASHBOARD_BINDINGS,
        *APP_BINDINGS,
        PALETTE_BINDING,
        *LESSON_BINDINGS,
        *(key for name in PANELS for key in panel_class(name).KEYS),
        *(key for key in MICROSCOPE_BINDINGS if key.group == MICROSCOPE),
        *EXERCISE_BINDINGS,
        *(key for key in SETTINGS_BINDINGS if key.group == SETTINGS),
    )
    return tuple({(binding.key, binding.tooltip, binding.group): binding for binding in bindings}.values())


_MARGIN: Final = 2


def help_rows(topics: Topics, theme: Theme, width: int) -> list[Strip]:
    """All of help, in rows of this width: the keys that work only here, what is in sight, and the other keys."""
    groups, elsewhere = _by_group([*topics.here, *topics.everywhere]), _by_group(topics.everywhere)
    own = [name for name in groups if name not in elsewhere] or [*groups][:1]
    sections = {name: _keys(name, group, theme) for name, group in groups.items()}
    others = [section for name, section in sections.items() if name not in own]
    parts = [*(sections[name] for name in own), *topics.glossary(theme), *others]
    return [line for name, entries in parts for line in _section(name, entries, theme, width)]


def _keys(name: str, keys: Iterable[Binding], theme: Theme) -> tuple[str, list[Entry]]:
    def entry(binding: Binding) -> Entry:
        shown = key_name(binding.key_display or binding.key, theme)
        return [(shown, theme.inks.key)], f"{title_of(binding)}. {detail_of(binding)}."

    return f"keys: {name}", list(map(entry, keys))


def _by_group(bindings: Iterable[Binding]) -> dict[str, list[Binding]]:
    groups: dict[str, list[Binding]] = {}
    for binding in bindings:
        if binding.group is not None:
            groups.setdefault(binding.group.description, []).append(binding)
    return groups


def _section(name: str, entries: Sequence[Entry], theme: Theme, width: int) -> list[Strip]:
    heading = row([(" " * _MARGIN + name, theme.inks.heading)], width, theme.inks.blank)
    lines = [line for sample, meaning in entries for line in _entry(sample, meaning, theme, width)]
    return [row((), width, theme.inks.blank), heading, *lines]


def _entry(sample: Sequence[Piece], meaning: str, theme: Theme, width: int) -> list[Strip]:
    blank, text = theme.inks.blank, theme.inks.text
    indent = _MARGIN + SAMPLE_WIDTH + 2
    lines = wrap(meaning, max(width - indent - _MARGIN, 10))
    room = SAMPLE_WIDTH + 1 - width_of(sample)
    if room <= 0:
        lines = ["", *lines]  # a sample wider than its column has a line of its own
    first = row([(" " * _MARGIN, blank), *sample, (" " * (room + 1), blank), (lines[0], text)], width, blank)
    return [first, *(row([(" " * indent + line, text)], width, blank) for line in lines[1:])]


_VIEW: Final = "help"
_LEAST_WIDTH: Final = 60
"""Cells beside the text of a lesson."""


class HelpScreen(ThemedScreen, ClosingScreen[None]):
    """Explains what is on the screen, and all keys.

    Parameters
    ----------
    beside
        The text of the lesson that is on, as it stands.
    """

    CSS = """
    HelpScreen > PanelGrid {
        height: 1fr;
    }

    HelpView {
        width: 100%;
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*HELP_BINDINGS]

    def __init__(self, topics: Topics, theme: Theme, beside: CellPanel | None = None) -> None:
        super().__init__()
        self._topics, self._beside = topics, beside
        self.set_reactive(ThemedScreen.theme, theme)

    def compose(self) -> ComposeResult:
        """One view, which has the focus, so that it scrolls by keys; and those of the screen."""
        view = HelpView(self._topics, self.colours, id=_VIEW)
        yield view if self._beside is None else PanelGrid(self._beside, view, plan=self._plan)
        yield KeyBar(HELP_BINDINGS, self.colours)

    def _plan(self, width: int, height: int) -> Arrangement:
        from tuinet.tui.screens.beside_lesson import plan_beside  # noqa: PLC0415 - for those who take one

        return plan_beside(lambda *size: {_VIEW: Region(0, 0, *size)}, width, height, _LEAST_WIDTH)

    def on_mount(self) -> None:
        """Let the keys scroll at once."""
        self.query_one(HelpView).focus()

    def watch_theme(self) -> None:
        """Use other colours."""
        self.query_one(HelpView).show_theme(self.colours)
        self.query_one(KeyBar).theme = self.colours
        if self._beside is not None:
            self._beside.theme = self.colours

    def action_manual(self) -> None:
        """Read on in the manual."""
        open_manual(self.app, self._topics.page, self.colours)

    def action_close(self) -> None:
        """Back to the dashboard."""
        self.dismiss()


def open_manual(app: App[Any], address: str, theme: Theme) -> None:
    """Show a page of the manual.

    Parameters
    ----------
    address
        As a link has it; empty for the table of contents.
    """
    from tuinet.manual.pages import page_of, pages  # noqa: PLC0415 - Markdown is for those who read it
    from tuinet.tui.manual.screen import ManualScreen  # noqa: PLC0415

    file, _, anchor = address.partition("#")
    app.push_screen(ManualScreen(page_of(file) or pages()[0], theme, anchor))


class HelpView(ScrollView, can_focus=True):
    """The rows of help that are in sight."""

    ALLOW_SELECT = False

    def __init__(self, topics: Topics, theme: Theme, *, id: str) -> None:
        super().__init__(id=id)
        self._topics, self._theme = topics, theme
        self._rows: list[Strip] = []

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width."""
        self._wrap()

    def show_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """The row of help that is at this row of the view."""
        index = y + self.scroll_offset.y
        return self._rows[index] if index < len(self._rows) else Strip.blank(self.size.width)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        self._rows = help_rows(self._topics.with_keys(keymap_of(self.app)), self._theme, width)
        self.virtual_size = Size(width, len(self._rows))
        self.refresh()
