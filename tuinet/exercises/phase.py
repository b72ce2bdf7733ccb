"""From the lines of an explanation to blanks: those of the very phase in which a session is paused, or of a topic."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final

from tuinet.exercises.blank import Blank
from tuinet.exercises.context import mistakes_in_context
from tuinet.exercises.exercise import Exercise
from tuinet.exercises.making import BlankList, calculation_of, result_of
from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import Focus, Numerals, Selection, unit_name
from tuinet.explain.story import explain_phase
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot

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
