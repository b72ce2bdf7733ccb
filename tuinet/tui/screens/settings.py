"""The settings: every field of the Experiment, to be changed while it trains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from textual.app import ComposeResult
from textual.geometry import Region
from textual.reactive import reactive
from textual.widgets import Input

from tuinet.base_runner import BaseRunner
from tuinet.errors import TuinetError
from tuinet.experiment.changes import changes_for, stepped
from tuinet.experiment.experiment import FIELDS, MAX_LAYERS, Experiment
from tuinet.experiment.fields import read, typed
from tuinet.experiment.ladders import Changes, with_layer, without_layer
from tuinet.experiment.presets import default_value
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.tui.keys import APP_BINDINGS, keymap_of
from tuinet.tui.layout import KEYS, LOSS, MAP, STATUS, Arrangement, PanelGrid
from tuinet.tui.messages import FieldChosen, FieldScrolled
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.loss import LossPanel
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.settings import SettingPanel, SettingsPanel
from tuinet.tui.panels.settings.state import NAMES, SettingsState, TextEntry
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.pending import PendingValues, RedrawLimit
from tuinet.tui.screen_keys import SETTINGS_BINDINGS, TYPING_BINDINGS
from tuinet.tui.screens.base import FramedScreen, ThemedScreen, bars
from tuinet.tui.style.theme import Theme

_LAYERS_ONLY: Final = "this key is for the field of the hidden layers"


class SettingActions(FramedScreen):
    """A screen with a state of settings, and a line in which a value is typed."""

    state: reactive[SettingsState | None] = reactive(None, repaint=False)

    @property
    def chosen(self) -> SettingsState:
        """The state, with what is chosen in it."""
        assert self.state is not None
        return self.state

    def show_state(self, state: SettingsState) -> None:
        """Show another state; where nothing is typed any more, the keys are the screen's again."""
        if state.entry is None and self.chosen.entry is not None:
            self.set_focus(None)
        self.state = state

    def choose_field(self, field: str, *, typing: bool = False) -> None:
        """Go to a field, and perhaps type its value."""
        self.show_state(self.chosen.at(field))
        if typing:
            self.action_type_value()

    def action_move(self, by: int) -> None:
        """Choose another field; while a value is typed, another suggestion."""
        entry = self.chosen.entry
        if entry is None:
            self.show_state(self.chosen.moved(by))
        else:
            self._suggest(entry.moved(1 if by > 0 else -1))

    def action_shift(self, by: int) -> None:
        """Choose another part of the value; where it has none, take the next value."""
        if self.chosen.parts > 1:
            self.show_state(self.chosen.shifted(by))
        else:
            self.action_adjust(by)

    def action_adjust(self, by: int) -> None:
        """Take the next value of the field, or of the part of it that is chosen."""
        state, dataset = self.chosen, self.shown.snapshot.dataset
        reason = self._reason_for_staying(by)
        self._change(lambda: stepped(state.field, state.part, by, self._reached(), dataset), reason)

    def _reason_for_staying(self, by: int) -> str:
        """Why the next value of the field would be the same."""
        state, kind = self.chosen, FIELDS[self.chosen.field]
        if state.field == "hidden" and not state.experiment.hidden:
            return self._no_hidden_layer()
        if state.field == "features":
            return "this feature is in already" if by > 0 else "it is out already, or the only one"
        if kind.kind == "text":
            return "enter types it"
        if kind.choices:
            return "there is no other choice now"
        return f"this is the {'largest' if by > 0 else 'smallest'} value of the keys: enter types one"

    def _no_hidden_layer(self) -> str:
        return f"no hidden layer: {keymap_of(self.app).name('insert_layer', SETTINGS_BINDINGS)} adds one"

    def action_reset(self) -> None:
        """Bring the default back."""
        value = default_value(self.chosen.field, self.chosen.experiment)
        self._change(lambda: self._changes_to(value), "this is the default already")

    def action_delete(self) -> None:
        """Take the chosen layer away; in other fields, bring the default back."""
        if self.chosen.field == "hidden":
            self.action_take_layer()
        else:
            self.action_reset()

    def action_insert_layer(self) -> None:
        """Add a layer behind the chosen one, and choose it."""
        state = self.chosen
        if state.field == "hidden":
            has_layers = bool(state.experiment.hidden)
            reason = f"{MAX_LAYERS} hidden layers are the most"
            self._change(lambda: with_layer(state.experiment, state.part if has_layers else -1), reason)
            self.show_state(self.chosen.shifted(int(has_layers)))
        else:
            self.say(_LAYERS_ONLY)

    def action_take_layer(self) -> None:
        """Take the chosen layer away."""
        state = self.chosen
        if state.field == "hidden":
            self._change(lambda: without_layer(state.experiment, state.part), self._no_hidden_layer())
        else:
            self.say(_LAYERS_ONLY)

    def action_undo(self) -> None:
        """Take the last edit back, and give up what is on its way."""
        self.asked.experiment.forget()
        self.training.action_undo()

    def action_type_value(self) -> None:
        """Open the line in which a value is typed."""
        state, line = self.chosen, self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = typed(state.field, getattr(state.experiment, state.field))
        self.show_state(replace(state, entry=TextEntry(state.field), refusal=""))
        line.focus()

    def action_complete(self) -> None:
        """Take the suggestion that is marked; where nothing is typed, go to the next group."""
        entry = self.chosen.entry
        if entry is None:
            self.show_state(self.chosen.in_next_group())
        elif entry.marked is not None:
            self._suggest(TextEntry(entry.field, entry.completed))

    def action_close(self) -> None:
        """Back to the dashboard; while a value is typed, leave it as it was."""
        if self.chosen.entry is None:
            super().action_close()
        else:
            self.show_state(replace(self.chosen, entry=None, refusal=""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Suggest what goes on like this."""
        if self.chosen.entry is not None:
            self.show_state(replace(self.chosen, entry=TextEntry(self.chosen.field, event.value), refusal=""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value, or the suggestion in its place, or say why it cannot be used."""
        entry = self.chosen.entry
        if entry is None:
            return
        refusals: list[str] = []
        for text in (event.value, entry.completed):
            try:
                self._configure(self._changes_to(read(entry.field, text, self.chosen.experiment)))
            except TuinetError as error:
                refusals.append(str(error))
            else:
                return
        self.show_state(self.chosen.refused(refusals[0]))

    def on_field_chosen(self, event: FieldChosen) -> None:
        """Go to the field that was clicked; type the value of the chosen one."""
        self.choose_field(event.field, typing=event.field == self.chosen.field and self.chosen.entry is None)

    def on_field_scrolled(self, event: FieldScrolled) -> None:
        """Go on or back."""
        self.action_move(event.by)

    def _change(self, change: Callable[[], Changes], reason: str) -> None:
        """Make changes, or say why they cannot be made; where there are none, for this reason."""
        try:
            changes = change()
            if not changes:
                self.say(reason)
            self._configure(changes)
        except TuinetError as error:
            self.show_state(self.chosen.refused(str(error)))

    def _configure(self, changes: Changes) -> None:
        self.configuring.configure(changes)
        self.show_state(replace(self.chosen.with_experiment(self.configuring.wanted), entry=None, refusal=""))

    def _changes_to(self, value: object) -> Changes:
        return changes_for(self.chosen.field, value, self.chosen.experiment, self.shown.snapshot.dataset)

    def _reached(self) -> Experiment:
        """What keys go on from: where a value was refused, from there, so that the one behind it can be reached."""
        state, asked = self.chosen, self.asked.experiment.asked
        if not state.refusal or state.field not in asked or state.parts > 1:
            return state.experiment
        return state.experiment_with(asked[state.field])

    def _suggest(self, entry: TextEntry) -> None:
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = entry.completed
        line.cursor_position = len(line.value)
        self.show_state(replace(self.chosen, entry=entry, refusal=""))


LIST: Final = "settings"
DETAIL: Final = "setting"
ENTRY: Final = "entry"
_SIDE_BY_SIDE: Final = 76
_LIST_WIDTH: Final = 48
_LIST_WIDEST: Final = 64
_TALL: Final = 16
"""From this height on there is a second row of status."""
_WITH_CURVE: Final = (110, 30)
"""Least width and height of a body that has room for the effects of a change, too."""
_DETAIL_SHARE: Final = 0.6
_DETAIL_MOST: Final = 22
_MAP_SHARE: Final = 0.45


class SettingsScreen(SettingActions):
    """A list of all fields, and beside it what there is to say about the chosen one, and what a change does.

    Parameters
    ----------
    typing
        Whether to type its value at once.
    """

    MANUAL = "31-settings.md"
    KEYS = SETTINGS_BINDINGS
    GLOSSARY = (StatusPanel, SettingsPanel, LossPanel, BoundaryPanel)
    AUTO_FOCUS = ""
    CSS = """
    SettingsScreen Input {
        background: $panel;
    }
    """

    slow_frame: reactive[Frame | None] = reactive(None, repaint=False)

    def __init__(
        self,
        runner: BaseRunner,
        asked: PendingValues,
        theme: Theme,
        view: View,
        *,
        field: str = NAMES[0],
        typing: bool = False,
    ) -> None:
        super().__init__(runner, asked, theme, view)
        self._starts_typing = typing
        self._redraw_limit = RedrawLimit()
        self.set_reactive(SettingsScreen.slow_frame, self.shown)
        self.set_reactive(SettingsScreen.state, SettingsState(self.configuring.wanted, field))

    def compose(self) -> ComposeResult:
        """Status, list, explanation, curve, map, keys, and the line in which a value is typed."""
        states = (
            SettingsPanel(id=LIST).data_bind(SettingsScreen.state),
            SettingPanel(id=DETAIL).data_bind(SettingsScreen.state),
        )
        quick: tuple[CellPanel, ...] = (*states, BoundaryPanel(id=MAP))
        keys = KeysPanel([*SETTINGS_BINDINGS, *APP_BINDINGS], id=KEYS)
        slow: tuple[CellPanel, ...] = (StatusPanel(id=STATUS), LossPanel(id=LOSS), keys)
        lesson, plan = ((), self.plan) if self.beside is None else ((self.beside.panel,), self.beside.plan(self.plan))
        self.show_frames_on((*quick, *lesson))
        for panel in slow:
            panel.data_bind(ThemedScreen.theme, frame=SettingsScreen.slow_frame)
        for panel in (*quick, *slow):
            # Their keys are those of the dashboard.
            panel.can_focus = False
        entry = Input(id=ENTRY, compact=True, select_on_focus=True)
        entry.cursor_blink = False
        yield PanelGrid(*quick, *slow, *lesson, entry, plan=plan)

    def on_mount(self) -> None:
        """Begin to type where that is asked for."""
        if self._starts_typing:
            self.call_after_refresh(self.action_type_value)

    def plan(self, width: int, height: int) -> Arrangement:
        """List and explanation side by side, or where it is narrow, one above the other."""
        placed, body = bars(width, height, status=2 if height >= _TALL else 1)
        if width >= _SIDE_BY_SIDE:
            left, right = body.split_vertical(max(_LIST_WIDTH, min(width * 9 // 20, _LIST_WIDEST)))
        else:
            left, right = body.split_horizontal(body.height - max(body.height // 3, min(5, body.height // 2)))
        is_large = body.width >= _WITH_CURVE[0] and body.height >= _WITH_CURVE[1]
        shown = {LIST: left, **(self._with_effects(right) if is_large else {DETAIL: right})}
        if self.chosen.entry is not None:
            shown[ENTRY] = self.query_one(SettingsPanel).value_region(left)
        return {**placed, **shown}

    def _with_effects(self, region: Region) -> Arrangement:
        """Below the explanation what a change does: the curve, and the map where there is one."""
        upper, lower = region.split_horizontal(min(int(region.height * _DETAIL_SHARE), _DETAIL_MOST))
        if self.shown.snapshot.dataset.X.shape[1] > 2:
            return {DETAIL: upper, LOSS: lower}
        left, right = lower.split_vertical(int(lower.width * _MAP_SHARE))
        return {DETAIL: upper, MAP: left, LOSS: right}

    def after_frame(self) -> None:
        """Show the values as they are now, and why the last change was refused."""
        if self._redraw_limit.allows(self.shown):
            self.slow_frame = self.shown
        refusal = self.asked.experiment.refusal(self.shown)
        state = self.chosen.with_experiment(self.configuring.wanted)
        is_meant = refusal and state.field in self.asked.experiment.asked
        self.show_state(state.refused(keymap_of(self.app).told(refusal)) if is_meant else state)
        self.query_one(PanelGrid).follow_plan()

    def watch_state(self, before: SettingsState | None, after: SettingsState | None) -> None:
        """Place the line in which a value is typed, and show the keys that work now."""
        if not self.is_mounted or before is None or after is None:
            return
        self.query_one(PanelGrid).follow_plan()
        if (before.entry is None) != (after.entry is None):
            keys = [*SETTINGS_BINDINGS, *APP_BINDINGS] if after.entry is None else TYPING_BINDINGS
            self.query_one(KeysPanel).use(keys)
