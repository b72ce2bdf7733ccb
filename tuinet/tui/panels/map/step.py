"""The map with the sample of a step in brackets, in the microscope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.binding import Binding
from textual.reactive import reactive

from tuinet.explain.focus import Selection
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Question
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.base import CellPanel, Entry, Label
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.map.drawing import CURSOR, CURSOR_SIDES, Place, inputs_of
from tuinet.tui.panels.map.ring import ring_words, sample_place
from tuinet.tui.style.theme import Theme


class StepMapPanel(BoundaryPanel, can_focus=False):
    """What the network believes now, and where the sample is that the equations are about."""

    HEADING = "the sample on the map"
    KEYS = ()
    UNSEEN = {name: value for name, value in BoundaryPanel.UNSEEN.items() if name != "step"}
    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    watch_selection = CellPanel.update_cells

    @property
    def keys(self) -> tuple[Binding, ...]:
        """It is looked at only."""
        return ()

    def title(self, frame: Frame, theme: Theme) -> Label:
        """Which sample is in the brackets."""
        detail = frame.snapshot.step_detail
        if detail is None:
            return "map"
        return f"map · {ring_words(frame.snapshot, min(self.selection.sample, len(detail.indices) - 1))}"

    def cursor_place(self, snapshot: Snapshot) -> Place | None:
        """Where the sample is, if it is one of those on the map."""
        return sample_place(snapshot, self.selection.sample)

    def ring_place(self, frame: Frame) -> Place | None:
        """The sample has the cursor."""
        return None

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The map; the microscope itself sees to the step."""
        return {name: value for name, value in super().wanted(frame, width, height).items() if name in self.UNSEEN}

    def pointed(self, snapshot: Snapshot) -> Question | None:
        """What the network answers there is on its output."""
        return None

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        is_curve = inputs_of(snapshot) == 1
        mark = CURSOR if is_curve else "".join(CURSOR_SIDES)
        yield [(mark, theme.inks.accent)], f"{'At' if is_curve else 'Around'} the sample that the equations are about."
