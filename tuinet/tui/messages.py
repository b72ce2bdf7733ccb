"""What happened on the screen, for whoever wants to know."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tuinet.training.commands import SetParameter
from tuinet.training.snapshot import View
from tuinet.tui.cursor import Cursor


@dataclass
class MapResized(Message):
    """The map has room for another number of pixels, or for none."""

    view: View | None


@dataclass
class EpochChosen(Message):
    """A moment of the timeline was clicked."""

    epoch: int


@dataclass
class CellChosen(Message):
    """A number in a layer's table was clicked."""

    sample: int | None
    """Row of the batch; ``None`` where rows are no samples."""
    neuron: int | None
    """Column of the layer; ``None`` where columns are no neurons."""


@dataclass
class ParameterChosen(Message):
    """A weight or bias is to have another value."""

    command: SetParameter


@dataclass
class ValueWanted(Message):
    """A weight or bias is to have a value that is typed."""

    question: str
    value: float
    cursor: Cursor
