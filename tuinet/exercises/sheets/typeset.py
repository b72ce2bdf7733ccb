"""Text and formulas of explanations in LaTeX and in Typst."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tuinet.explain.explanation import Line

_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOKEN: Final = re.compile(
    r"(?P<word>[A-Za-z](?:[A-Za-z_0-9]*[A-Za-z0-9])?)|(?P<below>[₀-₉]+|ⱼ|ₖ)|(?P<number>\d[\d.]*(?:e−?\d+)?)|(?P<space>\s+)|(?P<sign>.)"
)
"""The pieces of a formula."""


@dataclass(frozen=True)
class Language:
    """How a typesetting language writes what stands in formulas."""

    signs: Mapping[str, str]
    """In formulas."""
    words: Mapping[str, str]
    """Functions and the like."""
    text: Mapping[str, str]
    """What running text cannot have as it is."""
    named: str
    """A name of several letters."""
    below: str
    group: tuple[str, str]
    """Around an exponent, or what a root is taken of."""
    root: str

    def formula(self, text: str) -> str:
        """A formula for mathematics mode."""
        return _tight(self._formula(text))

    def _formula(self, text: str) -> str:
        parts: list[str] = []
        place = 0
        while place < len(text):
            if text[place] in "^√":
                end = _operand_end(text, place + 1)
                lead = "^" if text[place] == "^" else self.root
                parts.append(f"{lead}{self._grouped(text[place + 1 : end])}")
                place = end
            else:
                match = _TOKEN.match(text, place)
                assert match is not None
                parts.append(self._piece(match))
                place = match.end()
        return "".join(parts)

    def _grouped(self, text: str) -> str:
        """What stands high or below a root, without the parentheses around it."""
        inner = text[1:-1] if text.startswith("(") and text.endswith(")") else text
        opening, closing = self.group
        return f"{opening}{_tight(self._formula(inner))}{closing}"

    def _piece(self, match: re.Match[str]) -> str:
        piece = match[0]
        if match.lastgroup == "word":
            if piece in self.words:
                return self.words[piece]
            return piece if len(piece) == 1 else self.named.format(self._escaped_name(piece))
        if match.lastgroup == "below":
            plain = piece.translate(_SUBSCRIPTS).replace("ⱼ", "j").replace("ₖ", "k")
            return self.below.format(plain)
        if match.lastgroup == "number" and "e" in piece:
            mantissa, _, exponent = piece.partition("e")
            return f"{mantissa}{self.signs['·']}10^{self._grouped(exponent)}"
        return self.signs.get(piece, piece)

    def _escaped_name(self, name: str) -> str:
        return name.replace("_", self.text["_"]) if "\\mathrm" in self.named else name

    def running(self, text: str) -> str:
        """Running text."""
        return "".join(self.text.get(character, character) for character in text)


def _tight(formula: str) -> str:
    """A formula with single spaces, and none before what stands high or low."""
    return re.sub(r" +(?=[_^'])", "", " ".join(formula.split()))


def _operand_end(text: str, start: int) -> int:
    """The end of what a root or an exponent applies to: a pair of parentheses with its content, or a word."""
    if text[start : start + 1] != "(":
        match = re.compile(r"−?[\w.]+(?:e−\d+)?").match(text, start)
        return match.end() if match else min(start + 1, len(text))
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if not depth:
            return place + 1
    return len(text)


def equation_text(line: Line) -> str:
    """An equation as one text; symbols alone are left out where there are none."""
    return " = ".join((line.left, *line.sides))


_LATEX_SIGNS: Final = {
    "−": "-",
    "·": r"\cdot ",
    "×": r"\times ",
    "²": "^{2}",
    "½": r"\tfrac12 ",
    "Σ": r"\sum ",
    "σ": r"\sigma ",
    "δ": r"\delta ",
    "∂": r"\partial ",
    "Φ": r"\Phi ",
    "φ": r"\varphi ",
    "π": r"\pi ",
    "′": "'",
    "‖": r"\| ",
    "…": r"\dots ",
    "ŷ": r"\hat y",
    "≠": r"\neq ",
    "≈": r"\approx ",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "\\": r"\backslash ",
}
_LATEX_TEXT: Final = {
    **{sign: f"${code.strip()}$" for sign, code in _LATEX_SIGNS.items() if not sign.isascii() and sign != "…"},
    **{chr(0x2080 + digit): f"$_{digit}$" for digit in range(10)},
    "√": r"$\surd$",
    "…": r"\dots{}",
    "–": "--",
    "“": "``",
    "”": "''",
    "’": "'",
    "ᵗ": r"$^t$",
    "ⱼ": "$_j$",
    "ₖ": "$_k$",
    "→": r"$\to$",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
LATEX: Final = Language(
    _LATEX_SIGNS,
    {
        **{name: rf"\{name}" for name in ("ln", "exp", "tanh", "sin", "cos", "max", "min")},
        "where": r"\text{ where }",
        "else": r"\text{ else }",
        "over": r"\text{ over }",
    },
    _LATEX_TEXT,
    r"\mathrm{{{}}}",
    "_{{{}}}",
    ("{", "}"),
    r"\sqrt",
)

_TYPST_SIGNS: Final = {
    "²": "^2",
    "½": "1/2",
    "′": "'",
    "‖": "‖",
    "_": r"\_",
    "/": r"\/ ",
    "#": r"\#",
    "$": r"\$",
    '"': r"\"",
    "&": r"\&",
    "\\": r"\\",
    # Beside a letter these would be a part of its name.
    **{sign: f" {sign} " for sign in "∂ΣσδπΦφ·×"},
}
TYPST: Final = Language(
    _TYPST_SIGNS,
    {name: f" {name} " for name in ("ln", "exp", "tanh", "sin", "cos", "max", "min")}
    | {"where": ' "where" ', "else": ' "else" ', "over": ' "over" '},
    {sign: f"\\{sign}" for sign in r"\#$*_`<>@[]~=+-/"},
    '"{}"',
    "_{} ",
    ("(", ")"),
    "sqrt",
)
