"""Working: how far a student has come in an exercise, whichever screen or terminal asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from tuinet.exercises.checking import Verdict, check
from tuinet.exercises.exercise import Blank, Exercise
from tuinet.exercises.kinds import UNREADABLE
from tuinet.explain.explanation import AnyLine

_HINTED: Final = 2
"""Wrong answers to a blank after which a hint is given, and the numbers of its calculation are shown."""
_TOLD: Final = 3
"""Those after which its line is told."""
Tone = Literal["right", "wrong", "plain"]


@dataclass(frozen=True)
class Working:
    """An exercise, the answers to its first blanks, and what is said of the last answer.

    A wrong answer is followed by what is wrong with it; a second one by a hint as well; after a third the line is told,
    and the next blank asked. To answer nothing goes one step further on this way.
    """

    exercise: Exercise
    filled: int = 0
    """Blanks that are filled in, whoever has found the number."""
    found: int = 0
    """Those that the student has found."""
    alone: int = 0
    """Those that were found at once."""
    attempts: int = 0
    """Answers to the present blank, all of them wrong."""
    words: str = ""
    """What there is to say of the last answer."""
    hint: str = ""
    tone: Tone = "plain"
    answers: Mapping[str, float] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()
    """The kinds of the wrong answers, in order."""

    @property
    def blank(self) -> Blank | None:
        """The blank that is asked; ``None`` where all are filled in."""
        blanks = self.exercise.blanks
        return blanks[self.filled] if self.filled < len(blanks) else None

    @property
    def is_done(self) -> bool:
        """Whether all blanks are filled in."""
        return self.blank is None

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        """The lines of the exercise as they are seen now."""
        shows_numbers = self.attempts >= _HINTED or (self.blank is not None and self.blank.given is None)
        return self.exercise.lines(self.filled, with_numbers=shows_numbers)

    @property
    def total(self) -> str:
        """What came of it, as in ``4 of 5 found, 3 at once``."""
        count = len(self.exercise.blanks)
        if not count:
            return "nothing to be found here"
        return f"{self.found} of {count} found, {self.alone} at once"

    def answered(self, text: str) -> Working:
        """After an answer as it was typed; an empty one asks for help."""
        blank = self.blank
        if blank is None:
            return self
        if not text.strip():
            return self._helped(blank)
        verdict = check(blank, text, self.answers)
        if verdict.is_right:
            return self._gone_on(blank, verdict.words, found=True)
        if verdict.kind == UNREADABLE:
            # What cannot be read is no attempt.
            return replace(self, words=verdict.words, hint=verdict.hint, tone="wrong")
        return self._wrong(blank, verdict)

    def _wrong(self, blank: Blank, verdict: Verdict) -> Working:
        attempts, now = self.attempts + 1, replace(self, mistakes=(*self.mistakes, verdict.kind))
        if attempts >= _TOLD:
            return now._gone_on(blank, f"{verdict.words} {_told(blank)}", found=False)
        hint = verdict.hint if attempts >= _HINTED else ""
        return replace(now, attempts=attempts, words=verdict.words, hint=hint, tone="wrong")

    def _helped(self, blank: Blank) -> Working:
        attempts = max(self.attempts + 1, _HINTED)
        if attempts >= _TOLD:
            return self._gone_on(blank, _told(blank), found=False)
        words = f"The formula is {blank.formula}: put the numbers in." if blank.line.symbols else ""
        return replace(self, attempts=attempts, words=words, hint="", tone="plain")

    def _gone_on(self, blank: Blank, words: str, *, found: bool) -> Working:
        return replace(
            self,
            filled=self.filled + 1,
            found=self.found + found,
            alone=self.alone + (found and not self.attempts),
            attempts=0,
            words=words,
            hint="",
            tone="right" if found else "plain",
            answers={**self.answers, blank.name: blank.value},
        )


def _told(blank: Blank) -> str:
    sides = " = ".join((blank.line.left, *blank.line.sides))
    return f"The solution: {sides}."
