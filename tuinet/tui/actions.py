"""What keys do on every screen that has a runner: step, go back, edit, and change the Experiment.

A binding's action, as in ``step('epoch')``, is the method ``action_step`` of one of the screen's controllers, here; the
commands that it sends are obeyed by `Runner._do` in `tuinet.runner`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from textual.binding import Binding

from tuinet.experiment.experiment import CHOICES, FIELDS, MAX_LAYER_SIZE, MAX_LAYERS, Experiment
from tuinet.experiment.ladders import LEARNING_RATES, climbed
from tuinet.observe.snapshot import Frame
from tuinet.session import commands
from tuinet.session.commands import Command, StepUnit
from tuinet.session.edits import Configure, SetOptimizer
from tuinet.tui.bindings import TIME, TRAINING, listed, quiet
from tuinet.tui.pending import PendingValues

if TYPE_CHECKING:
    from tuinet.base_runner import BaseRunner
    from tuinet.experiment.ladders import Changes


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


_SCRUB: Final = 100
"""One key scrubs the branch's length over this."""


class Host(Protocol):
    """A screen on which keys act: it knows the runner, the frame that it shows, and what is on its way."""

    runner: BaseRunner
    shown: Frame
    asked: PendingValues

    def say(self, words: str) -> None:
        """Say why the last key did nothing."""

    def key_of(self, action: str) -> str:
        """The key of an action of the dashboard or the application."""


ScreenT = TypeVar("ScreenT", bound=Host)


class Controller(Generic[ScreenT]):
    """What some keys do on a screen; `ThemedApp` looks for ``action_`` methods here."""

    def __init__(self, host: ScreenT) -> None:
        self._host = host

    @property
    def _runner(self) -> BaseRunner:
        return self._host.runner

    @property
    def _shown(self) -> Frame:
        return self._host.shown

    @property
    def _asked(self) -> PendingValues:
        return self._host.asked

    def say(self, words: str) -> None:
        """Say why the last key did nothing."""
        self._host.say(words)

    def no_hidden_layer(self) -> str:
        """Why keys of hidden layers do nothing where there is none."""
        return f"no hidden layer: {self.key_of('add_layer')} adds one"

    def key_of(self, action: str) -> str:
        """The key of an action of the dashboard or the application."""
        return self._host.key_of(action)


# The way of a key, here s: `TrainingActions.action_step`, below, sends a command; in the thread of the training
# `Runner._do` (`tuinet.runner`) obeys it by `Session.step`; the last step is made by `Run.run_phase`, those before it
# by `Run.advance_steps` (`tuinet.session.run`), both by operations that `tuinet.nn.training` has put in order; the
# first of them that computes is a product of `tuinet.nn.arithmetic`.
STEPPING_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("space", "toggle_running", "pause", "Pause or resume: stop where it is, or train on", TRAINING),
    listed("s", "step('epoch')", "step", "Step one epoch: pause, then train exactly one epoch", TRAINING),
    listed("b", "step('batch')", "step", "Step one batch: pause, then make exactly one update", TRAINING),
    listed("n", "step('phase')", "step", "Step one phase: pause, then do the next part of an update", TRAINING),
)
"""Keys that train, on the main screen, in the microscope and in the settings."""

TIME_BINDINGS: Final[tuple[Binding, ...]] = (
    quiet("S", "back('epoch')", "Back one epoch: to the start of the one under way, or of the one before", TIME),
    quiet("B", "back('batch')", "Back one batch: to the start of the one under way, or of the one before", TIME),
    quiet("N", "back('phase')", "Back one phase: to just before the last one", TIME),
    listed("comma", "scrub(-1)", "time", "Scrub back: 1% of all epochs so far, at least one", TIME, ","),
    listed("full_stop", "scrub(1)", "time", "Scrub forward: 1% of all epochs so far, as far as they go", TIME, "."),
    quiet("less_than_sign", "seek_start", "To the start: epoch 0", TIME, "<"),
    quiet("greater_than_sign", "seek_tip", "To the end: the furthest epoch so far", TIME, ">"),
    listed("u", "undo", "undo", "Undo: take the last change of a weight or setting back", TIME),
    listed("X", "swap_branch", "branch", "Swap branches: to the next of the runs that have been left", TIME),
)
"""Keys that move in time, on the main screen and in the microscope."""


