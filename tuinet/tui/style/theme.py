"""Themes: every colour on the screen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tuinet.errors import ThemeError
from tuinet.names import canonical, did_you_mean
from tuinet.tui.style.colour import (
    DEFAULT,
    Ramp,
    Shade,
    as_hex,
    fine_ramp,
    is_ansi,
    is_share,
    mix,
    mixed_ramp,
    ramp,
    readable_on,
    rgb,
    text_ramp,
)
from tuinet.tui.style.indexed import indexed_ramp, indexed_text
from tuinet.tui.style.theme_file import bundled_folder, read_theme, theme_paths, user_folder
from tuinet.tui.terminal.detect import Cells
from tuinet.tui.terminal.substitutes import POINT_GLYPHS

if TYPE_CHECKING:
    from textual.theme import Theme as TextualTheme

    from tuinet.tui.style.inks import Inks

LEVELS: Final = 15
"""Steps of the map's colour ramp; the middle one is neutral."""
CLASS_LEVELS: Final = 6
"""Steps from no preference among several classes to certainty."""
_FINENESS: Final = 5
"""Shades of the map for each step of its ramp: their edges cannot be seen."""
_MOST_SHADES: Final = 255
"""A picture in pixels has no more colours."""
GREY_LEVELS: Final = 16
"""Steps from the darkest pixel of a picture to its brightest."""
HEAT_LEVELS: Final = 6
"""Steps from a share of nothing to a share of all."""
_FAINT: Final = 0.5
"""Where the smallest share that is more than nothing begins: further on, so that its hue is seen in 256 colours."""
WEIGHT_LEVELS: Final = 5
"""Steps from a weight of no account to a large one."""
_PALER: Final = 0.6
_MOST_COVERED: Final = 0.75
"""Share of the cells that have the glyph of a class that is certain: points can still be seen among them."""
VEIL: Final = "veil"
"""The variable of style sheets for what lies over a screen behind another one."""
_FIRST: Final = ("dark", "light")
"""Themes that come before the others when they take turns."""


