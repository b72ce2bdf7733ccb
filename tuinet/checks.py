"""Checks of single values, each refusing with a sentence that names the field, the value and what would be right."""

from __future__ import annotations

import math
import sys
from collections.abc import Collection
from typing import TypeGuard

from tuinet.errors import ExperimentError


def require_choice(field: str, value: object, choices: Collection[str]) -> None:
    """Refuse what is not among the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ExperimentError(field, f"{value!r} is not one of {', '.join(choices)}")


def require_text(field: str, value: object) -> None:
    """Refuse what is not a text."""
    if not isinstance(value, str):
        raise ExperimentError(field, f"{value!r} is not a text")


def _is_finite(value: object) -> TypeGuard[float]:
    # Not only infinity: a whole number can be larger than any float.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def require_number(
    field: str,
    value: object,
    *,
    least: float = -math.inf,
    above: float = -math.inf,
    most: float = math.inf,
    below: float = math.inf,
) -> None:
    """Refuse what is not a finite number within bounds; `above` and `below` do not belong to the range."""
    if _is_finite(value) and least <= value <= most and value < below and (above == -math.inf or value > above):
        return
    bounds = [
        text
        for text, bound in (
            (f"from {least:g}", least),
            (f"above {above:g}", above),
            (f"to {most:g}", most),
            (f"below {below:g}", below),
        )
        if abs(bound) < math.inf
    ]
    raise ExperimentError(field, " ".join([f"{value!r} is not a number", *bounds]))


def require_whole(field: str, value: object, *, least: int, most: int | None = None) -> None:
    """Refuse what is not a whole number within bounds, which belong to the range."""
    upper = math.inf if most is None else most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= upper:
        bounds = f"from {least}" + (f" to {most}" if most is not None else " up")
        raise ExperimentError(field, f"{value!r} is not a whole number {bounds}")


def require_point(field: str, value: object) -> None:
    """Refuse what is not the features of a sample and its target, all of them finite numbers."""
    if not isinstance(value, tuple) or len(value) < 2:
        raise ExperimentError(field, f"{value!r} is not a sample: numbers for its features and its target")
    for number in value:
        require_number(field, number)
