"""Shadings: what the network answers over the input plane as colours, samples as glyphs, and their legends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.answers import map_names
from tuinet.tui.draw.cells import Array, Levels, Mark, quantize, sample_glyph
from tuinet.tui.draw.legends import (
    class_pieces,
    letter_piece,
    ramp_pieces,
    sample_notes,
    short_ramp,
    small_note,
    wrong_notes,
)
from tuinet.tui.draw.scales import response_range, target_range
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, short_number, width_of
from tuinet.tui.style.colour import readable_on_all
from tuinet.tui.style.theme import CLASS_LEVELS, Theme

_NAME_LIMITS: Final = (12, 8)
"""Where names have no room at this length, the scale is left out rather than what tells the classes apart."""
_HALF: Final = 8
"""Colours of a short scale."""
_SHORTER: Final = (_HALF, _HALF - 2, _HALF // 2)
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
    """

    samples_per_cell = _DENSE

    def __init__(self, snapshot: Snapshot, theme: Theme, low: float, high: float) -> None:
        self.colours = theme.map_levels
        self._theme, self._low, self._high = theme, low, high
        self._axis, self._text = theme.inks.axis, theme.inks.text
        self._names = map_names(snapshot)
        self._has_test = bool(len(snapshot.dataset.X_test))

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
        # Where ink stands for colour, a glyph on some ink would be a blot.
        return Mark(glyph, self._theme.foreground, self._theme.background) if self._theme.is_colourless else Mark(glyph)

    def legend(self, width: int) -> list[Piece]:
        """What the colours and glyphs are, in at most this many cells.

        Here the classes; and where there is room, the letters of wrong samples and the glyphs of the test set.
        """
        notes = sample_notes(self._theme, has_test=self._has_test, classes=len(self._names))
        return class_pieces(self._names, self._theme, width, notes)

    def _shares(self, values: Array) -> Array:
        return (values - self._low) / (self._high - self._low)

    def scale(self, name: str) -> list[Piece]:
        """The colours between the answers that both ends stand for, behind a name."""
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}{low} ", self._axis), *ramp_pieces(self._theme.levels), (f" {high}", self._axis)]

    def _with_glyphs(self, name: Callable[[int], str], width: int) -> list[Piece]:
        """The glyphs of the classes before a scale and the glyphs of the test set, in words where there is room.

        Empty where nothing fits.
        ``name`` gives the name of the scale, with that of a class in at most so many cells.
        """
        wholes = (
            [*glyphs, *scale, *small_note(self._theme, has_test=self._has_test)]
            for limit in _NAME_LIMITS
            for glyphs, scale in self._glyphs_and_scales(short_names(self._names, limit), name(limit))
        )
        return next((pieces for pieces in wholes if width_of(pieces) <= width), [])

    def _glyphs_and_scales(self, names: Sequence[str], scale: str) -> Iterator[tuple[list[Piece], list[Piece]]]:
        """The longest first; a long scale says less than the sentence that a shorter one leaves room for."""
        gap: Piece = ("  ", self._axis)
        long, short = [gap, *self.scale(scale)], [[gap, *self._short_scale(scale, count)] for count in _SHORTER]
        whole, half, *_, tight = wrong_notes(self._theme)
        for glyphs in (self._sentences(names, "class "), self._sentences(names, "")):
            yield from ((glyphs, one) for one in (long, short[0]))
        roomy, close = (self._glyphs(names, between) for between in (" ", ""))
        yield from (([*roomy, *whole], one) for one in (long, *short))
        yield from (([*roomy, *half], one) for one in short)
        yield [*roomy, *half], [(" ", self._axis), *short[-1][1:]]
        yield from (([*close, *half], one) for one in short)
        if scale:
            yield from (([*close, *tight], one) for one in short)

    def _sentences(self, names: Sequence[str], kind: str) -> list[Piece]:
        """What a right sample of each class is, and what a wrong one: ``class 0 ● right A wrong``."""
        pieces: list[Piece] = []
        for label, name in enumerate(names):
            pieces += [(f"{'  ' if label else ''}{kind}{name} ", self._axis), (sample_glyph(label), self._text)]
            pieces += [(" right ", self._axis), letter_piece(label, self._theme), (" wrong", self._axis)]
        return pieces

    def _glyphs(self, names: Sequence[str], between: str) -> list[Piece]:
        pieces: list[Piece] = []
        for label, name in enumerate(names):
            pieces += [(" " if label else "", self._axis), (sample_glyph(label), self._text)]
            pieces.append((f"{between}{name}", self._axis))
        return pieces

    def _short_scale(self, name: str, count: int = _HALF) -> list[Piece]:
        """With so many of the colours, both ends among them, which are told."""
        few, gap = short_ramp(self._theme.levels, count), "" if name else " "
        low, high = short_number(self._low), short_number(self._high)
        return [(f"{name}{low}{gap}", self._axis), *few, (f"{gap}{high}", self._axis)]

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
