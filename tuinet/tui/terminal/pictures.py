"""Pictures on the screen: which of them the terminal has, and that what is sent of them stays within a bound."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from tuinet.tui.terminal.kitty import DELETE_ALL, deleted, shown

if TYPE_CHECKING:
    from tuinet.tui.draw.pixels import Placed

MOST_BYTES: Final = 38_000
"""A second, on the average, of pictures and of cells, however large the screen is."""
LEAST_BYTES: Final = 10_000
"""A second, that pictures have in any case; cells that nobody waits for leave them so much."""
AT_ONCE: Final = 7_000
"""What may be sent at once after a rest; the picture that exceeds it is still sent whole."""

Span = tuple[int, int, int]
"""Cells of a line of the screen: the line, the first cell, and the one behind the last."""


class Pictures:
    """Says what is to be written so that the terminal shows some pictures and no others.

    A picture that has changed waits until the line may carry it; the one before it stays so long. Those that have
    waited longest are first. A subclass knows how pictures are written.
    """

    stands_in_cells: ClassVar[bool] = False
    """Whether it takes the place of what cells show, and goes where they are written."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now, self._last = now, now()
        self._allowance, self._cell_debt = float(AT_ONCE), 0.0
        self._placed: dict[str, Placed] = {}
        self._numbers: dict[str, int] = {}
        self.is_owing = False
        """Whether a picture is waiting."""

    @property
    def wait(self) -> float:
        """Seconds until the next one may be sent."""
        self._refill()
        rate = LEAST_BYTES if self._cell_debt else MOST_BYTES
        return max(-self._allowance / rate, 0.0) + 0.01

    @property
    def leaves_room(self) -> bool:
        """Whether cells may be sent that nobody waits for: those before them have been paid for, but for a few."""
        self._refill()
        return self._cell_debt <= AT_ONCE

    def show(self, wanted: Mapping[str, Placed]) -> str:
        """What brings these pictures to the screen, by the names of what they belong to."""
        written: list[str] = []
        for name in [name for name, placed in self._placed.items() if not self._stays(placed, wanted.get(name))]:
            del self._placed[name]
            written.append(self.taken_off(name))
        new = [name for name, placed in wanted.items() if self.is_new(name, placed)]
        self._refill()
        turn = {name: place for place, name in enumerate(self._placed)}
        for name in sorted(new, key=lambda name: turn.get(name, -1)):
            if self._allowance <= 0:
                break
            written.append(self._send(name, wanted[name]))
            new.remove(name)
        self.is_owing = bool(new)
        return "".join(written)

    def forget(self) -> str:
        """What takes all of them off the screen; they are sent again when they are shown next."""
        was_used, self._placed = bool(self._placed), {}
        return self.last_words if was_used else ""

    @property
    def last_words(self) -> str:
        """What takes all pictures off that have ever been shown."""
        return DELETE_ALL if self._numbers else ""

    def spans_left(self, spans: Iterable[Span], wanted: Mapping[str, Placed]) -> list[Span]:
        """Of cells that are to be written those that are; others would only take away what stands there."""
        return list(spans)

    def note_bytes(self, count: int, *, is_asked_for: bool = False) -> None:
        """Take note that so many bytes have been sent of cells.

        Parameters
        ----------
        is_asked_for
            Whether by a key: a whole screen does not keep what goes on from being seen for seconds.
        """
        self._refill()
        self._cell_debt += min(count, AT_ONCE) if is_asked_for else count

    def note_written(self, spans: Iterable[Span]) -> None:
        """Take note that these cells have been written."""

    def stale(self, wanted: Mapping[str, Placed]) -> Iterator[Span]:
        """Cells to be written anew, because a picture stands there that is not wanted."""
        return iter(())

    def is_new(self, name: str, placed: Placed) -> bool:
        """Whether a picture has to be sent."""
        before = self._placed.get(name)
        if before is None or not placed.is_there(before):
            return True
        return before.picture is not placed.picture and not before.picture.looks_like(placed.picture)

    def taken_off(self, name: str) -> str:
        """What takes a picture off the screen."""
        return deleted(self.number(name))

    def written(self, name: str, placed: Placed) -> str:
        """What shows a picture."""
        picture = placed.picture
        return shown(picture.png, self.number(name), placed.place, (picture.columns, picture.rows))

    def number(self, name: str) -> int:
        """Pictures of other programs in the same window have other numbers."""
        return self._numbers.setdefault(name, ((os.getpid() & 0xFFFF) << 8) + len(self._numbers) + 1)

    def _send(self, name: str, placed: Placed) -> str:
        text = self.written(name, placed)
        # It comes first again when all others have had their turn.
        self._placed.pop(name, None)
        self._placed[name] = placed
        self._allowance -= len(text)
        return text

    @staticmethod
    def _stays(placed: Placed, wanted: Placed | None) -> bool:
        return wanted is not None and wanted.is_there(placed)

    def _refill(self) -> None:
        now = self._now()
        seconds, self._last = now - self._last, now
        paid = min(self._cell_debt, (MOST_BYTES - LEAST_BYTES) * seconds)
        self._cell_debt -= paid
        self._allowance = min(self._allowance + MOST_BYTES * seconds - paid, float(AT_ONCE))
