"""What was asked for a moment ago and is not on the screen yet, and how often numbers may change there."""

from __future__ import annotations

from time import monotonic
from typing import Final, Generic, TypeVar

from tuinet.observe.snapshot import Frame

T = TypeVar("T")

_PATIENCE: Final = 2.0
"""Seconds after which a wish that did not come true is given up."""


class Intent(Generic[T]):
    """A value on its way: keys pressed in quick succession build on it, not on the frame before it."""

    def __init__(self) -> None:
        self._wanted: list[T] = []
        self._until = 0.0

    def ask(self, value: T) -> T:
        """Remember what was asked for."""
        self._wanted, self._until = [value], monotonic() + _PATIENCE
        return value

    def forget(self) -> None:
        """Something else was asked for, which the wish knows nothing of."""
        self._wanted = []

    def now(self, actual: T) -> T:
        """What was asked for, until it has become true or does not come."""
        if self._wanted and (self._wanted[0] == actual or monotonic() > self._until):
            self._wanted = []
        return self._wanted[0] if self._wanted else actual


class Pending:
    """Whether what was asked for is still on its way: as long as what it replaces is there, unless it does not come."""

    def __init__(self) -> None:
        self._replaced: object = None
        self._until = 0.0

    def begin(self, replaced: object) -> None:
        """Something else was asked for in place of this."""
        self._replaced, self._until = replaced, monotonic() + _PATIENCE

    def is_on(self, present: object) -> bool:
        """Whether it has not come yet, this being what is there now."""
        return present is self._replaced and monotonic() <= self._until


_SECONDS: Final = 0.25
"""Between two changes of numbers and curve while the training runs: what changes faster cannot be read."""


class Calm:
    """Says which frames to show."""

    def __init__(self) -> None:
        self._shown_at = 0.0
        self._obeyed = 0

    def allows(self, frame: Frame) -> bool:
        """Whether it is time for this frame: always where the training is paused, or a command obeyed."""
        if frame.running and frame.obeyed == self._obeyed and monotonic() < self._shown_at + _SECONDS:
            return False
        self._shown_at, self._obeyed = monotonic(), frame.obeyed
        return True
