"""The update phase: what each optimizer makes of the gradients, and the new parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tuinet.explain.backward import left_out, parameter_rows
from tuinet.explain.focus import Focus, parameter_label, parameter_symbol
from tuinet.explain.layout import AnyLine, Line, Remark
from tuinet.explain.symbols import in_numbers, names_in, value_of
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class ParameterRow:
    """A row of the focused neuron's column."""

    focus: Focus
    row: int

    @property
    def name(self) -> str:
        """In a formula."""
        return parameter_symbol(self.focus, self.row)

    @property
    def gradient(self) -> float:
        """As the optimizer takes it: penalty and clipping included."""
        return self._at(self.focus.layer.grads)

    @property
    def old(self) -> float:
        """The parameter at the start of the step."""
        return self._at(self.focus.layer.block_before)

    @property
    def new(self) -> float:
        """The parameter after it."""
        # In the layer's own precision, and whatever has been done to it by hand since.
        return self._at(self.focus.layer.block_before - self.focus.layer.updates)

    @property
    def subtracted(self) -> float:
        """What the update took off."""
        return self._at(self.focus.layer.updates)

    def slot(self, name: str) -> float:
        """What is remembered now."""
        return self._at(self.focus.layer.slots[name])

    def slot_before(self, name: str) -> float | None:
        """What was remembered at the start of the step, where that is known."""
        slots: Mapping[str, Array] = self.focus.layer.slots_before
        return self._at(slots[name]) if name in slots else None

    def line(self, left: str, symbols: str, numbers: str, result: float) -> Line:
        """An equation under this parameter's heading."""
        return Line(left, symbols, (numbers,), self.focus.plain(result), parameter_label(self.focus, self.row))

    def _at(self, block: Array) -> float:
        return float(block[self.row, self.focus.neuron])


Told = tuple[list[Line], str, str, float]
"""Equations that lead to the update, the update in symbols and numbers, and its value."""


def update_lines(focus: Focus) -> list[AnyLine]:
    """The new value of every weight of the neuron, and of its bias."""
    shown = parameter_rows(focus)
    if _is_forgotten(focus):
        return [Remark(_FORGOTTEN), *(_now(ParameterRow(focus, row)) for row in shown), *left_out(focus, shown)]
    return [
        Remark(_introduction(focus)),
        *_unknown(focus),
        *_shared(focus)[0],
        *(line for row in shown for line in _entry(ParameterRow(focus, row))),
        *left_out(focus, shown),
        *([] if focus.trains_biases else [Remark("The biases do not learn: they stay as they are.")]),
    ]


def _introduction(focus: Focus) -> str:
    settings, name = focus.detail.settings, focus.experiment.optimizer
    values = {
        "learning_rate": focus.learning_rate,
        **{field: getattr(settings, field) for field in OPTIMIZERS[name].constants},
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


def _unknown(focus: Focus) -> list[AnyLine]:
    if not focus.layer.slots or focus.layer.slots_before:
        return []
    return [Remark("What the optimizer remembered before this step is not known: only its new values are shown.")]


def _entry(entry: ParameterRow) -> list[Line]:
    lines, symbols, numbers, value = _told(entry)
    if not np.isclose(value, entry.subtracted, rtol=1e-4, atol=1e-12, equal_nan=True):
        lines, symbols, numbers, value = _subtracted(entry)
    new = entry.line(
        f"{entry.name} new", f"{entry.name} − {symbols}", f"{entry.focus.plain(entry.old)} − {numbers}", entry.new
    )
    # A single equation needs no heading.
    return [*lines, new] if lines else [replace(new, label="")]


def _told(entry: ParameterRow) -> Told:
    """How the update came about."""
    focus = entry.focus
    equations = _equations(focus)
    if not equations:
        return _subtracted(entry)
    shared, values = _shared(focus)
    values["g"] = entry.gradient
    values |= {name: entry.slot(name) for name in focus.layer.slots}
    values |= {f"{name}_old": old for name in focus.layer.slots if (old := entry.slot_before(name)) is not None}
    lines = [
        _line(focus, name, symbols, values, parameter_label(focus, entry.row))
        for name, symbols in equations
        if name not in {line.left for line in shared}
    ]
    _, symbols = equations[-1]
    value, numbers = values["update"], in_numbers(symbols, values, focus.numerals)
    if len(lines) > 1:
        symbols, numbers = "update", focus.factor(value)
    rate, decay = focus.learning_rate, focus.detail.settings.weight_decay
    if decay:
        value += rate * decay * entry.old
        symbols += f" − learning_rate·weight_decay·{entry.name}"
        numbers += f" − {focus.plain(rate)}·{focus.product(decay, entry.old)}"
    return lines if len(lines) > 1 else [], symbols, numbers, value


def _line(focus: Focus, name: str, symbols: str, values: dict[str, float], label: str = "") -> Line:
    """An equation with its numbers; its value is one of the values from now on, where it is not remembered anyway."""
    is_remembered = name in values
    if is_remembered and not names_in(symbols) <= values.keys():
        return Line(name, "", (), focus.plain(values[name]), label)
    if not is_remembered:
        values[name] = value_of(symbols, values)
    return Line(name, symbols, (in_numbers(symbols, values, focus.numerals),), focus.plain(values[name]), label)


def _equations(focus: Focus) -> list[tuple[str, str]]:
    pairs = (equation.partition(" = ") for equation in OPTIMIZERS[focus.experiment.optimizer].equations)
    return [(name, symbols) for name, _, symbols in pairs]


def _known(focus: Focus) -> dict[str, float]:
    """What every parameter shares: the settings, and what is remembered as a single number."""
    known = {name: float(getattr(focus.detail.settings, name)) for name in ("momentum", "beta1", "beta2", "epsilon")}
    before = {f"{name}_old": float(value) for name, value in focus.detail.scalars_before.items()}
    return {**known, "learning_rate": focus.learning_rate, **focus.detail.scalars, **before}


def _shared(focus: Focus) -> tuple[list[Line], dict[str, float]]:
    """Equations that are the same for every parameter, and all values that every parameter shares."""
    values, lines = _known(focus), list[Line]()
    before = {f"{name}_old" for name in focus.detail.scalars}
    for name, symbols in _equations(focus):
        if names_in(symbols) <= values.keys() | before:
            lines.append(_line(focus, name, symbols, values))
    return lines, values


_FORGOTTEN: Final = "The optimizer has been changed since this step: only the new values are known."


def _is_forgotten(focus: Focus) -> bool:
    """Whether the optimizer is no longer the one that made this step: a new one has subtracted nothing yet."""
    layers = focus.detail.layers
    has_moved = any((layer.block != layer.block_before).any() for layer in layers)
    return has_moved and not any(layer.updates.any() for layer in layers)


def _now(entry: ParameterRow) -> Line:
    value = float(entry.focus.layer.block[entry.row, entry.focus.neuron])
    return Line(f"{entry.name} new", "", (), entry.focus.plain(value))


def _subtracted(entry: ParameterRow) -> Told:
    """What was subtracted, where the learning rate has been changed since, or where only the optimizer knows why."""
    return [], "update", entry.focus.factor(entry.subtracted), entry.subtracted
