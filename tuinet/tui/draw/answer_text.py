"""What a network answers to a question, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.answers import share_names
from tuinet.tui.draw.scales import BOUNDS
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import percent, signed, unit_name

if TYPE_CHECKING:
    from tuinet.observe.answer import Answer

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
