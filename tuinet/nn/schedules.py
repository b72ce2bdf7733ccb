"""Learning-rate schedules: by what the learning rate is multiplied in each epoch, and the table of their names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from tuinet.nn.arithmetic import FAST, Arithmetic
from tuinet.nn.functions import Code

DEFAULT_LENGTH: Final = 1000


class Schedule(NamedTuple):
    """The change of the learning rate from epoch to epoch."""

    name: str = "constant"
    """One of `SCHEDULES`."""
    decay_rate: float | None = None
    """The factor of a decay: every `decay_epochs` for ``step``, every epoch for ``exponential``; for ``inverse_time``
    how fast it falls. ``None`` for the schedule's own."""
    decay_epochs: int | None = None
    """The length of a ``step``, and of the half wave of ``cosine``; ``None`` for `DEFAULT_LENGTH`."""
    warmup_epochs: int = 0
    """The learning rate rises in a straight line over so many epochs, on top of the schedule; 0 for none."""
    arithmetic: Arithmetic = FAST
    """That in which powers and cosines are computed."""

    def factor(self, epoch: int) -> float:
        """The factor of the learning rate in an epoch, counted from 0."""
        warmup = min(1.0, (epoch + 1) / self.warmup_epochs) if self.warmup_epochs else 1.0
        return warmup * SCHEDULES[self.name].factor(epoch, self)

    @property
    def rate(self) -> float:
        """The decay rate, with the schedule's own where none is given."""
        return (SCHEDULES[self.name].rate or 1.0) if self.decay_rate is None else self.decay_rate

    @property
    def length(self) -> int:
        """The decay epochs, with the default where none are given."""
        return DEFAULT_LENGTH if self.decay_epochs is None else self.decay_epochs

    @property
    def is_constant(self) -> bool:
        """Whether the factor is 1 in every epoch."""
        return self.name == "constant" and not self.warmup_epochs


class ScheduleKind(NamedTuple):
    """A way in which the learning rate can change."""

    factor: Callable[[int, Schedule], float]
    """The factor of the learning rate in an epoch, counted from 0."""
    note: str
    """The change in a few words."""
    constants: tuple[str, ...] = ()
    """Which of ``decay_rate`` and ``decay_epochs`` it uses."""
    rate: float | None = None
    """Its decay rate where none is given."""
    most_rate: float = math.inf
    """The largest decay rate."""
    code: Code | None = None
    """The code of an exported script; without it, no script can be exported."""


SCHEDULES: Final[dict[str, ScheduleKind]] = {
    "constant": ScheduleKind(lambda epoch, schedule: 1.0, "it stays as it is", code=Code("1.0")),
    "step": ScheduleKind(
        lambda epoch, schedule: schedule.arithmetic.power(schedule.rate, epoch // schedule.length),
        "times decay rate, every decay epochs",
        ("decay_rate", "decay_epochs"),
        rate=0.1,
        most_rate=1,
        code=Code("{rate} ** (epoch // {length})"),
    ),
    "exponential": ScheduleKind(
        lambda epoch, schedule: schedule.arithmetic.power(schedule.rate, epoch),
        "times decay rate, every epoch",
        ("decay_rate",),
        rate=0.999,
        most_rate=1,
        code=Code("{rate} ** epoch"),
    ),
    "cosine": ScheduleKind(
        # Loshchilov and Hutter (2017), without restarts: once down, it stays there.
        lambda epoch, schedule: 0.5 * (1 + schedule.arithmetic.cosine(math.pi * min(epoch / schedule.length, 1.0))),
        "half a wave down to 0 over decay epochs",
        ("decay_epochs",),
        code=Code("0.5 * (1 + math.cos(math.pi * min(epoch / {length}, 1.0)))"),
    ),
    "inverse_time": ScheduleKind(
        lambda epoch, schedule: 1 / (1 + schedule.rate * epoch),
        "over 1 + decay rate · epoch",
        ("decay_rate",),
        rate=0.01,
        code=Code("1 / (1 + {rate} * epoch)"),
    ),
}
"""Every schedule by its name; the formulas are those of PyTorch's StepLR, ExponentialLR and CosineAnnealingLR."""
