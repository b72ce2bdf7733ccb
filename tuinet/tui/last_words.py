"""What Textual prints when the screen has closed, without a control that the terminal would obey."""

from __future__ import annotations

from rich.console import RenderableType
from rich.segment import Segment, Segments

from tuinet.terminal_text import visible


def shown(renderable: RenderableType) -> RenderableType:
    """A rendered traceback whose controls are visible; anything else as it is."""
    if not isinstance(renderable, Segments):
        return renderable
    segments = (Segment(_lines(text), style) for text, style, control in renderable.segments if not control)
    return Segments(segments)


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))
