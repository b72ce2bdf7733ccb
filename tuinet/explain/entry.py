"""An Entry: one parameter, its gradient, and what the optimizer remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuinet.explain.focus import Focus
from tuinet.explain.lines import Line
from tuinet.explain.titles import parameter_label, parameter_symbol
from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class Entry:
    """A row of the focused neuron's column."""

    focus: Focus
    row: int

    @property
    def name(self) -> str:
        """In a formula."""
        return parameter_symbol(self.focus, self.row)

    @property
    def gradient(self) -> float:
        """As the optimizer takes it: penalty and clipping included."""
        return self._at(self.focus.layer.grads)

    @property
    def old(self) -> float:
        """The parameter at the start of the step."""
        return self._at(self.focus.layer.block_before)

    @property
    def new(self) -> float:
        """The parameter after it."""
        # In the layer's own precision, and whatever has been done to it by hand since.
        return self._at(self.focus.layer.block_before - self.focus.layer.updates)

    @property
    def subtracted(self) -> float:
        """What the update took off."""
        return self._at(self.focus.layer.updates)

    def slot(self, name: str) -> float:
        """What is remembered now."""
        return self._at(self.focus.layer.slots[name])

    def slot_before(self, name: str) -> float | None:
        """What was remembered at the start of the step, where that is known."""
        slots: Mapping[str, Array] = self.focus.layer.slots_before
        return self._at(slots[name]) if name in slots else None

    def line(self, left: str, symbols: str, numbers: str, result: float) -> Line:
        """An equation under this parameter's heading."""
        return Line(left, symbols, (numbers,), self.focus.plain(result), parameter_label(self.focus, self.row))

    def remembered(self, slot: str, symbols: str, numbers: str) -> Line:
        """How a slot became what it is; ``{old}`` stands for what it was, without which there is nothing to show."""
        before = self.slot_before(slot)
        if before is None:
            return Line(slot, "", (), self.focus.plain(self.slot(slot)), parameter_label(self.focus, self.row))
        return self.line(slot, symbols, numbers.format(old=self.focus.factor(before)), self.slot(slot))

    def _at(self, block: Array) -> float:
        return float(block[self.row, self.focus.neuron])
