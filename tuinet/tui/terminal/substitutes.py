"""Glyphs and braille patterns, and what stands in for them on terminals that lack them: always something as wide."""

from __future__ import annotations

import codecs
import io
import unicodedata
from collections.abc import Mapping
from typing import Final, TextIO

from rich.cells import get_character_cell_size

FIRST: Final = "\u2800"
LAST: Final = "\u28ff"

BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot in a cell, by row and column (Unicode 15, chapter 21.1)."""

_STROKES: Final[Mapping[str, tuple[str, ...]]] = {
    "-": ("..##....", "....##..", "..#..#..", "...##...", "..####..", "..#.....", "...#....", "....#...", ".....#.."),
    "'": ("#.......", ".#......", "##......", "#.#.....", ".#.#....", "#..#....", ".##....."),
    ".": ("......#.", ".......#", "....#.#.", ".....#.#"),
    "_": ("......##", "....#..#", ".....##.", "....####"),
    "|": ("#.#.#.#.", ".#.#.#.#", "#.#.#...", ".#.#.#..", "..#.#.#.", "...#.#.#", "..#.#...", "...#.#.."),
    "/": (".#.##.#.", ".####.#.", ".#.#.##.", "...##.#.", ".#.##...", "...#.##.", ".##.#...", ".#.##..."),
    "\\": ("#.#..#.#", "#.####.#", "#.#.##.#", "..#..#.#", "#.#..#..", "..#.##.#", "#..#.#..", "..#.#..#"),
    "=": ("##....##", "##..##..", "..##..##", "#.....#.", ".#.....#"),
    "#": ("########", "#####.##", "##.#####", ".#######", "######.#"),
}
"""The dots of some patterns, row by row, and what looks like them."""


def dots(character: str) -> frozenset[tuple[int, int]]:
    """Row and column of each dot of a braille pattern."""
    bits = ord(character) - ord(FIRST)
    return frozenset((row, column) for row in range(4) for column in range(2) if bits & BITS[row][column])


def as_block(character: str) -> str:
    """The half of the cell that the dots are in, or all of it."""
    rows = {row for row, _ in dots(character)}
    upper, lower = bool(rows & {0, 1}), bool(rows & {2, 3})
    return "█" if upper and lower else "▀" if upper else "▄" if lower else " "


def as_stroke(character: str) -> str:
    """The ASCII character that looks most like the dots."""
    wanted = dots(character)
    if not wanted:
        return " "
    shapes = [(len(wanted ^ _shape(shape)), stroke) for stroke, shapes in _STROKES.items() for shape in shapes]
    return min(shapes, key=lambda found: found[0])[1]


def _shape(drawn: str) -> frozenset[tuple[int, int]]:
    return frozenset(divmod(index, 2) for index, character in enumerate(drawn) if character == "#")


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
    "#": "█▇▉▊▋≠≡",
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
    "/": "÷╱⟋½¼¾⅓⅔⅛↗↙",
    "\\": "╲⟍↖↘",
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
    "E": "€",
    "L": "£",
    "Y": "¥",
    "R": "₹",
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
        if character in self._chosen:  # before those that are kept: some of these stand in for others
            return self._chosen[character]
        if character.isascii() or character in self._kept:
            return character
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


_SUBSTITUTE: Final = "tuinet.substitute"


def keep_to_ascii(*streams: TextIO) -> None:
    """Substitute what is not ASCII from now on: last words and tracebacks, too, which no screen has drawn."""
    codecs.register_error(_SUBSTITUTE, _substitute)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="ascii", errors=_SUBSTITUTE)


def _substitute(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].translate(ASCII), error.end
