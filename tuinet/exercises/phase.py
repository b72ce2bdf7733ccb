"""From the lines of an explanation to blanks: those of the very phase in which a session is paused, or of a topic."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tuinet.exercises.blank import Asked, Blank, Need, distinct, letter
from tuinet.exercises.context import mistakes_in_context
from tuinet.exercises.exercise import Exercise
from tuinet.exercises.expression import Address, Expression, NoArithmeticError
from tuinet.exercises.kinds import KINDS
from tuinet.exercises.slips import Calculation, Mistake
from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import MINUS, Focus, Numerals, Selection, unit_name
from tuinet.explain.story import explain_phase
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot

EXACT: Final = 17
"""Significant digits that tell a float64 from every other."""
_SAME: Final = 1e-12
_CONSISTENT: Final[Mapping[str, float]] = {"float64": 1e-9, "float32": 1e-4}
"""How near the calculation that is written must come to what was computed, by the precision of the network."""
_GIVEN: Final = re.compile(r"[wx][₀-₉]+|[bynt]|l1|l2|beta[12]|momentum|epsilon|learning_rate|weight_decay|clip_norm")
"""Symbols of what a line is given, never what a line before has found."""
NOTHING: Final = "In this phase there is nothing to work out."


def exercise_of_phase(snapshot: Snapshot, selection: Selection | None = None, digits: int = 4) -> Exercise:
    """The explanation of the phase just completed, with a blank in place of every result that can be worked out.

    Parameters
    ----------
    snapshot
        Taken with a view that asks for the arithmetic of the step.
    selection
        Which sample, layer and neuron.
    digits
        Significant digits of the numbers that are shown.
    """
    title = explain_phase(snapshot, selection, digits).title
    if snapshot.phase is None or snapshot.step_detail is None:
        return Exercise(title, (Remark(NOTHING),))
    maker = BlankMaker(snapshot, digits)
    parts = tuple(maker.parts(snapshot.phase, selection or Selection()))
    return Exercise(title, parts if maker.blanks else (*_told(parts), Remark(NOTHING)))


def _told(parts: Iterable[AnyLine | Blank]) -> Iterator[AnyLine]:
    return (part for part in parts if not isinstance(part, Blank))


@dataclass(frozen=True)
class _Pair:
    """A line as it is shown, and with all digits."""

    shown: AnyLine
    exact: AnyLine


class BlankMaker:
    """Makes blanks of lines, and knows which results are blanks already.

    Parameters
    ----------
    digits
        Significant digits of the numbers that are shown.
    """

    def __init__(self, snapshot: Snapshot, digits: int = 4) -> None:
        self.snapshot, self.digits = snapshot, digits
        self.blanks: list[Blank] = []
        self._results: dict[str, float] = {}

    def parts(self, phase: PhaseName, selection: Selection) -> Iterator[AnyLine | Blank]:
        """The lines of a phase, blanks wherever there can be some."""
        for pair in self._pairs(phase, selection):
            yield self._blank(self.focus(phase, selection), pair) or pair.shown

    def chosen(self, phase: PhaseName, selection: Selection, lefts: Container[str]) -> Iterator[Blank]:
        """The blanks of those lines of a phase that have certain left sides; others are passed over."""
        for pair in self._pairs(phase, selection):
            is_wanted = isinstance(pair.shown, Line) and pair.shown.left in lefts
            blank = self._blank(self.focus(phase, selection), pair, is_wanted=is_wanted)
            if blank:
                yield blank

    def focus(self, phase: PhaseName, selection: Selection) -> Focus:
        """What the lines of a phase are made of, with all digits."""
        assert self.snapshot.step_detail is not None
        return Focus(self.snapshot, self.snapshot.step_detail, phase, selection, Numerals(EXACT))

    def _pairs(self, phase: PhaseName, selection: Selection) -> Iterator[_Pair]:
        shown, exact = (
            explain_phase(self.snapshot, selection, digits, phase=phase).lines for digits in (self.digits, EXACT)
        )
        # With all digits there may be a remark more, at the end.
        return map(_Pair, shown, exact)

    def _blank(self, focus: Focus, pair: _Pair, *, is_wanted: bool = True) -> Blank | None:
        if not isinstance(pair.shown, Line) or not isinstance(pair.exact, Line):
            return None
        value, results = _number(pair.exact.result), dict(self._results)
        if value is not None:
            self._results[pair.exact.left] = value
        calculation = _calculation(pair.shown, pair.exact) if is_wanted else None
        if calculation is None or value is None or not _agrees(calculation, value, focus.experiment.dtype):
            return None
        as_shown = _value(calculation.shown)
        asked = None if as_shown is None else Asked.of(value, as_shown, self.digits)
        if asked is None or as_shown is None:
            return None
        mistakes = [*mistakes_in_context(focus, calculation, results), *calculation.mistakes()]
        blank = self._made(focus, calculation, (value, as_shown), asked, mistakes)
        self.blanks.append(blank)
        return blank

    def _made(
        self, focus: Focus, calculation: Calculation, values: tuple[float, float], asked: Asked, found: list[Mistake]
    ) -> Blank:
        finite = [mistake for mistake in found if math.isfinite(mistake.value)]
        return Blank(
            letter(len(self.blanks)),
            calculation.line,
            _question(focus, calculation.line),
            *values,
            asked,
            calculation.exact,
            tuple(self._needs(calculation)),
            distinct(finite, values[0], asked.tolerance, list(KINDS)),
            calculation.given([blank.line.left for blank in self.blanks]),
        )

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
    whole = ast.dump(blank.exact.root)
    return {address: 1.0 for address, node in calculation.exact.nodes.items() if ast.dump(node) == whole}


def _calculation(shown: Line, exact: Line) -> Calculation | None:
    """The calculation of a line; ``None`` where its numbers are none."""
    if not shown.numbers or not exact.numbers:
        return None
    try:
        expression = Expression.of(exact.numbers[0])
        return Calculation(shown, expression, Expression.of(shown.numbers[0]), expression.symbols(exact.symbols))
    except NoArithmeticError:
        return None


def _value(expression: Expression) -> float | None:
    try:
        return expression.value()
    except NoArithmeticError:
        return None


def _number(text: str) -> float | None:
    """A result as a number."""
    try:
        return float(text.replace(MINUS, "-"))
    except ValueError:
        return None


def _agrees(calculation: Calculation, value: float, precision: str) -> bool:
    """Whether the calculation that is written gives what was computed."""
    worked_out = _value(calculation.exact)
    return worked_out is not None and math.isclose(worked_out, value, rel_tol=_CONSISTENT[precision], abs_tol=1e-12)


def _question(focus: Focus, line: Line) -> str:
    """What is asked, in words."""
    if line.label:
        return f"{line.left} ({line.label})"
    if focus.phase.kind in ("forward", "backward"):
        return f"{line.left} of {neuron_name(focus, (focus.layer_number, focus.neuron))}"
    return line.left


def neuron_name(focus: Focus, unit: tuple[int, int]) -> str:
    """A neuron by its name, and by its layer where there are several hidden ones."""
    layer, neuron = unit
    is_one_of_many = focus.n_layers > 2 and 0 < layer < focus.n_layers
    return f"{unit_name(focus, layer, neuron)}{f' of layer {layer}' if is_one_of_many else ''}"
