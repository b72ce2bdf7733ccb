"""A Condition: a comparison such as ``loss < 0.1 and epoch >= 500``; and the TomlTable in which a lesson has it.

Nothing but comparisons and arithmetic is run; values are checked as they are taken out, and named with their line.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, TypeVar

from tuinet.files import ParseError, parse_toml
from tuinet.lessons.situation import NAMES, OF_THE_SCREEN, OF_THE_STEP, Kind, Situation, UnknownError, Value, look_up
from tuinet.names import did_you_mean

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


Look = Callable[[Situation], Any]
"""Computes an expression; where something in it is not known, or has no value, it raises an error."""
_NO_VALUE: Final = (UnknownError, ArithmeticError, ValueError)


@dataclass(frozen=True)
class Condition:
    """Something that is true or not; `parse_condition` makes one."""

    source: str
    tree: ast.expr
    holds: Callable[[Situation], bool]
    """Whether it is true now; what is not known makes a comparison false."""

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

    def fault(self, situation: Situation) -> str:
        """Why it is not true now, with everything that it is about; empty where it is."""
        if self.holds(situation):
            return ""
        return f"{self.source} is false at epoch {situation.snapshot.epoch:,}; {self.facts_text(situation)}"

    def facts_text(self, situation: Situation) -> str:
        """What it is about, with the values that are known now, in words."""
        values = (
            (name, f"{one:.6g}" if type(one) is float else str(one)) for name, one in self.facts(situation).items()
        )
        return ", ".join(f"{name} is {text}" for name, text in values) or "nothing of it is known"

    def facts(self, situation: Situation) -> dict[str, Value]:
        """What it is about, with the values that are known now, each as it is written."""
        known: dict[str, Value] = {}
        for node in _asked(self.tree):
            try:
                known[ast.unparse(node)] = _compiled(node)[1](situation)
            except _NO_VALUE:
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
    kind, look = _compiled(tree)
    if kind != "truth":
        raise ValueError(f"{source!r} is a {kind}, not a condition such as loss < 0.1")
    return Condition(source.strip(), tree, _truth(look))


def _compiled(node: ast.expr) -> tuple[Kind, Look]:
    """What kind of value an expression has, and how it is computed; only what is listed here is one."""
    match node:
        case ast.BoolOp(op=op, values=parts):
            join = all if isinstance(op, ast.And) else any
            truths = [_of_kind("truth", part) for part in parts]
            return "truth", lambda now: join(truth(now) for truth in truths)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = _of_kind("truth", operand)
            return "truth", lambda now: not truth(now)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            number = _of_kind("number", operand)
            return "number", lambda now: -number(now) if isinstance(sign, ast.USub) else number(now)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            compute, one, other = _ARITHMETIC[type(op)], _of_kind("number", left), _of_kind("number", right)
            return "number", lambda now: compute(one(now), other(now))
        case ast.Compare():
            return "truth", _comparison(node)
    return _atom(node)


def _of_kind(wanted: Kind, node: ast.expr) -> Look:
    kind, look = _compiled(node)
    if kind != wanted:
        raise ValueError(f"{ast.unparse(node)!r} is a {kind}, and a {wanted} is wanted here")
    return _truth(look) if kind == "truth" else look


def _truth(look: Look) -> Callable[[Situation], bool]:
    def holds(now: Situation) -> bool:
        try:
            return bool(look(now))
        except _NO_VALUE:
            return False

    return holds


def _comparison(node: ast.Compare) -> Look:
    kinds, looks = zip(*map(_compiled, (node.left, *node.comparators)), strict=True)
    ordered = any(not isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops)
    if any(type(op) not in _COMPARISONS for op in node.ops):
        raise ValueError(f"{ast.unparse(node)!r}: compare with <, <=, >, >=, == or !=")
    if len(set(kinds)) > 1 or "truth" in kinds or (kinds[0] == "text" and ordered):
        raise ValueError(f"{ast.unparse(node)!r} compares a {' with a '.join(kinds)}")
    compares = [_COMPARISONS[type(op)] for op in node.ops]

    def holds(now: Situation) -> bool:
        values = [look(now) for look in looks]
        return all(compare(*pair) for compare, pair in zip(compares, pairwise(values), strict=True))

    return holds


def _atom(node: ast.expr) -> tuple[Kind, Look]:
    match node:
        case ast.Constant(value=bool()):
            raise ValueError(f"{ast.unparse(node)} is not needed: write running, or not running")
        case ast.Constant(value=int() | float() | str() as value):
            return "text" if isinstance(value, str) else "number", lambda now: value
        case ast.Name(id=name):
            if name in NAMES and NAMES[name].arguments:
                raise ValueError(f"{name} wants {_values(name)} in parentheses, counted from 1")
            return _asked_for(name, [])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _computed(name, arguments) if name in _FUNCTIONS else _asked_for(name, arguments)
    raise ValueError(f"{ast.unparse(node)!r} is neither a comparison nor arithmetic")


def _computed(name: str, arguments: list[ast.expr]) -> tuple[Kind, Look]:
    compute, number = _FUNCTIONS[name]
    if not arguments or (number is not None and len(arguments) != number):
        raise ValueError(f"{name} wants {number or 'some'} number{'s' * (number != 1)}, not {len(arguments)}")
    looks = [_of_kind("number", argument) for argument in arguments]
    return "number", lambda now: compute(*(look(now) for look in looks))


def _asked_for(name: str, arguments: list[ast.expr]) -> tuple[Kind, Look]:
    if name not in NAMES:
        raise ValueError(_no_name(name))
    wanted = NAMES[name].arguments
    if len(arguments) != len(wanted):
        raise ValueError(f"{name} wants {_values(name)} in parentheses, not {len(arguments)}")
    looks = [_of_kind(kind, argument) for kind, argument in zip(wanted, arguments, strict=True)]
    return NAMES[name].kind, lambda now: look_up(name, now, tuple(look(now) for look in looks))


def _values(name: str) -> str:
    number = len(NAMES[name].arguments)
    return f"{number} value{'s' * (number != 1)}"


def _no_name(name: str) -> str:
    hint = did_you_mean(name, [*NAMES, *_FUNCTIONS]) or "; loss, epoch and accuracy, for example"
    return f"there is no {name!r}{hint}"


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


T = TypeVar("T")
U = TypeVar("U")


class PlacedError(Exception):
    """What is wrong in a line of a lesson."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, eq=False)
