"""What an explanation is made of: lines of equations, and remarks between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """An equation: ``left = symbols = numbers = … = result``; what is empty is left out."""

    left: str
    """What is computed, as in ``z``."""
    symbols: str = ""
    """How, as in ``w₁·x₁ + w₂·x₂ + b``."""
    numbers: tuple[str, ...] = ()
    """The same with its numbers, and further steps of the calculation, as in ``0.5416·0 + (−0.2100)·1 + 0.01312``."""
    result: str = ""
    """As in ``−0.1969``."""
    label: str = ""
    """Heading of the lines that belong together, as in ``w₁, from x1``."""

    @property
    def sides(self) -> tuple[str, ...]:
        """Everything to the right of the first equals sign, in order, without repetitions."""
        sides = [side for side in (self.symbols, *self.numbers, self.result) if side]
        return tuple(side for index, side in enumerate(sides) if not index or side != sides[index - 1])


@dataclass(frozen=True)
class Remark:
    """A sentence or two."""

    text: str


AnyLine = Line | Remark
