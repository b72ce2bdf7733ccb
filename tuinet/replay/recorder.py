"""Recording: a session goes through its run once more, and what its moments need is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.data.recipe import DataSpec
from tuinet.errors import CheckpointError
from tuinet.replay.recording import Chapter, Recording, generator_words
from tuinet.session import build
from tuinet.session.commands import Seek
from tuinet.session.session import Session
from tuinet.session.timeline import Checkpoint, Clock, set_generator_state
from tuinet.session.watching import StoppedError

MOMENTS: Final = 2000
"""Moments of a recording, about; more than columns of any screen."""
BUDGET: Final = 64 * 2**20
"""Bytes that they may take before they are compressed, unless more are asked for."""
MOST_BYTES: Final = 192 * 2**20
"""At any rate: a reader refuses more than 256 MB."""


def record(
    session: Session,
    epochs: int | None = None,
    every: int | None = None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Recording:
    """Record a run, all edits of its present branch included: the session goes through it once more.

    A CheckpointError where so many moments are too large, or there is nothing to record.

    Parameters
    ----------
    epochs
        How far to go; ``None`` for as far as the run has been.
    every
        Epochs between two moments; ``None`` for as many as give `MOMENTS` moments, or fewer where these are large.
    goes_on
        Asked before each moment; when it does not, the recording ends, as it does where whoever watches stops it.
    """
    branch = session.branch
    last = branch.epoch_at(branch.tip) if epochs is None else epochs
    tip, edits = branch.tip.step, frozenset(edit.position.step for edit in branch.edits if edit.position.phase)
    session.edit(Seek(0))
    every = every or _stride(session, last)
    _require_room(session, last, every)
    tape = _Tape()
    if not session.run.step_count:
        tape.keep(session)
    try:
        while goes_on() and (steps := _steps_to_next(session, tip, epochs, every, edits)):
            session.advance_steps(steps - 1)
            _keep_next(tape, session)
            if not session.run.is_finite and session.run.step_count >= tip:
                break
    except StoppedError:
        while session.run.step_count in edits:
            session.advance_steps(1)
        _keep_next(tape, session)
    return tape.recording(session)


def _keep_next(tape: _Tape, session: Session) -> None:
    """Make an update, and keep the moment that it leads to."""
    tape.keep(session)
    session.advance_steps(1)


def _steps_to_next(session: Session, tip: int, epochs: int | None, every: int, edits: frozenset[int]) -> int:
    """Updates from here to the next moment; 0 where there is none.

    Those in whose middle something was changed cannot be made again without that: no moment ends with them.
    """
    left = tip - session.run.step_count if epochs is None else session.steps_to(epochs)
    steps = min(left, session.steps_to((session.run.epoch // every + 1) * every))
    while session.run.step_count + steps - 1 in edits:
        steps += 1
    return steps if 0 < steps <= left else 0


def _moment_bytes(session: Session) -> int:
    state = session.run.checkpoint()
    size = state.parameters.nbytes + sum(slot.nbytes for slot in state.slots.values())
    return size + 4 * state.experiment.batch_size + 64


def _stride(session: Session, epochs: int) -> int:
    room = max(2, min(MOMENTS, BUDGET // _moment_bytes(session)))
    return max(1, -(-epochs // room))


def _require_room(session: Session, epochs: int, every: int) -> None:
    size = _moment_bytes(session)
    room = MOST_BYTES // size
    if room < 2:
        raise CheckpointError(f"a network of {size / 2**20:,.0f} MB is too large to be recorded")
    least = -(-epochs // (room - 1))
    if every < least:
        raise CheckpointError(f"every: {every:,} is too few epochs between two moments; from {least:,} on they fit")


class _Tape:
    """Collects moments, and chapters of those that belong together."""

    def __init__(self) -> None:
        self._chapters: list[list[Checkpoint]] = []
        self._clocks: list[Clock] = []
        self._datasets: dict[DataSpec, Dataset] = {}

    def keep(self, session: Session) -> None:
        """Keep the state before the last update of a moment."""
        state = session.run.checkpoint()
        if not self._chapters or _kind(self._chapters[-1][0]) != _kind(state):
            self._chapters.append([])
            self._clocks.append(Clock(session.run.clock.batches_per_epoch, *state.epoch_start))
            self._datasets[build.data_spec(session.run.experiment)] = session.run.datasets.base(session.run.experiment)
        chapter = self._chapters[-1]
        if chapter:
            # Only the last one's is needed: the states of large sets would hold much for nothing.
            chapter[-1] = chapter[-1]._replace(history={})
        order = state.order if _is_full(self._clocks[-1]) else _last_batch(state, self._clocks[-1])
        nothing = np.empty(0, state.parameters.dtype)
        chapter.append(state._replace(order=order, grads=nothing, updates=nothing))

    def recording(self, session: Session) -> Recording:
        """Everything that was kept, and the losses of a session that has come to the end of it."""
        if not self._chapters:
            raise CheckpointError("there is nothing to record: the run has not been trained")
        chapters = tuple(map(_chapter, self._chapters, self._clocks))
        if not self._chapters[0][0].step_count:
            # The start of the run, which no update leads to.
            chapters[0].steps[0] = 0
        return Recording(chapters, self._datasets, session.snapshot().history)


def _kind(state: Checkpoint) -> object:
    starts = state.epoch_start, state.changed_at
    return state.experiment, state.data_digest, tuple(state.slots), starts, state.parameters.size


def _is_full(clock: Clock) -> bool:
    return clock.batches_per_epoch == 1


def _last_batch(state: Checkpoint, clock: Clock) -> NDArray[np.intp]:
    """The samples of the batch that comes next."""
    order, batch, size = state.order, clock.batch_at(state.step_count), state.experiment.batch_size
    if batch == 0:
        generator = np.random.default_rng()
        set_generator_state(generator, state.generators, "shuffles")
        order = order.copy()
        generator.shuffle(order)
    return order[batch * size : (batch + 1) * size].copy()


def _chapter(states: list[Checkpoint], clock: Clock) -> Chapter:
    last = states[-1]
    return Chapter(
        experiment=last.experiment,
        data_digest=last.data_digest,
        clock=clock,
        steps=np.array([state.step_count + 1 for state in states], dtype=np.int64),
        parameters=np.stack([state.parameters for state in states]),
        slots={name: np.stack([np.atleast_1d(state.slots[name]) for state in states]) for name in last.slots},
        batches=_batches(states, clock),
        dropout=_dropout(states),
        history=last.history,
        changed_at=last.changed_at,
    )


def _batches(states: list[Checkpoint], clock: Clock) -> NDArray[np.int32]:
    size = 0 if _is_full(clock) else states[0].experiment.batch_size
    rows = np.full((len(states), size), -1, dtype=np.int32)
    for row, state in zip(rows, states, strict=True):
        batch = state.order[:size]
        row[: len(batch)] = batch
    return rows


def _dropout(states: list[Checkpoint]) -> NDArray[np.uint64]:
    if "dropout" not in states[0].generators:
        return np.empty((len(states), 0), dtype=np.uint64)
    return np.array([generator_words(state.generators["dropout"]) for state in states], dtype=np.uint64)
