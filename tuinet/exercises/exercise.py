"""An Exercise: what is given, and in order the blanks to be filled in, with the mistakes that are usual on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Final

from tuinet.exercises.expression import Address, Change, Expression, NoArithmeticError, fixed
from tuinet.exercises.slips import UsualMistake
from tuinet.explain.explanation import AnyLine, Line
from tuinet.terminal_text import MINUS

HIDDEN: Final = "?"
"""Stands where a result is to be found."""
SHAPE_FORM: Final = "2 × 3, or 2 for a vector"
_SIGNIFICANT: Final = 3
_FEWEST_DECIMALS: Final = 3
_MOST_DECIMALS: Final = 6
"""With more of them a number is written with an exponent."""
_MOST_ROUNDED: Final = 5
"""Earlier answers that are tried both as they were rounded and exact."""
_NEAR: Final = 0.25
"""Of a unit of the last digit: so far may what the numbers as shown give be from the exact value."""


@dataclass(frozen=True)
class Asked:
    """How many digits of a number are asked."""

    decimals: int

    @classmethod
    def of(cls, value: float, as_shown: float, digits: int = 4) -> Asked | None:
        """The digits that the numbers as they are shown, with so many significant digits, suffice for.

        ``None`` where they suffice for none.
        """
        if not (math.isfinite(value) and math.isfinite(as_shown)):
            return None
        first = math.floor(math.log10(abs(value))) if value else 0
        wanted = max(min(_SIGNIFICANT, digits - 1) - 1 - first, _FEWEST_DECIMALS)
        for decimals in range(wanted, max(-first, 0) - 1, -1):
            if abs(value - as_shown) <= _NEAR * 10.0**-decimals:
                return cls(decimals)
        return None

    @property
    def tolerance(self) -> float:
        """Half a unit of the last digit, and what floating point takes away of it."""
        return 0.5000001 * 10.0**-self.decimals

    def text(self, value: float) -> str:
        """A value with so many digits."""
        if self.decimals > _MOST_DECIMALS and value:
            mantissa, _, exponent = f"{value:.{self._significant(value) - 1}e}".partition("e")
            return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
        text = f"{value:.{self.decimals}f}".replace("-", MINUS)
        return text.lstrip(MINUS) if not float(text.replace(MINUS, "-")) else text

    def whole(self, line: Line, value: float) -> Line:
        """An equation whose result, unless it is exact as it stands, has the digits that are asked at least."""
        result, (mantissa, _, exponent) = line.result, line.result.partition("e")
        decimals = len(mantissa.partition(".")[2]) - int(exponent.replace(MINUS, "-") or 0)
        is_exact = math.isclose(float(result.replace(MINUS, "-")), value, rel_tol=1e-12)
        return line if is_exact or decimals >= self.decimals else replace(line, result=self.text(value))

    def words(self, value: float) -> str:
        """As in ``to 3 decimals``."""
        if self.decimals > _MOST_DECIMALS and value:
            digits = self._significant(value)
            return (
                f"to {digits} significant digit{'s' if digits > 1 else ''}, as in {1.23456789:.{digits - 1}f}e{MINUS}7"
            )
        if not self.decimals:
            return "a whole number"
        return f"to {self.decimals} decimal{'s' if self.decimals > 1 else ''}"

    def _significant(self, value: float) -> int:
        return max(1, self.decimals + math.floor(math.log10(abs(value))) + 1)


@dataclass(frozen=True)
class Need:
    """An earlier answer that a calculation goes on with."""

    name: str
    """Of the blank."""
    addresses: Mapping[Address, float]
    """Where it stands in the calculation, and with which sign: 1 or −1."""
    value: float
    """The right one."""
    tolerance: float

    def is_right(self, answer: float) -> bool:
        """Whether an answer may be right: made of rounded numbers, it may be off by a unit of its last digit."""
        return abs(answer - self.value) <= 2 * self.tolerance

    def may_be(self, answer: float, *, is_rounded: bool = False) -> tuple[float, ...]:
        """The numbers that somebody with this answer may have gone on with.

        Parameters
        ----------
        is_rounded
            Whether a wrong answer counts as rounded, too.
        """
        if self.is_right(answer):
            return (answer, self.value) if answer != self.value else (answer,)
        return (answer - self.tolerance, answer, answer + self.tolerance) if is_rounded else (answer,)


@dataclass(frozen=True, eq=False)
class Blank:
    """A number to be found."""

    name: str
    """A letter, by which it is called."""
    line: Line
    """The equation in full, with the result."""
    question: str
    """As in ``z of h1``."""
    value: float
    """Exact."""
    as_shown: float
    """What the numbers as they are shown come to."""
    as_chained: float
    """What those come to that are given, each earlier result being worked out from them, too."""
    asked: Asked
    exact: Expression | None = field(default=None, repr=False)
    needs: tuple[Need, ...] = ()
    find_mistakes: Callable[[], tuple[UsualMistake, ...]] = field(default=tuple, repr=False)
    """Finds those that `mistakes` keeps: only somebody who is wrong needs them."""
    shape: tuple[int, ...] = ()
    """The right shape, where one is asked in place of a number."""

    given: tuple[str, ...] | None = None
    """What its calculation begins with, as in ``w₁ = 0.5``, results of lines before left out; ``None`` where the
    formula does not say which number is which, so that the numbers themselves are to be shown."""

    @cached_property
    def mistakes(self) -> tuple[UsualMistake, ...]:
        """The usual ones, the likeliest first; none gives the right answer."""
        return self.find_mistakes()

    @property
    def answer(self) -> str:
        """The right answer, to the digits that are asked."""
        return self.line.result if self.shape else self.asked.text(self.value)

    @property
    def prompt(self) -> str:
        """As in ``(a) z of h1, to 3 decimals``."""
        return f"({self.name}) {self.asks}"

    @property
    def asks(self) -> str:
        """The question and how many digits are wanted, as in ``z of h1, to 3 decimals``."""
        return self.question if self.shape else f"{self.question}, {self.asked.words(self.value)}"

    @property
    def formula(self) -> str:
        """The equation in symbols; the left side alone where there is no more."""
        return f"{self.line.left} = {self.line.symbols}" if self.line.symbols else self.line.left

    def hidden(self, *, with_symbols: bool = True, with_numbers: bool = False) -> Line:
        """The equation with its result hidden, and with as much of the way to it as is wanted."""
        numbers = self.line.numbers[:1] if with_numbers else ()
        return replace(self.line, symbols=self.line.symbols if with_symbols else "", numbers=numbers, result=HIDDEN)

    def is_right(self, number: float) -> bool:
        """Whether a number is right: by the exact values, or by the numbers as they are shown."""
        values = (self.value, self.as_shown, self.as_chained)
        return min(abs(number - value) for value in values) <= self.asked.tolerance

    def follows(self, number: float, answers: Mapping[str, float]) -> bool:
        """Whether the calculation comes to a number with earlier answers in it, however these were rounded."""
        needs = self._answered(answers)
        ranges = [need.may_be(answers[need.name], is_rounded=True) for need in needs[:_MOST_ROUNDED]]
        ranges += [(answers[need.name],) for need in needs[_MOST_ROUNDED:]]
        worked_out = [self._with(needs, numbers) for numbers in product(*ranges)] if needs else []
        values = [value for value in worked_out if value is not None]
        tolerance = self.asked.tolerance
        return bool(values) and min(values) - tolerance <= number <= max(values) + tolerance

    def mistakes_after(self, answers: Mapping[str, float]) -> Iterator[UsualMistake]:
        """The mistakes, and what those lead to that are made with earlier answers, as they are and as far as right."""
        yield from self.mistakes
        needs = self._answered(answers)
        typed = [answers[need.name] for need in needs]
        exact = [need.may_be(number)[-1] for need, number in zip(needs, typed, strict=True)]
        for numbers in (typed, exact) if needs else ():
            for mistake in self.mistakes:
                value = self._with(needs, numbers, mistake.changes) if mistake.changes else None
                if value is not None:
                    yield replace(mistake, value=value, as_shown=None)

    def _answered(self, answers: Mapping[str, float]) -> list[Need]:
        """What it needs of earlier answers, as far as there are some."""
        return [need for need in self.needs if need.name in answers]

    def _with(
        self, needs: Sequence[Need], numbers: Sequence[float], more: Mapping[Address, Change] | None = None
    ) -> float | None:
        """What the calculation comes to with numbers in place of earlier results, and perhaps with more changes."""
        changes = {
            place: fixed(sign * number)
            for need, number in zip(needs, numbers, strict=True)
            for place, sign in need.addresses.items()
        }
        try:
            return None if self.exact is None else self.exact.value({**changes, **(more or {})})
        except NoArithmeticError:
            return None

    def wrong_before(self, answers: Mapping[str, float]) -> tuple[str, ...]:
        """The names of the wrong answers among those that it goes on with."""
        return tuple(need.name for need in self.needs if need.name in answers and not need.is_right(answers[need.name]))


def letter(index: int) -> str:
    """The name of a blank by its place: a to z, then aa, ab and so on."""
    text = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        text = chr(ord("a") + rest) + text
        index -= 1
    return text


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
