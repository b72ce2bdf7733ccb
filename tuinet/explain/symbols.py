"""Equations in symbols, such as ``beta1·m_old + (1 − beta1)·g``: their value, and the same with numbers filled in."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from tuinet.explain.focus import Numerals

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
