"""Theme files: where they are, and TOML tables, checked key by key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tuinet.errors import ThemeError
from tuinet.files import THEME, ParseError, UnreadableError, parse_toml, read_text
from tuinet.names import did_you_mean
from tuinet.tui.style.colour import NOMINAL, is_ansi, is_colour

MIN_CLASSES: Final = 2
MAX_CLASSES: Final = 10

_TEXTUAL_KEYS: Final = (
    "primary",
    "secondary",
    "accent",
    "warning",
    "error",
    "success",
    "foreground",
    "background",
    "surface",
    "panel",
)
_COLOUR_KEYS: Final = ("neutral", "positive", "negative", "zero", "curve", "test_curve", "axis", "border", "title")


def theme_paths() -> list[Path]:
    """All theme files: those that come with tuinet, then the user's own."""
    return [path for folder in (bundled_folder(), user_folder()) for path in sorted(folder.glob("*.toml"))]


def bundled_folder() -> Path:
    """Where the themes that come with tuinet are."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def user_folder() -> Path:
    """Where users keep themes of their own."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only who looks at colours pays for it

    return user_config_path("tuinet", appauthor=False) / "themes"


def read_theme(path: Path) -> dict[str, Any]:
    """The fields of a theme.

    Raises
    ------
    ThemeError
        If the file cannot be read or used; one line names the file and the key.
    """
    try:
        return _parse(parse_toml(read_text(path, THEME)))
    except ParseError as error:
        raise ThemeError(f"theme {path.name}: not TOML: {error}") from error
    except (UnreadableError, _KeyError) as error:
        raise ThemeError(f"theme {path.name}: {error}") from error


class _KeyError(Exception):
    """A key of a theme and what is wrong with it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")


def _parse(table: Mapping[str, Any]) -> dict[str, Any]:
    _require_keys("", table, ("name", "dark", "textual", "tuinet"))
    textual, own = _table(table, "textual"), _table(table, "tuinet")
    _require_keys("textual.", textual, _TEXTUAL_KEYS)
    _require_keys("tuinet.", own, ("classes", *_COLOUR_KEYS))
    colour = _Colours(is_ansi(textual["background"]))
    return {
        "name": _name(table["name"]),
        "dark": _flag(table["dark"]),
        "textual": {key: colour.read(f"textual.{key}", textual[key]) for key in _TEXTUAL_KEYS},
        "classes": colour.read_classes(own["classes"]),
        **{key: colour.read(f"tuinet.{key}", own[key]) for key in _COLOUR_KEYS},
    }


def _require_keys(prefix: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            raise _KeyError(prefix + key, f"unknown key; known are {', '.join(keys)}{did_you_mean(key, keys)}")
    for key in keys:
        if key not in table:
            raise _KeyError(prefix + key, "missing")


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table[key]
    if not isinstance(value, dict):
        raise _KeyError(key, f"{value!r} is not a table such as [{key}]")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _KeyError("name", f"{value!r} is not a name such as 'dark'")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _KeyError("dark", f"{value!r} is neither true nor false")
    return value


class _Colours:
    """All colours of a file are of one kind, that of its background: others could not be mixed with them."""

    def __init__(self, are_ansi: bool) -> None:
        self._are_ansi = are_ansi

    def read(self, key: str, value: object) -> str:
        """A colour, in lower case."""
        if self._are_ansi and not is_ansi(value):
            raise _KeyError(key, f"{value!r} is not a colour of the terminal: default, {', '.join(NOMINAL)}")
        if not self._are_ansi and not is_colour(value):
            raise _KeyError(key, f"{value!r} is not a colour such as #1f77b4")
        return str(value).lower()

    def read_classes(self, value: object) -> tuple[str, ...]:
        """A colour for each class."""
        if not isinstance(value, list) or not MIN_CLASSES <= len(value) <= MAX_CLASSES:
            raise _KeyError("tuinet.classes", f"{value!r} is not a list of {MIN_CLASSES} to {MAX_CLASSES} colours")
        return tuple(self.read(f"tuinet.classes[{index}]", colour) for index, colour in enumerate(value))
