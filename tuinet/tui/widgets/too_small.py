"""What is said where the terminal is too small for anything else."""

from __future__ import annotations

from textwrap import wrap

from textual.strip import Strip

from tuinet.observe.snapshot import Frame
from tuinet.tui.keymap import keymap_of
from tuinet.tui.terminal import MIN_HEIGHT, MIN_WIDTH
from tuinet.tui.text import ink, row
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class TooSmallPanel(CellPanel):
    """A sentence instead of panels."""

    def rows(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The sentence, on as many rows as it takes."""
        return too_small_rows(theme, width, height, keymap_of(self.app).name("screen.quit", "q"))


def too_small_rows(theme: Theme, width: int, height: int, key: str = "q") -> list[Strip]:
    """The sentence, on as many rows as it takes."""
    style = ink(theme.foreground, theme.background)
    sentence = f"tuinet needs {MIN_WIDTH}×{MIN_HEIGHT} cells; this terminal has {width}×{height}. {key} quits."
    lines = wrap(sentence, width) if width > 0 else []
    return [row([(line, style)], width, style) for line in [*lines, *[""] * height][:height]]
