"""Numbers as text of a fixed width, rows of coloured text, and passages that a panel has room for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot, is_mid_step
from tuinet.observe.view import Unit
from tuinet.terminal_text import MINUS, visible
from tuinet.tui.draw.short_names import short_names
from tuinet.tui.style.inks import ink
from tuinet.tui.style.theme import Theme

__all__ = ["ink"]  # whoever writes text needs both
_ABBREVIATION = 4

Piece = tuple[str, Style]
"""Text and the style it is written in."""


def row(pieces: Iterable[Piece], width: int, fill: Style) -> Strip:
    """One row exactly ``width`` cells wide: cut where it is longer, filled up where it is shorter.

    What a terminal would obey, or not show, is made visible.
    """
    shown = [Segment(text if text.isprintable() else visible(text), style) for text, style in pieces if text]
    return Strip(Segment.simplify(shown)).adjust_cell_length(width, fill)


def filled_up(rows: Sequence[Strip], width: int, height: int, theme: Theme) -> list[Strip]:
    """The rows, and as many blank ones below them as are missing."""
    return [*rows, *[Strip.blank(width, theme.inks.blank)] * (height - len(rows))]


def first_in_sight(chosen: int, shown: int, total: int) -> int:
    """Of things in a row, the first of so many that are shown, with the chosen one about in the middle."""
    return max(0, min(chosen - shown // 2, total - shown))


def with_margins(rows: Sequence[Strip], style: Style) -> list[Strip]:
    """The rows with a blank cell at either end."""
    margin = Strip.blank(1, style)
    return [Strip.join([margin, strip, margin]) for strip in rows]


def width_of(pieces: Sequence[Piece]) -> int:
    """Cells that these pieces take."""
    return sum(cell_len(text) for text, _ in pieces)


def padded(pieces: Sequence[Piece], width: int, style: Style) -> list[Piece]:
    """The pieces, and blanks behind them up to so many cells."""
    return [*pieces, (" " * (width - width_of(pieces)), style)]


def shorten(text: str, width: int) -> str:
    """The text, or as much of it as fits with an ellipsis at its end."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def abbreviated(text: str, width: int) -> str:
    """Cut a text, without an ellipsis where that would take most of the room."""
    if width > _ABBREVIATION:
        return shorten(text, width)
    # Where a character two cells wide is cut, a blank would stand in its place.
    return set_cell_size(text, min(cell_len(text), max(width, 0))).rstrip()


def filled(text: str, width: int) -> str:
    """The text in exactly so many cells, shortened where it is longer."""
    short = abbreviated(text, width)
    return short + " " * (width - cell_len(short))


def right_aligned(text: str, width: int) -> str:
    """The text at the right end of so many cells."""
    return " " * (width - cell_len(text)) + text


def centred(text: str, width: int) -> str:
    """The text in the middle of so many cells, or half a cell left of it."""
    left = (width - cell_len(text)) // 2
    return " " * left + text + " " * (width - cell_len(text) - left)


def first_fitting(texts: Iterable[str], room: int) -> str:
    """The first of these texts that takes no more cells than there are; empty where none does."""
    return next((text for text in texts if cell_len(text) <= room), "")


def signed(value: float) -> str:
    """A number in 6 characters, the sign always shown: ``+5.312``, ``−12.35``, ``+1.2e5``."""
    if not math.isfinite(value):
        return f"{value:>+6}".replace("-", MINUS)
    size, limits = abs(value), ((9.9995, 3), (99.995, 2), (999.95, 1))
    written = next((f"{value:+.{digits}f}" for limit, digits in limits if size < limit), "")
    return (written or _exponential(value, plus=True)).replace("-", MINUS)


def scientific(value: float) -> str:
    """A number that is not negative in about 6 characters: ``3.1e-2``, ``0``."""
    if not math.isfinite(value):
        return str(value)
    return _exponential(value, plus=False) if value else "0"


def _exponential(value: float, *, plus: bool) -> str:
    for digits in (1, 0):
        text = _bare(f"{value:{'+' if plus else ''}.{digits}e}")
        if len(text) <= 6:
            break
    return text


