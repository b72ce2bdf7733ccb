"""Shadings: what the network answers over the input plane as colours, and the samples as glyphs."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np

from tuinet.training.pictures import Surface
from tuinet.training.snapshot import Snapshot
from tuinet.training.view import Unit
from tuinet.tui.cells import Array, Levels, Mark, quantize
from tuinet.tui.colour import readable_on_all
from tuinet.tui.glyphs import sample_glyph
from tuinet.tui.legends import class_pieces, fitting_names, letter_piece, ramp_pieces, sample_notes
from tuinet.tui.text import Piece, ink, short_number, width_of
from tuinet.tui.theme import CLASS_LEVELS, LEVELS, Theme

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(("sigmoid", "softmax", "step"), (0.0, 1.0)),
    **dict.fromkeys(("tanh", "softsign", "sin"), (-1.0, 1.0)),
}
"""What an activation lies between, where it has bounds on both sides."""
_FLAT: Final = 1e-9
"""Share of its size that a response may vary by and counts as the same everywhere."""
_NAME_LIMITS: Final = (12, 8, 5, 3, 1)
_SPARSE: Final = 0.1
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

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """How a sample is drawn; see `Points` for what target and answer are."""

    def legend(self, width: int) -> list[Piece]:
        """What the colours and glyphs are, in at most this many cells."""


def shading(snapshot: Snapshot, theme: Theme, *, discrete: bool = False) -> Shading:
    """The shading that suits the task, or the response of a unit.

    Parameters
    ----------
    discrete
        Whether classes are shown as they are decided, without how certain that is.
    """
    surface, task = snapshot.surface, snapshot.dataset.task
    if isinstance(surface, Surface) and surface.unit is not None:
        return UnitShading(snapshot, theme, surface, surface.unit)
    if task == "regression":
        return ValueShading(snapshot, theme)
    kind = ClassShading if task == "classes" else TwoClassShading
    return kind(snapshot, theme, discrete=discrete)


def class_mark(target: float, answer: float, theme: Theme, tile: str | None, *, is_test: bool) -> Mark:
    """A sample of a class: on a tile of this colour where the network gets it right, and a letter where it does not.

    Parameters
    ----------
    tile
        ``None`` for the map itself.
    """
    is_wrong = target != answer
    glyph = sample_glyph(int(target), is_test=is_test, is_wrong=is_wrong)
    return Mark(glyph, theme.warning, theme.background) if is_wrong else Mark(glyph, ground=tile)


def target_range(snapshot: Snapshot) -> tuple[float, float]:
    """The lowest and the highest number to predict, never the same; −1 and 1 where there is none."""
    dataset = snapshot.dataset
    targets = next((y[:, 0] for y in (dataset.y, dataset.y_test) if len(y)), np.array([-1.0, 1.0]))
    low, high = float(targets.min()), float(targets.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


_HUGE: Final = 1e150
"""What is larger than this while a network diverges counts as this: the width of the range must be a number."""


def response_range(values: Array, activation: str) -> tuple[float, float]:
    """What the colours of a unit's response go from and to: its bounds, or where it has none what there is.

    That is rounded outwards to two digits of its width, so that the colours stay while it hardly changes.
    """
    finite = np.clip(values[np.isfinite(values)], -_HUGE, _HUGE)
    if activation in BOUNDS or not len(finite):
        return BOUNDS.get(activation, (0.0, 1.0))
    low, high = float(finite.min()), float(finite.max())
    if high - low <= max(_FLAT * max(abs(low), abs(high)), sys.float_info.min * 1e3):
        return low - 0.5, high + 0.5
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    return math.floor(low / step) * step, math.ceil(high / step) * step


class TwoClassShading:
    """From the first class through neutral to the second, by a single output."""

    samples_per_cell = _DENSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme, *, discrete: bool = False) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._names = snapshot.dataset.class_names
        self._low = -1 if snapshot.layers[-1].activation == "tanh" else 0
        self._is_probability = snapshot.loss_name == "cross-entropy"
        self._is_discrete = discrete

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        shares = (surface.values - self._low) / (1 - self._low)
        if self._is_discrete:
            shares = np.where(np.isfinite(shares), np.where(shares > 0.5, 1.0, 0.0), 0.5)
        return quantize(shares, LEVELS)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`."""
        tile = self.colours[-1 if target else 0]
        return class_mark(target, answer, self._theme, tile, is_test=is_test)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        if self._is_discrete:
            return _class_legend(self._names, self._theme, width)
        for with_notes in (True, False):
            for limit in _NAME_LIMITS:
                pieces = self._legend(limit, with_notes=with_notes)
                if width_of(pieces) <= width:
                    return pieces
        return self._legend(1, with_notes=False)

    def _legend(self, limit: int, *, with_notes: bool) -> list[Piece]:
        axis, text = ink(self._theme.axis, self._theme.background), ink(self._theme.foreground, self._theme.background)
        first, second = fitting_names(self._names, limit)
        scale = f"P({second})" if self._is_probability else "output"
        letters = [[letter_piece(label, self._theme)] if with_notes else [] for label in range(2)]
        return [
            *((sample_glyph(0), text), *letters[0], (f" {first}  ", axis)),
            *((sample_glyph(1), text), *letters[1], (f" {second}  ", axis)),
            *((f"{scale} {self._low} ", axis), *ramp_pieces(self._theme), (" 1", axis)),
            *(sample_notes(self._theme) if with_notes else ()),
        ]


