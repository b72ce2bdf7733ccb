"""What is shared: the line or the JSON, scrolling, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.events import MouseScrollDown, MouseScrollUp
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame
from tuinet.tui.shared_text import SharedText, shared_text, wrapped_remarks
from tuinet.tui.text import Piece, count, ink, row
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

_WHEEL: Final = 3
_MARGIN: Final = 1
_WAITING: Final = "The run is being looked at."


class SharePanel(CellPanel):
    """Shows a text that is to be copied; what is too long for the panel is scrolled."""

    as_json: reactive[bool] = reactive(False, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = self._total = 0

    def watch_as_json(self) -> None:
        """Show the other form, from its beginning."""
        self._top = 0
        self.update_cells()

    def shared(self, width: int) -> SharedText | None:
        """What is to be copied; ``None`` before it is known."""
        if self.frame is None or self.frame.snapshot.time.course is None:
            return None
        return shared_text(self.frame.snapshot.time.course, self.frame.speed, width, as_json=self.as_json)

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What it is, and of which moment."""
        form = "as JSON" if self.as_json else "as a command line"
        where = f"epoch {count(frame.snapshot.epoch)}, step {count(frame.snapshot.step)}"
        return ((f"this run {form} · {where}", ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Which rows are in sight, where not all are."""
        height = max(self.size.height - 2, 0)
        if self._total <= height:
            return ()
        shown = f"{self._top + 1}–{min(self._top + height, self._total)} of {self._total}"
        return ((shown, ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The text, and below it the remarks."""
        blank = ink(None, theme.background)
        lines = self._lines(theme, max(width - 2 * _MARGIN, 0))
        self._total = len(lines)
        self._top = max(0, min(self._top, len(lines) - height))
        return [row([(" " * _MARGIN, blank), *line], width, blank) for line in lines[self._top :][: max(height, 0)]]

    def _lines(self, theme: Theme, width: int) -> list[list[Piece]]:
        text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
        shared = self.shared(width)
        if shared is None:
            return [[(_WAITING, dim)]]
        remarks = [[(line, dim)] for line in wrapped_remarks(shared.remarks, width)]
        lines = [[(line, text)] for line in shared.lines]
        if self.as_json:
            return [*remarks, [], *lines]
        return [*lines, *([[]] if lines else []), *remarks]

    def scroll_rows(self, rows: int) -> None:
        """Scroll on by so many rows."""
        self._top += rows
        self.update_cells()

    def scroll_pages(self, pages: int) -> None:
        """Scroll on by so many heights of the panel."""
        self.scroll_rows(pages * max(self.size.height - 3, 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        self.scroll_rows(-_WHEEL)
