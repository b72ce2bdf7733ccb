"""An Expression: a calculation in numbers, as explanations write it, that can be worked out with a step changed.

Every node of it has an address: the places of its ancestors' children on the way from the root.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tuinet.explain.update import OPERATORS
from tuinet.terminal_text import MINUS

Address = tuple[int, ...]
Work = Callable[[Address], float]
Change = Callable[[Work], float]
"""The value of a node worked out otherwise, from those of other nodes."""

MOST_CHARACTERS: Final = 4000
FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "erf": math.erf,
    "abs": abs,
    "max": max,
    "min": min,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}
CONSTANTS: Final[Mapping[str, float]] = {"E": math.e, "pi": math.pi, "half": 0.5}
_COMPARED: Final[Mapping[type[ast.cmpop], Callable[[float, float], bool]]] = {
    ast.Lt: lambda one, other: one < other,
    ast.Gt: lambda one, other: one > other,
}
_PREFIXES: Final[Mapping[type[ast.unaryop], Callable[[float], float]]] = {
    ast.USub: lambda value: -value,
    ast.UAdd: lambda value: value,
}
_REWRITTEN: Final = (
    (re.compile(r"\[… \d+ terms: ([^\]]+)\]"), r"(\1)"),
    (re.compile(r"\|([^|]*)\|"), r"abs(\1)"),
    (re.compile(r"√([\d.]+(?:e[−-]?\d+)?)"), r"sqrt(\1)"),
    (re.compile(r"\be\^"), "E**"),
    (re.compile(r" where "), " if "),
    (re.compile(r", else "), " else "),
)
_SIGNS: Final = (
    ("√", "sqrt"),
    ("−", "-"),
    ("·", "*"),
    ("×", "*"),
    ("²", "**2"),
    ("^", "**"),
    ("½", "half"),
    ("π", "pi"),
)
_WRITTEN: Final = (
    (re.compile(r"sqrt\("), "√("),
    (re.compile(r"E\*\*"), "e^"),
    (re.compile(r"\*\*2(?!\d)"), "²"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\*"), "·"),
    (re.compile(r"-"), MINUS),
    (re.compile(r"\bhalf\b"), "½"),
    (re.compile(r"\bpi\b"), "π"),
    (re.compile(r" if "), " where "),
    (re.compile(r" else "), ", else "),
    (re.compile(r"abs\(([^()]*)\)"), r"|\1|"),
)


class NoArithmeticError(ValueError):
    """A text is no calculation."""


def fixed(value: float) -> Change:
    """A number in place of whatever stands there."""
    return lambda work: value


def python_of(text: str) -> str:
    """A calculation as a Python expression."""
    for pattern, replacement in _REWRITTEN:
        text = pattern.sub(replacement, text)
    for sign, word in _SIGNS:
        text = text.replace(sign, word)
    return text.strip()


def written(python: str) -> str:
    """A Python expression as explanations write it."""
    for pattern, replacement in _WRITTEN:
        python = pattern.sub(replacement, python)
    return python


@dataclass(frozen=True, eq=False)
class Expression:
    """A calculation in numbers."""

    text: str
    """In Python's notation."""
    root: ast.expr = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Expression:
        """The calculation that a text is.

        Raises
        ------
        NoArithmeticError
            If it is none.
        """
        python = python_of(text)
        if len(python) > MOST_CHARACTERS:
            raise NoArithmeticError(text)
        try:
            return cls(python, ast.parse(python, mode="eval").body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise NoArithmeticError(text) from None

    @cached_property
    def nodes(self) -> Mapping[Address, ast.expr]:
        """All nodes by their addresses, the root's first."""
        return dict(_walk(self.root, ()))

    @cached_property
    def forms(self) -> Mapping[Address, str]:
        """What every part is made of, by which parts are compared."""
        return {address: ast.dump(node) for address, node in self.nodes.items()}

    def symbols(self, symbols: str) -> Mapping[Address, str]:
        """The symbols of its parts, as far as a formula in symbols is made like it."""
        formula, names = _with_plain_names(symbols.rpartition(" = ")[2])
        try:
            other = Expression.of(formula)
        except NoArithmeticError:
            return {}

        def said(address: Address) -> str:
            return re.sub(r"\bn\d+\b", lambda match: names.get(match[0], match[0]), other.written(address))

        return {address: said(address) for address in _common(self.root, other.root, ())}

    def written(self, address: Address) -> str:
        """A part of it, as explanations write it."""
        return written(ast.get_source_segment(self.text, self.nodes[address]) or "")

    def value(self, changes: Mapping[Address, Change] | None = None, at: Address = ()) -> float:
        """What it or a part of it comes to, perhaps with some nodes worked out otherwise.

        Raises
        ------
        NoArithmeticError
            If a part of it is no arithmetic, or is not defined.
        """
        changes = changes or {}

        def work(address: Address) -> float:
            change = changes.get(address)
            return change(work) if change else self.as_written(address, work)

        try:
            value = float(work(at))
        except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError):
            raise NoArithmeticError(self.text) from None
        return value

    def as_written(self, address: Address, work: Work) -> float:
        """What a part comes to by those that it is made of."""
        return _worked_out(self.nodes[address], address, work)


