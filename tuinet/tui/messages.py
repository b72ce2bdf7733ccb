"""What happened on the screen, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from tuinet.observe.view import Unit
from tuinet.session.commands import SessionCommand
from tuinet.tui.cursor import Cursor


@dataclass
class ViewChanged(Message):
    """A panel needs to see something else than before."""

    fields: Mapping[str, object]
    """Of a `View`."""


@dataclass
class KeysChanged(Message):
    """The keys of a panel do something else than before."""


@dataclass
class KeyRefused(Message):
    """A key of a panel did nothing."""

    reason: str
    """Why, in few words."""


@dataclass
class UnitChosen(Message):
    """A neuron is to be shown on the map; or, with ``None``, the output again."""

    unit: Unit | None
    must_be_seen: bool = False
    """Whether the map is to be brought to the full screen where it is not in sight."""


@dataclass
class CommandGiven(Message):
    """Something is to be changed in the session."""

    command: SessionCommand


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
class ValueWanted(Message):
    """A weight or bias is to have a value that is typed."""

    question: str
    value: float
    cursor: Cursor


@dataclass
class FieldChosen(Message):
    """A field of the settings was clicked."""

    field: str


@dataclass
class FieldScrolled(Message):
    """The wheel was turned over the settings."""

    by: int
    """Fields, down being positive."""


@dataclass
class RowChosen(Message):
    """Another row of a comparison's table was chosen."""

    by: int
    """How many rows further down."""


@dataclass
class OrderChosen(Message):
    """The heading of a column of a comparison's table was clicked."""

    column: str
