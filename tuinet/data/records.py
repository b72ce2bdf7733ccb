"""From the lines of a table of text to its records: what parts the fields, comments, and quotes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from tuinet.data.numerals import parse_number
from tuinet.data.place import MAX_LINE, Place

Record = tuple[int, list[str]]
"""The number of the line that it begins in, and its fields."""

_DELIMITERS: Final = "\t;,|"
"""In the order in which they are looked for: a comma may be part of a number or a text, a tab hardly."""
_UNCLOSED: Final = "a quote is opened and never closed; close it"
_FOLLOWED: Final = "something follows a closed quote; write a quote within quotes twice"
_HEAD: Final = 20
"""Lines in which the end of a quote in the first line is looked for."""
_QUOTED: Final = re.compile(r'"[^"]*"')
_SEP: Final = re.compile(r'"?sep=([\t ;,|:])"?\s*', re.IGNORECASE)
"""The first line that Excel takes the delimiter from."""


@dataclass
class Beginning:
    """What stands before the first record, and what parts the fields."""

    delimiter: str = ""
    """Empty for spaces."""
    comments: list[str] = field(default_factory=list)
    """Lines that begin with ``#``, without the sign."""


def read_records(lines: Iterator[str], path: str, beginning: Beginning) -> Iterator[Record]:
    """The records of a table; blank lines are passed over, and comments where the first line is one.

    The fields are parted by what a line such as ``sep=;`` says, or else by the first of tab, semicolon, comma and bar
    that the first line of the table has outside quotes, and by spaces if it has none.

    Parameters
    ----------
    beginning
        Is filled when the first record is read.
    """
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        said = _SEP.fullmatch(line) if number == 1 else None
        if said:
            beginning.delimiter = said[1]
        elif _is_comment(line):
            beginning.comments.append(line.lstrip()[1:].strip())
        elif line.strip():
            yield from _read_table(number, line, numbered, path, beginning)
            return


def _is_comment(line: str) -> bool:
    """Whether a line is a comment: ``#`` alone in the first field is a name, as in ``#,Name,Type``."""
    start = line.lstrip()
    return start.startswith("#") and start[1:2] not in (*_DELIMITERS, '"')


def _read_table(
    first: int, line: str, numbered: Iterator[tuple[int, str]], path: str, beginning: Beginning
) -> Iterator[Record]:
    rest = (following for _, following in numbered)
    if beginning.comments:
        rest = ("" if _is_comment(following) else following for following in rest)
    head = [line, *_rest_of_quote(line, rest)]
    bare = _QUOTED.sub("", "\n".join(head))
    if not beginning.delimiter:
        beginning.delimiter = _find_delimiter(bare)
    whole = chain(head, rest)
    if beginning.delimiter:
        yield from _split_at(whole, beginning.delimiter, path, first)
    else:
        yield from ((number, fields) for number, line in enumerate(whole, first) if (fields := line.split()))


def _find_delimiter(line: str) -> str:
    """What parts the fields of a line: not the comma where bars or spaces part numbers with decimal commas."""
    found = next((char for char in _DELIMITERS if char in line), "")
    if found == "," and not all(parse_number(field, "comma") is not None for field in line.split(",")):
        for other in ("|", ""):
            fields = split_like(line, other)
            if len(fields) > 1 and all(parse_number(field, "comma") is not None for field in fields):
                return other
    return found


def _rest_of_quote(line: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines after the first that belong to the first record, since a name in quotes may have several."""
    quotes = line.count('"')
    for more in islice(lines, _HEAD if quotes % 2 else 0):
        yield more
        quotes += more.count('"')
        if quotes % 2 == 0:
            return


def _split_at(lines: Iterator[str], delimiter: str, path: str, first: int) -> Iterator[Record]:
    start, size = first, 0

    def measured() -> Iterator[str]:
        """The lines with their ends, which belong to the field if they are within quotes."""
        nonlocal size
        for line in lines:
            size += len(line)
            if size > 2 * MAX_LINE:
                raise Place(path, start).error(_UNCLOSED)
            yield line + "\n"

    reader = csv.reader(measured(), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for fields in reader:
            if len(fields) > 1 or (fields and fields[0].strip()):
                yield start, fields
            start, size = first + reader.line_num, 0
    except csv.Error as error:
        unclosed = "unexpected end" in str(error) or "field larger" in str(error)
        raise Place(path, start).error(_UNCLOSED if unclosed else _FOLLOWED) from None


def split_like(line: str, delimiter: str) -> list[str]:
    """The fields of one line such as a header in a comment; no quotes."""
    fields = line.split(delimiter) if delimiter else line.split()
    return [text.strip().strip('"') for text in fields]
