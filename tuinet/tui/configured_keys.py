"""The table [keys] of a configuration file: which actions there are, and which keys they may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, combinations
from typing import Final

from textual.binding import Binding
from textual.keys import _character_to_key

from tuinet.configuration import KEYS, Configuration, toml
from tuinet.errors import ConfigurationError
from tuinet.names import did_you_mean
from tuinet.tui.key_groups import slug, title_of
from tuinet.tui.keys import (
    APP_BINDINGS,
    DASHBOARD_BINDINGS,
    LESSON_BINDINGS,
    MAIN_BINDINGS,
    PALETTE_BINDING,
    SHORT,
    UNCHANGED,
    Keymap,
)
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import panel_class
from tuinet.tui.screen_keys import (
    CHECK_BINDINGS,
    COMPARE_BINDINGS,
    EXERCISE_BINDINGS,
    HELP_BINDINGS,
    MANUAL_BINDINGS,
    MICROSCOPE_BINDINGS,
    RATES_BINDINGS,
    SETTINGS_BINDINGS,
    SHARE_BINDINGS,
)

_SCREENS: Final = (
    EXERCISE_BINDINGS,
    MICROSCOPE_BINDINGS,
    SETTINGS_BINDINGS,
    CHECK_BINDINGS,
    RATES_BINDINGS,
    COMPARE_BINDINGS,
    SHARE_BINDINGS,
    HELP_BINDINGS,
    MANUAL_BINDINGS,
)
_STAY: Final = (
    *("left", "right", "up", "down", "home", "end", "pageup", "pagedown"),
    *("enter", "escape", "tab", "shift+tab", "ctrl+p"),
)
"""Keys that mean the same in every program."""
_LETTERS: Final = "abdefgklnoprstuvwxyz"
"""With ctrl; c, q and z are for leaving, and a terminal sends h, i, j and m as other keys."""
_NAMED: Final = re.compile(rf"f([1-9]|1[0-9]|2[0-4])|ctrl\+[{_LETTERS}]|space|insert|delete|backspace")
_RIGHT: Final = f"a character, f1 to f24, ctrl with one of {_LETTERS}, space, insert, delete or backspace"


def make_keymap(file: Configuration) -> Keymap:
    """The keys that a configuration file asks for.

    Raises
    ------
    ConfigurationError
        If an action is unknown, if a key is none, or if a key would do two things at once.
    """
    if not file.keys:
        return UNCHANGED
    keys: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, wanted in file.keys.items():
        bindings = _find(file, name, wanted)
        key = parse_key(wanted)
        if key is None or key in _STAY:
            raise _error(file, name, wanted, f"not a key that can be given: {_RIGHT}")
        for binding in bindings:
            assert binding.id is not None
            if binding.id in keys and keys[binding.id] != key:
                raise _error(file, name, wanted, f"{title_of(binding)} has {names[binding.id]} above; give one key")
            keys[binding.id], names[binding.id] = key, wanted
    keymap = Keymap(keys, names)
    _require_apart(file, keymap)
    return keymap


def key_lines(file: Configuration) -> list[str]:
    """The entries of the table, as they are written in TOML."""
    bare = re.compile(r"[\w.-]*\w")
    return [f"{name if bare.fullmatch(name) else toml(name)} = {toml(key)}" for name, key in file.keys.items()]


def parse_key(text: str) -> str | None:
    """A key in Textual's words; ``None`` where it is none."""
    if len(text) == 1 and text.isprintable() and text != " ":
        return _character_to_key(text)
    name = SHORT.get(text.lower(), text.lower())
    return name if _NAMED.fullmatch(name) else None


def actions() -> dict[str, dict[str, Binding]]:
    """What can have another key, by its table (empty for what works everywhere) and its name.

    The tables begin with ``in_``, since an action may be called as the panel is that it leads to.
    """
    tables: dict[str, dict[str, Binding]] = {"": {slug(title_of(binding)): binding for binding in _top()}}
    own = {(title_of(binding), binding.key) for binding in _top()}
    for binding in filter(_can_change, chain(*_panels(), *_SCREENS)):
        if (title_of(binding), binding.key) not in own and binding.group is not None:
            tables.setdefault(f"in_{slug(binding.group.description)}", {})[slug(title_of(binding))] = binding
    return tables


