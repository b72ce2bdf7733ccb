"""The blanks of a phase: the microscope's equations without their results, which the student finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult
from textual.events import Key
from textual.reactive import reactive
from textual.widgets import Input

from tuinet.base_runner import BaseRunner
from tuinet.exercises.phase import exercise_of_phase
from tuinet.exercises.working import Working
from tuinet.explain.focus import Selection, telling_sample
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import View
from tuinet.session.commands import Step
from tuinet.tui.keys import APP_BINDINGS
from tuinet.tui.layout import Arrangement, PanelGrid
from tuinet.tui.messages import BlanksFilled
from tuinet.tui.offered import FORKS, is_theirs, name_of
from tuinet.tui.panels.exercise import ENTRY, EXERCISE, ExercisePanel, answer_line
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.layer_tables import selected_layer
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.pending import PendingValues
from tuinet.tui.screen_keys import EXERCISE_BINDINGS
from tuinet.tui.screens.base import FramedScreen, bars
from tuinet.tui.style.theme import Theme


def reason_against_exercise(frame: Frame, key_of: Callable[[str], str]) -> str:
    """Why there are no blanks to fill in now; empty where there are."""
    if frame.moment is not None:
        return "a recording does not have the numbers of a step"
    if is_theirs(frame) and (frame.running or frame.snapshot.phase is None):
        return f"blanks are for a step of a run that is paused: {key_of(FORKS)} makes a copy of your own"
    if frame.running:
        return f"the numbers to be found are those of a paused run: {key_of('toggle_running')} pauses"
    if frame.snapshot.phase is None:
        step = key_of("step('phase')")
        return f"no step has been made yet: {step} makes the first phase"
    return ""


class ExerciseScreen(FramedScreen):
    """The equations of the last phase with blanks, one sample and one neuron of it.

    Parameters
    ----------
    selection
        Which; ``None`` for the first neuron and a sample that shows much.
    """

    KEYS = EXERCISE_BINDINGS
    GLOSSARY = (StatusPanel, ExercisePanel)
    AUTO_FOCUS = f"#{ENTRY}"
    NEEDS_RUN = True
    MANUAL = "43-exercises.md"
    CSS = """
    ExerciseScreen Input {
        background: $panel;
    }
    """

    working: reactive[Working | None] = reactive(None, repaint=False)
    outlook: reactive[str] = reactive("", repaint=False)
    _moment: object = None
    """Of what the blanks are."""

    def __init__(
        self,
        runner: BaseRunner,
        asked: PendingValues,
        theme: Theme,
        view: View,
        selection: Selection | None = None,
    ) -> None:
        super().__init__(runner, asked, theme, view)
        self.selection = selection

    def compose(self) -> ComposeResult:
        """Status, blanks, keys, and the line in which an answer is typed."""
        panel = ExercisePanel(id=EXERCISE).data_bind(ExerciseScreen.working, ExerciseScreen.outlook)
        panel.can_focus = False
        grid = self.between_bars(self.plan, panel, by_phases=True)
        yield grid
        self.call_after_refresh(self._begin, grid)

    def _begin(self, grid: PanelGrid) -> None:
        """Take the answers now that the panel is there."""
        grid.mount(answer_line())
        self.after_frame()

    def plan(self, width: int, height: int) -> Arrangement:
        """The blanks in all the room, and the line of the answer within them."""
        placed, body = bars(width, height)
        entry = {ENTRY: self.query_one(ExercisePanel).entry_region(body)} if not self._is_done else {}
        return {**placed, EXERCISE: body, **entry}

    @property
    def _is_done(self) -> bool:
        return self.working is None or self.working.is_done

    def after_frame(self) -> None:
        """Another phase has other blanks."""
        snapshot = self.shown.snapshot
        if self._is_behind:
            self.say("the class has gone on: these blanks stay until they are filled in, or left")
        elif self._now != self._moment:
            self.working = self._blanks(snapshot)
            self._moment = self._now  # with what is chosen first
            following, leaves = self.key_of("step('phase')"), "esc"
            done = "enter goes on" if snapshot.phase is not None else f"{following} on the dashboard"
            self.outlook = f"{done} · {leaves} leaves"
            self._tell()
        self.make_room()
        self._take_keys()

    @property
    def _now(self) -> tuple[object, ...]:
        """Of what the blanks would be; another run may stand at the same step."""
        snapshot = self.shown.snapshot
        run = self.shown.run, snapshot.experiment
        return (*run, snapshot.step, snapshot.phase, snapshot.step_detail is None, self.selection)

    @property
    def _is_behind(self) -> bool:
        """Whether somebody else's run has gone on in the middle of an exercise."""
        classroom = self.shown.classroom
        is_theirs = classroom is not None and classroom.attendance == "following"
        return is_theirs and self._moment not in (None, self._now) and not self._is_done

    def _blanks(self, snapshot: Snapshot) -> Working | None:
        if snapshot.phase is None or snapshot.step_detail is None:
            return None
        if self.selection is None:
            self.selection = Selection(sample=telling_sample(snapshot.step_detail))
        return Working(exercise_of_phase(snapshot, self.selection))

    def _take_keys(self) -> None:
        """Have the keys go to the line of the answer, where one is wanted."""
        for entry in self.query(Input):
            if not self._is_done and self.focused is not entry:
                entry.focus()
            elif self._is_done and self.focused is entry:
                self.set_focus(None)
        counts = {"sample": self._samples, "neuron": self._neurons}
        idle = {name for name, count in counts.items() if count < 2 or self._is_behind}
        enter, *others = (key for key in self.KEYS if name_of(key) not in idle)
        named = [replace(enter, description="next"), *others, *APP_BINDINGS]
        self.query_one(KeysPanel).use(named if self._is_done else [enter, *others])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Judge the answer."""
        if self.working is None or self.working.is_done:
            return
        event.input.value = ""
        with self.app.batch_update():
            self.working = self.working.answered(event.value)
            self.make_room()
            self._take_keys()
        self._tell()

    def _tell(self) -> None:
        if self.working is not None:
            filled, is_done = self.working.filled, self.working.is_done
            self.post_message(BlanksFilled(self.shown.snapshot, filled, is_done=is_done))

    def on_key(self, event: Key) -> None:
        """Go on to the next phase where all is found; else what a lesson makes of it."""
        if event.key != "enter" or not self._is_done:
            return
        event.stop()
        if self.beside is not None and self.beside.has_waited:
            self.beside.obey(event.key)
        else:
            self.training.has_led = True
            self.runner.send(Step("phase"))

    def poll(self, *, at_once: bool = False) -> bool:
        """See `PollingScreen`; the loss is not told while it may be what is asked."""
        is_shown = super().poll(at_once=at_once)
        for status in self.query(StatusPanel):
            status.withholds |= not self._is_done
            if self._is_done and self.beside is None:
                status.withholds = False
        return is_shown

    def action_scroll(self, pages: int) -> None:
        """Scroll the equations."""
        self.query_one(ExercisePanel).scroll_pages(pages)

    def action_sample(self, by: int) -> None:
        """Take the blanks of another sample of the batch."""
        count = self._samples
        if count > 1:
            self._choose(replace(self._chosen, sample=(self._chosen.sample + by) % count))
        else:
            self.say("there are no other samples to choose from in this phase")

    def action_neuron(self, by: int) -> None:
        """Take the blanks of another neuron of the layer."""
        count = self._neurons
        if count > 1:
            self._choose(replace(self._chosen, neuron=(self._chosen.neuron + by) % count))
        else:
            self.say("there are no other neurons to choose from in this phase")

    @property
    def _samples(self) -> int:
        """How many samples the phase can be asked about: in one of a layer each of the batch."""
        snapshot = self.shown.snapshot
        has_own = snapshot.phase is not None and snapshot.phase.layer is not None
        return len(snapshot.step_detail.indices) if has_own and snapshot.step_detail is not None else 1

    @property
    def _neurons(self) -> int:
        """How many neurons the phase can be asked about: the batch and its loss have none of their own."""
        snapshot = self.shown.snapshot
        if snapshot.phase is None or snapshot.phase.kind in ("batch", "loss"):
            return 1
        return snapshot.layer_sizes[selected_layer(snapshot, self._chosen)]

    @property
    def _chosen(self) -> Selection:
        return self.selection or Selection()

    def _choose(self, selection: Selection) -> None:
        self.selection = selection
        self.after_frame()
