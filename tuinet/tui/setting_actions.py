"""What the keys of the settings do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from textual.reactive import reactive
from textual.widgets import Input

from tuinet.errors import TuinetError
from tuinet.experiment.changes import changes_for, stepped
from tuinet.experiment.experiment import MAX_LAYERS, Experiment
from tuinet.experiment.fields import FIELDS, read, typed
from tuinet.experiment.ladders import Changes, with_layer, without_layer
from tuinet.experiment.presets import default_value
from tuinet.tui.messages import FieldChosen, FieldScrolled
from tuinet.tui.screens.framed import FramedScreen
from tuinet.tui.sheet import Sheet
from tuinet.tui.suggestions import Entry

_LAYERS_ONLY: Final = "this key is for the field of the hidden layers"


class SettingActions(FramedScreen):
    """A screen with a sheet of settings, and a line in which a value is typed."""

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    @property
    def chosen(self) -> Sheet:
        """The sheet, with what is chosen in it."""
        assert self.sheet is not None
        return self.sheet

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet; where nothing is typed any more, the keys are the screen's again."""
        if sheet.entry is None and self.chosen.entry is not None:
            self.set_focus(None)
        self.sheet = sheet

    def choose_field(self, field: str, *, typing: bool = False) -> None:
        """Go to a field, and perhaps type its value."""
        self.show_sheet(self.chosen.at(field))
        if typing:
            self.action_type_value()

    def action_move(self, by: int) -> None:
        """Choose another field; while a value is typed, another suggestion."""
        entry = self.chosen.entry
        if entry is None:
            self.show_sheet(self.chosen.moved(by))
        else:
            self._suggest(entry.moved(1 if by > 0 else -1))

    def action_shift(self, by: int) -> None:
        """Choose another part of the value; where it has none, take the next value."""
        if self.chosen.parts > 1:
            self.show_sheet(self.chosen.shifted(by))
        else:
            self.action_adjust(by)

    def action_adjust(self, by: int) -> None:
        """Take the next value of the field, or of the part of it that is chosen."""
        sheet, dataset = self.chosen, self._shown.snapshot.dataset
        reason = _reason_for_staying(sheet, by)
        self._change(lambda: stepped(sheet.field, sheet.part, by, self._reached(), dataset), reason)

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
        sheet = self.chosen
        if sheet.field == "hidden":
            has_layers = bool(sheet.experiment.hidden)
            reason = f"{MAX_LAYERS} hidden layers are the most"
            self._change(lambda: with_layer(sheet.experiment, sheet.part if has_layers else -1), reason)
            self.show_sheet(self.chosen.shifted(int(has_layers)))
        else:
            self.say(_LAYERS_ONLY)

    def action_take_layer(self) -> None:
        """Take the chosen layer away."""
        sheet = self.chosen
        if sheet.field == "hidden":
            self._change(lambda: without_layer(sheet.experiment, sheet.part), "no hidden layer: i adds one")
        else:
            self.say(_LAYERS_ONLY)

    def action_undo(self) -> None:
        """Take the last edit back, and give up what is on its way."""
        self._wishes.experiment.forget()
        super().action_undo()

    def action_type_value(self) -> None:
        """Open the line in which a value is typed."""
        sheet, line = self.chosen, self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = typed(sheet.field, getattr(sheet.experiment, sheet.field))
        self.show_sheet(replace(sheet, entry=Entry(sheet.field), refusal=""))
        line.focus()

    def action_complete(self) -> None:
        """Take the suggestion that is marked; where nothing is typed, go to the next group."""
        entry = self.chosen.entry
        if entry is None:
            self.show_sheet(self.chosen.in_next_group())
        elif entry.marked is not None:
            self._suggest(Entry(entry.field, entry.completed))

    def action_close(self) -> None:
        """Back to the dashboard; while a value is typed, leave it as it was."""
        if self.chosen.entry is None:
            super().action_close()
        else:
            self.show_sheet(replace(self.chosen, entry=None, refusal=""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Suggest what goes on like this."""
        if self.chosen.entry is not None:
            self.show_sheet(replace(self.chosen, entry=Entry(self.chosen.field, event.value), refusal=""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the value, or the suggestion in its place, or say why it cannot be used."""
        entry = self.chosen.entry
        if entry is None:
            return
        try:
            self._take(event.value)
        except TuinetError as error:
            self._take_instead(entry.completed, error)

    def on_field_chosen(self, event: FieldChosen) -> None:
        """Go to the field that was clicked; type the value of the chosen one."""
        self.choose_field(event.field, typing=event.field == self.chosen.field and self.chosen.entry is None)

    def on_field_scrolled(self, event: FieldScrolled) -> None:
        """Go on or back."""
        self.action_move(event.by)

    def _take(self, text: str) -> None:
        self._configure(self._changes_to(read(self.chosen.field, text, self.chosen.experiment)))

    def _take_instead(self, text: str, error: TuinetError) -> None:
        try:
            self._take(text)
        except TuinetError:
            self.show_sheet(self.chosen.refused(str(error)))

    def _change(self, change: Callable[[], Changes], reason: str) -> None:
        """Make changes, or say why they cannot be made; where there are none, for this reason."""
        try:
            changes = change()
            if not changes:
                self.say(reason)
            self._configure(changes)
        except TuinetError as error:
            self.show_sheet(self.chosen.refused(str(error)))

    def _configure(self, changes: Changes) -> None:
        self.configure(changes)
        self.show_sheet(replace(self.chosen.with_experiment(self.wanted), entry=None, refusal=""))

    def _changes_to(self, value: object) -> Changes:
        return changes_for(self.chosen.field, value, self.chosen.experiment, self._shown.snapshot.dataset)

    def _reached(self) -> Experiment:
        """What keys go on from: where a value was refused, from there, so that the one behind it can be reached."""
        sheet, asked = self.chosen, self._wishes.experiment.asked
        if not sheet.refusal or sheet.field not in asked or sheet.parts > 1:
            return sheet.experiment
        return sheet.experiment_with(asked[sheet.field])

    def _suggest(self, entry: Entry) -> None:
        line = self.query_one(Input)
        with self.prevent(Input.Changed):
            line.value = entry.completed
        line.cursor_position = len(line.value)
        self.show_sheet(replace(self.chosen, entry=entry, refusal=""))


def _reason_for_staying(sheet: Sheet, by: int) -> str:
    """Why the next value of a field would be the same."""
    known = FIELDS[sheet.field]
    if sheet.field == "hidden" and not sheet.experiment.hidden:
        return "no hidden layer: i adds one"
    if sheet.field == "features":
        return "this feature is in already" if by > 0 else "it is out already, or the only one"
    if known.kind == "text":
        return "enter types it"
    if known.choices:
        return "there is no other choice now"
    return f"this is the {'largest' if by > 0 else 'smallest'} value of the keys: enter types one"
