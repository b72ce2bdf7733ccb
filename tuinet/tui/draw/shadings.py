"""Shadings: what the network answers over the input plane as colours, samples as glyphs, and their legends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.answers import map_names, probability_of
from tuinet.tui.draw.cells import Array, Levels, Mark, quantize, sample_glyph
from tuinet.tui.draw.legends import ramp_pieces, short_ramp
from tuinet.tui.draw.sample_legends import NOTHING_SPECIAL, SampleKinds, described, kinds_of, shared_legend
from tuinet.tui.draw.scales import response_range, target_range
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, short_number, width_of
from tuinet.tui.style.colour import readable_on_all, steady_on
from tuinet.tui.style.theme import CLASS_LEVELS, Theme

_NAME_LIMITS: Final = (16, 12, 8)
"""Where names have no room at this length, the scale is left out rather than what tells the classes apart."""
_HALF: Final = 8
"""Colours of a short scale."""
_SHORTER: Final = (_HALF, _HALF - 2, _HALF // 2)
_TARGET_LIMITS: Final = (24, 16, 12, 8, 5)
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
    """

    samples_per_cell = _DENSE

    def __init__(self, snapshot: Snapshot, theme: Theme, low: float, high: float) -> None:
        self.colours = theme.map_levels
        self._theme, self._low, self._high = theme, low, high
        self._axis, self._text = theme.inks.axis, theme.inks.text
        self._names = map_names(snapshot)
        self._surface = snapshot.surface

    @property
    def ink(self) -> str | None:
        """The colour of glyphs and lines on the map, the same everywhere; ``None`` where none is read on all of it."""
        return steady_on(tuple(self.colours))

    @property
    def unknown(self) -> int:
        """The level of what has not been computed yet."""
        return len(self.colours) // 2

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """Indices into `colours`, the shape of the surface.

        Parameters
        ----------
        before
            The indices that were drawn last, the same shape, which need not change where the values tremble, see
            `quantize`; ``None`` for exact ones.
        """
        return self._quantized(self._shares(surface.values), len(self.colours), before)

    def _quantized(self, shares: Array, count: int, before: Levels | None) -> Levels:
        fineness = self.colours.fineness
        if before is None or not self.colours.mixtures:
            return quantize(shares, count, before, slack=fineness)
        # What is sprinkled costs a colour more in each cell: while it changes, whole steps do.
        return quantize(shares, count // fineness, before // fineness) * fineness + fineness // 2

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """How a sample is drawn, here one of a class; see `Points` for what target and answer are.

        Where the network gets it right it is a glyph on the map, and where it does not a letter on a tile.
        """
        is_wrong = target != answer
        glyph = sample_glyph(int(target), is_test=is_test, is_wrong=is_wrong)
        if is_wrong:
            return Mark(glyph, self._theme.warning, self._theme.background)
        if self._theme.is_colourless:  # a glyph on some ink would be a blot
            return Mark(glyph, self._theme.foreground, self._theme.background)
        return Mark(glyph, self.ink)

    @property
    def kinds(self) -> SampleKinds:
        """What there is among the samples."""
        surface = self._surface
        return NOTHING_SPECIAL if surface is None else kinds_of(surface.train, surface.test)

    def legend(self, width: int) -> list[Piece]:
        """What the colours and glyphs are, in at most this many cells."""
        return self.shared_legend(width, 0)[0]

    def shared_legend(self, width: int, above: int) -> tuple[list[Piece], list[Piece]]:
        """The same, and what of it is to be said above the map, where there are so many cells.

        Here the classes, with the letters of wrong samples and the small marks of the test set.
        """
        return shared_legend(self._names, self._theme, width, self.kinds, above)

    def _shares(self, values: Array) -> Array:
        return (values - self._low) / (self._high - self._low)

    def scale(self, name: str) -> list[Piece]:
        """The colours between the answers that both ends stand for, behind a name."""
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}{low} ", self._axis), *ramp_pieces(self._theme.levels), (f" {high}", self._axis)]

    def _with_glyphs(self, name: Callable[[int], str], width: int) -> list[Piece]:
        """All that there is to be said of the samples, before a scale; empty where both do not fit.

        ``name`` gives the name of the scale, with that of a class in at most so many cells.
        """
        gap: Piece = ("  ", self._axis)
        for limit in _NAME_LIMITS:
            scales = [self.scale(name(limit)), *(self._short_scale(name(limit), count) for count in _SHORTER)]
            for glyphs in described(short_names(self._names, limit), self._theme, self.kinds):
                for scale in scales:
                    if width_of(glyphs) + 2 + width_of(scale) <= width:
                        return [*glyphs, gap, *scale]
        return []

    @property
    def _sets(self) -> tuple[list[Piece], list[Piece]]:
        """How samples of numbers are drawn, and those of the test set if there are any; and the same close together."""
        has_test = self._surface is not None and len(self._surface.test.rows) > 0
        sets = [(False, "train" if has_test else "sample"), *([(True, "test")] if has_test else [])]
        glyphs = [(sample_glyph(0, is_test=is_test), word) for is_test, word in sets]
        roomy = [[(f"  {glyph}", self._text), (f" {word}", self._axis)] for glyph, word in glyphs]
        close = [[(f" {glyph}", self._text), (word if has_test else f" {word}", self._axis)] for glyph, word in glyphs]
        return [piece for pair in roomy for piece in pair], [piece for pair in close for piece in pair]

    def _short_scale(self, name: str, count: int = _HALF, gap: str | None = None) -> list[Piece]:
        """With so many of the colours, both ends among them, which are told."""
        few = short_ramp(self._theme.levels, count)
        gap = ("" if name else " ") if gap is None else gap
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}{low}{gap}", self._axis), *few, (f"{gap}{high}", self._axis)]


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

    def shared_legend(self, width: int, above: int) -> tuple[list[Piece], list[Piece]]:
        """The glyphs and the scale; the classes alone where they are decided, or where there is no room for both."""
        whole = [] if self._is_discrete else self._with_glyphs(self._scale_name, width)
        return (whole, []) if whole else super().shared_legend(width, above)

    def _scale_name(self, limit: int) -> str:
        return f"{probability_of(self._names, limit)} " if self._is_probability else "output "

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
        self.colours = theme.map_class_levels(len(self._names))
        self._steps = CLASS_LEVELS * self.colours.fineness
        self._is_discrete = discrete

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """Among glyphs that stand for colours, one that is right stands on all the ink of its class."""
        mark = super().mark(target, answer, is_test=is_test)
        if self._theme.is_grey and target == answer:
            return Mark(mark.glyph, ground=self.colours[(int(target) + 1) * self._steps - 1])
        return mark

    def levels(self, surface: Surface, before: Levels | None = None) -> Levels:
        """Those of the class with the largest output."""
        strengths = self._shares(surface.values)
        strengths = np.where(np.isfinite(strengths), 1.0 if self._is_discrete else strengths, 0.0)
        classes = np.zeros(strengths.shape, np.intp) if surface.classes is None else surface.classes
        exact: Levels = classes * self._steps + self._quantized(strengths, self._steps, None)
        if before is None:
            return exact
        steady = classes * self._steps + self._quantized(strengths, self._steps, before % self._steps)
        return np.where(before // self._steps == classes, steady, exact)


class ValueShading(Shading):
    """The first output from the lowest target through neutral to the highest."""

    samples_per_cell = _SPARSE

    def __init__(self, snapshot: Snapshot, theme: Theme, low: float, high: float) -> None:
        super().__init__(snapshot, theme, low, high)
        self._outputs = snapshot.dataset.output_names

    def mark(self, target: float, answer: float, *, is_test: bool = False) -> Mark:
        """On a tile of the target's colour, which cannot be told from the map where that is right."""
        level = int(quantize(self._shares(np.array([target])), len(self.colours))[0])
        return Mark(sample_glyph(0, is_test=is_test), self.ink, self.colours[level])

    def shared_legend(self, width: int, above: int) -> tuple[list[Piece], list[Piece]]:
        """The scale of the targets, with as much of their name as fits, and both sets."""
        texts = [short_name(self._outputs, 0, limit) for limit in _TARGET_LIMITS]
        whole, close = self._sets
        ends = [[*whole, (", on the colour of the target", self._axis)], whole]
        scales = [[*self.scale(f"{text}  "), *end] for end in ends for text in texts]
        ways = [(gap, end) for gap in (" ", "") for end in (whole, close)]
        scales += [[*self._short_scale(f"{text} ", gap=gap), *end] for gap, end in ways for text in texts]
        scales += [[*self._short_scale("", gap=gap), *close] for gap in (" ", "")]
        scales += [self.scale(f"{text}  ") for text in texts]
        return next((pieces for pieces in scales if width_of(pieces) <= width), self.scale("")), []


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

    def shared_legend(self, width: int, above: int) -> tuple[list[Piece], list[Piece]]:
        """The scale of the unit, with the glyphs of the classes or of both sets."""
        scale = self.scale("")
        if self._has_classes:
            return self._with_glyphs(lambda limit: "", width) or scale, []
        wholes = ([*scale, *sets] for sets in self._sets)
        return next((whole for whole in wholes if width_of(whole) <= width), scale), []
