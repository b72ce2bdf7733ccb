"""The meaning of the signs and shades of starts and sweeps."""

from __future__ import annotations

from tuinet.observe.starts import Starts, Sweep
from tuinet.tui.draw.text import Piece, width_of
from tuinet.tui.panels.starts.charts import MEDIAN, RUN, shade_legend
from tuinet.tui.panels.starts.words import DIVERGED, MOVING, SOLVED, STILL, sign_of
from tuinet.tui.style.theme import Theme


def starts_legend(found: object, theme: Theme, room: int, *, has_curves: bool, is_log: bool = False) -> list[Piece]:
    """The meaning of the signs that occur, and of the shades, in so many cells."""
    inks, axis = theme.inks, theme.inks.axis
    if isinstance(found, Sweep):
        signs = [(RUN, inks.curve), (" a run ", axis), (MEDIAN, inks.strong), (" median ", axis)]
        variants = [[*signs, (DIVERGED, inks.wrong), (" diverged", axis)], signs]
    elif isinstance(found, Starts):
        words = {SOLVED: " solved", STILL: " stands still", DIVERGED: " diverged", MOVING: " still changing"}
        there = {sign_of(found, place) for place in range(len(found.seeds))}
        known: list[list[Piece]] = [
            [(sign, inks.text), (f"{word} ", axis)] for sign, word in words.items() if sign in there
        ]
        shades = shade_legend(theme, len(found.seeds)) if has_curves else []
        shades = [(" ", axis), *shades] if shades else []
        whole = [*shades, ("  log scale", axis)] if has_curves and is_log else shades
        named = [(" loss by epochs,", axis), *whole] if has_curves else whole
        lists = [(known, named), (known, whole), *((known[:length], shades) for length in range(len(known), -1, -1))]
        variants = [[*(piece for sign in some for piece in sign), *shown] for some, shown in lists]
    else:
        return []
    return next((pieces for pieces in variants if width_of(pieces) <= room), [])
