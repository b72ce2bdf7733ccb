"""A Clock: which epoch and which batch a step belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Counts epochs from the step at which their length was last changed; an epoch begins there."""

    batches_per_epoch: int
    step: int = 0
    """Complete updates when it was set."""
    epoch: int = 0
    """Complete epochs then."""

    def epoch_at(self, step: int) -> int:
        """Complete epochs after so many updates."""
        return self.epoch + (step - self.step) // self.batches_per_epoch

    def batch_at(self, step: int) -> int:
        """Complete batches of the epoch under way after so many updates."""
        return (step - self.step) % self.batches_per_epoch

    def step_of(self, epoch: int) -> int:
        """Updates before the start of an epoch."""
        return self.step + (epoch - self.epoch) * self.batches_per_epoch
