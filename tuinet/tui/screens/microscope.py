"""The microscope: the arithmetic of the last phase as equations, one sample and one neuron of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.explanation import Explanation, Remark, spelled
from tuinet.explain.focus import Selection, telling_sample
from tuinet.explain.glossary import SYMBOLS, glossary_rows
from tuinet.explain.story import explain_phase
from tuinet.observe.classroom import Pointer
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.draw.equations import MARGIN, role_styles, text_width
from tuinet.tui.draw.text import row, sample_title
from tuinet.tui.keys import APP_BINDINGS, Keymap, keymap_of
from tuinet.tui.layout import MAP, Arrangement, PanelGrid, choose_panels
from tuinet.tui.messages import CellChosen, PointedOut
from tuinet.tui.offered import is_theirs
from tuinet.tui.panels.base import Entry, ScrollingPanel
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.landscape.step import StepLandscapePanel
from tuinet.tui.panels.layer_tables import LayerTablePanel, has_own_layer, selected_layer, table_height, table_width
from tuinet.tui.panels.map.step import StepMapPanel
from tuinet.tui.panels.network.step import StepNetworkPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screen_keys import MICROSCOPE_BINDINGS
from tuinet.tui.screens.base import FramedScreen, bars
from tuinet.tui.style.theme import Theme

DIGITS: Final = (4, 6, 10)
"""Significant digits, taking turns."""
_PHASE: Final = "step('phase')"
_TURN: Final = "network"
"""The action by which network and equations take turns."""


class ExplanationPanel(ScrollingPanel):
    """Writes the arithmetic of a phase out."""

    HEADING = "microscope"
    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    digits: reactive[int] = reactive(DIGITS[0], repaint=False)
    watch_selection = watch_digits = ScrollingPanel.update_cells
    _told: object = None

    def title(self, frame: Frame, theme: Theme) -> str:
        """Phase, neuron and sample, whose numbers are left out where there is no room."""
        title = self.told(frame.snapshot).title
        return sample_title(title, self.edge)

    def legend(self, frame: Frame, theme: Theme) -> str:
        """How precise the numbers are, and how much of the text is in sight."""
        keymap = keymap_of(self.app)
        digits, back, on = (keymap.name(does, MICROSCOPE_BINDINGS) for does in ("digits", "scroll(-1)", "scroll(1)"))
        part = f" · rows {self.range_in_sight()}, {back} {on}" if self.range_in_sight() else ""
        return f"{self.digits} digits ({digits}){part}"

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The rows in sight: the equations, and below them what their symbols mean."""
        room, explanation = text_width(width), self.told(frame.snapshot)
        symbols = glossary_rows(self._explained(frame.snapshot), room, in_ascii=theme.spells)
        rows = (*explanation.rows(room), *symbols)
        blank, styles = theme.inks.blank, role_styles(theme)
        margin = (" " * MARGIN, blank)
        lines = ([margin, *((span.text, styles[span.role]) for span in spans)] for spans in self.in_sight(rows, height))
        return [row(line, width, blank) for line in lines]

    def watch_frame(self) -> None:
        """Begin at the top of what another phase has to say."""
        if self.frame is not None:
            told = (self.frame.snapshot.phase, self.frame.snapshot.step)
            self._top = self._top if told == self._told else 0
            self._told = told
        super().watch_frame()

    def told(self, snapshot: Snapshot) -> Explanation:
        """What there is to say of the last phase."""
        return self._explained(snapshot, in_ascii=self.theme is not None and self.theme.spells)

    def _explained(self, snapshot: Snapshot, *, in_ascii: bool = False) -> Explanation:
        may_step = self.frame is None or not is_theirs(self.frame)
        key = keymap_of(self.app).name(_PHASE) if may_step else ""
        return explained(snapshot, self.selection, self.digits, key, in_ascii=in_ascii)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        yield [("w₁·x₁", theme.inks.axis)], "The formula in symbols;"
        yield [("0.54·1", theme.inks.text)], "the same formula with the numbers;"
        yield [("−0.1969", theme.inks.key)], "and what comes out."
        yield [("+0.0191", theme.inks.chosen)], "The number of the chosen neuron and sample."
        for symbol in SYMBOLS:
            yield [(symbol.name, theme.inks.curve)], symbol.sentence


