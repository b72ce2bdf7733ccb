"""Training without a screen: epochs, a progress bar, JSON Lines, a summary."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import click

from tuinet.training.session import Session

Status = Literal["done", "diverged", "interrupted"]
EXIT_STATUS: dict[Status, int] = {"done": 0, "diverged": 1, "interrupted": 130}

_CHUNKS = 200
"""Parts into which a run is cut, so that the progress bar moves and Ctrl+C is heard."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended; `asdict` of it is the ``end`` record of the JSON Lines."""

    status: Status
    epochs: int
    """Complete epochs."""
    loss: float
    """Mean over the training set; not finite when the run diverged."""
    accuracy: float
    """Share of the training set that is right."""
    seconds: float


def train(session: Session, epochs: int, log: Callable[[str], None] | None, log_every: int) -> Outcome:
    """Train a session and report on the way.

    Parameters
    ----------
    session
        Trained in place.
    epochs
        Where to stop, counted from the session's beginning.
    log
        Takes JSON Lines: a ``start`` record with the whole Experiment, an ``epoch`` record every `log_every` epochs
        and an ``end`` record. ``None`` for no records.
    log_every
        Epochs between two records.
    """
    start = time.monotonic()
    _log(log, "start", experiment=session.experiment.to_dict())
    try:
        _advance(session, epochs, log, log_every)
        interrupted = False
    except KeyboardInterrupt:
        interrupted = True
    outcome = _outcome(session, time.monotonic() - start, interrupted)
    _log(log, "end", **asdict(outcome))
    return outcome


def _advance(session: Session, epochs: int, log: Callable[[str], None] | None, log_every: int) -> None:
    chunk = log_every if log else max(1, epochs // _CHUNKS)
    with _progress(epochs) as bar:
        while session.epoch < epochs:
            count = min(chunk, epochs - session.epoch)
            session.advance(count)
            bar.update(count)
            loss = _log_epoch(session, log)
            if not math.isfinite(loss):
                return


def _progress(epochs: int) -> Any:
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=epochs, label="training", file=sys.stderr, hidden=hidden)


def _log_epoch(session: Session, log: Callable[[str], None] | None) -> float:
    metrics = session.metrics()
    _log(log, "epoch", epoch=session.epoch, loss=metrics.loss, accuracy=metrics.accuracy)
    return metrics.loss


def _outcome(session: Session, seconds: float, interrupted: bool) -> Outcome:
    metrics = session.metrics()
    status: Status = "interrupted" if interrupted else "done" if math.isfinite(metrics.loss) else "diverged"
    return Outcome(status, session.epoch, metrics.loss, metrics.accuracy, seconds)


def _log(log: Callable[[str], None] | None, record: str, **values: object) -> None:
    if log:
        log(json.dumps({"record": record, **values}))
