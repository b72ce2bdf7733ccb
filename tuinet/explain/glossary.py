"""A sentence for each symbol of the equations: what a student needs to read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tuinet.explain.explanation import Explanation, Line, Row, Span, cell_width, rows_of_text
from tuinet.spelling import as_ascii

_DIGITS: Final = "[₀₁₂₃₄₅₆₇₈₉]"


@dataclass(frozen=True)
class Symbol:
    """A symbol and what it means."""

    name: str
    """As it is shown."""
    pattern: str
    """What it looks like in an equation, as a regular expression."""
    sentence: str


def _letter(name: str) -> str:
    """A name that stands alone."""
    # A raised 2 counts as part of a word.
    return rf"(?<![\w∂/]){name}(?![^\W²]|′)"


def _numbered(name: str) -> str:
    return rf"(?<!\w){name}{_DIGITS}"


SYMBOLS: Final = (
    Symbol("x₁", _numbered("x"), "The first input of the sample; x₂ is the second, and so on."),
    Symbol("h₁", _numbered("h"), "What the first neuron of the layer before passes on."),
    Symbol("w₁", _numbered("w"), "A weight. Those of the network are numbered, neuron by neuron, as in its diagram."),
    Symbol("b", rf"{_letter('b')}|∂b", "The bias of the neuron, which is added whatever the inputs are."),
    Symbol("z", rf"{_letter('z')}|∂z", "The pre-activation: the inputs times their weights, and the bias, added up."),
    Symbol("a", rf"{_letter('a')}|{_numbered('a')}", "The activation, f(z): what the neuron answers."),
    Symbol("h", _letter("h"), "What the neuron passes on: its activation, or 0 where dropout has dropped it."),
    Symbol("mask", _letter("mask"), "What dropout multiplies an activation by: 0, or a little more than 1."),
    Symbol("σ(z)", r"σ\(", "The logistic function, 1 / (1 + e^(−z)): it brings any number between 0 and 1."),
    Symbol(
        "tanh",
        r"tanh\(",
        "The hyperbolic tangent, (e^z − e^(−z)) / (e^z + e^(−z)): it brings any number between −1 and 1.",
    ),
    Symbol("e", r"e\^", "Euler's number, 2.718…"),
    Symbol("ln", r"\bln\b", "The natural logarithm."),
    Symbol("Φ(z)", r"Φ\(", "The share of a standard normal distribution below z."),
    Symbol("φ(z)", r"φ\(", "The density of the standard normal distribution at z."),
    Symbol("erf", r"\berf\b", "The error function, by which the normal distribution is written."),
    Symbol("y", _letter("y"), "The target: what the output ought to be."),
    Symbol("ŷ", "ŷ", "The output in the unit of the data: y and a are standardized."),
    Symbol("L", rf"{_numbered('L')}|\bloss\b|∂L", "The loss: how wrong the network is; L₁ that for sample 1."),
    Symbol("J", r"\bJ\b|objective", "The objective: loss and penalty added up, which training makes small."),
    Symbol("penalty", _letter("penalty"), "What l1 and l2 add to the loss, so that weights stay small."),
    Symbol("l1, l2", rf"{_letter('l1')}|{_letter('l2')}", "How much |w|, and how much w², counts in the penalty."),
    Symbol("w", _letter("w"), "Any weight of the network: biases are not penalized."),
    Symbol("n", _letter("n"), "The number of samples in the batch."),
    Symbol(
        "c", rf"{_letter('c')}|Σc|{_numbered('c')}", "The weight of the sample's class in the loss; it is not learned."
    ),
    Symbol("∂L/∂w", r"∂L/∂w", "The gradient: how fast the loss grows where the weight grows."),
    Symbol("∂L/∂a", r"∂L/∂a", "How fast the loss grows where the activation grows."),
    Symbol("∂L/∂h", r"∂L/∂h", "How fast the loss grows where what is passed on grows."),
    Symbol("f′(z)", r"f′", "The slope of the activation function at z."),
    Symbol("δ", "δ", "Delta, ∂L/∂z: how fast the batch's loss grows with this sample's z; δ₁ that of a next neuron."),
    Symbol("Σ", "Σ", "The sum, here over the samples of the batch or over the outputs."),
    Symbol("learning_rate", "learning_rate", "By how much a gradient is multiplied before it changes a weight."),
    Symbol("g", rf"{_letter('g')}|{_numbered('g')}", "The gradient; g₁ all gradients of layer 1."),
    Symbol("clip_norm", "clip_norm", "The most that the norm of all gradients together may be."),
    Symbol("factor", _letter("factor"), "By what all gradients are multiplied, so that their norm is no larger."),
    Symbol("weight_decay", "weight_decay", "By how much each step shrinks the weights themselves."),
    Symbol("update", _letter("update"), "What is subtracted from the weight."),
    Symbol("momentum", "momentum", "How much of the velocity stays from step to step."),
    Symbol("beta1", "beta1", "How much of the old mean of the gradients stays in the new one."),
    Symbol("beta2", "beta2", "How much of the old mean of their squares stays in the new one."),
    Symbol("epsilon", "epsilon", "A tiny number, so that nothing is divided by 0."),
    Symbol("m", rf"{_letter('m')}|m_old", "The mean of the latest gradients."),
    Symbol("v", rf"{_letter('v')}|v_old", "What the optimizer remembers: the velocity, or the mean of g²."),
    Symbol("m_hat, v_hat", "m_hat|v_hat|g_hat", "The same made larger in the first steps, since it began at 0."),
    Symbol("v_max", "v_max", "The largest v so far."),
    Symbol("s", rf"{_letter('s')}|s_old", "The sum of all g² so far."),
    Symbol("mu", "mu", "How much of the mean m stays, which grows from step to step; mu_product is that of all steps."),
    Symbol("t", _letter("t"), "How many steps the optimizer has made."),
)


def symbols_of(explanation: Explanation) -> tuple[Symbol, ...]:
    """Those that the equations contain, in the order in which a network computes."""
    lines = [line for line in explanation.lines if isinstance(line, Line)]
    text = "\n".join(f"{line.left} {line.symbols}" for line in lines)
    return tuple(symbol for symbol in SYMBOLS if re.search(symbol.pattern, text))


def glossary_rows(explanation: Explanation, width: int, *, in_ascii: bool = False) -> tuple[Row, ...]:
    """The symbols in rows of so many cells, a blank one above them; nothing where there are no equations.

    Parameters
    ----------
    explanation
        Not spelled in ASCII, in which symbols would not be told from words any more.
    in_ascii
        Whether the rows are.
    """
    entries = [(symbol.name, symbol.sentence) for symbol in symbols_of(explanation)]
    if in_ascii:
        entries = [(as_ascii(name), as_ascii(sentence)) for name, sentence in entries]
    column = max((cell_width(name) for name, _ in entries), default=0) + 2
    rows: list[Row] = []
    for symbol, sentence in entries:
        name = symbol + " " * (column - cell_width(symbol))
        for index, text in enumerate(rows_of_text(sentence, max(width - column - 2, 20))):
            rows.append((Span(f"  {' ' * column if index else name}", "left"), Span(text, "remark")))
    return ((Span("", "remark"),), *rows) if rows else ()
