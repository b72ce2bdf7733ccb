"""An Exercise: what is given, and the blanks to be filled in, in order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tuinet.exercises.blank import Blank
from tuinet.explain.explanation import AnyLine, Line


@dataclass(frozen=True, eq=False)
class Exercise:
    """Lines that are given, and blanks between and behind them."""

    title: str
    """As in ``forward pass, level 2``."""
    parts: tuple[AnyLine | Blank, ...]
    level: int = 1
    """From 1 to 5: up to 2, formulas stand in the questions."""
    topic: str = ""
    """The name of its topic; empty for a phase of a session."""
    seed: int = 0

    @cached_property
    def blanks(self) -> tuple[Blank, ...]:
        """The blanks in order."""
        return tuple(part for part in self.parts if isinstance(part, Blank))

    @property
    def given(self) -> tuple[AnyLine, ...]:
        """What is told before the first blank."""
        first = next((place for place, part in enumerate(self.parts) if isinstance(part, Blank)), len(self.parts))
        return tuple(part for part in self.parts[:first] if not isinstance(part, Blank))

    def lines(self, filled: int = 0, *, with_numbers: bool = False) -> tuple[AnyLine, ...]:
        """All lines, the first so many blanks filled in and the others hidden.

        Parameters
        ----------
        with_numbers
            Whether the first hidden one shows the numbers of its calculation. Those of what comes after it stay hidden:
            its result may be among them.
        """
        lines: list[AnyLine] = []
        seen = 0
        for part in self.parts:
            if isinstance(part, Blank):
                is_next = seen == filled
                lines.append(part.line if seen < filled else part.hidden(with_numbers=with_numbers and is_next))
                seen += 1
            elif isinstance(part, Line) and seen > filled:
                lines.append(Line(part.left, part.symbols, (), "…", part.label))
            else:
                lines.append(part)
        return tuple(lines)
