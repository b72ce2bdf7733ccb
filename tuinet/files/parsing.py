"""JSON and TOML from outside, with limits that are kept before anything is parsed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final, NoReturn

MOST_DEPTH: Final = 32
"""Lists and tables within one another, and parts of a dotted key."""
MOST_DIGITS: Final = 400
"""Digits of one number: more than that of the largest float has, and far fewer than are slow to convert."""
MOST_VALUES: Final = 2_000_000
"""Values of one text, in lists and objects: 130 MB of memory where all are small objects."""
_SHOWN: Final = 40

_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_TOML_SKIPPED: Final = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+",
    re.DOTALL,
)
"""Strings and comments; one without an end reaches to where the parser would miss it."""
_TOML_PART: Final = re.compile(r"[=,\[\]{}\n]")
_BRACKET: Final = re.compile(r"[\[\]{}]")
_TOML_PLACE: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")
_LONG_JSON: Final = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")
_LONG_TOML: Final = re.compile(rf"[0-9A-Fa-f_]{{{MOST_DIGITS + 1}}}")


class ParseError(ValueError):
    """A text is not what it should be.

    Parameters
    ----------
    reason
        What is wrong, without the place.
    line, column
        Where, counted from 1; 0 where that is not known.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        where = f" (at line {line}, column {column})" if column else f" (at line {line})" if line else ""
        super().__init__(reason + where)
        self.reason = reason
        self.line = line
        self.column = column


def parse_json(text: str, *, allows_nan: bool = False) -> Any:
    """The value of a JSON text.

    Parameters
    ----------
    text
        As long as it may be.
    allows_nan
        Whether there may be numbers that are not finite, which JSON itself does not have.

    Raises
    ------
    ParseError
        If it is none, is nested too deeply, has too many values or too long a number, or a key twice.
    """
    import json  # noqa: PLC0415 - the configuration is TOML, and most runs need nothing else

    if count_values(text) > MOST_VALUES:
        raise ParseError(f"there are more than {MOST_VALUES:,} values in it")
    _require_short_numbers(_LONG_JSON.search(text), text)
    _require_flat((match for match in _JSON_TOKEN.finditer(text) if match[0] in "[]{}"), text)
    try:
        return json.loads(
            text, object_pairs_hook=_without_doubles, parse_constant=float if allows_nan else _refuse_constant
        )
    except json.JSONDecodeError as error:
        raise ParseError(error.msg, error.lineno, error.colno) from error
    except (RecursionError, OverflowError) as error:
        raise ParseError("it is nested too deeply, or has too large a number") from error


def count_values(text: str) -> int:
    """How many values a JSON text has at most: its strings may hold what parts them, too."""
    return text.count(",") + text.count("[") + text.count("{") + text.count('"') // 2


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Parameters
    ----------
    text
        As long as it may be.

    Raises
    ------
    ParseError
        If it is none, is nested too deeply, or has too long a number.
    """
    # Strings are empty, and comments, too, but every line stays where it is.
    bare = _TOML_SKIPPED.sub(lambda match: "''" + "\n" * match[0].count("\n"), text)
    _require_short_numbers(_LONG_TOML.search(bare), bare)
    _require_flat(_BRACKET.finditer(bare), bare)
    if max(part.count(".") for part in _TOML_PART.split(bare)) > MOST_DEPTH:
        raise ParseError(f"a key has more than {MOST_DEPTH} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _located(str(error), text) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise ParseError("there is a date that is none, or a number that is too large") from error


def _require_short_numbers(found: re.Match[str] | None, text: str) -> None:
    if found is not None:
        raise ParseError(f"a number has more than {MOST_DIGITS} digits", _line_at(text, found.start()))


def _require_flat(brackets: Iterator[re.Match[str]], text: str) -> None:
    depth = 0
    for match in brackets:
        depth += 1 if match[0] in "[{" else -1
        if depth > MOST_DEPTH:
            raise ParseError(f"lists and tables are nested more than {MOST_DEPTH} deep", _line_at(text, match.start()))


def _line_at(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ParseError(f"the key {double[:_SHOWN]!r} is there twice")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is no number of JSON")


def _located(message: str, text: str) -> ParseError:
    place = _TOML_PLACE.search(message)
    if place is None:
        return ParseError(message)
    reason = message[: place.start()].rstrip()
    if place[1] is None:
        return ParseError(reason, text.count("\n") + 1)
    return ParseError(reason, int(place[1]), int(place[2]))
