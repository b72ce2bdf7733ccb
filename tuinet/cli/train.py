"""``tuinet train``: training without a screen; JSON Lines, an outcome, and results as lines for a person."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import click

from tuinet.cli.opening import Opened, open_run, warned
from tuinet.cli.progress import INTERRUPTED, LongWork, interruption
from tuinet.cli.remarks import conclusion, progress_record, remark, remedy_record
from tuinet.experiment.defaults import automatic_values, loss_word
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.fields import described_start, description_record
from tuinet.experiment.presets import default_epochs
from tuinet.observe.finding import OF_A_HIGH_LOSS, Finding
from tuinet.observe.metrics import Metrics
from tuinet.options import Count, GroupedHelp, experiment_options
from tuinet.output import json_line, write_data, write_error, write_lines
from tuinet.progress import Progress, progress_of
from tuinet.session.session import Session
from tuinet.session.stopping import LastFinite, StopConditions, StopReason, Watch, divergence_of
from tuinet.session.watching import Bursts, Stopped
from tuinet.share.options import shared_option, trajectory_options
from tuinet.storage import session_file

Status = Literal["done", "diverged", "interrupted"]
EXIT_STATUS: dict[Status, int] = {"done": 0, "diverged": 1, "interrupted": INTERRUPTED}
BURST_SECONDS = 0.05
"""Seconds of training between two checks of the clock, the conditions and Ctrl+C."""


class Positive(click.FloatRange):
    """A number above 0; not a number is none."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        number = super().convert(value, param, ctx)
        return number if number < math.inf else self.fail(f"{value} is not a number above 0", param, ctx)


POSITIVE = Positive()


@click.command("train", cls=GroupedHelp)
@click.option("--epochs", type=Count(), help="Passes over the training set [default: the dataset's own].")
@click.option("--target-loss", type=POSITIVE, help="Stop when the training loss is as low.")
@click.option("--patience", type=Count(1), help="Early stopping: epochs to wait for a lower test loss.")
@click.option("--seconds", type=POSITIVE, help="Stop after so long.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the complete state to this file at the end.")
@click.option("--load", type=click.Path(path_type=Path), help="Go on from a file that --save wrote.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines to standard output.")
@click.option("--log-every", type=Count(1), default=100, help="Epochs between two JSON records.")
@click.option("--hints/--no-hints", default=True, help="Say what a teacher would point out, and what helps.")
@shared_option
@trajectory_options
@experiment_options
def train_command(
    *,
    epochs: int | None,
    target_loss: float | None,
    patience: int | None,
    seconds: float | None,
    save: Path | None,
    load: Path | None,
    as_json: bool,
    log_every: int,
    hints: bool,
    **fields: Any,
) -> None:
    """Train without a screen, and say how it went; with --from or --at, go there, and on where --epochs says so.

    A run has diverged where its numbers are no longer finite, which ends it, or where at its end the loss is more than
    100 times as large as at the start and as that of answering 0 to everything.

    Exit status: 0 done, 1 the loss diverged, 2 bad usage or input, 130 interrupted (what was trained is saved when
    --save was given).
    """
    begun = time.monotonic()
    opened = warned(open_run(load, fields, math.inf if seconds is None else seconds))
    session = opened.session
    if save:
        session_file.require_writable(save)
    if epochs is None:
        epochs = _usual_epochs(opened, is_bounded=not target_loss is patience is seconds is None)
    if load and not opened.has_moment:
        _say_if_done(session.run.epoch, epochs)
    conditions = StopConditions(epochs, target_loss, patience, seconds)
    log = Log(write_data, log_every) if as_json else None
    if log is None:
        # Where there is no room for it, the summary says so after the training.
        with suppress(OSError):
            write_lines(described_start(session.run.experiment, session.run.dataset))
    stopped = opened.stop.reason if opened.stop else ""
    outcome = train(session, conditions, log, begun=begun, stopped=stopped, hints=hints)
    try:
        if log is None:
            write_lines(summary(session, outcome))
        elif log.fault is not None and not isinstance(log.fault, BrokenPipeError):
            raise log.fault
    finally:
        # Nothing is lost because nobody can be told of it.
        if save:
            session_file.write(save, session.save())
    sys.exit(EXIT_STATUS[outcome.status])


def _say_if_done(done: int, epochs: int) -> None:
    """Say that a run has as many epochs as are wanted, if it has."""
    if 0 < epochs <= done:
        write_error(f"the run has {done:,} epochs, so nothing is trained; --epochs {2 * done} trains on")


def _usual_epochs(opened: Opened, *, is_bounded: bool) -> int:
    run = opened.session.run
    return run.epoch if opened.has_moment and not is_bounded else default_epochs(run.experiment)


