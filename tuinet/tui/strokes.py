"""Braille patterns, which curves are drawn with, as other characters that look alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIRST: Final = "\u2800"
LAST: Final = "\u28ff"

_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot, by row and column."""

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
    return frozenset((row, column) for row in range(4) for column in range(2) if bits & _BITS[row][column])


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
