"""From the bytes of a table of text to its records: encodings, lines, what parts the fields, comments, and quotes."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, Final

from tuinet.data.numerals import parse_number
from tuinet.data.place import MAX_LINE, MAX_LINES, MAX_TEXT, Place
from tuinet.errors import DataError

_BLOCK: Final = 2**18
_GZIP: Final = b"\x1f\x8b"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The bytes that an encoding begins with; UTF-32 before UTF-16, whose mark begins alike."""
_NAMES: Final = {"utf-16": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
_WIDE: Final = ("utf-16", "utf-16-le", "utf-16-be", "utf-32")
_CONTROL: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
"""Bytes that are in no text of one byte a character."""
_UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"
"""Bytes that Windows-1252 has no character for."""


def read_lines(file: BinaryIO, path: str, say: Callable[[str], None]) -> Iterator[str]:
    """The lines without their ends, which may be LF, CRLF or CR.

    gzip is known by its first bytes, UTF-16 and UTF-32 by their mark or their zeros. What is no UTF-8 is taken for
    Windows-1252, or for Latin-1 where that has no such character; `say` is told so.
    """
    encoding = _find_encoding(file, path)
    if encoding in ("cp1252", "latin-1"):
        say(f"the file is no UTF-8, so it is read as {_NAMES[encoding]}")
    elif encoding in _WIDE:
        say(f"the file is read as {_NAMES[encoding[:6]]}")
    # translate: the decoder turns CRLF and CR into LF, even if one is torn apart by the end of a block.
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
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


def _find_encoding(file: BinaryIO, path: str) -> str:
    """The encoding of a whole file, or of as much of it as is needed to know."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, is_ascii, fallback = 1, True, ""
    for index, block in enumerate(chain(_read_blocks(file, path), [b""])):
        found = _marked(block) if index == 0 else ""
        if found:
            return found
        _require_text(block, path, lines)
        if not fallback:
            try:
                is_ascii = decoder.decode(block, final=not block).isascii() and is_ascii
            except UnicodeDecodeError as error:
                line = lines + error.object.count(b"\n", 0, error.start)
                _require_single_bytes(error, Place(path, line), is_ascii=is_ascii)
                fallback = "cp1252"
        if fallback and any(byte in block for byte in _UNDEFINED):
            fallback = "latin-1"
        lines += block.count(b"\n")
    return fallback or "utf-8"


def _marked(start: bytes) -> str:
    """The encoding that a file's first bytes tell; empty where they tell none."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    head = start[:200]
    # Letters and digits of UTF-16 have a zero each, always on the same side.
    for first, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        zeros, others = head[first::2], head[1 - first :: 2]
        if len(zeros) > 3 and zeros.count(0) > 0.7 * len(zeros) and others.count(0) == 0:
            return encoding
    return ""


def _require_text(block: bytes, path: str, line: int) -> None:
    for byte in _CONTROL:
        found = block.find(byte)
        if found >= 0:
            name = "a NUL byte" if byte == 0 else f"a control character (byte 0x{byte:02x})"
            place = Place(path, line + block.count(b"\n", 0, found))
            raise place.error(f"there is {name}, so this is no text; save the table as CSV in UTF-8")


def _require_single_bytes(error: UnicodeDecodeError, place: Place, *, is_ascii: bool) -> None:
    """Refuse UTF-8 that is damaged in one place: in another encoding its other letters would be read wrongly."""
    before = error.object[: error.start]
    if is_ascii and before.isascii():
        return
    raise place.error(f"byte 0x{error.object[error.start]:02x} is not UTF-8, as the letters before it are; correct it")


def _read_blocks(file: BinaryIO, path: str) -> Iterator[bytes]:
    """The bytes of a file from its beginning, decompressed, until the end."""
    _require_size(file.seek(0, 2), path)
    file.seek(0)
    zipped = file.read(2) == _GZIP
    file.seek(0)
    source = gzip.GzipFile(fileobj=file) if zipped else file
    read = 0
    try:
        while block := source.read(_BLOCK):
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
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        line = number + 1 + error.object.count(b"\n", 0, error.start)
        name = _NAMES.get(error.encoding[:6], error.encoding.upper())
        raise Place(path, line).error(f"the text is damaged or cut off, it is no {name}; save it anew") from None


def _refuse_long_line(lines: list[str], path: str, number: int) -> None:
    for index, line in enumerate(lines, start=number + 1):
        if len(line) > MAX_LINE:
            raise Place(path, index).error(
                f"it is longer than {MAX_LINE:,} characters; each sample needs a line of its own"
            )


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