@dataclass(frozen=True)
class TrainingOutcome:
    """The end of a run."""

    status: Status
    reason: StopReason | Literal["interrupted"]
    epochs: int
    """Complete epochs; with early stopping, those of the best state, which is the present one."""
    seconds: float
    findings: tuple[Finding, ...] = ()
    """What a teacher would say about the run when it stopped."""
    progress: Progress | None = None
    """Whether it was learning then; ``None`` where that is held back, or where it has got as far as it was to get."""
    divergence: str = ""
    """Why the run counts as diverged; empty where it does not. There is no accuracy then: it would be one by chance."""
    last_finite: LastFinite | None = None
    """Where a run that is not finite any more was so last."""


@dataclass
class Log:
    """Writes JSON Lines, until the output is closed or full."""

    write: Callable[[str], None]
    every: int
    """Epochs between two records."""
    fault: OSError | None = None
    """The error that ended the writing; ``None`` before that."""

    def record(self, kind: str, **values: object) -> None:
        """Write one line."""
        try:
            if self.fault is None:
                self.write(json_line(kind, **values))
        except OSError as error:
            # Whoever read has gone, or the disk is full: the training goes on, and is saved.
            self.fault = error


def train(
    session: Session,
    conditions: StopConditions,
    log: Log | None = None,
    *,
    begun: float | None = None,
    stopped: Stopped = "",
    hints: bool = True,
) -> TrainingOutcome:
    """Train a session and report on the way.

    Parameters
    ----------
    log
        Takes a ``start`` record with the whole Experiment, ``epoch`` records and an ``end`` record.
    begun
        When the work began, by the monotonic clock; ``None`` for now.
    stopped
        Why it was stopped on its way here, so that nothing is left to train; empty where it was not.
    hints
        Whether the outcome has what a teacher would say.
    """
    start = time.monotonic() if begun is None else begun
    watch = Watch(session, conditions)
    if log:
        log.record(
            "start",
            experiment=session.run.experiment.to_dict(),
            layer_sizes=session.run.parameters.layer_sizes,
            data=description_record(session.run.dataset),
            auto=automatic_values(session.run.experiment, session.run.dataset),
        )
    if stopped:
        reason: StopReason | None = "seconds" if stopped == "seconds" else None
    else:
        with interruption() as is_interrupted:
            left = math.inf if conditions.seconds is None else start + conditions.seconds - time.monotonic()
            work = LongWork(is_interrupted, left)
            try:
                reason = _train(session, watch, work, log, start)
            finally:
                work.close()
    outcome = _outcome(session, watch, reason, start, hints=hints)
    if log:
        _log_end(log, session, outcome)
    return outcome


def _outcome(
    session: Session, watch: Watch, reason: StopReason | None, start: float, *, hints: bool
) -> TrainingOutcome:
    """Go to the end of the run, and say how it is there."""
    last_finite = watch.go_to_divergence()
    snapshot = session.snapshot()
    findings, progress = (snapshot.findings, progress_of(snapshot)) if hints else ((), None)
    if reason == "target_loss":
        findings = tuple(finding for finding in findings if finding.kind not in OF_A_HIGH_LOSS)
        progress = None
    watch.return_to_best()
    return TrainingOutcome(
        status="interrupted" if reason is None else "diverged" if reason == "diverged" else "done",
        reason=reason or "interrupted",
        epochs=session.run.epoch,
        seconds=time.monotonic() - start,
        findings=findings,
        progress=progress,
        divergence=divergence_of(session),
        last_finite=last_finite,
    )


def _train(session: Session, watch: Watch, work: LongWork, log: Log | None, start: float) -> StopReason | None:
    """Train until there is a reason to stop, or ``None`` for an interruption."""
    bursts = Bursts(BURST_SECONDS)
    while not work.is_interrupted():
        reason = watch.reason(time.monotonic() - start)
        if reason:
            return reason
        steps = int(min(bursts.size, watch.steps_left(), _steps_to_look(session, watch, log)))
        with bursts.timed(steps):
            session.advance_steps(steps)
        if math.isfinite(watch.steps_left()):
            work.note(session.run.step_count, session.run.step_count + int(watch.steps_left()))
        if log and session.run.batch == 0 and session.run.epoch % log.every == 0:
            _log_epoch(log, session)
    return None


