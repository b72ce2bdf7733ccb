"""Driving: keys that step, go back, scrub and edit, the same on every screen that has a runner."""

from __future__ import annotations

from typing import Final

from tuinet.experiment.experiment import CHOICES
from tuinet.observe.snapshot import Frame
from tuinet.session.commands import Back, Pause, Resume, Seek, Step, StepUnit, SwapBranch, Undo
from tuinet.session.edits import SetLearningRate, SetOptimizer
from tuinet.tui.intent import Intent
from tuinet.tui.rates import next_rate
from tuinet.tui.remarks import Remarking
from tuinet.tui.runner import RunnerLike
from tuinet.tui.wanted import Wanted

_SCRUB: Final = 100
"""One key scrubs the branch's length over this."""


class Wishes:
    """What was asked for lately; the screens of one application share it."""

    def __init__(self) -> None:
        self.running: Intent[bool] = Intent()
        self.epoch: Intent[int] = Intent()
        self.learning_rate: Intent[float] = Intent()
        self.optimizer: Intent[str] = Intent()
        self.experiment = Wanted()
        self.by_phases = False
        """Whether the last step, forward or back, was a phase."""


class Driving(Remarking):
    """Actions of a screen; it knows the runner and the frame that it shows."""

    _runner: RunnerLike
    _shown: Frame
    _wishes: Wishes

    def action_toggle_running(self) -> None:
        """Pause or resume; on a long way to a moment, stop there."""
        if self.stop_on_way():
            return
        running = self._wishes.running.ask(not self._wishes.running.now(self._shown.running))
        self._wishes.by_phases = False
        self._runner.send(Resume() if running else Pause())

    def stop_on_way(self) -> bool:
        """Have a run that is on a long way to a moment stop; whether it is."""
        is_on_way = bool(self._shown.way)
        if is_on_way:
            self._wishes.running.ask(False)
            self._runner.send(Pause())
        return is_on_way

    def action_step(self, unit: StepUnit) -> None:
        """Pause, then train one epoch, batch or phase."""
        self._wishes.running.ask(False)
        self._wishes.by_phases = unit == "phase"
        self._wishes.epoch.forget()
        self._runner.send(Step(unit))

    def action_back(self, unit: StepUnit) -> None:
        """Pause, and go back by an epoch, batch or phase."""
        self._wishes.running.ask(False)
        self._wishes.by_phases = unit == "phase"
        self._wishes.epoch.forget()
        self._runner.send(Back(unit))

    def action_scrub(self, direction: int) -> None:
        """Go a hundredth of the branch back or forward, at least an epoch."""
        time = self._shown.snapshot.time
        stride = max(1, time.tip_epoch // _SCRUB)
        self.seek(self._wishes.epoch.now(self._shown.snapshot.epoch) + direction * stride)

    def action_seek_start(self) -> None:
        """Go to the start of the run."""
        self.seek(0)

    def action_seek_tip(self) -> None:
        """Go to the furthest epoch that has been."""
        self.seek(self._shown.snapshot.time.tip_epoch)

    def action_undo(self) -> None:
        """Take the last edit back."""
        self._runner.send(Undo())

    def action_swap_branch(self) -> None:
        """Go to the next branch."""
        self._runner.send(SwapBranch())

    def action_shift_learning_rate(self, direction: int) -> None:
        """Take the next larger or smaller learning rate."""
        wish, actual = self._wishes.learning_rate, self._shown.snapshot.experiment.learning_rate
        before = wish.now(actual)
        rate = next_rate(before, direction)
        if rate != before:
            self._runner.send(SetLearningRate(wish.ask(rate)))
        else:
            end = "largest" if direction > 0 else "smallest"
            self.say(f"{rate:g} is the {end} learning rate of this key: e takes any")

    def action_shift_optimizer(self, direction: int) -> None:
        """Take the next or the previous optimizer."""
        wish, names = self._wishes.optimizer, CHOICES["optimizer"]
        present = names.index(wish.now(self._shown.snapshot.experiment.optimizer))
        self._runner.send(SetOptimizer(wish.ask(names[(present + direction) % len(names)])))

    def seek(self, epoch: int) -> None:
        """Pause, and go to the start of an epoch, as far as the branch has been."""
        aim = max(0, min(epoch, self._shown.snapshot.time.tip_epoch))
        self._wishes.running.ask(False)
        self._wishes.by_phases = False
        self._runner.send(Seek(self._wishes.epoch.ask(aim)))
