"""The keys of the dashboard, what those that train and step do (`TrainingActions`), and a Keymap, which changes them.

A binding's action, as in ``step('epoch')``, is the method ``action_step`` of a controller: the others are in
`tuinet.tui.configuring` and, for the dashboard alone, in ``tuinet.tui.screens``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from textual.binding import Binding
from textual.keys import _character_to_key

from tuinet.advice import Action, with_keys
from tuinet.observe.snapshot import Frame
from tuinet.session import commands
from tuinet.session.commands import Command, StepUnit
from tuinet.tui.key_groups import (
    CLASS,
    LESSON,
    NETWORK,
    PANEL,
    SCREEN,
    TIME,
    TRAINING,
    WEIGHTS,
    alias,
    listed,
    quiet,
)
from tuinet.tui.offered import is_theirs
from tuinet.tui.panels import NUMBERED, PANELS, PanelEntry, zoom_key
from tuinet.tui.pending import PendingValues

if TYPE_CHECKING:
    from tuinet.base_runner import BaseRunner


def _zoom(index: int, entry: PanelEntry) -> Binding:
    """The footer names the digits only."""
    tooltip = f"{entry.name}: on the full screen, and back"
    name = zoom_key(index)
    key = _character_to_key(name) if len(name) == 1 else name
    return replace(listed(key, f"zoom({index})", "panel", tooltip, PANEL, name), show=index < NUMBERED)


STEPPING_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("space", "toggle_running", "pause", "Pause or resume: stop where it is, or train on", TRAINING),
    listed("s", "step('epoch')", "step", "Step one epoch: pause, then train exactly one epoch", TRAINING),
    listed("b", "step('batch')", "step", "Step one batch: pause, then make exactly one update", TRAINING),
    listed("n", "step('phase')", "step", "Step one phase: pause, then do the next part of an update", TRAINING),
)
"""Keys that train, on the main screen, in the microscope and in the settings."""

TIME_BINDINGS: Final[tuple[Binding, ...]] = (
    quiet("S", "back('epoch')", "Back one epoch: to the start of the one under way, or of the one before", TIME),
    quiet("B", "back('batch')", "Back one batch: to the start of the one under way, or of the one before", TIME),
    quiet("N", "back('phase')", "Back one phase: to just before the last one", TIME),
    listed("comma", "scrub(-1)", "time", "Scrub back: 1% of all epochs so far, at least one", TIME, ","),
    listed("full_stop", "scrub(1)", "time", "Scrub forward: 1% of all epochs so far, as far as they go", TIME, "."),
    quiet("less_than_sign", "seek_start", "To the start: epoch 0", TIME, "<"),
    quiet("greater_than_sign", "seek_tip", "To the end: the furthest epoch so far", TIME, ">"),
    listed("u", "undo", "undo", "Undo: take the last change of a weight or setting back", TIME),
    listed("X", "swap_branch", "branch", "Swap branches: to the next of the runs that have been left", TIME),
)
"""Keys that move in time, on the main screen and in the microscope."""

LESSON_BINDINGS: Final[tuple[Binding, ...]] = (
    listed(
        "enter",
        "lesson_next",
        "next",
        "Next step: of the lesson, or the next lesson; before that, the rest of its text",
        LESSON,
    ),
    listed("backspace", "lesson_back", "back", "Step before: of the lesson, with the run that it had", LESSON, "bksp"),
    quiet("pagedown", "lesson_scroll(1)", "Scroll on: the text of the lesson", LESSON, "pgdn"),
    quiet("pageup", "lesson_scroll(-1)", "Scroll back: the text of the lesson", LESSON, "pgup"),
    quiet("L", "lesson", "Lesson: leave it, come back to it, or choose one", LESSON),
)
"""Keys of a lesson; only the last one does anything where there is none."""

DASHBOARD_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    quiet("x", "exercise", "Exercise: the arithmetic of the last phase with blanks, which you fill in", SCREEN),
    listed("e", "settings", "settings", "Settings: everything that can be changed while it trains", SCREEN),
    *(_zoom(index, entry) for index, entry in enumerate(PANELS.values())),
    listed("m", "microscope", "microscope", "Microscope: the arithmetic of the last phase, number by number", SCREEN),
    listed(
        "r", "reinitialize_new", "reinit", "Reinitialize with a new seed: random weights from the next seed", NETWORK
    ),
    listed(
        "R", "reinitialize_same", "reinit", "Reinitialize with the same seed: the same random weights again", NETWORK
    ),
    listed("plus", "faster", "speed", "Faster: more epochs per second", TRAINING, "+"),
    listed("minus", "slower", "speed", "Slower: fewer epochs per second", TRAINING, "-"),
    alias("equals_sign", "faster"),
    alias("underscore", "slower"),
    listed("a", "next_activation", "activation", "Next activation: of the hidden layers; the weights stay", NETWORK),
    listed(
        "A", "previous_activation", "activation", "Previous activation: of the hidden layers; the weights stay", NETWORK
    ),
    listed("w", "edit_weights", "weights", "Weights: choose one, and change it by hand", WEIGHTS),
    *TIME_BINDINGS,
    quiet("g", "check_gradients", "Gradient check: every gradient beside a numeric one", SCREEN),
    quiet("f", "find_rate(False)", "Rate finder: many learning rates from here; in a class, your own copy", SCREEN),
    quiet("F", "find_rate(True)", "Rate finder in a class: where f makes a copy of your own or goes back", SCREEN),
    quiet("c", "class", "Class: open it to others on this machine, ask it, reveal, close it", CLASS),
    quiet("at", "point", "Point at a cursor, or the phase: all in the class see it; again, at nothing", CLASS, "@"),
    quiet("left_parenthesis", "shift_learning_rate(-1)", "Smaller learning rate: the next of 1, 2, 5", NETWORK, "("),
    quiet("right_parenthesis", "shift_learning_rate(1)", "Larger learning rate: the next of 1, 2, 5", NETWORK, ")"),
    quiet("o", "shift_optimizer(1)", "Next optimizer: its memory starts empty; the weights stay", NETWORK),
    quiet("O", "shift_optimizer(-1)", "Previous optimizer: its memory starts empty; the weights stay", NETWORK),
    quiet("left_curly_bracket", "shift_neurons(-1)", "Fewer neurons: one in the last hidden layer", NETWORK, "{"),
    quiet("right_curly_bracket", "shift_neurons(1)", "More neurons: one in the last hidden layer", NETWORK, "}"),
    quiet("h", "add_layer", "Add a hidden layer: behind the last, as large as it", NETWORK),
    quiet("H", "remove_layer", "Remove a hidden layer: the last", NETWORK),
    quiet("i", "shift_dataset(1)", "Next dataset: with the network and the learning rate that suit it", NETWORK),
    quiet("I", "shift_dataset(-1)", "Previous dataset: with the network and the learning rate that suit it", NETWORK),
    quiet("k", "shift_batch_size(1)", "Larger batches: 1, 2, 4, … samples, then all", NETWORK),
    quiet("K", "shift_batch_size(-1)", "Smaller batches: half as many samples", NETWORK),
    quiet("tab", "focus_next", "Next panel: it gets the keys, if it has keys of its own", PANEL),
    quiet("shift+tab", "focus_previous", "Panel before: it gets the keys", PANEL),
    quiet("escape", "unzoom", "All panels: from one on the full screen", PANEL, "esc"),
    listed("l", "toggle_log_scale", "log", "Loss axis: linear, in powers of ten, or by itself", SCREEN),
    quiet("d", "toggle_discrete", "Discretize: the map shows which class is decided, or how certain it is", SCREEN),
    quiet("D", "turn_samples", "Dots on the map: all samples, training samples, test samples, none", SCREEN),
    quiet("0", "show_output", "Output: on the map, in place of a neuron's response", PANEL),
    quiet("y", "share", "Share: the command line that reproduces this run, shown and copied", SCREEN),
    quiet(
        "exclamation_mark", "toggle_hints", "Hints: what a teacher would say, or not, so that you find it", SCREEN, "!"
    ),
    quiet("ctrl+e", "save_points", "Save points as CSV: the training and test samples as they are now", SCREEN),
    quiet("ctrl+s", "save_run", "Save the run: with its past and its branches, for tuinet --load", SCREEN),
)
"""Keys of the main screen."""

APP_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("t", "next_theme", "theme", "Next theme: other colours", SCREEN),
    listed("question_mark", "help", "help", "Help: the keys, and what everything on the screen means", SCREEN, "?"),
    listed("q", "quit", "quit", "Quit: leave; asks where the run is in no file of yours, ctrl+q does not", SCREEN),
    quiet("ctrl+g", "save_picture", "Picture of the screen: an SVG file in the current folder", SCREEN),
    replace(
        quiet("ctrl+z", "suspend_process", "Suspend: back to the shell, whose fg goes on here", SCREEN),
        priority=True,
    ),
    alias("ctrl+q", "quit_at_once", priority=True),
    alias("ctrl+c", "quit"),
)
"""Keys of every screen."""


def leads_back(key: str, action: str = "close") -> Binding:
    """The key that has led to a screen, or that would end the dashboard: there it closes the screen, or acts so."""
    opener = next(binding for binding in (*DASHBOARD_BINDINGS, *APP_BINDINGS) if binding.key == key)
    return alias(key, action, follows=opener)


PALETTE_BINDING: Final = Binding(
    "ctrl+p",
    "command_palette",
    "commands",
    show=False,
    key_display="ctrl+p",
    tooltip="Commands: find everything above by its name",
    group=SCREEN,
)
"""Textual binds this key itself; this is for help."""

_SCRUB: Final = 100
"""One key scrubs the branch's length over this."""


