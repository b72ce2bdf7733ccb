"""Slips: a calculation with one step left out, turned round or mistaken, and what a student gets who makes it."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tuinet.exercises.expression import Address, Change, Expression, NoArithmeticError, Work, fixed
from tuinet.explain.explanation import Line

_ERRORS_OF_THE_LOSS: Final = {("a", "y")}
_FORGETTABLE: Final = {"tanh": "activation", "sin": "activation", "sqrt": "root"}
_NUMBER: Final = re.compile(r"[-−]?[\d.]+(e[-−]?\d+)?")
_COARSE: Final = (2, 1)
"""Decimals to which somebody rounds who rounds too early."""


@dataclass(frozen=True)
class UsualMistake:
    """A kind of mistake, and the answer that it leads to."""

    kind: str
    """One of `KINDS`."""
    value: float
    where: str = ""
    """The part of the calculation."""
    shape: tuple[int, ...] = ()
    """In place of the value, where a shape is asked."""
    as_shown: float | None = None
    """The answer with the numbers as they are shown."""
    changes: Mapping[Address, Change] = field(default_factory=dict, repr=False)
    """Of the calculation, by which it is worked out again with other numbers."""

    def distance(self, number: float) -> float:
        """How far a number is from the answer."""
        return min(abs(number - value) for value in (self.value, self.as_shown) if value is not None)


@dataclass(frozen=True)
class Slip:
    """One change of a calculation."""

    kind: str
    where: str
    changes: Mapping[Address, Change]


@dataclass(frozen=True, eq=False)
class Calculation:
    """A line's calculation: exact, as it is shown, and with the symbols of its parts."""

    line: Line
    exact_line: Line
    """With all digits."""
    exact: Expression
    shown: Expression
    symbols: Mapping[Address, str]

    def name(self, address: Address) -> str:
        """The symbols of a part, or else its numbers."""
        return self.symbols.get(address) or self.shown.written(address)

    def told(self, address: Address) -> str:
        """The symbols of a part with its numbers, as far as there are both."""
        name, numbers = self.name(address), self.shown.written(address)
        return numbers if name == numbers else f"{name} = {numbers}"

    def told_apart(self, address: Address) -> str:
        """A number with its symbol; where it has none, and stands there more than once, with what it belongs to."""
        told, number = self.told(address), self.shown.written(address)
        is_single = [self.shown.written(other) for other in self.shown.nodes].count(number) == 1
        if told != number or is_single or not address:
            return told
        return f"{number} in {self.shown.written(address[:-1])}"

    def given(self, results: Container[str]) -> tuple[str, ...] | None:
        """The numbers that it begins with, as in ``w₁ = 0.5``; those that are results of lines before are left out.

        ``None`` where the formula does not say which number is which: a sum over samples, for example.
        """
        told: dict[str, None] = {}
        for address in filter(self._is_leaf, self.symbols):
            symbol, number = self.symbols[address], self.shown.written(address).strip("()")
            if symbol in results or symbol[:1].isdigit() or symbol == number or symbol.endswith("(z)"):
                continue
            if not _NUMBER.fullmatch(number):
                return None
            told[f"{symbol} = {number}"] = None
        return tuple(told) if self.symbols else None

    def _is_leaf(self, address: Address) -> bool:
        return not any(other != address and other[: len(address)] == address for other in self.symbols)

    def mistakes(self) -> Iterator[UsualMistake]:
        """What each slip leads to, where that is a number."""
        for slip in self._slips():
            value, as_shown = (_worked_out(numbers, slip.changes) for numbers in (self.exact, self.shown))
            if value is not None:
                yield UsualMistake(slip.kind, value, slip.where, as_shown=as_shown, changes=slip.changes)

    def _slips(self) -> Iterator[Slip]:
        yield Slip("sign", "", {(): lambda work: -self.exact.as_written((), work)})
        for address, node in self.exact.nodes.items():
            for rule in _RULES:
                yield from rule(self, address, node)
        yield from self._one_sample()
        yield from self._everywhere("exponential", _is_exponential, lambda place: _part(place, 1), 2)
        yield from self._everywhere("exponent's sign", _is_exponential, _turned)
        yield from self._everywhere("logarithm", lambda node: _calls(node, "ln"), _log10)
        yield from (Slip("rounding", "", self._rounded(decimals)) for decimals in _COARSE)

    def _everywhere(
        self, kind: str, is_meant: Callable[[ast.expr], bool], changed: Callable[[Address], Change], fewest: int = 1
    ) -> Iterator[Slip]:
        """The same slip at every node of a kind, where there are enough of them."""
        places = [address for address, node in self.exact.nodes.items() if is_meant(node)]
        if len(places) >= fewest:
            yield Slip(kind, "", {place: changed(place) for place in places})

    def _rounded(self, decimals: int) -> Mapping[Address, Change]:
        return {
            address: fixed(round(float(node.value), decimals))
            for address, node in self.exact.nodes.items()
            if isinstance(node, ast.Constant) and isinstance(node.value, float)
        }

    def _one_sample(self) -> Iterator[Slip]:
        """A gradient of one sample alone, or divided by their number once more."""
        terms = list(self.terms(()))
        if not self.line.symbols.startswith("Σ δ") or len(terms) < 2:
            return
        for term in terms:
            yield Slip("one sample", self.shown.written(term), {(): _part(term)})
        yield Slip("mean twice", "", {(): lambda work: self.exact.as_written((), work) / len(terms)})

    def terms(self, address: Address) -> Iterator[Address]:
        """The terms of a sum."""
        node = self.exact.nodes[address]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield from self.terms((*address, 0))
            yield (*address, 1)
        else:
            yield address


