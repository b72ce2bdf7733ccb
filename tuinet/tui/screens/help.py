"""The help screen: every key by its binding, and the glossary of what is on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from textwrap import wrap
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui import bindings, layout, panel_bindings
from tuinet.tui.draw.text import Piece, ink, row, width_of
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.panels.base import SAMPLE_WIDTH, Entry
from tuinet.tui.panels.footer import by_group, key_name, title_and_detail
from tuinet.tui.screens.base import ClosingScreen, ThemedScreen
from tuinet.tui.style.theme import Theme

HELP_BINDINGS: Final[tuple[Binding, ...]] = tuple(
    {
        (binding.key, binding.tooltip): binding
        for binding in (
            *bindings.DASHBOARD_BINDINGS,
            *bindings.APP_BINDINGS,
            bindings.PALETTE_BINDING,
            *bindings.LESSON_BINDINGS,
            *panel_bindings.WEIGHTS_BINDINGS,
            *panel_bindings.FLOW_BINDINGS,
            *panel_bindings.DIAGRAM_BINDINGS,
            *panel_bindings.HIDDEN_BINDINGS,
            *panel_bindings.MAP_BINDINGS,
            *panel_bindings.CONFUSION_BINDINGS,
            *panel_bindings.SAMPLES_BINDINGS,
            *(key for key in bindings.MICROSCOPE_BINDINGS if key.group == bindings.MICROSCOPE),
            *(key for key in panel_bindings.SETTINGS_BINDINGS if key.group == bindings.SETTINGS),
        )
    }.values()
)
"""All keys, for help: those of the dashboard, and those within its panels, in the microscope and in the settings."""


COMPARE_HELP: Final = "compare"
SECTIONS: Final[dict[str, tuple[str, str]]] = {
    layout.STATUS: ("status", "tuinet.tui.panels.status"),
    layout.BOUNDARY: ("map", "tuinet.tui.panels.map"),
    layout.CONFUSION: ("confusion, predictions", "tuinet.tui.panels.confusion"),
    layout.LOSS: ("loss", "tuinet.tui.panels.loss"),
    layout.WEIGHTS: ("weights and biases", "tuinet.tui.panels.weights"),
    layout.GRADIENTS: ("gradients", "tuinet.tui.panels.gradients"),
    layout.NETWORK: ("network", "tuinet.tui.panels.network"),
    layout.HIDDEN_SPACE: ("hidden space", "tuinet.tui.panels.hidden"),
    layout.FLOW: ("gradient flow", "tuinet.tui.panels.flow"),
    layout.SAMPLES: ("samples", "tuinet.tui.panels.samples"),
    layout.LESSON: ("lesson", "tuinet.tui.panels.lesson"),
    layout.MICROSCOPE_HELP: ("microscope", "tuinet.tui.screens.microscope"),
    layout.CHECK_HELP: ("gradient check", "tuinet.tui.screens.check"),
    layout.SETTINGS_HELP: ("settings", "tuinet.tui.panels.settings"),
    layout.SHARE_HELP: ("share", "tuinet.tui.screens.share"),
    COMPARE_HELP: ("compare", "tuinet.tui.compare.app"),
}
"""For each panel the heading of its part, and the module whose `glossary` makes it: loaded when help is wanted."""


_MARGIN: Final = 2


@dataclass(frozen=True, eq=False)
class Topics:
    """The topics of help at a moment."""

    here: tuple[Binding, ...]
    """Keys of the panel that has the focus, or of the screen above the dashboard; they come first."""
    everywhere: tuple[Binding, ...]
    panels: tuple[str, ...]
    """Names of the panels in sight."""
    snapshot: Snapshot | None
    """What they show; ``None`` on a screen that shows no run."""

    def with_keys(self, keymap: Keymap) -> Topics:
        """Rename the keys to those that the user has chosen."""
        return replace(self, here=keymap.applied(self.here), everywhere=keymap.applied(self.everywhere))


def help_rows(topics: Topics, theme: Theme, width: int) -> list[Strip]:
    """All of help, in rows of this width: the keys that work here, what is in sight, and the other keys."""
    here, others = _keys(topics.here, theme), _keys(topics.everywhere, theme)
    if not here:
        here, others = others[:1], others[1:]
    known = (SECTIONS[name] for name in topics.panels if name in SECTIONS)
    glossary = [(heading, import_module(module).glossary(topics.snapshot, theme)) for heading, module in known]
    parts = [*here, *glossary, *others]
    return [line for name, entries in parts for line in _section(name, entries, theme, width)]


def _keys(keys: Iterable[Binding], theme: Theme) -> list[tuple[str, list[Entry]]]:
    style = ink(theme.accent, theme.background, bold=True)

    def entry(binding: Binding) -> Entry:
        title, detail = title_and_detail(binding)
        return [(key_name(binding.key_display or binding.key, theme), style)], f"{title}. {detail}."

    return [(f"keys: {name}", list(map(entry, group))) for name, group in by_group(keys).items()]


def _section(name: str, entries: Sequence[Entry], theme: Theme, width: int) -> list[Strip]:
    blank = ink(None, theme.background)
    heading = row([(" " * _MARGIN + name, ink(theme.title, theme.background, bold=True))], width, blank)
    lines = [line for sample, meaning in entries for line in _entry(sample, meaning, theme, width)]
    return [row((), width, blank), heading, *lines]


def _entry(sample: Sequence[Piece], meaning: str, theme: Theme, width: int) -> list[Strip]:
    blank, text = ink(None, theme.background), ink(theme.foreground, theme.background)
    indent = _MARGIN + SAMPLE_WIDTH + 2
    lines = wrap(meaning, max(width - indent - _MARGIN, 10))
    room = SAMPLE_WIDTH + 1 - width_of(sample)
    if room <= 0:
        lines = ["", *lines]  # a sample wider than its column has a line of its own
    first = row([(" " * _MARGIN, blank), *sample, (" " * (room + 1), blank), (lines[0], text)], width, blank)
    return [first, *(row([(" " * indent + line, text)], width, blank) for line in lines[1:])]


class HelpScreen(ThemedScreen, ClosingScreen[None]):
    """Explains what is on the screen, and all keys."""

    CSS = """
    HelpView {
        width: 100%;
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings.CLOSE_BINDINGS]

    def __init__(self, topics: Topics, theme: Theme) -> None:
        super().__init__()
        self._topics = topics
        self.set_reactive(ThemedScreen.theme, theme)

    def compose(self) -> ComposeResult:
        """One view, which has the focus, so that it scrolls by keys."""
        yield HelpView(self._topics, self.colours)

    def on_mount(self) -> None:
        """Let the keys scroll at once."""
        self.query_one(HelpView).focus()

    def watch_theme(self) -> None:
        """Use other colours."""
        self.query_one(HelpView).show_theme(self.colours)

    def action_close(self) -> None:
        """Back to the dashboard."""
        self.dismiss()


class HelpView(ScrollView, can_focus=True):
    """The rows of help that are in sight."""

    ALLOW_SELECT = False

    def __init__(self, topics: Topics, theme: Theme) -> None:
        super().__init__()
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