class Host(Protocol):
    """A screen on which keys act: it knows the runner, the frame that it shows, and what is on its way."""

    runner: BaseRunner
    shown: Frame
    asked: PendingValues

    def say(self, words: str) -> None:
        """Say why the last key did nothing."""

    def key_of(self, action: str) -> str:
        """The key of an action of the dashboard or the application."""


ScreenT = TypeVar("ScreenT", bound=Host)


class Controller(Generic[ScreenT]):
    """What some keys do on a screen; `ThemedApp` looks for ``action_`` methods here."""

    def __init__(self, host: ScreenT) -> None:
        self._host = host

    @property
    def _runner(self) -> BaseRunner:
        return self._host.runner

    @property
    def _shown(self) -> Frame:
        return self._host.shown

    @property
    def _asked(self) -> PendingValues:
        return self._host.asked

    def say(self, words: str) -> None:
        """Say why the last key did nothing."""
        self._host.say(words)

    def no_hidden_layer(self) -> str:
        """Why keys of hidden layers do nothing where there is none."""
        return f"no hidden layer: {self.key_of('add_layer')} adds one"

    def key_of(self, action: str) -> str:
        """The key of an action of the dashboard or the application."""
        return self._host.key_of(action)


class TrainingActions(Controller[Host]):
    """Keys that train, and go back and forward in time.

    The commands are obeyed in the runner's thread: `Runner._do` hands a step to `tuinet.session.session.Session.step`.
    """

    has_led = False
    """Whether one of them has paused or resumed the run, or has taken it to another moment."""

    def action_toggle_running(self) -> None:
        """Pause or resume; on a long way to a moment, stop there."""
        self.has_led = True
        if self.stop_on_way():
            return
        running = self._asked.running.ask(not self._asked.running.now(self._shown.running))
        self._asked.by_phases = False
        self._runner.send(commands.Resume() if running else commands.Pause())

    def hold(self) -> Callable[[], None]:
        """Pause for a while, unless it is a teacher's run; returns what has it go on as before."""
        if is_theirs(self._shown) or not self._asked.running.now(self._shown.running):
            return lambda: None
        self._asked.running.ask(False)
        self._runner.send(commands.Pause())
        return self._go_on

    def _go_on(self) -> None:
        self._asked.running.ask(True)
        self._runner.send(commands.Resume())

    def stop_on_way(self) -> bool:
        """Have a run that is on a long way to a moment stop; whether it is."""
        is_on_way = bool(self._shown.way)
        if is_on_way:
            self._asked.running.ask(False)
            self._runner.send(commands.Pause())
        return is_on_way

    def action_step(self, unit: StepUnit) -> None:
        """Pause, then train one epoch, batch or phase."""
        self._asked.epoch.forget()
        self._pause_and(commands.Step(unit), by_phases=unit == "phase")

    def action_back(self, unit: StepUnit) -> None:
        """Pause, and go back by an epoch, batch or phase."""
        self._asked.epoch.forget()
        self._pause_and(commands.Back(unit), by_phases=unit == "phase")

    def action_scrub(self, direction: int) -> None:
        """Go a hundredth of the branch back or forward, at least an epoch."""
        time = self._shown.snapshot.time
        stride = max(1, time.tip_epoch // _SCRUB)
        self.seek(self._asked.epoch.now(self._shown.snapshot.epoch) + direction * stride)

    def action_seek_start(self) -> None:
        """Go to the start of the run."""
        self.seek(0)

    def action_seek_tip(self) -> None:
        """Go to the furthest epoch that has been."""
        self.seek(self._shown.snapshot.time.tip_epoch)

    def action_undo(self) -> None:
        """Take the last edit back."""
        self._runner.send(commands.Undo())

    def action_swap_branch(self) -> None:
        """Go to the next branch."""
        self._runner.send(commands.SwapBranch())

    def seek(self, epoch: int) -> None:
        """Pause, and go to the start of an epoch, as far as the branch has been."""
        aim = max(0, min(epoch, self._shown.snapshot.time.tip_epoch))
        self._pause_and(commands.Seek(self._asked.epoch.ask(aim)), by_phases=False)

    def _pause_and(self, command: Command, *, by_phases: bool) -> None:
        self.has_led = True
        self._asked.running.ask(False)
        self._asked.by_phases = by_phases
        self._runner.send(command)


_ADVISED: Final[Mapping[Action, str]] = {
    "help": "help",
    "pause or resume": "toggle_running",
    "step one epoch": "step('epoch')",
    "scrub forward": "scrub(1)",
    "to the start": "seek_start",
    "to the end": "seek_tip",
    "microscope": "microscope",
    "reinitialize": "reinitialize_new",
    "fork": "find_rate(False)",
}
"""What messages may advise, and the action of the dashboard or the application that does it."""
MAIN_BINDINGS: Final = (*DASHBOARD_BINDINGS, *APP_BINDINGS)
SHORT: Final = {"del": "delete", "ins": "insert", "bksp": "backspace"}
"""Names of keys as the footer has them, and in full."""


@dataclass(frozen=True)
class Keymap:
    """Which actions have other keys."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """By the ids of bindings, the keys in Textual's words."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By the same, what the keys are called."""

    def applied(self, bindings: Iterable[Binding]) -> tuple[Binding, ...]:
        """The bindings with the keys that they have now."""
        return tuple(map(self._applied, bindings))

    def _applied(self, binding: Binding) -> Binding:
        if binding.id is None or binding.id not in self.keys:
            return binding
        return binding.with_key(self.keys[binding.id], self.names[binding.id])

    def name(self, action: str, bindings: Iterable[Binding] = MAIN_BINDINGS) -> str:
        """What the key of an action is called in a sentence.

        Parameters
        ----------
        action
            As its binding has it.
        bindings
            Among which it is.
        """
        binding = next(one for one in bindings if one.action == action)
        usual = binding.key_display or binding.key
        return self.names.get(binding.id or "", SHORT.get(usual, usual))

    @cached_property
    def advised(self) -> Mapping[Action, str]:
        """What the keys are called that do what messages advise."""
        return {advice: self.name(action) for advice, action in _ADVISED.items()}

    def told(self, message: str) -> str:
        """A message from outside the screen, with the keys in it."""
        return with_keys(message, self.advised)


UNCHANGED: Final = Keymap()
"""All keys as they are from the start."""


class HasKeymap:
    """An application whose keys can be others."""

    keymap: Keymap = UNCHANGED


def keymap_of(app: object) -> Keymap:
    """The keys of an application."""
    return app.keymap if isinstance(app, HasKeymap) else UNCHANGED
