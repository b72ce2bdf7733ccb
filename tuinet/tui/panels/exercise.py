"""The panel of an exercise: its lines with blanks, what is asked now, and what there is to say of the last answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Input

from tuinet.exercises.exercise import HIDDEN
from tuinet.exercises.working import Working
from tuinet.explain.explanation import Explanation, Row, spelled
from tuinet.observe.snapshot import Snapshot
from tuinet.spelling import as_ascii
from tuinet.tui.draw.equations import MARGIN, role_styles, text_width
from tuinet.tui.draw.text import Piece, first_fitting, row, shorten, wrapped
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.base import Entry, Label, ScrollingPanel
from tuinet.tui.style.theme import Theme

EXERCISE: Final = "exercise"
ENTRY: Final = "entry"
_PROMPT: Final = "▸ "
_RULE: Final = "╌"
_BLANK: Final = " ? "
_UNBROKEN: Final = "\N{NO-BREAK SPACE}"
_GIVEN_ROWS: Final = 2
_SAID_ROWS: Final = 4
"""Rows for what is said of an answer, where there is room."""
_LEAST_ROWS: Final = 3
"""Rows of equations that stay in sight."""


def answer_line() -> Input:
    """Where an answer is typed: its region is within the panel."""
    entry = Input(id=ENTRY, compact=True, max_length=80)
    entry.cursor_blink = False
    return entry


class ExercisePanel(ScrollingPanel):
    """Equations with blanks above, and below a rule the question, the room for the answer, and what is said of it."""

    HEADING = "exercise"
    working: reactive[Working | None] = reactive(None, repaint=False)
    outlook: reactive[str] = reactive("", repaint=False)
    """What comes next, said where all blanks are filled in."""
    watch_outlook = ScrollingPanel.update_cells

    def watch_working(self, before: Working | None, working: Working | None) -> None:
        """Begin another exercise at its top, and keep the blank that is asked in sight."""
        if before is None or working is None or before.exercise is not working.exercise:
            self._top = 0
        self.update_cells()

    @property
    def lines_shown(self) -> int:
        """See `ScrollingPanel`."""
        return max(self.room[1] - _asking_rows(self.room[1]), 0)

    def title(self, frame: Any, theme: Theme) -> str:
        """What the exercise is about."""
        title = _spelled("" if self.working is None else self.working.exercise.title, theme)
        # The sample goes without its values before one of them is cut.
        return first_fitting((title, title.partition(" (")[0]), self.title_room)

    def legend(self, frame: Any, theme: Theme) -> Label:
        """How far one is."""
        if self.working is None:
            return ""
        count = len(self.working.exercise.blanks)
        place = f"{min(self.working.filled + 1, count)} of {count}" if not self.working.is_done else self.working.total
        part = self.range_in_sight()
        return f"{place} · rows {part}, pgup pgdn" if part else place

    def content(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """Equations, rule, question, room for the answer, and what is said of the last one."""
        if self.working is None:
            return []
        room, asking = text_width(width), _asking_rows(height)
        rows = equation_rows(self.working, room, in_ascii=theme.spells)
        self._show_asked(rows, height - asking)
        blank = theme.inks.blank
        asked = next((spans for spans in rows if _is_blank(spans)), None)
        lines = [self._line(spans, theme, is_asked=spans is asked) for spans in self.in_sight(rows, height - asking)]
        lines += [[] for _ in range(_rows_above(rows, height) - len(lines))]
        lines += [[(_RULE * room, theme.inks.border)], *self._asked(theme, room), *self._said(theme, room)]
        return [row([(" " * MARGIN, blank), *line], width, blank) for line in lines[:height]]

    def _line(self, spans: Row, theme: Theme, *, is_asked: bool) -> list[Piece]:
        styles = role_styles(theme)
        mark = (_BLANK, theme.inks.chosen if is_asked else theme.inks.key)
        return [mark if span.text == HIDDEN else (span.text, styles[span.role]) for span in spans]

    def _show_asked(self, rows: Sequence[Row], height: int) -> None:
        """Scroll so that the first blank is in sight, unless somebody has scrolled since it was asked."""
        place = next((index for index, spans in enumerate(rows) if _is_blank(spans)), None)
        if place is not None and self._followed is not self.working:
            self._followed = self.working
            self._top = max(min(self._top, place), place - height + 1)

    _followed: Working | None = None

    def _asked(self, theme: Theme, width: int) -> list[list[Piece]]:
        assert self.working is not None
        blank = self.working.blank
        if blank is None:
            total = [(shorten(_spelled(self.working.total, theme), width), theme.inks.strong)]
            return [total, *[[] for _ in range(1 + _GIVEN_ROWS)]]
        # A number stays in the line of its symbol.
        given = ", ".join(one.replace(" ", _UNBROKEN) for one in blank.given or ())
        lines = wrapped(_spelled(f"Given: {given}.", theme), width, theme.inks.axis)[:_GIVEN_ROWS] if given else []
        told = [[(text.replace(_UNBROKEN, " "), style) for text, style in line] for line in lines]
        told += [[] for _ in range(_GIVEN_ROWS - len(told))]
        prompt = shorten(_spelled(blank.prompt, theme), width)
        return [[(prompt, theme.inks.strong)], *told, [(_PROMPT, theme.inks.key)]]

    def _said(self, theme: Theme, width: int) -> list[list[Piece]]:
        assert self.working is not None
        style = {"right": theme.inks.curve, "wrong": theme.inks.wrong, "plain": theme.inks.text}[self.working.tone]
        said = [(self.working.words, style), (self.working.hint, theme.inks.text)]
        said += [(self.outlook, theme.inks.axis)] if self.working.is_done else []
        return [line for text, ink in said if text for line in wrapped(_spelled(text, theme), width, ink)]

    def entry_region(self, region: Region) -> Region:
        """Where an answer is typed, when the panel is in this region of the screen."""
        height = max(region.height - 2, 1)
        is_ascii = self.theme is not None and self.theme.spells
        rows = equation_rows(self.working, text_width(region.width - 2), in_ascii=is_ascii) if self.working else ()
        line = _rows_above(rows, height) + 2 + _GIVEN_ROWS
        left = 1 + MARGIN + len(_PROMPT)
        return Region(region.x + left, region.y + 1 + line, max(region.width - left - 2, 1), 1)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        yield [(_BLANK, theme.inks.chosen)], "A number that you find; the first of them is asked below."
        yield [(_PROMPT, theme.inks.key)], "Type it, as 0.125, 1/8 or 0.5*(1-0.5). Nothing, and enter: help."


def equation_rows(working: Working, width: int, *, in_ascii: bool = False) -> tuple[Row, ...]:
    """The lines of an exercise in rows of so many cells."""
    explanation = Explanation(working.exercise.title, working.lines)
    return (spelled(explanation) if in_ascii else explanation).rows(width)


def _rows_above(rows: Sequence[Row], height: int) -> int:
    """Rows above the question: the equations and a blank one, or as many as there is room for."""
    return max(min(len(rows) + 1, height - _asking_rows(height)), 0)


def _is_blank(spans: Row) -> bool:
    return any(span.text == HIDDEN for span in spans)


def _spelled(text: str, theme: Theme) -> str:
    return as_ascii(text) if theme.spells else text


def _asking_rows(height: int) -> int:
    """Rows below the equations: rule, question, answer, and what is said of it."""
    least = 3 + _GIVEN_ROWS
    return max(least, min(least + _SAID_ROWS, height - _LEAST_ROWS))
