"""Shadings: what the network answers over the input plane as colours, and the samples as glyphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from tuinet.training.pictures import Surface
from tuinet.training.snapshot import Snapshot
from tuinet.tui.cells import POINT_GLYPHS, Array, Levels, Mark, quantize
from tuinet.tui.colour import readable_on_all
from tuinet.tui.legends import class_pieces, fitting_names, ramp_pieces
from tuinet.tui.text import Piece, ink, short_number, width_of
from tuinet.tui.theme import CLASS_LEVELS, LEVELS, Theme

_NAME_LIMITS: Final = (12, 8, 5, 3, 1)
_SPARSE: Final = 0.15
_DENSE: Final = 2.0


class Shading(Protocol):
    """How a surface and the samples on it are drawn."""

    samples_per_cell: float
    """How densely samples may cover the map."""
    unknown: int
    """The level of what has not been computed yet."""

    @property
    def colours(self) -> Sequence[str]:
        """What the levels stand for."""

    def levels(self, surface: Surface) -> Levels:
        """Indices into `colours`, the shape of the surface."""

    def mark(self, target: Array) -> Mark:
        """How a sample with this target, shape (outputs,), is drawn."""

    def legend(self, width: int) -> list[Piece]:
        """What the colours and glyphs are, in at most this many cells."""


def shading(snapshot: Snapshot, theme: Theme) -> Shading:
    """The shading that suits the task."""
    task = snapshot.dataset.task
    if task == "regression":
        return ValueShading(snapshot, theme)
    return ClassShading(snapshot, theme) if task == "classes" else TwoClassShading(snapshot, theme)


class TwoClassShading:
    """From the first class through neutral to the second, by a single output."""

    samples_per_cell = _DENSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._names = snapshot.dataset.class_names
        self._low = -1 if snapshot.layers[-1].activation == "tanh" else 0
        self._is_probability = snapshot.loss_name == "cross-entropy"
        self._glyph_colour = readable_on_all(self.colours)

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        return quantize((surface.values - self._low) / (1 - self._low), LEVELS)

    def mark(self, target: Array) -> Mark:
        """See `Shading`."""
        return Mark(POINT_GLYPHS[int(target[0] > 0.5)], self._glyph_colour)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        return next(
            (pieces for limit in _NAME_LIMITS if width_of(pieces := self._legend(limit)) <= width), self._legend(1)
        )

    def _legend(self, limit: int) -> list[Piece]:
        axis, text = ink(self._theme.axis, self._theme.background), ink(self._theme.foreground, self._theme.background)
        first, second = fitting_names(self._names, limit)
        scale = f"P({second})" if self._is_probability else "output"
        names = [(f"{POINT_GLYPHS[0]} ", text), (f"{first}  ", axis), (f"{POINT_GLYPHS[1]} ", text), (second, axis)]
        return [*names, (f"  {scale} {self._low} ", axis), *ramp_pieces(self._theme), (" 1", axis)]


class ClassShading:
    """A colour for each class, from neutral to full strength by the largest output."""

    samples_per_cell = _DENSE
    unknown = 0

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self._theme = theme
        self._names = snapshot.dataset.class_names
        self.colours = theme.class_levels(len(self._names))
        self._low = _chance(snapshot)
        self._glyph_colour = readable_on_all(self.colours)

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        strengths = (surface.values - self._low) / (1 - self._low)
        strengths = np.where(np.isfinite(strengths), strengths, 0.0)
        classes = np.zeros(strengths.shape, np.intp) if surface.classes is None else surface.classes
        levels: Levels = classes * CLASS_LEVELS + quantize(strengths, CLASS_LEVELS)
        return levels

    def mark(self, target: Array) -> Mark:
        """See `Shading`."""
        return Mark(POINT_GLYPHS[int(target.argmax()) % len(POINT_GLYPHS)], self._glyph_colour)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        return class_pieces(self._names, self._theme, width)


class ValueShading:
    """The first output from the lowest target through neutral to the highest."""

    samples_per_cell = _SPARSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._name = snapshot.dataset.target_names[0] if snapshot.dataset.target_names else "y"
        targets = snapshot.dataset.y[:, 0]
        self._low, self._high = float(targets.min()), float(targets.max())

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        return quantize(self._share(surface.values), LEVELS)

    def mark(self, target: Array) -> Mark:
        """See `Shading`: on a ground of its own, since the colour is that of the map where the network is right."""
        level = int(quantize(self._share(target[:1]), LEVELS)[0])
        return Mark(POINT_GLYPHS[0], self.colours[level], self._theme.background)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        axis = ink(self._theme.axis, self._theme.background)
        (name,) = fitting_names((self._name,), 8)
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}  {low} ", axis), *ramp_pieces(self._theme), (f" {high}", axis)]

    def _share(self, values: Array) -> Array:
        return (values - self._low) / ((self._high - self._low) or 1.0)


def _chance(snapshot: Snapshot) -> float:
    """The least that the largest output can be."""
    outputs, activation = snapshot.layers[-1].biases.size, snapshot.layers[-1].activation
    return 1 / outputs if activation == "softmax" else -1.0 if activation == "tanh" else 0.0
