"""A Plan: the contents of a script that repeats a run, and its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tuinet.data.dataset import Dataset
from tuinet.errors import TuinetError
from tuinet.experiment.defaults import arithmetic_name, choose_loss, in_force
from tuinet.experiment.experiment import Experiment
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.functions import Code
from tuinet.nn.losses import Loss
from tuinet.nn.optimizers import OPTIMIZERS, OptimizerSettings
from tuinet.nn.parameters import Array
from tuinet.observe.samples import Encoding, Samples, class_weights
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.session import Session
from tuinet.session.timeline import Edit, Trajectory
from tuinet.share.edits import edit_text
from tuinet.share.line import line_of
from tuinet.share.shared import Shared, share

REPORTS = 20
"""Lines with losses that a script prints, about."""


class ExportError(TuinetError):
    """A run cannot be exported; the message says why."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that a script is made of."""

    experiment: Experiment
    dataset: Dataset
    train: Samples
    test: Samples | None
    layer_sizes: tuple[int, ...]
    loss: Loss
    settings: OptimizerSettings
    start: Array
    """All weights and biases at the start, layer by layer."""
    steps: int
    edits: tuple[Edit, ...]
    """Changes of the learning rate, and of single weights and biases, between two steps."""
    line: str
    """The command line of the same run in tuinet."""
    notes: tuple[str, ...]
    """Differences from the run, a sentence each."""
    trained: Array | None = None
    """All weights and biases of the present moment, with which a script answers; ``None`` where it only trains."""

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the activations of all layers."""
        return (*self.experiment.hidden_activations, self.loss.output_activation)

    @property
    def activation_codes(self) -> dict[str, Code]:
        """The code of each of these activations."""
        known = {**ACTIVATIONS, **OUTPUT_ACTIVATIONS}
        return {name: required(known[name].code, name) for name in self.functions}

    @property
    def loss_code(self) -> Code:
        """The code of the loss."""
        return required(self.loss.code, self.loss.name)

    @property
    def optimizer_code(self) -> Code:
        """The code of the optimizer."""
        return required(OPTIMIZERS[self.experiment.optimizer].own_code(), self.experiment.optimizer)

    @property
    def batch_size(self) -> int:
        """Samples in a batch; all of them where nothing is shuffled."""
        samples = len(self.train.inputs)
        return min(self.experiment.batch_size or samples, samples)

    @property
    def is_full(self) -> bool:
        """Whether every batch is the whole training set."""
        return self.batch_size == len(self.train.inputs)

    @property
    def batches(self) -> int:
        """Steps of an epoch."""
        return -(-len(self.train.inputs) // self.batch_size)

    @property
    def every(self) -> int:
        """Epochs from one line with losses to the next."""
        return max(1, self.steps // self.batches // REPORTS)

    @property
    def class_weights(self) -> tuple[float, ...]:
        """The weight of each class in the loss; empty where all samples count the same."""
        is_weighted = self.experiment.class_weight != "none"
        return tuple(class_weights(self.dataset).tolist()) if is_weighted else ()

    @property
    def class_of(self) -> str:
        """Where a target of a single output is the second class, as in ``> 0.5``; empty where outputs are classes."""
        if len(self.layer_sizes) and self.layer_sizes[-1] > 1:
            return ""
        return f"> {self.encoding.threshold(self.dataset)}"

    @property
    def encoding(self) -> Encoding:
        """How its dataset becomes samples."""
        return Encoding.of(self.loss, self.experiment)

    @property
    def is_portable(self) -> bool:
        """Whether the run is computed in portable arithmetic."""
        return arithmetic_name(self.experiment, self.dataset) == "portable"

    @property
    def has_dropout(self) -> bool:
        """Whether hidden activations are dropped."""
        return bool(self.experiment.dropout and self.experiment.hidden)


def required(code: Code | None, name: str) -> Code:
    """The code of what has this name."""
    if code is None:
        raise ExportError(f"{name} has no code that a script could be made of: declare a Code beside it")
    return code


def in_torch(code: Code, name: str) -> str:
    """The PyTorch form of a code."""
    if not code.torch:
        raise ExportError(
            f"{name} is not known to PyTorch: export a NumPy script, or name what it is there in its Code"
        )
    return code.torch


def make_plan(trajectory: Trajectory, dataset: Dataset | None = None) -> Plan:
    """The plan of a run; an ExportError where its past is not known, or where there is nothing to train on.

    Parameters
    ----------
    dataset
        What the run began with, when it is not the one that its Experiment names.
    """
    shared = share(trajectory) if dataset is None else Shared(trajectory, load=trajectory.source)
    if shared.load:
        raise ExportError(
            f"{shared.load}: the past before step {trajectory.origin.step:,} is in no file: no script can tell"
        )
    unsayable = [edit for edit in trajectory.edits if not _is_sayable(edit)]
    if unsayable:
        return _plan_of_the_present(trajectory, unsayable, dataset)
    notes = (*([_GIVEN] if dataset is not None else []), *_notes(trajectory))
    return _plan(Session(trajectory.experiment, dataset), trajectory, trajectory.edits, notes, shared)


_GIVEN: Final = "The data were given in Python: they are in this script, and tuinet's line finds them nowhere."


def _plan_of_the_present(trajectory: Trajectory, unsayable: Sequence[Edit], dataset: Dataset | None) -> Plan:
    """The present settings, trained from their start for as many epochs: all that can be said then."""
    session = Session(trajectory.experiment, dataset)
    session.follow(trajectory)
    now = session.run.experiment
    epochs, fresh = session.run.epoch, Session(now, session.run.datasets.given(now))
    said = "; ".join(map(edit_text, unsayable[:3])) + ("; …" if len(unsayable) > 3 else "")
    note = (
        f"The run was changed on the way in what a script cannot do ({said}): this one trains the network as it was "
        "set at the end, from the start, so its losses are not those of the run."
    )
    own = Trajectory(
        session.run.experiment, position=trajectory.position._replace(step=fresh.steps_to(epochs), phase=0)
    )
    return _plan(fresh, own, (), (note, *_notes(own)), Shared(own))


def _plan(
    session: Session, trajectory: Trajectory, edits: tuple[Edit, ...], notes: tuple[str, ...], shared: Shared
) -> Plan:
    experiment, dataset = session.run.experiment, session.run.dataset
    if not len(dataset.X):
        raise ExportError("there are no samples to train on")
    loss = choose_loss(experiment, dataset)
    encoding = Encoding.of(loss, experiment)
    return Plan(
        experiment=in_force(experiment, dataset),
        dataset=dataset,
        train=encoding.train(dataset),
        test=encoding.test(dataset),
        layer_sizes=session.run.parameters.layer_sizes,
        loss=loss,
        settings=session.run.optimizer.settings,
        start=session.run.parameters.vector.copy(),
        steps=trajectory.position.step,
        edits=edits,
        line=line_of(shared),
        notes=notes,
    )


def _notes(trajectory: Trajectory) -> tuple[str, ...]:
    notes = []
    if trajectory.position.phase:
        phases = trajectory.position.phase
        notes.append(f"The run is {phases} phase{'s' * (phases > 1)} into its next step; this ends before that step.")
    if trajectory.experiment.dtype == "float32":
        notes.append("In float32 the last digits of the losses may differ from one machine to the next.")
    return tuple(notes)


def _is_sayable(edit: Edit) -> bool:
    command = edit.command
    if edit.position.phase:
        return False
    if isinstance(command, Configure):
        return {name for name, _ in command.changes} == {"learning_rate"}
    return isinstance(command, SetParameter)
