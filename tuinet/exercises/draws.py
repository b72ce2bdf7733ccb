"""Draws: numbers at random whose stream is fixed for good, by a specification of its own.

The generator is SplitMix64 (Steele, Lea and Flood, “Fast Splittable Pseudorandom Number Generators”, 2014), its start
the first eight bytes of the SHA-256 of a text; NumPy's distributions may change from version to version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar

_Item = TypeVar("_Item")
_MASK: Final = 2**64 - 1


class Draws:
    """A stream of random numbers.

    Parameters
    ----------
    seed
        Any text; the same text gives the same stream.
    """

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "little")

    def bits(self) -> int:
        """64 random bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, end: int) -> int:
        """A whole number from 0 up to an end, which is left out; what would favour the first ones is drawn again."""
        limit = (_MASK + 1) // end * end
        while (bits := self.bits()) >= limit:
            pass
        return bits % end

    def one_of(self, items: Sequence[_Item]) -> _Item:
        """One of several, each as likely as the others."""
        return items[self.below(len(items))]

    def some_of(self, items: Sequence[_Item], count: int) -> list[_Item]:
        """So many different ones, in random order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in range(count)]

    def signed(self, sizes: Sequence[float], count: int) -> list[float]:
        """So many different sizes, each with a random sign."""
        return [size if self.below(2) else -size for size in self.some_of(sizes, count)]
