"""From text to the value of a field: the same for options and for what is typed on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tuinet.fields.table import Kind

_FLAGS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


def parse(kind: Kind, text: str) -> Any:
    """The value that a text stands for.

    Raises
    ------
    ValueError
        If it stands for none; the message says why, and what would be right.
    """
    return _PARSERS[kind](text)


def _whole(text: str) -> int:
    try:
        return int(_plain(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(_plain(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a number such as 0.5 or 1e-3") from None


def _flag(text: str) -> bool:
    try:
        return _FLAGS[text.strip().lower()]
    except KeyError:
        raise ValueError(f"{text!r} is neither true nor false") from None


def _sizes(text: str) -> tuple[int, ...]:
    if text.strip() in ("", "none"):
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} is not a list of whole numbers such as 4 or 8,8") from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text.strip() else ()


def _plain(text: str) -> str:
    return text.strip().replace("−", "-")


_PARSERS: Final[Mapping[Kind, Callable[[str], Any]]] = {
    "text": str,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "names": _names,
    "sizes": _sizes,
}
