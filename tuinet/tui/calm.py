"""Calm: numbers and curves that change more slowly than the training, so that they can be read."""

from __future__ import annotations

from time import monotonic
from typing import Final

from tuinet.observe.snapshot import Frame

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
