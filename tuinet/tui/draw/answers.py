"""The names of what a sample is, and of what it is taken for: a class, or a set of labels."""

from __future__ import annotations

from rich.cells import cell_len

from tuinet.observe.metrics import set_name
from tuinet.observe.snapshot import Snapshot


def answer_name(snapshot: Snapshot, answer: int) -> str:
    """The class with this index; of labels the set with this number, as in ``red+round``."""
    if snapshot.dataset.task == "labels":
        return set_name(answer, snapshot.dataset.target_names)
    return snapshot.dataset.class_names[answer]


def longest_answer(snapshot: Snapshot) -> int:
    """Cells of the longest name that there can be."""
    if snapshot.dataset.task == "labels":
        return max(cell_len("+".join(snapshot.dataset.target_names)), len("none"))
    return max(map(cell_len, snapshot.dataset.class_names), default=0)


def map_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of what the glyphs of a map stand for: classes, or no and yes to the first label."""
    if snapshot.dataset.task == "labels":
        return f"no {snapshot.dataset.target_names[0]}", snapshot.dataset.target_names[0]
    return snapshot.dataset.class_names


def output_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of what is answered by a share: the classes or the labels."""
    return snapshot.dataset.target_names if snapshot.dataset.task == "labels" else snapshot.dataset.class_names


def number_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of the numbers that are predicted."""
    outputs = snapshot.layers[-1].biases.size
    names = snapshot.dataset.target_names
    return names if len(names) == outputs else tuple(f"y{index}" for index in range(1, outputs + 1))
