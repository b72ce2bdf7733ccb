"""Reading a table of text, CSV and its relatives: lines within every limit, records, header and target."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

import numpy as np

from tuinet.data.assemble import Rows
from tuinet.data.columns import fault_of, is_number, require_room, require_usable, targets_of_texts
from tuinet.data.dataset import Array
from tuinet.data.place import LARGEST, MAX_COLUMNS, MAX_LINE, MAX_LINES, MAX_TEXT, Place, listed, on_one_line, shown
from tuinet.errors import DataError

_BLOCK: Final = 2**18
_GZIP: Final = b"\x1f\x8b"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def read_lines(file: BinaryIO, path: str) -> Iterator[str]:
    """The lines without their ends, which may be LF, CRLF or CR; gzip is known by its first bytes, UTF-8 expected."""
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
    """
    blank: list[str] = []
    for line in lines:
        if line.strip():
            head = [line, *_rest_of_quote(line, lines)]
            bare = _QUOTED.sub("", "\n".join(head))
            delimiter = next((char for char in _DELIMITERS if char in bare), "")
            whole = chain(blank, head, lines)
            if delimiter:
                yield from _split_at(whole, delimiter, path)
            else:
                yield from ((number, fields) for number, line in enumerate(whole, 1) if (fields := line.split()))
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


@dataclass(frozen=True)
class Layout:
    """The layout of a table, from its first lines."""

    path: str
    width: int
    target: int
    """Index of the target's column."""
    header: tuple[str, ...]
    """A name a column; empty when there is no header."""
    first_line: int
    """The line that the others have to agree with."""

    @property
    def features(self) -> tuple[int, ...]:
        """Index of each feature's column."""
        return tuple(column for column in range(self.width) if column != self.target)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The header's, or x1, x2 and so on."""
        if not self.header:
            return tuple(f"x{number}" for number in range(1, self.width))
        return tuple(self.header[column] or f"column {column + 1}" for column in self.features)

    @property
    def target_name(self) -> str:
        """The header's, or y."""
        return self.header[self.target] or f"column {self.target + 1}" if self.header else "y"

    def place(self, column: int, line: int | None = None) -> Place:
        """The place of a column."""
        return Place(self.path, line, column + 1, self.header[column] if self.header else "")


def find_layout(path: str, first: Record, second: Record | None, target: str) -> Layout:
    """The Layout that the first two records of a file tell.

    The target is the name of a column, or its number from 1; empty for the last.
    """
    place, fields = Place(path, first[0]), [on_one_line(field.strip()) for field in first[1]]
    if len(fields) < 2:
        raise place.error("there is only one column; features and a target are needed, parted by commas")
    if len(fields) > MAX_COLUMNS:
        raise place.error(f"there are {len(fields):,} columns; at most {MAX_COLUMNS:,} are read, so leave some out")
    named = bool(target) and target in fields and not is_number(target)
    header = tuple(fields) if named or _is_header(fields, second[1] if second else []) else ()
    _require_distinct(header, place)
    index = _find_target(path, header, len(fields), target)
    return Layout(path, len(fields), index, header, first[0])


def _is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether most columns that have a number in the second record have none in the first.

    A wrong value in the first line of a table without a header must not turn the line into one, and so be lost.
    """
    numbers = [is_number(above) for above, below in zip(first, second, strict=False) if is_number(below)]
    if not numbers:
        return not any(map(is_number, first))
    return sum(numbers) < len(numbers) / 2


def _require_distinct(header: Sequence[str], place: Place) -> None:
    columns: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        if name and columns.setdefault(name, number) != number:
            raise place.error(f"columns {columns[name]} and {number} are both called {shown(name)}; rename one")


def _find_target(path: str, header: tuple[str, ...], width: int, target: str) -> int:
    """The index of the target's column. A name goes before a number, for a column may be called 3."""
    if not target:
        return width - 1
    if target in header:
        return header.index(target)
    # More digits than a column's number can have are not worth converting.
    number = int(target) if target.isascii() and target.isdigit() and len(target) < 9 else 0
    if 1 <= number <= width:
        return number - 1
    there = f"its columns are {listed(header)}" if header else "it has no header, so give the number of a column"
    raise DataError(f"target: {Place(path)} has no column {shown(target)}; {there}, from 1 to {width}")


_CHUNK: Final = 2**12
"""Fields that are held as text at a time: few enough to stay in the processor's cache."""


def read_csv(file: BinaryIO, path: str, target: str) -> Rows:
    """The samples of a text file, plain or compressed with gzip; for the target see `find_layout`."""
    records = read_records(read_lines(file, path), path)
    first, second = next(records, None), next(records, None)
    if first is None:
        raise Place(path).error("it is empty; a line for each sample is needed, its target in the last column")
    layout = find_layout(path, first, second, target)
    if layout.header and second is None:
        raise Place(path).error("there is only a header; add a line for each sample")
    there = [record for record in (None if layout.header else first, second) if record]
    return _read_rows(chain(there, records), layout)


def _read_rows(records: Iterable[Record], layout: Layout) -> Rows:
    blocks: list[Array] = []
    lines, texts = array("q"), list[str]()
    for chunk in _chunks(records, layout):
        lines.extend(line for line, _ in chunk)
        texts.extend(fields.pop(layout.target) for _, fields in chunk)
        blocks.append(_numbers(chunk, layout))
        require_room(len(lines), layout.width, Place(layout.path))
    X, column = np.concatenate(blocks), layout.target
    require_usable(X, Place(layout.path), lambda feature: layout.place(layout.features[feature]))
    targets = targets_of_texts(texts, lambda index: layout.place(column, None if index is None else lines[index]))
    return Rows(
        X,
        targets.values,
        layout.feature_names,
        class_names=targets.class_names,
        target_names=() if targets.class_names else (layout.target_name,),
    )


def _chunks(records: Iterable[Record], layout: Layout) -> Iterator[list[Record]]:
    """The records, some at a time; those before a bad one are handed out before it is refused."""
    chunk: list[Record] = []
    size = max(1, _CHUNK // layout.width)
    for line, fields in records:
        if len(fields) != layout.width:
            if chunk:
                yield chunk
            counted = "1 field" if len(fields) == 1 else f"{len(fields):,} fields"
            raise Place(layout.path, line).error(
                f"there are {counted}, but {layout.width:,} in line {layout.first_line}; give every line as many"
            )
        chunk.append((line, fields))
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _numbers(chunk: list[Record], layout: Layout) -> Array:
    """The features of some records from which the target has been taken, shape (records, features)."""
    columns = layout.width - 1
    fields = chain.from_iterable(fields for _, fields in chunk)
    try:
        numbers = np.fromiter(map(float, fields), np.float64, len(chunk) * columns)
    except ValueError:
        raise _find_fault(chunk, layout) from None
    if np.abs(numbers).max() <= LARGEST:
        return numbers.reshape(-1, columns)
    raise _find_fault(chunk, layout)


def _find_fault(chunk: list[Record], layout: Layout) -> DataError:
    """The first field of some records that is no usable number, as an error."""
    return next(
        layout.place(column, line).error(fault)
        for line, fields in chunk
        for column, text in zip(layout.features, fields, strict=True)
        if (fault := fault_of(text))
    )
