"""Shadings: what the network answers over the input plane as colours, samples as glyphs, and their legends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.cells import Array, Levels, Mark, quantize, sample_glyph
from tuinet.tui.draw.legends import class_pieces, fitting_names, letter_piece, ramp_pieces, sample_notes
from tuinet.tui.draw.scales import response_range, target_range
from tuinet.tui.draw.text import Piece, ink, short_number, width_of
from tuinet.tui.style.colour import readable_on_all
from tuinet.tui.style.theme import CLASS_LEVELS, LEVELS, Theme

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

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """Indices into `colours`, the shape of the surface.

        Parameters
        ----------
        surface
            What is drawn.
        before
            The indices that were drawn last, the same shape, which need not change where the values tremble, see
            `quantize`; ``None`` for exact ones.
        """

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


def reason_against_discrete(snapshot: Snapshot) -> str:
    """Why decisions would not look different from certainties; empty where they do."""
    surface = snapshot.surface
    if snapshot.dataset.task == "regression":
        return "no classes to decide between: numbers are predicted"
    if snapshot.dataset.X.shape[1] == 1:
        return "a single input has a curve in place of a map"
    if isinstance(surface, Surface) and surface.unit is not None:
        return "the map shows what a neuron answers: 0 shows the output"
    if isinstance(surface, Surface) and not np.isfinite(surface.values).any():
        return "no answer of the network is finite: nothing is decided"
    return ""


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


class TwoClassShading:
    """From the first class through neutral to the second, by a single output."""

    samples_per_cell = _DENSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme, *, discrete: bool = False) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._has_test = bool(len(snapshot.dataset.X_test))
        self._names = snapshot.dataset.class_names
        self._low = -1 if snapshot.layers[-1].activation == "tanh" else 0
        self._is_probability = snapshot.loss_name == "cross-entropy"
        self._is_discrete = discrete

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """See `Shading`."""
        shares = (surface.values - self._low) / (1 - self._low)
        if self._is_discrete:
            shares = np.where(np.isfinite(shares), np.where(shares > 0.5, 1.0, 0.0), 0.5)
        return quantize(shares, LEVELS, before)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`."""
        tile = self.colours[-1 if target else 0]
        return class_mark(target, answer, self._theme, tile, is_test=is_test)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        if self._is_discrete:
            return class_legend(self._names, self._theme, width, has_test=self._has_test)
        whole = with_glyphs(self._names, self._scale, self._theme, width, has_test=self._has_test)
        return whole or class_legend(self._names, self._theme, width, has_test=self._has_test)

    def _scale(self, limit: int) -> list[Piece]:
        axis = ink(self._theme.axis, self._theme.background)
        name = f"P({fitting_names(self._names, limit)[1]})" if self._is_probability else "output"
        return [(f"{name} {self._low} ", axis), *ramp_pieces(self._theme), (" 1", axis)]


class ClassShading:
    """A colour for each class, from neutral to full strength by the largest output."""

    samples_per_cell = _DENSE
    unknown = 0

    def __init__(self, snapshot: Snapshot, theme: Theme, *, discrete: bool = False) -> None:
        self._theme = theme
        self._has_test = bool(len(snapshot.dataset.X_test))
        self._names = snapshot.dataset.class_names
        self.colours = theme.class_levels(len(self._names))
        self._low = _chance(snapshot)
        self._is_discrete = discrete

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """See `Shading`."""
        strengths = (surface.values - self._low) / (1 - self._low)
        if self._is_discrete:
            strengths = np.where(np.isfinite(strengths), 1.0, np.nan)
        strengths = np.where(np.isfinite(strengths), strengths, 0.0)
        classes = np.zeros(strengths.shape, np.intp) if surface.classes is None else surface.classes
        exact: Levels = classes * CLASS_LEVELS + quantize(strengths, CLASS_LEVELS)
        if before is None:
            return exact
        steady = classes * CLASS_LEVELS + quantize(strengths, CLASS_LEVELS, before % CLASS_LEVELS)
        return np.where(before // CLASS_LEVELS == classes, steady, exact)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`."""
        tile = self.colours[int(target) * CLASS_LEVELS + CLASS_LEVELS - 1]
        return class_mark(target, answer, self._theme, tile, is_test=is_test)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        return class_legend(self._names, self._theme, width, has_test=self._has_test)


class ValueShading:
    """The first output from the lowest target through neutral to the highest."""

    samples_per_cell = _SPARSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._has_test = bool(len(snapshot.dataset.X_test))
        self._name = snapshot.dataset.target_names[0] if snapshot.dataset.target_names else "y"
        self._low, self._high = target_range(snapshot)

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """See `Shading`."""
        return quantize(self._share(surface.values), LEVELS, before)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`: on a tile of the target's colour, which cannot be told from the map where that is right."""
        level = int(quantize(self._share(np.array([target])), LEVELS)[0])
        return Mark(sample_glyph(0, is_test=is_test), ground=self.colours[level])

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        axis = ink(self._theme.axis, self._theme.background)
        (name,) = fitting_names((self._name,), 8)
        low, high = short_number(self._low), short_number(self._high)
        scale = [(f"{name}  {low} ", axis), *ramp_pieces(self._theme), (f" {high}", axis)]
        return with_sets(scale, self._theme, width, has_test=self._has_test)

    def _share(self, values: Array) -> Array:
        return (values - self._low) / (self._high - self._low)


class UnitShading:
    """The activation of one unit, from its lowest value through neutral to its highest."""

    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme, surface: Surface, unit: Unit) -> None:
        self.colours = theme.levels
        self._theme = theme
        self._has_test = bool(len(snapshot.dataset.X_test))
        self._has_classes = snapshot.dataset.task != "regression"
        self.samples_per_cell = _DENSE if self._has_classes else _SPARSE
        self._names = snapshot.dataset.class_names
        self._low, self._high = response_range(surface.values, snapshot.layers[unit[0] - 1].activation)
        self._glyph_colour = readable_on_all(self.colours)

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """See `Shading`."""
        return quantize((surface.values - self._low) / (self._high - self._low), LEVELS, before)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """See `Shading`: numbers to predict have another scale than the unit, so these samples have no colour."""
        if self._has_classes:
            return class_mark(target, answer, self._theme, None, is_test=is_test)
        return Mark(sample_glyph(0, is_test=is_test), self._glyph_colour)

    def legend(self, width: int) -> list[Piece]:
        """See `Shading`."""
        axis = ink(self._theme.axis, self._theme.background)
        low, high = short_number(self._low), short_number(self._high)
        scale = [(f"{low} ", axis), *ramp_pieces(self._theme), (f" {high}", axis)]
        if not self._has_classes:
            return with_sets(scale, self._theme, width, has_test=self._has_test)
        both = with_glyphs(self._names, lambda limit: scale, self._theme, width, has_test=self._has_test)
        return both or scale


def _chance(snapshot: Snapshot) -> float:
    """The least that the largest output can be."""
    outputs, activation = snapshot.layers[-1].biases.size, snapshot.layers[-1].activation
    return 1 / outputs if activation == "softmax" else -1.0 if activation == "tanh" else 0.0
