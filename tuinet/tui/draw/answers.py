"""What a sample is, what it is taken for, and what a network answers to a question: names and few words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from tuinet.observe.metrics import set_name
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.scales import BOUNDS
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import abbreviated, percent, signed, unit_name

if TYPE_CHECKING:
    from tuinet.observe.answer import Answer


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


_HALF: Final = 0.5
_NAME_LIMIT: Final = 12
_LEAST_GROUPED: Final = 1e4
_MOST_GROUPED: Final = 1e7
"""Sizes between which a number is written out, with its thousands apart."""


def output_text(snapshot: Snapshot, share: float) -> str:
    """What the output says of a class: a percentage where it lies between none and all, otherwise the number."""
    if not math.isfinite(share):
        return str(share)
    return percent(share) if snapshot.layers[-1].activation in BOUNDS else f"{share:.3f}"


def value_text(value: float) -> str:
    """A predicted number, or the value of a feature, with five digits: ``5.1``, ``176,850``, ``1.2346e+09``."""
    return f"{value:,.0f}" if _LEAST_GROUPED <= abs(value) < _MOST_GROUPED else f"{value:.5g}"


def answer_text(snapshot: Snapshot, answer: Answer, unit: Unit | None = None) -> str:
    """The answer in few words: the class and how sure it is, the labels, the numbers; or the activation of a unit."""
    if unit is not None:
        return f"{unit_name(snapshot, unit)} {_activation_text(answer, *unit)}"
    names = share_names(snapshot)
    if answer.predicted is not None:
        share = output_text(snapshot, float(answer.shares[answer.predicted]))
        return f"{short_name(names, answer.predicted, _NAME_LIMIT)} {share}"
    if len(answer.shares):
        told = [name for name, share in zip(names, answer.shares.tolist(), strict=True) if share > _HALF]
        return ", ".join(told) or "none"
    numbers = zip(short_names(snapshot.dataset.output_names, _NAME_LIMIT), answer.outputs.tolist(), strict=True)
    return ", ".join(f"{name} {value_text(value)}" for name, value in numbers)


def _activation_text(answer: Answer, layer: int, index: int) -> str:
    """The activation of a unit; that of an output in the unit of the targets."""
    if layer == len(answer.activations):
        return value_text(float(answer.outputs[index]))
    return signed(float(answer.activations[layer - 1][index]))


_LEAST_TELLING: Final = 3
"""Characters from which on a name is taken to say itself what it is of."""


def probability_of(names: tuple[str, ...], limit: int) -> str:
    """What the only output of two classes is, as in ``P(class 1)`` or ``P(spam)``, with a name in so many cells."""
    name = short_name(names, 1, limit)
    return f"P({name})" if len(name) >= _LEAST_TELLING and not name.isdigit() else f"P(class {name})"
