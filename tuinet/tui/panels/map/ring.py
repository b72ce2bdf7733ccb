"""The sample of a step that is looked at: its place on the map, where it stands in brackets, and its name."""

from __future__ import annotations

import numpy as np

from tuinet.observe.planes import Points
from tuinet.observe.snapshot import Frame, Snapshot, is_mid_step
from tuinet.tui.draw.text import Piece
from tuinet.tui.panels.map.drawing import CURSOR, CURSOR_SIDES, Place, inputs_of, sets_of
from tuinet.tui.pointing import pointed_sample
from tuinet.tui.style.theme import Theme


def looks_at_step(frame: Frame) -> bool:
    """Whether a sample is looked at: between the phases of a step, or after one that was made on a single sample."""
    snapshot = frame.snapshot
    if frame.running or snapshot.phase is None:
        return False
    return is_mid_step(snapshot) or snapshot.experiment.batch_size == 1


def current_sample(frame: Frame) -> int | None:
    """The row of the batch that is looked at, the one that the microscope looks at first; ``None`` for none."""
    detail = frame.snapshot.step_detail
    if detail is None or not looks_at_step(frame):
        return None
    from tuinet.explain.focus import telling_sample  # noqa: PLC0415 - the first frame explains nothing

    return telling_sample(detail)


def sample_place(snapshot: Snapshot, row: int) -> Place | None:
    """Where a sample of the batch is, if it is one of those on the map.

    Parameters
    ----------
    row
        Of the batch; one that is beyond the last stands for the last.
    """
    detail = snapshot.step_detail
    return None if detail is None else place_of(snapshot, detail.indices[min(row, len(detail.indices) - 1)])


def place_of(snapshot: Snapshot, index: int) -> Place | None:
    """Where a training sample is, counted from 0, if it is one of those on the map."""
    points = _training_points(snapshot)
    found = np.flatnonzero(points.rows == index)
    return tuple(points.places[found[0]].tolist()) if len(found) else None


def nearest_sample(snapshot: Snapshot, place: Place) -> int | None:
    """The training sample on the map that is nearest to a place, counted from 0; ``None`` where there is none."""
    points = _training_points(snapshot)
    if not len(points.rows):
        return None
    spans = np.maximum(np.ptp(points.places, axis=0), np.finfo(float).tiny)
    distances = np.square((points.places - np.asarray(place)) / spans).sum(axis=1)
    return int(points.rows[distances.argmin()])


def _training_points(snapshot: Snapshot) -> Points:
    if inputs_of(snapshot) == 1:
        from tuinet.tui.panels.map.fits import sample_places  # noqa: PLC0415 - most maps are no curves

        return sample_places(snapshot)
    return sets_of(snapshot)[0]


def ring_words(snapshot: Snapshot, row: int) -> str:
    """The brackets and the name of the sample in them: ``[ ] sample 4``."""
    ring = CURSOR if inputs_of(snapshot) == 1 else " ".join(CURSOR_SIDES)
    return f"{ring} sample {row + 1}"


def ring_pieces(frame: Frame, theme: Theme) -> list[Piece]:
    """The same of the sample that is looked at; nothing where there is none."""
    row = current_sample(frame) if pointed_sample(frame) is None else pointed_sample(frame)
    return [] if row is None else [(ring_words(frame.snapshot, row), theme.inks.key)]