def loss_text(value: float) -> str:
    """A loss with four digits after the point, or in powers of ten where that would show nothing."""
    if math.isfinite(value) and 0 < abs(value) < 0.0005:
        return _bare(f"{value:.2e}")
    return f"{value:.4f}" if abs(value) < 1e5 else _bare(f"{value:.3e}")


def _bare(text: str) -> str:
    """A power of ten as the axes have it: ``3.02e-4``, ``1.5e9``."""
    mantissa, sign, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if sign else text


def short_number(value: float) -> str:
    """A number with three digits, of thousands with four: ``-0.25``, ``1987``, ``204k``, ``1.5M``.

    Beyond a billion, and far below 1, in powers of ten.
    """
    size = abs(value)
    if not 999.5 <= size < 9.995e8:
        return _bare(f"{value:.3g}")
    if size < 9999.5:
        return f"{value:.0f}"
    return f"{value / 1e3:.3g}k" if size < 9.995e5 else f"{value / 1e6:.3g}M"


def table_number(value: float) -> str:
    """A number in 8 characters for a table, whose errors are to be seen: ``-0.25``, ``211,315``, ``1.2M``."""
    return f"{value:,.0f}" if 9999.5 <= abs(value) < 999_999.5 else short_number(value)


def percent(share: float) -> str:
    """A share from 0 to 1: ``97.4%``; ``100%`` only where nothing is missing."""
    return "100%" if share == 1 else f"{min(100 * share, 99.9):.1f}%"


def whole_percent(share: float) -> str:
    """A share as a percentage without a digit after the point: ``97%``."""
    return "100%" if share == 1 else f"{min(100 * share, 99):.0f}%"


