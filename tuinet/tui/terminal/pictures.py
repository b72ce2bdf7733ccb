"""Pictures on the screen: which of them the terminal has, and that what is sent of them stays within a bound."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

from tuinet.tui.terminal.graphics import DELETE_ALL, deleted, shown

if TYPE_CHECKING:
    from tuinet.tui.draw.pixels import PixelPicture

MOST_PICTURE_BYTES: Final = 14_000
"""A second, on the average: with the cells' own they are no more than 40 kB."""
_AT_ONCE: Final = 7_000
"""What may be sent at once after a rest; the picture that exceeds it is still sent whole."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A picture, and the cell of the screen that its first cell is."""

    picture: PixelPicture
    place: tuple[int, int]

    def is_there(self, other: Placed) -> bool:
        """Whether it covers the same cells as another one."""
        one, two = self.picture, other.picture
        return (self.place, one.columns, one.rows) == (other.place, two.columns, two.rows)


class Pictures:
    """Says what is to be written so that the terminal shows some pictures and no others.

    A picture that has changed waits until the line may carry it; the one before it stays so long. Those that have
    waited longest are first.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now, self._last = now, now()
        self._allowance = float(_AT_ONCE)
        self._placed: dict[str, Placed] = {}
        self._numbers: dict[str, int] = {}
        self.is_owing = False
        """Whether a picture is waiting."""

    @property
    def wait(self) -> float:
        """Seconds until the next one may be sent."""
        self._refill()
        return max(-self._allowance / MOST_PICTURE_BYTES, 0.0) + 0.01

    def show(self, wanted: Mapping[str, Placed]) -> str:
        """What brings these pictures to the screen, by the names of what they belong to."""
        written: list[str] = []
        for name in [name for name, placed in self._placed.items() if not self._stays(placed, wanted.get(name))]:
            del self._placed[name]
            written.append(deleted(self._number(name)))
        new = [name for name, placed in wanted.items() if self._is_new(self._placed.get(name), placed)]
        self._refill()
        turn = {name: place for place, name in enumerate(self._placed)}
        for name in sorted(new, key=lambda name: turn.get(name, -1)):
            if self._allowance <= 0:
                break
            written.append(self._sent(name, wanted[name]))
            new.remove(name)
        self.is_owing = bool(new)
        return "".join(written)

    def forget(self) -> str:
        """What takes all of them off the screen; they are sent again when they are shown next."""
        was_used, self._placed = bool(self._placed), {}
        return DELETE_ALL if was_used else ""

    def _sent(self, name: str, placed: Placed) -> str:
        # It comes first again when all others have had their turn.
        self._placed.pop(name, None)
        self._placed[name], picture = placed, placed.picture
        text = shown(picture.png, self._number(name), placed.place, (picture.columns, picture.rows))
        self._allowance -= len(text)
        return text

    def _number(self, name: str) -> int:
        """Pictures of other programs in the same window have other numbers."""
        return self._numbers.setdefault(name, ((os.getpid() & 0xFFFF) << 8) + len(self._numbers) + 1)

    @staticmethod
    def _stays(placed: Placed, wanted: Placed | None) -> bool:
        return wanted is not None and wanted.is_there(placed)

    @staticmethod
    def _is_new(placed: Placed | None, wanted: Placed) -> bool:
        if placed is None or not wanted.is_there(placed):
            return True
        return placed.picture is not wanted.picture and not placed.picture.looks_like(wanted.picture)

    def _refill(self) -> None:
        now = self._now()
        self._allowance = min(self._allowance + MOST_PICTURE_BYTES * (now - self._last), float(_AT_ONCE))
        self._last = now
