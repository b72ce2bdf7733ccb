"""How sure the network is of the samples that it gets right and of those that it gets wrong, as two histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from rich.style import Style

from tuinet.observe.gallery import Gallery
from tuinet.tui.draw.ridges import EIGHTHS, Counts, bar_heights
from tuinet.tui.draw.text import Piece, count, first_fitting, whole_percent
from tuinet.tui.panels.confusion.mistakes import Line
from tuinet.tui.style.theme import Theme

LEAST: Final = 7
"""Rows: a heading, two of bars for each half, the axis, and its labels."""
NARROWEST: Final = 40
_OTHERS: Final = 3
_GUTTER: Final = 7
"""Cells left of the bars, for the names of the halves."""
_FEW: Final = 100
"""Samples below which there are no more than ten bars."""
_TALLEST: Final = 18
"""Rows of bars of a half at most."""


def confidence_lines(gallery: Gallery, classes: int, theme: Theme, width: int, height: int) -> list[Line]:
    """A bar for each tenth or twentieth of the shares that the predicted class can have; nothing without room.

    Both halves have a scale of their own, so that a few wrong ones are seen beside many that are right; the heading
    says what the tallest bar of each counts.

    Parameters
    ----------
    classes
        Of so many classes, the predicted one has at least one part of so many.
    """
    rows = min((height - _OTHERS) // 2, _TALLEST)
    if gallery.verdicts is None or width < NARROWEST or height < LEAST or not len(gallery.numbers):
        return []
    wrong, low = gallery.verdicts.wrong, 1 / max(classes, 2)
    shares = np.clip(np.nan_to_num(gallery.verdicts.confidences, nan=low), low, 1.0)
    bins = 10 if len(shares) < _FEW else 20
    thickness = (width - _GUTTER - 1) // bins
    halves = {
        name: np.histogram(shares[those], bins, (low, 1.0))[0].astype(np.intp)
        for name, those in (("right", ~wrong), ("wrong", wrong))
    }
    inks = {"right": theme.inks.curve, "wrong": theme.inks.warning}
    drawn = [line for name, half in halves.items() for line in _half(name, half, rows, thickness, inks[name], theme)]
    return [[(_heading(gallery, halves, width), theme.inks.axis)], *drawn, *_axis(low, bins * thickness, theme)]


def _heading(gallery: Gallery, halves: Mapping[str, Counts], width: int) -> str:
    samples = f"{count(len(gallery.numbers))} {'test' if gallery.is_test else 'training'} samples"
    first = "the first " if len(gallery.numbers) < gallery.total else ""
    tallest = [
        f"{name} {count(int(half.sum()))}, up to {count(int(half.max()))} in a bar" for name, half in halves.items()
    ]
    said = f" how sure it is of {first}{samples}"
    return first_fitting((" · ".join((said, *tallest)), said, " how sure it is"), width)


def _half(name: str, half: Counts, rows: int, thickness: int, bars: Style, theme: Theme) -> list[Line]:
    heights, lines = bar_heights(half, int(half.max()), rows), list[Line]()
    for level in range(rows - 1, -1, -1):
        cells = np.repeat(np.clip(heights - 8 * level, 0, 8), thickness).tolist()
        side: Piece = (f" {name if level == rows - 1 else '':<{_GUTTER - 1}}", theme.inks.axis)
        lines.append([side, ("".join(EIGHTHS[filled] for filled in cells), bars)])
    return lines


def _axis(low: float, across: int, theme: Theme) -> list[Line]:
    """From the least share to the whole, which are named below, and their middle."""
    edge, labels = ["─"] * across, [" "] * across
    for place, share in ((0, low), (across // 2, (1 + low) / 2), (across - 1, 1.0)):
        text = whole_percent(share)
        left = min(max(place - len(text) // 2, 0), across - len(text))
        edge[place], labels[left : left + len(text)] = "┬", [*text]
    return [[(" " * _GUTTER + "".join(cells), theme.inks.axis)] for cells in (edge, labels)]
