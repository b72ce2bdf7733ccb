"""Which keys are offered: those that do something in the present state, in words that are true in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from tuinet.observe.snapshot import Frame

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page

CHANGING: Final = frozenset(
    {
        *("reinitialize_new", "reinitialize_same", "next_activation", "previous_activation"),
        *("shift_learning_rate", "shift_optimizer", "shift_neurons", "add_layer", "remove_layer"),
        *("shift_dataset", "shift_batch_size", "undo", "swap_branch"),
        *("edit_weights", "nudge", "type_value", "start_editing"),
        *("add_point", "turn_brush", "remove_point", "clear_points"),
        *("shift", "adjust", "reset", "delete", "insert_layer", "take_layer"),
        *("check_gradients", "find_rate", "share", "save_run", "use", "take", "sweep", "next_count", "go", "ask"),
    }
)
"""What changes the run, or needs one that could go on: a recording has none."""

PLAYING: Final = frozenset({"toggle_running", "step", "back", "scrub", "seek_start", "seek_tip", "faster", "slower"})
"""What goes to another moment of the run, or says how it gets there."""

ANSWER: Final = "answer"
"""What digits do while a lesson asks."""
FORK: Final = "fork"
"""What a follower's key does: make a copy of one's own."""
BACK: Final = "back to class"
FORKS: Final = "find_rate(False)"
"""The action that does so in a class; elsewhere it looks for a rate."""
_FIRST: Final = (ANSWER, FORK, BACK)
"""What comes before all else."""


def name_of(binding: Binding) -> str:
    """The name of what a key does, without where that is done and with what."""
    return binding.action.partition("(")[0].rpartition(".")[2]


def usable(bindings: Iterable[Binding], frame: object) -> list[Binding]:
    """Those that can do something: of a recording none that change it; of a teacher's run none that play it either."""
    if not isinstance(frame, Frame):
        return list(bindings)
    is_theirs = frame.classroom is not None and frame.classroom.attendance in ("following", "joining", "waiting")
    useless = CHANGING | PLAYING if is_theirs else CHANGING if frame.moment is not None else frozenset[str]()
    return [one for one in bindings if name_of(one) not in useless or (is_theirs and one.action == FORKS)]


def offered(bindings: Iterable[Binding], frame: object, page: Page | None = None) -> list[Binding]:
    """The keys that the footer shows.

    Parameters
    ----------
    bindings
        A key of an earlier one does nothing else in a later one.
    frame
        What is shown; a `Frame` where it is a run.
    page
        The step of the lesson that is on; ``None`` where none is.
    """
    first: dict[str, Binding] = {}
    for binding in usable(bindings, frame):
        first.setdefault(binding.key, binding)
    words = ((binding, _word(binding, frame, page)) for binding in first.values())
    shown = [replace(binding, description=word, show=binding.show or word in _FIRST) for binding, word in words if word]
    return sorted(shown, key=lambda binding: binding.description not in _FIRST)


def _word(binding: Binding, frame: object, page: Page | None) -> str:
    """What a key does now; empty where that is nothing."""
    name, word = name_of(binding), binding.description
    if binding.action == FORKS and isinstance(frame, Frame) and frame.classroom is not None:
        return {"teaching": word, "forked": BACK}.get(frame.classroom.attendance, FORK)
    if page is not None and name == "zoom" and page.asks:
        return ANSWER if int(binding.action[5:-1]) < _choices(page) else ""
    if page is not None and name == "lesson_next" and page.is_last:
        return "next lesson" if page.leads_to else ""
    if not isinstance(frame, Frame):
        return word
    snapshot = frame.snapshot
    idle = {
        "undo": not snapshot.time.edits,
        "swap_branch": len(snapshot.time.branches) < 2,
        "scrub": not snapshot.time.tip_epoch,
        "next_activation": not snapshot.experiment.hidden,
        "previous_activation": not snapshot.experiment.hidden,
    }
    if idle.get(name):
        return ""
    return "go on" if name == "toggle_running" and not frame.running else word


def _choices(page: Page) -> int:
    return len(page.step.prediction.choices) if page.step.prediction else 0