def example_keys() -> list[str]:
    """The part of an example that has every action with the key that it has without the file."""
    lines = ["[keys]", '# Another key for an action, or for a key: pause_or_resume = "f4", or "space" = "f4".']
    for table, entries in actions().items():
        lines += ["", f"# [{KEYS}.{table}]"] if table else []
        lines += [f"# {name} = {toml(_shown(binding))}" for name, binding in entries.items()]
    return lines


def _panels() -> list[tuple[Binding, ...]]:
    return [*(panel_class(name).KEYS for name in PANELS), LESSON_BINDINGS]


def _together() -> Iterator[tuple[Binding, ...]]:
    """Bindings that hear the same key."""
    everywhere = (*APP_BINDINGS, PALETTE_BINDING)
    yield from ((*panel, *DASHBOARD_BINDINGS, *LESSON_BINDINGS, *everywhere) for panel in _panels())
    yield from ((*screen, *everywhere) for screen in _SCREENS)


def _top() -> list[Binding]:
    return list(filter(_can_change, MAIN_BINDINGS))


def _can_change(binding: Binding) -> bool:
    return bool(binding.tooltip and binding.id) and binding.key not in _STAY


def _shown(binding: Binding) -> str:
    return binding.key_display or binding.key


def _find(file: Configuration, name: str, wanted: str) -> list[Binding]:
    """All bindings of an action: where it works on several screens, there are several."""
    tables = actions()
    table, dot, own = name.partition(".")
    table, own = (table, own) if dot and table else ("", name)
    if slug(table) not in tables:
        raise _error(file, name, wanted, _no_table(table, list(filter(None, tables))))
    entries = tables[slug(table)]
    found = entries.get(slug(own)) if len(own) > 1 else None
    found = found or next((one for one in entries.values() if own in (_shown(one), one.key)), None)
    if found is None:
        if parse_key(own) in _STAY or own in _STAY:
            raise _error(file, name, wanted, f"{own} stays what it is")
        hint = did_you_mean(own, entries) or "; `tuinet config --example` lists them"
        raise _error(file, name, wanted, f"no such action, and no key that does something{hint}")
    if table:
        return [found]
    same = (title_of(found), found.key)
    everywhere = chain(_top(), *_panels(), *_SCREENS)
    return [found, *(one for one in everywhere if one.id and (title_of(one), one.key) == same)]


def _no_table(table: str, known: list[str]) -> str:
    return f"[keys.{table}] is not one of {', '.join(known)}{did_you_mean(table, known)}"


def _require_apart(file: Configuration, keymap: Keymap) -> None:
    """No key may do two things, on any screen and in any panel."""
    for bindings in _together():
        pairs = zip(bindings, keymap.applied(bindings), strict=True)
        for (one, now), (other, then) in combinations(pairs, 2):
            differ = one.key != other.key and one.action != other.action and title_of(one) != title_of(other)
            if differ and now.key == then.key:
                raise _clash(file, keymap, one, other)


def _clash(file: Configuration, keymap: Keymap, one: Binding, other: Binding) -> ConfigurationError:
    changed = one if one.id in keymap.keys else other
    assert changed.id is not None
    wanted = keymap.names[changed.id]
    name = next(
        entry
        for entry, key in file.keys.items()
        if key == wanted and changed.id in {found.id for found in _find(file, entry, key)}
    )
    return _error(file, name, wanted, f"this key is {_called(one)}, and {_called(other)}; give one of them another")


def _called(binding: Binding) -> str:
    """Its name, and where it works if that is not everywhere; of a second key, what its action is."""
    group = f" [{binding.group.description}]" if binding.group is not None else ""
    return f"{title_of(binding) or binding.action}{group}"


def _error(file: Configuration, name: str, wanted: str, reason: str) -> ConfigurationError:
    table, dot, own = name.partition(".")
    if dot and table and own:
        return file.error(f"{KEYS}.{table}", own, wanted, reason)
    return file.error(KEYS, name, wanted, reason)