class TomlTable:
    """Keys and values, and where they stand.

    Parameters
    ----------
    values
        As TOML has them.
    lines
        The text they are read from.
    first
        Number of the first of these lines in the file.
    """

    values: Mapping[str, Any]
    lines: Sequence[str]
    first: int

    @classmethod
    def parse(cls, lines: Sequence[str], first: int) -> TomlTable:
        """Read TOML.

        Raises
        ------
        PlacedError
            If it is none.
        """
        try:
            return cls(parse_toml("\n".join(lines)), lines, first)
        except ParseError as error:
            raise PlacedError(first + max(error.line - 1, 0), f"not TOML: {error.reason}") from error

    def line_of(self, key: str) -> int:
        """Where a key stands."""
        found = (index for index, line in enumerate(self.lines) if re.match(rf"\s*(\[+\s*)?{re.escape(key)}\b", line))
        return self.first + next(found, 0)

    def fault(self, key: str, reason: str) -> PlacedError:
        """What is wrong with the value of a key."""
        return PlacedError(self.line_of(key), f"{key}: {reason}")

    def require_known(self, known: Sequence[str]) -> None:
        """Refuse other keys than these."""
        for key in self.values:
            if key not in known:
                hint = did_you_mean(key, known) or f"; {_one_of(known)}"
                raise self.fault(key, f"there is no such key{hint}")

    def require(self, *keys: str) -> None:
        """Refuse a table without these."""
        for key in keys:
            if key not in self.values:
                raise PlacedError(self.first, f"{key} is missing")

    def text(self, key: str, default: str = "") -> str:
        """A text that is not empty, or the default where the key is missing."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise self.fault(key, f"{value!r} is not a text in quotes")
        return value.strip()

    def whole(self, key: str, least: int = 0) -> int | None:
        """A whole number."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise self.fault(key, f"{value!r} is not a whole number from {least}")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false."""
        value = self.values.get(key)
        if value not in (None, True, False) or (isinstance(value, int) and not isinstance(value, bool)):
            raise self.fault(key, f"{value!r} is neither true nor false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single one may stand for itself."""
        value = self.values.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
            raise self.fault(key, f"{value!r} is not a list of texts in quotes")
        return tuple(values)

    def condition(self, key: str) -> Condition | None:
        """A condition."""
        return self.use(key, parse_condition, None)

    def use(self, key: str, read: Callable[[str], T], default: U) -> T | U:
        """What a text stands for; the default where the key is missing."""
        try:
            return read(self.text(key)) if key in self.values else default
        except ValueError as error:
            raise self.fault(key, str(error)) from error

    def part(self, key: str) -> TomlTable | None:
        """A table within the table."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(key, f"{value!r} is not a table; write [{key}] in a line of its own")
        return self._from(value, self.line_of(key))

    def parts(self, key: str) -> list[TomlTable]:
        """A list of tables within the table."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fault(key, f"write [[{key}]] in a line of its own")
        places = [self.first + index for index, line in enumerate(self.lines) if line.strip() == f"[[{key}]]"]
        places += [self.line_of(key)] * (len(value) - len(places))
        return [self._from(one, place) for one, place in zip(value, places, strict=False)]

    def _from(self, values: Mapping[str, Any], line: int) -> TomlTable:
        rest = self.lines[line - self.first :]
        end = next((index for index, text in enumerate(rest) if index and text.lstrip().startswith("[")), len(rest))
        return TomlTable(values, rest[:end], line)


def _one_of(known: Sequence[str]) -> str:
    return f"there are {', '.join(known)}"
