"""A Lesson: steps, each with what it sets up, asks, waits for and claims; a LessonPlayer: where one is in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal

from tuinet.experiment.experiment import Experiment
from tuinet.lessons.conditions import Condition
from tuinet.lessons.situation import Situation
from tuinet.session.commands import Command, Pause, PauseAt, Resume, SetSpeed, SetUp
from tuinet.session.edits import Configure

PANELS: Final = (
    *("map", "loss", "weights", "gradients", "network", "hidden-space", "flow", "confusion", "samples"),
    *("ask", "starts", "landscape"),
)
"""What a step can show, in the order of the dashboard's panels: nine that have digits as keys, and others."""

Changes = tuple[tuple[str, Any], ...]
"""Fields of the Experiment and their new values."""
Speed = float | None | Literal["as before"]
"""Epochs per second, ``None`` for as fast as the machine can."""


@dataclass(frozen=True)
class Prediction:
    """A question that comes before anything is shown."""

    question: str
    choices: tuple[str, ...]
    answer: int | None
    """The right one, counted from 1; ``None`` where there is no right one."""
    because: str
    show: tuple[str, ...] = ()
    """Panels beside the text until it is answered, and no others; empty where those of the step say nothing of it."""
    metrics: bool = True
    """Whether loss and accuracy are shown before it is answered."""


@dataclass(frozen=True)
class Claim:
    """Something that a lesson says about a run, so that the computer can check it."""

    says: str
    """The words of the lesson."""
    holds: Condition
    experiment: Experiment
    epoch: int | None = None
    """For how many epochs to train; ``None`` for as many as `until` needs."""
    until: Condition | None = None
    always: Condition | None = None
    changes: Changes = ()
    then: int | None = None
    """The epoch up to which the training goes on after the changes."""
    phase: str = ""
    """The phase after which everything has to hold; empty for the end of an epoch."""
    seeds: tuple[int, ...] = ()
    """With which to try; empty for the Experiment's own."""
    times: int | None = None
    """With how many of them it holds; ``None`` for all."""
    interval: tuple[float, float] | None = None
    """Where that share may well be, for all seeds: the 95% interval of Wilson, in percent."""
    line: int = 0


@dataclass(frozen=True)
class LessonStep:
    """One page of a lesson."""

    title: str
    text: str
    """Markdown."""
    experiment: Experiment | None = None
    """What a new run begins with; ``None`` where the run of the step before goes on."""
    changes: Changes = ()
    present: Experiment = field(default_factory=Experiment)
    """What is trained in this step: its own Experiment or that of the step before, with all changes."""
    run: bool | None = None
    """Whether it trains; ``None`` where that stays as it is."""
    speed: Speed = "as before"
    pause_at: int | None = None
    show: tuple[str, ...] = ()
    """Panels beside the text, the most important first; empty for those of the step before."""
    do: str = ""
    wait: Condition | None = None
    wait_for: str = ""
    keys: tuple[str, ...] = ()
    hints: bool = False
    """Whether what a teacher would point out is shown meanwhile."""
    prediction: Prediction | None = None
    claims: tuple[Claim, ...] = ()
    line: int = 0

    @property
    def goes_on(self) -> bool:
        """Whether the run of the step before goes on as it did, up to where it was to pause."""
        return self.experiment is None and not self.changes and self.run is None and self.pause_at is None


@dataclass(frozen=True)
class Heading:
    """What a lesson says about itself."""

    name: str
    title: str
    summary: str
    minutes: int
    path: Path


