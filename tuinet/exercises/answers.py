"""Answers as people type them: numbers with a point or a comma, fractions, short calculations, shapes."""

from __future__ import annotations

import math
import re
from typing import Final

from tuinet.exercises.expression import Expression, NoArithmeticError

MOST_CHARACTERS: Final = 80
_PRINTED: Final = str.maketrans(
    {"\u2013": "-", "\u2010": "-", "\u2011": "-", "\uff0d": "-", "\u00f7": "/", "\u2044": "/", "\u00a0": " "}
)
"""Dashes that stand for a minus, strokes of fractions, and the space that does not break."""
_FRACTIONS: Final = {"¼": "(1/4)", "¾": "(3/4)", "⅓": "(1/3)", "⅔": "(2/3)", "⅛": "(1/8)"}
_DECIMAL_COMMA: Final = re.compile(r"(?<=\d),(?=\d)|^,(?=\d)|(?<=[-+*/( ]),(?=\d)")
_THOUSANDS: Final = re.compile(r"\d,\d{3}\.\d|\d\.\d{3},\d")
_SIZES: Final = re.compile(r"[\[(]?\s*(\d{1,6}(?:\s*(?:[x×*·,;]|by)\s*\d{1,6})*)\s*,?\s*[\])]?", re.IGNORECASE)


class UnreadableAnswerError(ValueError):
    """A text is no answer."""


def read_number(text: str) -> float:
    """The number that an answer is, perhaps by a short calculation.

    Raises
    ------
    UnreadableAnswerError
        If it is none.
    """
    plain = " ".join(text.translate(_PRINTED).split()).rstrip("=").strip()
    if not plain or len(plain) > MOST_CHARACTERS or _THOUSANDS.search(plain):
        raise UnreadableAnswerError(text)
    for sign, fraction in _FRACTIONS.items():
        plain = plain.replace(sign, fraction)
    # A function of several arguments has commas of its own.
    if "max" not in plain and "min" not in plain:
        plain = _DECIMAL_COMMA.sub(".", plain)
    try:
        value = Expression.of(plain.rpartition("=")[2].strip()).value()
    except NoArithmeticError:
        raise UnreadableAnswerError(text) from None
    if not math.isfinite(value):
        raise UnreadableAnswerError(text)
    return value


def read_shape(text: str) -> tuple[int, ...]:
    """The sizes that an answer such as ``3 × 4``, ``(3, 4)`` or ``4`` names.

    Raises
    ------
    UnreadableAnswerError
        If it names none.
    """
    match = _SIZES.fullmatch(" ".join(text.split())) if len(text) <= MOST_CHARACTERS else None
    if match is None:
        raise UnreadableAnswerError(text)
    return tuple(map(int, re.findall(r"\d+", match[1])))


def decimals_of(text: str) -> int | None:
    """How many decimals a plain number is written with; ``None`` for a calculation."""
    match = re.fullmatch(r"[-+−]?\d*(?:[.,](\d*))?", text.translate(_PRINTED).strip())
    return len(match[1] or "") if match else None
