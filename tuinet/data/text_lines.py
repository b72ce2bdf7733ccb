"""The lines of a text file, decoded block by block, with every limit kept."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from tuinet.data.limits import MAX_LINE, MAX_LINES, MAX_TEXT
from tuinet.data.place import Place
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