_NAME: Final = re.compile(
    r"∂[LJ]/∂[a-z]+[₀-₉]*|f′\(z\)|[σΦφ]\(z\)|‖[^‖]*‖|Σw²|Σ\|w\||(?!e\^)(?<![\w√])[^\W\d²½][^\W²½]*(?![\w(])"
)
"""A name in symbols, functions and the base e left out."""


def _with_plain_names(symbols: str) -> tuple[str, Mapping[str, str]]:
    """Symbols with names that Python knows, and which symbol each of them stands for."""
    names: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"n{len(names)}")

    formula = re.sub(r"√([A-Za-z]\w*)", r"√(\1)", symbols)
    return _NAME.sub(plain, formula), {plain: symbol for symbol, plain in names.items()}


def _common(node: ast.expr, other: ast.expr, address: Address) -> Iterator[Address]:
    """The addresses of what both have, a name standing for anything."""
    if isinstance(other, ast.Name):
        yield address
    elif _head(node) == _head(other):
        yield address
        for place, pair in enumerate(zip(children(node), children(other), strict=False)):
            yield from _common(*pair, (*address, place))


def _head(node: ast.expr) -> object:
    """What a node does, by which two are compared."""
    match node:
        case ast.BinOp(_, kind, _) | ast.UnaryOp(kind, _):
            return type(kind)
        case ast.Call(ast.Name(name), _):
            return name
    return type(node)


def children(node: ast.expr) -> tuple[ast.expr, ...]:
    """What a node is made of, in order."""
    match node:
        case ast.BinOp(left, _, right):
            return left, right
        case ast.UnaryOp(_, operand):
            return (operand,)
        case ast.Call(_, arguments):
            return tuple(arguments)
        case ast.IfExp(ast.Compare(left, _, [right]), body, orelse):
            return body, orelse, left, right
    return ()


def _walk(node: ast.expr, address: Address) -> Iterator[tuple[Address, ast.expr]]:
    yield address, node
    for place, child in enumerate(children(node)):
        yield from _walk(child, (*address, place))


def _worked_out(node: ast.expr, address: Address, work: Work) -> float:
    parts = [(*address, place) for place in range(len(children(node)))]
    match node:
        case ast.BinOp(_, ast.Pow(), _):
            return math.pow(*map(work, parts))
        case ast.BinOp(_, kind, _):
            return OPERATORS[type(kind)](*map(work, parts))
        case ast.UnaryOp(kind, _):
            return _PREFIXES[type(kind)](work(parts[0]))
        case ast.Call(ast.Name(name), _, []):
            return float(FUNCTIONS[name](*map(work, parts)))
        case ast.IfExp(ast.Compare(_, [kind], [_]), _, _):
            body, orelse, one, other = parts
            return work(body) if _COMPARED[type(kind)](work(one), work(other)) else work(orelse)
    return _leaf(node)


def _leaf(node: ast.expr) -> float:
    match node:
        case ast.Name(name):
            return CONSTANTS[name]
        case ast.Constant(number) if type(number) in (int, float):
            return float(number)  # type: ignore[arg-type]
    raise NoArithmeticError(type(node).__name__)
