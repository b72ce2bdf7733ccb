"""The kinds of mistakes: what is said of each, and what helps against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """A kind of mistake."""

    words: str
    """What is wrong; ``{where}`` stands for the part of the calculation."""
    hint: str
    """What to think of."""


KINDS: Final[Mapping[str, Kind]] = {
    "target minus output": Kind(
        "the difference is the wrong way round: target minus output",
        "The derivative of the loss has a − y, the output minus the target.",
    ),
    "added update": Kind(
        "the update was added",
        "Gradients point uphill: what the update comes to is subtracted.",
    ),
    "derivative": Kind(
        "the derivative f′(z) is missing",
        "By the chain rule δ = ∂L/∂a·f′(z): what comes back is multiplied by the activation's slope.",
    ),
    "needless derivative": Kind(
        "it is multiplied by a·(1 − a) once more",
        "With cross-entropy the activation's derivative has cancelled already: a − y is left.",
    ),
    "mean": Kind(
        "it is not divided by {where}",
        "L is a mean over the batch: every sample counts for one n-th.",
    ),
    "mean twice": Kind(
        "it is divided by n once more",
        "The mean's 1/n is in δ already: a gradient adds the samples up.",
    ),
    "one sample": Kind(
        "only one sample's share is in it: {where}",
        "A gradient is the sum of the shares of all samples of the batch.",
    ),
    "bias": Kind(
        "the bias is missing",
        "z is the weighted sum of the inputs plus the bias b.",
    ),
    "learning rate": Kind(
        "the learning rate is missing",
        "The step is the learning rate times what the optimizer makes of the gradient.",
    ),
    "bias correction": Kind(
        "the bias correction is missing: nothing is divided by {where}",
        "The averages begin at 0: m_hat = m / (1 − beta1^t) and v_hat = v / (1 − beta2^t) make up for it.",
    ),
    "beta": Kind(
        "the factor {where} is missing",
        "Old and new are weighed before they are added: look at what stands in front of each.",
    ),
    "half": Kind(
        "the factor ½ is missing",
        "The formula begins with one half.",
    ),
    "square": Kind(
        "{where} is not squared",
        "Look for the ² in the formula.",
    ),
    "root": Kind(
        "the square root of {where} is missing",
        "Look for the √ in the formula.",
    ),
    "logarithm": Kind(
        "the logarithm is that to base 10",
        "ln is the natural logarithm, that to base e: its key is ln, not log.",
    ),
    "normalization": Kind(
        "it is not divided by the sum of all e^z",
        "Softmax makes shares of a whole: each e^z is divided by the sum of them all.",
    ),
    "exponential": Kind(
        "the numbers z are taken for e^z",
        "Softmax takes e^z of every output before it divides.",
    ),
    "exponent's sign": Kind(
        "the exponent of e has the wrong sign",
        "In e^(−z) the sign of z is turned round.",
    ),
    "activation": Kind(
        "that is z itself: the activation function is missing",
        "a = f(z): put z into the activation function.",
    ),
    "another activation": Kind(
        "that is another activation function: {where}",
        "Look at which activation function this layer has.",
    ),
    "derivative at z": Kind(
        "z stands where a belongs",
        "This derivative is written with the activation a, not with the pre-activation z.",
    ),
    "another derivative": Kind(
        "that is the derivative of another activation function: {where}",
        "Look at which activation function this layer has.",
    ),
    "transposed": Kind(
        "the weights are those of the transposed matrix: {where}",
        "A column of W holds what leads into a neuron, a row what goes out from one.",
    ),
    "another branch": Kind(
        "the formula's other case was taken",
        "Check which of the two conditions holds.",
    ),
    "rows and columns": Kind(
        "rows and columns are swapped",
        "W has a row for each input and a column for each neuron; values of a batch have a row for each sample.",
    ),
    "biases left out": Kind(
        "the biases are not counted",
        "Every neuron has a bias, too.",
    ),
    "another layer": Kind(
        "that is the shape of another layer: {where}",
        "Count the layers with weights from 1, the inputs left out.",
    ),
    "batch left out": Kind(
        "the samples of the batch are missing",
        "There is a row for each sample of the batch.",
    ),
    "complement": Kind(
        "the factors are {where}",
        "The second factor is 1 less the first one.",
    ),
    "sign": Kind(
        "the sign is wrong",
        "Go through the minus signs one by one: minus times minus is plus.",
    ),
    "sign of a number": Kind(
        "the minus of {where} is lost",
        "Write negative numbers in parentheses, and keep their signs.",
    ),
    "sign of a term": Kind(
        "{where} has the wrong sign",
        "Look at the sign in front of each term.",
    ),
    "factor": Kind(
        "the factor {where} is missing",
        "Count the factors of the formula, and those that you multiplied.",
    ),
    "term": Kind(
        "{where} is missing from the sum",
        "Count the terms of the formula, and those that you added.",
    ),
    "divisor": Kind(
        "it is not divided by {where}",
        "Look at what stands below the line of the fraction.",
    ),
    "rounding": Kind(
        "it was rounded too early or too coarsely",
        "Go on with more digits than are asked, and round at the end.",
    ),
    "too coarse": Kind(
        "it is given more coarsely than it is asked",
        "Count the digits that are asked, and round to as many.",
    ),
    "other": Kind(
        "none of the usual mistakes gives this number",
        "Write the formula down first, then every number below its symbol.",
    ),
    "unreadable": Kind(
        "that is no number",
        "A number such as 0.125, −0,5 or 1/8, or a short calculation such as 0.5*(1-0.5).",
    ),
}
"""Every kind by its name; where an answer may come from several mistakes, the first of these is named."""

RIGHT: Final = "right"
CONSEQUENTIAL: Final = "consequential"
ROUNDING: Final = "rounding"
COARSE: Final = "too coarse"
OTHER: Final = "other"
UNREADABLE: Final = "unreadable"

GENERIC: Final = ("complement", "sign", "sign of a number", "sign of a term", "term", "factor", "divisor", "rounding")
"""Kinds that tell less than others: where one of those gives the same answer, that is what is named."""
