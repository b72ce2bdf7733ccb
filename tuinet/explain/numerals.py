"""Numerals: numbers as text with so many significant digits, and the forms that they take in a formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

MINUS: Final = "−"
_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Numerals:
    """Writes numbers. What is not rounded has no trailing zeros: 0.5 is exactly a half, 0.5000 is near it."""

    digits: int = 4
    """Significant digits."""

    def plain(self, value: float) -> str:
        """The number as it stands on its own or as first term: ``0.5416``, ``−0.2100``, ``1.2e−5``."""
        value = float(value)
        if not math.isfinite(value):
            return str(value).replace("-", MINUS)
        if value == 0:
            return "0"
        short = f"{value:.{self.digits}g}"
        text = short if float(short) == value else f"{value:#.{self.digits}g}"
        mantissa, _, exponent = text.partition("e")
        text = mantissa.rstrip(".") + (f"e{int(exponent)}" if exponent else "")
        return text.replace("-", MINUS)

    def factor(self, value: float) -> str:
        """The number where a sign in front of it would mislead: in parentheses when it is negative."""
        text = self.plain(value)
        return f"({text})" if text.startswith(MINUS) else text

    def power(self, value: float) -> str:
        """The number as base or exponent: in parentheses when it is negative or has an exponent itself."""
        text = self.plain(value)
        return f"({text})" if text.startswith(MINUS) or "e" in text else text


def subscript(index: int) -> str:
    """A whole number in subscript digits."""
    return str(index).translate(_SUBSCRIPTS)
