"""The configuration file: defaults of options, and keys, as the user wants them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from tuinet.errors import ConfigurationError
from tuinet.files import CONFIGURATION, AbsentError, ParseError, UnreadableError, parse_toml, read_text
from tuinet.names import did_you_mean

VARIABLE: Final = "TUINET_CONFIG"
"""Names the file in place of the usual one; empty for none."""
DEFAULTS: Final = "defaults"
KEYS: Final = "keys"
_TABLES: Final = (DEFAULTS, KEYS)


class Configuration(NamedTuple):
    """The contents of the file; nothing where there is none."""

    path: Path | None = None
    """Its path; ``None`` where no file is wanted."""
    defaults: Mapping[str, Any] = MappingProxyType({})
    """Values by the names of options, without the dashes before them."""
    keys: Mapping[str, str] = MappingProxyType({})
    """Keys by the names of actions, or by the keys that they have otherwise; ``table.name`` in a table of their own."""
    text: str = ""
    """The file itself, to say on which line something stands."""

    def error(self, table: str, key: str, value: object, reason: str) -> ConfigurationError:
        """A complaint about a value: file, line, key, value, and what would be right."""
        line = line_of(self.text, table, key)
        place = f"{self.path}: line {line}: " if line else f"{self.path}: [{table}] "
        return ConfigurationError(f"{place}{key} = {toml(value)}: {reason}")


def usual_path() -> Path:
    """The usual path of the file."""
    from platformdirs import user_config_path  # noqa: PLC0415 - not everything that is imported from here needs it

    return Path(user_config_path("tuinet", appauthor=False)) / "config.toml"


def wanted_path(option: Path | None) -> Path | None:
    """The file that an option or else a variable names, or the usual one; ``None`` where none is wanted."""
    if option is not None:
        return option
    named = os.environ.get(VARIABLE)
    if named is None:
        return usual_path()
    return Path(named) if named else None


def read(path: Path | None, *, must_exist: bool = False) -> Configuration:
    """Read a configuration file."""
    if path is None:
        return Configuration()
    try:
        text = read_text(path, CONFIGURATION)
        tables = parse_toml(text)
    except UnreadableError as error:
        if isinstance(error, AbsentError) and not must_exist:
            return Configuration(path)
        raise ConfigurationError(f"{path}: {error}") from error
    except ParseError as error:
        raise ConfigurationError(f"{path}: not TOML: {error}") from error
    return _checked(path, text, tables)


def _checked(path: Path, text: str, tables: Mapping[str, Any]) -> Configuration:
    file = Configuration(path, text=text)
    for name, table in tables.items():
        if name not in _TABLES:
            reason = f"unknown; a configuration has the tables [defaults] and [keys]{did_you_mean(name, _TABLES)}"
            raise file.error("", name, table, reason)
        if not isinstance(table, dict):
            raise file.error("", name, table, f"not a table; write [{name}], and the values below it")
    defaults = {name.replace("_", "-"): value for name, value in tables.get(DEFAULTS, {}).items()}
    return Configuration(path, defaults, dict(_flat_keys(file, tables.get(KEYS, {}))), text)


def _flat_keys(file: Configuration, table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for name, value in table.items():
        if isinstance(value, dict) and not prefix:
            found += _flat_keys(file, value, f"{name}.")
        elif isinstance(value, str) and value:
            found.append((prefix + name, value))
        else:
            where = f"{KEYS}.{prefix[:-1]}" if prefix else KEYS
            raise file.error(where, name, value, 'not the name of a key, such as "p", "f2" or "ctrl+g"')
    return found


def line_of(text: str, table: str, key: str) -> int | None:
    """The line, counted from 1, on which a table has a key; ``None`` where it is written in another way."""
    here, wanted = "", key.replace("-", "_")
    for number, line in enumerate(text.splitlines(), start=1):
        heading = re.match(r"\s*\[([^\[\]]+)\]", line)
        if heading and heading[1].strip():
            here = heading[1].strip().replace('"', "")
            if not table and here.partition(".")[0] == key:
                return number
        entry = re.match(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=""", line)
        if entry and here == table and next(filter(None, entry.groups()), "").replace("-", "_") == wanted:
            return number
    return None


def toml(value: object) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)
        return f'"{shown}"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{…}"
    return str(value)
