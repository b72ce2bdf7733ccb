"""The names of what a sample is, and of what it is taken for: a class, or a set of labels."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from tuinet.observe.metrics import set_name
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import abbreviated


def answer_name(snapshot: Snapshot, answer: int) -> str:
    """The class with this index; of labels the set with this number, as in ``red+round``."""
    if snapshot.dataset.task == "labels":
        return set_name(answer, snapshot.dataset.target_names)
    return snapshot.dataset.class_names[answer]


def short_answer(snapshot: Snapshot, answer: int, width: int) -> str:
    """The same in so many cells, unlike any other class."""
    if snapshot.dataset.task != "labels":
        return short_names(snapshot.dataset.class_names, width)[answer]
    whole, names = answer_name(snapshot, answer), snapshot.dataset.target_names
    if not answer or cell_len(whole) <= width:
        return abbreviated(whole, width)
    count = answer.bit_count()
    return abbreviated(set_name(answer, short_names(names, max((width - count + 1) // count, 1))), width)


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


def share_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of what is answered by a share: the classes or the labels."""
    return snapshot.dataset.target_names if snapshot.dataset.task == "labels" else snapshot.dataset.class_names


_LEAST_TELLING: Final = 3
"""Characters from which on a name is taken to say itself what it is of."""


def probability_of(names: tuple[str, ...], limit: int) -> str:
    """What the only output of two classes is, as in ``P(class 1)`` or ``P(spam)``, with a name in so many cells."""
    name = short_name(names, 1, limit)
    return f"P({name})" if len(name) >= _LEAST_TELLING and not name.isdigit() else f"P(class {name})"
