"""Making blanks of equations: their exact values, the digits that can be asked, what they need, usual mistakes."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tuinet.exercises.exercise import Asked, Blank, Need, letter
from tuinet.exercises.expression import Address, Change, Expression, NoArithmeticError, fixed
from tuinet.exercises.kinds import KINDS
from tuinet.exercises.slips import Calculation, UsualMistake
from tuinet.explain.explanation import Line
from tuinet.terminal_text import MINUS

_SAME: Final = 1e-12
_CONSISTENT: Final[Mapping[str, float]] = {"float64": 1e-9, "float32": 1e-4}
"""How near the calculation that is written must come to what was computed, by the precision of the network."""
_SMALL: Final = 0.01
"""Of the tolerance: a mistake that makes no greater difference is none."""
_GIVEN: Final = re.compile(r"[wx][₀-₉]+|[bynt]|l1|l2|beta[12]|momentum|epsilon|learning_rate|weight_decay|clip_norm")
"""Symbols of what a line is given, never what a line before has found."""


class BlankList:
    """Blanks in the order in which they are asked; each knows which earlier ones it goes on with."""

    def __init__(self) -> None:
        self.blanks: list[Blank] = []

    def add(
        self,
        calculation: Calculation,
        question: str,
        mistakes: Iterable[UsualMistake] = (),
        *,
        asked: Asked | None = None,
        digits: int = 4,
        precision: str = "float64",
    ) -> Blank | None:
        """A blank for a calculation; ``None`` where it cannot be worked out from the numbers as they are shown.

        Parameters
        ----------
        mistakes
            Those that the calculation itself does not tell; looked for when somebody is wrong.
        asked
            How many digits; by default as many as the numbers as shown suffice for.
        digits
            Significant digits of those numbers.
        precision
            That in which the result was computed.
        """
        value, as_shown = result_of(calculation.exact_line), _value(calculation.shown)
        if value is None or as_shown is None or not _agrees(calculation, value, precision):
            return None
        asked = asked or Asked.of(value, as_shown, digits)
        if asked is None:
            return None
        needs, tolerance = tuple(self._needs(calculation)), asked.tolerance
        chained = self._chained(calculation, needs)
        blank = Blank(
            letter(len(self.blanks)),
            asked.whole(calculation.line, value),
            question,
            value,
            as_shown,
            as_shown if chained is None else chained,
            asked,
            calculation.exact,
            needs,
            lambda: _wrong([*mistakes, *calculation.mistakes()], value, tolerance),
            given=calculation.given([blank.line.left for blank in self.blanks]),
        )
        self.blanks.append(blank)
        return blank

    def add_shape(self, line: Line, question: str, shape: tuple[int, ...], mistakes: Iterable[UsualMistake]) -> Blank:
        """A blank for the shape of something."""
        wrong = tuple(mistake for mistake in mistakes if mistake.shape != shape)

        def known() -> tuple[UsualMistake, ...]:
            return wrong

        name = letter(len(self.blanks))
        self.blanks.append(
            Blank(name, line, question, 0.0, 0.0, 0.0, Asked(0), find_mistakes=known, shape=shape, given=())
        )
        return self.blanks[-1]

    def _chained(self, calculation: Calculation, needs: Iterable[Need]) -> float | None:
        """The numbers as they are shown, but earlier results as they come out of such numbers."""
        earlier = {blank.name: blank.as_chained for blank in self.blanks}
        changes = {place: fixed(sign * earlier[need.name]) for need in needs for place, sign in need.addresses.items()}
        return _value(calculation.shown, changes)

    def _needs(self, calculation: Calculation) -> Iterator[Need]:
        """The earlier blanks whose values or whole calculations stand in a calculation."""
        for blank in self.blanks:
            places = {**_places_of_value(calculation, blank.value), **_places_of_calculation(calculation, blank)}
            if places:
                yield Need(blank.name, places, blank.value, blank.asked.tolerance)


def _places_of_value(calculation: Calculation, value: float) -> dict[Address, float]:
    """Where a number stands that is a value without its sign, and the sign of the value."""
    sign = math.copysign(1.0, value)
    return {
        address: sign
        for address, node in calculation.exact.nodes.items()
        if isinstance(node, ast.Constant)
        and node.value
        and math.isclose(calculation.exact.value(at=address), abs(value), rel_tol=_SAME)
        and not _is_given(calculation, address)
    }


def _is_given(calculation: Calculation, address: Address) -> bool:
    """Whether a number is called by the symbol of something that is given; a minus before it may bear the symbol."""
    places = (address, address[:-1])
    return any(_GIVEN.fullmatch(calculation.symbols.get(place, "")) for place in places)


def _places_of_calculation(calculation: Calculation, blank: Blank) -> dict[Address, float]:
    """Where the whole calculation of an earlier blank is a part of this one, as a − y is of (a − y) / n."""
    if blank.exact is None or isinstance(blank.exact.root, (ast.Constant, ast.UnaryOp)):
        return {}
    whole = blank.exact.forms[()]
    return {address: 1.0 for address, form in calculation.exact.forms.items() if form == whole}


def calculation_of(shown: Line, exact: Line) -> Calculation | None:
    """The calculation of a line; ``None`` where its numbers are none."""
    if not shown.numbers or not exact.numbers:
        return None
    try:
        expression = Expression.of(exact.numbers[0])
        return Calculation(shown, exact, expression, Expression.of(shown.numbers[0]), expression.symbols(exact.symbols))
    except NoArithmeticError:
        return None


def _value(expression: Expression, changes: Mapping[Address, Change] | None = None) -> float | None:
    try:
        return expression.value(changes)
    except NoArithmeticError:
        return None


def result_of(line: Line) -> float | None:
    """The result of an equation; ``None`` where that is no number."""
    try:
        return float(line.result.replace(MINUS, "-"))
    except ValueError:
        return None


def _agrees(calculation: Calculation, value: float, precision: str) -> bool:
    """Whether the calculation that is written gives what was computed."""
    worked_out = _value(calculation.exact)
    return worked_out is not None and math.isclose(worked_out, value, rel_tol=_CONSISTENT[precision], abs_tol=1e-12)


def _wrong(mistakes: list[UsualMistake], value: float, tolerance: float) -> tuple[UsualMistake, ...]:
    """The mistakes that do not give the right answer, the likeliest kinds first."""
    order = list(KINDS)
    wrong = [one for one in mistakes if math.isfinite(one.value) and abs(one.value - value) > _SMALL * tolerance]
    return tuple(sorted(wrong, key=lambda one: order.index(one.kind)))
