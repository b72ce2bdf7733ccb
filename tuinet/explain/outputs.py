"""Outputs: what the network answers to one sample, beside what it should, as they are written into a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuinet.explain.elision import Elision
from tuinet.explain.focus import Focus, floats
from tuinet.explain.numerals import Numerals


@dataclass(frozen=True)
class Outputs:
    """One sample's."""

    numerals: Numerals
    elision: Elision
    z: Sequence[float]
    a: Sequence[float]
    y: Sequence[float]

    @property
    def errors(self) -> list[float]:
        """A − y of every output."""
        return [a - y for a, y in zip(self.a, self.y, strict=True)]

    @property
    def true_class(self) -> int:
        """The output with the largest target."""
        return max(range(len(self.y)), key=lambda i: self.y[i])

    def error(self, i: int) -> str:
        """A − y of one output in numbers."""
        return f"{self.numerals.plain(self.a[i])} − {self.numerals.factor(self.y[i])}"

    def total(self, values: Sequence[float], term: Callable[[int], str]) -> str:
        """A sum over the outputs."""
        return self.elision.numbers(self.numerals, values, term, self.true_class)

    def total_in_brackets(self, values: Sequence[float], term: Callable[[int], str]) -> str:
        """A sum over the outputs as a factor."""
        total = self.total(values, term)
        return total if len(self.a) == 1 else f"({total})"

    def mean(self, values: Sequence[float], term: Callable[[int], str]) -> str:
        """A mean over the outputs; of a single one, itself."""
        total = self.total_in_brackets(values, term)
        return total if len(self.a) == 1 else f"{total} / {len(self.a)}"


def outputs_of(focus: Focus, row: int) -> Outputs:
    """Those of a row of the batch."""
    layer = focus.detail.layers[-1]
    z, a, y = (floats(values[row]) for values in (layer.pre_activations, layer.activations, focus.detail.targets))
    return Outputs(focus.numerals, focus.elision, z, a, y)
