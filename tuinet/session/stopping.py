"""When to stop: the conditions, and the watch that is kept over them; and where a run has ceased to be finite."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from tuinet.session.divergence import divergence
from tuinet.session.session import Session
from tuinet.session.timeline import Checkpoint, SavedSession

StopReason = Literal["epochs", "target_loss", "patience", "seconds", "diverged"]


@dataclass(frozen=True)
class StopConditions:
    """Whichever comes first ends the training; numbers that are not finite always do. ``None`` switches one off.

    A finite loss ends nothing, however absurd: it may come back. At the end it is judged: see
    `tuinet.session.divergence`.
    """

    epochs: int | None = None
    """Passes over the training set, counted from the session's beginning."""
    target_loss: float | None = None
    patience: int | None = None
    """Early stopping: epochs to wait for a lower loss on the test set, or on the training set when there is none."""
    seconds: float | None = None


@dataclass(frozen=True)
class LastFinite:
    """The last moment before a run ceased to be finite."""

    step: int
    epoch: int
    loss: float
    """On the training set."""


def divergence_of(session: Session) -> str:
    """Why a run counts as diverged, in words, by all samples; empty where it does not.

    See `tuinet.session.divergence.divergence`.
    """
    run, loss = session.run, session.metrics().loss
    return divergence(run, loss, float(run.history.snapshot(run.epoch, loss).losses[0]))


MOST_BACK: Final = 20
"""Steps that are gone back for a finite loss, where it overflows before the parameters do."""


class Watch:
    """Looks at a session between its steps, and says when to stop.

    Early stopping keeps a checkpoint of the best epoch, and returns to it (Prechelt, 1998).
    """

    def __init__(self, session: Session, conditions: StopConditions) -> None:
        self._session = session
        self._conditions = conditions
        self._best = math.inf
        self._best_epoch = session.run.epoch
        self._best_state: Checkpoint | None = None
        self._finite_step: int | None = None
        """The last step at which all was finite, of those that were looked at."""

    @property
    def every_epoch(self) -> bool:
        """Whether `reason` has to be asked after every single epoch."""
        return self._conditions.target_loss is not None or self._conditions.patience is not None

    def steps_left(self) -> float:
        """Steps until the last epoch is complete; infinite when there is none."""
        if self._conditions.epochs is None:
            return math.inf
        return max(0, self._session.steps_to(self._conditions.epochs))

    def reason(self, seconds: float) -> StopReason | None:
        """Why to stop now, or ``None`` to go on."""
        if not self._session.run.is_finite:
            return "diverged"
        self._finite_step = self._session.now.step
        ended, most = not self.steps_left(), self._conditions.seconds
        is_late = most is not None and seconds >= most
        # Only whole epochs are judged: how often this is asked depends on the clock, and the result must not.
        if ended or (self.every_epoch and not self._session.run.batch):
            judged = self._judge()
            if judged:
                return judged
        if not (ended or is_late):
            return None
        return "diverged" if divergence_of(self._session) else "seconds" if is_late else "epochs"

    def go_to_divergence(self) -> LastFinite | None:
        """Go to the first step after which not all is finite, wherever the run was found so.

        Returns
        -------
        LastFinite or None
            Where it was finite last; ``None`` where it is finite, or was not when the watch began.
        """
        if self._is_sound() or self._finite_step is None:
            return None
        sound, broken = self._finite_step, self._session.now.step
        least = max(sound - MOST_BACK, 0)
        self._session.go_to_step(sound)
        while sound > least and not self._is_sound():
            sound, broken = sound - 1, sound
            self._session.go_to_step(sound)
        while broken - sound > 1:
            middle = (sound + broken) // 2
            self._session.go_to_step(middle)
            sound, broken = (middle, broken) if self._is_sound() else (sound, middle)
        self._session.go_to_step(sound)
        last = LastFinite(sound, self._session.run.epoch, self._session.metrics().loss)
        self._session.go_to_step(broken)
        return last

    def _is_sound(self) -> bool:
        return self._session.run.is_finite and math.isfinite(self._session.metrics().loss)

    def return_to_best(self) -> None:
        """With early stopping, restore the best epoch; else nothing."""
        if self._conditions.patience is not None and self._best_state is not None:
            self._session.restore(SavedSession(self._best_state))

    def _judge(self) -> StopReason | None:
        conditions, loss = self._conditions, self._session.metrics().loss
        if not math.isfinite(loss):
            return "diverged"
        if conditions.target_loss is not None and loss <= conditions.target_loss:
            return "target_loss"
        if conditions.patience is not None and self._waited(loss) >= conditions.patience:
            return "patience"
        return None

    def _waited(self, loss: float) -> int:
        """Epochs since the watched loss was at its lowest."""
        test = self._session.test_metrics()
        watched = loss if test is None else test.loss
        if watched < self._best:
            self._best, self._best_epoch = watched, self._session.run.epoch
            self._best_state = self._session.run.checkpoint()
        return self._session.run.epoch - self._best_epoch
