"""Legends of samples: each class with its glyph, and what the letters and the small marks are, as far as they occur."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from tuinet.observe.planes import Points
from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.draw.short_names import least_width, short_names
from tuinet.tui.draw.text import Piece, ink, width_of
from tuinet.tui.style.colour import readable_on, steady_on
from tuinet.tui.style.theme import Theme

_NAME_LIMITS: Final = (24, 16, 12, 8)
_LOW_LIMITS: Final = (5, 3)
"""Names as short as that stand for themselves only where there is no other way: elsewhere on the screen they are
longer. Shorter ones would tell less than fewer of them."""
_SENTENCES: Final = 2
"""So many classes are described in a sentence each where there is room."""

Note = list[Piece]
NO_MORE: Final[Sequence[Note]] = ([],)


class SampleKinds(NamedTuple):
    """Which marks of samples there are on a picture, by the classes that they belong to."""

    wrong: frozenset[int] = frozenset()
    """Classes of training samples that are taken for another one."""
    test: frozenset[int] = frozenset()
    """Classes of test samples that are right."""
    wrong_test: frozenset[int] = frozenset()

    def letter(self, label: int, theme: Theme) -> list[Piece]:
        """The letter of the wrong samples of a class; nothing where there are none."""
        if label not in self.wrong | self.wrong_test:
            return []
        return [letter_piece(label, theme, is_test=label not in self.wrong)]

    def wrong_notes(self, theme: Theme) -> list[Note]:
        """What letters are, the longest first; nothing where there are none."""
        labels = sorted(self.wrong) or sorted(self.wrong_test)
        if not labels:
            return []
        axis = theme.inks.axis
        short: Note = [(" ", axis), *self.letter(labels[0], theme), (" wrong", axis)]
        # In ASCII right samples are letters, too.
        return [short] if theme.spells else [[("  letters: wrong", axis)], short]

    def test_notes(self, theme: Theme) -> list[Note]:
        """What small marks and letters are, the longest first; nothing where there are none."""
        axis, small = theme.inks.axis, list[Piece]()
        if self.test:
            small.append((sample_glyph(min(self.test), is_test=True), theme.inks.text))
        if self.wrong_test:
            small.append(letter_piece(min(self.wrong_test), theme, is_test=True))
        if not small:
            return []
        short: Note = [(" ", axis), *small, (" test", axis)]
        words = [] if theme.spells else ["  small: test samples", "  small: test"]
        return [*([(text, axis)] for text in words), short]

    def notes(self, theme: Theme) -> list[Note]:
        """Both, the longest first."""
        wrong, test = self.wrong_notes(theme) or [[]], self.test_notes(theme) or [[]]
        return [[*wrong[0], *test[0]], [*wrong[0], *test[-2:][0]], [*wrong[-1], *test[-1]]]


NOTHING_SPECIAL: Final = SampleKinds()


def kinds_of(train: Points, test: Points) -> SampleKinds:
    """What there is among the samples of a picture of classes."""
    return SampleKinds(_classes(train, right=False), _classes(test, right=True), _classes(test, right=False))


def _classes(points: Points, *, right: bool) -> frozenset[int]:
    chosen = points.targets[(points.targets == points.answers) == right]
    return frozenset(np.unique(chosen).astype(int).tolist())


def letter_piece(label: int, theme: Theme, *, is_test: bool = False) -> Piece:
    """The letter that stands for a wrong sample of a class."""
    return sample_glyph(label, is_test=is_test, is_wrong=True), theme.inks.wrong


def class_pieces(
    names: Sequence[str],
    theme: Theme,
    width: int,
    kinds: SampleKinds = NOTHING_SPECIAL,
    more: Sequence[Note] = NO_MORE,
) -> list[Piece]:
    """A swatch with its glyph and a name for each class, as many as fit, and what letters and small marks are.

    Parameters
    ----------
    more
        What may follow where all classes fit, the best first.
    """
    return shared_legend(names, theme, width, kinds, more=more)[0]


def shared_legend(
    names: Sequence[str],
    theme: Theme,
    width: int,
    kinds: SampleKinds,
    above: int = 0,
    more: Sequence[Note] = NO_MORE,
) -> tuple[list[Piece], list[Piece]]:
    """The same, and what of it is to be said elsewhere, where there are so many cells, since it has no room here.

    Rather than that names are shortened to hardly anything, a note goes there; and rather than that a note is left
    out, names are shortened.
    """
    for limit in _NAME_LIMITS:
        for whole in described(short_names(tuple(names), limit), theme, kinds):
            for end in more:
                if width_of(whole) + width_of(end) <= width:
                    return [*whole, *end], []
    for limit in (*_NAME_LIMITS, *_LOW_LIMITS):
        short = short_names(tuple(names), limit)
        for gap, (here, there) in product((" ", ""), _divided(kinds, theme)):
            pieces = [*_swatches(short, len(names), theme, gap=gap), *here]
            if width_of(pieces) <= width and width_of(there) <= above:
                return pieces, there[1:]
    return _classes_alone(names, theme, width, kinds), []


def described(names: Sequence[str], theme: Theme, kinds: SampleKinds) -> Iterator[list[Piece]]:
    """All that there is to be said of the samples, the names as they are: the longest first."""
    if len(names) <= _SENTENCES:
        for test in kinds.test_notes(theme) or [[]]:
            for kind in ("class ", ""):
                yield [*_sentences(names, kind, theme, kinds), *test]
    for note in kinds.notes(theme):
        yield [*_swatches(names, len(names), theme, kinds), *note]
    yield [*_swatches(names, len(names), theme, gap=""), *kinds.notes(theme)[-1]]


def _sentences(names: Sequence[str], kind: str, theme: Theme, kinds: SampleKinds) -> list[Piece]:
    """What a right sample of each class is, and what a wrong one: ``● class 0, wrong: A``."""
    pieces: list[Piece] = []
    axis, swatches = theme.inks.axis, _swatches_of(theme, len(names))
    for label, name in enumerate(names):
        pieces += [("  " if label else "", axis), swatches[label]]
        letter = kinds.letter(label, theme)
        pieces += [(f" {kind}{name}", axis)]
        pieces += [(", wrong: ", axis), *letter] if letter else []
    return pieces


def _divided(kinds: SampleKinds, theme: Theme) -> list[tuple[Note, Note]]:
    """The shortest notes: which of them are said here, and which elsewhere."""
    wrong, test = (notes[-1] if notes else [] for notes in (kinds.wrong_notes(theme), kinds.test_notes(theme)))
    return [([*wrong, *test], []), (wrong, test), (test, wrong), ([], [*wrong, *test])]


def _classes_alone(names: Sequence[str], theme: Theme, width: int, kinds: SampleKinds) -> list[Piece]:
    """As many as fit; what letters are comes before names in full, and after the names of all."""
    wrong = kinds.wrong_notes(theme)[-1:] or [[]]
    for note, limit, gap in product((*wrong, []), (*_NAME_LIMITS, *_LOW_LIMITS), (" ", "")):
        pieces = [*_swatches(short_names(tuple(names), limit), len(names), theme, gap=gap), *note]
        if width_of(pieces) <= width:
            return pieces
    for shown in range(len(names) - 1, 0, -1):
        for limit in (*_LOW_LIMITS, least_width(names)) if shown == 1 else _LOW_LIMITS:
            pieces = _swatches(short_names(tuple(names), limit)[:shown], len(names), theme)
            if width_of(pieces) <= width:
                return pieces
    return []


def _swatches_of(theme: Theme, count: int) -> list[Piece]:
    """The glyph of each class on its colour, as it is on the map."""
    ramp = theme.map_levels if count == _SENTENCES else theme.map_class_levels(count)
    colours = theme.class_colours(count)
    if count == _SENTENCES and theme.is_colourless:  # the second class is all ink, and the first one none
        colours = (ramp[0], ramp[-1])
    steady = steady_on(tuple(ramp))
    return [
        (sample_glyph(label), ink(steady or readable_on(colour), colour, bold=True))
        for label, colour in enumerate(colours)
    ]


def _swatches(
    names: Sequence[str], count: int, theme: Theme, kinds: SampleKinds = NOTHING_SPECIAL, *, gap: str = " "
) -> list[Piece]:
    axis, swatches = theme.inks.axis, _swatches_of(theme, count)
    pieces: list[Piece] = []
    for index, name in enumerate(names):
        pieces += [(" " if index else "", axis), swatches[index], *kinds.letter(index, theme)]
        pieces.append((f"{gap}{name}" if name else "", axis))
    return [*pieces, (" …", axis)] if len(names) < count else pieces
