"""The update phase: what each optimizer makes of the gradients, by its equations, and the new parameters."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np

from tuinet.explain.backward import left_out, parameter_rows
from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import Focus, Numerals, parameter_label, parameter_symbol
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.parameters import Array
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.step_snapshot import LayerStep, StepSnapshot

_PYTHON: Final = (("·", "*"), ("−", "-"), ("²", "**2"), ("^", "**"), ("½", "0.5"))
_ROOT: Final = re.compile(r"√([A-Za-z_0-9]+)")
# Not \\w: a raised 2 is one of those, too.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "sqrt": math.sqrt,
    "max": max,
    "min": min,
    "abs": abs,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}


def names_in(symbols: str) -> frozenset[str]:
    """The names in an equation, functions left out."""
    return frozenset(_NAME.findall(symbols)) - _FUNCTIONS.keys()


def value_of(symbols: str, values: Mapping[str, float]) -> float:
    """The value of an equation; not a number where it is not defined, or no arithmetic."""
    try:
        return float(_value(_parsed(symbols), values))
    except (ZeroDivisionError, ValueError, OverflowError, SyntaxError):
        return math.nan


@cache
def _parsed(symbols: str) -> ast.expr:
    text = _ROOT.sub(r"sqrt(\1)", symbols).replace("√", "sqrt")
    for symbol, python in _PYTHON:
        text = text.replace(symbol, python)
    return ast.parse(text, mode="eval").body


def _value(node: Any, values: Mapping[str, float]) -> float:
    match node:
        case ast.BinOp(left, kind, right) if type(kind) in OPERATORS:
            return OPERATORS[type(kind)](_value(left, values), _value(right, values))
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, values)
        case ast.Call(ast.Name(name), arguments) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(argument, values) for argument in arguments))
        case ast.Name(name):
            return values[name]
        case ast.Constant(number):
            return float(number)  # type: ignore[arg-type]
    raise ValueError(f"{ast.unparse(node)} is no arithmetic")


def in_numbers(symbols: str, values: Mapping[str, float], numerals: Numerals) -> str:
    """An equation with a number in place of each name, in parentheses where its sign would mislead."""

    def number(match: re.Match[str]) -> str:
        name = match[0]
        if name in _FUNCTIONS:
            return name
        if name == "t":
            return f"{values[name]:.0f}"
        before, after = symbols[: match.start()].rstrip()[-1:], symbols[match.end() :].lstrip()[:1]
        if after in ("²", "^") or before == "√":
            return numerals.power(values[name])
        is_term = before in ("", "(", ",") and after != "·"
        return numerals.plain(values[name]) if is_term else numerals.factor(values[name])

    if "t" in values:
        # The number of the next step is a number, not a sum.
        symbols = symbols.replace("(t + 1)", f"{values['t'] + 1:.0f}")
    return _NAME.sub(number, symbols)


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


PartKind = Literal["gradient", "velocity", "step"]


@dataclass(frozen=True, eq=False)
class StepPart:
    """A part of what a step adds to the parameters, or all of it."""

    kind: PartKind
    symbols: str
    vector: Array
    """Shape (parameters,), in the order of the vector of all parameters."""


_FACTORS: Final[Mapping[str, tuple[tuple[PartKind, str, Callable[[float, float], float]], ...]]] = {
    "sgd": (("gradient", "−learning_rate·g", lambda rate, momentum: -rate),),
    "momentum": (
        ("gradient", "−learning_rate·g", lambda rate, momentum: -rate),
        ("velocity", "−learning_rate·momentum·v_old", lambda rate, momentum: -rate * momentum),
    ),
    "nesterov": (
        ("gradient", "−learning_rate·(1 + momentum)·g", lambda rate, momentum: -rate * (1 + momentum)),
        ("velocity", "−learning_rate·momentum²·v_old", lambda rate, momentum: -rate * momentum**2),
    ),
}
"""For each optimizer whose update is a sum, by what gradient and velocity are multiplied in it."""
_SAME: Final = 1e-4
"""Relative difference up to which a sum of parts is the step, in the precision of float32."""


def step_parts(snapshot: Snapshot) -> tuple[StepPart, ...]:
    """The step of the last update, and before it the parts that add up to it, where it is a sum that is known.

    It is no such sum for optimizers that divide by what they remember, with a weight decay, or after a change of what
    it was made with.
    """
    step = snapshot.step_detail
    if step is None:
        return ()
    whole = StepPart("step", "step", -_joined(step, lambda layer: layer.updates))
    sources: dict[str, Array] = {"gradient": _joined(step, lambda layer: layer.grads)}
    if all("v" in layer.slots_before for layer in step.layers):
        sources["velocity"] = _joined(step, lambda layer: layer.slots_before["v"])
    rate, momentum = step.learning_rate, float(step.settings.momentum)
    factors = _FACTORS.get(snapshot.experiment.optimizer, ())
    parts = [
        StepPart(kind, symbols, factor(rate, momentum) * sources[kind])
        for kind, symbols, factor in factors
        if kind in sources
    ]
    is_sum = bool(parts) and np.allclose(
        sum(part.vector for part in parts), whole.vector, rtol=_SAME, atol=_SAME * float(np.abs(whole.vector).max())
    )
    return (*parts, whole) if is_sum else (whole,)


def _joined(step: StepSnapshot, block: Callable[[LayerStep], Array]) -> Array:
    return np.concatenate([block(layer).ravel() for layer in step.layers]).astype(np.float64)