Rule = Callable[[Calculation, Address, ast.expr], Iterator[Slip]]


def _worked_out(expression: Expression, changes: Mapping[Address, Change]) -> float | None:
    """What a calculation comes to with changes; ``None`` where that is no number."""
    try:
        value = expression.value(changes)
    except NoArithmeticError:
        return None
    return value if math.isfinite(value) else None


def _part(address: Address, place: int | None = None) -> Change:
    target = address if place is None else (*address, place)
    return lambda work: work(target)


def _log10(address: Address) -> Change:
    return lambda work: math.log10(work((*address, 0)))


def _turned(address: Address) -> Change:
    return lambda work: math.exp(-work((*address, 1)))


def _is_exponential(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(ast.Name("E"), ast.Pow(), _):
            return True
    return False


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _sums(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A term of a sum is missing, or has the wrong sign."""
    match node:
        case ast.BinOp(first, ast.Add(), _):
            last, one = (*address, 1), (*address, 0)
            kind = "bias" if calculation.symbols.get(last) == "b" and not address else "term"
            yield Slip(kind, calculation.told(last), {address: _part(one)})
            yield Slip("sign of a term", calculation.told(last), {address: lambda work: work(one) - work(last)})
            if not (isinstance(first, ast.BinOp) and isinstance(first.op, ast.Add)):
                yield Slip("term", calculation.told(one), {address: _part(last)})


def _differences(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A difference is the wrong way round, or a sum; what is subtracted is missing."""
    match node:
        case ast.BinOp(_, ast.Sub(), _):
            one, last = (*address, 0), (*address, 1)
            if _is_error(calculation, one, last):
                change: Change = lambda work: work(last) - work(one)  # noqa: E731 - it is bound to these places
                yield Slip("target minus output", "", {address: change})
            is_update = calculation.line.left.endswith("new") and calculation.name(last) != "1"
            kind = "added update" if is_update else "sign of a term"
            yield Slip(kind, calculation.told(last), {address: lambda work: work(one) + work(last)})
            yield Slip("term", calculation.told(last), {address: _part(one)})
            yield Slip("term", calculation.told(one), {address: lambda work: -work(last)})


def _is_error(calculation: Calculation, one: Address, last: Address) -> bool:
    names = (calculation.symbols.get(one), calculation.symbols.get(last))
    return names in _ERRORS_OF_THE_LOSS or calculation.line.left == "a − y"


def _products(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A factor is missing."""
    match node:
        case ast.BinOp(_, ast.Mult(), _):
            for place in (0, 1):
                dropped, kept = (*address, place), (*address, 1 - place)
                name = calculation.name(dropped)
                yield Slip(_kind_of_factor(name), calculation.told(dropped), {address: _part(kept)})


def _complements(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A factor 1 − a is taken for a, which is another factor."""
    match node:
        case ast.BinOp(left, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), ast.Constant(value))):
            other = left.right if isinstance(left, ast.BinOp) else left
            if isinstance(other, ast.Constant) and other.value == value:
                place = (*address, 1)
                name = calculation.name((*place, 1))
                yield Slip("complement", f"{name}·{name} in place of {name}·(1 − {name})", {place: _part(place, 1)})


def _kind_of_factor(name: str) -> str:
    bare = name.removeprefix("1 − ")
    if name == "f′(z)":
        return "derivative"
    if name == "learning_rate":
        return "learning rate"
    if bare in ("beta1", "beta2", "momentum", "mu", "mu_next"):
        return "beta"
    return "half" if name == "½" else "factor"


def _quotients(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A divisor is missing."""
    match node:
        case ast.BinOp(_, ast.Div(), _):
            divisor = (*address, 1)
            kind = _kind_of_divisor(calculation, divisor)
            yield Slip(kind, calculation.told(divisor), {address: _part(address, 0)})


def _kind_of_divisor(calculation: Calculation, divisor: Address) -> str:
    line = calculation.line
    if line.left in ("m_hat", "v_hat"):
        return "bias correction"
    if line.symbols.startswith("e^"):
        return "normalization"
    is_mean = calculation.symbols.get(divisor) in ("n", "Σc") or line.symbols.endswith((" / n", "outputs)", " / Σc"))
    return "mean" if is_mean or line.symbols.startswith("Σ") else "divisor"


def _powers(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A square is missing."""
    match node:
        case ast.BinOp(_, ast.Pow(), ast.Constant(2)):
            yield Slip("square", calculation.told((*address, 0)), {address: _part(address, 0)})


def _functions(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """A function is missing."""
    match node:
        case ast.Call(ast.Name(name), [_]) if name in _FORGETTABLE:
            yield Slip(_FORGETTABLE[name], calculation.told((*address, 0)), {address: _part(address, 0)})


def _numbers(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """The minus of a number is lost."""
    match node:
        case ast.UnaryOp(ast.USub(), ast.Constant()):
            yield Slip("sign of a number", calculation.told_apart(address), {address: _part(address, 0)})


def _cases(calculation: Calculation, address: Address, node: ast.expr) -> Iterator[Slip]:
    """The other of two cases was taken."""
    if isinstance(node, ast.IfExp):

        def other(work: Work) -> float:
            body, orelse = work((*address, 0)), work((*address, 1))
            return orelse if calculation.exact.value(at=address) == body else body

        yield Slip("another branch", "", {address: other})


_RULES: Final[tuple[Rule, ...]] = (
    _sums,
    _differences,
    _products,
    _complements,
    _quotients,
    _powers,
    _functions,
    _numbers,
    _cases,
)