class ClassShading:
    """A colour for each class, from neutral to full strength by the largest output."""

    samples_per_cell = _DENSE
    unknown = 0

    def __init__(self, snapshot: Snapshot, theme: Theme, *, discrete: bool = False) -> None:
        self._theme = theme
        self._names = snapshot.dataset.class_names
        self.colours = theme.class_levels(len(self._names))
        self._low = _chance(snapshot)
        self._is_discrete = discrete

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        strengths = (surface.values - self._low) / (1 - self._low)
        if self._is_discrete:
            strengths = np.where(np.isfinite(strengths), 1.0, np.nan)
        strengths = np.where(np.isfinite(strengths), strengths, 0.0)
        classes = np.zeros(strengths.shape, np.intp) if surface.classes is None else surface.classes
        levels: Levels = classes * CLASS_LEVELS + quantize(strengths, CLASS_LEVELS)
        return levels

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`."""
        tile = self.colours[int(target) * CLASS_LEVELS + CLASS_LEVELS - 1]
        return class_mark(target, answer, self._theme, tile, is_test=is_test)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        return _class_legend(self._names, self._theme, width)


class ValueShading:
    """The first output from the lowest target through neutral to the highest."""

    samples_per_cell = _SPARSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._name = snapshot.dataset.target_names[0] if snapshot.dataset.target_names else "y"
        self._low, self._high = target_range(snapshot)

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        return quantize(self._share(surface.values), LEVELS)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`: on a ground of its own, since the colour is that of the map where the network is right."""
        level = int(quantize(self._share(np.array([target])), LEVELS)[0])
        return Mark(sample_glyph(0, is_test=is_test), self.colours[level], self._theme.background)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        axis = ink(self._theme.axis, self._theme.background)
        (name,) = fitting_names((self._name,), 8)
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}  {low} ", axis), *ramp_pieces(self._theme), (f" {high}", axis)]

    def _share(self, values: Array) -> Array:
        return (values - self._low) / (self._high - self._low)


class UnitShading:
    """The activation of one unit, from its lowest value through neutral to its highest."""

    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme, surface: Surface, unit: Unit) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._has_classes = snapshot.dataset.task != "regression"
        self.samples_per_cell = _DENSE if self._has_classes else _SPARSE
        self._names = snapshot.dataset.class_names
        self._low, self._high = response_range(surface.values, snapshot.layers[unit[0] - 1].activation)
        self._glyph_colour = readable_on_all(self.colours)

    def levels(self, surface: Surface) -> Levels:
        """See `Shading`."""
        return quantize((surface.values - self._low) / (self._high - self._low), LEVELS)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`: numbers to predict have another scale than the unit, so these samples have no colour."""
        if self._has_classes:
            return class_mark(target, answer, self._theme, None, is_test=is_test)
        return Mark(sample_glyph(0, is_test=is_test), self._glyph_colour)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        axis = ink(self._theme.axis, self._theme.background)
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{low} ", axis), *ramp_pieces(self._theme), (f" {high}", axis)]


def _chance(snapshot: Snapshot) -> float:
    """The least that the largest output can be."""
    outputs, activation = snapshot.layers[-1].biases.size, snapshot.layers[-1].activation
    return 1 / outputs if activation == "softmax" else -1.0 if activation == "tanh" else 0.0


def _class_legend(names: Sequence[str], theme: Theme, width: int) -> list[Piece]:
    """The classes; and where there is room, what the letters of wrong samples and the small glyphs are."""
    notes = sample_notes(theme)
    explained = class_pieces(names, theme, width - width_of(notes), letters=True)
    is_whole = bool(explained) and "…" not in explained[-1][0]
    return [*explained, *notes] if is_whole else class_pieces(names, theme, width)
