"""Answers as people type them, and what they are: right, right given a wrong one before, or which mistake they show."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tuinet.exercises.exercise import SHAPE_FORM, Blank
from tuinet.exercises.expression import Expression, NoArithmeticError
from tuinet.exercises.kinds import COARSE, CONSEQUENTIAL, GENERIC, KINDS, OTHER, RIGHT, ROUNDING, UNREADABLE
from tuinet.exercises.slips import UsualMistake

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


def significant_of(text: str) -> int | None:
    """How many significant digits a plain number is written with; ``None`` for a calculation."""
    if decimals_of(text) is None:
        return None
    return len(re.sub(r"\D", "", text).lstrip("0"))


def decimals_of(text: str) -> int | None:
    """How many decimals a plain number is written with; ``None`` for a calculation."""
    match = re.fullmatch(r"[-+−]?\d*(?:[.,](\d*))?", text.translate(_PRINTED).strip())
    return len(match[1] or "") if match else None


_NEAR: Final = 2
"""Tolerances by which an answer may be off what a mistake leads to: it was rounded, and made of rounded numbers."""
_AS_NEAR: Final = 1.2
_FEWEST_SIGNIFICANT: Final = 2
"""Digits of a number that was rounded more coarsely than it was asked, but is still an answer."""
_ROUNDED_ON_THE_WAY: Final = 3
"""Units of the last digit by which an answer may be off that was rounded on the way."""


@dataclass(frozen=True)
class Verdict:
    """What there is to say of an answer."""

    kind: str
    """``right``, ``consequential``, or one of `KINDS`."""
    difference: float | None
    """The answer less the right one; ``None`` where it is no number."""
    words: str
    """A sentence."""
    hint: str = ""
    """Another one, which helps without telling the answer; empty where nothing is wrong."""
    value: float | None = None
    """The answer as a number, with which later blanks go on."""

    @property
    def is_right(self) -> bool:
        """Whether it is the right answer; one that only follows from a wrong one is not."""
        return self.kind == RIGHT


def check(blank: Blank, text: str, answers: Mapping[str, float] | None = None) -> Verdict:
    """Judge an answer.

    Parameters
    ----------
    text
        As it was typed.
    answers
        Earlier answers, right or wrong, by the names of their blanks.
    """
    try:
        if blank.shape:
            return _check_shape(blank, read_shape(text))
        number = read_number(text)
    except UnreadableAnswerError:
        return _unreadable(blank)
    answers = answers or {}
    if blank.is_right(number):
        return _right(blank, number, f"Right: {blank.line.left} = {blank.answer}.")
    if blank.follows(number, answers):
        wrong = blank.wrong_before(answers)
        if not wrong:
            return _right(blank, number, f"Right, with your digits: {blank.line.left} = {blank.answer}.")
        names = " and ".join(f"({name})" for name in wrong)
        words = f"Right given your answer to {names}, which was wrong; {_off(blank, number)}."
        return Verdict(CONSEQUENTIAL, number - blank.value, words, f"Correct {names} first.", number)
    mistake = _mistake(blank, number, decimals_of(text), answers)
    is_too_coarse = mistake.kind == ROUNDING and _is_too_coarse(blank, number, text)
    return _wrong(blank, number, UsualMistake(COARSE, number) if is_too_coarse else mistake)


def _unreadable(blank: Blank) -> Verdict:
    if blank.shape:
        return Verdict(UNREADABLE, None, "That is no shape.", f"A shape is written like {SHAPE_FORM}.")
    return Verdict(UNREADABLE, None, f"{_capital(KINDS[UNREADABLE].words)}.", KINDS[UNREADABLE].hint)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _check_shape(blank: Blank, shape: tuple[int, ...]) -> Verdict:
    # A vector may be written as a matrix of one row.
    if shape in (blank.shape, (1, *blank.shape)[-2:]):
        return Verdict(RIGHT, None, f"Right: {blank.question} is {blank.answer}.")
    mistake = next((one for one in blank.mistakes if one.shape == shape), UsualMistake(OTHER, 0.0))
    kind = KINDS[mistake.kind]
    words = kind.words.replace("{where}", mistake.where) if mistake.kind != OTHER else "that is another shape"
    return Verdict(mistake.kind, None, f"{_capital(words)}.", kind.hint)


def _right(blank: Blank, number: float, words: str) -> Verdict:
    return Verdict(RIGHT, number - blank.value, words, value=number)


def _mistake(blank: Blank, number: float, decimals: int | None, answers: Mapping[str, float]) -> UsualMistake:
    tolerance = blank.asked.tolerance
    near = [one for one in blank.mistakes_after(answers) if one.distance(number) <= _NEAR * tolerance]
    if near:
        # Of those that are about as near, the first is the likeliest.
        return min(near, key=lambda one: (one.kind in GENERIC, int(one.distance(number) / (_AS_NEAR * tolerance))))
    is_coarse = decimals is not None and decimals < blank.asked.decimals and _is_coarse(number, blank.value, decimals)
    is_near = abs(number - blank.value) <= 2 * _ROUNDED_ON_THE_WAY * tolerance
    return UsualMistake(ROUNDING if is_coarse or is_near else OTHER, number)


def _is_too_coarse(blank: Blank, number: float, text: str) -> bool:
    """Whether a number has fewer digits than are asked, and is not right to two significant ones at least."""
    decimals, significant = decimals_of(text), significant_of(text)
    if decimals is None or significant is None or decimals >= blank.asked.decimals:
        return False
    return significant < _FEWEST_SIGNIFICANT or abs(number - blank.value) > 10.0**-decimals / 2 + 1e-9


def _is_coarse(number: float, value: float, decimals: int) -> bool:
    """Whether a number is a value with fewer decimals, rounded or cut off; 0 is for many a value."""
    unit = 10.0**-decimals
    cut_off = math.copysign(math.floor(abs(value) / unit) * unit, value)
    return number != 0 and min(abs(number - value) - unit / 2, abs(number - cut_off)) <= 1e-9


def _wrong(blank: Blank, number: float, mistake: UsualMistake) -> Verdict:
    kind = KINDS[mistake.kind]
    # A part of a calculation may have braces of its own.
    words = kind.words.replace("{where}", mistake.where or "a part of it")
    return Verdict(
        mistake.kind, number - blank.value, f"{_off(blank, number).capitalize()}: {words}.", kind.hint, number
    )


def _off(blank: Blank, number: float) -> str:
    """As in ``0.125 too large``."""
    difference = number - blank.value
    return f"{blank.asked.text(abs(difference))} too {'large' if difference > 0 else 'small'}"
