"""Which classes are taken for which; or, for numbers, the first predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import GalleryView
from tuinet.tui.box import EDGE
from tuinet.tui.confusion import confusion_legend, confusion_rows, confusion_title
from tuinet.tui.messages import KeyRefused
from tuinet.tui.panel_bindings import CONFUSION_BINDINGS
from tuinet.tui.predictions import MOST, prediction_legend, prediction_rows, prediction_title, prediction_window
from tuinet.tui.text import Piece, ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CORNER, CellPanel

NO_TEST_SET: Final = "there is no test set: e, test share, makes one"


class ConfusionPanel(CellPanel, can_focus=True):
    """How well the network does class by class, or number by number, on the test set and on the training set."""

    KEYS = CONFUSION_BINDINGS
    BINDINGS: ClassVar[list[BindingType]] = [*CONFUSION_BINDINGS]
    UNSEEN = MappingProxyType({"predictions": None})

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._on_test = True
        self._first = 0

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Without those that scroll where there is nothing to scroll."""
        is_long = self.frame is not None and _has_numbers(self.frame.snapshot)
        return tuple(key for key in self.KEYS if is_long or not key.action.startswith("scroll"))

    def action_other_set(self) -> None:
        """Show the other set first."""
        if self.frame is not None and self.frame.snapshot.test_metrics is None:
            self.post_message(KeyRefused(NO_TEST_SET))
            return
        self._on_test, self._first = not self._on_test, 0
        self.announce()
        self.update_cells()

    def action_scroll(self, rows: int, pages: int) -> None:
        """Show predictions further on."""
        if self.frame is not None:
            window = prediction_window(self.frame.snapshot, *self._room(), self._on_test)
            self._first += rows + pages * window.page
            self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What is shown, and of which set."""
        snapshot, room = frame.snapshot, self.size.width - EDGE - CORNER
        if _has_numbers(snapshot):
            said = prediction_title(snapshot, self._on_test, room)
        else:
            said = confusion_title(snapshot, *self._room(), self._on_test, room)
        return ((said, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the numbers are; or what there was no room for above."""
        snapshot, room = frame.snapshot, self.size.width - EDGE
        if _has_numbers(snapshot):
            return prediction_legend(snapshot, theme, *self._room(), self._in_sight(snapshot), room)
        return confusion_legend(snapshot, theme, *self._room(), self._on_test, room)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices, or the predictions."""
        if _has_numbers(frame.snapshot):
            return prediction_rows(frame.snapshot, theme, width, height, self._in_sight(frame.snapshot))
        return confusion_rows(frame.snapshot, theme, width, height, self._on_test)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """Predictions of the first samples; for classes the metrics are enough."""
        return (
            {"predictions": GalleryView(0, MOST, on_test=self._on_test)}
            if _has_numbers(frame.snapshot)
            else self.UNSEEN
        )

    def _in_sight(self, snapshot: Snapshot) -> int:
        """The first prediction in sight."""
        window = prediction_window(snapshot, *self._room(), self._on_test)
        self._first = max(0, min(self._first, window.total - window.page))
        return self._first

    def _room(self) -> tuple[int, int]:
        return self.size.width - 2, self.size.height - 2


def _has_numbers(snapshot: Snapshot) -> bool:
    return snapshot.dataset.task == "regression"
