"""A Condition: a comparison such as ``loss < 0.1 and epoch >= 500``; nothing but comparisons and arithmetic is run."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

from tuinet.lessons.situation import NAMES, OF_THE_SCREEN, OF_THE_STEP, Kind, Situation, UnknownError, Value, look_up

_LONGEST: Final = 400
_FUNCTIONS: Final[Mapping[str, tuple[Callable[..., float], int | None]]] = {
    "abs": (abs, 1),
    "sqrt": (math.sqrt, 1),
    "exp": (math.exp, 1),
    "ln": (math.log, 1),
    "log10": (math.log10, 1),
    "round": (round, 1),
    "min": (min, None),
    "max": (max, None),
}
"""What can be computed, and of how many numbers; ``None`` for one or more."""
_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@dataclass(frozen=True)
class Condition:
    """Something that is true or not; `parse_condition` makes one."""

    source: str
    tree: ast.expr

    def holds(self, situation: Situation) -> bool:
        """Whether it is true now; what is not known makes a comparison false."""
        return _truth(self.tree, situation)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything that is asked for by name, in the order of the text."""
        nodes = sorted((node for node in ast.walk(self.tree) if isinstance(node, ast.Name)), key=_place)
        return tuple(dict.fromkeys(node.id for node in nodes if node.id in NAMES))

    @property
    def needs_step(self) -> bool:
        """Whether it is about the arithmetic of the step."""
        return bool(OF_THE_STEP & set(self.names))

    @property
    def needs_screen(self) -> bool:
        """Whether it is about what is on the screen."""
        return bool(OF_THE_SCREEN & set(self.names))

    def facts(self, situation: Situation) -> dict[str, Value]:
        """What it is about, with the values that are known now, each as it is written."""
        known: dict[str, Value] = {}
        for node in _asked(self.tree):
            try:
                known[ast.unparse(node)] = _value(node, situation)
            except (UnknownError, ArithmeticError, ValueError):
                continue
        return known


def parse_condition(source: str) -> Condition:
    """Read a condition.

    Raises
    ------
    ValueError
        If it is none; the message says what is wrong with it, and what would be right.
    """
    if len(source) > _LONGEST:
        raise ValueError(f"{len(source)} characters are more than {_LONGEST}")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{source!r} is not a condition such as loss < 0.1 and epoch >= 500") from error
    kind = _kind(tree)
    if kind != "truth":
        raise ValueError(f"{source!r} is a {kind}, not a condition such as loss < 0.1")
    return Condition(source.strip(), tree)


def _kind(node: ast.expr) -> Kind:
    """What an expression stands for; only what is listed here is one."""
    match node:
        case ast.BoolOp(values=parts):
            return _all("truth", parts, "truth")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _all("truth", [operand], "truth")
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _all("number", [operand], "number")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _all("number", [left, right], "number")
        case ast.Compare():
            return _comparison(node)
    return _kind_of_atom(node)


def _kind_of_atom(node: ast.expr) -> Kind:
    match node:
        case ast.Constant(value=bool()):
            raise ValueError(f"{ast.unparse(node)} is not needed: write running, or not running")
        case ast.Constant(value=int() | float() | str() as value):
            return "text" if isinstance(value, str) else "number"
        case ast.Name(id=name):
            return _named(name)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments)
    raise ValueError(f"{ast.unparse(node)!r} is neither a comparison nor arithmetic")


def _all(wanted: Kind, parts: list[ast.expr], result: Kind) -> Kind:
    for part in parts:
        kind = _kind(part)
        if kind != wanted:
            raise ValueError(f"{ast.unparse(part)!r} is a {kind}, and a {wanted} is wanted here")
    return result


def _comparison(node: ast.Compare) -> Kind:
    sides = [node.left, *node.comparators]
    kinds = {_kind(side) for side in sides}
    ordered = any(not isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops)
    if any(type(op) not in _COMPARISONS for op in node.ops):
        raise ValueError(f"{ast.unparse(node)!r}: compare with <, <=, >, >=, == or !=")
    if len(kinds) > 1 or "truth" in kinds or (kinds == {"text"} and ordered):
        raise ValueError(f"{ast.unparse(node)!r} compares a {' with a '.join(_kind(side) for side in sides)}")
    return "truth"


def _named(name: str) -> Kind:
    if name not in NAMES:
        raise ValueError(_no_name(name))
    if NAMES[name].arguments:
        raise ValueError(f"{name} wants {_values(name)} in parentheses, counted from 1")
    return NAMES[name].kind


def _call(name: str, arguments: list[ast.expr]) -> Kind:
    if name in _FUNCTIONS:
        number = _FUNCTIONS[name][1]
        if not arguments or (number is not None and len(arguments) != number):
            raise ValueError(f"{name} wants {number or 'some'} number{'s' * (number != 1)}, not {len(arguments)}")
        return _all("number", arguments, "number")
    if name not in NAMES:
        raise ValueError(_no_name(name))
    wanted = NAMES[name].arguments
    if len(arguments) != len(wanted):
        raise ValueError(f"{name} wants {_values(name)} in parentheses, not {len(arguments)}")
    for kind, argument in zip(wanted, arguments, strict=True):
        _all(kind, [argument], kind)
    return NAMES[name].kind


def _values(name: str) -> str:
    number = len(NAMES[name].arguments)
    return f"{number} value{'s' * (number != 1)}"


def _no_name(name: str) -> str:
    close = get_close_matches(name, [*NAMES, *_FUNCTIONS], n=1)
    return f"there is no {name!r}; {f'did you mean {close[0]}?' if close else 'loss, epoch and accuracy, for example'}"


def _truth(node: ast.expr, situation: Situation) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_truth(part, situation) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_truth(part, situation) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _truth(operand, situation)
        case _:
            try:
                return _compared(node, situation) if isinstance(node, ast.Compare) else bool(_value(node, situation))
            except (UnknownError, ArithmeticError, ValueError):
                return False


def _compared(node: ast.Compare, situation: Situation) -> bool:
    sides = [_value(side, situation) for side in (node.left, *node.comparators)]
    pairs = zip(sides, node.ops, sides[1:], strict=False)
    return all(_COMPARISONS[type(op)](one, other) for one, op, other in pairs)


def _value(node: ast.expr, situation: Situation) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return look_up(name, situation, ())
        case ast.Call(func=ast.Name(id=name), args=arguments):
            values = tuple(_value(argument, situation) for argument in arguments)
            return _FUNCTIONS[name][0](*values) if name in _FUNCTIONS else look_up(name, situation, values)
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_value(left, situation), _value(right, situation))
        case ast.UnaryOp(op=op, operand=operand):
            value = _value(operand, situation)
            return -value if isinstance(op, ast.USub) else value
        case _:
            return _truth(node, situation)


def _asked(node: ast.expr) -> Iterator[ast.expr]:
    """The names in an expression, and what is asked for with values in parentheses."""
    if (isinstance(node, ast.Name) and node.id != "pi") or _is_asked_with_values(node):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and child is node.func):
                yield from _asked(child)


def _is_asked_with_values(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES


def _place(node: ast.Name) -> tuple[int, int]:
    return node.lineno, node.col_offset