def _steps_to_look(session: Session, watch: Watch, log: Log | None) -> float:
    """Steps to the next epoch that is logged or judged."""
    every = 1 if watch.every_epoch else log.every if log else None
    if every is None:
        return math.inf
    return session.steps_to((session.run.epoch // every + 1) * every)


def _log_epoch(log: Log, session: Session) -> None:
    metrics, test, is_sound = session.metrics(), session.test_metrics(), not divergence_of(session)
    values: dict[str, float | None] = {
        "loss": metrics.loss,
        "penalty": session.run.penalty,
        "objective": metrics.loss + session.run.penalty,
    }
    if is_sound:
        values |= {"accuracy": metrics.accuracy, "r2": metrics.r2}
    if test is not None:
        values |= {"test_loss": test.loss}
        values |= {"test_accuracy": test.accuracy, "test_r2": test.r2} if is_sound else {}
    log.record("epoch", epoch=session.run.epoch, **{key: value for key, value in values.items() if value is not None})


def _log_end(log: Log, session: Session, outcome: TrainingOutcome) -> None:
    metrics, test = session.metrics(), session.test_metrics()
    log.record(
        "end",
        status=outcome.status,
        reason=outcome.reason,
        epochs=outcome.epochs,
        loss=metrics.loss,
        accuracy=None if outcome.divergence else metrics.accuracy,
        seconds=outcome.seconds,
        train={**_values(metrics, outcome), "penalty": session.run.penalty},
        test=None if test is None else _values(test, outcome),
        findings=[remark(finding, session.run.experiment) for finding in outcome.findings],
        progress=None if outcome.progress is None else progress_record(outcome.progress, outcome.findings),
        remedies=[remedy_record(finding, session.run.experiment) for finding in outcome.findings],
        divergence=outcome.divergence or None,
        last_finite=None if outcome.last_finite is None else asdict(outcome.last_finite),
    )


def _values(metrics: Metrics, outcome: TrainingOutcome) -> dict[str, Any]:
    """The metrics of a set; of a run that has diverged its loss alone."""
    return {"loss": metrics.loss, "samples": metrics.samples} if outcome.divergence else metrics.to_dict()


_REASONS = {
    "epochs": "done",
    "target_loss": "reached the target loss",
    "patience": "stopped early, back at the best epoch",
    "seconds": "out of time",
    "diverged": "diverged",
    "interrupted": "interrupted",
}


def summary(session: Session, outcome: TrainingOutcome) -> list[str]:
    """A run's end in one line; with a test set there is another for each set of samples. Each finding has its own."""
    sizes, experiment = "-".join(map(str, session.run.parameters.layer_sizes)), session.run.experiment
    start = f"{_REASONS[outcome.reason]}{_when(session, outcome)}: {session.run.dataset.name} {sizes}"
    start += f", {outcome.epochs:,} epoch{'s' * (outcome.epochs != 1)} in {outcome.seconds:.2f} s"
    findings = [f"  {words}" for words in _remarks(outcome, experiment)]
    test, has_diverged = session.test_metrics(), bool(outcome.divergence)
    if outcome.last_finite is not None:
        last = outcome.last_finite
        return [f"{start}, last finite loss {last.loss:.6g} after step {last.step:,}", *findings]
    train = measured(session.metrics(), experiment, has_diverged=has_diverged)
    if test is None:
        return [f"{start}, {train}", *findings]
    tested = measured(test, experiment, has_diverged=has_diverged)
    return [start, f"  train: {train}", f"  test:  {tested}", *findings]


def _remarks(outcome: TrainingOutcome, experiment: Experiment) -> list[str]:
    if outcome.progress is None:
        return [remark(finding, experiment) for finding in outcome.findings]
    return conclusion(outcome.findings, outcome.progress, experiment)


def _when(session: Session, outcome: TrainingOutcome) -> str:
    """The step and the epoch in which a run ceased to be finite; nothing for one that has not."""
    if outcome.last_finite is None:
        return ""
    return f" at step {session.run.step_count:,}, in epoch {outcome.last_finite.epoch + 1:,}"


def measured(metrics: Metrics, experiment: Experiment, *, has_diverged: bool = False) -> str:
    """The metrics of one set of samples in a few words; a sum says over how many samples, which differ by set.

    Balanced accuracy and F1 are left out where all samples are right, and all but the loss where a run has diverged.

    Parameters
    ----------
    experiment
        That decides what kind of number the loss is.
    """
    over = f" over {metrics.of or metrics.samples:,} samples" if experiment.reduction == "sum" else ""
    loss = f"{loss_word(experiment)} {metrics.loss:.6g}{over}"
    if has_diverged:
        return loss
    if metrics.accuracy is None:
        r2 = "undefined" if metrics.r2 is None or math.isnan(metrics.r2) else f"{metrics.r2:.4f}"
        return f"{loss}, R² {r2}, RMSE {metrics.rmse_text}"
    right = f"({metrics.correct}/{metrics.samples})"
    if metrics.label_accuracy is not None:
        parts = f"per label {metrics.label_accuracy:.4g}, macro F1 {metrics.macro_f1:.3g}"
        return f"{loss}, accuracy {metrics.accuracy:.4g} {right} with all labels right, {parts}"
    if metrics.correct == metrics.samples:
        return f"{loss}, accuracy {metrics.accuracy:.4g} {right}"
    parts = f"balanced {metrics.balanced_accuracy:.3g}, macro F1 {metrics.macro_f1:.3g}"
    return f"{loss}, accuracy {metrics.accuracy:.4g} {right}, {parts}"
