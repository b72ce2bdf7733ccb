"""Themes: every colour on the screen, read from TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tuinet.errors import ThemeError
from tuinet.tui.colour import is_colour, mix, nearest_indexed, ramp, readable_on

if TYPE_CHECKING:
    from textual.theme import Theme as TextualTheme

LEVELS: Final = 15
"""Steps of the map's colour ramp; the middle one is neutral."""
CLASS_LEVELS: Final = 6
"""Steps from no preference among several classes to certainty."""
GREY_LEVELS: Final = 16
"""Steps from the darkest pixel of a picture to its brightest."""
HEAT_LEVELS: Final = 6
"""Steps from a share of nothing to a share of all."""
_FAINT: Final = 0.5
"""Where the smallest share that is more than nothing begins: further on, so that its hue is seen in 256 colours."""
_PALER: Final = 0.6
WEIGHT_LEVELS: Final = 5
"""Steps from a weight of no account to a large one."""
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


@dataclass(frozen=True)
class Theme:
    """The colours of one look, each ``#rrggbb``."""

    name: str
    dark: bool
    """Whether text is light on a dark background."""
    textual: Mapping[str, str]
    """Textual's own colours, for what Textual draws: palette, help, scroll bars."""
    classes: tuple[str, ...]
    """One colour a class; the first two are the ends of the map's ramp."""
    neutral: str
    """The middle of the map's ramp, where the network is undecided."""
    positive: str
    """Large positive numbers."""
    negative: str
    """Large negative numbers."""
    zero: str
    """Numbers near zero."""
    curve: str
    """The loss curve on the training set, and the bars."""
    test_curve: str
    """The loss curve on the test set."""
    axis: str
    """Axes, names and units: what explains the numbers."""
    border: str
    """The frames around panels."""
    title: str
    """The titles in the frames."""
    indexed: bool = False
    """Whether ramps keep to xterm's 256 colours."""

    @property
    def background(self) -> str:
        """What everything is drawn on."""
        return self.textual["background"]

    @property
    def foreground(self) -> str:
        """Plain text."""
        return self.textual["foreground"]

    @property
    def warning(self) -> str:
        """What wants attention."""
        return self.textual["warning"]

    @property
    def accent(self) -> str:
        """Keys, and what is active."""
        return self.textual["accent"]

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The map's ramp, from the first class through neutral to the second."""
        return self._ramp((self.classes[0], self.neutral, self.classes[1]), LEVELS)

    @cached_property
    def positive_levels(self) -> tuple[str, ...]:
        """Text colours of positive numbers, from small to large."""
        return self._ramp((self.zero, self.positive), WEIGHT_LEVELS)

    @cached_property
    def negative_levels(self) -> tuple[str, ...]:
        """Text colours of negative numbers, from small to large."""
        return self._ramp((self.zero, self.negative), WEIGHT_LEVELS)

    @cached_property
    def greys(self) -> tuple[str, ...]:
        """Pixels of pictures, from no ink, which is nearly the background, to all of it."""
        paper = self.textual["panel"]
        return self._ramp((paper, readable_on(paper)), GREY_LEVELS)

    @cached_property
    def right_levels(self) -> tuple[str, ...]:
        """Grounds of what is right, from none to all."""
        return self._heat(self.curve)

    @cached_property
    def wrong_levels(self) -> tuple[str, ...]:
        """Grounds of what is wrong, from none to all."""
        return self._heat(self.warning)

    def class_colours(self, count: int) -> tuple[str, ...]:
        """A colour for each of so many classes; where there are more than the theme has, paler ones follow."""
        rounds = [divmod(index, len(self.classes)) for index in range(count)]
        return tuple(mix(self.classes[index], self.foreground, 1 - _PALER**turn) for turn, index in rounds)

    def class_levels(self, count: int) -> tuple[str, ...]:
        """For each class the ramp from neutral to its colour, one after the other, `CLASS_LEVELS` long each."""
        ramps = (self._ramp((self.neutral, colour), CLASS_LEVELS) for colour in self.class_colours(count))
        return tuple(colour for levels in ramps for colour in levels)

    def _heat(self, colour: str) -> tuple[str, ...]:
        ground = self.textual["panel"]
        return ground, *self._ramp((mix(ground, colour, _FAINT), colour), HEAT_LEVELS - 1)

    def layer_colours(self, count: int) -> tuple[str, ...]:
        """A colour for each of so many layers, in even steps from that of the first to that of the last."""
        if count < 2:
            return (self.curve,) * count
        return self._ramp((self.negative, self.curve, self.positive), count)

    def _ramp(self, stops: tuple[str, ...], levels: int) -> tuple[str, ...]:
        colours = ramp(stops, levels)
        return tuple(nearest_indexed(colour) for colour in colours) if self.indexed else colours

    def to_textual(self) -> TextualTheme:
        """The same look for the parts of the screen that Textual draws."""
        from textual.theme import Theme as TextualTheme  # noqa: PLC0415 - themes can be read without Textual

        variables = {
            "block-cursor-background": self.textual["primary"],
            "block-cursor-foreground": self.background,
            "scrollbar": self.border,
            "scrollbar-hover": self.axis,
            "scrollbar-active": self.axis,
            "scrollbar-background": self.background,
        }
        colours: dict[str, Any] = dict(self.textual)
        return TextualTheme(name=self.name, dark=self.dark, variables=variables, **colours)


