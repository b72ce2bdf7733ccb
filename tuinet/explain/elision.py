"""Sums of many terms: the first ones and the last, and what the others add up to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuinet.explain.numerals import Numerals


@dataclass(frozen=True)
class Elision:
    """Which of many things are shown."""

    most: int | None = 8
    """As many as this; ``None`` for all of them."""

    def parts(self, count: int, keep: int | None = None) -> list[int | range]:
        """Indices that are shown, and ranges of those left out, in order.

        Parameters
        ----------
        count
            How many there are.
        keep
            One that is always shown, besides the first ones and the last.
        """
        if self.most is None or count <= self.most:
            return list(range(count))
        shown = {*range(max(self.most - 1, 1)), count - 1, *(() if keep is None else (keep,))}
        parts: list[int | range] = []
        previous = -1
        for index in sorted(shown):
            gap = range(previous + 1, index)
            # One thing takes no more room than saying that it is left out.
            parts += [gap] if len(gap) > 1 else list(gap)
            parts.append(index)
            previous = index
        return parts

    def shown(self, count: int, keep: int | None = None) -> list[int]:
        """Indices that are shown."""
        return [part for part in self.parts(count, keep) if isinstance(part, int)]

    def symbols(self, count: int, term: Callable[[int], str], keep: int | None = None) -> str:
        """A sum in symbols, three dots for the terms left out."""
        return " + ".join(term(part) if isinstance(part, int) else "…" for part in self.parts(count, keep))

    def numbers(
        self, numerals: Numerals, values: Sequence[float], term: Callable[[int], str], keep: int | None = None
    ) -> str:
        """A sum in numbers; of the terms left out it says how many there are and what they add up to."""

        def write(part: int | range) -> str:
            if isinstance(part, int):
                return term(part)
            rest = sum(values[part.start : part.stop])
            return f"[… {len(part)} terms: {numerals.plain(rest)}]"

        return " + ".join(write(part) for part in self.parts(len(values), keep))
