"""What leaves a session: frozen pictures of its state, made of read-only copies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import loss_title
from tuinet.experiment.experiment import Experiment
from tuinet.nn.losses import LOSSES
from tuinet.nn.parameters import Array, norm
from tuinet.nn.training import PhaseName
from tuinet.observe.finding import Finding
from tuinet.observe.metrics import Metrics
from tuinet.observe.planes import Picture
from tuinet.observe.view import Question
from tuinet.session.history import HistorySnapshot

if TYPE_CHECKING:
    from tuinet.observe.answer import Answer
    from tuinet.observe.classroom import Classroom
    from tuinet.observe.gallery import Gallery, Responses
    from tuinet.observe.gradients import GradientFlow
    from tuinet.observe.hidden import HiddenSpace
    from tuinet.observe.landscape import Landscape
    from tuinet.observe.map import UnitMaps
    from tuinet.observe.rates import RateSearch
    from tuinet.observe.starts import NoStarts, Starts, Sweep
    from tuinet.observe.step_snapshot import GradientCheckSnapshot, StepSnapshot
    from tuinet.session.timeline import Trajectory


@dataclass(frozen=True, eq=False, repr=False)
class LayerSnapshot:
    """One layer: what it computes with, and what the last step made of it.

    The gradients are those of the last batch, taken at the parameters before its update; the updates are what was
    subtracted from the parameters.
    """

    activation: str
    weights: Array
    """Shape (fan_in, fan_out)."""
    biases: Array
    """Shape (fan_out,)."""
    weight_grads: Array
    """∂L/∂W, penalties and clipping included, shape (fan_in, fan_out)."""
    bias_grads: Array
    """∂L/∂b, clipping included, shape (fan_out,)."""
    weight_updates: Array
    """Shape (fan_in, fan_out)."""
    bias_updates: Array
    """Shape (fan_out,)."""
    is_finite: bool
    """Whether the weights and the pre-activations of the samples looked at are."""
    slopes: Array
    """For each unit the steepest |f′(z)|, shape (fan_out,): over all training samples seen, or over 256 of them where
    these show already that a hidden unit is neither dead nor saturated."""

    @cached_property
    def grad_norm(self) -> float:
        """‖∂L/∂W‖: root of the sum of the squared gradients of all weights."""
        return norm(self.weight_grads)

    @property
    def typical_grad(self) -> float:
        """Root of the mean squared gradient of the weights: how large that of one weight is, in layers of any size."""
        return self.grad_norm / math.sqrt(self.weight_grads.size)

    @cached_property
    def update_ratio(self) -> float:
        """Norm of the weights' last update over the norm of the weights: a healthy step is near 1e-3."""
        weights = norm(self.weights)
        return norm(self.weight_updates) / weights if weights else 0.0


class BranchSnapshot(NamedTuple):
    """One of the runs that have been, told apart by what was changed."""

    label: str
    """What is different in it; empty while there is nothing to tell it from."""
    history: HistorySnapshot | None
    """Its losses of the present dataset, up to where it was left; ``None`` while it has never been left, and where it
    has another dataset."""
    is_active: bool


class TimeSnapshot(NamedTuple):
    """Where the present is in time."""

    tip_epoch: int
    """The furthest epoch that has been on this branch."""
    is_past: bool
    """Whether there is a future that has been before."""
    edits: int
    """Edits so far: how often one can undo."""
    future: HistorySnapshot | None
    """In the past, the losses of the branch up to its tip, or to where the next dataset comes."""
    branches: tuple[BranchSnapshot, ...]
    trajectory: Trajectory | None = None
    losses_after: float = -math.inf
    """The epoch at which the present dataset came: the losses up to there are those of another one."""


NO_PAST: Final = TimeSnapshot(0, is_past=False, edits=0, future=None, branches=())
"""Where a session is that keeps nothing to go back to."""


Withheld = Literal["", "lesson", "user"]
"""By whom something is held back."""