class TrainingActions(Controller[Host]):
    """Keys that train, go back and forward, and change the rate or the optimizer."""

    has_led = False
    """Whether one of them has paused or resumed the run, or has taken it to another moment."""

    def action_toggle_running(self) -> None:
        """Pause or resume; on a long way to a moment, stop there."""
        self.has_led = True
        if self.stop_on_way():
            return
        running = self._asked.running.ask(not self._asked.running.now(self._shown.running))
        self._asked.by_phases = False
        self._runner.send(commands.Resume() if running else commands.Pause())

    def hold(self) -> Callable[[], None]:
        """Pause for a while; returns what has the run go on as before."""
        if not self._asked.running.now(self._shown.running):
            return lambda: None
        self._asked.running.ask(False)
        self._runner.send(commands.Pause())
        return self._go_on

    def _go_on(self) -> None:
        self._asked.running.ask(True)
        self._runner.send(commands.Resume())

    def stop_on_way(self) -> bool:
        """Have a run that is on a long way to a moment stop; whether it is."""
        is_on_way = bool(self._shown.way)
        if is_on_way:
            self._asked.running.ask(False)
            self._runner.send(commands.Pause())
        return is_on_way

    def action_step(self, unit: StepUnit) -> None:
        """Pause, then train one epoch, batch or phase."""
        self._asked.epoch.forget()
        self._pause_and(commands.Step(unit), by_phases=unit == "phase")

    def action_back(self, unit: StepUnit) -> None:
        """Pause, and go back by an epoch, batch or phase."""
        self._asked.epoch.forget()
        self._pause_and(commands.Back(unit), by_phases=unit == "phase")

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
        self._runner.send(commands.Undo())

    def action_swap_branch(self) -> None:
        """Go to the next branch."""
        self._runner.send(commands.SwapBranch())

    def action_shift_learning_rate(self, direction: int) -> None:
        """Take the next larger or smaller learning rate."""
        pending_value, actual = self._asked.learning_rate, self._shown.snapshot.experiment.learning_rate
        before = pending_value.now(actual)
        rate = climbed(LEARNING_RATES, before, direction)
        if rate != before:
            self._runner.send(Configure.of(learning_rate=pending_value.ask(rate)))
        else:
            end = "largest" if direction > 0 else "smallest"
            self.say(f"{rate:g} is the {end} learning rate of this key: {self.key_of('settings')} takes any")

    def action_shift_optimizer(self, direction: int) -> None:
        """Take the next or the previous optimizer."""
        pending_value, names = self._asked.optimizer, CHOICES["optimizer"]
        present = names.index(pending_value.now(self._shown.snapshot.experiment.optimizer))
        self._runner.send(SetOptimizer(pending_value.ask(names[(present + direction) % len(names)])))

    def seek(self, epoch: int) -> None:
        """Pause, and go to the start of an epoch, as far as the branch has been."""
        aim = max(0, min(epoch, self._shown.snapshot.time.tip_epoch))
        self._pause_and(commands.Seek(self._asked.epoch.ask(aim)), by_phases=False)

    def _pause_and(self, command: Command, *, by_phases: bool) -> None:
        self.has_led = True
        self._asked.running.ask(False)
        self._asked.by_phases = by_phases
        self._runner.send(command)


class ConfiguringActions(Controller[Host]):
    """Keys and commands that change the Experiment."""

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
            self._runner.send(Configure.of(**news))
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

        last = len(self.wanted.hidden) - 1
        if last < 0:
            reason = self.no_hidden_layer()
        elif by > 0:
            reason = f"the last hidden layer has {MAX_LAYER_SIZE:,} neurons, the most"
        else:
            reason = f"the last hidden layer has one neuron: {self.key_of('remove_layer')} takes it away"
        self.configure(resized(self.wanted, last, by), reason)

    def action_add_layer(self) -> None:
        """Add a hidden layer behind the last."""
        from tuinet.experiment.ladders import with_layer

        reason = f"{MAX_LAYERS} hidden layers are the most"
        self.configure(with_layer(self.wanted, len(self.wanted.hidden) - 1), reason)

    def action_remove_layer(self) -> None:
        """Take the last hidden layer away."""
        from tuinet.experiment.ladders import without_layer

        self.configure(without_layer(self.wanted, len(self.wanted.hidden) - 1), self.no_hidden_layer())

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


class RunActions(Controller[Host]):
    """Keys of the dashboard that start again, change the activation, or the speed."""

    def action_reinitialize_new(self) -> None:
        """Fresh weights from the next seed."""
        seed = self._asked.seed.ask(self._asked.seed.now(self._shown.snapshot.experiment.seed) + 1)
        self._runner.send(commands.Reinitialize(seed))

    def action_reinitialize_same(self) -> None:
        """Start again from the same fresh weights."""
        self._runner.send(commands.Reinitialize())

    def action_next_activation(self) -> None:
        """Another activation in the hidden layers."""
        self._shift_activation(1)

    def action_previous_activation(self) -> None:
        """The activation before it."""
        self._shift_activation(-1)

    def _shift_activation(self, by: int) -> None:
        experiment, names = self._shown.snapshot.experiment, CHOICES["activation"]
        if experiment.hidden:
            present = names.index(self._asked.activation.now(experiment.hidden_activations[0]))
            asked = self._asked.activation.ask(names[(present + by) % len(names)])
            self._runner.send(Configure.of(activation=(asked,)))
        else:
            self.say(self.no_hidden_layer())

    def action_toggle_hints(self) -> None:
        """Show what a teacher would point out, or hold it back."""
        if reason := self._asked.hints.toggle():
            self.say(reason)

    def action_faster(self) -> None:
        """More epochs per second."""
        self._use_speed(faster, f"the speed is unlimited: {self.key_of('slower')} slows the training down")

    def action_slower(self) -> None:
        """Fewer epochs per second."""
        pauses, step = self.key_of("toggle_running"), self.key_of("step('epoch')")
        self._use_speed(slower, f"this is the slowest: {pauses} pauses, {step} makes a single epoch")

    def _use_speed(self, change: Callable[[float | None], float | None], reason: str) -> None:
        before = self._asked.speed.now(self._shown.speed)
        after = change(before)
        if after == before:
            self.say(reason)
        else:
            self._runner.send(commands.SetSpeed(self._asked.speed.ask(after)))
