"""What happened on the screen, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Question, Unit
from tuinet.session.commands import Resume, SessionCommand
from tuinet.session.edits import SetParameter

if TYPE_CHECKING:
    from tuinet.observe.classroom import Pointer

_NUDGE = 0.05
"""Share of a value's size that one key changes, and the least change."""


class Cursor(NamedTuple):
    """A place in a layer's matrix, whose last row are the biases; everything counted from 0."""

    layer: int = 0
    row: int = 0
    column: int = 0

    def within(self, snapshot: Snapshot) -> Cursor:
        """Move to the nearest place that the network has."""
        layer = min(self.layer, len(snapshot.layers) - 1)
        rows, columns = _shape(snapshot, layer)
        return Cursor(layer, max(0, min(self.row, rows - 1)), max(0, min(self.column, columns - 1)))

    def moved(self, snapshot: Snapshot, down: int, right: int) -> Cursor:
        """A step further; beyond a matrix's edge it goes on in the next layer's, or in the one before."""
        rows, columns = _shape(snapshot, self.layer)
        row, column = self.row + down, self.column + right
        if 0 <= row < rows and 0 <= column < columns:
            return Cursor(self.layer, row, column)
        layer = self.layer + down + right
        if not 0 <= layer < len(snapshot.layers):
            return self
        far_rows, far_columns = _shape(snapshot, layer)
        entered = Cursor(layer, 0 if down > 0 else far_rows, self.column) if down else Cursor(layer, self.row)
        if right < 0:
            entered = Cursor(layer, self.row, far_columns)
        return entered.within(snapshot)

    def value(self, snapshot: Snapshot) -> float:
        """The weight or bias."""
        layer = snapshot.layers[self.layer]
        fan_in = layer.weights.shape[0]
        return float(layer.biases[self.column] if self.row == fan_in else layer.weights[self.row, self.column])

    def command(self, snapshot: Snapshot, value: float) -> SetParameter:
        """What sets it."""
        is_bias = self.row == snapshot.layers[self.layer].weights.shape[0]
        return SetParameter(self.layer + 1, None if is_bias else self.row, self.column, value)


def nudged(value: float, direction: int) -> float:
    """A value 5% of its size further, at least 0.05."""
    return value + direction * max(_NUDGE, _NUDGE * abs(value))


def _shape(snapshot: Snapshot, layer: int) -> tuple[int, int]:
    fan_in, fan_out = snapshot.layers[layer].weights.shape
    return fan_in + 1, fan_out


# Nobody compares messages, and Textual has its own way to show them.
@dataclass(eq=False, repr=False)
class ViewChanged(Message):
    """A panel needs to see something else than before."""

    fields: Mapping[str, object]
    """Of a `View`."""


@dataclass(eq=False, repr=False)
class KeysChanged(Message):
    """The keys of a panel do something else than before."""


@dataclass(eq=False, repr=False)
class ModeChanged(Message):
    """Keys and mouse do something in a panel that they do not do otherwise, or no longer."""

    words: str
    """What, and how it ends; empty where it has ended."""


@dataclass(eq=False, repr=False)
class KeyRefused(Message):
    """A key of a panel did nothing."""

    reason: str


@dataclass(eq=False, repr=False)
class UnitChosen(Message):
    """A neuron is to be shown on the map; or, with ``None``, the output again."""

    unit: Unit | None
    must_be_seen: bool = False
    """Whether the map is to be brought to the full screen where it is not in sight."""


@dataclass(eq=False, repr=False)
class QuestionAsked(Message):
    """The network is to be asked about a sample, which is to be seen."""

    question: Question


@dataclass(eq=False, repr=False)
class CommandGiven(Message):
    """Something is to be changed in the session, or it is to go on."""

    command: SessionCommand | Resume


@dataclass(eq=False, repr=False)
class EpochChosen(Message):
    """A moment of the timeline was clicked."""

    epoch: int


@dataclass(eq=False, repr=False)
class CellChosen(Message):
    """A number in a layer's table was clicked."""

    sample: int | None
    """Row of the batch; ``None`` where rows are no samples."""
    neuron: int | None
    """Column of the layer; ``None`` where columns are no neurons."""


@dataclass(eq=False, repr=False)
class ValueWanted(Message):
    """A weight or bias is to have a value that is typed."""

    question: str
    value: float
    cursor: Cursor


@dataclass(eq=False, repr=False)
class RatePointed(Message):
    """A learning rate was clicked in the chart of the rate finder."""

    rate: float


@dataclass(eq=False, repr=False)
class FieldChosen(Message):
    """A field of the settings was clicked."""

    field: str


@dataclass(eq=False, repr=False)
class FieldScrolled(Message):
    """The wheel was turned over the settings."""

    by: int
    """Fields, down being positive."""


@dataclass(eq=False, repr=False)
class RowChosen(Message):
    """Another row of a comparison's table was chosen."""

    by: int


@dataclass(eq=False, repr=False)
class OrderChosen(Message):
    """The heading of a column of a comparison's table was clicked."""

    column: str


class PointedOut(Message):
    """The teacher of a class points at something."""

    def __init__(self, pointer: Pointer) -> None:
        super().__init__()
        self.pointer = pointer


class BlanksFilled(Message):
    """Blanks of a phase have been filled in, or are empty again."""

    def __init__(self, snapshot: Snapshot, filled: int, *, is_done: bool) -> None:
        super().__init__()
        self.snapshot, self.filled, self.is_done = snapshot, filled, is_done
