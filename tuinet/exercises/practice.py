"""Practice: going through the blanks of an exercise, with a hint, a second hint and then the equation in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tuinet.exercises.blank import Blank
from tuinet.exercises.checking import Verdict, check
from tuinet.exercises.exercise import Exercise
from tuinet.exercises.kinds import UNREADABLE
from tuinet.explain.explanation import AnyLine, Remark

TRIES = 3
"""After so many wrong answers the equation is shown."""


@dataclass
class Tally:
    """How the answers were."""

    at_once: int = 0
    helped: int = 0
    """Right after a wrong answer or a hint."""
    shown: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)
    """How often each kind was made."""

    @property
    def total(self) -> int:
        """The number of blanks that are done."""
        return self.at_once + self.helped + self.shown

    def sentences(self) -> Iterable[str]:
        """What there is to say at the end."""
        if not self.total:
            yield "No number was asked to the end."
            return
        right = f"{self.at_once} of {self.total} right at once"
        yield f"{right}, {self.helped} with help, {self.shown} shown."
        if self.mistakes:
            yield f"Mistakes: {', '.join(f'{kind} {count}' for kind, count in self.mistakes.most_common())}."


class Practice:
    """An exercise as far as it is done.

    Parameters
    ----------
    tally
        That goes on from exercise to exercise.
    """

    def __init__(self, exercise: Exercise, tally: Tally | None = None) -> None:
        self.exercise = exercise
        self.tally = tally or Tally()
        self.filled = 0
        """Blanks that are done."""
        self.answers: dict[str, float] = {}
        """The numbers to go on with, by the names of their blanks."""
        self.hints = 0
        """Hints to the present blank, and wrong answers."""
        self.is_flawless = True
        """Whether no blank so far needed help."""

    @property
    def blank(self) -> Blank | None:
        """The one to be filled in next; ``None`` at the end."""
        blanks = self.exercise.blanks
        return blanks[self.filled] if self.filled < len(blanks) else None

    def lines(self) -> tuple[AnyLine, ...]:
        """All lines; the next blank shows the numbers of its calculation after two hints."""
        return self.exercise.lines(self.filled, with_numbers=self.hints >= TRIES - 1)

    def answer(self, text: str) -> tuple[Verdict, tuple[AnyLine, ...]]:
        """Judge an answer: what there is to say, and lines that help.

        A right one, and the last of several wrong ones, leads on to the next blank.
        """
        blank = self._present()
        verdict = check(blank, text, self.answers)
        if verdict.is_right:
            self.tally.helped += bool(self.hints)
            self.tally.at_once += not self.hints
            self._go_on(blank, blank.value if verdict.value is None else verdict.value)
            return verdict, (blank.line,)
        if verdict.kind == UNREADABLE:
            return verdict, (Remark(verdict.hint),)
        self.tally.mistakes[verdict.kind] += 1
        return verdict, ((Remark(verdict.hint), *self.help()) if not self.hints else self.help())

    def help(self) -> tuple[AnyLine, ...]:
        """The next hint: the formula, then its numbers, then the equation in full, which leads on."""
        blank = self._present()
        self.hints += 1
        self.is_flawless = False
        if self.hints < TRIES:
            return (blank.hidden(with_numbers=self.hints > 1),)
        self.tally.shown += 1
        self._go_on(blank, blank.value)
        return (blank.line,)

    def _present(self) -> Blank:
        if self.blank is None:
            raise ValueError("all blanks are filled in")
        return self.blank

    def _go_on(self, blank: Blank, value: float) -> None:
        self.answers[blank.name] = value
        self.filled += 1
        self.hints = 0