def r2_text(value: float) -> str:
    """A share of the variance: ``0.987``, ``-3.21``; a hopeless one in powers of ten."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1e}"


def short_r2_text(value: float) -> str:
    """R² with two digits, 1 only where nothing is missing."""
    return f"{math.floor(value * 100) / 100:.2f}" if abs(value) < 10 else f"{value:.0e}"


def count(value: float) -> str:
    """A whole number with its thousands apart: ``1,240``."""
    return f"{value:,.0f}"


def accuracy_text(metrics: Metrics, *, is_short: bool = False) -> str:
    """How many samples are right, of all: ``3/4``; empty where there is no right and wrong.

    Where not all of a set were evaluated: of those that were, and of how many, as in ``997/1,000 of 50,000``.

    Parameters
    ----------
    is_short
        Whether to leave it to others to say of how many.
    """
    if metrics.correct is None:
        return ""
    of = "" if is_short or metrics.of is None else f" of {count(metrics.of)}"
    return f"{count(metrics.correct)}/{count(metrics.samples)}{of}"


def part_text(metrics: Metrics) -> str:
    """How many samples were evaluated: ``on 1,000 of 50,000``; empty where it was all of them."""
    return "" if metrics.of is None else f"on {count(metrics.samples)} of {count(metrics.of)}"


def two_digits(value: float) -> float:
    """The number rounded to two significant digits, so that what jitters reads calmly."""
    if not value or not math.isfinite(value):
        return value
    return round(value, 1 - math.floor(math.log10(abs(value))))


def sentence_rows(sentence: str, theme: Theme, width: int, height: int) -> list[Strip]:
    """A sentence in the middle, as far as there is room for it."""
    room = min(max(width - 2, 1), 60)
    lines, style = wrap(sentence, room), theme.inks.axis
    above = max((height - len(lines)) // 2, 0)
    left = " " * max((width - room) // 2, 0)
    return [row([(left + line, style)], width, style) for line in [*[""] * above, *lines]][: max(height, 0)]


Lines = list[list[Piece]]


class Passage(NamedTuple):
    """Lines that belong together."""

    lines: Lines
    rank: int
    """How soon it is left out where there is no room: the largest first."""
    short: Lines | None = None
    """The lines that replace them where there is little room."""

    @property
    def shortened(self) -> Passage:
        """The passage with its short lines, if it has any."""
        return self if self.short is None else self._replace(lines=self.short)


def wrapped(text: str, width: int, style: Style) -> Lines:
    """A text in lines of at most this width."""
    return [[(line, style)] for line in wrap(text, max(width, 1))]


def fitted(passages: Sequence[Passage], height: int) -> Lines:
    """The passages in their order, with an empty line between two where there is room; else shorter; else fewer."""
    kept = _shortened([passage for passage in passages if passage.lines], height)
    while len(kept) > 1 and _height(kept) > height:
        kept.remove(max(kept, key=lambda passage: passage.rank))
    if _height(kept) + len(kept) - 1 <= height:
        return [line for passage in kept for line in (*passage.lines, [])][:-1]
    return [line for passage in kept for line in passage.lines][: max(height, 0)]


def _shortened(passages: Sequence[Passage], height: int) -> list[Passage]:
    """Shorten passages until they fit, those that are needed least first."""
    kept = [passage.shortened for passage in passages]
    for index in sorted(range(len(kept)), key=lambda index: passages[index].rank):
        longer = [*kept[:index], passages[index], *kept[index + 1 :]]
        if _height(longer) <= height:
            kept = longer
    return kept


def _height(passages: Sequence[Passage]) -> int:
    return sum(len(passage.lines) for passage in passages)


def sample_title(title: str, room: int) -> str:
    """A title that may end with a sample: without its place in the training set where that has no room."""
    bare = title.partition(" (")[0]
    short = bare.rpartition(", ")[0] if bare.endswith(" of the training set") else bare
    return first_fitting((title, bare, short), room) or shorten(short, room)


ACTIVE: Final = "▸"
"""Marks the layer that the last phase computed."""


def active_layer(snapshot: Snapshot) -> int | None:
    """The layer that the last phase of the step under way computed, counted from 1."""
    return snapshot.phase.layer if snapshot.phase is not None and is_mid_step(snapshot) else None


NAME_LIMIT: Final = 7
"""Cells that a name takes at most."""


def unit_name(snapshot: Snapshot, unit: Unit, limit: int = NAME_LIMIT) -> str:
    """The name of a unit in so many cells: layer 0 is the inputs, outputs are what they stand for."""
    layer, index = unit
    if 0 < layer < len(snapshot.layers):
        return f"h{index + 1}"
    return unit_names(snapshot, layer, limit)[index]


def weight_name(snapshot: Snapshot, layer: int, row: int, column: int, limit: int = NAME_LIMIT) -> str:
    """A weight or, behind the last row of weights, a bias, as in ``layer 1, x1 → h2``; all counted from 0."""
    sources = source_names(snapshot, layer, limit)
    return f"layer {layer + 1}, {sources[row]} → {unit_names(snapshot, layer + 1, limit)[column]}"


def parameter_name(snapshot: Snapshot, index: int) -> str:
    """The same by its place in the vector of all parameters, from 0: layer by layer, row by row, biases last."""
    for layer, shown in enumerate(snapshot.layers):
        fan_in, fan_out = shown.weights.shape
        if index < (fan_in + 1) * fan_out:
            return weight_name(snapshot, layer, *divmod(index, fan_out))
        index -= (fan_in + 1) * fan_out
    raise IndexError("the network has fewer parameters")


def source_names(snapshot: Snapshot, layer: int, limit: int = NAME_LIMIT) -> Sequence[str]:
    """What the weights behind a layer come from: the names of its units, and behind them that of the biases."""
    return [*unit_names(snapshot, layer, limit), bias_name(snapshot, layer, limit)]


def bias_name(snapshot: Snapshot, layer: int, limit: int = NAME_LIMIT) -> str:
    """What the biases behind a layer are called: ``b``, unless one of the inputs is called so."""
    taken = unit_names(snapshot, layer, limit)
    return next(name for name in ("b", "bias", "(bias)", "") if name not in taken)


def unit_names(snapshot: Snapshot, layer: int, limit: int = NAME_LIMIT) -> Sequence[str]:
    """Names of a layer's units: 0 is the inputs, then hidden layers, then outputs."""
    if 0 < layer < len(snapshot.layers):
        return [f"h{number}" for number in range(1, snapshot.layer_sizes[layer] + 1)]
    return short_names(snapshot.dataset.output_names if layer else snapshot.dataset.input_names, limit)
