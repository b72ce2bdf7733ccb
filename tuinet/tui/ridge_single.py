"""One layer by itself: its gradients by size, positive above negative, and everything that is to be said about it."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

from textual.strip import Strip

from tuinet.health import LayerHealth, layer_healths, share_text
from tuinet.observe.gradients import GradientSpread
from tuinet.observe.snapshot import Snapshot, gradients_are_known
from tuinet.tui.layer_words import layer_style, words_style
from tuinet.tui.ridge_table import known_spread, known_spreads
from tuinet.tui.ridges import NEGATIVE, POSITIVE, ZERO_WIDTH, Ridge, axis_pieces
from tuinet.tui.size_scale import fit_scale
from tuinet.tui.text import Piece, count, ink, row, scientific, shorten
from tuinet.tui.theme import Theme

_LEAST: Final = 3
"""Rows below which there is no histogram: a row for each sign, and the axis."""


def single_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, number: int) -> list[Strip]:
    """The layer's name and state, its histogram, and how many weights have a gradient of which sign."""
    if width < 1 or height < 1:
        return []
    lines = [*_words(snapshot, theme, width, number)]
    spread = known_spread(snapshot, number)
    if spread is not None:
        totals = [[(shorten(f" {text}", width), ink(theme.axis, theme.background))] for text in _totals(spread, width)]
        lines += [*_histogram(snapshot, spread, theme, (width, height - len(lines) - len(totals)), number), *totals]
    return [row(line, width, ink(None, theme.background)) for line in lines[:height]]


def _words(snapshot: Snapshot, theme: Theme, width: int, number: int) -> list[list[Piece]]:
    """Name and shape, how the layer does, and the size of its gradients beside that of the last layer's."""
    layer, health = snapshot.layers[number - 1], layer_healths(snapshot)[number - 1]
    fan_in, fan_out = layer.weights.shape
    name = f" layer {number} {layer.activation} · {fan_in:,}×{fan_out:,} weights"
    said = " · ".join(remark.short if remark.compares else remark.full for remark in health.remarks)
    size = [f" {text}" for text in _size(snapshot, number, health) if len(text) + 2 <= width][:1]
    return [
        [(shorten(name, width), layer_style(snapshot, number, theme))],
        *[[(f" {line}", words_style(health, theme))] for line in wrap(said, max(width - 2, 1))],
        *[[(text, ink(theme.axis, theme.background))] for text in size],
    ]


def _size(snapshot: Snapshot, number: int, health: LayerHealth) -> list[str]:
    """The root mean square of the layer's gradients, as share of the last layer's, too, in two lengths."""
    if not gradients_are_known(snapshot, number):
        return []
    last, text = len(snapshot.layers), f"root mean square {scientific(snapshot.layers[number - 1].typical_grad)}"
    if health.share is None or number == last:
        return [text]
    return [f"{text}, {share_text(health.share)} of layer {last}'s", text]


def _totals(spread: GradientSpread, width: int) -> list[str]:
    """How many weights are counted where, in one line or, where it is narrow, in two."""
    positive, negative = int(spread.positive.sum()), int(spread.negative.sum())
    parts = [f"{count(positive)} {POSITIVE}", f"{count(negative)} {NEGATIVE}", f"{count(spread.zeros)} zero"]
    parts += [f"{count(spread.not_finite)} not finite"] if spread.not_finite else []
    signs = " · ".join(parts)
    of = f"of {count(spread.total)} weights"
    if spread.counted < spread.total:
        of = f"of {count(spread.counted)} counted, {count(spread.total)} in all"
    return [f"{signs} · {of}"] if len(signs) + len(of) + 4 <= width else [signs, of]


def _histogram(
    snapshot: Snapshot, spread: GradientSpread, theme: Theme, size: tuple[int, int], number: int
) -> list[list[Piece]]:
    """At the left of each half what its full height counts."""
    width, height = size
    axis, colour = ink(theme.axis, theme.background), layer_style(snapshot, number, theme)
    gutter = len(count(spread.counted)) + 4
    scale = fit_scale(known_spreads(snapshot), width - gutter - ZERO_WIDTH - 1)
    if scale is None or height < _LEAST:
        return []
    ridge, styles = Ridge(spread, scale), (colour, ink(theme.border, theme.background))
    lines: list[list[Piece]] = [
        [(_side(sign, index, ridge.peak, gutter), axis), *cells]
        for sign, index, cells in ridge.halves((height - 1) // 2, styles)
    ]
    return [*lines, [(" " * gutter, axis), *axis_pieces(scale, axis)]]


def _side(sign: str, index: int, peak: int, gutter: int) -> str:
    return f" {count(peak):>{gutter - 4}} {sign} " if not index else " " * gutter
