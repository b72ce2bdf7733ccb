"""Streams that carry nothing but ASCII, whoever writes to them."""

from __future__ import annotations

import codecs
import io
from typing import Final, TextIO

from tuinet.tui.substitutes import ASCII

_SUBSTITUTE: Final = "tuinet.substitute"


def keep_to_ascii(*streams: TextIO) -> None:
    """Substitute what is not ASCII from now on: last words and tracebacks, too, which no screen has drawn."""
    codecs.register_error(_SUBSTITUTE, _substitute)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="ascii", errors=_SUBSTITUTE)


def _substitute(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].translate(ASCII), error.end
