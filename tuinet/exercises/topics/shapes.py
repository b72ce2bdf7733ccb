"""The recipe of shapes: of weights, biases, values and δ of a batch, and how many parameters there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tuinet.exercises.draws import Draws
from tuinet.exercises.exercise import SHAPE_FORM, Asked
from tuinet.exercises.expression import Expression
from tuinet.exercises.making import BlankList, calculation_of
from tuinet.exercises.slips import UsualMistake
from tuinet.exercises.topics.values import Parts
from tuinet.explain.explanation import Line, Remark
from tuinet.explain.focus import subscript

_SIZES: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12)
_BATCHES: Final = (11, 16, 20, 25, 32, 50, 64, 100)
"""None is the size of a layer, too."""
Shape = tuple[int, ...]


def shapes(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """Shapes and numbers of parameters."""
    sizes = numbers.some_of(_SIZES, 2 if level == 1 else 3 if level < 4 else 4)
    asker = _Asker(sizes, numbers.one_of(_BATCHES))
    last = len(sizes) - 1
    asker.weights(1)
    asker.biases(1)
    if level in (2, 4):
        asker.weights(last)
    if level >= 3:
        asker.values(f"the activations of layer {last - 1}", last - 1)
        asker.values(f"δ of layer {last}", last)
    if level == 5:
        asker.weights(last, f"∂L/∂W{subscript(last)}")
    asker.parameters()
    if level == 5:
        asker.remembered()
    return [*asker.given(), *asker.list.blanks]


def _wrong(kind: str, where: str, shape: Shape) -> UsualMistake:
    return UsualMistake(kind, 0.0, where, shape)


class _Asker:
    """Asks for shapes of a network with these layer sizes, and of a batch."""

    def __init__(self, sizes: Sequence[int], batch: int) -> None:
        self.sizes, self.batch, self.list = sizes, batch, BlankList()

    def given(self) -> list[Remark]:
        """The network and the conventions."""
        sizes = "-".join(map(str, self.sizes))
        return [
            Remark(f"A fully connected network of {sizes} units with biases, and a batch of n = {self.batch} samples."),
            Remark(
                "Layers are counted from 1, the inputs left out. Shapes are rows × columns: W has a row for each input "
                "and a column for each neuron of its layer; values of a batch have a row for each sample. A shape is "
                f"written like {SHAPE_FORM}."
            ),
        ]

    def weights(self, layer: int, name: str = "") -> None:
        """The shape of a layer's weights, or of their gradient."""
        name = name or f"W{subscript(layer)}"
        others = [_wrong("another layer", f"layer {other}", self._weights(other)) for other in self._other(layer)]
        swapped = _wrong("rows and columns", "", self._weights(layer)[::-1])
        self._ask(name, "inputs × neurons", self._weights(layer), [swapped, *others])

    def biases(self, layer: int) -> None:
        """The shape of a layer's biases."""
        size = self.sizes[layer]
        others = [_wrong("another layer", "the layer before", (self.sizes[layer - 1],))]
        transposed = [_wrong("rows and columns", "", (size, 1))]
        self._ask(f"b{subscript(layer)}", "neurons", (size,), [*others, *transposed])

    def values(self, name: str, layer: int) -> None:
        """The shape of what a layer has for every sample of the batch."""
        shape = (self.batch, self.sizes[layer])
        others = [
            UsualMistake(
                "another layer", 0.0, f"layer {other}" if other else "the inputs", (self.batch, self.sizes[other])
            )
            for other in (0, *self._other(layer))
        ]
        swapped = _wrong("rows and columns", "", shape[::-1])
        missing = _wrong("batch left out", "", shape[1:])
        self._ask(name, "samples × neurons", shape, [swapped, missing, *others])

    def parameters(self) -> None:
        """The numbers of parameters of each layer, and of all."""
        counts = []
        for layer in range(1, len(self.sizes)):
            fan_in, fan_out = self._weights(layer)
            numbers = f"({fan_in} + 1)·{fan_out}"
            left_out = UsualMistake("biases left out", float(fan_in * fan_out))
            self._count(
                f"N{subscript(layer)}", "(inputs + 1)·neurons", numbers, f"parameters of layer {layer}", left_out
            )
            counts.append((fan_in + 1) * fan_out)
        if len(counts) > 1:
            symbols = " + ".join(f"N{subscript(layer)}" for layer in range(1, len(self.sizes)))
            self._count("N", symbols, " + ".join(map(str, counts)), "parameters of the whole network")

    def remembered(self) -> None:
        """The numbers that Adam remembers."""
        total = int(self.list.blanks[-1].value)
        self._count("M", "2·N", f"2·{total}", "numbers in Adam's two averages m and v")

    def _count(self, left: str, symbols: str, numbers: str, question: str, *mistakes: UsualMistake) -> None:
        line = Line(left, symbols, (numbers,), f"{Expression.of(numbers).value():.0f}")
        calculation = calculation_of(line, line)
        assert calculation is not None
        self.list.add(calculation, f"{left}, the {question}", mistakes, asked=Asked(0))

    def _ask(self, name: str, symbols: str, shape: Shape, mistakes: Sequence[UsualMistake]) -> None:
        line = Line(f"shape of {name}", symbols, (), " × ".join(map(str, shape)))
        self.list.add_shape(line, f"shape of {name}", shape, mistakes)

    def _weights(self, layer: int) -> Shape:
        return self.sizes[layer - 1], self.sizes[layer]

    def _other(self, layer: int) -> list[int]:
        return [other for other in range(1, len(self.sizes)) if other != layer]
