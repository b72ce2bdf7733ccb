"""A Share: what a sample counts for in the loss of its batch, the mean's 1/n or its weight, in symbols and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from tuinet.experiment.defaults import choose_loss
from tuinet.explain.explanation import AnyLine, Line, Remark
from tuinet.explain.focus import Focus, floats, subscript
from tuinet.nn.losses import Loss
from tuinet.observe.samples import class_counts, class_weights
from tuinet.terminal_text import shown_name


class Words(NamedTuple):
    """Sentences on how the losses of the samples become one."""

    over: str
    """After the formula of one sample's loss."""
    inside: str
    """On the gradients by the output."""
    passed: str
    """On the δ of the next layer, after a comma."""
    why: str
    """On δ of the output, where a − y is left."""
    sums: str
    """On the gradients, which add up the samples."""


_WORDS: Final[Mapping[tuple[bool, bool], Words]] = {
    (False, False): Words(
        "the mean over the batch",
        "L is the mean over the n samples of the batch: its 1/n is inside ∂L/∂a, and so inside δ.",
        ", in which the mean's 1/n is",
        "The mean over the n samples divides by n.",
        " The mean's 1/n is in δ.",
    ),
    (True, False): Words(
        "the sum over the batch",
        "L is the sum over the samples of the batch: nothing is divided by their number.",
        "",
        "The sum over the samples divides by nothing.",
        " L is a sum over the samples: no 1/n is in δ.",
    ),
    (False, True): Words(
        "their mean over the batch with the weights c",
        "L is the mean with the samples' weights c: c / Σc is inside ∂L/∂a, and so inside δ.",
        ", in which its weight c / Σc is",
        "In the mean with weights, the sample's share is c / Σc.",
        " The sample's share c / Σc is in δ.",
    ),
    (True, True): Words(
        "their sum over the batch with the weights c",
        "L is the sum with the samples' weights: c is inside ∂L/∂a, and so inside δ.",
        ", in which its weight c is",
        "In the sum with weights, the sample counts c times.",
        " The sample's weight c is in δ.",
    ),
}
"""By whether the losses are summed, and whether they are weighted."""


@dataclass(frozen=True)
class Share:
    """The factor of one sample's derivative, as it stands behind that; empty texts where it is 1."""

    symbols: str
    numbers: str
    value: float

    def of(self, text: str) -> str:
        """A sum or difference times the share, in symbols."""
        return f"({text}){self.symbols}" if self.symbols else text

    def of_numbers(self, text: str) -> str:
        """The same in numbers."""
        return f"({text}){self.numbers}" if self.numbers else text


def loss_of(focus: Focus) -> Loss:
    """The loss, as the run has it."""
    return choose_loss(focus.experiment, focus.snapshot.dataset)


def words_of(focus: Focus) -> Words:
    """The sentences on how the losses of the samples become one."""
    return _WORDS[focus.experiment.reduction == "sum", focus.detail.weights is not None]


def share_of(focus: Focus, row: int) -> Share:
    """The share of a row of the batch."""
    parts, weights, n = loss_of(focus).parts(focus.detail.targets.shape[1]), focus.detail.weights, focus.n_samples
    is_sum, has_parts = focus.experiment.reduction == "sum", parts > 1
    if weights is None:
        if is_sum:
            return Share("", "", 1.0)
        symbols, numbers = ("(n·outputs)", f"({n}·{parts})") if has_parts else ("n", str(n))
        return Share(f" / {symbols}", f" / {numbers}", 1 / (n * parts))
    weight, total = float(weights[row]), sum(floats(weights))
    times = f"·{focus.factor(weight)}"
    if is_sum:
        return Share("·c", times, weight)
    symbols = "(Σc·outputs)" if has_parts else "Σc"
    numbers = f"({focus.plain(total)}·{parts})" if has_parts else focus.plain(total)
    return Share(f"·c / {symbols}", f"{times} / {numbers}", weight / (total * parts))


def weight_lines(focus: Focus) -> list[AnyLine]:
    """The weight of each class, and those of the batch added up; nothing where all samples count the same."""
    if focus.detail.weights is None:
        return []
    dataset = focus.snapshot.dataset
    counts, weights = class_counts(dataset).tolist(), class_weights(dataset).tolist()
    n, classes = sum(counts), sum(map(bool, counts))
    lines: list[AnyLine] = []
    for label in focus.elision.shown(len(counts)):
        name, numbers = shown_name(dataset.class_names[label]), f"{n} / ({classes}·{counts[label]})"
        if counts[label]:
            lines.append(Line(f"c of {name}", "n / (classes·its samples)", (numbers,), focus.plain(weights[label])))
    said = "c: the weight of a sample's class, n being all samples of the training set."
    total = floats(focus.detail.weights)
    sums = Line("Σc", "", (focus.sum_of(total, focus.sample),), focus.plain(sum(total)))
    return [Remark(said), *lines, Remark("Over the batch:"), sums]


def reduced_line(focus: Focus, losses: list[float], loss: float) -> Line:
    """The loss of the batch from those of its samples."""
    weights, keep = focus.detail.weights, focus.sample
    if weights is None:
        symbols = focus.elision.symbols(len(losses), lambda i: f"L{subscript(i + 1)}", keep)
        numbers = focus.sum_of(losses, keep)
    else:
        names = ("c{0}·L{0}".format, floats(weights))
        symbols = focus.elision.symbols(len(losses), lambda i: names[0](subscript(i + 1)), keep)
        numbers = focus.sum_of_products(names[1], losses, keep)
    if focus.experiment.reduction == "mean":
        divisor = ("n", str(len(losses))) if weights is None else ("Σc", focus.plain(sum(floats(weights))))
        symbols, numbers = f"({symbols}) / {divisor[0]}", f"({numbers}) / {divisor[1]}"
    return Line("loss", symbols, (numbers,), focus.plain(loss))
