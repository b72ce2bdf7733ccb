"""The base of all panels: draw with a pure function, send only what changed; frames, titles and glossary entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar

from rich.cells import cell_len
from rich.style import Style
from textual import on
from textual.binding import Binding
from textual.events import Hide, MouseScrollDown, MouseScrollUp, Resize, Show
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.draw.cells import changed_runs
from tuinet.tui.draw.pixels import PixelPicture, Placed
from tuinet.tui.draw.text import Piece, filled_up, first_fitting, ink, row, width_of
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import ViewChanged
from tuinet.tui.panels import PANELS
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.filter import TerminalFilter
from tuinet.tui.terminal.frames import PacedApp

if TYPE_CHECKING:
    from tuinet.observe.classroom import Pointer

SAMPLE_WIDTH: Final = 14
"""Cells for the first part of an entry."""
Entry = tuple[Sequence[Piece], str]
"""Of a glossary: something on the screen, as it looks there, and what it means."""
Label = Sequence[Piece] | str
"""Written into an edge of a frame; where it has no styles of its own, in those of titles and legends."""
Line = TypeVar("Line")
_STEADY: Final = 10
"""Frames that look alike, one after the other, until it is taken for granted that the next one does."""
_WHEEL: Final = 3
"""Rows that a notch of the mouse's wheel scrolls."""
EDGE: Final = 5
"""Cells of an edge that a title cannot have: corners, spaces and a dash."""


def framed(
    content: Sequence[Strip],
    title: Label,
    legend: Label,
    width: int,
    height: int,
    theme: Theme,
    *,
    number: str = "",
    is_focused: bool = False,
) -> list[Strip]:
    """A panel of exactly this size: frame, title, content, legend.

    With a border of CSS a title that changes has the whole panel sent again: three times the bytes of a frame.

    Parameters
    ----------
    content
        Rows ``width - 2`` cells wide; missing ones are left blank, surplus ones are dropped.
    title
        Written into the upper edge, on the left.
    legend
        Written into the lower edge, on the right.
    number
        The key that brings the panel to the full screen, in the upper right corner, where there is room for it.
    is_focused
        Whether the frame is drawn as that of the panel that has the keys.
    """
    if width < 2 or height < 2:
        return [row((), width, theme.inks.blank) for _ in range(height)]
    border, blank = ink(theme.accent if is_focused else theme.border, theme.background), theme.inks.blank
    inside = filled_up(content[: height - 2], width - 2, height - 2, theme)
    side = Strip([*row((("│", border),), 1, blank)], 1)
    middle = [Strip([*side, *strip, *side], width) for strip in inside]
    top = _edge("╭╮", _written(title, theme.inks.title), width, border, blank, number)
    return [top, *middle, _edge("╰╯", _written(legend, theme.inks.axis), width, border, blank)]


def _written(label: Label, style: Style) -> Sequence[Piece]:
    return [(label, style)] if isinstance(label, str) else label


def _edge(ends: str, label: Sequence[Piece], width: int, border: Style, blank: Style, number: str = "") -> Strip:
    """The upper edge, with its label on the left, or the lower one, with its label on the right."""
    room = width - EDGE
    cut = row(label, min(width_of(label), room), blank) if label and room > 4 else Strip([])
    written = [(" ", blank), *((segment.text, segment.style or blank) for segment in cut), (" ", blank)] if cut else []
    rest = max(width - 3 - (cut.cell_length + 2 if cut else 0), 0)
    corner = _corner(number, rest, is_titled=bool(cut))
    dashes, dash = ("─" * (rest - cell_len(corner)), border), ("─" * min(1, width - 2), border)
    inside = [dash, *written, dashes, (corner, border)] if ends == "╭╮" else [dashes, *written, dash]
    return row([(ends[0], border), *inside, (ends[1], border)], width, blank)


def _corner(number: str, room: int, *, is_titled: bool) -> str:
    """The number of a panel before its upper right corner, close behind a title that leaves little room."""
    whole = f" {number} ─"
    if not number or room > cell_len(whole):
        return whole if number else ""
    # A title ends with a blank.
    return first_fitting((whole, whole[1:], f"{number} ", number), room) if is_titled else ""


CORNER: Final = 5
"""Cells that a panel's number takes in its frame, with a piece of the frame before it."""


