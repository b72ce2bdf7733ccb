"""The update phase: what each optimizer makes of the gradients, and the new parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.explain.backward import left_out, parameter_rows
from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import Focus, parameter_label, parameter_symbol
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
        """Its symbol in a formula."""
        return parameter_symbol(self.focus, self.row)

    @property
    def old(self) -> float:
        """The parameter at the start of the step."""
        return self.at(self.focus.layer.block_before)

    @property
    def subtracted(self) -> float:
        """The update."""
        return self.at(self.focus.layer.updates)

    def at(self, block: Array) -> float:
        """The entry of a block of the layer, shape (fan_in + 1, fan_out), that belongs to the parameter."""
        return float(block[self.row, self.focus.neuron])


Told = tuple[list[Line], str, str, float]
"""Equations that lead to the update, the update in symbols and numbers, and its value."""


def update_lines(focus: Focus) -> list[AnyLine]:
    """The new value of every weight of the neuron, and of its bias."""
    shown = parameter_rows(focus)
    if _is_forgotten(focus):
        rows = [ParameterRow(focus, row) for row in shown]
        now = [Line(f"{row.name} new", "", (), focus.plain(row.at(focus.layer.block))) for row in rows]
        return [Remark(_FORGOTTEN), *now, *left_out(focus, shown)]
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
        "learning_rate": focus.detail.learning_rate,
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
    focus = entry.focus
    # In the layer's own precision, and whatever has been done to it by hand since.
    result = focus.plain(entry.at(focus.layer.block_before - focus.layer.updates))
    # A single equation needs no heading.
    label = parameter_label(focus, entry.row) if lines else ""
    numbers = f"{focus.plain(entry.old)} − {numbers}"
    return [*lines, Line(f"{entry.name} new", f"{entry.name} − {symbols}", (numbers,), result, label)]


def _told(entry: ParameterRow) -> Told:
    focus, layer = entry.focus, entry.focus.layer
    equations = _equations(focus)
    if not equations:
        return _subtracted(entry)
    shared, values = _shared(focus)
    values |= {f"{name}_old": entry.at(block) for name, block in layer.slots_before.items()}
    values |= {name: entry.at(block) for name, block in layer.slots.items()} | {"g": entry.at(layer.grads)}
    lines = [
        _line(focus, name, symbols, values, parameter_label(focus, entry.row))
        for name, symbols in equations
        if name not in {line.left for line in shared}
    ]
    if "update" not in values:
        return lines, *_subtracted(entry)[1:]
    _, symbols = equations[-1]
    value, numbers = values["update"], in_numbers(symbols, values, focus.numerals)
    if len(lines) > 1:
        symbols, numbers = "update", focus.factor(value)
    rate, decay = focus.detail.learning_rate, float(focus.detail.settings.weight_decay)
    if decay:
        value += rate * decay * entry.old
        symbols += f" − learning_rate·weight_decay·{entry.name}"
        numbers += f" − {focus.plain(rate)}·{focus.product(decay, entry.old)}"
    return lines if len(lines) > 1 else [], symbols, numbers, value


def _line(focus: Focus, name: str, symbols: str, values: dict[str, float], label: str = "") -> Line:
    """An equation with its numbers; its value is one of the values from now on, where it is not remembered anyway.

    Where a symbol is not known, the equation stands as it is written; where only what was remembered before the step
    is not, the new value stands alone.
    """
    unknown = names_in(symbols) - values.keys()
    if unknown:
        forgotten = {f"{slot}_old" for slot in (*focus.layer.slots, *focus.detail.scalars)}
        is_remembered = name in values
        result = focus.plain(values[name]) if is_remembered else ""
        return Line(name, "" if is_remembered and unknown <= forgotten else symbols, (), result, label)
    if name not in values:
        values[name] = value_of(symbols, values)
    return Line(name, symbols, (in_numbers(symbols, values, focus.numerals),), focus.plain(values[name]), label)


def _equations(focus: Focus) -> list[tuple[str, str]]:
    pairs = (equation.partition(" = ") for equation in OPTIMIZERS[focus.experiment.optimizer].equations)
    return [(name, symbols) for name, _, symbols in pairs]


def _known(focus: Focus) -> dict[str, float]:
    """The values that all parameters share: the settings, and what is remembered as a single number."""
    known = {name: float(getattr(focus.detail.settings, name)) for name in ("momentum", "beta1", "beta2", "epsilon")}
    before = {f"{name}_old": float(value) for name, value in focus.detail.scalars_before.items()}
    return {**known, "learning_rate": focus.detail.learning_rate, **focus.detail.scalars, **before}


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


def _subtracted(entry: ParameterRow) -> Told:
    """The update alone, where the learning rate has been changed since, or where only the optimizer knows why."""
    return [], "update", entry.focus.factor(entry.subtracted), entry.subtracted
