"""A RecordingPlayer: brings a recorded moment back, and takes snapshots of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tuinet.errors import CheckpointError
from tuinet.observe import take
from tuinet.observe.snapshot import BranchSnapshot, Snapshot, TimeSnapshot
from tuinet.observe.view import View
from tuinet.replay.recording import Chapter, Recording, generator_state
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.run import Run
from tuinet.session.timeline import Checkpoint, set_generator_state
from tuinet.session.timeline import generator_state as plain_state


class RecordingPlayer:
    """Shows the moments of a recording.

    The state before a moment's last update is loaded, and that one update is made, for its gradients, its buffers and
    the optimizer's part in it; nothing else is trained.

    Raises
    ------
    DataError
        If samples that are not in the recording cannot be made or read.
    CheckpointError
        If they are others, or the recording does not fit its Experiment.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.moment = 0
        self._datasets = DatasetCache()
        for spec, dataset in recording.datasets.items():
            self._datasets.put(spec, dataset)
        self._run = Run(replace(recording.chapters[0].experiment, weights=""), self._datasets, records=False)
        self._require_fit()
        self.show(0)

    def _require_fit(self) -> None:
        """Go to the start of every chapter, where errors show."""
        moment = 0
        for chapter in self.recording.chapters:
            _require_batches(chapter, len(self._datasets.get(chapter.experiment).X))
            _require_generators(chapter)
            self.show(moment)
            if self._run.clock != chapter.clock:
                wrong, right = chapter.clock.batches_per_epoch, self._run.clock.batches_per_epoch
                raise CheckpointError(f"damaged: epochs of {wrong:,} batches, which have {right:,}")
            moment += len(chapter.steps)

    @property
    def epoch(self) -> int:
        """Complete epochs at the moment that is shown."""
        return int(self.recording.epochs[self.moment])

    @property
    def phase(self) -> int:
        """Phases of the last update that are done, 0 for all."""
        return self._run.phases_done

    @property
    def phases(self) -> int:
        """Phases of the last update."""
        return self._run.phases_per_step

    def show(self, moment: int, phases: int | None = None) -> None:
        """Go to a moment, with so many phases of its last update done; ``None`` for all."""
        chapter, row = self.recording.find(moment)
        samples = len(self._datasets.get(chapter.experiment).X)
        self._run = self._run.restored(_state(chapter, row, samples))
        self.moment = moment
        if not chapter.steps[row]:
            return
        self._run.run_phase()
        while self.phase if phases is None else self.phase < phases:
            self._run.run_phase()

    def next_phase(self) -> None:
        """Do the next phase of an update under way."""
        if self.phase == self.phases - 1:
            self.show(self.moment)
        else:
            self._run.run_phase()

    def has_update(self, moment: int) -> bool:
        """Whether a moment is the end of an update, and not the start of the run."""
        chapter, row = self.recording.find(moment)
        return bool(chapter.steps[row])

    def snapshot(self, view: View | None) -> Snapshot:
        """The present moment, frozen; during an update, the gradients of the one before are not known.

        Nothing can be changed any more, so that findings come without remedies.
        """
        snapshot = take.take_snapshot(self._run, self._time(), view)
        if self.phase:
            return replace(snapshot, findings=(), knows_last_step=False)
        return replace(snapshot, findings=tuple(finding._replace(remedy=None) for finding in snapshot.findings))

    def _time(self) -> TimeSnapshot:
        is_past = self.moment < len(self.recording) - 1 or bool(self.phase)
        span = self.recording.span_at(self.moment)
        curve = span.part(self.recording.curve)
        return TimeSnapshot(
            tip_epoch=int(self.recording.epochs[-1]),
            is_past=is_past,
            edits=0,
            future=curve if is_past else None,
            branches=(BranchSnapshot("", curve, is_active=True),),
            losses_after=span.after,
        )


def _require_batches(chapter: Chapter, samples: int) -> None:
    rows = np.sort(chapter.batches, axis=1)
    is_double = (rows[:, 1:] == rows[:, :-1]) & (rows[:, 1:] >= 0)
    size = chapter.experiment.batch_size if chapter.clock.batches_per_epoch > 1 else 0
    if (
        rows.shape[1] != size
        or rows.max(initial=-1) >= samples
        or is_double.any()
        or (rows.max(axis=1, initial=0) < 0).any()
    ):
        raise CheckpointError("damaged: the batches are none of this training set")


def _require_generators(chapter: Chapter) -> None:
    is_dropping = bool(chapter.experiment.dropout and chapter.experiment.hidden)
    if bool(chapter.dropout.shape[1]) != is_dropping:
        raise CheckpointError("damaged: the states of dropout's generator are missing, or too many")
    generator = np.random.default_rng(0)
    for words in chapter.dropout if is_dropping else ():
        set_generator_state(generator, {"dropout": generator_state(words)}, "dropout")


def _state(chapter: Chapter, row: int, samples: int) -> Checkpoint:
    """The state before the last update of a moment, without gradients: that update makes them."""
    parameters, experiment = chapter.parameters[row], chapter.experiment
    zeros = np.zeros_like(parameters)
    step = max(int(chapter.steps[row]) - 1, 0)
    generators = {"shuffles": plain_state(build.shuffle_generator(experiment))}
    if chapter.dropout.shape[1]:
        generators["dropout"] = generator_state(chapter.dropout[row])
    return Checkpoint(
        experiment=experiment,
        step_count=step,
        phases=0,
        edits=(),
        parameters=parameters,
        grads=zeros,
        updates=zeros,
        slots={name: slot[row] for name, slot in chapter.slots.items()},
        order=_order(chapter, row, samples),
        generators=generators,
        history=chapter.history,
        data_digest=chapter.data_digest,
        epoch_start=(chapter.clock.step, chapter.clock.epoch),
        changed_at=chapter.changed_at,
    )


def _order(chapter: Chapter, row: int, samples: int) -> NDArray[np.intp]:
    """An order of the samples in which the recorded batch comes next; the places of the others are not known."""
    batch = chapter.batches[row]
    batch = batch[batch >= 0]
    if not len(batch):
        return np.arange(samples)
    number = chapter.clock.batch_at(max(int(chapter.steps[row]) - 1, 0))
    others = np.delete(np.arange(samples), batch)
    order = np.insert(others, min(number * chapter.batches.shape[1], len(others)), batch)
    if number:
        return order
    # The first batch of an epoch is dealt after a shuffle, which is to lead to this order.
    shuffled = np.arange(samples)
    build.shuffle_generator(chapter.experiment).shuffle(shuffled)
    before = np.empty_like(order)
    before[shuffled] = order
    return before
