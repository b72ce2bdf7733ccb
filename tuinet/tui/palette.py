"""Commands of the palette that change the Experiment: every field by its name, and every choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from textual.app import SystemCommand
from textual.command import CommandList, CommandPalette

from tuinet.fields.notes import NOTES
from tuinet.fields.table import FIELDS, Field

TypeValue = Callable[[str], object]
"""Called with a field whose value is to be typed."""
Choose = Callable[[str, str], object]
"""Called with a field and one of its choices."""


RECORD: Final = ("Record this run", "Write it as a recording, for tuinet replay: the present branch, from its start")
"""A command without a key, and what it does."""


class Palette(CommandPalette):
    """Textual's, but for one thing: where its list has no room for a row, paging through it fails."""

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).scrollable_content_region.height:
            super()._action_command_list(action)


def setting_commands(type_value: TypeValue, choose: Choose) -> Iterable[SystemCommand]:
    """Found by their names; too many to be listed before anything is searched for."""
    for field in FIELDS.values():
        yield SystemCommand(f"Set {field.title}", f"{field.sentence}", partial(type_value, field.name), False)
    for field in FIELDS.values():
        if field.name != "features":
            yield from _choices(field, choose)


def _choices(field: Field, choose: Choose) -> Iterable[SystemCommand]:
    for name in field.choices:
        title = f"{field.title.capitalize()} {name}"
        yield SystemCommand(title, NOTES[field.name][name], partial(choose, field.name, name), False)
