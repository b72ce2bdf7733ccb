"""Values as they are written: what is a number, and what is said of what is none."""

from __future__ import annotations

from typing import Final

from tuinet.data.limits import LARGEST
from tuinet.data.place import shown

_MISSING: Final = frozenset({"", "?", "na", "n/a", "null", "nan"})
"""What stands for a value that is not known, in small letters."""


def is_number(text: str) -> bool:
    """Whether a text is a number in Python's notation; NaN and infinity are."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_missing(text: str) -> bool:
    """Whether a text stands for a value that is not known."""
    return text.strip().lower() in _MISSING


def missing(text: str) -> str:
    """The message for a value that is not known."""
    found = f"{shown(text.strip())} is a missing value" if text.strip() else "the value is missing"
    return f"{found}; fill it in, or delete the line"


def not_finite(text: str) -> str:
    """The message for a number that is infinite, too large or NaN."""
    return f"{shown(text)} is not a finite number up to {LARGEST:g}; correct it, or use another unit"


def fault_of(text: str) -> str | None:
    """The message for a text that cannot be a feature; ``None`` if it can."""
    if is_missing(text):
        return missing(text)
    if not is_number(text):
        comma = is_number(text.replace(",", ".", 1))
        return (
            f"{shown(text)} is not a number; write {'a decimal point' if comma else 'a number, or delete the column'}"
        )
    return None if abs(float(text)) <= LARGEST else not_finite(text)
