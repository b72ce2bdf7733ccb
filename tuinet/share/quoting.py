r"""Words of a command line in the quotes of a shell, on one line and without a control, and back.

A word that holds what a terminal would obey, or not show, is written as in ``$'\x1b'``, which bash, zsh and ksh read
as what it stands for: the line can be shown and copied, and still names the same file.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Final

from tuinet.terminal_text import escape, has_controls, visible

_SHORT: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(.))", re.DOTALL
)
_QUOTED: Final = re.compile(r"""\\.|"(?:\\.|[^"\\])*"|'[^']*'|\$'((?:\\.|[^'\\])*)'""", re.DOTALL)


def joined(words: Iterable[str]) -> str:
    """A command line of these words."""
    return " ".join(map(quoted, words))


def quoted(word: str) -> str:
    r"""A word as a shell takes it: as it is, in quotes, or where it holds controls as in ``$'\x1b'``."""
    if not has_controls(word):
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{visible(escaped, _shell_escape)}'"


def split(line: str) -> list[str]:
    """The words of a command line.

    Raises
    ------
    ValueError
        If a quote is not closed, or an escape stands for no character.
    """
    return shlex.split(_QUOTED.sub(lambda match: match[0] if match[1] is None else _plain(match[1]), line))


def _plain(escaped: str) -> str:
    r"""What stands between ``$'`` and ``'``, in quotes without escapes."""
    data = b"".join(
        _bytes(escaped[begin:end]) if match is None else _unescaped(match) for begin, end, match in _pieces(escaped)
    )
    return shlex.quote(data.decode("utf-8", "surrogateescape"))


def _pieces(escaped: str) -> Iterable[tuple[int, int, re.Match[str] | None]]:
    end = 0
    for match in _ESCAPE.finditer(escaped):
        yield end, match.start(), None
        yield match.start(), match.end(), match
        end = match.end()
    yield end, len(escaped), None


def _unescaped(match: re.Match[str]) -> bytes:
    byte, octal, short, long, other = match.groups()
    if byte or octal:
        return bytes([int(byte, 16) if byte else int(octal, 8) & 0xFF])
    return _bytes(chr(int(short or long, 16)) if short or long else _SHORT.get(other, other))


def _shell_escape(character: str) -> str:
    """By its bytes, whatever the shell's encoding is."""
    return escape(character) if character < "\x80" else "".join(f"\\x{byte:02x}" for byte in _bytes(character))


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
