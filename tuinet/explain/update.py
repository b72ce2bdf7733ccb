"""The update phase: what the optimizer makes of the gradients, and the new parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from tuinet.explain import adam, descent
from tuinet.explain.descent import Update
from tuinet.explain.entry import Entry
from tuinet.explain.focus import Focus
from tuinet.explain.gradients import left_out, parameter_rows
from tuinet.explain.lines import AnyLine, Line, Remark

Told = tuple[list[Line], str, str, float]
"""Equations that lead to the update, the update in symbols and numbers, and its value."""

_OPTIMIZERS: Final[Mapping[str, Callable[[Entry], Update]]] = {
    "momentum": descent.momentum,
    "nesterov": descent.nesterov,
    "adagrad": descent.adagrad,
    "rmsprop": descent.rmsprop,
    "adam": adam.adam,
    "adamw": adam.adam,
    "amsgrad": adam.amsgrad,
    "nadam": adam.nadam,
}
"""Those that remember something; plain descent is a single equation."""


def update_lines(focus: Focus) -> list[AnyLine]:
    """The new value of every weight of the neuron, and of its bias."""
    shown = parameter_rows(focus)
    if _is_forgotten(focus):
        return [Remark(_FORGOTTEN), *(_now(Entry(focus, row)) for row in shown), *left_out(focus, shown)]
    return [
        Remark(_introduction(focus)),
        *_unknown(focus),
        *(adam.nadam_momentum(focus) if focus.experiment.optimizer == "nadam" else []),
        *(line for row in shown for line in _entry(Entry(focus, row))),
        *left_out(focus, shown),
        *([] if focus.trains_biases else [Remark("The biases do not learn: they stay as they are.")]),
    ]


def _introduction(focus: Focus) -> str:
    settings, name = focus.detail.settings, focus.experiment.optimizer
    values = {
        "learning_rate": focus.learning_rate,
        **{field: getattr(settings, field) for field in _CONSTANTS.get(name, ())},
        **({"weight_decay": settings.weight_decay} if settings.weight_decay else {}),
    }
    constants = ", ".join(f"{field} = {focus.plain(value)}" for field, value in values.items())
    steps = f"; t = {focus.detail.scalars['t']:.0f}, the number of this step" if "t" in focus.detail.scalars else ""
    made = [
        *(["the penalty's share included"] if focus.experiment.l1 or focus.experiment.l2 else []),
        *(["after clipping"] if focus.experiment.clip_norm else []),
    ]
    gradient = ", ".join(["g is the parameter's gradient", *made])
    return f"{name}: {constants}{steps}. {gradient}."


_CONSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "adagrad": ("epsilon",),
    "rmsprop": ("beta2", "epsilon"),
    **dict.fromkeys(("adam", "adamw", "amsgrad", "nadam"), ("beta1", "beta2", "epsilon")),
}
"""What each optimizer uses of its settings."""


def _unknown(focus: Focus) -> list[AnyLine]:
    if not focus.layer.slots or focus.layer.slots_before:
        return []
    return [Remark("What the optimizer remembered before this step is not known: only its new values are shown.")]


def _entry(entry: Entry) -> list[Line]:
    lines, symbols, numbers, value = _told(entry)
    if not np.isclose(value, entry.subtracted, rtol=1e-4, atol=1e-12, equal_nan=True):
        lines, symbols, numbers, value = _subtracted(entry)
    new = entry.line(
        f"{entry.name} new", f"{entry.name} − {symbols}", f"{entry.focus.plain(entry.old)} − {numbers}", entry.new
    )
    # A single equation needs no heading.
    return [*lines, new] if lines else [replace(new, label="")]


def _told(entry: Entry) -> Told:
    """How the update came about."""
    focus, rule = entry.focus, _OPTIMIZERS.get(entry.focus.experiment.optimizer)
    if rule is None and focus.experiment.optimizer != "sgd":
        return _subtracted(entry)
    rate, decay = focus.learning_rate, focus.detail.settings.weight_decay
    lines: list[Line] = []
    if rule is None:
        value = rate * entry.gradient
        symbols, numbers = "learning_rate·g", focus.product(rate, entry.gradient)
    else:
        lines, value = rule(entry)
        symbols, numbers = "update", focus.factor(value)
    if decay:
        value += rate * decay * entry.old
        symbols += f" − learning_rate·weight_decay·{entry.name}"
        numbers += f" − {focus.plain(rate)}·{focus.product(decay, entry.old)}"
    return lines, symbols, numbers, value


_FORGOTTEN: Final = "The optimizer has been changed since this step: only the new values are known."


def _is_forgotten(focus: Focus) -> bool:
    """Whether the optimizer is no longer the one that made this step: a new one has subtracted nothing yet."""
    layers = focus.detail.layers
    has_moved = any((layer.block != layer.block_before).any() for layer in layers)
    return has_moved and not any(layer.updates.any() for layer in layers)


def _now(entry: Entry) -> Line:
    value = float(entry.focus.layer.block[entry.row, entry.focus.neuron])
    return Line(f"{entry.name} new", "", (), entry.focus.plain(value))


def _subtracted(entry: Entry) -> Told:
    """What was subtracted, where the learning rate has been changed since, or where only the optimizer knows why."""
    return [], "update", entry.focus.factor(entry.subtracted), entry.subtracted
