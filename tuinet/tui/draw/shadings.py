"""Shadings: what the network answers over the input plane as colours, samples as glyphs, and their legends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.answers import map_names
from tuinet.tui.draw.cells import POINT_GLYPHS, Array, Levels, Mark, quantize, sample_glyph
from tuinet.tui.draw.legends import class_pieces, letter_piece, ramp_pieces, sample_notes, short_ramp
from tuinet.tui.draw.scales import response_range, target_range
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, short_number, width_of
from tuinet.tui.style.colour import readable_on_all
from tuinet.tui.style.theme import CLASS_LEVELS, LEVELS, Theme

_NAME_LIMITS: Final = (12, 8, 5, 3)
_HALF: Final = 8
"""Colours of a short scale."""
_SHORTS: Final = ((True, _HALF), (True, _HALF // 2), (False, _HALF))
"""Whether the letters of wrong samples are named, and of how many colours the scale has, the best first."""
_TARGET_LIMITS: Final = (8, 5, 3)
_SPARSE: Final = 0.1
_DENSE: Final = 2.0


class Shading:
    """How a surface and the samples on it are drawn: levels from a lowest answer to a highest one.

    Attributes
    ----------
    colours
        What the levels stand for.
    samples_per_cell
        How densely samples may cover the map.
    unknown
        The level of what has not been computed yet.
    """

    samples_per_cell = _DENSE
    unknown = LEVELS // 2

    def __init__(self, snapshot: Snapshot, theme: Theme, low: float, high: float) -> None:
        self.colours = theme.levels
        self._theme, self._low, self._high = theme, low, high
        self._axis, self._text = theme.inks.axis, theme.inks.text
        self._names = map_names(snapshot)
        self._has_test = bool(len(snapshot.dataset.X_test))

    def levels(self, surface: Surface, before: Levels | None = None, *, spread: float = 0.0) -> Levels:
        """Indices into `colours`, the shape of the surface.

        Parameters
        ----------
        before
            The indices that were drawn last, the same shape, which need not change where the values tremble, see
            `quantize`; ``None`` for exact ones.
        spread
            In how much of each level neighbouring ones are mixed, see there, too.
        """
        return quantize(self._shares(surface.values), LEVELS, before, spread=spread)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """How a sample is drawn, here one of a class; see `Points` for what target and answer are.

        Where the network gets it right it is a glyph on the map, and where it does not a letter on a tile.
        """
        is_wrong = target != answer
        glyph = sample_glyph(int(target), is_test=is_test, is_wrong=is_wrong)
        if is_wrong:
            return Mark(glyph, self._theme.warning, self._theme.background)
        # Where ink stands for colour, a glyph on some ink would be a blot.
        return Mark(glyph, self._theme.foreground, self._theme.background) if self._theme.is_colourless else Mark(glyph)

    def legend(self, width: int) -> list[Piece]:
        """What the colours and glyphs are, in at most this many cells.

        Here the classes; and where there is room, the letters of wrong samples and the glyphs of the test set.
        """
        notes, few = (sample_notes(self._theme, has_test=has_test) for has_test in (self._has_test, False))
        wholes = []
        for letters, more in ((True, notes), (False, notes), (False, few)):
            explained = class_pieces(self._names, self._theme, width - width_of(more), letters=letters)
            if sum(text in set(POINT_GLYPHS) for text, _ in explained) == len(self._names):
                wholes.append([*explained, *more])
        uncut = (pieces for pieces in wholes if not any("…" in text for text, _ in pieces))
        return next(uncut, wholes[0] if wholes else class_pieces(self._names, self._theme, width))

    def _shares(self, values: Array) -> Array:
        return (values - self._low) / (self._high - self._low)

    def scale(self, name: str) -> list[Piece]:
        """The colours between the answers that both ends stand for, behind a name."""
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}{low} ", self._axis), *ramp_pieces(self.colours), (f" {high}", self._axis)]

    def _with_glyphs(self, name: Callable[[int], str], width: int) -> list[Piece]:
        """The glyphs of the classes before a scale, with as much of names and notes as fits.

        Empty where nothing fits.
        ``name`` gives the name of the scale, with that of a class in at most so many cells.
        """
        notes = sample_notes(self._theme, has_test=self._has_test)
        # What a letter means is said before all numbers of the scale are.
        gap: Piece = ("  ", self._axis)
        wholes = (
            [*self._glyphs(limit, letters=True, gap="  "), gap, *self.scale(name(limit)), *notes]
            for limit in _NAME_LIMITS
        )
        shorts = (
            [*self._glyphs(limit, letters=letters, gap=" "), gap, *self._short_scale(name(limit), colours), *notes]
            for limit in _NAME_LIMITS
            for letters, colours in _SHORTS
        )
        return next((pieces for pieces in (*wholes, *shorts) if width_of(pieces) <= width), [])

    def _glyphs(self, limit: int, *, letters: bool, gap: str) -> list[Piece]:
        pieces: list[Piece] = []
        for label, name in enumerate(short_names(self._names, limit)):
            pieces += [(gap if label else "", self._axis), (sample_glyph(label), self._text)]
            pieces += [letter_piece(label, self._theme)] if letters else []
            pieces.append((f" {name}", self._axis))
        return pieces

    def _short_scale(self, name: str, count: int = _HALF) -> list[Piece]:
        """With so many of the colours, both ends among them; the ends are told where it has no name."""
        few = short_ramp(self.colours, count)
        if name:
            return [(name, self._axis), *few]
        return [(f"{short_number(self._low)} ", self._axis), *few, (f" {short_number(self._high)}", self._axis)]

    def _with_sets(self, scale: list[Piece], width: int) -> list[Piece]:
        """A scale, and where there is room how the samples of both sets are drawn."""
        train = [(f"  {sample_glyph(0)}", self._text), (" train", self._axis)]
        test = [(f"  {sample_glyph(0, is_test=True)}", self._text), (" test", self._axis)] if self._has_test else []
        pieces = [*scale, *train, *test]
        return pieces if width_of(pieces) <= width else scale

    def _sampled_scale(self, name: str) -> list[Piece]:
        """A scale in fewer cells, and how samples are drawn."""
        return [
            (f"{name} ", self._axis),
            *self._short_scale(""),
            (f" {sample_glyph(0)}", self._text),
            (" sample", self._axis),
        ]


def shading(snapshot: Snapshot, theme: Theme, *, discrete: bool = False) -> Shading:
    """The shading that suits the task, or the response of a unit.

    Discrete, it shows classes as they are decided, without how certain that is.
    """
    surface, task = snapshot.surface, snapshot.dataset.task
    if isinstance(surface, Surface) and surface.unit is not None:
        return UnitShading(snapshot, theme, surface, surface.unit)
    if task == "regression":
        return ValueShading(snapshot, theme, *target_range(snapshot))
    kind = ClassShading if task == "classes" else TwoClassShading
    return kind(snapshot, theme, discrete=discrete)


def reason_against_discrete(snapshot: Snapshot, output_key: str) -> str:
    """Why decisions would not look different from certainties; empty where they do.

    Parameters
    ----------
    output_key
        What shows the output in place of a neuron's response.
    """
    surface = snapshot.surface
    if snapshot.dataset.task == "regression":
        return "no classes to decide between: numbers are predicted"
    if snapshot.dataset.X.shape[1] == 1:
        return "a single input has a curve in place of a map"
    if isinstance(surface, Surface) and surface.unit is not None:
        return f"the map shows what a neuron answers: {output_key} shows the output"
    if isinstance(surface, Surface) and not np.isfinite(surface.values).any():
        return "no answer of the network is finite: nothing is decided"
    return ""


class TwoClassShading(Shading):
    """From the first class through neutral to the second, by a single output; of labels, by the first."""

    def __init__(self, snapshot: Snapshot, theme: Theme, *, discrete: bool) -> None:
        super().__init__(snapshot, theme, -1.0 if snapshot.is_signed else 0.0, 1.0)
        self._is_probability = snapshot.learns_probabilities
        self._is_discrete = discrete

    def legend(self, width: int) -> list[Piece]:
        """The glyphs and the scale; the classes alone where they are decided, or where there is no room for both."""
        whole = [] if self._is_discrete else self._with_glyphs(self._scale_name, width)
        return whole or super().legend(width)

    def _scale_name(self, limit: int) -> str:
        return f"P({short_name(self._names, 1, limit)}) " if self._is_probability else "output "

    def _shares(self, values: Array) -> Array:
        shares = super()._shares(values)
        if self._is_discrete:
            shares = np.where(np.isfinite(shares), np.where(shares > 0.5, 1.0, 0.0), 0.5)
        return shares


class ClassShading(Shading):
    """A colour for each class, from neutral to full strength by the largest output; of scores, by its lead."""

    unknown = 0

    def __init__(self, snapshot: Snapshot, theme: Theme, *, discrete: bool) -> None:
        outputs, activation = snapshot.layers[-1].biases.size, snapshot.layers[-1].activation
        least = 1 / outputs if activation == "softmax" else -1.0 if activation == "tanh" else 0.0
        super().__init__(snapshot, theme, least, 1.0)
        self.colours = theme.class_levels(len(self._names))
        self._is_discrete = discrete

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """Among glyphs that stand for colours, one that is right stands on all the ink of its class."""
        mark = super().mark(target, answer, is_test=is_test)
        if self._theme.is_grey and target == answer:
            return Mark(mark.glyph, ground=self.colours[int(target) * CLASS_LEVELS + CLASS_LEVELS - 1])
        return mark

    def levels(self, surface: Surface, before: Levels | None = None, *, spread: float = 0.0) -> Levels:
        """Those of the class with the largest output."""
        strengths = self._shares(surface.values)
        strengths = np.where(np.isfinite(strengths), 1.0 if self._is_discrete else strengths, 0.0)
        classes = np.zeros(strengths.shape, np.intp) if surface.classes is None else surface.classes
        exact: Levels = classes * CLASS_LEVELS + quantize(strengths, CLASS_LEVELS, spread=spread)
        if before is None:
            return exact
        steady = classes * CLASS_LEVELS + quantize(strengths, CLASS_LEVELS, before % CLASS_LEVELS, spread=spread)
        return np.where(before // CLASS_LEVELS == classes, steady, exact)


class ValueShading(Shading):
    """The first output from the lowest target through neutral to the highest."""

    samples_per_cell = _SPARSE

    def __init__(self, snapshot: Snapshot, theme: Theme, low: float, high: float) -> None:
        super().__init__(snapshot, theme, low, high)
        self._outputs = snapshot.dataset.output_names

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """On a tile of the target's colour, which cannot be told from the map where that is right."""
        level = int(quantize(self._shares(np.array([target])), LEVELS)[0])
        return Mark(sample_glyph(0, is_test=is_test), ground=self.colours[level])

    def legend(self, width: int) -> list[Piece]:
        """The scale of the targets, with as much of their name as fits, and both sets."""
        named = (self.scale(f"{short_name(self._outputs, 0, limit)}  ") for limit in _TARGET_LIMITS)
        scale = next((pieces for pieces in named if width_of(pieces) <= width), self.scale(""))
        whole = self._with_sets(scale, width)
        if len(whole) > len(scale):
            return whole
        short = self._sampled_scale(short_name(self._outputs, 0, _TARGET_LIMITS[0]))
        return short if width_of(short) <= width else whole


class UnitShading(Shading):
    """The activation of one unit, from its lowest value through neutral to its highest."""

    def __init__(self, snapshot: Snapshot, theme: Theme, surface: Surface, unit: Unit) -> None:
        super().__init__(snapshot, theme, *response_range(surface.values, snapshot.layers[unit[0] - 1].activation))
        self._has_classes = snapshot.dataset.task != "regression"
        self.samples_per_cell = _DENSE if self._has_classes else _SPARSE
        self._glyph_colour = readable_on_all(self.colours)

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """Numbers to predict have another scale than the unit, so these samples have no colour."""
        if self._has_classes:
            return super().mark(target, answer, is_test=is_test)
        return Mark(sample_glyph(0, is_test=is_test), self._glyph_colour)

    def legend(self, width: int) -> list[Piece]:
        """The scale of the unit, with the glyphs of the classes or of both sets."""
        scale = self.scale("")
        if not self._has_classes:
            return self._with_sets(scale, width)
        return self._with_glyphs(lambda limit: "", width) or scale
