"""The weights: every layer's matrix as numbers, as many rows and columns as fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.draw.matrices import LONG_NAME, place_matrices
from tuinet.tui.draw.text import ACTIVE, NAME_LIMIT, count, first_fitting, ink, weight_name
from tuinet.tui.key_groups import LEAVE_BINDING, WEIGHTS, alias, listed
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import CommandGiven, Cursor, ValueWanted, nudged
from tuinet.tui.panels.base import CORNER, CellPanel, Entry, Label
from tuinet.tui.panels.weights.matrices import weight_rows
from tuinet.tui.pending import PendingValue
from tuinet.tui.pointing import pointed_weight, weight_pointer
from tuinet.tui.style.theme import Theme

if TYPE_CHECKING:
    from tuinet.observe.classroom import Pointer

_READ: Final = ("a weight leads from its row to its column", "weights: from row to column")


class WeightsPanel(CellPanel, can_focus=True):
    """Weights and biases, laid out as the matrices they are; one of them can be chosen and changed."""

    HEADING = "weights and biases"
    MANUAL = "22-panels.md#weights-and-biases"
    KEYS = (
        listed("left", "move(0, -1)", "choose", "Choose the one left of it: weight or bias", WEIGHTS, "◂"),
        listed("right", "move(0, 1)", "choose", "Choose the one right of it: weight or bias", WEIGHTS, "▸"),
        listed("up", "move(-1, 0)", "choose", "Choose the one above it: weight or bias", WEIGHTS, "▴"),
        listed("down", "move(1, 0)", "choose", "Choose the one below it: weight or bias", WEIGHTS, "▾"),
        listed(
            "left_square_bracket", "nudge(-1)", "nudge", "Nudge down: by 5% of its size, at least 0.05", WEIGHTS, "["
        ),
        listed("right_square_bracket", "nudge(1)", "nudge", "Nudge up: by 5% of its size, at least 0.05", WEIGHTS, "]"),
        listed("enter", "type_value", "type", "Type a value: in its place", WEIGHTS),
        listed("u", "screen.undo", "undo", "Undo: take the last change back", WEIGHTS),
        LEAVE_BINDING,
        alias("w", "screen.unzoom"),
    )

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._cursor = Cursor()
        self._pending_value: PendingValue[float] = PendingValue()

    @property
    def cursor(self) -> Cursor | None:
        """The weight or bias that is chosen, while one is."""
        return self._cursor.within(self.snapshot) if self.has_focus else None

    @property
    def under_cursor(self) -> Pointer | None:
        """See `CellPanel`."""
        return None if self.cursor is None else weight_pointer(self.cursor, self.snapshot)

    def action_move(self, down: int, right: int) -> None:
        """Choose another one."""
        if self.cursor is not None:
            self._cursor = self.cursor.moved(self.snapshot, down, right)
            self._pending_value = PendingValue()
            self.update_cells()

    def action_nudge(self, direction: int) -> None:
        """Make it a little larger or smaller."""
        if cursor := self.cursor:
            present = self._pending_value.now(cursor.value(self.snapshot))
            value = self._pending_value.ask(nudged(present, direction))
            self.post_message(CommandGiven(cursor.command(self.snapshot, value)))

    def action_type_value(self) -> None:
        """Ask for a value."""
        if cursor := self.cursor:
            question = cursor_name(self.snapshot, cursor)
            self.post_message(ValueWanted(question, cursor.value(self.snapshot), cursor))

    def title(self, frame: Frame, theme: Theme) -> str:
        """How much of the network is in sight, and how the rest comes into sight."""
        matrices = place_matrices(frame.snapshot, *self.room, self.cursor or pointed_weight(frame))
        if matrices.shown == matrices.total:
            return self.HEADING
        extent = f"{count(matrices.shown)} of {count(matrices.total)}"
        rest = (" in sight, arrows lead to the rest", " in sight") if self.has_focus else (" in sight",)
        texts = (
            *(f"{name} · {extent}{more}" for name in (self.HEADING, "weights") for more in rest),
            f"weights {extent}",
        )
        return first_fitting(texts, self.edge - CORNER) or self.HEADING

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """How to read the matrices; or the chosen number with all its digits."""
        if cursor := self.cursor or pointed_weight(frame):
            value = f"{cursor.value(frame.snapshot):.6g}"
            names = (cursor_name(frame.snapshot, cursor, limit) for limit in (LONG_NAME, NAME_LIMIT))
            name = first_fitting((f"{name} = " for name in names), self.edge - len(value))
            return (name, theme.inks.axis), (value, theme.inks.accent)
        matrices = place_matrices(frame.snapshot, *self.room)
        numbers = f"· below 0.25, ++ from 1; numbers: {self._number}" if self._number else "· below 0.25, ++ from 1"
        texts = (numbers, "· below 0.25, ++ from 1", "++ from 1") if matrices.has_signs else _READ
        return first_fitting(texts, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices, and below them how to read them."""
        pointed = pointed_weight(frame)
        cursor = self.cursor or pointed
        rows = weight_rows(frame.snapshot, theme, width, height, cursor, pointed)
        if not self.has_focus:
            return rows
        from tuinet.tui.panels.weights.spread import below_rows  # noqa: PLC0415 - the first screen has none

        return [*rows, *below_rows(frame.snapshot, theme, width, height - len(rows))]

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, accent = theme.inks.axis, theme.inks.accent
        positive = [("+" * 2, ink(colour, theme.background)) for colour in theme.positive_levels]
        negative = [("-" * 2, ink(colour, theme.background)) for colour in theme.negative_levels]
        yield positive, "Positive numbers, the stronger the colour the larger: steps at 0.25, 1, 2 and 4."
        yield negative, "Negative numbers, in the same steps."
        yield (
            [("x1  h1  y", dim)],
            "Inputs, hidden units, outputs by what they stand for: a weight leads from its row to its column.",
        )
        yield [("b", dim)], "Biases: one a column."
        yield [("@+0.361", accent)], "The number that the teacher of a class points at."
        yield [(ACTIVE, accent)], "The layer that the last phase of a step under way computed."
        yield [("…", dim)], "Rows or columns for which there is no room."
        yield [("++  + · − −−", dim)], "Where the numbers have no room, their signs: twice from 1 on, a dot below 0.25."


def cursor_name(snapshot: Snapshot, cursor: Cursor, limit: int = NAME_LIMIT) -> str:
    """As in ``layer 1, x1 → h2``, each name in so many cells."""
    return weight_name(snapshot, cursor.layer, cursor.row, cursor.column, limit)
