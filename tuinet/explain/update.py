"""The update phase: what the optimizer makes of the gradients, and the new parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from tuinet.explain import adam, descent
from tuinet.explain.descent import Update
from tuinet.explain.entry import Entry
from tuinet.explain.focus import Focus
from tuinet.explain.gradients import left_out, parameter_rows
from tuinet.explain.lines import AnyLine, Line, Remark

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
        "learning_rate": focus.detail.learning_rate,
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
    focus = entry.focus
    rate, decay = focus.detail.learning_rate, focus.detail.settings.weight_decay
    rule = _OPTIMIZERS.get(focus.experiment.optimizer)
    if rule is None:
        lines, symbols, numbers = [], "learning_rate·g", focus.product(rate, entry.gradient)
    else:
        lines, update = rule(entry)
        symbols, numbers = "update", focus.factor(update)
    if decay:
        symbols += f" − learning_rate·weight_decay·{entry.name}"
        numbers += f" − {focus.plain(rate)}·{focus.product(decay, entry.old)}"
    new = entry.line(
        f"{entry.name} new", f"{entry.name} − {symbols}", f"{focus.plain(entry.old)} − {numbers}", entry.new
    )
    # A single equation needs no heading.
    return [*lines, new] if lines else [replace(new, label="")]
