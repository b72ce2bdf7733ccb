"""The settings: every field of the Experiment, to be changed while it trains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.widgets import Input

from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.tui.arrangement import BOUNDARY, KEYS, LOSS, SETTINGS, STATUS, Arrangement
from tuinet.tui.bindings import APP_BINDINGS
from tuinet.tui.calm import Calm
from tuinet.tui.driving import Wishes
from tuinet.tui.messages import CommandGiven, EpochChosen, ViewChanged
from tuinet.tui.panel_bindings import SETTINGS_BINDINGS, TYPING_BINDINGS
from tuinet.tui.runner import RunnerLike
from tuinet.tui.screens.framed import FramedScreen
from tuinet.tui.setting_actions import SettingActions
from tuinet.tui.sheet import NAMES, Sheet
from tuinet.tui.sight import is_seen
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.boundary import BoundaryPanel
from tuinet.tui.widgets.grid import PanelGrid
from tuinet.tui.widgets.keys import KeysPanel
from tuinet.tui.widgets.loss import LossPanel
from tuinet.tui.widgets.panel import CellPanel
from tuinet.tui.widgets.setting import SettingPanel
from tuinet.tui.widgets.settings import SettingsPanel
from tuinet.tui.widgets.status import StatusPanel

LIST: Final = SETTINGS
DETAIL: Final = "setting"
ENTRY: Final = "entry"
_SIDE_BY_SIDE: Final = 76
_LIST_WIDTH: Final = 44
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
    field
        The field to begin with.
    typing
        Whether to type its value at once.
    """

    KEYS = SETTINGS_BINDINGS
    GLOSSARY = (STATUS, SETTINGS, LOSS, BOUNDARY)
    AUTO_FOCUS = ""
    CSS = """
    SettingsScreen Input {
        background: $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*SETTINGS_BINDINGS]

    calm_frame: reactive[Frame | None] = reactive(None, repaint=False)

    def __init__(
        self,
        runner: RunnerLike,
        wishes: Wishes,
        theme: Theme,
        view: View,
        *,
        field: str = NAMES[0],
        typing: bool = False,
    ) -> None:
        super().__init__(runner, wishes, theme, view)
        self._starts_typing = typing
        self._calm = Calm()
        self.set_reactive(SettingsScreen.calm_frame, self._shown)
        self.set_reactive(SettingsScreen.sheet, Sheet(self.wanted, field))

    def compose(self) -> ComposeResult:
        """Status, list, explanation, curve, map, keys, and the line in which a value is typed."""
        sheets = (
            SettingsPanel(id=LIST).data_bind(SettingsScreen.sheet),
            SettingPanel(id=DETAIL).data_bind(SettingsScreen.sheet),
        )
        quick: tuple[CellPanel, ...] = (*sheets, BoundaryPanel(id=BOUNDARY))
        calm = (StatusPanel(id=STATUS), LossPanel(id=LOSS), KeysPanel([*SETTINGS_BINDINGS, *APP_BINDINGS], id=KEYS))
        for panel in quick:
            panel.data_bind(FramedScreen.theme, FramedScreen.frame)
        for panel in calm:
            panel.data_bind(FramedScreen.theme, frame=SettingsScreen.calm_frame)
        for panel in (*quick, *calm):
            # Their keys are those of the dashboard.
            panel.can_focus = False
        entry = Input(id=ENTRY, compact=True, select_on_focus=True)
        entry.cursor_blink = False
        yield PanelGrid(*quick, *calm, entry, plan=self.plan)

    def on_mount(self) -> None:
        """Begin to type where that is asked for."""
        super().on_mount()
        if self._starts_typing:
            self.call_after_refresh(self.action_type_value)

    def plan(self, width: int, height: int) -> Arrangement:
        """List and explanation side by side, or where it is narrow, one above the other."""
        status = 2 if height >= _TALL else 1
        body = Region(0, status, width, max(height - status - 1, 0))
        if width >= _SIDE_BY_SIDE:
            left, right = body.split_vertical(max(_LIST_WIDTH, min(width * 9 // 20, _LIST_WIDEST)))
        else:
            left, right = body.split_horizontal(body.height - max(body.height // 3, min(5, body.height // 2)))
        is_large = body.width >= _WITH_CURVE[0] and body.height >= _WITH_CURVE[1]
        shown = {LIST: left, **(self._with_effects(right) if is_large else {DETAIL: right})}
        if self.chosen.entry is not None:
            shown[ENTRY] = self.query_one(SettingsPanel).value_region(left)
        return {STATUS: Region(0, 0, width, status), **shown, KEYS: Region(0, height - 1, width, 1)}

    def _with_effects(self, region: Region) -> Arrangement:
        """Below the explanation what a change does: the curve, and the map where there is one."""
        upper, lower = region.split_horizontal(min(int(region.height * _DETAIL_SHARE), _DETAIL_MOST))
        if self._shown.snapshot.dataset.X.shape[1] > 2:
            return {DETAIL: upper, LOSS: lower}
        left, right = lower.split_vertical(int(lower.width * _MAP_SHARE))
        return {DETAIL: upper, BOUNDARY: left, LOSS: right}

    def after_frame(self) -> None:
        """Show the values as they are now, and why the last change was refused."""
        if self._calm.allows(self._shown):
            self.calm_frame = self._shown
        refusal = self._wishes.experiment.refusal(self._shown)
        sheet = self.chosen.with_experiment(self.wanted)
        is_meant = refusal and sheet.field in self._wishes.experiment.asked
        self.show_sheet(sheet.refused(refusal) if is_meant else sheet)
        self.query_one(PanelGrid).follow_plan()

    def watch_sheet(self, before: Sheet | None, after: Sheet | None) -> None:
        """Place the line in which a value is typed, and show the keys that work now."""
        if not self.is_mounted or before is None or after is None:
            return
        self.query_one(PanelGrid).follow_plan()
        if (before.entry is None) != (after.entry is None):
            keys = [*SETTINGS_BINDINGS, *APP_BINDINGS] if after.entry is None else TYPING_BINDINGS
            self.query_one(KeysPanel).use(keys)

    def on_view_changed(self, event: ViewChanged) -> None:
        """Ask for what the panels need to see."""
        fields: dict[str, Any] = dict(event.fields)
        self._view = replace(self._view, **fields)
        if is_seen(self):
            self._runner.look(self._view)

    def on_epoch_chosen(self, event: EpochChosen) -> None:
        """Go to a moment of the timeline."""
        self.seek(event.epoch)

    def on_command_given(self, event: CommandGiven) -> None:
        """Change something."""
        self._runner.send(event.command)