class CellPanel(Widget):
    """A panel that keeps the rows it last drew and refreshes only what differs from them.

    A subclass says what it draws in `rows`, or in `content`, `title` and `legend` for a panel with a frame; in `wanted`
    what it needs to see that is not computed for every snapshot; and in `glossary` what help says about it.
    """

    ALLOW_SELECT = False
    KEYS: ClassVar[tuple[Binding, ...]] = ()
    """Keys of the panel while it has the focus: they are bound, and stand in footer, help and configuration."""
    HEADING: ClassVar[str] = ""
    """Of its part of help, and the title in its frame where `title` has none."""
    MANUAL: ClassVar[str] = ""
    """Of the manual, the page about it, as a link has it."""
    UNSEEN: ClassVar[Mapping[str, object]] = {}
    """What fields of a `View` are when the panel does not need them."""
    IS_SLOW: ClassVar[bool] = True
    """Whether it is redrawn seldom while numbers change faster than one can read."""
    FOLLOWS: ClassVar[tuple[str, ...]] = ()
    """What else of the dashboard it follows, besides frame and theme."""
    frame: reactive[Frame | None] = reactive(None, repaint=False)
    theme: reactive[Theme | None] = reactive(None, repaint=False)

    def __init_subclass__(cls, **options: bool) -> None:
        """Bind its keys."""
        cls.BINDINGS = [*cls.KEYS]
        super().__init_subclass__(**options)

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id)
        self._number = number
        self._rows: list[Strip] = []
        self._drawn_size: Size | None = None
        self._announced: Mapping[str, object] = {}
        self._handed: tuple[tuple[Region, str], list[Strip]] | None = None
        """What Textual was given last, for what; ``None`` where that has changed since."""
        self._times_alike = 0
        self.picture: PixelPicture | None = None
        """What is drawn in pixels behind the cells inside the frame, where the terminal can do that."""

    @property
    def snapshot(self) -> Snapshot:
        """What it shows: keys and mouse do not reach a panel before there is something."""
        assert self.frame is not None
        return self.frame.snapshot

    @property
    def under_cursor(self) -> Pointer | None:
        """What the cursor of the panel is at, to be pointed at; ``None`` where it has no cursor now."""
        return None

    @property
    def room(self) -> tuple[int, int]:
        """Cells within the frame, across and down."""
        return max(self.size.width - 2, 0), max(self.size.height - 2, 0)

    @property
    def is_steady(self) -> bool:
        """Whether the cells have come out the same for some frames."""
        return self._times_alike >= _STEADY

    @property
    def placed_picture(self) -> Placed | None:
        """The picture and where it is on the screen; ``None`` where the panel has not been drawn there yet."""
        if self.picture is None or self._drawn_size != self.size or not self.region.size:
            return None
        x, y = self.region.offset
        return Placed(self.picture, (x + 1 + self.picture.left, y + 1 + self.picture.top))

    @property
    def edge(self) -> int:
        """Cells that a title or a legend can have."""
        return max(self.size.width - EDGE, 0)

    @property
    def title_room(self) -> int:
        """Cells that a title can have beside the panel's number."""
        return max(self.edge - (CORNER if self._number else 0), 0)

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those of its keys that do something now; a panel where they change posts `KeysChanged`."""
        return self.KEYS

    def rows(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Everything in the panel: ``height`` rows ``width`` cells wide."""
        content = self.content(frame, theme, max(width - 2, 0), max(height - 2, 0))
        title, legend = self.title(frame, theme), self.legend(frame, theme)
        return framed(content, title, legend, width, height, theme, number=self._number, is_focused=self.has_focus)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """What is inside the frame."""
        return []

    def title(self, frame: Frame, theme: Theme) -> Label:
        """What is written in the upper edge of the frame."""
        return self.HEADING

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """What is written in the lower edge of the frame."""
        return ""

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterable[Entry]:
        """What can be seen in the panel, and what it means."""
        return ()

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """Fields of a `View` that the panel needs to draw this many cells inside its frame."""
        return {}

    @on(Resize)
    @on(Show)
    @on(Hide)
    def announce(self) -> None:
        """Tell what the panel needs to see, if that is something else now."""
        is_seen = self.display and all(self.room)
        wanted = self.wanted(self.frame, *self.room) if is_seen and self.frame is not None else self.UNSEEN
        if wanted != self._announced:
            self._announced = wanted
            self.post_message(ViewChanged(wanted))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw the frame as that of the panel that has the keys, or not."""
        super().watch_has_focus(has_focus)
        self.update_cells()

    def watch_frame(self) -> None:
        """Draw what is new; what is not shown has nothing to draw, and has said that it needs nothing."""
        if self.display:
            self.announce()
        self.update_cells()

    def update_cells(self) -> None:
        """Draw, and refresh what differs from what was drawn before."""
        if not self.display:
            self._drawn_size = None
            return
        if self._drawn_size != self.size:
            self.refresh()
            return
        before, picture = self._rows, self.picture
        self._draw()
        self.refresh_changed(before, self._rows)
        if self.picture is not picture and isinstance(self.app, PacedApp):
            self._times_alike = 0
            self.call_after_refresh(self.app.show_pictures)

    def watch_theme(self) -> None:
        """Draw in other colours; what is needed may depend on how cells are divided."""
        self.announce()
        self.update_cells()

    def refresh_changed(self, before: Sequence[Strip], after: Sequence[Strip]) -> None:
        """Refresh the runs of cells that differ; as far as Textual goes along, no others are sent."""
        regions = [
            Region(left, line, right - left, 1)
            for line, (old, new) in enumerate(zip(self._as_sent(before), self._as_sent(after), strict=True))
            for left, right in changed_runs(old, new)
        ]
        self._times_alike = 0 if regions else self._times_alike + 1
        if regions:
            self.refresh(*regions)

    def _as_sent(self, rows: Sequence[Strip]) -> Sequence[Strip]:
        """The rows as the terminal gets them, where a cell may change although only one beside it was drawn anew."""
        for used in self.app.get_line_filters():
            if isinstance(used, TerminalFilter) and used.looks_around:
                rows = [row.apply_filter(used, self.background_colors[1]) for row in rows]
        return rows

    def render_line(self, y: int) -> Strip:
        """One row for Textual."""
        if self._drawn_size != self.size:
            self._draw()
        return self._rows[y] if y < len(self._rows) else Strip([])

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows for Textual, which asks every panel for all of them where a cell of one has changed."""
        asked = crop, self.app.theme
        if self._handed is None or self._handed[0] != asked:
            self._handed = asked, super().render_lines(crop)
        return self._handed[1]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """See `textual.widget.Widget`."""
        if repaint:
            self._handed = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _draw(self) -> None:
        self._drawn_size, self.picture = self.size, None
        width, height = self.size
        if self.frame is None or self.theme is None:
            blank = self.theme.inks.blank if self.theme else None
            self._rows = [Strip.blank(width, blank)] * height
        else:
            self._rows = self.rows(self.frame, self.theme, width, height)


