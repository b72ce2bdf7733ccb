"""The same Experiment from many seeds at once, beside the run; or with many values of one number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from textual.binding import Binding
from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.experiment.defaults import unused
from tuinet.experiment.experiment import FIELDS
from tuinet.experiment.ladders import swept_fields
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.starts import NoStarts, Starts, Sweep
from tuinet.observe.view import StartsView
from tuinet.session.commands import Reinitialize, Resume
from tuinet.session.edits import Configure
from tuinet.tui.draw.cells import Levels, has_halves
from tuinet.tui.draw.pixels import PixelPicture
from tuinet.tui.draw.scales import Scale
from tuinet.tui.draw.text import Piece, filled_up, row, with_margins, wrapped
from tuinet.tui.key_groups import LEAVE_BINDING, listed
from tuinet.tui.keys import Keymap, keymap_of
from tuinet.tui.messages import CommandGiven, KeyRefused
from tuinet.tui.panels.base import CORNER, CellPanel, Entry
from tuinet.tui.panels.starts.charts import (
    ABOVE,
    MEDIAN,
    Density,
    are_all_low,
    density_chart,
    density_rows,
    shade_legend,
    step_at,
    sweep_rows,
)
from tuinet.tui.panels.starts.legend import starts_legend
from tuinet.tui.panels.starts.maps import (
    GAP,
    MapGrid,
    Rooms,
    Shown,
    chosen_rows,
    fitted_grid,
    grid_picture,
    grid_rows,
    map_levels,
    output_shading,
)
from tuinet.tui.panels.starts.words import (
    DIVERGED,
    MOVING,
    OWN,
    SOLVED,
    SOLVED_R2,
    STILL,
    Line,
    lines_of,
    nearest_place,
    own_place,
    sign_of,
    starts_title,
)
from tuinet.tui.style.theme import Theme

COUNTS: Final = (16, 64, 256)
"""Networks, one of which is chosen."""
SHOWN: Final[tuple[Shown, ...]] = ("both", "maps", "curves")
WORDS: Final[Mapping[Shown, str]] = {"both": "maps and curves", "maps": "maps", "curves": "curves"}
_MOST_LINES: Final = 5
"""Of words below the picture; no more than a quarter of the rows."""
_RATE: Final = "learning_rate"
"""The number that is swept first, which always makes a difference."""
_MARGIN: Final = 1
"""Cells left of the maps."""
GROUP: Final = Binding.Group("starts")
T = TypeVar("T")


class Kept(Generic[T]):
    """Something that was drawn, and what it was drawn of."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._drawn: list[T] = []

    def get(self, draw: Callable[[], T], *of: object) -> T:
        """What is drawn of these; anew where one of them is another."""
        pairs = zip(of, self._of, strict=False)
        if len(of) != len(self._of) or not all(one is other or one == other for one, other in pairs):
            self._drawn, self._of = [draw()], of
        return self._drawn[0]


