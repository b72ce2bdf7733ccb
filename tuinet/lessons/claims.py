"""Which lessons there are, and checking what they claim: by training their Experiments, and looking.

Claims about the same run are checked along one training of it: each says where it has to look next, and whoever has
to look first is served first. Those about many seeds are checked with a stack of networks: see `tuinet.lessons.seeds`.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from pathlib import Path
from typing import Final

import numpy as np

from tuinet.errors import LessonError, TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.lessons.conditions import Condition
from tuinet.lessons.lesson import Changes, Claim, Heading, Lesson
from tuinet.lessons.reader import read_heading, read_lesson
from tuinet.lessons.seeds import faults_by_seed, interval_fault, is_about_a_stack
from tuinet.lessons.situation import Situation, phase_name
from tuinet.names import canonical, did_you_mean, folded
from tuinet.nn.initializers import INITIALIZERS
from tuinet.observe.view import View
from tuinet.session.edits import Configure
from tuinet.session.session import Session

MOST_EPOCHS: Final = 20_000
"""For how long a claim with `until` trains where it names no epoch."""
_STEP: Final = View(1, 1, step=True)
_Place = tuple[int, int]
"""An epoch, and how many phases of the step that follows are complete."""


class _WrongError(Exception):
    """Why a claim is."""


class _Run:
    """A session on its way, with what it looks like now: claims at the same place look at the same snapshot."""

    def __init__(self, experiment: Experiment, nudge: float) -> None:
        self.session = Session(experiment)
        parameters = self.session.run.parameters.vector
        parameters *= 1 + nudge * np.random.default_rng(0).choice([-1, 1], parameters.shape)
        self._place: _Place = (0, 0)
        self._situations: dict[bool, Situation] = {}

    def go_to(self, place: _Place) -> None:
        """Forward to a place; phases come one by one."""
        if place == self._place:
            return
        epoch, phases = place
        if phases:
            self.session.step("phase")
        else:
            self.session.advance(max(0, epoch - self.session.run.epoch))
        self._place = place
        self._situations.clear()

    def change(self, changes: Changes) -> None:
        """Train something else from here on, which may begin anew."""
        self.session.edit(Configure(changes))
        self._place = (self.session.run.epoch, 0)
        self._situations.clear()

    def situation(self, condition: Condition) -> Situation:
        """What a condition is about."""
        needs_step = condition.needs_step
        if needs_step not in self._situations:
            self._situations[needs_step] = Situation(self.session.snapshot(_STEP if needs_step else None))
        return self._situations[needs_step]


NUDGE: Final = 1e-9
"""By what share of themselves the initial weights are changed to see whether a claim hangs on their last digits."""


def check_stability(claims: Sequence[Claim]) -> Iterator[tuple[Claim, str]]:
    """The same as `check_claims` from a start that is a little different: a claim that is right there, too, will last.

    A chaotic run comes to something else with every change of its last digits. Weights that are not drawn are left as
    they are, since their very numbers are what such claims are about.
    """
    drawn = [claim for claim in claims if _is_drawn(claim.experiment)]
    yield from ((claim, "") for claim in claims if claim not in drawn)
    for claim, fault in check_claims(drawn, NUDGE):
        yield claim, f"not so if the initial weights differ by {NUDGE:g} of themselves: {fault}" if fault else ""


def _is_drawn(experiment: Experiment) -> bool:
    return INITIALIZERS[experiment.initializer].is_random and not experiment.weights


def check_claims(claims: Sequence[Claim], nudge: float = 0.0) -> Iterator[tuple[Claim, str]]:
    """Each claim, as soon as it is checked, and why it is wrong: an empty text where it is right.

    Parameters
    ----------
    nudge
        A share of themselves by which the initial weights are larger or smaller, each at random.
    """
    stacked = {number: claim for number, claim in enumerate(claims) if is_about_a_stack(claim)}
    for number, found in faults_by_seed(stacked, nudge):
        yield claims[number], _verdict(claims[number], found)
    single = {number: claim for number, claim in enumerate(claims) if number not in stacked}
    faults: dict[int, dict[int, str]] = {number: {} for number in single}
    for experiment, numbers in _runs(single):
        for number, fault in _faults(experiment, {number: claims[number] for number in numbers}, nudge).items():
            faults[number][experiment.seed] = fault
            if faults[number].keys() == set(_seeds(claims[number])):
                yield claims[number], _verdict(claims[number], faults[number])


def _runs(claims: Mapping[int, Claim]) -> Iterator[tuple[Experiment, list[int]]]:
    """What to train, and the numbers of the claims that are about it; one that changes its run has it for itself."""
    runs: dict[tuple[Experiment, int | None], list[int]] = defaultdict(list)
    for number, claim in claims.items():
        for seed in dict.fromkeys(_seeds(claim)):
            runs[replace(claim.experiment, seed=seed), number if claim.changes else None].append(number)
    for (experiment, _), numbers in runs.items():
        yield experiment, numbers


def _seeds(claim: Claim) -> tuple[int, ...]:
    return claim.seeds or (claim.experiment.seed,)


def _verdict(claim: Claim, faults: Mapping[int, str]) -> str:
    wrong = {seed: faults[seed] for seed in _seeds(claim) if faults[seed]}
    if claim.times is not None:
        right = len(_seeds(claim)) - len(wrong)
        if right == claim.times:
            return interval_fault(claim)
        return f"{claim.holds.source}: with {right} of {len(_seeds(claim))} seeds"
    return next((f"seed {seed}: {fault}" for seed, fault in wrong.items()), "")


def _faults(experiment: Experiment, claims: Mapping[int, Claim], nudge: float) -> dict[int, str]:
    """Why each claim is wrong about one run; empty where it is right."""
    try:
        run = _Run(experiment, nudge)
    except TuinetError as error:
        return dict.fromkeys(claims, str(error))
    faults: dict[int, str] = {}
    looks = {number: _looks(claim, run) for number, claim in claims.items()}
    waiting: list[tuple[_Place, int]] = [((0, 0), number) for number in sorted(claims)]
    while waiting:
        place, number = heappop(waiting)
        try:
            run.go_to(place)
            heappush(waiting, (next(looks[number]), number))
        except StopIteration:
            faults[number] = ""
        except (TuinetError, _WrongError) as error:
            faults[number] = str(error)
    return faults


def _looks(claim: Claim, run: _Run) -> Iterator[_Place]:
    """Where a claim has to look next; the run has to be there when it is asked for more."""
    yield from _train(run, claim, claim.epoch if claim.epoch is not None or not claim.until else MOST_EPOCHS)
    if claim.changes:
        run.change(claim.changes)
    yield from _train(run, replace(claim, until=None), claim.then)
    yield from _go_to_phase(run, claim.phase)
    _require(claim.holds, run)


def _train(run: _Run, claim: Claim, epoch: int | None) -> Iterator[_Place]:
    """Train up to an epoch, with a look after every one where that is needed."""
    if epoch is None:
        return
    if claim.until is None and claim.always is None:
        yield max(epoch, run.session.run.epoch), 0
        return
    while not _is_over(run, claim, epoch):
        yield run.session.run.epoch + 1, 0


def _is_over(run: _Run, claim: Claim, epoch: int) -> bool:
    if claim.always is not None:
        _require(claim.always, run)
    if claim.until is not None and claim.until.holds(run.situation(claim.until)):
        return True
    if run.session.run.epoch < epoch:
        return False
    if claim.until is not None:
        facts = claim.until.facts_text(run.situation(claim.until))
        raise _WrongError(f"{claim.until.source} has not come true by epoch {run.session.run.epoch:,}; {facts}")
    return True


def _go_to_phase(run: _Run, phase: str) -> Iterator[_Place]:
    """At least one phase, and at most a whole step."""
    if not phase:
        return
    epoch, end = run.session.run.epoch, run.session.run.step_count + 1
    phases = 0
    while run.session.run.step_count < end:
        phases += 1
        yield epoch, phases
        if phase_name(run.session.snapshot()) == phase:
            return
    raise _WrongError(f"the step has no phase {phase!r}")


def _require(condition: Condition, run: _Run) -> None:
    if fault := condition.fault(run.situation(condition)):
        raise _WrongError(fault)


def bundled_folder() -> Path:
    """Where the lessons that come with tuinet are."""
    return Path(__file__).resolve().parent / "texts"


def user_folder() -> Path:
    """Where users keep lessons of their own."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only who looks at lessons pays for it

    return user_config_path("tuinet", appauthor=False) / "lessons"


