"""Numbers as people and spreadsheets write them: decimal commas, thousands, currencies, signs, and what is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from tuinet.data.place import LARGEST, shown

Decimal = Literal["point", "comma"]
"""The sign between the whole part of a number and its fraction."""

_MISSING: Final = frozenset({"", "?", "na", "n/a", "#n/a", "null", "nan", "none", "-", "."})
"""Spellings of a value that is not known, in small letters."""


def is_missing(text: str) -> bool:
    """Whether a text stands for a value that is not known."""
    return text.strip().lower() in _MISSING


def is_float(text: str) -> bool:
    """Whether a text is a finite number in Python's notation."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


_MINUS: Final = "\u2212"
_SPACES: Final = "\u00a0\u202f\u2009"
_CURRENCIES: Final = ("$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF", "JPY")
_CURRENCY: Final = "|".join(map(re.escape, _CURRENCIES))
_DRESSED: Final = re.compile(rf"([+-]?)\s*(?:{_CURRENCY})?\s*([+-]?)\s*(\S.*?)\s*(?:{_CURRENCY}|%)?", re.IGNORECASE)
"""A number with a currency before or behind it, or a per cent sign: sign, sign, bare number."""
_BARE: Final[dict[Decimal, re.Pattern[str]]] = {
    "point": re.compile(r"(?:\d{1,3}(?:[, ']\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?"),
    "comma": re.compile(r"(?:\d{1,3}(?:[. ']\d{3})+|\d+)?(?:,\d*)?(?:[eE][+-]?\d{1,3})?"),
}
"""Digits, perhaps in groups of thousands, and a fraction."""


def bare(text: str) -> str:
    """A number without currency, per cent sign, and signs of other alphabets: ``-1,037.5`` for ``−$1,037.5``."""
    plain = text.strip().replace(_MINUS, "-")
    for space in _SPACES:
        plain = plain.replace(space, " ")
    dressed = _DRESSED.fullmatch(plain)
    if not dressed or (dressed[1] and dressed[2]):
        return plain
    return (dressed[1] or dressed[2]).replace("+", "") + dressed[3]


def parse_number(text: str, decimal: Decimal) -> float | None:
    """The number that a text stands for with a decimal point or comma; ``None`` where it stands for none.

    ``1,037`` is 1037 with a decimal point and 1.037 with a decimal comma; ``1.037,5`` is 1037.5 with a decimal comma.
    """
    plain = bare(text)
    digits = plain.removeprefix("-")
    if not _BARE[decimal].fullmatch(digits) or not any(map(str.isdigit, digits)):
        return None
    for group in (" ", "'", "," if decimal == "point" else "."):
        digits = digits.replace(group, "")
    number = float(digits.replace(",", "."))
    return -number if plain.startswith("-") else number


_GROUPED: Final = re.compile(r"[1-9]\d{0,2},\d{3}")
_POINT: Final = re.compile(r"\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,}|\d*\.\d+|\d+\.(?!\d)")
_COMMA: Final = re.compile(r"\d{1,3}(\.\d{3})+,\d*|\d*,\d*")


@dataclass
class DecimalEvidence:
    """Texts that can be read in one way only, and one that can be read in both: ``1,037``."""

    point: str = ""
    comma: str = ""
    either: str = ""

    def look_at(self, texts: Iterable[str]) -> None:
        """Keep the first text of each kind."""
        for text in texts:
            if "," not in text and "." not in text:
                continue
            digits = bare(text).removeprefix("-")
            if _GROUPED.fullmatch(digits):
                self.either = self.either or text
            elif _POINT.fullmatch(digits):
                self.point = self.point or text
            elif _COMMA.fullmatch(digits):
                self.comma = self.comma or text


def dressing(texts: Iterable[str], decimal: Decimal) -> list[str]:
    """In words what was left out of the numbers in some texts: thousands, currencies, per cent and minus signs."""
    group = "," if decimal == "point" else "."
    found: dict[str, str] = {}
    for text in texts:
        digits = bare(text)
        if group in digits or " " in digits or "'" in digits:
            found.setdefault("thousands", text)
        if "%" in text:
            found.setdefault("percent", text)
        if any(sign.lower() in text.lower() for sign in _CURRENCIES):
            found.setdefault("currency", text)
    words = {
        "thousands": "{} is read as {:.12g}",
        "percent": "the per cent sign of {} is left out ({:.12g})",
        "currency": "the currency of {} is left out ({:.12g})",
    }
    if "currency" in found:
        found.pop("thousands", None)
    return [
        words[kind].format(shown(text.strip()), parse_number(text, decimal) or 0.0) + _other_reading(text, decimal)
        for kind, text in found.items()
    ]


def _other_reading(text: str, decimal: Decimal) -> str:
    """The number that a text with one comma would be with a decimal comma."""
    if decimal == "comma" or not _GROUPED.fullmatch(bare(text).removeprefix("-")):
        return ""
    return f"; with decimal comma it would be {parse_number(text, 'comma'):.12g}"


def not_finite(text: str) -> str:
    """The message for a number that is infinite, too large or NaN."""
    return f"{shown(text)} is not a finite number up to {LARGEST:g}; correct it, or use another unit"


_DATES: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ]\d{1,2}:\d{2}.*)?"
)


def is_date(text: str) -> bool:
    """Whether a text looks like a date: year, month and day in either order, perhaps with a time."""
    return bool(_DATES.fullmatch(text.strip()))
