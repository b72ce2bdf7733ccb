"""What keys do on every screen that has a runner, and what was asked for and is not on the screen yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import CHOICES, FIELDS, MAX_LAYER_SIZE, MAX_LAYERS, Experiment
from tuinet.experiment.ladders import LEARNING_RATES, climbed
from tuinet.observe.snapshot import Frame
from tuinet.session.commands import Back, Command, Pause, Resume, Seek, Step, StepUnit, SwapBranch, Undo
from tuinet.session.edits import Configure, SetLearningRate, SetOptimizer
from tuinet.tui.messages import RunnerLike
from tuinet.tui.themed_app import Remarking

if TYPE_CHECKING:
    from tuinet.experiment.ladders import Changes

T = TypeVar("T")

_PATIENCE: Final = 2.0
"""Seconds after which a wish that did not come true is given up."""


class PendingValue(Generic[T]):
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


class Replacing:
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


class RedrawLimit:
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


class PendingExperiment:
    """Remembers changes on their way, so that keys pressed in quick succession build on one another."""

    def __init__(self) -> None:
        self._asked: dict[str, PendingValue[Any]] = {}
        self._frame: Frame | None = None
        self.asked: Mapping[str, Any] = {}
        """What was asked for last."""

    def ask(self, changes: Mapping[str, Any], frame: Frame) -> None:
        """Remember fields and their new values.

        Parameters
        ----------
        frame
            The one on the screen when it was asked: a refusal in it is not meant.
        """
        self._frame, self.asked = frame, dict(changes)
        for field, value in changes.items():
            self._asked.setdefault(field, PendingValue()).ask(value)

    def now(self, frame: Frame) -> Experiment:
        """The Experiment of a frame with what was asked for, until that has come true, was refused or does not come."""
        actual = frame.snapshot.experiment
        if self.refusal(frame):
            self.forget()
        wanted = {field: pending_value.now(getattr(actual, field)) for field, pending_value in self._asked.items()}
        try:
            return replace(actual, **wanted)
        except ExperimentError:
            self.forget()
            return actual

    def refusal(self, frame: Frame) -> str:
        """Why what was asked for last was refused, if it was."""
        return frame.refusal if self.asked and frame is not self._frame else ""

    def forget(self) -> None:
        """Give up what is on its way."""
        self._asked.clear()


MOMENT: Final = 0.1
"""Seconds that a command may take without being mentioned: most take a few milliseconds."""


class PendingCommands:
    """Says what is still to come, so that a key is answered while a step of a large network takes its time.

    Parameters
    ----------
    now
        A clock.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._since: float | None = None

    def words(self, commands: Sequence[Command]) -> str:
        """``pending: pause``; empty where nothing has been waiting for longer than a moment.

        Parameters
        ----------
        commands
            Those that have not taken effect yet, the oldest first.
        """
        if not commands:
            self._since = None
            return ""
        if self._since is None:
            self._since = self._now()
        if self._now() - self._since < MOMENT:
            return ""
        others = f", {len(commands) - 1} more" if len(commands) > 1 else ""
        return f"pending: {commands[0]}{others}"


SPEEDS: Final[tuple[float | None, ...]] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, None)
"""Epochs per second, from slow to fast; ``None`` is unlimited."""


def faster(speed: float | None) -> float | None:
    """The next speed upwards; the fastest stays."""
    if speed is None:
        return None
    return next(level for level in SPEEDS if level is None or level > speed)


def slower(speed: float | None) -> float | None:
    """The next speed downwards; the slowest stays."""
    below = [level for level in SPEEDS if level is not None and (speed is None or level < speed)]
    return below[-1] if below else speed


def next_rate(rate: float, direction: int) -> float:
    """The next of …, 0.1, 0.2, 0.5, 1, … above or below a rate; at the ends it stays."""
    return climbed(LEARNING_RATES, rate, direction)


_SCRUB: Final = 100
"""One key scrubs the branch's length over this."""


class PendingValues:
    """What was asked for lately; the screens of one application share it."""

    def __init__(self) -> None:
        self.running: PendingValue[bool] = PendingValue()
        self.epoch: PendingValue[int] = PendingValue()
        self.learning_rate: PendingValue[float] = PendingValue()
        self.optimizer: PendingValue[str] = PendingValue()
        self.experiment = PendingExperiment()
        self.by_phases = False
        """Whether the last step, forward or back, was a phase."""


