"""Pictures that stand in place of cells, and go where a cell is written: sixels, and kitty's placeholders in tmux.

Cells behind such a picture are not written as long as it stands there: that would take it away bit by bit, to no use.
They are written when it goes, and that is also how it is taken off. What is written on a map, such as its samples, has
no picture behind it.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuinet.tui.draw.pixels import Placed
from tuinet.tui.style.colour import rgb
from tuinet.tui.terminal import kitty
from tuinet.tui.terminal.graphics import Graphics, Size
from tuinet.tui.terminal.pictures import Pictures, Span
from tuinet.tui.terminal.sixel import MOST_PIXELS, in_so_many, scaled, sixels

Bools = NDArray[np.bool_]

_ERASE_ALL: Final = "\x1b[2J"
_MOST_PARTS: Final = 6
_FIRST_COLOUR: Final = 17


class StandingPictures(Pictures, ABC):
    """Knows on which cells pictures stand.

    Parameters
    ----------
    size
        Columns and rows of the screen.
    """

    stands_in_cells = True

    def __init__(self, size: Size, now: Callable[[], float] = monotonic) -> None:
        super().__init__(now)
        self._size = size
        self._standing: Bools = np.zeros((size[1], size[0]), bool)

    def show(self, wanted: Mapping[str, Placed]) -> str:
        """See `Pictures`; one that would not fit, or have the screen scrolled, is not shown."""
        fitting = {name: placed for name, placed in wanted.items() if self.fits(placed)}
        return super().show({part: placed for name in fitting for part, placed in self.parts(name, fitting[name])})

    def parts(self, name: str, placed: Placed) -> Iterable[tuple[str, Placed]]:
        """The pictures that one is shown as, with their names."""
        return ((name, placed),)

    def fits(self, placed: Placed) -> bool:
        """Whether there are enough cells, and at least a line below it."""
        (column, line), picture = placed.place, placed.picture
        return column + picture.columns <= self._size[0] and line + picture.rows < self._size[1]

    def forget(self) -> str:
        """See `Pictures`."""
        self._standing[:] = False
        return super().forget()

    def spans_left(self, spans: Iterable[Span], wanted: Mapping[str, Placed]) -> list[Span]:
        """See `Pictures`."""
        hidden = self._standing & self._covered(wanted)
        left: list[Span] = []
        for line, first, last in spans:
            left += ((line, first + start, first + end) for start, end in _runs(~hidden[line, first:last]))
        return left

    def note_written(self, spans: Iterable[Span]) -> None:
        """See `Pictures`."""
        for line, first, last in spans:
            self._standing[line, first:last] = False

    def stale(self, wanted: Mapping[str, Placed]) -> Iterator[Span]:
        """See `Pictures`."""
        gone = self._standing & ~self._covered(wanted)
        for line in np.flatnonzero(gone.any(axis=1)).tolist():
            yield from ((line, first, last) for first, last in _runs(gone[line]))

    def is_new(self, name: str, placed: Placed) -> bool:
        """See `Pictures`; also where a part of it has been written over."""
        return super().is_new(name, placed) or bool((placed.picture.covered & ~self._cells(placed)).any())

    def taken_off(self, name: str) -> str:
        """See `Pictures`; its cells will be written."""
        return ""

    def written(self, name: str, placed: Placed) -> str:
        """See `Pictures`."""
        text = self.drawn(name, placed)
        self._cells(placed)[:] |= placed.picture.covered
        return text

    @abstractmethod
    def drawn(self, name: str, placed: Placed) -> str:
        """What shows a picture."""

    def _cells(self, placed: Placed) -> Bools:
        """On which of its cells a picture stands now."""
        (column, line), picture = placed.place, placed.picture
        return self._standing[line : line + picture.rows, column : column + picture.columns]

    def _covered(self, wanted: Mapping[str, Placed]) -> Bools:
        """The cells of the screen that these pictures cover."""
        covered = np.zeros_like(self._standing)
        for placed in filter(self.fits, wanted.values()):
            (column, line), picture = placed.place, placed.picture
            covered[line : line + picture.rows, column : column + picture.columns] |= picture.covered
        return covered


class SixelPictures(StandingPictures):
    """Sixels."""

    def __init__(self, graphics: Graphics, size: Size, now: Callable[[], float] = monotonic) -> None:
        super().__init__(size, now)
        self._graphics = graphics

    @property
    def last_words(self) -> str:
        """See `Pictures`."""
        return _ERASE_ALL if self._numbers else ""

    def parts(self, name: str, placed: Placed) -> Iterator[tuple[str, Placed]]:
        """See `StandingPictures`: what does not touch is sent by itself, when it changes, unless there is much of it.

        xterm keeps no more than the last 16 pictures.
        """
        found = _rectangles(placed.picture.covered)
        left, top = placed.place
        for index, (lines, columns) in enumerate(found):
            place = left + columns.start, top + lines.start
            yield f"{name} {index}", Placed(placed.picture.part(lines, columns), place)

    def drawn(self, name: str, placed: Placed) -> str:
        """See `StandingPictures`."""
        self.number(name)
        across, down = self._graphics.cell
        picture, palette = placed.picture, [rgb(colour) for colour in placed.picture.palette]
        pixels = scaled(picture.with_dots, (down * picture.rows, across * picture.columns))
        covered = picture.covered.repeat(down, axis=0).repeat(across, axis=1)
        pixels = in_so_many(np.where(covered, pixels, 0).astype(np.uint8), palette, self._graphics.colours)
        written: list[str] = []
        rows, columns = MOST_PIXELS // down, MOST_PIXELS // across
        for line, column in product(range(0, picture.rows, rows), range(0, picture.columns, columns)):
            part = pixels[line * down : (line + rows) * down, column * across : (column + columns) * across]
            if part.any():
                written.append(_move(placed, line, column) + sixels(part, palette))
        return "".join(written)


class PlaceholderPictures(StandingPictures):
    """Pictures of kitty behind characters that name a part of one: tmux moves and redraws these as it does all text."""

    def fits(self, placed: Placed) -> bool:
        """See `StandingPictures`; also whether each of its cells can be named."""
        return super().fits(placed) and max(placed.picture.columns, placed.picture.rows) <= kitty.MOST_NAMED

    @property
    def last_words(self) -> str:
        """See `Pictures`; other panes keep theirs."""
        return kitty.in_tmux("".join(map(kitty.deleted, self._numbers.values())))

    def number(self, name: str) -> int:
        """See `Pictures`; the last eight bits are the number of a colour, one that no theme of a terminal changes."""
        family = os.getpid() % (kitty.MOST_NAMED - 1) + 1
        return self._numbers.setdefault(name, (family << 24) + _FIRST_COLOUR + len(self._numbers))

    def drawn(self, name: str, placed: Placed) -> str:
        """See `StandingPictures`."""
        picture, text = placed.picture, list[str]()
        missing = picture.covered & ~self._cells(placed)
        if super(StandingPictures, self).is_new(name, placed):
            size = picture.columns, picture.rows
            text.append(kitty.in_tmux(kitty.kept(picture.png_with_dots, self.number(name), size)))
        for line in np.flatnonzero(missing.any(axis=1)).tolist():
            for first, last in _runs(missing[line]):
                cells = kitty.placeholders(self.number(name), line, first, last - first)
                text.append(_move(placed, line, first) + cells)
        return "".join(text)


def standing_pictures(graphics: Graphics, size: Size) -> StandingPictures:
    """Pictures in place of cells, in one way or the other."""
    return SixelPictures(graphics, size) if graphics.protocol == "sixel" else PlaceholderPictures(size)


def _move(placed: Placed, line: int, column: int) -> str:
    """Go to a cell of a picture."""
    left, top = placed.place
    return f"\x1b[{top + line + 1};{left + column + 1}H"


def _rectangles(covered: Bools) -> list[tuple[slice, slice]]:
    """Rows and columns of rectangles that do not touch and have all that is covered; where they are many, of fewer."""
    columns = [slice(*run) for run in _runs(covered.any(axis=0))]
    both = [(slice(*run), across) for across in columns for run in _runs(covered[:, across].any(axis=1))]
    whole = [(slice(0, covered.shape[0]), across) for across in columns]
    ways = (both, whole, [(slice(0, covered.shape[0]), slice(0, covered.shape[1]))])
    return next(way for way in ways if len(way) <= _MOST_PARTS)


def _runs(cells: ArrayLike) -> list[tuple[int, int]]:
    """Where cells that are true begin, and where they end."""
    edges = np.flatnonzero(np.diff(np.asarray(cells), prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
