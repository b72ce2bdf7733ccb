"""The microscope: the arithmetic of the last phase, one sample and one neuron of it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import reactive

from tuinet.explain.focus import Selection
from tuinet.observe.view import View
from tuinet.tui.arrangement import KEYS, MICROSCOPE, STATUS, Arrangement
from tuinet.tui.bindings import APP_BINDINGS, MICROSCOPE_BINDINGS
from tuinet.tui.driving import Wishes
from tuinet.tui.messages import CellChosen
from tuinet.tui.runner import RunnerLike
from tuinet.tui.screens.framed import FramedScreen
from tuinet.tui.step_tables import has_own_layer, selected_layer
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.explanation import DIGITS, ExplanationPanel
from tuinet.tui.widgets.grid import PanelGrid
from tuinet.tui.widgets.keys import KeysPanel
from tuinet.tui.widgets.layer_table import LayerTablePanel, table_height
from tuinet.tui.widgets.panel import CellPanel
from tuinet.tui.widgets.status import StatusPanel

TABLE: Final = "layer-table"
EXPLANATION: Final = "explanation"
_SIDE_BY_SIDE: Final = 150
_TABLE_WIDTH: Final = 72


class MicroscopeScreen(FramedScreen):
    """A table of the whole layer, and the equations of one neuron for one sample."""

    KEYS = MICROSCOPE_BINDINGS
    GLOSSARY = (STATUS, MICROSCOPE)
    BINDINGS: ClassVar[list[BindingType]] = [*MICROSCOPE_BINDINGS]

    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    digits: reactive[int] = reactive(DIGITS[0], repaint=False)

    def __init__(self, runner: RunnerLike, wishes: Wishes, theme: Theme, view: View) -> None:
        super().__init__(runner, wishes, theme, view)
        self.set_reactive(MicroscopeScreen.selection, Selection())

    def compose(self) -> ComposeResult:
        """Status, table, equations, keys."""
        panels: tuple[CellPanel, ...] = (
            StatusPanel(id=STATUS, by_phases=True),
            LayerTablePanel(id=TABLE).data_bind(MicroscopeScreen.selection),
            ExplanationPanel(id=EXPLANATION).data_bind(MicroscopeScreen.selection, MicroscopeScreen.digits),
            KeysPanel([*MICROSCOPE_BINDINGS, *APP_BINDINGS], id=KEYS),
        )
        for panel in panels:
            panel.data_bind(FramedScreen.theme, FramedScreen.frame)
        yield PanelGrid(*panels, plan=self.plan)

    def plan(self, width: int, height: int) -> Arrangement:
        """The table above the equations, or on their left where it is wide."""
        assert self.frame is not None
        body = Region(0, 1, width, max(height - 2, 0))
        rows = table_height(self.frame.snapshot, self.selection) + 2
        if width >= _SIDE_BY_SIDE:
            first, second = body.split_vertical(_TABLE_WIDTH)
        else:
            first, second = body.split_horizontal(max(4, min(rows, body.height * 2 // 5)))
        status, keys = Region(0, 0, width, 1), Region(0, height - 1, width, 1)
        return {STATUS: status, TABLE: first, EXPLANATION: second, KEYS: keys}

    def after_frame(self) -> None:
        """Another phase has other tables."""
        self.query_one(PanelGrid).follow_plan()

    def action_neuron(self, by: int) -> None:
        """Look at the next or the previous neuron of the layer."""
        snapshot = self._shown.snapshot
        last = snapshot.layer_sizes[selected_layer(snapshot, self.selection)] - 1
        neuron = min(self.selection.neuron, last) + by
        self._select(replace(self.selection, neuron=max(0, min(neuron, last))))

    def action_sample(self, by: int) -> None:
        """Look at the next or the previous sample of the batch."""
        detail = self._shown.snapshot.step_detail
        last = 0 if detail is None else len(detail.indices) - 1
        sample = min(self.selection.sample, last) + by
        self._select(replace(self.selection, sample=max(0, min(sample, last))))

    def action_layer(self, by: int) -> None:
        """Look at another layer, where the phase has no layer of its own."""
        snapshot = self._shown.snapshot
        if snapshot.phase is None:
            self.say("no step has been made yet: n makes the first phase")
        elif has_own_layer(snapshot):
            self.say("this phase is of one layer: n makes the next, N goes back")
        elif len(snapshot.layers) == 1:
            self.say("there is a single layer")
        else:
            layer = (selected_layer(snapshot, self.selection) - 1 + by) % len(snapshot.layers) + 1
            self._select(replace(self.selection, layer=layer))

    def action_digits(self) -> None:
        """Show more digits, and after the most the fewest again."""
        self.digits = DIGITS[(DIGITS.index(self.digits) + 1) % len(DIGITS)]

    def action_scroll(self, pages: float) -> None:
        """Scroll the equations."""
        self.query_one(ExplanationPanel).scroll_pages(pages)

    def on_cell_chosen(self, event: CellChosen) -> None:
        """Look at what was clicked."""
        sample = self.selection.sample if event.sample is None else event.sample
        neuron = self.selection.neuron if event.neuron is None else event.neuron
        self._select(replace(self.selection, sample=sample, neuron=neuron))

    def _select(self, selection: Selection) -> None:
        self.selection = selection
        self.after_frame()
