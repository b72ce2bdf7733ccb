"""The lines of a text file within every limit, and the records that a delimiter makes of them."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO, Final

from tuinet.data.place import MAX_LINE, MAX_LINES, MAX_TEXT, Place
from tuinet.errors import DataError

_BLOCK: Final = 2**18
_GZIP: Final = b"\x1f\x8b"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def read_lines(file: BinaryIO, path: str) -> Iterator[str]:
    """The lines without their ends, which may be LF, CRLF or CR; gzip is known by its first bytes, UTF-8 expected.

    Raises
    ------
    DataError
        If the bytes are not UTF-8 text, a line is too long, there is too much text, or the compression is damaged.
    """
    # translate: the decoder turns CRLF and CR into LF, even if one is torn apart by the end of a block.
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8-sig")(), translate=True)
    rest, number = "", 0
    for block in _read_blocks(file, path):
        lines = (rest + _decode(decoder, block, path, number)).split("\n")
        if max(map(len, lines)) > MAX_LINE:
            _refuse_long_line(lines, path, number)
        rest = lines.pop()
        number += len(lines)
        if number > MAX_LINES:
            raise DataError(f"{Place(path)}: there are more than {MAX_LINES:,} lines; take a part of them")
        yield from lines
    rest += _decode(decoder, b"", path, number)
    if rest:
        yield rest


def _read_blocks(file: BinaryIO, path: str) -> Iterator[bytes]:
    """The bytes of a file, decompressed, until the end."""
    _require_size(file.seek(0, 2), path)
    file.seek(0)
    zipped = file.read(2) == _GZIP
    file.seek(0)
    source = gzip.GzipFile(fileobj=file) if zipped else file
    read = 0
    try:
        while block := source.read(_BLOCK):
            if read == 0 and block.startswith(_UTF_16):
                raise DataError(f"{Place(path)}: it looks like UTF-16 or UTF-32; save it as UTF-8")
            read += len(block)
            _require_size(read, path)
            yield block
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(f"{Place(path)}: its gzip compression is damaged or cut off; compress it anew") from None


def _require_size(size: int, path: str) -> None:
    if size > MAX_TEXT:
        most = MAX_TEXT // 2**20
        raise Place(path).error(f"there are more than {most} MB of text in it; take a part of it, or save it as NPZ")


def _decode(decoder: io.IncrementalNewlineDecoder, block: bytes, path: str, number: int) -> str:
    """The text of a block that begins in the line after `number` whole ones."""
    nul = block.find(b"\0")
    if nul >= 0:
        line = number + 1 + block.count(b"\n", 0, nul)
        raise Place(path, line).error("there is a NUL byte, so this is no text; save the table as CSV in UTF-8")
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        line = number + 1 + error.object.count(b"\n", 0, error.start)
        byte = error.object[error.start]
        raise Place(path, line).error(f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8") from None


def _refuse_long_line(lines: list[str], path: str, number: int) -> None:
    for index, line in enumerate(lines, start=number + 1):
        if len(line) > MAX_LINE:
            raise Place(path, index).error(
                f"it is longer than {MAX_LINE:,} characters; each sample needs a line of its own"
            )


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
