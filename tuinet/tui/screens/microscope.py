"""The microscope: the arithmetic of the last phase as equations, one sample and one neuron of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar, Final

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.focus import Selection
from tuinet.explain.layout import Explanation, Remark, Role, Row, spelled
from tuinet.explain.story import explain_phase
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.bindings import APP_BINDINGS, MICROSCOPE_BINDINGS
from tuinet.tui.draw.text import Piece, ink, row, shorten
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.layout import KEYS, STATUS, Arrangement, PanelGrid
from tuinet.tui.messages import CellChosen
from tuinet.tui.panels.base import EDGE, CellPanel, Entry, ScrollingPanel
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.layer_tables import LayerTablePanel, has_own_layer, selected_layer, table_height
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screens.base import FramedScreen
from tuinet.tui.style.theme import Theme

DIGITS: Final = (4, 6, 10)
"""Significant digits, taking turns."""
_PHASE: Final = "step('phase')"
_MARGIN: Final = 1


class ExplanationPanel(ScrollingPanel):
    """Writes the arithmetic of a phase out."""

    HEADING = "microscope"
    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    digits: reactive[int] = reactive(DIGITS[0], repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._told: object = None

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Phase, neuron and sample."""
        title = shorten(self._explanation(frame.snapshot).title, max(self.size.width - EDGE, 0))
        return ((title, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How precise the numbers are, and how much of the text is in sight."""
        part = f" · rows {self.range_in_sight()}, pgup pgdn" if self.range_in_sight() else ""
        return ((f"{self.digits} digits ({self._digits_key()}){part}", ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The rows in sight."""
        return [_strip(spans, theme, width) for spans in self.in_sight(self._text(frame.snapshot), height)]

    def watch_frame(self) -> None:
        """Begin at the top of what another phase has to say."""
        if self.frame is not None:
            told = (self.frame.snapshot.phase, self.frame.snapshot.step)
            self._top = self._top if told == self._told else 0
            self._told = told
        super().watch_frame()

    def watch_selection(self) -> None:
        """Explain another neuron."""
        self.update_cells()

    def watch_digits(self) -> None:
        """Write the numbers anew."""
        self.update_cells()

    def _explanation(self, snapshot: Snapshot) -> Explanation:
        in_ascii = self.theme is not None and self.theme.spells
        return explained(snapshot, self.selection, self.digits, keymap_of(self.app).name(_PHASE), in_ascii=in_ascii)

    def _digits_key(self) -> str:
        return keymap_of(self.app).name("digits", MICROSCOPE_BINDINGS)

    def _text(self, snapshot: Snapshot) -> tuple[Row, ...]:
        return self._explanation(snapshot).rows(max(self.size.width - 2 - 2 * _MARGIN, 20))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        left, dim, text = (ink(colour, theme.background) for colour in (theme.curve, theme.axis, theme.foreground))
        result, chosen = ink(theme.accent, theme.background, bold=True), ink(theme.background, theme.accent, bold=True)
        yield [("z", left)], "Pre-activation of a neuron: its weighted inputs and its bias, added up."
        yield [("a", left)], "Activation: f(z), what the neuron passes on."
        yield [("δ", left)], "∂L/∂z: by how much the mean loss changes with z; the mean's 1/n is inside."
        yield [("∂L/∂w", left)], "Gradient: by how much the mean loss changes with a weight."
        yield [("w₁·x₁", dim)], "The formula in symbols;"
        yield [("0.54·1", text)], "the same formula with the numbers;"
        yield [("−0.1969", result)], "and what comes out."
        yield [("+0.0191", chosen)], "The number of the chosen neuron and sample."
        yield [("y", left)], "Target: what the output ought to be."
        yield [("m  v  t", left)], "What an optimizer remembers: mean gradient, mean square, steps."


@lru_cache(maxsize=4)
def explained(
    snapshot: Snapshot, selection: Selection, digits: int, phase_key: str, *, in_ascii: bool = False
) -> Explanation:
    """Explain the last phase, or say why there is nothing to explain.

    Parameters
    ----------
    phase_key
        What makes the next phase.
    """
    if snapshot.phase is None:
        words = f"No step has been made yet: press {phase_key} to make the first phase."
        return Explanation("microscope", (Remark(words),))
    if snapshot.step_detail is None:
        words = "The numbers of the last step are gone: the network was changed since."
        return Explanation(
            f"microscope · {snapshot.phase}", (Remark(f"{words} Press {phase_key} for the next phase."),)
        )
    explanation = explain_phase(snapshot, selection, digits)
    return spelled(explanation) if in_ascii else explanation


def _strip(spans: Row, theme: Theme, width: int) -> Strip:
    blank, styles = ink(None, theme.background), role_styles(theme)
    margin = (" " * _MARGIN, blank)
    return row([margin, *((span.text, styles[span.role]) for span in spans)], width, blank)


def role_styles(theme: Theme) -> Mapping[Role, Style]:
    """Colours of the parts of an equation: symbols as axes have them, numbers plain, results as what is active."""
    colours: dict[Role, tuple[str, bool]] = {
        "title": (theme.title, True),
        "label": (theme.title, True),
        "left": (theme.curve, False),
        "sign": (theme.axis, False),
        "symbols": (theme.axis, False),
        "numbers": (theme.foreground, False),
        "result": (theme.accent, True),
        "remark": (theme.axis, False),
    }
    return {role: ink(colour, theme.background, bold=bold) for role, (colour, bold) in colours.items()}


TABLE: Final = "layer-table"
EXPLANATION: Final = "explanation"
_SIDE_BY_SIDE: Final = 150
_TABLE_WIDTH: Final = 72


class MicroscopeScreen(FramedScreen):
    """A table of the whole layer, and the equations of one neuron for one sample."""

    KEYS = MICROSCOPE_BINDINGS
    GLOSSARY = (StatusPanel, ExplanationPanel)
    BINDINGS: ClassVar[list[BindingType]] = [*MICROSCOPE_BINDINGS]

    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    digits: reactive[int] = reactive(DIGITS[0], repaint=False)

    def compose(self) -> ComposeResult:
        """Status, table, equations, keys."""
        panels: tuple[CellPanel, ...] = (
            StatusPanel(id=STATUS, by_phases=True),
            LayerTablePanel(id=TABLE).data_bind(MicroscopeScreen.selection),
            ExplanationPanel(id=EXPLANATION).data_bind(MicroscopeScreen.selection, MicroscopeScreen.digits),
            KeysPanel([*MICROSCOPE_BINDINGS, *APP_BINDINGS], id=KEYS),
        )
        self.show_frames_on(panels)
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
        snapshot = self.shown.snapshot
        last = snapshot.layer_sizes[selected_layer(snapshot, self.selection)] - 1
        neuron = min(self.selection.neuron, last) + by
        self._select(replace(self.selection, neuron=max(0, min(neuron, last))))

    def action_sample(self, by: int) -> None:
        """Look at the next or the previous sample of the batch."""
        detail = self.shown.snapshot.step_detail
        last = 0 if detail is None else len(detail.indices) - 1
        sample = min(self.selection.sample, last) + by
        self._select(replace(self.selection, sample=max(0, min(sample, last))))

    def action_layer(self, by: int) -> None:
        """Look at another layer, where the phase has no layer of its own."""
        snapshot = self.shown.snapshot
        if snapshot.phase is None:
            self.say(f"no step has been made yet: {self.key_of(_PHASE)} makes the first phase")
        elif has_own_layer(snapshot):
            following, before = self.key_of(_PHASE), self.key_of("back('phase')")
            self.say(f"this phase is of one layer: {following} makes the next, {before} goes back")
        elif len(snapshot.layers) == 1:
            self.say("there is a single layer")
        else:
            layer = (selected_layer(snapshot, self.selection) - 1 + by) % len(snapshot.layers) + 1
            self._select(replace(self.selection, layer=layer))

    def action_digits(self) -> None:
        """Show more digits, and after the most the fewest again."""
        self.digits = DIGITS[(DIGITS.index(self.digits) + 1) % len(DIGITS)]

    def action_scroll(self, pages: int) -> None:
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
