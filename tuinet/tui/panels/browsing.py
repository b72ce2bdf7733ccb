"""Browsing: where one is among the samples, the weights and the responses, and how keys move one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from tuinet.observe.view import Unit

Mode = Literal["samples", "weights", "responses"]

MODES: Final[tuple[Mode, ...]] = ("samples", "weights", "responses")


@dataclass(frozen=True)
class Window:
    """What is in sight of a number of things in rows."""

    per_row: int
    rows: int
    total: int

    @property
    def page(self) -> int:
        """How many are in sight at once."""
        return self.per_row * self.rows

    def clamp(self, place: int) -> int:
        """The nearest place that there is."""
        return max(0, min(place, self.total - 1))

    def scrolled(self, first: int, place: int) -> int:
        """The first in sight, moved by as few rows as bring a place into sight, and leave no row empty at the end."""
        if not self.page or not self.total:
            return 0
        row, last = self.clamp(place) // self.per_row, (self.total - 1) // self.per_row
        top = max(row - self.rows + 1, min(first // self.per_row, row))
        return max(0, min(top, last - self.rows + 1)) * self.per_row


@dataclass(frozen=True)
class Browsing:
    """What is looked at; everything counted from 0 but layers."""

    mode: Mode = "samples"
    on_test: bool = True
    """Whether the test set is looked at, where there is one."""
    wrong_first: bool = False
    place: int = 0
    """The chosen sample's, in the order in which they are shown."""
    first: int = 0
    """Place of the first sample in sight."""
    is_open: bool = False
    """Whether the chosen sample has the panel to itself."""
    number: int | None = None
    """The sample's own number while it has; ``None`` until it is known which one is in its place."""
    unit: Unit = (1, 0)
    """The chosen neuron."""
    first_unit: int = 0
    """The first of the first layer's units in sight."""

    def within(self, sizes: tuple[int, ...], has_pictures: bool) -> Browsing:
        """Keep what the network and the samples have; else take the nearest unit, and samples for the other modes.

        Parameters
        ----------
        sizes
            Of all layers, inputs first.
        has_pictures
            Whether weights can be drawn.
        """
        mode = self.mode if has_pictures else "samples"
        return replace(self, mode=mode).at_unit(self.unit, sizes)

    def with_next_mode(self) -> Browsing:
        """The one behind it, and behind the last the first."""
        return replace(self, mode=MODES[(MODES.index(self.mode) + 1) % len(MODES)], is_open=False, number=None)

    def with_other_set(self) -> Browsing:
        """The other set, from its start."""
        return replace(self, on_test=not self.on_test, place=0, first=0, number=None)

    def with_other_order(self) -> Browsing:
        """The other order, from its start."""
        return replace(self, wrong_first=not self.wrong_first, place=0, first=0, number=None)

    def at(self, place: int, window: Window) -> Browsing:
        """Another sample chosen, and in sight."""
        place = window.clamp(place)
        number = self.number if place == self.place else None
        return replace(self, place=place, first=window.scrolled(self.first, place), number=number)

    def at_unit(self, unit: Unit, sizes: tuple[int, ...], window: Window | None = None) -> Browsing:
        """Another neuron chosen, or the nearest that there is, and in sight.

        Parameters
        ----------
        sizes
            Of all layers, inputs first.
        window
            What is in sight of the first layer.
        """
        layer = max(1, min(unit[0], len(sizes) - 1))
        index = max(0, min(unit[1], sizes[layer] - 1))
        first = self.first_unit if window is None else window.scrolled(self.first_unit, index)
        return replace(self, unit=(layer, index), first_unit=first)

    def opened(self, number: int | None) -> Browsing:
        """The chosen sample large."""
        return replace(self, is_open=True, number=number)

    def closed(self) -> Browsing:
        """All samples again."""
        return replace(self, is_open=False, number=None)
