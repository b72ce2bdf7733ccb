"""Asking the network: values that are changed one by one, or a picture that is drawn, and what it answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from textual.binding import Binding
from textual.events import Key, MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.strip import Strip

from tuinet.observe.answer import InputRow, input_rows
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.draw.answers import value_text
from tuinet.tui.draw.short_names import short_name
from tuinet.tui.draw.text import Piece, first_fitting, row
from tuinet.tui.draw.tiles import pieces_of
from tuinet.tui.messages import KeyRefused, KeysChanged
from tuinet.tui.panels.ask.asking import DRAWING_KEYS, TYPING_KEYS, VALUE_KEYS, QuestionPanel
from tuinet.tui.panels.ask.canvas import (
    MOST,
    Brush,
    Canvas,
    Pixel,
    blank_question,
    canvas_lines,
    canvas_of,
    line_between,
)
from tuinet.tui.panels.ask.rows import (
    BEGINNINGS,
    NUMBER_KEYS,
    Typing,
    about_row,
    answer_lines,
    number_at,
    profile_lines,
    row_layout,
    row_line,
)
from tuinet.tui.panels.base import Label, range_in_sight
from tuinet.tui.style.theme import Theme

_NO_VALUES: Final = "a picture is asked about: draw it, digits say how strongly"
_NO_PICTURE: Final = "no picture is asked about, but values: digits type one, the arrows change it"
_CONFIRMING: Final = ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab")
"""Keys that end typing, and then do what they do."""
_LEFT_BUTTON: Final = 1
_RIGHT_BUTTON: Final = 3
_FINE: Final = 0.1
_SIDE_BY_SIDE: Final = 62
"""Cells across from which on the answer stands beside the values, and not below them."""
_INPUT_SHARE: Final = 0.5
_WIDEST_INPUTS: Final = 68
_ANSWER_LEAST: Final = 24
"""Cells that the answer wants beside a picture."""
_NAME_LIMIT: Final = 16

Lines = list[list[Piece]]


class AskPanel(QuestionPanel, can_focus=True):
    """A question to the network, row by row or pixel by pixel, with its answer."""

    KEYS = (*VALUE_KEYS, *DRAWING_KEYS)

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._row = self._top = 0
        self._typing: Typing | None = None
        self._pixel: Pixel = (0, 0)
        self._brush = Brush()
        self._stroke: tuple[Pixel, Brush] | None = None
        """Where the mouse was last while it draws, and with what."""

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something with what is shown."""
        if self._typing is not None:
            return TYPING_KEYS
        return DRAWING_KEYS if self.frame is not None and self._is_picture else VALUE_KEYS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is nothing to draw on, the key is the dashboard's."""
        return action != "paint" or self.frame is None or self._is_picture

    @property
    def _is_picture(self) -> bool:
        return self.snapshot.dataset.image_shape is not None

    def begin_anew(self) -> None:
        """See `QuestionPanel`."""
        self._typing, self._row, self._pixel = None, 0, (0, 0)

    def _refuses(self, *, of_pictures: bool) -> bool:
        """Whether a key is for the other kind of question, which is said."""
        if of_pictures != self._is_picture:
            self.post_message(KeyRefused(_NO_PICTURE if of_pictures else _NO_VALUES))
        return of_pictures != self._is_picture

    @property
    def _rows_of_values(self) -> tuple[InputRow, ...]:
        return input_rows(self.snapshot.dataset)

    def action_move(self, down: int, right: int) -> None:
        """Choose another row, or change its value; on a picture, go to another pixel."""
        shape = self.snapshot.dataset.image_shape
        if shape is not None:
            line, column = self._pixel
            self._pixel = min(max(line + down, 0), shape[0] - 1), min(max(column + right, 0), shape[1] - 1)
            self.update_cells()
        elif down:
            self._choose(self._row + down)
        else:
            self._ask(self._rows_of_values[self._row].moved(self._question, right))

    def _choose(self, index: int) -> None:
        self._row = min(max(index, 0), len(self._rows_of_values) - 1)
        self.update_cells()

    def action_page(self, by: int) -> None:
        """Choose a row further on, by as many as are in sight."""
        if self._is_picture:
            return
        self._choose(self._row + by * max(self._rows_shown(*self.room), 1))

    def action_shift_finely(self, by: int) -> None:
        """Change a number by a tenth of its step."""
        if self._refuses(of_pictures=False):
            return
        self._ask(self._rows_of_values[self._row].moved(self._question, by, _FINE))

    def action_type_input(self) -> None:
        """Begin to type a number."""
        if not self._refuses(of_pictures=False):
            self._begin_typing("")

    def _begin_typing(self, text: str) -> None:
        chosen = self._rows_of_values[self._row]
        if chosen.categories:
            self.post_message(KeyRefused(f"{chosen.name} is a text: the arrows choose among {len(chosen.categories)}"))
        else:
            self._type(Typing(text, self._question))

    def _type(self, typing: Typing | None) -> None:
        """Show what is typed so far, and ask about it; as long as it is no number, about what was there before."""
        was_typing, self._typing = self._typing is not None, typing
        if typing is not None:
            number = typing.number
            self._question = typing.before
            if number is not None:
                self._question = self._rows_of_values[self._row].with_number(typing.before, number)
        self._ask(self._question)
        if was_typing != (typing is not None):
            self.post_message(KeysChanged())

    def on_key(self, event: Key) -> None:
        """Digits begin a value, or say how strong the brush is; while a value is typed, no key does anything else."""
        character = event.character or ""
        if self._is_picture:
            if character.isdecimal() and character.isascii():
                event.stop()
                self.action_use_strength(int(character))
        elif self._typing is not None:
            self._on_typed(self._typing, event, character)
        elif character and character in BEGINNINGS:
            event.stop()
            self._begin_typing(character)

    def _on_typed(self, typing: Typing, event: Key, character: str) -> None:
        if event.key in _CONFIRMING:
            self._end_typing(typing)
            return
        if event.key == "escape":
            self._question = typing.before
            self._type(None)
        elif event.key == "enter":
            self._end_typing(typing)
        elif event.key == "backspace" or (character and character in NUMBER_KEYS):
            self._type(typing.with_key(event.key if event.key == "backspace" else character))
        elif event.is_printable:
            self.post_message(KeyRefused("a number is being typed, such as -0.25 or 1e-3: enter sets it, esc does not"))
        else:
            self._end_typing(typing)
            return
        event.stop()

    def _end_typing(self, typing: Typing) -> None:
        """Keep what was typed; where it is no number, the value that was before."""
        if typing.text and typing.number is None:
            self.post_message(KeyRefused(f"{typing.text!r} is not a number such as -0.25 or 1e-3"))
        self._type(None)

    def on_blur(self) -> None:
        """Keep what was typed."""
        if self._typing is not None:
            self._end_typing(self._typing)

    def action_use_strength(self, strength: int) -> None:
        """Draw stronger or weaker, or erase."""
        if self._refuses(of_pictures=True):
            return
        if strength == self._brush.strength:
            self.post_message(KeyRefused(f"the brush has strength {strength} already: 0 erases, {MOST} is the most"))
        self._brush = Brush(strength)
        self.update_cells()

    def action_paint(self) -> None:
        """Draw a dot at the cursor; where there is one as strong, erase it."""
        dataset = self.snapshot.dataset
        assert dataset.image_shape is not None
        is_there = self._brush.has_drawn(self._question, dataset.image_shape, dataset.extent, self._pixel)
        self._draw_on(Brush(0) if is_there else self._brush, self._pixel)

    def action_clear(self) -> None:
        """Begin with an empty picture."""
        if self._refuses(of_pictures=True):
            return
        empty = blank_question(self._question, self.snapshot.dataset.extent[0])
        if empty == self._question:
            self.post_message(KeyRefused("the picture is empty"))
        self._ask(empty)

    def _draw_on(self, brush: Brush, *path: Pixel) -> None:
        dataset = self.snapshot.dataset
        if dataset.image_shape is not None:
            self._pixel = path[-1]
            self._ask(brush.drawn(self._question, dataset.image_shape, dataset.extent, *path))

    def on_mouse_down(self, event: MouseDown) -> None:
        """Begin to draw or to erase; or choose a row, and where its bar was hit, a value."""
        x, y = event.x - 1, event.y - 1
        if not self._is_picture:
            self._choose_at(x, y)
            return
        canvas = self._canvas(self.snapshot, *self.room)
        pixel = None if canvas is None else canvas.pixel_at(x - 1, y)
        if pixel is not None and event.button in (_LEFT_BUTTON, _RIGHT_BUTTON):
            brush = self._brush if event.button == _LEFT_BUTTON else Brush(0)
            self._stroke = (pixel, brush)
            self.capture_mouse()
            self._draw_on(brush, pixel)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Draw on, from where the mouse was last."""
        if self._stroke is None:
            return
        canvas = self._canvas(self.snapshot, *self.room)
        pixel = None if canvas is None else canvas.pixel_at(event.x - 2, event.y - 1)
        before, brush = self._stroke
        if pixel is not None and pixel != before:
            self._stroke = (pixel, brush)
            self._draw_on(brush, *line_between(before, pixel))

    def on_mouse_up(self, event: MouseUp) -> None:
        """End a stroke."""
        if self._stroke is not None:
            self._stroke = None
            self.release_mouse()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Choose the next row."""
        self._turn_wheel(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Choose the row before."""
        self._turn_wheel(-1)

    def _turn_wheel(self, by: int) -> None:
        if not self._is_picture:
            self._choose(self._row + by)

    def _choose_at(self, x: int, y: int) -> None:
        index = self._top + y
        if y < self._rows_shown(*self.room) and index < len(self._rows_of_values):
            self._choose(index)
            chosen = self._rows_of_values[index]
            value = number_at(chosen, row_layout(self._rows_of_values, self._inputs_width(self.room[0])), x)
            if value is not None:
                self._ask(chosen.with_number(self._question, value))

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """The brush and the pixel under the cursor; or which rows are in sight, and the steps of the chosen one."""
        snapshot, shape = frame.snapshot, frame.snapshot.dataset.image_shape
        if shape is not None:
            line, column = self._pixel
            value = value_text(self._question[line * shape[1] + column])
            brush = f"strength {self._brush.strength}" if self._brush.strength else "eraser"
            where = f"row {line + 1}, column {column + 1}: {value}"
            return first_fitting((f"{brush} · {where}", where), self.edge)
        rows = input_rows(snapshot.dataset)
        chosen, shown = rows[self._row], range_in_sight(self._top, self._rows_shown(*self.room), len(rows))
        about = about_row(chosen)
        whole = f"{short_name(tuple(row.name for row in rows), self._row, _NAME_LIMIT)}: {about}"
        return first_fitting((" · ".join(filter(None, (whole, shown))), whole, about, shown), self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Values or picture on the left, the answer on the right; or below where it is narrow."""
        self._settle(frame)
        if frame.snapshot.dataset.image_shape is not None:
            lines = self._picture_lines(frame.snapshot, theme, width, height)
        else:
            lines = self._value_lines(frame.snapshot, theme, width, height)
        return [row(line, width, theme.inks.blank) for line in lines][: max(height, 0)]

    def _value_lines(self, snapshot: Snapshot, theme: Theme, width: int, height: int) -> Lines:
        rows, shown = input_rows(snapshot.dataset), self._rows_shown(width, height)
        last = max(len(rows) - shown, 0)
        self._top = min(max(self._top, self._row - shown + 1, 0), self._row, last)
        room = self._inputs_width(width)
        layout = row_layout(rows, room)
        chosen = self._row if self.has_focus else None
        left = [
            row_line(rows[index], self._question, layout, theme, is_chosen=index == chosen, typing=self._typing)
            for index in range(self._top, min(self._top + shown, len(rows)))
        ]
        if room < width:
            lines = _beside(left, _answer(snapshot, theme, width - room - 1, height), room + 1, theme)
        else:
            lines = [*left, [], *_answer(snapshot, theme, width, height - len(left) - 1)]
        if snapshot.answer is None:
            return lines
        below = profile_lines(snapshot, snapshot.answer, rows, theme, width, height - len(lines) - 1)
        return [*lines, [], *below] if below else lines

    def _inputs_width(self, width: int) -> int:
        """Cells of the rows of values: all of them where the answer stands below."""
        return min(int(width * _INPUT_SHARE), _WIDEST_INPUTS) if width >= _SIDE_BY_SIDE else width

    def _rows_shown(self, width: int, height: int) -> int:
        """Rows of values in sight."""
        rows = len(input_rows(self.snapshot.dataset))
        return min(rows, height if width >= _SIDE_BY_SIDE else max(height // 2, 1))

    def _canvas(self, snapshot: Snapshot, width: int, height: int) -> Canvas | None:
        shape = snapshot.dataset.image_shape
        return None if shape is None else canvas_of(shape, width - _ANSWER_LEAST, height)

    def _picture_lines(self, snapshot: Snapshot, theme: Theme, width: int, height: int) -> Lines:
        canvas, shape = self._canvas(snapshot, width, height), snapshot.dataset.image_shape
        assert shape is not None
        if canvas is None:
            least = Canvas(shape, 1)
            needed = f"{least.columns + _ANSWER_LEAST + 2}×{least.lines + 2}"
            words = f" drawing takes a panel of {needed} cells; this one has {width + 2}×{height + 2}"
            return [[(words, theme.inks.axis)], [], *_answer(snapshot, theme, width, height - 2)]
        cursor = self._pixel if self.has_focus else None
        blank = (" ", theme.inks.blank)
        edge, drawn = theme.inks.border, canvas_lines(snapshot, self._question, canvas, theme, cursor)
        # Where black is the colour of the terminal, an empty picture would not be seen.
        left: Lines = [*([blank, *line, ("│", edge)] for line in drawn), [blank, ("─" * canvas.columns + "╯", edge)]]
        used = canvas.columns + 3
        return _beside(left, _answer(snapshot, theme, width - used, height), used, theme)


def _answer(snapshot: Snapshot, theme: Theme, width: int, height: int) -> Lines:
    """The answer, once it has come."""
    if snapshot.answer is None or height <= 0:
        return []
    return answer_lines(snapshot, snapshot.answer, theme, width, height)


def _beside(left: Sequence[Sequence[Piece]], right: Lines, room: int, theme: Theme) -> Lines:
    """Two columns, the first so many cells wide."""
    blank = theme.inks.blank
    nothing: list[Piece] = []
    return [[*pieces_of(row(one, room, blank)), *other] for one, other in zip_longest(left, right, fillvalue=nothing)]
