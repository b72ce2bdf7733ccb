"""The table of `tuinet compare`: a row for each cell, and below it what they have as their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from textual.events import MouseDown, MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from tuinet.compare.summary import looks_words, target_name, target_words
from tuinet.tui.compare.drawing import (
    BAND_MARK,
    FAINT,
    GROUND,
    MOST_SEEDS,
    SEED_LINE,
    Comparison,
    column_at,
    first_row,
    table_rows,
)
from tuinet.tui.draw.legends import curve_piece, faded
from tuinet.tui.draw.text import first_fitting, ink
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import OrderChosen, RowChosen
from tuinet.tui.panels.base import EDGE, CellPanel, Entry, framed, range_in_sight
from tuinet.tui.style.colour import mix
from tuinet.tui.style.theme import Theme


class CellsPanel(CellPanel):
    """The table of the cells; its part of help is that of the whole screen."""

    HEADING = "compare"

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """Table and frame."""
        comparison: Comparison = frame
        room = max(height - 2, 0)
        content = table_rows(comparison, theme, max(width - 2, 0), room)
        target = first_fitting(_target_variants(comparison), width - EDGE)
        part = range_in_sight(first_row(comparison, room), max(room - 1, 0), len(comparison.rows))
        legend = first_fitting(legend_variants(comparison, part), width - EDGE)
        return framed(content, target, legend, width, height, theme)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Choose the row, or sort by the column whose heading was clicked."""
        comparison: Any = self.frame
        (width, height), line = self.room, event.y - 2
        if line < 0:
            column = column_at(comparison, width, event.x - 1)
            if column is not None:
                self.post_message(OrderChosen(column))
        else:
            self.post_message(RowChosen(first_row(comparison, height) + line - comparison.place))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Choose the next row."""
        self.post_message(RowChosen(1))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Choose the row before."""
        self.post_message(RowChosen(-1))

    @staticmethod
    def glossary(snapshot: object, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, wrong = theme.inks.axis, theme.inks.warning
        faint = faded(theme.curve, FAINT, theme)
        ground = ink(None, mix(theme.curve, theme.background, GROUND))
        yield (
            [curve_piece(theme.curve, theme)],
            "The median of a cell's losses, over its seeds, on the training samples.",
        )
        band = (BAND_MARK * 4, dim) if theme.markers else ("    ", ground)
        yield [band], "From the lower to the upper quartile of the chosen cell: half of its seeds lie there."
        single = (f"{BAND_MARK} {BAND_MARK}", dim) if theme.markers else (SEED_LINE, ink(faint, theme.background))
        yield [single], f"In place of that: the single runs of the chosen cell, at most {MOST_SEEDS} of them."
        yield [("cell", dim)], "One combination of the values that are varied, run with every seed."
        yield (
            [("default (0.5)", dim)],
            "A value that is left to the dataset or the optimizer, and what it is. Values that nobody varies and that "
            "differ all the same, such as each optimizer's own learning rate, have columns, too.",
        )
        yield [("reached", dim)], "How many of the runs met the target, of those that have ended."
        yield [("95%", dim)], "Where the share of seeds that get there may well be, for all seeds: Wilson's interval."
        yield [("epochs", dim)], "Until the target was met: the median, runs that never met it being the slowest."
        yield [("loss", dim)], "At the end, on the training samples, the median; quartiles beside it."
        yield [("accuracy", dim)], "At the end, the median; on the test samples if there are any. R² for numbers."
        yield [("median seed", dim)], "The seed whose final loss is the median: the one that enter opens."
        yield [("never", wrong)], "More than half of the runs have not met the target."
        yield (
            [("diverged", wrong)],
            "The loss is not finite, or over 100 times that at the start: worse than all others.",
        )
        yield [("failed", wrong)], "The runs could not be made; why, is written when the screen closes."
        sorted_by = [("▾ ▴", theme.inks.accent)]
        yield sorted_by, "By which column is sorted: the best first, the worst first."


def legend_variants(comparison: Comparison, part: str) -> Iterator[str]:
    """What is said below the table: which rows are in sight, and as much as fits of what cells have as their own."""
    notes = comparison.grid.notes
    for count in range(len(notes), 0, -1):
        yield " · ".join(filter(None, (part, *notes[:count], "medians over the seeds")))
        yield " · ".join(filter(None, (part, *notes[:count])))
    yield from (note.partition(":")[0] for note in notes[:1])
    yield from (" · ".join(filter(None, (part, "medians over the seeds"))), part)


def _target_variants(comparison: Comparison) -> Sequence[str]:
    grid, standing = comparison.grid, comparison.standing
    name = target_name(grid, standing)
    return target_words(grid, standing), f"target: {name}, {looks_words(grid)}", f"target: {name}", name