@dataclass(frozen=True)
class Lesson(Heading):
    """A text with live networks beside it."""

    steps: tuple[LessonStep, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Of all steps."""
        return tuple(claim for step in self.steps for claim in step.claims)


_NUMBERS = count(1)


@dataclass(frozen=True)
class Page:
    """A step of a lesson, and what the learner has done in it."""

    lesson: Lesson
    index: int = 0
    answer: int | None = None
    """What was predicted, counted from 1; ``None`` while nothing was."""
    is_done: bool = False
    """Whether what the step waits for has come true."""
    insisted: bool = False
    """Whether it was asked to go on although the step still waits."""
    following: Heading | None = None
    """The lesson that comes after this one, if one does."""
    led_by: str = ""
    """Who or what leads on in place of a key, as it is said; empty where the reader does."""
    holds_back: bool = False
    """Whether what would tell the answer waits for others who are still to answer."""

    @property
    def step(self) -> LessonStep:
        """The step itself."""
        return self.lesson.steps[self.index]

    @property
    def asks(self) -> bool:
        """Whether the question is still to be answered."""
        return self.step.prediction is not None and self.answer is None

    @property
    def waits(self) -> bool:
        """Whether something has yet to come true."""
        return self.step.wait is not None and not self.is_done

    @property
    def explains(self) -> bool:
        """Whether it is time for the explanation of the answer."""
        return self.step.prediction is not None and not self.asks and not self.waits

    @property
    def is_last(self) -> bool:
        """Whether no step comes after it."""
        return self.index == len(self.lesson.steps) - 1

    @property
    def leads_to(self) -> str | None:
        """The title of the lesson that the last step leads to; ``None`` before it, and where none follows."""
        return self.following.title if self.is_last and self.following is not None else None

    @property
    def is_over(self) -> bool:
        """Whether to go on is to go to the lesson that follows."""
        return self.leads_to is not None and (self.insisted or not (self.asks or self.waits))

    @property
    def _is_open(self) -> bool:
        return self.asks or self.holds_back

    @property
    def withholds_panels(self) -> bool:
        """Whether all panels but those shown wait for the answer."""
        return self._is_open and self.step.prediction is not None and bool(self.step.prediction.show)

    @property
    def withholds_metrics(self) -> bool:
        """Whether loss and accuracy wait for the answer."""
        return self._is_open and self.step.prediction is not None and not self.step.prediction.metrics

    @property
    def panels(self) -> tuple[str, ...]:
        """What is shown beside the text, by the words of lessons."""
        if self.withholds_panels and self.step.prediction is not None:
            return self.step.prediction.show
        shown = (step.show for step in reversed(self.lesson.steps[: self.index + 1]) if step.show)
        return next(shown, PANELS[:2])


class LessonPlayer:
    """Turns the pages of a lesson from the first; every method that has something done returns the commands for it."""

    def __init__(self, lesson: Lesson, following: Heading | None = None) -> None:
        self.page = Page(lesson, following=following)
        self._run = 0

    def begin(self) -> list[Command]:
        """Set the present step up."""
        step = self.page.step
        # What has been reached already would pause a run at once that somebody lets go on.
        pauses = [] if step.goes_on else [PauseAt(step.pause_at)]
        return [*self._set_up(step), *pauses, *self._then(step)]

    def answer(self, choice: int) -> list[Command]:
        """Predict; nothing happens where there is no such choice, or nothing is asked."""
        prediction = self.page.step.prediction
        if prediction is None or not self.page.asks or choice > len(prediction.choices):
            return []
        self.page = replace(self.page, answer=choice, insisted=False)
        return [Resume()] if self.page.step.run else []

    def note(self, situation: Situation, run: int) -> None:
        """Look whether what the step waits for is true.

        Parameters
        ----------
        run
            Number of the last run that was set up, as the frame has it: one of an earlier step is not meant.
        """
        wait = self.page.step.wait
        if wait is not None and self.page.waits and not self.page.asks and run == self._run:
            is_done = wait.holds(situation)
            self.page = replace(self.page, is_done=is_done, insisted=self.page.insisted and not is_done)

    def turn_on(self) -> list[Command]:
        """Go to the next step; where this one still asks or waits, only when that is wanted twice."""
        page = self.page
        if page.is_last and (page.is_over or page.leads_to is None):
            return []
        if (page.asks or page.waits) and not page.insisted:
            self.page = replace(page, insisted=True)
            return []
        self.page = self._page(page.index + 1)
        return self.begin()

    def begin_again(self) -> list[Command]:
        """Set the present step up with the Experiment that it had, as if one had just come to it."""
        self.page = self._page(self.page.index)
        steps = self.page.lesson.steps[: self.page.index + 1]
        pause_at = next((step.pause_at for step in reversed(steps) if not step.goes_on), None)
        return [self._new_run(self.page.step), PauseAt(pause_at), *self._then(self.page.step)]

    def turn_back(self) -> list[Command]:
        """Go to the step before, with the Experiment that it had."""
        left, index = self.page.step, self.page.index - 1
        if index < 0:
            return []
        self.page = self._page(index)
        if self.page.step.experiment is None and (left.experiment is not None or left.changes):
            return self.begin_again()
        return self.begin()

    def _page(self, index: int) -> Page:
        return Page(self.page.lesson, index, following=self.page.following)

    def _set_up(self, step: LessonStep) -> list[Command]:
        if step.experiment is None:
            return [Configure(step.changes)] if step.changes else []
        return [self._new_run(step)]

    def _new_run(self, step: LessonStep) -> Command:
        self._run = next(_NUMBERS)
        return SetUp(step.present, self._run)

    def _then(self, step: LessonStep) -> list[Command]:
        commands: list[Command] = []
        if step.speed != "as before":
            commands.append(SetSpeed(step.speed))
        if self.page.asks:
            commands.append(Pause())
        elif step.run is not None:
            commands.append(Resume() if step.run else Pause())
        return commands