@lru_cache(maxsize=4)
def explained(
    snapshot: Snapshot, selection: Selection, digits: int, phase_key: str, *, in_ascii: bool = False
) -> Explanation:
    """Explain the last phase, or say why there is nothing to explain.

    Parameters
    ----------
    phase_key
        What makes the next phase; empty where nothing does.
    """
    if snapshot.phase is None:
        words = f"No step has been made yet{phase_key and f': press {phase_key} to make the first phase'}."
        return Explanation("microscope", (Remark(words),))
    if snapshot.step_detail is None:
        gone = "The numbers of the last step are gone: the network was changed since."
        coming = "The numbers of the last step are on their way."
        following = phase_key and f" Press {phase_key} for the next phase."
        words = coming if snapshot.keeps_step else f"{gone}{following}"
        return Explanation(f"microscope · {snapshot.phase}", (Remark(words),))
    explanation = explain_phase(snapshot, selection, digits)
    return spelled(explanation) if in_ascii else explanation


TABLE: Final = "layer-table"
EXPLANATION: Final = "explanation"
STEP: Final = "step-landscape"
DIAGRAM: Final = "step-network"
SAMPLE: Final = "step-map"
_TOGETHER: Final = (120, 34)
"""Least width and height with room for the network beside the equations."""
_SIDE_BY_SIDE: Final = 150
_TABLE_WIDTH: Final = 72
_STEP_SIZE: Final = (52, 16)
"""Cells of the step on the landscape, at least."""
_MAP_LEAST: Final = 11
"""Rows of the map, at least."""
_MAP_WIDTH: Final = 44
"""Cells across of one beside the table, at least."""


