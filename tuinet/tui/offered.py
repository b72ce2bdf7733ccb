"""Which keys are offered: those that do something in the present state, in words that are true in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from tuinet.observe.snapshot import Frame

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page
    from tuinet.observe.classroom import Classroom

EDITING: Final = frozenset(
    {
        *("reinitialize_new", "reinitialize_same", "next_activation", "previous_activation"),
        *("shift_learning_rate", "shift_optimizer", "shift_neurons", "add_layer", "remove_layer"),
        *("shift_dataset", "shift_batch_size", "undo", "swap_branch"),
        *("nudge", "type_value", "start_editing"),
        *("add_point", "turn_brush", "remove_point", "clear_points"),
        *("shift", "adjust", "reset", "delete", "insert_layer", "take_layer", "use", "take", "go"),
    }
)
"""What changes the run."""

CHANGING: Final = EDITING | {
    *("check_gradients", "find_rate", "share", "save_run", "sweep", "next_count"),
    *("edit_weights", "ask", "shift_finely", "type_input"),
}
"""What changes the run, or needs one that could go on: a recording has none."""

PLAYING: Final = frozenset({"toggle_running", "step", "back", "scrub", "seek_start", "seek_tip", "faster", "slower"})
"""What goes to another moment of the run, or says how it gets there."""

TEACHING: Final = frozenset({"class", "point"})
"""What only a teacher does in a class."""

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
    useless = _useless(frame) if isinstance(frame, Frame) else frozenset[str]()
    return [one for one in bindings if name_of(one) not in useless]


def is_theirs(frame: Frame) -> bool:
    """Whether the run that is shown is that of a teacher who is followed: it can be looked at only."""
    return frame.classroom is not None and frame.classroom.is_theirs


def reason_against(name: str, frame: Frame, fork_key: str) -> str:
    """Why what has this name cannot be done to a teacher's run, and what can; empty where it can be done.

    Parameters
    ----------
    fork_key
        What the key is called that makes a copy.
    """
    classroom = frame.classroom
    if classroom is None or not classroom.is_theirs or name not in EDITING | PLAYING | {"lesson"}:
        return ""
    if not classroom.may_fork:
        return f"you follow {classroom.teacher}'s run, which is not here yet"
    if name == "lesson":
        return f"a lesson needs a run of your own: {fork_key} makes a copy, where it can be opened"
    return f"you follow {classroom.teacher}'s run: {fork_key} makes a copy of your own"


def _useless(frame: Frame) -> frozenset[str]:
    if frame.moment is not None:
        return CHANGING
    if is_theirs(frame):
        return EDITING | PLAYING | TEACHING | {"lesson"}
    is_copy = frame.classroom is not None and frame.classroom.attendance == "forked"
    return TEACHING if is_copy else frozenset()


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
    shown = [_renamed(binding, word) for binding, word in words if word]
    return sorted(shown, key=lambda binding: binding.description not in _FIRST)


def _renamed(binding: Binding, word: str) -> Binding:
    if word == binding.description:
        return binding
    return replace(binding, description=word, show=binding.show or word in _FIRST)


def _word(binding: Binding, frame: object, page: Page | None) -> str:
    """What a key does now; empty where that is nothing."""
    name, word = name_of(binding), binding.description
    if binding.action == FORKS and isinstance(frame, Frame) and frame.classroom is not None:
        return _fork_word(frame.classroom, word)
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
        # Whoever follows can neither pause nor step.
        "exercise": is_theirs(frame) and (frame.running or snapshot.phase is None),
    }
    if idle.get(name):
        return ""
    return "go on" if name == "toggle_running" and not frame.running else word


def _fork_word(classroom: Classroom, elsewhere: str) -> str:
    """What the key does that makes a copy and leads back; empty where there is nothing to copy, or nobody there."""
    if classroom.attendance == "teaching":
        return elsewhere
    return FORK if classroom.may_fork else BACK if classroom.may_rejoin else ""


def _choices(page: Page) -> int:
    return len(page.step.prediction.choices) if page.step.prediction else 0