class TrainingActions(Remarking):
    """Actions of a screen; it knows the runner and the frame that it shows."""

    _runner: RunnerLike
    _shown: Frame
    _asked: PendingValues

    def action_toggle_running(self) -> None:
        """Pause or resume; on a long way to a moment, stop there."""
        if self.stop_on_way():
            return
        running = self._asked.running.ask(not self._asked.running.now(self._shown.running))
        self._asked.by_phases = False
        self._runner.send(Resume() if running else Pause())

    def stop_on_way(self) -> bool:
        """Have a run that is on a long way to a moment stop; whether it is."""
        is_on_way = bool(self._shown.way)
        if is_on_way:
            self._asked.running.ask(False)
            self._runner.send(Pause())
        return is_on_way

    def action_step(self, unit: StepUnit) -> None:
        """Pause, then train one epoch, batch or phase."""
        self._asked.running.ask(False)
        self._asked.by_phases = unit == "phase"
        self._asked.epoch.forget()
        self._runner.send(Step(unit))

    def action_back(self, unit: StepUnit) -> None:
        """Pause, and go back by an epoch, batch or phase."""
        self._asked.running.ask(False)
        self._asked.by_phases = unit == "phase"
        self._asked.epoch.forget()
        self._runner.send(Back(unit))

    def action_scrub(self, direction: int) -> None:
        """Go a hundredth of the branch back or forward, at least an epoch."""
        time = self._shown.snapshot.time
        stride = max(1, time.tip_epoch // _SCRUB)
        self.seek(self._asked.epoch.now(self._shown.snapshot.epoch) + direction * stride)

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
        pending_value, actual = self._asked.learning_rate, self._shown.snapshot.experiment.learning_rate
        before = pending_value.now(actual)
        rate = next_rate(before, direction)
        if rate != before:
            self._runner.send(SetLearningRate(pending_value.ask(rate)))
        else:
            end = "largest" if direction > 0 else "smallest"
            self.say(f"{rate:g} is the {end} learning rate of this key: e takes any")

    def action_shift_optimizer(self, direction: int) -> None:
        """Take the next or the previous optimizer."""
        pending_value, names = self._asked.optimizer, CHOICES["optimizer"]
        present = names.index(pending_value.now(self._shown.snapshot.experiment.optimizer))
        self._runner.send(SetOptimizer(pending_value.ask(names[(present + direction) % len(names)])))

    def seek(self, epoch: int) -> None:
        """Pause, and go to the start of an epoch, as far as the branch has been."""
        aim = max(0, min(epoch, self._shown.snapshot.time.tip_epoch))
        self._asked.running.ask(False)
        self._asked.by_phases = False
        self._runner.send(Seek(self._asked.epoch.ask(aim)))


NO_HIDDEN_LAYER: Final = "no hidden layer: h adds one"
_ONE_NEURON: Final = "the last hidden layer has one neuron: H takes it away"


class ConfiguringActions(Remarking):
    """Actions of a screen; it knows the runner and the frame that it shows."""

    _runner: RunnerLike
    _shown: Frame
    _asked: PendingValues

    @property
    def wanted(self) -> Experiment:
        """The Experiment as it will be when what is on its way has arrived."""
        return self._asked.experiment.now(self._shown)

    def configure(self, changes: Changes, reason: str = "") -> None:
        """Ask for what these changes change; where that is nothing, say why."""
        wanted = self.wanted
        news = {field: value for field, value in changes.items() if getattr(wanted, field) != value}
        if news:
            self._asked.experiment.ask(news, self._shown)
            self._runner.send(Configure(tuple(news.items())))
        elif reason:
            self.say(reason)

    def choose(self, field: str, name: str) -> None:
        """Give a field one of its choices; a dataset comes with the network that suits it."""
        from tuinet.experiment.changes import dataset_changes

        if field == "dataset":
            self.configure(dataset_changes(name, self.wanted, self._shown.snapshot.dataset))
        else:
            value = (name,) if FIELDS[field].kind == "names" else name
            self.configure({field: value}, f"{FIELDS[field].title} is {name} already")

    def action_shift_neurons(self, by: int) -> None:
        """Give the last hidden layer more neurons, or fewer."""
        from tuinet.experiment.ladders import resized

        end = f"the last hidden layer has {MAX_LAYER_SIZE:,} neurons, the most" if by > 0 else _ONE_NEURON
        last = len(self.wanted.hidden) - 1
        self.configure(resized(self.wanted, last, by), NO_HIDDEN_LAYER if last < 0 else end)

    def action_add_layer(self) -> None:
        """Add a hidden layer behind the last."""
        from tuinet.experiment.ladders import with_layer

        reason = f"{MAX_LAYERS} hidden layers are the most"
        self.configure(with_layer(self.wanted, len(self.wanted.hidden) - 1), reason)

    def action_remove_layer(self) -> None:
        """Take the last hidden layer away."""
        from tuinet.experiment.ladders import without_layer

        self.configure(without_layer(self.wanted, len(self.wanted.hidden) - 1), NO_HIDDEN_LAYER)

    def action_shift_dataset(self, direction: int) -> None:
        """Take the next or the previous dataset, and the network that suits it."""
        from tuinet.experiment.changes import shifted_dataset

        self.configure(shifted_dataset(direction, self.wanted, self._shown.snapshot.dataset))

    def action_shift_batch_size(self, direction: int) -> None:
        """Take the next larger or smaller batch; after the largest comes the smallest."""
        from tuinet.experiment.ladders import next_batch_size

        samples = len(self._shown.snapshot.dataset.X)
        size = next_batch_size(self.wanted.batch_size, samples, direction, around=True)
        self.configure({"batch_size": size}, "the training set is a single batch already")