class MicroscopeScreen(FramedScreen):
    """A table of the whole layer, and the equations of one neuron for one sample."""

    MANUAL = "23-microscope.md"
    KEYS = MICROSCOPE_BINDINGS
    GLOSSARY = (StatusPanel, ExplanationPanel, StepNetworkPanel, StepLandscapePanel, StepMapPanel)

    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    digits: reactive[int] = reactive(DIGITS[0], repaint=False)
    _shows_network = False
    """Whether the network is seen where there is no room for the equations beside it."""
    _has_looked = False
    """Whether a sample has been chosen."""

    def compose(self) -> ComposeResult:
        """Status, table, equations, network, keys."""
        yield self.between_bars(
            self.plan,
            LayerTablePanel(id=TABLE).data_bind(MicroscopeScreen.selection),
            ExplanationPanel(id=EXPLANATION).data_bind(MicroscopeScreen.selection, MicroscopeScreen.digits),
            StepNetworkPanel(id=DIAGRAM).data_bind(MicroscopeScreen.selection),
            StepLandscapePanel(id=STEP),
            StepMapPanel(id=SAMPLE).data_bind(MicroscopeScreen.selection),
            by_phases=True,
        )

    def plan(self, width: int, height: int) -> Arrangement:
        """The table above the network, with the equations beside both, or beside the network alone where it is narrow.

        Of an update, where it leads, too. Where there is no room for both, network and equations take turns.
        """
        assert self.frame is not None
        placed, body = bars(width, height)
        rows = table_height(self.frame.snapshot, self.selection) + 2
        if not has_both(width, height):
            return {**placed, **self._in_turns(body, max(4, min(rows, body.height * 2 // 5)))}
        if width >= _SIDE_BY_SIDE:
            first, second = body.split_vertical(max(_TABLE_WIDTH, width * 45 // 100))
            table, diagram = first.split_horizontal(min(rows, first.height // 2))
        elif self._is_update:
            above = max(_STEP_SIZE[1], body.height * 2 // 5)
            return {**placed, **_in_quarters(body, STEP, above, body.width // 2)}
        else:
            table, below = body.split_horizontal(min(rows, body.height * 2 // 5))
            diagram, second = below.split_vertical(below.width // 2)
        placed |= {TABLE: table, DIAGRAM: diagram, **self._equations(second)}
        wide = table_width(self.frame.snapshot, self.selection) + 2
        if SAMPLE in placed or not self._has_map or width >= _SIDE_BY_SIDE or body.width - wide < _MAP_WIDTH:
            return placed
        return {**placed, **_in_quarters(body, SAMPLE, max(table.height, _MAP_LEAST), wide)}

    def _in_turns(self, body: Region, rows: int) -> Arrangement:
        """The table, and below it the network or the equations; the landscape beside these."""
        table, rest = body.split_horizontal(rows)
        if self._shows_network:
            return {TABLE: table, DIAGRAM: rest}
        left, step = rest.split_vertical(rest.width - _STEP_SIZE[0])
        if self._is_update and body.width >= 2 * _STEP_SIZE[0] and step.height >= _STEP_SIZE[1]:
            return {TABLE: table, EXPLANATION: left, STEP: step}
        return {TABLE: table, EXPLANATION: rest}

    def _equations(self, room: Region) -> Arrangement:
        """The equations, with the map below them where it leaves them whole; of an update, with the landscape."""
        assert self.frame is not None
        text, step = room.split_horizontal(room.height - max(_STEP_SIZE[1], room.height // 2))
        if self._is_update:
            return {EXPLANATION: text, STEP: step} if step.width >= _STEP_SIZE[0] else {EXPLANATION: room}
        snapshot = self.frame.snapshot
        rows = len(self.query_one(ExplanationPanel).told(snapshot).rows(text_width(room.width - 2))) + 2
        most = min(room.height - rows, max(_MAP_LEAST, room.height // 2))
        if most < _MAP_LEAST or not self._has_map:
            return {EXPLANATION: room}
        text, below = room.split_horizontal(room.height - most)
        return {EXPLANATION: text, SAMPLE: below}

    @property
    def _is_update(self) -> bool:
        """Whether the last phase was an update whose numbers are known; a recording has no network to evaluate."""
        assert self.frame is not None
        snapshot = self.frame.snapshot
        is_update = snapshot.phase is not None and snapshot.phase.kind == "update"
        return is_update and snapshot.step_detail is not None and self.frame.moment is None

    @property
    def _has_map(self) -> bool:
        """Whether there is a map with the sample of the equations on it."""
        assert self.frame is not None
        return self.frame.snapshot.step_detail is not None and choose_panels(self.frame.snapshot).main == MAP

    def on_mount(self) -> None:
        """Look at what is there already."""
        self._look_first()

    def after_frame(self) -> None:
        """Another phase has other tables."""
        self._look_first()
        self.make_room()

    def _look_first(self) -> None:
        """The first look is at a sample that shows much."""
        detail = self.shown.snapshot.step_detail
        if detail is not None and not self._has_looked:
            self._has_looked = True
            self.selection = replace(self.selection, sample=telling_sample(detail))

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

    def action_point(self) -> None:
        """Point at the chosen neuron, in a class."""
        layer = selected_layer(self.shown.snapshot, self.selection)
        detail, last = self.shown.snapshot.step_detail, self.shown.snapshot.layer_sizes[layer] - 1
        rows = [] if detail is None else detail.indices.tolist()
        sample = rows[min(self.selection.sample, len(rows) - 1)] if rows else None
        self.post_message(PointedOut(Pointer("neuron", layer, sample, min(self.selection.neuron, last))))

    def action_exercise(self) -> None:
        """Find the numbers oneself that are seen here."""
        from tuinet.tui.screens.exercise import (  # noqa: PLC0415 - the microscope opens sooner without
            ExerciseScreen,
            reason_against_exercise,
        )

        if reason := reason_against_exercise(self.shown, self.key_of):
            self.say(reason)
        else:
            self._open_above(ExerciseScreen(self.runner, self.asked, self.colours, self.view, self.selection))

    def _open_above(self, screen: FramedScreen) -> None:
        """Show a screen above this one, beside the lesson if one is on."""
        if self.beside is not None:
            screen.beside = self.beside.above(screen, screen.KEYS, screen.LEAST_WIDTH)
        self.app.push_screen(screen, lambda _: self._take_over(screen))

    def _take_over(self, screen: FramedScreen) -> None:
        """What a key has done to the run above counts as done here."""
        self.training.has_led |= screen.training.has_led

    def action_scroll(self, pages: int) -> None:
        """Scroll the equations."""
        self.query_one(ExplanationPanel).scroll_pages(pages)

    def on_cell_chosen(self, event: CellChosen) -> None:
        """Look at what was clicked."""
        sample = self.selection.sample if event.sample is None else event.sample
        neuron = self.selection.neuron if event.neuron is None else event.neuron
        self._select(replace(self.selection, sample=sample, neuron=neuron))

    def on_resize(self, event: Resize) -> None:
        """Name the key that changes between network and equations only where it does."""
        has_room = has_both(*event.size)
        kept = [key for key in self.KEYS if not (has_room and key.action == _TURN)]
        self.query_one(KeysPanel).use([*kept, *APP_BINDINGS])

    def action_network(self) -> None:
        """Look at the network in place of the equations, or at these again."""
        if has_both(*self.size):
            self.say("network and equations are both in sight")
            return
        self._shows_network = not self._shows_network
        self.query_one(PanelGrid).follow_plan()

    def _select(self, selection: Selection) -> None:
        self._has_looked = True
        self.selection = selection
        self.after_frame()


def _in_quarters(body: Region, beside: str, rows: int, columns: int) -> Arrangement:
    """A picture beside the table, which is narrow: below it the equations would have no rows left."""
    above, below = body.split_horizontal(rows)
    table, picture = above.split_vertical(columns)
    diagram, text = below.split_vertical(below.width // 2)
    return {TABLE: table, beside: picture, DIAGRAM: diagram, EXPLANATION: text}


def has_both(width: int, height: int) -> bool:
    """Whether there is room for the network beside the equations."""
    return width >= _TOGETHER[0] and height >= _TOGETHER[1]