class StartsPanel(CellPanel, can_focus=True):
    """Small maps and losses of many starts, what has become of them, and a sweep of one number."""

    HEADING = "starts"
    MANUAL = "25-starts.md"
    KEYS = (
        listed("left", "move(0, -1)", "choose", "Choose the one left of it: start, or value of a sweep", GROUP, "◂"),
        listed("right", "move(0, 1)", "choose", "Choose the one right of it: start, or value of a sweep", GROUP, "▸"),
        listed("up", "move(-1, 0)", "choose", "Choose the one above it: start", GROUP, "▴"),
        listed("down", "move(1, 0)", "choose", "Choose the one below it: start", GROUP, "▾"),
        listed("enter", "take", "take", "Take it: the start becomes the run, and trains; the value is set", GROUP),
        listed("v", "next_shown", "view", "Next view: maps and curves, maps, curves", GROUP),
        listed("c", "next_count", "count", "Count: 16, 64 or 256 starts; in a sweep 1, 4 or 16 seeds a value", GROUP),
        listed("p", "sweep", "sweep", "Sweep: many values of one number in place of many seeds, and back", GROUP),
        listed("left_square_bracket", "shift_field(-1)", "number", "Number before: to be swept", GROUP, "["),
        listed("right_square_bracket", "shift_field(1)", "number", "Next number: to be swept", GROUP, "]"),
        LEAVE_BINDING,
    )
    UNSEEN = {"starts": None}
    FOLLOWS = ("scale",)
    scale: reactive[Scale] = reactive("auto", repaint=False)
    watch_scale = CellPanel.update_cells
    _count = 64
    _shown: Shown = "both"
    _is_sweep = False
    _field = _RATE
    _chosen: int | None = None
    """Which of the starts the cursor is on; ``None`` for the run's own."""
    _step: int | None = None
    """Which value of the sweep the cursor is on; ``None`` for the run's own."""
    _levels: Levels | None = None
    """Of the maps as they were drawn last."""

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._kept_maps: Kept[tuple[list[Strip], PixelPicture | None]] = Kept()
        self._kept_chart: Kept[Density | None] = Kept()
        self._kept_sweep: Kept[list[Strip]] = Kept()

    @property
    def is_log(self) -> bool:
        """Whether the axis of the losses is logarithmic.

        By itself only once nearly all starts are so low that they could not be told apart: plateaus are rows else.
        """
        if self.scale != "auto" or self.frame is None or not isinstance(self.snapshot.starts, Starts):
            return self.scale == "log"
        return are_all_low(self.snapshot.starts)

    def action_move(self, down: int, right: int) -> None:
        """Choose another start, or another value."""
        found = self.snapshot.starts
        if isinstance(found, Sweep) and down:
            self._refuse("the values of a sweep stand beside one another: they are chosen to the left and right")
        elif isinstance(found, Sweep):
            self._step = max(0, min(self._place(found) + right, len(found.values) - 1))
        elif isinstance(found, Starts):
            grid, place, total = self._grid(found), self._place(found), len(found.seeds)
            self._chosen = (place + down + right) % total if grid is None else grid.moved(place, down, right, total)
        self.update_cells()

    def action_take(self) -> None:
        """Make the chosen start the run, or set the chosen value."""
        found = self.snapshot.starts
        if isinstance(found, Sweep):
            self.post_message(CommandGiven(Configure.of(**{found.field: found.values[self._place(found)]})))
        elif isinstance(found, Starts):
            self.post_message(CommandGiven(Reinitialize(found.seeds[self._place(found)])))
            self.post_message(CommandGiven(Resume()))
        else:
            self._refuse("no start has been trained yet")

    def action_next_shown(self) -> None:
        """Show maps, curves, or both."""
        if self._is_sweep:
            self._refuse(f"a sweep has one view: {self._sweep_key} goes back to the starts")
        elif reason := self._reason():
            self._refuse(reason)
        else:
            self._shown = SHOWN[(SHOWN.index(self._shown) + 1) % len(SHOWN)]
        self.update_cells()

    def action_next_count(self) -> None:
        """Train more starts, and after the most the fewest again."""
        if reason := _reason_against_seeds(self.snapshot) or self._reason():
            self._refuse(reason)
            return
        self._count, self._chosen = COUNTS[(COUNTS.index(self._count) + 1) % len(COUNTS)], None
        self._look()

    def action_sweep(self) -> None:
        """Sweep a number, or go back to the starts."""
        self._is_sweep, self._step = not self._is_sweep, None
        self._look()

    def action_shift_field(self, by: int) -> None:
        """Sweep another number."""
        if not self._is_sweep:
            self._refuse(f"no number is swept: {self._sweep_key} sweeps one")
            return
        names = _fields(self.snapshot)
        place = (names.index(self._present_field(self.snapshot)) + by) % len(names)
        self._field, self._step = names[place], None
        self._look()

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        found, (x, y) = self.snapshot.starts, (event.x - 2, event.y - 1)
        if isinstance(found, Sweep):
            step = step_at(found, x, *self._picture_room(found), log=self.is_log)
            self._step = self._step if step is None else step
        elif isinstance(found, Starts) and (grid := self._grid(found)):
            place = grid.hit(x, y, len(found.seeds))
            self._chosen = self._chosen if place is None else place
        self.update_cells()

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """Many starts, or a sweep; nothing where there can be none."""
        if self._is_of_one_run(frame):
            return self.UNSEEN
        return {"starts": StartsView(self._count, self._present_field(frame.snapshot) if self._is_sweep else "")}

    def title(self, frame: Frame, theme: Theme) -> str:
        """What is trained, and how far it has come."""
        asked = f"sweep of {FIELDS[self._present_field(frame.snapshot)].title}" if self._is_sweep else "starts"
        return starts_title(frame.snapshot.starts, self.edge - CORNER) or asked

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The meaning of signs and shades."""
        found = frame.snapshot.starts
        has_curves = isinstance(found, Starts) and Rooms.of(self._shown, *self._picture_room(found)).curves[0] > 0
        return starts_legend(found, theme, self.edge, has_curves=has_curves, is_log=self.is_log)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Maps, curves and words, or the sweep; or why there is nothing."""
        found = frame.snapshot.starts
        if not isinstance(found, (Starts, Sweep)):
            return _indented(wrapped(self._reason() or self._waiting(), width - 2, theme.inks.axis), width, theme)
        rows = self._picture_room(found)[1]
        picture = self._sweep(found, theme) if isinstance(found, Sweep) else self._starts(found, theme)
        words = _indented(self._lines(found), width, theme)
        return [*filled_up(with_margins(picture, theme.inks.blank), width, rows, theme), *words]

    def _starts(self, found: Starts, theme: Theme) -> list[Strip]:
        """Maps beside curves or above them, or one of both; or small maps beside that of the chosen start."""
        room = Rooms.of(self._shown, *self._picture_room(found))
        maps = filled_up(self._maps(found, theme.behind_pictures, room.maps[0]), *room.maps, theme)
        if room.chosen[0] and self._levels is not None:
            drawn = chosen_rows(found, self.snapshot, theme, self._levels, self._place(found), room.chosen)
            others = filled_up(drawn, *room.chosen, theme)
        else:
            others = filled_up(self._curves(found, theme, room.curves), *room.curves, theme)
        if not room.is_beside:
            return [*maps, *others]
        gap = Strip.blank(GAP, theme.inks.blank)
        return [Strip.join([left, gap, right]) for left, right in zip(maps, others, strict=True)]

    def _maps(self, found: Starts, theme: Theme, width: int) -> list[Strip]:
        grid, places = self._grid(found), (self._place(found), own_place(found, self.snapshot))
        if grid is None:
            return []

        def draw() -> tuple[list[Strip], PixelPicture | None]:
            self._levels = map_levels(found.maps, self.snapshot, theme, self._levels)
            rows = grid_rows(found, self.snapshot, theme, grid, self._levels, *places)
            picture = grid_picture(rows, found.maps, self.snapshot, theme, grid, self._levels, _MARGIN)
            return [strip.adjust_cell_length(width, theme.inks.blank) for strip in rows], picture

        signs = [sign_of(found, place) for place in range(len(found.seeds))]
        rows, self.picture = self._kept_maps.get(draw, found.maps.bits, signs, theme, grid, width, *places)
        return rows

    def _curves(self, found: Starts, theme: Theme, size: tuple[int, int]) -> list[Strip]:
        log = self.is_log
        drawn = self._kept_chart.get(lambda: density_chart(found, theme, *size, log=log), found, theme, size, log)
        return [] if drawn is None else density_rows(drawn, self.snapshot, theme, log=log)

    def _sweep(self, found: Sweep, theme: Theme) -> list[Strip]:
        size, log = self._picture_room(found), self.is_log
        places = self._place(found), own_place(found, self.snapshot)

        def draw() -> list[Strip]:
            rows = sweep_rows(found, theme, *size, *places, log=log)
            return rows or _indented(wrapped("no room for all values", size[0], theme.inks.axis), size[0], theme)

        return self._kept_sweep.get(draw, found, theme, size, places, log)

    def _lines(self, found: Starts | Sweep) -> list[Line]:
        """The words below the picture."""
        assert self.theme is not None
        width, height = self.room
        most = min(_MOST_LINES, max(height // 4, 1))
        return lines_of(found, self._place(found), self.snapshot, self.theme, width - 2, most)

    def _picture_room(self, found: Starts | Sweep) -> tuple[int, int]:
        """Cells of the picture within its margins, across and down."""
        width, height = self.room
        return max(width - 2, 0), max(height - len(self._lines(found)), 0)

    def _grid(self, found: Starts) -> MapGrid | None:
        """Where the maps are; ``None`` where they are not."""
        assert self.theme is not None
        room = Rooms.of(self._shown, *self._picture_room(found))
        halves = has_halves(output_shading(self.snapshot, self.theme).colours, self.theme)
        return fitted_grid(len(found.seeds), room.maps, halves=halves)

    def _place(self, found: Starts | Sweep) -> int:
        """What the cursor is on; the run's own, until another one is chosen."""
        chosen, total = (
            (self._chosen, len(found.seeds)) if isinstance(found, Starts) else (self._step, len(found.values))
        )
        place = nearest_place(found, self.snapshot) if chosen is None else chosen
        return max(0, min(place, total - 1))

    def _present_field(self, snapshot: Snapshot) -> str:
        """The number that is swept, as far as it makes a difference now."""
        return self._field if self._field in _fields(snapshot) else _RATE

    def _is_of_one_run(self, frame: Frame) -> bool:
        """Whether nothing is to be trained: in a recording, and where all starts would be the same."""
        return frame.moment is not None or (not self._is_sweep and bool(_reason_against_seeds(frame.snapshot)))

    def _reason(self) -> str:
        """Why nothing is trained; empty where something is."""
        found, alike = self.snapshot.starts, _reason_against_seeds(self.snapshot)
        if self.frame is not None and self.frame.moment is not None:
            return "a recording is of one run: nothing is trained from other seeds"
        if alike and not self._is_sweep:
            return f"{alike}; {self._sweep_key} sweeps a number"
        return f"no {'sweep' if self._is_sweep else 'starts'}: {found.reason}" if isinstance(found, NoStarts) else ""

    def _waiting(self) -> str:
        """What is asked for and has not come yet."""
        if self._is_sweep:
            return f"{self._count} networks for a sweep of {FIELDS[self._present_field(self.snapshot)].title} …"
        return f"{self._count} starts, {WORDS[self._shown]} …"

    def _look(self) -> None:
        self.announce()
        self.update_cells()

    def _refuse(self, reason: str) -> None:
        self.post_message(KeyRefused(reason))

    @property
    def _sweep_key(self) -> str:
        return keymap_of(self.app).name("sweep", self.KEYS)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        text, axis, key = theme.inks.text, theme.inks.axis, theme.inks.key
        yield (
            [(SOLVED, text)],
            f"Solved: all training samples right, or for numbers {SOLVED_R2}; a start at some look (200 at most, the "
            "first is named), a run of a sweep now.",
        )
        yield [(STILL, text)], "Stands still: its losses of the last fifth of its epochs lie within 2%."
        yield [(DIVERGED, text)], "Diverged: a loss or a weight is not finite, or beyond all use."
        yield (
            [(ABOVE, theme.inks.curve)],
            "In a sweep: a loss above the axis; no run with the value has diverged.",
        )
        yield [(MOVING, text)], "None of these: its loss still changes."
        yield [(OWN, key)], "The seed of the run, or its value; among the curves the run itself, as it is now."
        yield (
            shade_legend(theme, COUNTS[-1]),
            "So many starts or more have this loss at this epoch; above the axis: on top.",
        )
        yield [("95%", axis)], "Where the share that solve it may well be, for all seeds: Wilson's interval."
        yield [("23% at 0.35", axis)], "A plateau: starts that stand still, no two neighbours in loss 5% apart."
        yield [(MEDIAN, theme.inks.strong)], "In a sweep: the median loss of the runs with a value, after these epochs."
        yield [("of 12,000", axis)], "They train while in sight, so many epochs; and anew when the Experiment changes."


def _reason_against_seeds(snapshot: Snapshot) -> str:
    """Why every seed gives the same run; empty where seeds make a difference."""
    alike = unused("seed", snapshot.experiment, snapshot.dataset)
    return alike and f"every seed gives the same run: {alike}"


def _fields(snapshot: Snapshot) -> list[str]:
    """The numbers that can be swept now."""
    return [field.name for field in swept_fields(snapshot.experiment, snapshot.dataset)]


def _indented(lines: Sequence[Line], width: int, theme: Theme) -> list[Strip]:
    return [row([(" ", theme.inks.blank), *line], width, theme.inks.blank) for line in lines]
