"""What a teacher points at, as panels and sentences have it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.text import first_fitting, unit_name, weight_name
from tuinet.tui.messages import Cursor

if TYPE_CHECKING:
    from tuinet.observe.classroom import Classroom, Pointer
    from tuinet.observe.step_snapshot import StepSnapshot

POINTED: Final = "@"
"""Stands before what a teacher points at, whatever colours there are: the key that does so."""


def _phases(snapshot: Snapshot) -> Sequence[object]:
    """The phases of a step, in order."""
    from tuinet.explain.story import phase_names  # the first frame points at nothing

    return phase_names(snapshot.experiment, len(snapshot.layers))


def phase_pointer(snapshot: Snapshot) -> Pointer:
    """The phase that was made last; before the first, that one."""
    from tuinet.observe.classroom import Pointer

    names = _phases(snapshot)
    return Pointer("phase", row=names.index(snapshot.phase) if snapshot.phase in names else 0)


def weight_pointer(cursor: Cursor, snapshot: Snapshot) -> Pointer:
    """The weight or bias at a cursor."""
    from tuinet.observe.classroom import Pointer

    is_bias = cursor.row == snapshot.layers[cursor.layer].weights.shape[0]
    return Pointer("weight", cursor.layer + 1, None if is_bias else cursor.row, cursor.column)


def pointer_of(frame: Frame) -> Pointer | None:
    """What is pointed at; ``None`` where nothing is, or where this network has it not."""
    pointer = None if frame.classroom is None else frame.classroom.pointer
    return pointer if pointer is not None and has(frame.snapshot, pointer) else None


def pointed_weight(frame: Frame) -> Cursor | None:
    """The weight or bias that is pointed at."""
    pointer = pointer_of(frame)
    if pointer is None or pointer.kind != "weight":
        return None
    fan_in = frame.snapshot.layers[pointer.layer - 1].weights.shape[0]
    return Cursor(pointer.layer - 1, fan_in if pointer.row is None else pointer.row, pointer.column)


def pointed_unit(frame: Frame) -> Unit | None:
    """The neuron or input that is pointed at."""
    pointer = pointer_of(frame)
    return (pointer.layer, pointer.column) if pointer is not None and pointer.kind == "neuron" else None


def pointed_sample(frame: Frame) -> int | None:
    """The row, in the training set, of the sample that is pointed at."""
    pointer = pointer_of(frame)
    return pointer.row if pointer is not None and pointer.kind == "sample" else None


def has(snapshot: Snapshot, pointer: Pointer) -> bool:
    """Whether a network, its data and its steps have what is pointed at."""
    is_there = pointer.is_in(snapshot.layer_sizes, len(snapshot.dataset.X))
    return is_there and (pointer.kind != "phase" or (pointer.row or 0) < len(_phases(snapshot)))


def pointed_row(frame: Frame) -> int | None:
    """The row, in the batch of the last step, of the sample that is pointed at."""
    row, detail = pointed_sample(frame), frame.snapshot.step_detail
    return None if row is None or detail is None else _row_of(detail, row)


def _row_of(detail: StepSnapshot, sample: int) -> int | None:
    found = np.flatnonzero(detail.indices == sample)
    return int(found[0]) if len(found) else None


def pointer_words(frame: Frame, room: int = sys.maxsize) -> str:
    """Who points at what, with its value; empty where nothing is pointed at.

    Where that has no room, parts are left out: half a number would be a wrong one.
    """
    pointer, classroom = pointer_of(frame), frame.classroom
    if pointer is None or classroom is None:
        return ""
    who, (name, numbers) = f"{_who(classroom)} at ", _name(frame, pointer)
    short = name.removeprefix(f"layer {pointer.layer}, ")
    texts = [first + last for last in (name + numbers, short + numbers, short) for first in (who, f"{POINTED} ")]
    return first_fitting(texts, room) or texts[-1]


def _who(classroom: Classroom) -> str:
    return "you point" if classroom.attendance == "teaching" else f"{classroom.teacher} points"


def _name(frame: Frame, pointer: Pointer) -> tuple[str, str]:
    """What it is, and what is said of it."""
    snapshot = frame.snapshot
    if pointer.kind == "sample":
        return f"sample {(pointer.row or 0) + 1}", ""
    if pointer.kind == "phase":
        return f"the phase {_phases(snapshot)[pointer.row or 0]}", ""
    if pointer.kind == "neuron":
        return unit_name(snapshot, (pointer.layer, pointer.column)), _neuron_numbers(frame, pointer)
    cursor = pointed_weight(frame)
    assert cursor is not None
    return weight_name(snapshot, cursor.layer, cursor.row, cursor.column), f" = {cursor.value(snapshot):+.4g}"


def _neuron_numbers(frame: Frame, pointer: Pointer) -> str:
    """What a neuron passes on for a sample of the last step, with its δ in backward; else its bias."""
    from tuinet.explain.focus import Selection
    from tuinet.explain.highlights import highlights  # the first frame points at nothing

    snapshot, (layer, unit) = frame.snapshot, (pointer.layer, pointer.column)
    row = _looked_at(frame, pointer)
    seen = None if row is None else highlights(snapshot, Selection(row, neuron=unit))
    if seen is None or snapshot.step_detail is None or row is None:
        return f", bias {snapshot.layers[layer - 1].biases[unit]:+.4g}" if layer else ""
    values = [f" = {seen.activations[layer][unit]:.4g}"] if layer < len(seen.activations) else []
    values += [f", δ = {seen.deltas[layer][unit]:+.4g}"] if layer in seen.deltas else []
    of = f"sample {snapshot.step_detail.indices[row] + 1}"
    return f"{''.join(values)} for {of}" if values else f", not computed yet for {of}"


def _looked_at(frame: Frame, pointer: Pointer) -> int | None:
    """The row of the batch that is looked at: the teacher's, else the one that the microscope looks at first."""
    detail = frame.snapshot.step_detail
    if frame.running or detail is None or not len(detail.indices):
        return None
    from tuinet.explain.focus import telling_sample  # as above

    return telling_sample(detail) if pointer.row is None else _row_of(detail, pointer.row)
