"""Keys that change the Experiment or the speed, on every screen that has a runner.

Those that train and step are in `tuinet.tui.keys`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tuinet.experiment.experiment import CHOICES, FIELDS, MAX_LAYER_SIZE, MAX_LAYERS, Experiment
from tuinet.experiment.ladders import LEARNING_RATES, climbed
from tuinet.session import commands
from tuinet.session.edits import Configure, SetOptimizer
from tuinet.tui.keys import Controller, Host

if TYPE_CHECKING:
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
