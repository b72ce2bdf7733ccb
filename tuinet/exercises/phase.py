"""From the lines of an explanation to blanks: those of the very phase in which a session is paused, or of a topic.

Some mistakes a line's own numbers do not tell: another matrix, another function, what is left out between lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from tuinet.exercises.exercise import Blank, Exercise
from tuinet.exercises.expression import Address, Change, NoArithmeticError, fixed
from tuinet.exercises.making import BlankList, calculation_of, result_of
from tuinet.exercises.slips import Calculation, UsualMistake
from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import Focus, Numerals, Selection, floats, unit_name
from tuinet.explain.forward import logistic
from tuinet.explain.story import explain_phase
from tuinet.nn.parameters import Array
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot

_CORRECTED: Final = {"m_hat": "m", "v_hat": "v"}
_ACTIVATIONS: Final[Mapping[str, Callable[[float], float]]] = {
    "sigmoid": logistic,
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
}
_DERIVATIVES: Final[Mapping[str, tuple[str, Callable[[float], float]]]] = {
    "sigmoid": ("a·(1 − a)", lambda a: a * (1 - a)),
    "tanh": ("1 − a²", lambda a: 1 - a * a),
}
"""The usual derivatives as functions of the activation."""


Read = Callable[[float], float]
"""A number as it is read: exact, or as it is shown."""


def mistakes_in_context(
    focus: Focus, calculation: Calculation, results: Mapping[str, float], digits: int
) -> Iterator[UsualMistake]:
    """The mistakes of a line of a phase.

    Parameters
    ----------
    results
        Of the lines before it, by their left sides.
    digits
        Significant digits of the numbers that are shown.
    """
    yield from _uncorrected(calculation, results)
    rule = _RULES.get((focus.phase.kind, calculation.line.left))
    if rule is not None:
        for exact, shown in zip(rule(focus, float), rule(focus, _shown(digits)), strict=False):
            yield replace(exact, as_shown=shown.value)


def _shown(digits: int) -> Read:
    return lambda value: float(f"{value:.{digits}g}")


def _uncorrected(calculation: Calculation, results: Mapping[str, float]) -> Iterator[UsualMistake]:
    """An update with the averages as they are, in place of those with the bias correction."""
    changes: dict[Address, Change] = {}
    for address, symbol in calculation.symbols.items():
        if symbol in _CORRECTED and _CORRECTED[symbol] in results:
            changes[address] = fixed(results[_CORRECTED[symbol]])
    try:
        if changes:
            yield UsualMistake("bias correction", calculation.exact.value(changes), "1 − beta^t")
    except NoArithmeticError:
        return


def _read_all(read: Read, values: Array) -> list[float]:
    return [read(value) for value in floats(values)]


def _sum(first: list[float], second: list[float]) -> float:
    return sum(one * other for one, other in zip(first, second, strict=False))


def _forward_sum(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    weights, x = focus.layer.block_before[:-1], _read_all(read, focus.layer.x[focus.sample])
    if focus.neuron < len(weights) <= weights.shape[1]:
        z = _sum(x, _read_all(read, weights[focus.neuron])) + read(focus.layer.block_before[-1, focus.neuron])
        yield UsualMistake("transposed", z, f"row {focus.neuron + 1} in place of column {focus.neuron + 1}")


def _forward_value(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    z = read(focus.layer.pre_activations[focus.sample, focus.neuron])
    yield UsualMistake("activation", z)
    for name, function in _ACTIVATIONS.items():
        # Of a positive z, relu leaves z: that is the activation left out.
        if name != focus.activation and function(z) != z:
            yield UsualMistake("another activation", function(z), name)


def _derivative(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    z = read(focus.layer.pre_activations[focus.sample, focus.neuron])
    a = read(focus.layer.activations[focus.sample, focus.neuron])
    for name, (formula, function) in _DERIVATIVES.items():
        if name == focus.activation:
            yield UsualMistake("derivative at z", function(z), formula)
        else:
            yield UsualMistake("another derivative", function(a), formula)


def _passed_back(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    if focus.layer_number == focus.n_layers:
        return
    following = focus.detail.layers[focus.layer_number]
    weights, deltas = following.block_before[:-1], _read_all(read, following.deltas[focus.sample])
    if focus.neuron < weights.shape[1] <= len(weights):
        yield UsualMistake(
            "transposed",
            _sum(deltas, _read_all(read, weights[:, focus.neuron])),
            f"column {focus.neuron + 1} in place of row {focus.neuron + 1}",
        )


def _canonical_delta(focus: Focus, read: Read) -> Iterator[UsualMistake]:
    if focus.layer_number == focus.n_layers and focus.detail.is_canonical:
        a = read(focus.layer.activations[focus.sample, focus.neuron])
        delta = read(focus.layer.deltas[focus.sample, focus.neuron])
        yield UsualMistake("needless derivative", delta * a * (1 - a))


_RULES: Final[Mapping[tuple[str, str], Callable[[Focus, Read], Iterator[UsualMistake]]]] = {
    ("forward", "z"): _forward_sum,
    ("forward", "a"): _forward_value,
    ("backward", "f′(z)"): _derivative,
    ("backward", "∂L/∂a"): _passed_back,
    ("backward", "∂L/∂h"): _passed_back,
    ("backward", "δ"): _canonical_delta,
}
"""By the kind of the phase and the left side of the line."""


EXACT: Final = 17
"""Significant digits that tell a float64 from every other."""
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


class UnaskableError(ValueError):
    """The numbers of a line, as they are shown, do not suffice for any digit of its result."""


class BlankMaker(BlankList):
    """Makes blanks of the lines of a step's explanations.

    Parameters
    ----------
    digits
        Significant digits of the numbers that are shown.
    """

    def __init__(self, snapshot: Snapshot, digits: int = 4) -> None:
        super().__init__()
        self.snapshot, self.digits = snapshot, digits
        self._results: dict[str, float] = {}

    def parts(self, phase: PhaseName, selection: Selection) -> Iterator[AnyLine | Blank]:
        """The lines of a phase, blanks wherever there can be some."""
        focus = self.focus(phase, selection)
        for shown, exact in self._pairs(phase, selection):
            yield self._blank(focus, shown, exact, is_wanted=not _is_told(shown)) or shown

    def chosen(self, phase: PhaseName, selection: Selection, lefts: Container[str]) -> Iterator[Blank]:
        """The blanks of those lines of a phase that have certain left sides; others are passed over.

        Raises
        ------
        UnaskableError
            If one of them has no result that can be asked.
        """
        focus = self.focus(phase, selection)
        for shown, exact in self._pairs(phase, selection):
            is_wanted = isinstance(shown, Line) and shown.left in lefts
            blank = self._blank(focus, shown, exact, is_wanted=is_wanted)
            if blank:
                yield blank
            elif is_wanted:
                raise UnaskableError(shown.left if isinstance(shown, Line) else "")

    def focus(self, phase: PhaseName, selection: Selection) -> Focus:
        """What the lines of a phase are made of, with all digits."""
        assert self.snapshot.step_detail is not None
        return Focus(self.snapshot, self.snapshot.step_detail, phase, selection, Numerals(EXACT))

    def _pairs(self, phase: PhaseName, selection: Selection) -> Iterable[tuple[AnyLine, AnyLine]]:
        """The lines as they are shown, each with the same one with all digits."""
        shown, exact = (
            explain_phase(self.snapshot, selection, digits, phase=phase).lines for digits in (self.digits, EXACT)
        )
        # With all digits there may be a remark more, at the end.
        return zip(shown, exact, strict=False)

    def _blank(self, focus: Focus, shown: AnyLine, exact: AnyLine, *, is_wanted: bool = True) -> Blank | None:
        if not isinstance(shown, Line) or not isinstance(exact, Line):
            return None
        value, results = result_of(exact), dict(self._results)
        if value is not None:
            self._results[exact.left] = value
        calculation = calculation_of(shown, exact) if is_wanted else None
        if calculation is None:
            return None
        mistakes = mistakes_in_context(focus, calculation, results, self.digits)
        precision = focus.experiment.dtype
        return self.add(calculation, _question(focus, shown), mistakes, digits=self.digits, precision=precision)


def _is_told(line: AnyLine) -> bool:
    """Whether the formula is the result already, as in f′(z) = 1."""
    return isinstance(line, Line) and line.symbols == line.result


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