@dataclass(frozen=True, eq=False, repr=False)
class Snapshot:
    """The state of a session at one moment, safe to keep and to share between threads.

    What no view has asked for is ``None``.
    """

    experiment: Experiment
    dataset: Dataset
    epoch: int
    """Complete passes over the training set."""
    batch: int
    """Complete batches within the present epoch."""
    batches_per_epoch: int
    step: int
    """Complete updates since the weights were initialized."""
    phase: PhaseName | None
    """The last phase completed, ``None`` before the first."""
    loss_name: str
    layers: tuple[LayerSnapshot, ...]
    """From the first hidden layer to the output."""
    metrics: Metrics
    """On the training set."""
    test_metrics: Metrics | None
    penalty: float
    """What l1 and l2 add to the loss; the sum is the objective that is minimized."""
    learning_rate: float
    """Of the present epoch, the schedule included."""
    history: HistorySnapshot
    surface: Picture | None
    findings: tuple[Finding, ...]
    pending: tuple[str, ...]
    """Edits that wait for the end of the step, in words."""
    step_detail: StepSnapshot | None = None
    """``None`` before the first step, too."""
    gradient_check: GradientCheckSnapshot | None = None
    time: TimeSnapshot = NO_PAST
    unit_maps: UnitMaps | None = None
    hidden_space: HiddenSpace | None = None
    gallery: Gallery | None = None
    predictions: Gallery | None = None
    """The samples of another panel, beside those of `gallery`."""
    responses: Responses | None = None
    flow: GradientFlow | None = None
    answer: Answer | None = None
    """To what the network is asked."""
    pointed: Answer | None = None
    """To what the cursor of the map asks."""
    question: Question | None = None
    """What the network was asked last, as it is kept with the run."""
    starts: Starts | Sweep | NoStarts | None = None
    """From a process beside: ``None`` before its first result, too."""
    landscape: Landscape | None = None
    rates: RateSearch | None = None
    knows_last_step: bool = True
    """Whether the gradients and updates of the step before one under way are known; in a recording they are not."""
    knows_last_update: bool = True
    """Whether the last update is one of this network's and this optimizer's, which may have been made anew since."""

    keeps_step: bool = False
    """Whether a view can be given the numbers of the last step; not after the network was changed, nor in a recording.
    """
    changed_at: tuple[int, int] = (0, 0)
    """Complete updates and epochs when anything was changed last; those of the start where nothing was."""
    withheld: Withheld = ""
    """Who holds back what a teacher would say; empty where nobody does. There are no findings then."""
    divergence: str = ""
    """Why the run counts as diverged, in words; empty where it does not. A right answer is then right by chance."""
    begins_absurd: bool = False
    """Whether the loss was beyond all use before anything was trained: the cause is in the initial weights."""

    @property
    def loss_title(self) -> str:
        """The name of the loss, and what it is where it is not the plain mean."""
        return loss_title(self.experiment, self.loss_name)

    @property
    def learns_probabilities(self) -> bool:
        """Whether the loss makes the outputs probabilities."""
        return any(loss.is_canonical for loss in LOSSES[self.loss_name].values())

    @property
    def has_margins(self) -> bool:
        """Whether outputs are scores without bounds, of which a class should be ahead by 1."""
        return any(loss.has_margins for loss in LOSSES[self.loss_name].values())

    @property
    def is_signed(self) -> bool:
        """Whether yes and no, or two classes, are 1 and −1 of the output, which parts them at 0."""
        is_margin = self.has_margins and self.layers[-1].biases.size == 1
        return self.dataset.task != "regression" and (is_margin or self.layers[-1].activation == "tanh")

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Sizes of all layers, inputs first."""
        return (self.layers[0].weights.shape[0], *(layer.biases.size for layer in self.layers))

    @property
    def has_weight_pictures(self) -> bool:
        """Whether the first layer's weights are one for each pixel."""
        shape = self.dataset.image_shape
        return shape is not None and shape[0] * shape[1] == self.layer_sizes[0]

    @property
    def is_finite(self) -> bool:
        """Whether the loss and all layers are."""
        return math.isfinite(self.metrics.loss) and all(layer.is_finite for layer in self.layers)

    @property
    def comparable_history(self) -> HistorySnapshot:
        """The losses since the present dataset came; there is always that of the present moment."""
        last = self.history.epochs[-1:]
        return self.history.within(min([self.time.losses_after, *(last - 0.5)]), math.inf)

    @property
    def has_gradients(self) -> bool:
        """Whether any step has been made since the weights were initialized, and is known."""
        return (self.step > 0 and self.knows_last_step) or (self.phase is not None and self.phase.kind == "update")

    @property
    def steps_unchanged(self) -> int:
        """Complete updates since anything was changed."""
        return self.step - self.changed_at[0]

    @property
    def epochs_unchanged(self) -> int:
        """Complete epochs since anything was changed."""
        return self.epoch - self.changed_at[1]

    @property
    def has_updates(self) -> bool:
        """Whether the last step's updates are known, too."""
        return self.has_gradients and self.knows_last_update


class Frame(NamedTuple):
    """The latest snapshot and the state of the training, as a runner hands it to the screen."""

    snapshot: Snapshot
    running: bool
    speed: float | None
    """Epochs per second asked for, ``None`` for unlimited."""
    rate: float
    """Epochs per second measured over the last second or so; 0 while paused."""
    refusal: str = ""
    """Why the last command was refused, if it was."""
    warning: str = ""
    """What is wrong although the training goes on, such as a full disk."""
    notice: str = ""
    """What the last command has done that is not seen otherwise."""
    obeyed: int = 0
    """How many commands have taken effect, or were refused, by now."""
    run: int = 0
    """Number of the last run that was set up; 0 before the first."""
    moment: tuple[int, int] | None = None
    """Of a recording, which of its moments this is, counted from 1, and how many there are; ``None`` where a network is
    trained."""
    way: str = ""
    """Where the run has been on its way to for longer than a moment, and how long that takes."""
    at_stake: Literal["nothing", "kept", "lost"] = "nothing"
    """What would be in no file of the user's if the run ended now: ``kept`` where it could be resumed all the same."""
    classroom: Classroom | None = None
    """The class that the run is shown to, or comes from; ``None`` where there is none."""


def is_mid_step(snapshot: Snapshot) -> bool:
    """Whether a step has been begun and not finished."""
    return snapshot.phase is not None and snapshot.phase.kind != "update"


def gradients_are_fresh(snapshot: Snapshot, layer: int) -> bool:
    """Whether a layer's gradients, counted from 1, are those of the step that is on the screen."""
    if not is_mid_step(snapshot) or snapshot.phase is None:
        return True
    kind, reached = snapshot.phase.kind, snapshot.phase.layer
    return kind in ("regularize", "clip") or (kind == "backward" and reached is not None and layer >= reached)


def gradients_are_known(snapshot: Snapshot, layer: int) -> bool:
    """Whether there are gradients of a layer at all: before the first step, those that it has reached."""
    return snapshot.has_gradients or (is_mid_step(snapshot) and gradients_are_fresh(snapshot, layer))