def range_in_sight(first: int, room: int, total: int) -> str:
    """Which rows are shown from the first one on, counted from 0, as in ``1–20 of 43``; empty where all are."""
    return f"{first + 1}–{min(first + room, total)} of {total}" if total > room else ""


class ScrollingPanel(CellPanel):
    """Shows as many of its lines as fit, from the one that it was scrolled to."""

    ROWS_ABOVE: ClassVar[int] = 0
    """Above the lines, where they stay."""
    OVERLAP: ClassVar[int] = 1
    """Lines that stay in sight when a page is turned."""
    _top = _total = 0

    @property
    def lines_shown(self) -> int:
        """How many lines fit."""
        return max(self.size.height - 2 - self.ROWS_ABOVE, 0)

    def in_sight(self, lines: Sequence[Line], height: int) -> Sequence[Line]:
        """The lines that are shown in so many rows."""
        self._total = len(lines)
        self._top = max(0, min(self._top, self._total - height))
        return lines[self._top :][: max(height, 0)]

    def range_in_sight(self) -> str:
        """Which lines are shown, as in ``1–20 of 43``; empty where all are."""
        return range_in_sight(self._top, self.lines_shown, self._total)

    def scroll_rows(self, rows: int) -> bool:
        """Scroll on by so many rows; whether there was anything to scroll to."""
        before = self._top
        self._top += rows
        self.update_cells()
        return self._top != before

    def scroll_pages(self, pages: int) -> bool:
        """Scroll on by so many heights of the panel; whether there was anything to scroll to."""
        return self.scroll_rows(pages * max(self.lines_shown - self.OVERLAP, 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        self.scroll_rows(-_WHEEL)


def panel_class(name: str) -> type[CellPanel]:
    """The class of a panel; it is loaded now, since the first screen does not show all."""
    module, _, kind = PANELS[name].source.partition(":")
    found: type[CellPanel] = getattr(import_module(f"tuinet.tui.panels.{module}"), kind)
    return found
