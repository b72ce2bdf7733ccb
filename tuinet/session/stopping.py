"""When to stop: the conditions, and the watch that is kept over them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from tuinet.session.session import Session
from tuinet.session.timeline import Checkpoint, SavedSession

StopReason = Literal["epochs", "target_loss", "patience", "seconds", "diverged"]


@dataclass(frozen=True)
class StopConditions:
    """Whichever comes first ends the training; a loss that is not finite always does. ``None`` switches one off."""

    epochs: int | None = None
    """Passes over the training set, counted from the session's beginning."""
    target_loss: float | None = None
    patience: int | None = None
    """Early stopping: epochs to wait for a lower loss on the test set, or on the training set when there is none."""
    seconds: float | None = None


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
        conditions, ended = self._conditions, not self.steps_left()
        # Only whole epochs are judged: how often this is asked depends on the clock, and the result must not.
        if ended or not self._session.run.is_finite or (self.every_epoch and not self._session.run.batch):
            judged = self._judge()
            if judged:
                return judged
        if conditions.seconds is not None and seconds >= conditions.seconds:
            return "seconds"
        return "epochs" if ended else None

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
