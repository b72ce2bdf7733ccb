"""Legends of maps: what glyphs, letters and colours are, as much of it as fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tuinet.tui.glyphs import sample_glyph
from tuinet.tui.legends import class_pieces, fitting_names, letter_piece, sample_notes
from tuinet.tui.text import Piece, ink, width_of
from tuinet.tui.theme import Theme

_NAME_LIMITS: Final = (12, 8, 5, 3, 1)


def class_legend(names: Sequence[str], theme: Theme, width: int, *, has_test: bool) -> list[Piece]:
    """The classes; and where there is room, what the letters of wrong samples and the small glyphs are."""
    notes = sample_notes(theme, has_test=has_test)
    explained = class_pieces(names, theme, width - width_of(notes), letters=True)
    is_whole = bool(explained) and "…" not in explained[-1][0]
    return [*explained, *notes] if is_whole else class_pieces(names, theme, width)


def with_glyphs(
    names: Sequence[str], scale: Callable[[int], list[Piece]], theme: Theme, width: int, *, has_test: bool
) -> list[Piece]:
    """The glyphs of the classes before a scale, with as much of names and notes as fits; empty where nothing does.

    Parameters
    ----------
    scale
        The scale with names in at most so many cells.
    """
    for with_notes in (True, False):
        for limit in _NAME_LIMITS:
            notes = sample_notes(theme, has_test=has_test) if with_notes else []
            pieces = [*_glyphs(names, limit, theme, letters=with_notes), *scale(limit), *notes]
            if width_of(pieces) <= width:
                return pieces
    return []


def _glyphs(names: Sequence[str], limit: int, theme: Theme, *, letters: bool) -> list[Piece]:
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    pieces: list[Piece] = []
    for label, name in enumerate(fitting_names(names, limit)):
        pieces += [(sample_glyph(label), text), *([letter_piece(label, theme)] if letters else [])]
        pieces.append((f" {name}  ", axis))
    return pieces


def with_sets(scale: list[Piece], theme: Theme, width: int, *, has_test: bool) -> list[Piece]:
    """A scale, and where there is room how the samples of both sets are drawn."""
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    train, test = (sample_glyph(0, is_test=is_test) for is_test in (False, True))
    tested = [(f"  {test}", text), (" test", axis)] if has_test else []
    pieces = [*scale, (f"  {train}", text), (" train", axis), *tested]
    return pieces if width_of(pieces) <= width else scale
