"""What happened on the screen, for whoever wants to know."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tuinet.training.snapshot import View


@dataclass
class MapResized(Message):
    """The map has room for another number of pixels, or for none."""

    view: View | None
