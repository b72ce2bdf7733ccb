"""Commands of the palette that change the Experiment: every field by its name, and every choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from textual import on
from textual.app import App, SystemCommand
from textual.command import CommandList, CommandListItem, CommandPalette, SimpleCommand, SimpleProvider
from textual.markup import escape
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Input

from tuinet.experiment.defaults import NOTES
from tuinet.experiment.experiment import FIELDS
from tuinet.export.exporting import KINDS, Kind
from tuinet.tui.screens.base import ClosingScreen

RECORD: Final = ("Record this run", "Write it as a recording, for tuinet replay: the present branch, from its start")
"""A command without a key, and what it does."""
_MOST_SOUGHT: Final = 100
"""Characters of a search."""


class Palette(CommandPalette, ClosingScreen[None]):
    """Textual's, but its list may have no room for a row or a column, and what is chosen twice is done once."""

    CSS = """
    SearchIcon {
        display: none;  /* Two cells wide in some terminals, missing from many fonts. */
    }

    Palette {
        background: $veil;
    }

    Palette CommandList {
        min-width: 16;
    }
    """

    _sought: str | None = None
    """The text to search for once nothing else is left to be read; ``None`` when that has been done."""

    def on_mount(self) -> None:
        """Take no more than a name can have."""
        self.query_one(Input).max_length = _MOST_SOUGHT

    @on(Input.Changed)
    def _search_once(self, event: Input.Changed) -> None:
        # Textual begins a search with each key, and looks through all that were begun to end them: what a terminal
        # without bracketed paste sends at once took minutes.
        event.stop().prevent_default()
        if self._sought is None:
            self.call_after_refresh(self._search)
        self._sought = event.value.strip()

    def _search(self) -> None:
        sought, self._sought = self._sought, None
        if sought is not None and self.is_current:
            self._cancel_gather_commands()
            self._stop_no_matches_countdown()
            self._gather_commands(sought)

    @on(Input.Submitted)
    def _choose_once(self, event: Input.Submitted) -> None:
        if not self.is_current:
            event.stop().prevent_default()

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).scrollable_content_region.height:
            super()._action_command_list(action)


def as_they_stand(commands: Iterable[SystemCommand]) -> Iterator[SystemCommand]:
    """The commands, their words as they are: Textual takes what stands in brackets for markup, and leaves it out."""
    return (one._replace(help=escape(one.help)) for one in commands)


def export_commands(export: Callable[[Kind], object]) -> Iterable[SystemCommand]:
    """A command for each kind of export."""
    for kind, words in KINDS.items():
        name, _, detail = words.partition(": ")
        yield SystemCommand(f"Export as {name}", f"{detail[:1].upper()}{detail[1:]}", partial(export, kind))


def choose_command(app: App[Any], commands: Iterable[SystemCommand], question: str) -> None:
    """Ask for one of these commands, and do it."""
    items: list[CommandListItem] = [SimpleCommand(one.title, one.callback, one.help) for one in as_they_stand(commands)]

    class Commands(SimpleProvider):
        """Textual makes its providers itself."""

        def __init__(self, screen: Screen[Any], match_style: Style | None = None) -> None:
            super().__init__(screen, items)
            self(screen, match_style)

    app.push_screen(Palette([Commands], placeholder=question))


def setting_commands(
    type_value: Callable[[str], object], choose: Callable[[str, str], object]
) -> Iterable[SystemCommand]:
    """Found by their names; too many to be listed before anything is searched for.

    Parameters
    ----------
    type_value
        Called with a field whose value is to be typed.
    choose
        Called with a field and one of its choices.
    """
    for field in FIELDS.values():
        yield SystemCommand(f"Set {field.title}", field.sentence, partial(type_value, field.name), False)
    for field in FIELDS.values():
        for name in field.choices if field.name != "features" else ():
            title = f"{field.title.capitalize()} {name}"
            yield SystemCommand(title, NOTES[field.name][name], partial(choose, field.name, name), False)
