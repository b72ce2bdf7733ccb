"""A column of a table: numbers or texts, from texts as they stand in a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tuinet.data.dataset import Mask
from tuinet.data.numerals import (
    Decimal,
    dressing,
    is_date,
    is_missing,
    not_finite,
    other_sign,
    parse_all_plain,
    parse_number,
)
from tuinet.data.place import LARGEST, Place, on_one_line, shown
from tuinet.nn.parameters import Array

_WITH_UNIT: Final = re.compile(r"[+-]?\d[\d.,' ]{0,30}?\s?((?:[^\W\d_]|°).{0,11})")
"""A number and its unit."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table: numbers with NaN where one is missing, or texts that are empty there."""

    place: Place
    numbers: Array | None = None
    """Shape (rows,); ``None`` for texts."""
    texts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """How its numbers are written, where that is not plain."""

    @property
    def name(self) -> str:
        """Its name; empty where the file gives none."""
        return self.place.name

    @property
    def label(self) -> str:
        """Its name, or its number where it has none."""
        return self.name or f"column {self.place.column}"

    @cached_property
    def missing(self) -> Mask:
        """Whether the value of each row is not known, shape (rows,)."""
        if self.numbers is None:
            return np.array([not text for text in self.texts], dtype=np.bool_)
        return np.isnan(self.numbers)

    @cached_property
    def unit(self) -> str:
        """What stands behind the number in every text, such as ``kg``; empty where that differs or there is none."""
        parts = [_WITH_UNIT.fullmatch(text) for text in set(filter(None, self.texts))]
        units = {part[1] if part else "" for part in parts}
        return units.pop() if len(units) == 1 and len(parts) > 1 else ""

    @property
    def is_of_dates(self) -> bool:
        """Whether it has dates and nothing else."""
        there = {text for text in self.texts if text}
        return bool(there) and all(map(is_date, there))


def column_of_texts(place: Place, texts: Sequence[str], lines: Sequence[int], decimal: Decimal) -> Column:
    """A column of numbers if all that is not missing is one; of texts if at least half of it is none.

    Parameters
    ----------
    texts
        Shape (rows,).
    lines
        The number of each row's line.

    Raises
    ------
    DataError
        If most of it are numbers, but not all, or if one is not finite.
    """
    plain = parse_all_plain(texts, decimal)
    if plain is not None and (np.abs(plain) <= LARGEST).all():
        return Column(place, plain)
    values = {text: np.nan if is_missing(text) else read_number(text, decimal) for text in dict.fromkeys(texts)}
    odd = [text for text, value in values.items() if value is None]
    if odd:
        _require_texts(place, texts, lines, odd, decimal)
        cleaned = {text: "" if is_missing(text) else on_one_line(text.strip()) for text in values}
        return Column(place, texts=tuple(map(cleaned.__getitem__, texts)))
    numbers = np.array([values[text] for text in texts], dtype=np.float64)
    large = np.flatnonzero(np.abs(numbers) > LARGEST)
    if len(large):
        raise place._replace(line=lines[large[0]]).error(not_finite(texts[large[0]].strip()))
    return Column(place, numbers, remarks=tuple(dressing(values, decimal)))


def read_number(text: str, decimal: Decimal) -> float | None:
    """The number of a text, which may be infinite; ``None`` where it is none."""
    number = parse_number(text, decimal)
    if number is not None or "_" in text:
        return number
    try:
        plain = float(text)
    except ValueError:
        return None
    # A finite number that is none with this decimal sign is a point where commas are expected.
    return None if np.isfinite(plain) else plain


def _require_texts(place: Place, texts: Sequence[str], lines: Sequence[int], odd: list[str], decimal: Decimal) -> None:
    """Refuse a column in which some are no numbers, but fewer than half, or only for their decimal sign."""
    counts = Counter(texts)
    n_odd = sum(counts[text] for text in odd)
    others = sum(count for text, count in counts.items() if not is_missing(text)) - n_odd
    other = other_sign(decimal)
    has_other_sign = parse_number(odd[0], other) is not None
    if n_odd < others or (has_other_sign and all(parse_number(text, other) is not None for text in odd)):
        what = shown(odd[0].strip())
        if has_other_sign:
            message = f"{what} has a decimal {other}; write a decimal {decimal}, or set decimal to {other}"
        else:
            counted = "the other value is" if others == 1 else f"the {others:,} others are"
            message = f"{what} is not a number, as {counted}; correct it"
        raise place._replace(line=lines[texts.index(odd[0])]).error(message)


def plain_numbers(texts: Sequence[str]) -> Array | None:
    """The numbers of a column, shape (samples,), where all are written as Python does; ``None`` where one is not."""
    try:
        plain = np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        return None
    return None if (np.abs(plain) > LARGEST).any() else plain


def numbers_of(texts: Sequence[str], lines: Sequence[int], column: Place, sign: Decimal) -> Array:
    """The numbers of a column, shape (samples,), NaN where one is missing.

    A DataError names the first value that is none.
    """
    return np.array([_number(text, line, column, sign) for text, line in zip(texts, lines, strict=True)])


def _number(text: str, line: int, column: Place, sign: Decimal) -> float:
    if is_missing(text):
        return np.nan
    number = read_number(text, sign)
    place = Place(column.path, line or None, column.column, column.name)
    if number is None:
        other = other_sign(sign)
        if parse_number(text, other) is not None:
            raise place.error(f"{shown(text.strip())} has a decimal {other}; write a decimal {sign}, or set --decimal")
        raise place.error(f"{shown(text.strip())} is not a number; write one, or nothing where it is not known")
    if not abs(number) <= LARGEST:
        raise place.error(not_finite(text.strip()))
    return number
