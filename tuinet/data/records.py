"""Records: the lines of a table taken apart into fields, with the delimiter found."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from tuinet.data.limits import MAX_LINE
from tuinet.data.place import Place

Record = tuple[int, list[str]]
"""The number of the line that it begins in, and its fields."""

_DELIMITERS: Final = "\t;,"
"""In the order in which they are looked for: a comma may be part of a number or a text, a tab hardly."""
_UNCLOSED: Final = "a quote is opened and never closed; close it"
_FOLLOWED: Final = "something follows a closed quote; write a quote within quotes twice"
_HEAD: Final = 20
"""Lines in which the end of a quote in the first line is looked for."""
_QUOTED: Final = re.compile(r'"[^"]*"')


def read_records(lines: Iterator[str], path: str) -> Iterator[Record]:
    """The records of a table; blank lines are passed over.

    The fields are parted by the first of tab, semicolon and comma that the first line has outside quotes, and by spaces
    if it has none.

    Raises
    ------
    DataError
        If a quote is never closed, or something follows a closed one.
    """
    blank: list[str] = []
    for line in lines:
        if line.strip():
            head = [line, *_rest_of_quote(line, lines)]
            bare = _QUOTED.sub("", "\n".join(head))
            delimiter = next((char for char in _DELIMITERS if char in bare), "")
            yield from _take_apart(chain(blank, head, lines), delimiter, path)
            return
        blank.append("")


def _rest_of_quote(line: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines after the first that belong to the first record, since a name in quotes may have several."""
    quotes = line.count('"')
    for more in islice(lines, _HEAD if quotes % 2 else 0):
        yield more
        quotes += more.count('"')
        if quotes % 2 == 0:
            return


def _take_apart(lines: Iterator[str], delimiter: str, path: str) -> Iterator[Record]:
    if delimiter:
        yield from _split_at(lines, delimiter, path)
    else:
        yield from ((number, fields) for number, line in enumerate(lines, 1) if (fields := line.split()))


def _split_at(lines: Iterator[str], delimiter: str, path: str) -> Iterator[Record]:
    start, size = 1, 0

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
            start, size = reader.line_num + 1, 0
    except csv.Error as error:
        unclosed = "unexpected end" in str(error) or "field larger" in str(error)
        raise Place(path, start).error(_UNCLOSED if unclosed else _FOLLOWED) from None
