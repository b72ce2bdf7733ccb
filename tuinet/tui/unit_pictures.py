"""The picture of a neuron: a map over the plane, or a curve along a line."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.unit_maps import UnitMaps
from tuinet.tui.canvas import Canvas
from tuinet.tui.cells import Array, quantize, resample
from tuinet.tui.diagram_layout import Node
from tuinet.tui.dots import ACROSS, DOWN, Dots, Pen
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.tiles import has_halves
from tuinet.tui.unit_shades import UnitShade, UnitShades

_LEAST_CURVE: Final = 2
"""Rows of cells from which on a curve says more than a strip of colours."""
NOT_FINITE: Final = "NaN"


class UnitPictures:
    """Draws neurons in the colours that their activations have in this snapshot."""

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self._maps: UnitMaps | None = snapshot.unit_maps
        self._theme = theme
        self._shades = None if self._maps is None else UnitShades(snapshot, theme, self._maps)

    def draw(self, canvas: Canvas, node: Node) -> None:
        """One neuron; a plain ground where its activation has not been computed yet or is no number any more."""
        values = None if self._maps is None else self._maps.by_unit.get(node.unit)
        if values is None or self._shades is None or self._maps is None:
            _plain(canvas, node, self._theme.border)
            return
        if not np.isfinite(values).any():
            _plain(canvas, node, self._theme.border)
            _centred(canvas, node, NOT_FINITE, self._theme.warning, self._theme.border)
            return
        shade = self._shades.shade(node.unit)
        if self._maps.domain == "line" and node.is_named_above and node.rows >= _LEAST_CURVE:
            _plain(canvas, node, self._theme.textual["panel"])
            canvas.put_all(_curve(node, values[0], shade, self._theme.textual["panel"]).cells)
            return
        rows = node.pixels if has_halves(shade.colours, self._theme) else 2 * max(node.pixels // 2, 1)
        canvas.paint(node.left, node.top, shade.levels(resample(values, rows, node.columns)), shade.colours)


def _plain(canvas: Canvas, node: Node, colour: str) -> None:
    canvas.paint(node.left, node.top, np.zeros((node.pixels, node.columns), np.intp), (colour,))


def _centred(canvas: Canvas, node: Node, text: str, colour: str, ground: str) -> None:
    if len(text) <= node.columns:
        row = node.top + (node.pixels // 2 - 1) // 2
        canvas.write(node.left + (node.columns - len(text)) // 2, row, text, ink(colour, ground))


def _curve(node: Node, values: Array, shade: UnitShade, ground: str) -> Dots:
    """From left to right, in every cell in the colour of its height."""
    width, height = node.columns * ACROSS, node.pixels * ACROSS
    points = resample(values[None, :], 1, width)[0]
    shares = np.nan_to_num(shade.share(points), nan=0.5).clip(0, 1)
    levels = quantize(shares.reshape(-1, ACROSS).mean(axis=1), len(shade.colours)).tolist()
    rows = (node.top * DOWN + np.round((1 - shares) * (height - 1)).astype(int)).tolist()
    dots, left = Dots(), node.left * ACROSS
    for x, (before, after) in enumerate(pairwise([rows[0], *rows])):
        start = before + (after > before) - (after < before)
        dots.line((left + x, start), (left + x, after), Pen(ink(shade.colours[levels[x // ACROSS]], ground)))
    return dots
