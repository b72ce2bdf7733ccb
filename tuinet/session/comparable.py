"""Which losses belong on one chart: those of the same dataset."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tuinet.experiment.experiment import Experiment
from tuinet.session.edits import DATASET, ClearPoints, Configure, EditCommand
from tuinet.session.history import HistorySnapshot
from tuinet.session.timeline import START, Position, Timeline

_FIELDS: Final = tuple(sorted(DATASET))
Learned = tuple[Any, ...]
"""The values of all fields that say what is learned."""


@dataclass(frozen=True)
class DataSpan:
    """From one change of the dataset to the next.

    A sample that is added or taken out by hand makes no other dataset.
    """

    learned: Learned
    begin: Position = START
    after: float = -math.inf
    """Complete epochs when the dataset came: a loss recorded there is that of the one before."""
    until: float = math.inf
    """Complete epochs when the next dataset came."""

    def part(self, history: HistorySnapshot) -> HistorySnapshot:
        """The losses that were recorded in it."""
        return history.within(self.after, self.until)


def learned_in(experiment: Experiment) -> Learned:
    """What an Experiment has a network learn."""
    return tuple(getattr(experiment, name) for name in _FIELDS)


def spans_of(branch: Timeline) -> list[DataSpan]:
    """All of a branch, the earliest first."""
    spans = [DataSpan(learned_in(branch.keyframes[0].state.experiment))]
    for edit in branch.edits:
        learned = _after(edit.command, spans[-1].learned)
        if learned != spans[-1].learned:
            spans = continued(spans, DataSpan(learned, edit.position, branch.epoch_at(edit.position)))
    return spans


def continued(spans: Sequence[DataSpan], span: DataSpan) -> list[DataSpan]:
    """The spans, the last of which ends where another one begins."""
    return [*spans[:-1], replace(spans[-1], until=span.after), span]


def span_at(spans: Sequence[DataSpan], now: Position) -> DataSpan:
    """The one that a moment lies in."""
    return next((span for span in reversed(spans) if span.begin <= now), spans[0])


def comparable(branch: Timeline, learned: Learned) -> HistorySnapshot | None:
    """The losses of a branch where it last had this dataset; ``None`` where it never had, or where none is known."""
    span = next((span for span in reversed(spans_of(branch)) if span.learned == learned), None)
    return None if span is None or branch.history is None else span.part(branch.history)


def _after(command: EditCommand, learned: Learned) -> Learned:
    match command:
        case ClearPoints():
            changes: dict[str, Any] = {"cleared": True}
        case Configure() if DATASET & dict(command.changes).keys():
            changes = {"cleared": False, **dict(command.changes)}
        case _:
            return learned
    return tuple(changes.get(name, value) for name, value in zip(_FIELDS, learned, strict=True))
