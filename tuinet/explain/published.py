"""Worked examples of backpropagation from the literature, and their printed numbers beside computed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.explain.explanation import Remark, escaped, heading, rows_of
from tuinet.nn.parameters import Array
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.step_snapshot import LayerStep, StepSnapshot
from tuinet.terminal_text import MINUS


def _mazur_erratum(snapshot: Snapshot) -> tuple[str, ...]:
    assert snapshot.step_detail is not None
    right = float(snapshot.metrics.loss)
    wrong = error_with_updated_weights(snapshot.step_detail)
    return (
        "Units: h1, h2, and the outputs o1 = y1, o2 = y2; w1, w2 lead to h1, w3, w4 to h2, w5, w6 to o1, w7, w8 to o2.",
        "Erratum: the total error after the step is published as 0.291027924. That value comes from using the "
        f"already updated output weights w5 to w8 in the hidden layer's backward pass, which gives {wrong:.12f}. "
        f"Backpropagation uses the weights of the forward pass, and gives {right:.12f}. (The published new w1 to w4 "
        f"are the right ones.)",
    )


def error_with_updated_weights(step: StepSnapshot) -> float:
    """The error after a step whose hidden deltas are made with output weights that are already updated.

    It is a step of plain gradient descent through two layers of sigmoids, biases frozen, sse.
    """
    hidden, output = step.layers
    deltas = (output.deltas @ output.block[:-1].T) * hidden.derivatives
    weights = hidden.block_before[:-1] - step.learning_rate * (hidden.x.T @ deltas)
    h = _sigmoid(hidden.x @ weights + hidden.block[-1])
    answers = _sigmoid(h @ output.block[:-1] + output.block[-1])
    return float(0.5 * np.square(answers - step.targets).sum())


def _sigmoid(z: Array) -> Array:
    a: Array = 1 / (1 + np.exp(-z))
    return a


Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Published:
    """A number as it was printed, and where the same number is found after one step."""

    name: str
    text: str
    """Digit for digit."""
    compute: Callable[[Snapshot], float]
    rounded: Callable[[Snapshot], float] | None = None
    """The value by the source's own calculation, where that goes on with rounded numbers."""

    def agrees(self, snapshot: Snapshot) -> bool:
        """Whether the computed number, rounded to as many digits, is the published one."""
        return self._is_published(self.compute(snapshot))

    def agrees_when_rounded(self, snapshot: Snapshot) -> bool:
        """Whether the calculation gives it that goes on with the numbers that the source had rounded."""
        return self.rounded is not None and self._is_published(self.rounded(snapshot))

    def _is_published(self, value: float) -> bool:
        decimals = len(self.text.partition(".")[2])
        return f"{value:.{decimals}f}" == f"{float(self.text):.{decimals}f}"


@dataclass(frozen=True)
class WorkedExample:
    """One training step on a single sample: sigmoids throughout, sse, plain gradient descent."""

    title: str
    source: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    blocks: tuple[Matrix, ...]
    """For each layer its weights, a row for each input, and its biases as last row."""
    learning_rate: float
    trains_biases: bool
    numbers: tuple[Published, ...]
    remarks: Callable[[Snapshot], tuple[str, ...]] = lambda snapshot: ()
    """Remarks on the numbers, a paragraph each."""


def _layer(snapshot: Snapshot, layer: int) -> LayerStep:
    assert snapshot.step_detail is not None
    return snapshot.step_detail.layers[layer - 1]


def _entry(pick: Callable[[LayerStep], Array], layer: int, row: int, column: int) -> Callable[[Snapshot], float]:
    return lambda snapshot: float(pick(_layer(snapshot, layer))[row, column])


def _block(layer: int, row: int, column: int) -> Callable[[Snapshot], float]:
    return _entry(lambda step: step.block, layer, row, column)


def _loss_before(snapshot: Snapshot) -> float:
    assert snapshot.step_detail is not None
    return float(snapshot.step_detail.loss_values[0])


def _error_of(output: int) -> Callable[[Snapshot], float]:
    def error(snapshot: Snapshot) -> float:
        assert snapshot.step_detail is not None
        difference = snapshot.step_detail.targets[0, output] - _layer(snapshot, 2).activations[0, output]
        return 0.5 * float(difference) ** 2

    return error


def _activation(layer: int, column: int) -> Callable[[Snapshot], float]:
    return _entry(lambda step: step.activations, layer, 0, column)


def _textbook_error(layer: int, column: int) -> Callable[[Snapshot], float]:
    # Han and Kamber's Err is −∂L/∂z.
    return lambda snapshot: -float(_layer(snapshot, layer).deltas[0, column])


def _han_output_error(snapshot: Snapshot) -> float:
    # The book's table has the output as 0.474, and goes on with that.
    output = round(float(_layer(snapshot, 2).activations[0, 0]), 3)
    return output * (1 - output) * (1 - output)


