"""ASCII spellings of what formulas are written with, for streams that cannot take anything else."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from tuinet.explain.explanation import Explanation
from tuinet.explain.lines import AnyLine, Line, Remark

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
}


def spelled(explanation: Explanation) -> Explanation:
    """The same explanation with its lines in ASCII, before they are laid out."""
    return Explanation(explanation.title, tuple(map(_spelled_line, explanation.lines)))


def _spelled_line(line: AnyLine) -> AnyLine:
    if isinstance(line, Remark):
        return Remark(as_ascii(line.text))
    return Line(
        as_ascii(line.left),
        as_ascii(line.symbols),
        tuple(map(as_ascii, line.numbers)),
        as_ascii(line.result),
        as_ascii(line.label),
    )


def as_ascii(text: str) -> str:
    """The text in ASCII: formulas spelled out, letters without their accents, a ``?`` for everything else."""
    return "".join(character if character.isascii() else _spelled(character) for character in text)


def _spelled(character: str) -> str:
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or ("" if unicodedata.combining(character) else "?")
