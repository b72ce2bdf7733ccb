"""Reads equations back from their text and works them out again."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

NUMERAL: Final = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")
_NAMES: Final = {"ln", "tanh", "max", "min", "sin", "cos", "erf", "sign", "where", "else", "terms", "e", "inf", "nan"}
_FUNCTIONS: Final = {
    "log": math.log,
    "tanh": math.tanh,
    "max": max,
    "min": min,
    "sin": math.sin,
    "cos": math.cos,
    "erf": math.erf,
    "sqrt": math.sqrt,
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "E": math.e,
    "pi": math.pi,
}


@dataclass(frozen=True)
class Equation:
    left: str
    sides: tuple[str, ...]

    @property
    def result(self) -> float:
        return number(self.sides[-1])

    @property
    def numeric_sides(self) -> list[str]:
        # ² and ½ are letters to a regular expression.
        return [side for side in self.sides[:-1] if set(re.findall(r"[^\W\d_²½]+", side)) <= _NAMES | {"π"}]


def equations(text: str) -> list[Equation]:
    """Every row with an equals sign: the text must have been laid out without wrapping."""
    found = []
    for row in text.splitlines()[1:]:
        left, *sides = (side.strip() for side in row.split(" = "))
        if sides and not re.search(r"[:;,]", left) and is_number(sides[-1]):
            found.append(Equation(left, tuple(sides)))
    return found


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"−?\d+(\.\d+)?(e−?\d+)?", text))


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def python_of(side: str) -> str:
    """The side of an equation as a Python expression."""
    side = re.sub(r"\[… \d+ terms: ([^\]]+)\]", r"(\1)", side)
    side = re.sub(r"\|([^|]*)\|", r"abs(\1)", side)
    for sign, word in (("−", "-"), ("·", "*"), ("½", "0.5"), ("²", "**2"), ("e^", "E**"), ("^", "**"), ("ln(", "log(")):
        side = side.replace(sign, word)
    side = side.replace(" where ", " if ").replace(", else ", " else ").replace("π", "pi")
    return re.sub(r"√([\d.]+(?:e-?\d+)?)", r"sqrt(\1)", side).replace("√(", "sqrt(")


def work_out(expression: str) -> float:
    return float(eval(expression, {"__builtins__": {}}, _FUNCTIONS))


def assert_adds_up(equation: Equation, digits: int = 10) -> None:
    """Every side gives the result, as far as the rounding of its numbers in print lets it."""
    assert equation.numeric_sides or len(equation.sides) <= 2, equation
    for side in equation.numeric_sides:
        expression = python_of(side)
        value = work_out(expression)
        slack = abs(equation.result) * 10.0 ** (1 - digits) + _rounding(expression, value, digits) + 1e-300
        assert abs(value - equation.result) <= slack, (equation, value, slack)


def _rounding(expression: str, value: float, digits: int) -> float:
    """How far the value moves when each of its rounded numbers moves by half a unit in its last place."""
    moved = 0.0
    for match in NUMERAL.finditer(expression):
        text = match.group()
        if len(text.partition("e")[0].replace(".", "").lstrip("0")) < digits:
            continue
        change = 0.5 * 10.0 ** (math.floor(math.log10(float(text))) + 1 - digits)
        other = f"{expression[: match.start()]}({float(text) + change!r}){expression[match.end() :]}"
        moved += 1.1 * abs(work_out(other) - value)
    return moved
