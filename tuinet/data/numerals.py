"""Numbers as people and spreadsheets write them: decimal commas, thousands, currencies, signs, and what is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tuinet.data.place import LARGEST, shown
from tuinet.nn.parameters import Array

Decimal = Literal["point", "comma"]
"""The sign between the whole part of a number and its fraction."""

MISSING: Final = frozenset({"", "?", "na", "n/a", "#n/a", "null", "nan", "none", "-", "."})
"""Spellings of a value that is not known, in small letters."""


def is_missing(text: str) -> bool:
    """Whether a text stands for a value that is not known."""
    return text.strip().lower() in MISSING


def is_float(text: str) -> bool:
    """Whether a text is a finite number in Python's notation."""
    return parse_plain(text, "point") is not None


_LONGEST: Final = 60
"""Characters of a number that is not in Python's notation."""
_PLAIN: Final = str.maketrans({"\u2212": "-", "\u2019": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
"""Signs of print as those of a keyboard: the minus, the apostrophe and the spaces between thousands."""
_CURRENCIES: Final = ("$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF", "JPY")
_CURRENCY: Final = "|".join(map(re.escape, _CURRENCIES))
_DRESSED: Final = re.compile(rf"([+-]?)\s*(?:{_CURRENCY})?\s*([+-]?)\s*(\S.*?)\s*(?:{_CURRENCY}|%)?", re.IGNORECASE)
"""A number with a currency before or behind it, or a per cent sign: sign, sign, bare number."""
_BARE: Final[dict[Decimal, re.Pattern[str]]] = {
    "point": re.compile(r"(?:[1-9]\d{0,2}([, '])\d{3}(?:\1\d{3})*|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?"),
    "comma": re.compile(r"(?:[1-9]\d{0,2}([. '])\d{3}(?:\1\d{3})*|\d+)?(?:,\d*)?(?:[eE][+-]?\d{1,3})?"),
}
"""Digits, perhaps in groups of thousands, and a fraction."""


def other_sign(decimal: Decimal) -> Decimal:
    """A comma for a point, and a point for a comma."""
    return "comma" if decimal == "point" else "point"


def bare(text: str) -> str:
    """A number without currency, per cent sign, and signs of print: ``-1,037.5`` for ``−$1,037.5``."""
    plain = text.strip().translate(_PLAIN)
    dressed = _DRESSED.fullmatch(plain) if len(plain) <= _LONGEST else None
    if not dressed or (dressed[1] and dressed[2]):
        return plain
    return (dressed[1] or dressed[2]).replace("+", "") + dressed[3]


def parse_plain(text: str, decimal: Decimal) -> float | None:
    """The finite number that a text is in Python's notation, perhaps with a comma for the point; otherwise ``None``."""
    if decimal == "comma":
        if "." in text:
            return None
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def parse_all_plain(texts: Sequence[str], decimal: Decimal) -> Array | None:
    """The numbers of texts as of `parse_plain`, shape (texts,); ``None`` where one of them is none."""
    joined = "\n".join(texts)
    if "_" in joined or (decimal == "comma" and "." in joined):
        return None
    if decimal == "comma" and "," in joined:
        texts, count = joined.replace(",", ".").split("\n"), len(texts)
        if len(texts) != count:
            return None
    try:
        numbers = np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def parse_number(text: str, decimal: Decimal) -> float | None:
    """The number that a text stands for with a decimal point or comma; ``None`` where it stands for none.

    ``1,037`` is 1037 with a decimal point and 1.037 with a decimal comma; ``1.037,5`` is 1037.5 with a decimal comma.
    """
    number = parse_plain(text, decimal)
    if number is not None:
        return number
    plain = bare(text)
    digits = plain.removeprefix("-")
    if len(digits) > _LONGEST or not _BARE[decimal].fullmatch(digits):
        return None
    for group in (" ", "'", "," if decimal == "point" else "."):
        digits = digits.replace(group, "")
    number = parse_plain(digits.replace(",", "."), "point")
    return -number if number is not None and plain.startswith("-") else number


_THOUSANDS: Final = re.compile(r",\d{3},")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}[,.]\d{3}")
"""A number with one sign, which may part thousands or be the decimal one."""
_POINT: Final = re.compile(r"[1-9]\d{0,2}(,\d{3})+\.\d*|[1-9]\d{0,2}(,\d{3}){2,}|\d*\.\d+|\d+\.")
_COMMA: Final = re.compile(r"[1-9]\d{0,2}(\.\d{3})+,\d*|[1-9]\d{0,2}(\.\d{3}){2,}|\d*,\d+|\d+,")


def is_number(text: str) -> bool:
    """Whether a text stands for a number with either decimal sign."""
    return parse_number(text, "point") is not None or parse_number(text, "comma") is not None


@dataclass
class DecimalEvidence:
    """Texts that can be read in one way only, and one that can be read in both: ``1,037``."""

    point: str = ""
    comma: str = ""
    either: str = ""

    def look_at(self, texts: Sequence[str]) -> None:
        """Keep the first text of each kind."""
        if not self._may_tell("\n".join(texts)):
            return
        for text in texts:
            commas, points = text.count(","), text.count(".")
            # A single sign tells nothing new once it has been seen as the decimal one.
            if not commas + points or (commas + points == 1 and (self.comma if commas else self.point)):
                continue
            self._look_at(text, has_comma=commas > 0)

    def _may_tell(self, joined: str) -> bool:
        """Whether texts, a line each, can tell something that is not known."""
        if "." in joined:
            return True
        return "," in joined and not (self.comma and not _THOUSANDS.search(joined))

    def _look_at(self, text: str, *, has_comma: bool) -> None:
        digits = bare(text).removeprefix("-")
        if _GROUPED.fullmatch(digits):
            if has_comma:
                self.either = self.either or text
        elif _POINT.fullmatch(digits):
            self.point = self.point or text
        elif _COMMA.fullmatch(digits):
            self.comma = self.comma or text


def dressing(texts: Iterable[str], decimal: Decimal) -> list[str]:
    """In words what was left out of the numbers in some texts: thousands, currencies, and per cent signs."""
    found: dict[str, str] = {}
    for text in texts:
        if parse_plain(text, decimal) is None:
            for kind in _dressed_with(text, decimal):
                found.setdefault(kind, text)
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


def _dressed_with(text: str, decimal: Decimal) -> Iterator[str]:
    digits = bare(text)
    if any(group in digits for group in (" ", "'", "," if decimal == "point" else ".")):
        yield "thousands"
    if "%" in text:
        yield "percent"
    if any(sign.lower() in text.lower() for sign in _CURRENCIES):
        yield "currency"


def _other_reading(text: str, decimal: Decimal) -> str:
    """The number that a text with one comma or point would be if that were the decimal sign."""
    if not _GROUPED.fullmatch(bare(text).removeprefix("-")):
        return ""
    other = other_sign(decimal)
    return f"; with decimal {other} it would be {parse_number(text, other):.12g}"


def not_finite(text: str) -> str:
    """The message for a number that is infinite, too large or NaN."""
    return f"{shown(text)} is not a finite number up to {LARGEST:g}; correct it, or use another unit"


_DATES: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ]\d{1,2}:\d{2}.*)?"
)


def is_date(text: str) -> bool:
    """Whether a text looks like a date: year, month and day in either order, perhaps with a time."""
    return bool(_DATES.fullmatch(text.strip()))
