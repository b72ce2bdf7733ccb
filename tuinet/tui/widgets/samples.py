"""Samples one by one, pictures as pictures; the first layer's weights; what a unit responds to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.box import EDGE
from tuinet.tui.browsing import Browsing, Window
from tuinet.tui.gallery import gallery_tiling
from tuinet.tui.messages import UnitChosen
from tuinet.tui.panel_bindings import SAMPLES_BINDINGS
from tuinet.tui.pixels import has_weight_pictures
from tuinet.tui.sample_modes import UNSEEN, fields_of, number_at, rows_of, window_of
from tuinet.tui.sample_words import panel_legend, panel_title
from tuinet.tui.text import Piece, ink, row
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CORNER, CellPanel

NO_PICTURES: Final = "weights and responses are drawn as pictures, and these samples are none"
NO_TEST_SET: Final = "there is no test set: all samples are trained on"
ALREADY_LARGE: Final = "these are all responses of the unit: v goes back to the samples"
ONLY_SAMPLES: Final = "only samples can be wrong: v goes on to them"
NO_SET: Final = "weights belong to no set of samples: v goes on"
_UNITS: Final = 10
"""Units that a page of responses is."""


class SamplesPanel(CellPanel, can_focus=True):
    """Samples with what the network makes of each; a key leads on to the weights and to the responses of units."""

    KEYS = SAMPLES_BINDINGS
    BINDINGS: ClassVar[list[BindingType]] = [*SAMPLES_BINDINGS]
    UNSEEN = MappingProxyType(dict(UNSEEN))
    FOLLOWS = ("unit",)
    unit: reactive[Unit | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._browsing = Browsing()
        self._notice = ""
        self._last: list[Strip] = []
        self._last_size = (0, 0)

    @property
    def browsing(self) -> Browsing:
        """What is looked at."""
        return self._browsing

    def action_move(self, down: int, right: int) -> None:
        """Choose another sample; or another unit, or layer."""
        browsing, window = self._browsing, self._window()
        layer, index = browsing.unit
        if browsing.mode == "responses":
            self._choose_unit((layer + down, index + right))
        elif browsing.mode == "weights":
            self._look(browsing.at_unit((1, index + right + down * window.per_row), self._sizes(), window))
        else:
            by = right + down * (1 if browsing.is_open else window.per_row)
            self._look(browsing.at(browsing.place + by, window))

    def action_page(self, by: int) -> None:
        """Choose one further on, by as many as are in sight."""
        is_single = self._browsing.is_open
        page = _UNITS if self._browsing.mode == "responses" else 1 if is_single else max(self._window().page, 1)
        self.action_move(0, by * page)

    def action_open(self) -> None:
        """Show the chosen sample large, or all again; or the responses of the chosen unit."""
        browsing = self._browsing
        if browsing.mode == "weights":
            self._choose_unit(browsing.unit)
        elif browsing.mode == "responses":
            self._look(browsing, ALREADY_LARGE)
        elif self.frame is not None:
            number = number_at(self.frame.snapshot, browsing)
            self._look(browsing.closed() if browsing.is_open else browsing.opened(number))

    def action_close(self) -> None:
        """Show all samples again."""
        self._look(self._browsing.closed())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to close while no sample is large; the key then leaves the panel."""
        return self._browsing.is_open if action == "close" else True

    def action_next_mode(self) -> None:
        """Samples, weights, responses; where there are no pictures, say why there are samples only."""
        if self.frame is None:
            return
        if not has_weight_pictures(self.frame.snapshot):
            self._look(self._browsing, NO_PICTURES)
            return
        browsing = self._browsing.with_next_mode()
        if browsing.mode == "responses":
            self._choose_unit(browsing.unit)
        else:
            self._look(browsing)
            if browsing.mode == "samples":
                self.post_message(UnitChosen(None))

    def action_wrong_first(self) -> None:
        """Those that are wrong first, or all as they come."""
        if self._browsing.mode == "samples":
            self._look(self._browsing.with_other_order())
        else:
            self._look(self._browsing, ONLY_SAMPLES)

    def action_other_set(self) -> None:
        """The training set, or the test set."""
        if self.frame is not None and not len(self.frame.snapshot.dataset.X_test):
            self._look(self._browsing, NO_TEST_SET)
        elif self._browsing.mode == "weights":
            self._look(self._browsing, NO_SET)
        else:
            self._look(self._browsing.with_other_set())

    def on_click(self, event: Click) -> None:
        """Choose a sample; open it with another click."""
        browsing = self._browsing
        if self.frame is None or browsing.mode != "samples" or browsing.is_open:
            return
        layout = gallery_tiling(self.frame.snapshot, *self._room())
        tile = None if layout is None else layout.hit(event.x - 1, event.y - 1)
        if tile is not None and browsing.first + tile == browsing.place:
            self.action_open()
        elif tile is not None:
            self._look(browsing.at(browsing.first + tile, self._window()))

    def watch_unit(self, unit: Unit | None) -> None:
        """Show the responses of the neuron that is chosen on another panel; or no longer."""
        browsing, is_shown = self._browsing, self._browsing.mode == "responses"
        if unit is None and is_shown:
            self._look(replace(browsing, mode="samples"))
        elif unit is not None and not (is_shown and browsing.unit == unit):
            self._look(replace(browsing.closed(), mode="responses", unit=unit))

    def watch_frame(self) -> None:
        """Learn which sample is in the place that was opened, and draw what is new."""
        browsing = self._browsing
        if self.frame is not None and browsing.is_open and browsing.number is None:
            self._browsing = replace(browsing, number=number_at(self.frame.snapshot, browsing))
        super().watch_frame()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The mode, and what is shown."""
        said = panel_title(frame.snapshot, self._browsing, self.size.width - EDGE - CORNER)
        return ((said, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How many there are, and what the signs mean."""
        return panel_legend(frame.snapshot, self._browsing, self._window(), theme, self.size.width - EDGE)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The mode's drawing; the last one as long as what the next is of has not come."""
        self._browsing = self._settled(frame.snapshot)
        drawn = rows_of(frame.snapshot, self._browsing, theme, width, height, has_focus=self.has_focus)
        if drawn is not None or self._last_size != (width, height):
            self._last, self._last_size = drawn or [], (width, height)
        return self._noted(theme, width, height) if self._notice else self._last

    def _noted(self, theme: Theme, width: int, height: int) -> list[Strip]:
        blank, warning = ink(None, theme.background), ink(theme.warning, theme.background)
        above = [*self._last, *[row((), width, blank)] * max(height, 0)][: max(height - 1, 0)]
        return [*above, row([(f" {self._notice}", warning)], width, blank)]

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The samples in sight, or those to which the chosen unit responds."""
        self._browsing = self._settled(frame.snapshot)
        return fields_of(frame.snapshot, self._browsing, width, height)

    def _settled(self, snapshot: Snapshot) -> Browsing:
        """What is looked at, as far as there is such a thing, and in sight."""
        browsing = self._browsing.within(snapshot.layer_sizes, has_weight_pictures(snapshot))
        window = window_of(snapshot, browsing, *self._room())
        if browsing.mode == "weights":
            return browsing.at_unit((1, browsing.unit[1]), snapshot.layer_sizes, window)
        return browsing.at(browsing.place, window) if browsing.mode == "samples" else browsing

    def _look(self, browsing: Browsing, notice: str = "") -> None:
        self._browsing, self._notice = browsing, notice
        self.announce()
        self.update_cells()

    def _choose_unit(self, unit: Unit) -> None:
        self._look(replace(self._browsing, mode="responses").at_unit(unit, self._sizes()))
        self.post_message(UnitChosen(self._browsing.unit))

    def _sizes(self) -> tuple[int, ...]:
        return (1, 1) if self.frame is None else self.frame.snapshot.layer_sizes

    def _room(self) -> tuple[int, int]:
        return self.size.width - 2, self.size.height - 2

    def _window(self) -> Window:
        if self.frame is None:
            return Window(1, 0, 0)
        return window_of(self.frame.snapshot, self._browsing, *self._room())
