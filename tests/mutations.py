"""Mutated copies of good files, each decided by a number: bytes, blocks, nesting, digits, and what archives hold."""

from __future__ import annotations

import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Final

HOSTILE: Final = (
    *(b"[" * 40, b"[" * 100_000, b'{"a":' * 5_000, b"{a=" * 5_000, b"(" * 3_000, b"-" * 9_000, b"[[]," * 20_000),
    *(b"9" * 5_000, b"0x" + b"F" * 5_000, b"1e999", b"-1e999", b"NaN", b"-Infinity", b"inf", b"-0", b"1_0", b"0b2"),
    *(b"a." * 3_000 + b"a = 1\n", b"a = 1\n" * 3_000, b"[a]\n" * 2, b"[[a]]\n" * 3_000, b"[a.a.a.a]\n" * 2_000),
    *(b"null", b"true", b'""', b"[]", b"{}", b"1979-99-99", b"1979-05-27T07:32:00", b"\\ud800", b"\\u0000", b"\\"),
    *(b'"', b"'", b'"""', b"'''", b"#", b"=", b",", b"," * 50_000, b"\n" * 5_000, b"\r", b"\0", b"\xff"),
    b"\xef\xbb\xbf",
    *(b"+++\n", b"```tuinet\n", b"```\n", b"## Step\n", b"> " * 5_000, b"*a " * 5_000, b"`" * 5_001, b"**" * 5_001),
    *(b"$" + b" " * 5_000, b"\\\n" * 2_000, b"--at 9 ", b"--edit '@1 x' ", b" tuinet ", b"\x1b]52;c;eA==\x07"),
    b"\xe2\x80\xae",
)  # fmt: skip
"""What readers stumble over: depth, length, numbers that are none, and marks without an end."""
_NUMBER: Final = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
_BRACKETS: Final = re.compile(rb"[\[{(\"'=:,]")
_OTHERS: Final = (b"-1", b"0", b"1e999", b"NaN", b"9" * 20, b"9" * 350, b"9" * 5_000, b"0.5", b"null", b'"x"', b"[]")
Change = Callable[[bytes, random.Random], bytes]


def mutated(content: bytes, seed: int) -> bytes:
    """A copy with a few changes; in every other copy of something compressed, what is within is changed."""
    rng = random.Random(seed)
    if seed % 2 and content.startswith(b"PK"):
        return _within_archive(content, rng)
    if seed % 2 and content.startswith(b"\x1f\x8b"):
        return gzip.compress(_changed(gzip.decompress(content), rng), mtime=0)
    return _changed(content, rng)


def _within_archive(content: bytes, rng: random.Random) -> bytes:
    """An archive that is whole, with a member that is not: the sum over its bytes tells nothing."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    # The header says most of what there is.
    name = "header.npy" if "header.npy" in members and rng.random() < 0.7 else rng.choice(sorted(members))
    start = 128 if rng.random() < 0.8 else 0
    members[name] = members[name][:start] + _changed(members[name][start:], rng)
    if start and name == "header.npy":
        members[name] = _as_array(members[name][start:])
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            # With a name alone, the present time would be written, too.
            archive.writestr(zipfile.ZipInfo(name), member, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _as_array(content: bytes) -> bytes:
    """Bytes as the file of an array that has as many."""
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({len(content)},), }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\1\0" + len(head).to_bytes(2, "little") + head + content


def _changed(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 6))):
        content = rng.choice(_CHANGES)(content, rng)
    return content


def _flip(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content or b"\0")
    for _ in range(rng.choice((1, 1, 4))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def _cut(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] if rng.random() < 0.7 else content[place:]


def _insert(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.randbytes(rng.choice((1, 4, 100))) + content[place:]


def _double(content: bytes, rng: random.Random) -> bytes:
    start, length = rng.randrange(len(content) + 1), rng.choice((1, 10, 100, 10_000))
    block = content[start : start + length]
    return content[:start] + block * rng.choice((2, 2, 50)) + content[start + length :]


def _leave_out(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start + rng.choice((1, 4, 30, 400)) :]


def _hostile(content: bytes, rng: random.Random) -> bytes:
    """Something hostile, mostly where something begins."""
    marks = [match.end() for match in _BRACKETS.finditer(content)] if rng.random() < 0.7 else []
    place = rng.choice(marks) if marks else rng.randrange(len(content) + 1)
    return content[:place] + rng.choice(HOSTILE) + content[place:]


def _other_number(content: bytes, rng: random.Random) -> bytes:
    matches = list(_NUMBER.finditer(content))
    if not matches:
        return _flip(content, rng)
    match = rng.choice(matches)
    other = rng.choice(
        (b"-1", b"0", b"1e999", b"NaN", b"9" * 20, b"9" * 350, b"9" * 5_000, b"0.5", b"null", b'"x"', b"[]")
    )
    return content[: match.start()] + other + content[match.end() :]


_CHANGES: Final[tuple[Change, ...]] = (
    *(_flip, _cut, _insert, _double, _leave_out),
    *(_hostile, _hostile, _hostile, _other_number, _other_number),
)
