"""The weights: every layer's matrix as numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from rich.style import Style
from textual.strip import Strip

from tuinet.training.snapshot import Frame, LayerSnapshot, Snapshot
from tuinet.tui.blocks import NUMBER_WIDTH, Block, Shape, fit, wanted_height
from tuinet.tui.text import Piece, count, ink, row, shorten, signed
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

_NAME_LIMIT: Final = 6
_SIZES: Final = (0.25, 1.0, 2.0, 4.0)
"""From which magnitude on a number takes the next colour of its ramp."""


class WeightsPanel(CellPanel):
    """Weights and biases, laid out as the matrices they are."""

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return (("weights and biases", ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How many numbers there was no room for."""
        hidden, total = hidden_numbers(frame.snapshot, self.size.width - 2, self.size.height - 2)
        if not hidden:
            return ()
        return ((f"{count(hidden)} of {count(total)} not shown", ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices."""
        return weight_rows(frame.snapshot, theme, width, height)


def unit_names(snapshot: Snapshot, layer: int) -> list[str]:
    """Names of a layer's units: 0 is the inputs, then hidden layers, then outputs."""
    size = snapshot.layer_sizes[layer]
    if layer == 0:
        return [shorten(name, _NAME_LIMIT) for name in snapshot.dataset.input_names]
    if layer < len(snapshot.layers):
        return [f"h{index}" for index in range(1, size + 1)]
    return ["y"] if size == 1 else [f"y{index}" for index in range(1, size + 1)]


def number_style(value: float, theme: Theme) -> Style:
    """Hue says the sign, strength the size, in steps at fixed magnitudes."""
    levels = theme.positive_levels if value >= 0 else theme.negative_levels
    return ink(levels[bisect_right(_SIZES, abs(value))], theme.background)


def weights_height(snapshot: Snapshot, width: int) -> int:
    """Rows that the matrices would like to have in a room of this width."""
    return wanted_height(_shapes(snapshot), _name_widths(snapshot), max(width - 1, 1))


def hidden_numbers(snapshot: Snapshot, width: int, height: int) -> tuple[int, int]:
    """How many numbers are not shown in this room, and how many there are."""
    blocks = fit(_shapes(snapshot), _name_widths(snapshot), max(width - 1, 0), max(height, 0))
    total = sum((fan_in + 1) * fan_out for fan_in, fan_out in _shapes(snapshot))
    shown = sum((block.fan_in + 1) * block.fan_out - block.hidden for block in blocks)
    return total - shown, total


def weight_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """All matrices, side by side as far as there is room, then below one another."""
    blocks = fit(_shapes(snapshot), _name_widths(snapshot), max(width - 1, 0), max(height, 0))
    blank = ink(None, theme.background)
    lines: list[list[Piece]] = [[] for _ in range(max((block.top + block.height for block in blocks), default=0))]
    ends = [0] * len(lines)
    for block in blocks:
        for offset, pieces in enumerate(_block_lines(snapshot, block, theme)):
            line = block.top + offset
            lines[line] += [(" " * (1 + block.left - ends[line]), blank), *pieces]
            ends[line] = 1 + block.left + block.width
    return [row(pieces, width, blank) for pieces in lines]


def _shapes(snapshot: Snapshot) -> tuple[Shape, ...]:
    return tuple((layer.weights.shape[0], layer.weights.shape[1]) for layer in snapshot.layers)


def _name_widths(snapshot: Snapshot) -> tuple[int, ...]:
    return tuple(
        max(len(str(snapshot.layer_sizes[layer])) + 1, _longest(unit_names(snapshot, layer)))
        for layer in range(len(snapshot.layers))
    )


def _longest(names: Sequence[str]) -> int:
    return max(len(name) for name in names)


def _block_lines(snapshot: Snapshot, block: Block, theme: Theme) -> list[list[Piece]]:
    """Exactly the block's size: title, names of the columns, weights, biases."""
    layer = snapshot.layers[block.layer]
    names = unit_names(snapshot, block.layer)
    rows = [_numbers(names[index], layer.weights[index].tolist(), block, theme) for index in range(block.rows)]
    if block.rows < block.fan_in:
        rows.append(_padded([("…".ljust(block.name_width), ink(theme.axis, theme.background))], block, theme))
    heading = [_block_title(layer, block, theme), _column_names(snapshot, block, theme)]
    return [*heading, *rows, _numbers("b", layer.biases.tolist(), block, theme)]


def _block_title(layer: LayerSnapshot, block: Block, theme: Theme) -> list[Piece]:
    short = f"layer {block.layer + 1}"
    full = f"{short} {layer.activation}"
    text = full if len(full) <= block.width else short
    return [(shorten(text, block.width).ljust(block.width), ink(theme.title, theme.background))]


def _column_names(snapshot: Snapshot, block: Block, theme: Theme) -> list[Piece]:
    names = unit_names(snapshot, block.layer + 1)[: block.columns]
    text = " " * block.name_width + "".join(f"{name:>{NUMBER_WIDTH}}" for name in names)
    return _padded([(text, ink(theme.axis, theme.background))], block, theme)


def _numbers(name: str, values: Sequence[float], block: Block, theme: Theme) -> list[Piece]:
    numbers = [(f"{signed(value):>{NUMBER_WIDTH}}", number_style(value, theme)) for value in values[: block.columns]]
    return _padded([(name.ljust(block.name_width), ink(theme.axis, theme.background)), *numbers], block, theme)


def _padded(pieces: list[Piece], block: Block, theme: Theme) -> list[Piece]:
    dots = " …" if block.columns < block.fan_out else ""
    return [*pieces, (dots, ink(theme.axis, theme.background))]
