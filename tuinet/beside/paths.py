"""Where the branches of a run have been, as far as they had its loss: keyframes, and what was seen between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import choose_loss, l2_in_force
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, frozen
from tuinet.observe.landscape import PassedPoint
from tuinet.session.run import Run
from tuinet.session.session import Session
from tuinet.session.timeline import Keyframe, Position, Timeline

IsSame = Callable[[Experiment, str], bool]
"""Whether what an Experiment trained, on samples of this digest, had a certain loss."""


def loss_key(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What decides the loss of any weights, without penalties: the same for two runs where the loss is.

    These are the samples, the sizes of all layers, their activations, and all that is set of the loss.

    Raises
    ------
    ExperimentError
        If the loss does not fit the data.
    """
    loss = choose_loss(experiment, dataset)
    sizes = (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])
    functions = (*experiment.hidden_activations, loss.output_activation, loss.name, loss.reduction)
    return dataset.digest, sizes, functions, experiment.class_weight, experiment.task


def gradient_key(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What decides the gradients besides: the penalties, and whether the biases learn."""
    return experiment.l1, l2_in_force(experiment, dataset), experiment.biases == "trained"


def has_same_loss(experiment: Experiment, dataset: Dataset) -> IsSame:
    """Tells what had the same loss as this Experiment; each other one is looked at once.

    No data is made or read for that: where the samples are others, so is the loss.
    """
    own = loss_key(experiment, dataset)
    known: dict[int, tuple[Experiment, bool]] = {id(experiment): (experiment, True)}

    def is_same(other: Experiment, digest: str) -> bool:
        if digest != dataset.digest:
            return False
        if id(other) not in known:
            known[id(other)] = other, _has_key(other, dataset, own)
        return known[id(other)][1]

    return is_same


def _has_key(experiment: Experiment, dataset: Dataset, key: Hashable) -> bool:
    try:
        return loss_key(experiment, dataset) == key
    except ExperimentError:
        return False


_MOST_SEEN: Final = 256
_MEMORY: Final = 4 * 2**20
"""Moments of one branch that are remembered, and the bytes that they may hold."""
_LEAST_SEEN: Final = 8
_BETWEEN: Final = 8
_MOST_BETWEEN: Final = 32
"""Moments that are replayed in one gap, where there are many gaps, and where there are few."""
_MOST_REPLAYED: Final = 96
_REPLAYED_BYTES: Final = 2**18
"""Moments that are replayed for one picture, and the bytes that they may hold."""


class Moment(NamedTuple):
    """A moment of a branch."""

    position: Position
    edits: int
    """Edits of the branch up to there."""


Path = dict[Moment, Array]
"""The parameters at some moments of a branch, shape (parameters,) each."""


class Sighting(NamedTuple):
    """The weights of a moment, and what had trained them."""

    vector: Array
    experiment: Experiment
    digest: str
    """Of the samples."""


Sightings = dict[Moment, Sighting]


@dataclass(frozen=True, eq=False)
class Gap:
    """A part of a path of which nothing is known yet, without a change on the way."""

    number: int
    branch: Timeline
    start: Keyframe
    steps: Sequence[int]
    """The moments to be found, as complete updates."""
    width: float
    """The distance between the weights before it and those behind it; infinite where these are not known."""


class PathKeeper:
    """Remembers the weights at the moments at which it has looked: keyframes of small networks are 1,024 steps apart.

    When there are too many, every other one is forgotten.
    """

    def __init__(self) -> None:
        self._seen: dict[Timeline, Sightings] = {}

    def note(self, session: Session) -> None:
        """Look at where a session is."""
        branches = session.branches.timelines
        for branch in branches:
            if branch not in self._seen:
                self._seen[branch] = self._inherited(branch)
        self._seen = {branch: self._seen[branch] for branch in branches}
        if session.run.phases_done:
            return
        run, seen = session.run, self._seen[session.branch]
        vector = run.parameters.vector
        moment = Moment(session.now, session.branch.edits_until(session.now))
        if moment not in seen:
            seen[moment] = Sighting(frozen(vector), run.experiment, run.dataset.digest)
            if len(seen) > min(_MOST_SEEN, max(_LEAST_SEEN, _MEMORY // vector.nbytes)):
                kept = [*sorted(seen)[::2], moment]
                self._seen[session.branch] = {one: seen[one] for one in kept}

    def path(self, branch: Timeline, run: Run) -> Path:
        """What is known of a branch that was there at the last look, in the order of time.

        Only what was trained with the loss that the run has: the same weights have another one elsewhere.
        """
        known, is_same = dict(self._seen[branch]), has_same_loss(run.experiment, run.dataset)
        for frame in branch.keyframes:
            state = frame.state
            moment = Moment(frame.position, frame.edits)
            known[moment] = Sighting(state.parameters, state.experiment, state.data_digest)
        here = {moment: one.vector for moment, one in known.items() if is_same(one.experiment, one.digest)}
        return {moment: here[moment] for moment in sorted(here)}

    @DIVERGING_IS_NO_ERROR
    def gaps(self, session: Session) -> tuple[Gap, ...]:
        """The widest gaps, as many as may be replayed."""
        found = [gap for branch in session.branches.timelines for gap in self._gaps_of(branch, session)]
        room = min(_MOST_REPLAYED, _REPLAYED_BYTES // session.run.parameters.vector.nbytes)
        widest = sorted((gap for gap in found if gap.width > 0), key=lambda gap: -gap.width)[: room // _BETWEEN]
        each = min(room // max(len(widest), 1), _MOST_BETWEEN)
        return tuple(replace(gap, number=number, steps=_spread(gap.steps, each)) for number, gap in enumerate(widest))

    def _gaps_of(self, branch: Timeline, session: Session) -> Iterator[Gap]:
        """Those between keyframes, and from the last one to the end, each with all of its moments."""
        path, seen, tip = self.path(branch, session.run), self._seen[branch], branch.tip
        ends = [(Moment(frame.position, frame.edits), frame) for frame in branch.keyframes]
        ends.append((Moment(tip, branch.edits_until(tip)), branch.keyframes[-1]))
        for (first, start), (last, _) in pairwise(ends):
            # The end itself may not be known either: nobody has looked when the branch was left.
            steps = range(first.position.step + 1, last.position.step + (last not in path))
            is_known = any(first < moment < last for moment in seen)
            is_same = first.edits == last.edits and first in path
            if steps and is_same and not is_known:
                width = float(np.linalg.norm(path[last] - path[first])) if last in path else math.inf
                yield Gap(0, branch, start, steps, width)

    def fill(self, gap: Gap, points: Iterable[PassedPoint]) -> None:
        """Remember what was found in a gap."""
        if gap.branch in self._seen:
            state = gap.start.state
            found = {
                Moment(Position(point.step), gap.start.edits): Sighting(
                    point.vector, state.experiment, state.data_digest
                )
                for point in points
            }
            self._seen[gap.branch] = {**found, **self._seen[gap.branch]}

    def _inherited(self, branch: Timeline) -> Sightings:
        """What is known of the past that a new branch has in common with others."""
        found: Sightings = {}
        for other, seen in self._seen.items():
            if other.keyframes[0] is not branch.keyframes[0]:
                continue
            pairs = zip(branch.edits, other.edits, strict=False)
            common = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
            end = branch.edits[common].position if common < len(branch.edits) else branch.tip
            found |= {one: seen[one] for one in seen if one.edits <= common and one.position <= end}
        return found


def _spread(steps: Sequence[int], most: int) -> tuple[int, ...]:
    """As many of the steps as that, at even distances."""
    if len(steps) <= most:
        return tuple(steps)
    return tuple(steps[len(steps) * (part + 1) // most - 1] for part in range(most))