def load_theme(path: Path | str) -> Theme:
    """Read one theme.

    Raises
    ------
    ThemeError
        If the file cannot be read or used; one line names the file and the key.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return _parse(table)
    except OSError as error:
        raise ThemeError(f"theme {path.name}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ThemeError(f"theme {path.name}: not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"theme {path.name}: not TOML: {error}") from error
    except _KeyError as error:
        raise ThemeError(f"theme {path.name}: {error}") from error


def load_themes() -> list[Theme]:
    """The themes that come with tuinet: dark ones first, then by name."""
    themes = [load_theme(path) for path in sorted(_themes_folder().glob("*.toml"))]
    return sorted(themes, key=lambda theme: (not theme.dark, theme.name))


def find_theme(name_or_path: str) -> Theme:
    """The theme of this name, or in this file.

    Raises
    ------
    ThemeError
        If there is neither, or if the file is broken.
    """
    themes = {theme.name: theme for theme in load_themes()}
    if name_or_path in themes:
        return themes[name_or_path]
    if Path(name_or_path).is_file():
        return load_theme(name_or_path)
    raise ThemeError(f"theme {name_or_path!r} is neither a file nor one of {', '.join(themes)}")


def _themes_folder() -> Path:
    package = Path(__file__).resolve().parents[1]
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


class _KeyError(Exception):
    """A key of a theme and what is wrong with it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")


def _parse(table: Mapping[str, Any]) -> Theme:
    _require_keys("", table, ("name", "dark", "textual", "tuinet"))
    textual, own = _table(table, "textual"), _table(table, "tuinet")
    _require_keys("textual.", textual, _TEXTUAL_KEYS)
    _require_keys("tuinet.", own, ("classes", *_COLOUR_KEYS))
    colours: dict[str, Any] = {key: _colour(f"tuinet.{key}", own[key]) for key in _COLOUR_KEYS}
    return Theme(
        name=_name(table["name"]),
        dark=_flag(table["dark"]),
        textual={key: _colour(f"textual.{key}", textual[key]) for key in _TEXTUAL_KEYS},
        classes=_classes(own["classes"]),
        **colours,
    )


def _require_keys(prefix: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            raise _KeyError(prefix + key, f"unknown key; known are {', '.join(keys)}")
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


def _colour(key: str, value: object) -> str:
    if not is_colour(value):
        raise _KeyError(key, f"{value!r} is not a colour such as #1f77b4")
    return str(value).lower()


def _classes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not MIN_CLASSES <= len(value) <= MAX_CLASSES:
        raise _KeyError("tuinet.classes", f"{value!r} is not a list of {MIN_CLASSES} to {MAX_CLASSES} colours")
    return tuple(_colour(f"tuinet.classes[{index}]", colour) for index, colour in enumerate(value))
