"""Glyphs, and what stands in for them on terminals that lack them: always something just as wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from rich.cells import get_character_cell_size

from tuinet.tui.strokes import FIRST, LAST, as_block, as_stroke

POINT_GLYPHS: Final = "●○◆◇■□▲△▼▽"
"""One glyph a class."""
UPPER_HALF: Final = "▀"
LEFT_HALF: Final = "▌"
"""Halves of cells: where they have a ground of their own, they are two pixels, of which one must do."""

_LIKE: Final[Mapping[str, str]] = {
    "-": "─┄┈╌╴╶‐‑‒–—−₋⁻▔⎯↔±",
    "=": "━═╸╺▅▌",
    "|": "│┃┆┊╎║╵╷╹╻‖∣▏▎▍▐▕↕",
    "+": "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬▖▗▘▝▙▛▜▟▚▞▆▒",
    "#": "█▇▉▊▋≠",
    "%": "▓",
    ":": "░⋮",
    '"': "▀″“”„",
    "'": "′‘’‚",
    "_": "▁▂▄",
    ".": "▃·∙⋅・°",
    "*": "★☆⋆",
    ">": "▸▹▶▷►→⇒↦⟶»›≥",
    "<": "◂◃◀◁◄←⇐⟵«‹≤",
    "^": "▴↑⇑",
    "v": "▾↓⇓✓✔",
    "x": "×✗✘☒╳",
    "~": "…⋯≈∼≃∝",
    "/": "÷╱⟋½¼¾",
    "\\": "╲⟍",
    "!": "⚠",
    "V": "√∇",
    "d": "∂δ",
    "D": "Δ∆",
    "s": "σς",
    "S": "Σ∑∫",
    "p": "πρ",
    "P": "ΠΨ",
    "t": "θτ",
    "e": "εϵ∈",
    "n": "η",
    "l": "λ",
    "u": "μµ",
    "a": "α",
    "b": "β",
    "g": "γ",
    "w": "ω",
    "O": "Ω",
    "f": "φϕ",
    "F": "Φ",
    "k": "κ",
    "8": "∞",
}
"""By look, so that a frame stays a frame; letters and signs as far as they have a likeness."""

_ALIKE: Final[Mapping[str, str]] = {
    **{character: plain for plain, characters in _LIKE.items() for character in characters},
    **dict(zip(POINT_GLYPHS, "xo*+#%^&vy", strict=True)),
    **dict(zip("•◦✦✧▪▫▵▿", 'XO";=-!,', strict=True)),
}

_CONSOLE_FONT: Final = frozenset(bytes(range(128, 256)).decode("cp437") + "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼")
"""What the font that Linux itself brings for its console can show besides ASCII."""

_ON_CONSOLE: Final[Mapping[str, str]] = {
    **dict(zip("╭╮╰╯━┃╸╺┏┓┗┛┣┫┳┻╋", "┌┐└┘═║──╔╗╚╝╠╣╦╩╬", strict=True)),
    **dict(zip(POINT_GLYPHS, "•○♦♥■♣▲↑▼↓", strict=True)),
    **dict(zip("▸▶▷▹◂◀◁◃▴▾", "►►►►◄◄◄◄▲▼", strict=True)),
    **dict(zip("•◦✦✧▪▫▵▿", "·°♠☼◘◙'`", strict=True)),
    **dict(zip("▁▂▃▅▆▇▏▎▍▋▊▉", "▄▄▄▄██▌▌▌▌██", strict=True)),
    **dict(zip("‖∑μ", "║Σµ", strict=True)),
}


class Substitutes(dict[int, str]):
    """For `str.translate`: the substitute of every character, found when it is first met.

    Parameters
    ----------
    kept
        Characters besides ASCII that need none.
    chosen
        What stands in for some; the rest is found by likeness.
    """

    def __init__(self, kept: frozenset[str], chosen: Mapping[str, str]) -> None:
        super().__init__()
        self._kept, self._chosen = kept, chosen

    def __missing__(self, code: int) -> str:
        """Find one, and keep it."""
        self[code] = found = self._find(chr(code))
        return found

    def _find(self, character: str) -> str:
        if character.isascii() or character in self._kept:
            return character
        if character in self._chosen:
            return self._chosen[character]
        if FIRST <= character <= LAST:
            return (as_block if self._kept else as_stroke)(character)
        return _ALIKE.get(character) or _likeness(character)


def _likeness(character: str) -> str:
    """The letter without its accents, where that is as wide; else question marks."""
    width = get_character_cell_size(character)
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain if len(plain) == width else "?" * width


ASCII: Final = Substitutes(frozenset(), {})
"""For terminals that can show nothing else."""
CONSOLE: Final = Substitutes(_CONSOLE_FONT, _ON_CONSOLE)
"""For the console of Linux: blocks and frames, but no braille, no rounded corners, few symbols."""
