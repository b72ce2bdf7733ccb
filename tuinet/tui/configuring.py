"""Configuring: keys and commands that change the Experiment, the same on every screen that has a runner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tuinet.experiment.experiment import MAX_LAYER_SIZE, MAX_LAYERS, Experiment
from tuinet.experiment.fields import FIELDS
from tuinet.observe.snapshot import Frame
from tuinet.session.edits import Configure
from tuinet.tui.driving import Wishes
from tuinet.tui.remarks import Remarking
from tuinet.tui.runner import RunnerLike

if TYPE_CHECKING:
    from tuinet.experiment.ladders import Changes

NO_HIDDEN_LAYER: Final = "no hidden layer: h adds one"
_ONE_NEURON: Final = "the last hidden layer has one neuron: H takes it away"


class Configuring(Remarking):
    """Actions of a screen; it knows the runner and the frame that it shows."""

    _runner: RunnerLike
    _shown: Frame
    _wishes: Wishes

    @property
    def wanted(self) -> Experiment:
        """The Experiment as it will be when what is on its way has arrived."""
        return self._wishes.experiment.now(self._shown)

    def configure(self, changes: Changes, reason: str = "") -> None:
        """Ask for what these changes change; where that is nothing, say why."""
        wanted = self.wanted
        news = {field: value for field, value in changes.items() if getattr(wanted, field) != value}
        if news:
            self._wishes.experiment.ask(news, self._shown)
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
