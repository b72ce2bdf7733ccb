"""ASCII spellings of what formulas are written with, for streams that cannot take anything else."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

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


def as_ascii(text: str) -> str:
    """The text in ASCII: formulas spelled out, letters without their accents, a ``?`` for everything else."""
    return "".join(character if character.isascii() else _spelled(character) for character in text)


def _spelled(character: str) -> str:
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or ("" if unicodedata.combining(character) else "?")