@dataclass(frozen=True)
class Theme:
    """The colours of one look: each ``#rrggbb``, or each of the terminal's own 16, or shares of ink."""

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
    markers: tuple[str, ...] = ()
    """What the second curve in a chart and those after it are drawn with, where colours do not suffice."""
    spells: bool = False
    """Whether formulas are spelled in ASCII."""
    cells: Cells = "half"
    """How finely cells are divided where colours are pixels."""
    has_braille: bool = True
    """Whether lines can be drawn of braille dots, several in a cell."""
    has_pictures: bool = False
    """Whether the terminal shows pictures behind cells."""

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
    def inks(self) -> Inks:
        """Styles of text in these colours."""
        from tuinet.tui.style.inks import Inks, ink  # noqa: PLC0415 - themes can be read without Rich

        ground = self.background
        return Inks(
            blank=ink(None, ground),
            text=ink(self.foreground, ground),
            strong=ink(self.foreground, ground, bold=True),
            axis=ink(self.axis, ground),
            border=ink(self.border, ground),
            title=ink(self.title, ground),
            heading=ink(self.title, ground, bold=True),
            positive=ink(self.positive, ground),
            negative=ink(self.negative, ground),
            curve=ink(self.curve, ground),
            test_curve=ink(self.test_curve, ground),
            accent=ink(self.accent, ground),
            key=ink(self.accent, ground, bold=True),
            warning=ink(self.warning, ground),
            wrong=ink(self.warning, ground, bold=True),
            chosen=ink(ground, self.accent, bold=True),
        )

    @cached_property
    def behind_pictures(self) -> Theme:
        """As what has a picture behind it is drawn: in whole cells, whose ground it covers."""
        return replace(self, cells="whole") if self.has_pictures else self

    @property
    def is_ansi(self) -> bool:
        """Whether the colours are the terminal's own."""
        return is_ansi(self.background)

    @property
    def is_colourless(self) -> bool:
        """Whether there are none."""
        return is_share(self.background)

    @property
    def is_grey(self) -> bool:
        """Whether classes cannot be told apart by their colours."""
        return all(len(set(rgb(colour))) == 1 for colour in self.classes)

    @cached_property
    def levels(self) -> Ramp:
        """The map's ramp, from the first class through neutral to the second."""
        return self._ramp((self.classes[0], self.neutral, self.classes[1]), LEVELS)

    @property
    def _is_fine(self) -> bool:
        return not (self.is_ansi or self.is_colourless)

    @cached_property
    def map_levels(self) -> Ramp:
        """As `levels`, in shades so fine that no edge is seen between them, as far as the terminal has any."""
        return (
            self._fine_ramp((self.classes[0], self.neutral, self.classes[1]), LEVELS) if self._is_fine else self.levels
        )

    def map_class_levels(self, count: int) -> Ramp:
        """As `class_levels`, in finer shades likewise."""
        fineness = min(_FINENESS, _MOST_SHADES // (max(count, 1) * CLASS_LEVELS))
        if self.is_grey or not self._is_fine or fineness < 2:
            return self.class_levels(count)
        stops = [(self.neutral, colour) for colour in self.class_colours(count)]
        ramps = [self._fine_ramp(both, CLASS_LEVELS, fineness) for both in stops]
        return Ramp(
            (colour for levels in ramps for colour in levels),
            fineness=fineness,
            mixtures=(mixture for levels in ramps for mixture in levels.mixtures),
        )

    def _fine_ramp(self, stops: tuple[str, ...], levels: int, fineness: int = _FINENESS) -> Ramp:
        if self.indexed:
            return mixed_ramp(self._ramp(stops, levels), fineness)
        return fine_ramp(stops, levels, fineness)

    @cached_property
    def positive_levels(self) -> tuple[str, ...]:
        """Text colours of positive numbers, from small to large."""
        return self._text_ramp((self.zero, self.positive))

    @cached_property
    def negative_levels(self) -> tuple[str, ...]:
        """Text colours of negative numbers, from small to large."""
        return self._text_ramp((self.zero, self.negative))

    @cached_property
    def greys(self) -> Ramp:
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
        if self.is_grey:
            return (self.foreground,) * count
        rounds = [divmod(index, len(self.classes)) for index in range(count)]
        return tuple(mix(self.classes[index], self.foreground, 1 - _PALER**turn) for turn, index in rounds)

    def class_levels(self, count: int) -> Ramp:
        """For each class the ramp from neutral to its colour, one after the other, `CLASS_LEVELS` long each.

        Without colours, ever more of the cells have the glyph of the class.
        """
        if self.is_grey:
            return self._covered_levels(count)
        ramps = [self._ramp((self.neutral, colour), CLASS_LEVELS) for colour in self.class_colours(count)]
        return Ramp(
            (colour for levels in ramps for colour in levels), (shade for levels in ramps for shade in levels.shades)
        )

    def _heat(self, colour: str) -> tuple[str, ...]:
        ground = self.textual["panel"]
        return ground, *self._ramp((mix(ground, colour, _FAINT), colour), HEAT_LEVELS - 1)

    def layer_colours(self, count: int) -> tuple[str, ...]:
        """A colour for each of so many layers, in even steps from that of the first to that of the last."""
        if count < 2:
            return (self.curve,) * count
        return self._ramp((self.negative, self.curve, self.positive), count)

    def _ramp(self, stops: tuple[str, ...], levels: int) -> Ramp:
        colours = ramp(stops, levels)
        return Ramp(indexed_ramp(colours), colours.shades) if self.indexed else colours

    def _text_ramp(self, stops: tuple[str, ...]) -> tuple[str, ...]:
        colours = text_ramp(stops, WEIGHT_LEVELS)
        return indexed_text(colours) if self.indexed else colours

    def _covered_levels(self, count: int) -> Ramp:
        levels = ramp((self.background, self.foreground), CLASS_LEVELS)
        glyphs = [POINT_GLYPHS[index % len(POINT_GLYPHS)] for index in range(count)]
        shares = [_MOST_COVERED * level / (CLASS_LEVELS - 1) for level in range(CLASS_LEVELS)]
        shades = (Shade(glyph, self.foreground, self.background, share) for glyph in glyphs for share in shares)
        return Ramp(levels * count, shades)

    def to_textual(self) -> TextualTheme:
        """A Textual theme for the parts of the screen that Textual draws."""
        from textual.theme import Theme as TextualTheme  # noqa: PLC0415 - themes can be read without Textual

        colours: dict[str, Any] = {key: self.usual(colour) for key, colour in self.textual.items()}
        colours["foreground"] = self.usual(self.foreground, is_text=True)
        return TextualTheme(name=self.name, dark=self.dark, variables=self._variables(colours), **colours)

    def _variables(self, colours: Mapping[str, str]) -> dict[str, str]:
        """Where Textual would mix colours, plain ones, which every terminal can show."""
        chosen, ground = colours["primary"], colours["background"]
        bar = chosen if self.is_colourless else self.usual(self.border)
        return {
            "block-cursor-background": chosen,
            "block-cursor-foreground": ground,
            "block-cursor-blurred-background": chosen,
            "block-cursor-blurred-foreground": ground,
            "input-cursor-background": colours["accent"],
            "input-selection-background": chosen,
            "input-selection-foreground": ground,
            "scrollbar": bar,
            "scrollbar-hover": self.usual(self.axis),
            "scrollbar-active": self.usual(self.axis),
            "scrollbar-background": ground,
            VEIL: "transparent" if self.is_ansi or self.is_colourless else f"{ground} 60%",
        }

    def usual(self, colour: str, *, is_text: bool = False) -> str:
        """What a colour looks like on most terminals, as ``#rrggbb``: Textual can calculate with nothing else."""
        if colour != DEFAULT:
            return as_hex(colour)
        return as_hex(("white" if self.dark else "black") if is_text else ("black" if self.dark else "bright_white"))


class ThemeEntry(NamedTuple):
    """A theme file: its theme, or what is wrong with it."""

    path: Path
    theme: Theme | None
    error: ThemeError | None = None

    @property
    def name(self) -> str:
        """The theme's; of a broken one that of its file."""
        return self.path.stem if self.theme is None else self.theme.name


def load_theme(path: Path | str) -> Theme:
    """Read one theme.

    Raises
    ------
    ThemeError
        If the file cannot be read or used; one line names the file and the key.
    """
    return Theme(**read_theme(Path(path)))


def catalogue() -> list[ThemeEntry]:
    """Every theme file: dark and light first; one of the user's takes the place of one that comes with tuinet."""
    entries = [_entry(path) for path in theme_paths()]
    usable = {entry.name: entry for entry in entries if entry.theme is not None}
    ordered = sorted(usable.values(), key=_place)
    return [*ordered, *(entry for entry in entries if entry.theme is None)]


def _place(entry: ThemeEntry) -> tuple[int, str]:
    return _FIRST.index(entry.name) if entry.name in _FIRST else len(_FIRST), entry.name


def _entry(path: Path) -> ThemeEntry:
    try:
        return ThemeEntry(path, load_theme(path))
    except ThemeError as error:
        return ThemeEntry(path, None, error)


def load_themes() -> list[Theme]:
    """All themes that can be used; the first one is the one to start with."""
    return [entry.theme for entry in catalogue() if entry.theme is not None]


def first_theme(name_or_path: str | None) -> Theme:
    """The theme to start with, found without reading those of other names where the user has none of their own.

    Raises
    ------
    ThemeError
        As `find_theme`.
    """
    name = name_or_path or _FIRST[0]
    path = bundled_folder() / f"{name}.toml"
    if path.stem == name and os.path.isfile(path) and not any(user_folder().glob("*.toml")):
        return load_theme(path)
    return find_theme(name)


def find_theme(name_or_path: str) -> Theme:
    """The theme of this name, or in this file.

    Raises
    ------
    ThemeError
        If there is neither, or if the file is broken.
    """
    entries = catalogue()
    known = [entry.name for entry in entries]
    # Of a file there may be one that is called as the theme is but for its case.
    name = name_or_path if os.path.exists(name_or_path) else canonical(name_or_path, known)
    found = [entry for entry in entries if entry.name == name]
    for entry in reversed(found):
        if entry.error is not None:
            raise entry.error
        if entry.theme is not None:
            return entry.theme
    if os.path.exists(name_or_path):
        return load_theme(name_or_path)
    names = ", ".join(theme.name for theme in load_themes())
    near = did_you_mean(name_or_path, known)
    raise ThemeError(f"theme {name_or_path!r} is neither a file nor one of {names}{near}")
