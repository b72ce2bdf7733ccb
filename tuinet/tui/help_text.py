"""What help says: keys from their bindings, and the glossary of what is on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import SAMPLE_WIDTH, Entry
from tuinet.tui.glossary.sections import sections_for
from tuinet.tui.hints import by_group, key_name, title_and_detail
from tuinet.tui.keymap import Keymap
from tuinet.tui.text import Piece, ink, row, width_of
from tuinet.tui.theme import Theme

_MARGIN: Final = 2


@dataclass(frozen=True, eq=False)
class Topics:
    """What there is to explain at a moment."""

    here: tuple[Binding, ...]
    """Keys of the panel that has the focus, or of the screen above the dashboard; they come first."""
    everywhere: tuple[Binding, ...]
    """All other keys."""
    panels: tuple[str, ...]
    """Names of the panels in sight."""
    snapshot: Snapshot | None
    """What they show; ``None`` on a screen that shows no run."""
    own: Sequence[tuple[str, Callable[[Theme], list[Entry]]]] = ()
    """Further parts of the glossary, each with its heading."""

    def with_keys(self, keymap: Keymap) -> Topics:
        """The same with the keys that the user wants."""
        return replace(self, here=keymap.applied(self.here), everywhere=keymap.applied(self.everywhere))


def help_rows(topics: Topics, theme: Theme, width: int) -> list[Strip]:
    """All of help, in rows of this width: the keys that work here, what is in sight, and the other keys."""
    glossary = [(heading, entries(theme)) for heading, entries in topics.own]
    if topics.snapshot is not None:
        glossary += sections_for(topics.panels, topics.snapshot, theme)
    sections = [*_keys(topics.here, theme), *_keys(topics.everywhere, theme)]
    parts = [*sections[: len(by_group(topics.here)) or 1], *glossary, *sections[len(by_group(topics.here)) or 1 :]]
    return [line for name, entries in parts for line in _section(name, entries, theme, width)]


def _keys(bindings: Iterable[Binding], theme: Theme) -> list[tuple[str, list[Entry]]]:
    style = ink(theme.accent, theme.background, bold=True)

    def entry(binding: Binding) -> Entry:
        return [(key_name(binding.key_display or binding.key, theme), style)], _explained(binding)

    return [(f"keys: {name}", list(map(entry, group))) for name, group in by_group(bindings).items()]


def _explained(binding: Binding) -> str:
    title, detail = title_and_detail(binding)
    return f"{title}. {detail}."


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
