"""Copying through the terminal: OSC 52 reaches the clipboard over SSH, too, and through tmux and screen."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

_SCREEN_PIECE: Final = 500
"""Bytes that screen passes through at once; it knows no longer strings."""


def osc_52(text: str) -> str:
    """The sequence that has a terminal take a text to its clipboard."""
    return f"\x1b]52;c;{b64encode(text.encode()).decode()}\a"


def passed_through(sequence: str, environ: Mapping[str, str]) -> str:
    """The same, wrapped for the terminal around tmux or screen; empty where there is neither.

    tmux passes it on where its option ``allow-passthrough`` is on, and takes the plain sequence itself where
    ``set-clipboard`` is.
    """
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        pieces = [sequence[start : start + _SCREEN_PIECE] for start in range(0, len(sequence), _SCREEN_PIECE)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return ""
