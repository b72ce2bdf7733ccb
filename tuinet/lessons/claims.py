"""Checking what a lesson claims: by training its Experiments, and looking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tuinet.config import Experiment
from tuinet.errors import TuinetError
from tuinet.lessons.conditions import Condition
from tuinet.lessons.lesson import Claim, Lesson
from tuinet.lessons.situation import Situation, phase_name
from tuinet.training.commands import Configure
from tuinet.training.session import Session
from tuinet.training.view import View

MOST_EPOCHS: Final = 20_000
"""For how long a claim with `until` trains where it names no epoch."""
_STEP: Final = View(1, 1, step=True)


class _WrongError(Exception):
    """Why a claim is."""


def wrong_claims(lesson: Lesson) -> Iterator[tuple[Claim, str]]:
    """Each claim of a lesson, and why it is wrong: an empty text where it is right."""
    for claim in lesson.claims:
        yield claim, fault_of(claim)


def fault_of(claim: Claim) -> str:
    """Why a claim is wrong; empty where it is right."""
    seeds = claim.seeds or (claim.experiment.seed,)
    faults = {seed: _fault(claim, replace(claim.experiment, seed=seed)) for seed in seeds}
    wrong = {seed: fault for seed, fault in faults.items() if fault}
    if claim.times is not None:
        right = len(seeds) - len(wrong)
        return "" if right == claim.times else f"{claim.holds.source}: with {right} of {len(seeds)} seeds"
    return next((f"seed {seed}: {fault}" for seed, fault in wrong.items()), "")


def _fault(claim: Claim, experiment: Experiment) -> str:
    try:
        session = Session(experiment)
        _train(session, claim, claim.epoch if claim.epoch is not None or not claim.until else MOST_EPOCHS)
        if claim.changes or claim.then is not None:
            if claim.changes:
                session.edit(Configure(claim.changes))
            _train(session, replace(claim, until=None), claim.then)
        _go_to_phase(session, claim.phase)
        _require(claim.holds, session)
    except (TuinetError, _WrongError) as error:
        return str(error)
    return ""


def _train(session: Session, claim: Claim, epoch: int | None) -> None:
    """Train up to an epoch, with a look after every one where that is needed."""
    if epoch is None:
        return
    if claim.until is None and claim.always is None:
        session.advance(max(0, epoch - session.epoch))
        return
    while not _is_over(session, claim, epoch):
        session.advance()


def _is_over(session: Session, claim: Claim, epoch: int) -> bool:
    if claim.always is not None:
        _require(claim.always, session)
    if claim.until is not None and claim.until.holds(_situation(session, claim.until)):
        return True
    if session.epoch < epoch:
        return False
    if claim.until is not None:
        facts = _facts(session, claim.until)
        raise _WrongError(f"{claim.until.source} has not come true by epoch {session.epoch:,}; {facts}")
    return True


def _go_to_phase(session: Session, phase: str) -> None:
    """At least one phase, and at most a whole step."""
    if not phase:
        return
    end = session.step_count + 1
    while session.step_count < end:
        session.step("phase")
        if phase_name(session.snapshot()) == phase:
            return
    raise _WrongError(f"the step has no phase {phase!r}")


def _require(condition: Condition, session: Session) -> None:
    if not condition.holds(_situation(session, condition)):
        raise _WrongError(f"{condition.source} is false at epoch {session.epoch:,}; {_facts(session, condition)}")


def _situation(session: Session, condition: Condition) -> Situation:
    return Situation(session.snapshot(_STEP if condition.needs_step else None))


def _facts(session: Session, condition: Condition) -> str:
    facts = condition.facts(_situation(session, condition))
    said = (f"{name} is {value:.6g}" if type(value) is float else f"{name} is {value}" for name, value in facts.items())
    return ", ".join(said) or "nothing of it is known"
