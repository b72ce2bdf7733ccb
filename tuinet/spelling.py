"""Text for readers whose terminal or locale has no Unicode: formulas spelled out, letters without their accents."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Mapping
from typing import Final, TextIO

_SPELLINGS: Final[Mapping[str, str]] = {
    "−": "-",
    "–": "-",
    "·": "*",
    "×": "x",
    "½": "1/2",
    "²": "^2",
    "√": "sqrt ",
    "Σ": "sum",
    "σ": "sigma",
    "δ": "delta",
    "∂": "d",
    "Φ": "Phi",
    "φ": "phi",
    "π": "pi",
    "′": "'",
    "‖": "||",
    "…": "...",
    "ᵗ": "^t",
    "ₖ": "_k",
    "→": "->",
    "≈": "~",
    "“": '"',
    "”": '"',
    "’": "'",
    "Δ": "Delta",
    "λ": "lambda",
    "α": "alpha",
    "η": "eta",
    "κ": "kappa",
    "ε": "epsilon",
    "β": "beta",
    "γ": "gamma",
    "μ": "mu",
    "±": "+-",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "∞": "inf",
    "▴": "up",
    "▾": "down",
    "◂": "left",
    "▸": "right",
    "✓": "right",
    "✗": "wrong",
    "─": "-",
    "└": "+",
    "►": ">",
    "◄": "<",
    "▲": "^",
    "▼": "v",
    "●": "o",
    "○": "o",
    "◆": "o",
}
_ASCII_LOCALES: Final = ("C", "POSIX")
_SET_BY_PYTHON: Final = ("C.UTF-8", "C.utf8", "UTF-8")


def as_ascii(text: str) -> str:
    """The text in ASCII: formulas spelled out, letters without their accents, a ``?`` for everything else."""
    return text if text.isascii() else "".join(map(_spelled, text))


def within(text: str, charset: str) -> str:
    """The text, in ASCII where not all of it is in a set of characters."""
    try:
        text.encode(charset)
    except (UnicodeEncodeError, LookupError):
        return as_ascii(text)
    return text


def charset_of(stream: TextIO, environ: Mapping[str, str]) -> str:
    """The characters that a stream can show to a person: as it is encoded, and as the locale has it.

    Python writes UTF-8 where the locale is C: on a terminal that says nothing of what it can show, but in a pipe it is
    what was asked for, unless `PYTHONIOENCODING` asks for something else.
    """
    encoding = getattr(stream, "encoding", None) or "ascii"
    name = "" if environ.get("PYTHONIOENCODING") else locale_of(environ)
    is_plain = name in _ASCII_LOCALES and not stream.isatty()
    return "ascii" if is_utf8(encoding) and (is_plain or not is_utf8(charset_named(name))) else encoding


def locale_of(environ: Mapping[str, str]) -> str:
    """The locale that decides on characters, as in ``de_DE.ISO-8859-1``; empty where none is set.

    Where `LANG` is C, or is not there, Python itself has set `LC_CTYPE` by the time that it is looked at (PEP 538).
    """
    ctype, lang = environ.get("LC_CTYPE") or "", environ.get("LANG") or ""
    return environ.get("LC_ALL") or (lang if lang and ctype in _SET_BY_PYTHON else ctype or lang)


def charset_named(locale: str) -> str:
    """Of a locale; one that names none says nothing of the terminal."""
    return locale.partition(".")[2].partition("@")[0] or "utf-8"


def is_utf8(charset: str) -> bool:
    """Whether a set of characters is all of Unicode."""
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False


def _spelled(character: str) -> str:
    if character.isascii():
        return character
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or ("" if unicodedata.combining(character) else "?")