def lesson_paths() -> list[Path]:
    """All lessons, tuinet's own first; the first is number 1."""
    return [path for folder in (bundled_folder(), user_folder()) for path in sorted(folder.glob("*.md"))]


def headings() -> tuple[list[Heading], list[LessonError]]:
    """The lessons that can be chosen, and an error for each file that is none."""
    found: list[Heading] = []
    faults: list[LessonError] = []
    for path in lesson_paths():
        try:
            found.append(read_heading(path))
        except LessonError as error:
            faults.append(error)
    return found, faults


_NUMBER: Final = re.compile(r"[0-9]{1,6}")


def find_lesson(wanted: str) -> Lesson:
    """The lesson of this number in the list, of this name or the only one with this part of one, or in this file.

    Raises
    ------
    LessonError
        If there is none, or several, or it cannot be used.
    """
    found, _ = headings()
    names = [heading.name for heading in found]
    number = int(wanted) if _NUMBER.fullmatch(wanted) else 0
    if 1 <= number <= len(found):
        return read_lesson(found[number - 1].path)
    meant = canonical(wanted, names)
    path = next((heading.path for heading in found if meant in (heading.name, heading.path.stem)), Path(wanted))
    if path.suffix == ".md" or os.path.isfile(path):
        return read_lesson(path)
    partly = [heading for heading in found if _has_part(heading, wanted)]
    if len(partly) == 1:
        return read_lesson(partly[0].path)
    if partly:
        raise LessonError(f"{wanted!r} could be {' or '.join(heading.name for heading in partly)}")
    known = f"there are 1 to {len(found)} ({', '.join(names)}), or a file"
    raise LessonError(f"there is no lesson {wanted!r}; {known}{did_you_mean(wanted, names)}")


def _has_part(heading: Heading, wanted: str) -> bool:
    """Whether the name or the title has this in it; a number only as a whole word."""
    part = folded(wanted)
    if part.isdigit():
        return part in heading.name.split("-")
    return bool(part) and any(part in folded(text) for text in (heading.name, heading.title))


def lesson_after(lesson: Heading) -> Heading | None:
    """The one that follows in the list; ``None`` behind the last one of its folder."""
    there = [heading for heading in headings()[0] if heading.path.parent == lesson.path.resolve().parent]
    paths = [heading.path.resolve() for heading in there]
    place = paths.index(lesson.path.resolve()) + 1 if lesson.path.resolve() in paths else len(there)
    return there[place] if place < len(there) else None
