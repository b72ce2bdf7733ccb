"""Rows as the terminal can show them: of what panels draw, glyphs and colours are exchanged that it does not have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as TextualColor
from textual.filter import LineFilter

from tuinet.tui.style.colour import NOMINAL, as_hex, nearest_of, readable_on
from tuinet.tui.style.indexed import index_of, nearest_indexed
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MODERN, Glyphs, Terminal
from tuinet.tui.terminal.substitutes import ASCII, CONSOLE, LEFT_HALF, UPPER_HALF, Substitutes

_SUBSTITUTES: Final[Mapping[Glyphs, Substitutes | None]] = {"unicode": None, "console": CONSOLE, "ascii": ASCII}
_NO_STYLE: Final = Style()

Restyle = Callable[[Style], Style]
Redraw = Callable[[str, Style], tuple[str, Style]]


class TerminalFilter(LineFilter):
    """Exchanges glyphs and colours that the terminal does not have."""

    def __init__(self, terminal: Terminal, theme: Theme) -> None:
        takes_all = (terminal.colours, terminal.glyphs) == (MODERN.colours, MODERN.glyphs)
        super().__init__(enabled=not takes_all or theme.is_ansi)
        self._substitutes = _SUBSTITUTES[terminal.glyphs]
        is_ascii = terminal.glyphs == "ascii"
        self.looks_around = terminal.colours == "none"
        """Whether a cell is shown by what is beside it, too."""
        self._redraw: Redraw
        if terminal.colours == "none":
            from tuinet.tui.terminal.colourless import Colourless

            self._redraw = Colourless(is_ascii=is_ascii)
        else:
            self._redraw = _Coloured(_restyle(terminal, theme), theme.usual(theme.background), is_ascii=is_ascii)

    def apply(self, segments: list[Segment], background: TextualColor) -> list[Segment]:
        """See `LineFilter`."""
        redrawn = [(*self._redraw(text, style or _NO_STYLE), control) for text, style, control in segments]
        return [Segment(self._known(text), style, control) for text, style, control in redrawn]

    def _known(self, text: str) -> str:
        return text if self._substitutes is None or text.isascii() else text.translate(self._substitutes)


class _Coloured:
    """Other colours; and where half blocks are missing, cells of one colour in their place."""

    def __init__(self, restyle: Restyle, background: str, *, is_ascii: bool) -> None:
        self._restyle, self._background, self._is_ascii = restyle, background, is_ascii

    def __call__(self, text: str, style: Style) -> tuple[str, Style]:
        """Of two pixels in a cell the lower one, or the right one, is shown: it is the ground."""
        if self._is_ascii and self._has_ground(style):
            text = text.replace(UPPER_HALF, " ").replace(LEFT_HALF, " ")
        return text, self._restyle(style)

    def _has_ground(self, style: Style) -> bool:
        return style.bgcolor is not None and _hex_of(style.bgcolor, self._background) != self._background


def _restyle(terminal: Terminal, theme: Theme) -> Restyle:
    if theme.is_ansi:
        return lru_cache(maxsize=4096)(partial(_in_16_colours, theme=theme))
    return lru_cache(maxsize=4096)(_in_256_colours) if terminal.colours == "256" else lambda style: style


def _in_256_colours(style: Style) -> Style:
    return style + Style(color=_indexed(style.color), bgcolor=_indexed(style.bgcolor))


def _indexed(colour: Color | None) -> Color | None:
    if colour is None or colour.triplet is None:
        return colour
    return Color.from_ansi(index_of(nearest_indexed(colour.triplet.hex)))


def _in_16_colours(style: Style, theme: Theme) -> Style:
    """Textual calculates in red, green and blue, from what the theme's colours usually are."""
    ground = _named(style.bgcolor, theme.background, theme.usual(theme.background))
    text = _named(style.color, theme.foreground, theme.usual(theme.foreground, is_text=True))
    if text is not None and text == (ground or theme.background):
        text = readable_on(text)
    return style + Style(color=text, bgcolor=ground)


def _named(colour: Color | None, own: str, usual: str) -> str | None:
    """The nearest of the 16; the theme's own colour, which can be the terminal's default, where it is that."""
    if colour is None or colour.triplet is None:
        return None
    return own if colour.triplet.hex == usual else nearest_of(colour.triplet.hex, tuple(NOMINAL))


def _hex_of(colour: Color, default: str) -> str:
    return colour.triplet.hex if colour.triplet is not None else default if colour.is_default else as_hex(colour.name)