_MAZUR: Final = WorkedExample(
    title="Mazur's 2-2-2 example",
    source="Matt Mazur, “A Step by Step Backpropagation Example” (2015), mattmazur.com",
    x=(0.05, 0.10),
    y=(0.01, 0.99),
    blocks=(((0.15, 0.25), (0.20, 0.30), (0.35, 0.35)), ((0.40, 0.50), (0.45, 0.55), (0.60, 0.60))),
    learning_rate=0.5,
    trains_biases=False,
    numbers=(
        Published("net h1", "0.3775", _entry(lambda step: step.pre_activations, 1, 0, 0)),
        Published("out h1", "0.593269992", _activation(1, 0)),
        Published("out h2", "0.596884378", _activation(1, 1)),
        Published("net o1", "1.105905967", _entry(lambda step: step.pre_activations, 2, 0, 0)),
        Published("out o1", "0.751365070", _activation(2, 0)),
        Published("out o2", "0.772928465", _activation(2, 1)),
        Published("E o1", "0.274811083", _error_of(0)),
        Published("E o2", "0.023560026", _error_of(1)),
        Published("E", "0.298371109", _loss_before),
        Published("∂E/∂w5", "0.082167041", _entry(lambda step: step.loss_grads, 2, 0, 0)),
        Published("∂E/∂w1", "0.000438568", _entry(lambda step: step.loss_grads, 1, 0, 0)),
        Published("new w1", "0.149780716", _block(1, 0, 0)),
        Published("new w2", "0.19956143", _block(1, 1, 0)),
        Published("new w3", "0.24975114", _block(1, 0, 1)),
        Published("new w4", "0.29950229", _block(1, 1, 1)),
        Published("new w5", "0.35891648", _block(2, 0, 0)),
        Published("new w6", "0.408666186", _block(2, 1, 0)),
        Published("new w7", "0.511301270", _block(2, 0, 1)),
        Published("new w8", "0.561370121", _block(2, 1, 1)),
    ),
    remarks=_mazur_erratum,
)

_HAN: Final = WorkedExample(
    title="Han and Kamber's 3-2-1 example",
    source="Jiawei Han and Micheline Kamber, “Data Mining: Concepts and Techniques”, chapter on classification",
    x=(1, 0, 1),
    y=(1,),
    blocks=(((0.2, -0.3), (0.4, 0.1), (-0.5, 0.2), (-0.4, 0.2)), ((-0.3,), (-0.2,), (0.1,))),
    learning_rate=0.9,
    trains_biases=True,
    numbers=(
        Published("δ6", "0.1311", _textbook_error(2, 0), _han_output_error),
        Published("δ5", "-0.0065", _textbook_error(1, 1)),
        Published("δ4", "-0.0087", _textbook_error(1, 0)),
        Published("new w46", "-0.261", _block(2, 0, 0)),
        Published("new w56", "-0.138", _block(2, 1, 0)),
        Published("new w14", "0.192", _block(1, 0, 0)),
        Published("new w15", "-0.306", _block(1, 0, 1)),
        Published("new w24", "0.4", _block(1, 1, 0)),
        Published("new w25", "0.1", _block(1, 1, 1)),
        Published("new w34", "-0.508", _block(1, 2, 0)),
        Published("new w35", "0.194", _block(1, 2, 1)),
        Published("new b6", "0.218", _block(2, 2, 0)),
        Published("new b5", "0.194", _block(1, 3, 1)),
        Published("new b4", "-0.408", _block(1, 3, 0)),
    ),
    remarks=lambda snapshot: (
        "Units 1 to 3 are x1 to x3, 4 and 5 are h1 and h2, 6 is y. The book's δ is −∂L/∂z, and so adds what is "
        "subtracted here; it is shown with the book's sign.",
        "δ6 is 0.1312 to four digits. The book first rounds the output to 0.474, and 0.474·(1 − 0.474)·(1 − 0.474) = "
        f"{_han_output_error(snapshot):.6f} gives the 0.1311 that it prints.",
    ),
)

EXAMPLES: Final[Mapping[str, WorkedExample]] = {"mazur": _MAZUR, "han": _HAN}


_HEADER: Final = ("number", "published", "computed", "to as many digits")
_ROUNDED: Final = "agrees when rounded on the way"
_DIFFERS: Final = "DIFFERS"


def comparison_text(example: WorkedExample, snapshot: Snapshot, width: int = 80) -> str:
    """A table in columns, and what has to be said about it."""
    table = [_HEADER, *_cells(example, snapshot)]
    first, second, third, _ = (max(map(len, column)) for column in zip(*table, strict=True))
    lines = [f"  {name:<{first}}  {text:>{second}}  {value:>{third}}  {word}" for name, text, value, word in table]
    remarks = (example.source, *example.remarks(snapshot), verdict(example, snapshot))
    paragraphs = ["\n".join("".join(s.text for s in row) for row in rows_of([Remark(r)], width)) for r in remarks]
    return "\n\n".join([example.title, paragraphs[0], "\n".join(lines), *paragraphs[1:]])


def comparison_markdown(example: WorkedExample, snapshot: Snapshot) -> str:
    """The comparison as a Markdown table."""
    rows = [" | ".join(map(escaped, row)) for row in _cells(example, snapshot)]
    table = "\n".join(f"| {row} |" for row in (" | ".join(_HEADER), "--- | ---: | ---: | ---", *rows))
    remarks = (*example.remarks(snapshot), verdict(example, snapshot))
    return "\n\n".join([heading(example.title, 1), escaped(example.source), table, *map(escaped, remarks)])


def verdict(example: WorkedExample, snapshot: Snapshot) -> str:
    """The number of those that agree, in a sentence."""
    words = [_word(number, snapshot) for number in example.numbers]
    rounded = words.count(_ROUNDED)
    also = f", {rounded} of them by the source's own calculation with rounded numbers" if rounded else ""
    return f"{len(words) - words.count(_DIFFERS)} of {len(words)} published numbers agree to every digit{also}."


def _cells(example: WorkedExample, snapshot: Snapshot) -> list[tuple[str, str, str, str]]:
    return [
        (
            number.name,
            number.text.replace("-", MINUS),
            f"{number.compute(snapshot):.12f}".replace("-", MINUS),
            _word(number, snapshot),
        )
        for number in example.numbers
    ]


def _word(number: Published, snapshot: Snapshot) -> str:
    if number.agrees(snapshot):
        return "agrees"
    return _ROUNDED if number.agrees_when_rounded(snapshot) else _DIFFERS
