"""The status: what is trained, how it stands, and what a teacher would say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from textual.reactive import reactive
from textual.strip import Strip

from tuinet.experiment.defaults import loss_word
from tuinet.experiment.fields import describe, describe_training
from tuinet.observe.snapshot import Frame, Snapshot, is_mid_step
from tuinet.terminal_text import shown_name
from tuinet.tui.draw.message import MESSAGE_ROWS, SEPARATOR, Message, rows_below, separated, with_separators, wrapped
from tuinet.tui.draw.text import Piece, accuracy_text, count, loss_text, percent, r2_text, row, two_digits, width_of
from tuinet.tui.keys import UNCHANGED, Keymap, keymap_of
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.pointing import pointer_words
from tuinet.tui.remarks import first_remark, remarks_of, verdicts_of
from tuinet.tui.style.theme import Theme

RUNNING: Final = "▸"
PAUSED: Final = "■"
_LONGEST_SIZES: Final = 40
_REACHED: Final = 0.9
"""From such a share on of the speed asked for, it is reached."""
_HOW_IT_GOES: Final = (
    "Whether it is learning: the median loss of the last epochs against that of as many before, and what would help."
)

_METRICS: Final = (3, 4, 5)
"""The parts of how it stands that are about how good the network is."""

Part = tuple[int, list[Piece]]
"""How soon it is left out where there is no room (the largest first), and what it says."""


class StatusPanel(CellPanel):
    """One row for what is trained, one for how it stands, more when there is much to say.

    Parameters
    ----------
    by_phases
        Whether the last phase is named between two steps, too.
    judges
        Whether it says if the run is learning, be there anything to point out or not, and names the keys that change
        the learning rate.
    withholds
        Whether loss and accuracy would answer what a lesson asks.
    """

    HEADING = "status"
    by_phases: reactive[bool] = reactive(False, repaint=False)
    status_note: reactive[str] = reactive("", repaint=False)
    """A note that is not part of the frame, and stays."""
    notice: reactive[str] = reactive("", repaint=False)
    """Why the last key did nothing, or what else is said for some seconds."""
    is_over: reactive[bool] = reactive(False, repaint=False)
    """Whether what the last command had to say has been said long enough."""
    withholds: reactive[bool] = reactive(False, repaint=False)
    judges: reactive[bool] = reactive(False, repaint=False)

    def __init__(
        self,
        *,
        by_phases: bool = False,
        judges: bool = False,
        withholds: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.set_reactive(StatusPanel.judges, judges)
        self.set_reactive(StatusPanel.by_phases, by_phases)
        self.set_reactive(StatusPanel.withholds, withholds)

    watch_by_phases = watch_status_note = watch_notice = watch_is_over = watch_withholds = watch_judges = (
        CellPanel.update_cells
    )

    def rows(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """As much of what there is to say as has room; how it stands is always there."""
        blank, lines = theme.inks.blank, self._lines(frame, theme, width)
        # What would help is said in full, whatever else is.
        head = lines.head[: max(height - 1 - len(lines.below), min(height - 1, 1), 0)]
        if head and len(head) < len(lines.head):
            head[-1] = [*head[-1], (" …", head[-1][-1][1])]
        shown = [*head, lines.state, *lines.below][:height]
        return [row(line, width, blank) for line in [*shown, *[[]] * (height - len(shown))]]

    def rows_for_answer(self, width: int) -> int:
        """Rows beside the one for how it stands that an answer needs."""
        if self.frame is None or self.theme is None:
            return 0
        lines = self._lines(self.frame, self.theme, width)
        return len(lines.head) if lines.is_answered else 0

    def _lines(self, frame: Frame, theme: Theme, width: int) -> StatusLines:
        keymap = keymap_of(self.app)
        return status_lines(
            frame,
            theme,
            width,
            self.by_phases,
            self.status_note,
            self.notice,
            keymap,
            is_over=self.is_over,
            withholds=self.withholds,
            judges=self.judges,
        )

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, curve, warm, accent = theme.inks.axis, theme.inks.curve, theme.inks.warning, theme.inks.accent
        yield [("2-2-1", theme.inks.text)], "Sizes of the layers: inputs, hidden layers, outputs."
        yield [("learning rate", dim)], "Factor between a gradient and the change it makes to a weight."
        yield [("seed", dim)], "Number from which the random initial weights are made: the same seed, the same run."
        yield [(RUNNING, curve)], "Training: epochs per second; and what was asked for, where that is not reached."
        yield [("learning", theme.inks.text)], _HOW_IT_GOES
        yield [(PAUSED, warm)], "Paused; the epochs per second that are set, unless it runs as fast as it can."
        yield (
            [("replay", accent)],
            "A recording: nothing is trained. A moment is a recorded update; between two, the one before is shown.",
        )
        yield [("epoch", dim)], "Complete passes over the training samples; in the past, of how many there have been."
        yield [("batch", dim)], "Complete batches of the epoch; while a step is under way, the one that it is made on."
        yield (
            [("backward", accent)],
            "The last phase done of a step: batch, forward, loss, backward, regularize, clip, update.",
        )
        yield (
            [("accuracy", dim)],
            "Training samples on the right side of the decision, of all; of labels, all right.",
        )
        yield [("per label", dim)], "Share of single answers, a label of a sample each, that are right."
        yield (
            [("997/1,000 of 50,000", theme.inks.text)],
            "Of a set that is too large for every frame a part is evaluated, drawn once at random: here 1,000 samples.",
        )
        yield (
            [("in this colour", warm)],
            f"Something a teacher would point out; {keymap.name('toggle_hints')} hides it.",
        )
        yield [("hints off", dim)], f"Nothing is pointed out, until {keymap.name('toggle_hints')} is pressed."
        yield (
            [("pending", accent)],
            "What takes effect at the end of the step, which may take a while in a large network.",
        )


class StatusLines(NamedTuple):
    """The rows of the status in their parts."""

    head: list[list[Piece]]
    """What is trained; or for some seconds, where there is no room beside it, the answer to a key."""
    state: list[Piece]
    """How it stands."""
    below: list[list[Piece]]
    is_answered: bool
    """Whether the answer to a key is in the head."""

    @property
    def rows(self) -> list[list[Piece]]:
        """All of them, one below the other."""
        return [*self.head, self.state, *self.below]


def status_lines(
    frame: Frame,
    theme: Theme,
    width: int,
    by_phases: bool = False,
    status_note: str = "",
    notice: str = "",
    keymap: Keymap = UNCHANGED,
    *,
    is_over: bool = False,
    withholds: bool = False,
    judges: bool = False,
) -> StatusLines:
    """What is trained; how it stands, with what there is to say beside it where there is room.

    Findings have rows below where there is none, and what would help is never cut. An answer takes the place of what is
    trained, so that no panel moves when it comes, and none when it leaves.

    Parameters
    ----------
    keymap
        Names the keys in a sentence as they are now.
    is_over
        Whether what the last command had to say is said no longer.
    withholds
        Whether loss and accuracy are left out.
    judges
        Whether it is said if the run is learning, unless remarks are held back.
    """
    room, about = max(width - 2, 1), SEPARATOR.join(_about_file(frame.snapshot))
    told = wrapped([(about, theme.inks.text)], room, MESSAGE_ROWS) if about else []
    answer = [(words, theme.inks.strong) for words in _answers(frame, notice, keymap, is_over=is_over)]
    message = _message(frame, theme, status_note, keymap, is_over=is_over, judges=judges)
    states = [state for state in _states(frame, theme, by_phases, withholds=withholds) if _fits(state, room, theme)]
    states = states or [_states(frame, theme, by_phases, withholds=withholds)[-1]]
    # What a file was taken for is said once: a notice must not push it off.
    state, below = _placed(states, message, room, theme, 1 if about else MESSAGE_ROWS)
    state, left = _beside(state, separated(answer, theme), room, theme)
    keys = _keys_of_rate(keymap) if judges and not frame.moment else ""
    head = wrapped(left, room, MESSAGE_ROWS) if left else [_line(_head_parts(frame, theme, keys, room), room, theme)]
    return StatusLines(head, _line(state, room, theme), [*below, *told], is_answered=bool(left))


def _states(frame: Frame, theme: Theme, by_phases: bool, *, withholds: bool) -> list[list[Part]]:
    """How it stands in all words, in fewer, and in the fewest."""
    full, short = (_state_parts(frame, theme, by_phases, is_short=is_short) for is_short in (False, True))
    pace = (0, _pace_pieces(frame, theme, is_short=True))
    states = [full, short, [pace, *short[1:]]]
    return [_without_metrics(state) for state in states] if withholds else states


def _placed(
    states: Sequence[list[Part]], message: Message, room: int, theme: Theme, rows: int
) -> tuple[list[Part], list[list[Piece]]]:
    """The longest form of the message that has room beside a state; else the first state, and rows below it."""
    for pieces in message.whole:
        for state in states:
            joined, left = _beside(state, separated(pieces, theme), room, theme)
            if not left:
                return joined, []
    return states[0], rows_below(message, room, theme, rows)


def _beside(state: list[Part], message: list[Piece], room: int, theme: Theme) -> tuple[list[Part], list[Piece]]:
    """The state with the message, where there is room for it; else the state alone, and the message."""
    joined: list[Part] = [*state, (0, message)]
    return (joined, []) if message and _fits(joined, room, theme) else (state, message)


def _fits(parts: Sequence[Part], room: int, theme: Theme) -> bool:
    return width_of(_joined(parts, theme)) <= room


def _keys_of_rate(keymap: Keymap) -> str:
    smaller, larger = map(keymap.name, ("shift_learning_rate(-1)", "shift_learning_rate(1)"))
    return f"keys {smaller} and {larger} change it"


def _head_parts(frame: Frame, theme: Theme, keys: str, room: int) -> list[Part]:
    """What is pointed at in a class, and as much of what is trained as there is room for beside it."""
    pointed, parts = pointer_words(frame, room), _experiment_parts(frame, theme, keys)
    return [(0, [(pointed, theme.inks.key)]), *((rank + 1, pieces) for rank, pieces in parts)] if pointed else parts


def _experiment_parts(frame: Frame, theme: Theme, keys: str) -> list[Part]:
    """Data, network and how it is trained; where there is room, with the keys of the learning rate."""
    named: list[Part] = [(7, [(keys, theme.inks.axis)])] if keys else []
    experiment, text, dim = frame.snapshot.experiment, theme.inks.text, theme.inks.axis
    activations = experiment.hidden_activations
    activations = activations[:1] if len(set(activations)) == 1 else activations
    return [
        (0, [(shown_name(experiment.dataset), theme.inks.strong)]),
        (1, [(_sizes(frame.snapshot.layer_sizes), text)]),
        (3, [("/".join(activations) or "no hidden layer", text)]),
        (6, [(frame.snapshot.loss_title, text)]),
        (5, [(experiment.optimizer, text)]),
        (2, [("learning rate ", dim), (f"{frame.snapshot.learning_rate:.4g}", text)]),
        *named,
        (4, [("seed ", dim), (str(experiment.seed), text)]),
    ]


def _state_parts(frame: Frame, theme: Theme, by_phases: bool, *, is_short: bool = False) -> list[Part]:
    """Running or paused, and how far it has come."""
    snapshot, text, dim = frame.snapshot, theme.inks.text, theme.inks.axis
    metrics = snapshot.metrics
    accuracy = accuracy_text(metrics, is_short=is_short)
    past = [(" of ", dim), (count(snapshot.time.tip_epoch), text)] if snapshot.time.is_past else []
    moment = [(6, [("moment ", dim), ("/".join(map(count, frame.moment)), text)])] if frame.moment else []
    quality = [("accuracy ", dim), (accuracy, text)] if accuracy else []
    labels = [] if metrics.label_accuracy is None else [("per label ", dim), (percent(metrics.label_accuracy), text)]
    if snapshot.divergence:
        # What is right now is so by chance.
        quality = []
    elif metrics.r2 is not None:
        quality = [("R² ", dim), (r2_text(metrics.r2), text)]
    return [
        (0, _pace_pieces(frame, theme)),
        (
            1,
            [
                ("epoch ", dim),
                (count(snapshot.epoch), text),
                *past,
                *_step_pieces(frame, theme, by_phases, is_short=is_short),
            ],
        ),
        *moment,
        (3, [(f"{loss_word(snapshot.experiment)} ", dim), (loss_text(metrics.loss), text)]),
        *([(4, quality)] if quality else []),
        *([(5, labels)] if labels else []),
        *([(6, [("hints off", dim)])] if snapshot.withheld == "user" else []),
    ]


def _without_metrics(parts: Sequence[Part]) -> list[Part]:
    """What says nothing of how good the network is."""
    return [part for part in parts if part[0] not in _METRICS]


def _step_pieces(frame: Frame, theme: Theme, by_phases: bool, *, is_short: bool) -> list[Piece]:
    """`` · batch 3/25 · backward, layer 2``: complete batches, or the one under way and its last phase.

    In short nothing between two epochs, nor where batches go by too fast to be read.
    """
    snapshot = frame.snapshot
    mid_step, is_fast = is_mid_step(snapshot), frame.running and frame.rate > 1
    number, batches = snapshot.batch + mid_step, snapshot.batches_per_epoch
    shown = (number and not is_fast) if is_short else number or batches > 1
    batch = [(" batch ", theme.inks.axis), (f"{number}/{batches}", theme.inks.text)] if shown else []
    if snapshot.phase is None or not (mid_step or by_phases):
        return batch
    return [*batch, (SEPARATOR, theme.inks.border), (str(snapshot.phase), theme.inks.accent)]


def _pace_pieces(frame: Frame, theme: Theme, *, is_short: bool = False) -> list[Piece]:
    """``▸ 98 epochs/s``, and what was asked for where that is more; paused, the speed that is set, if any.

    In short ``▸ 98/s`` or ``■ paused``.
    """
    replay = [("replay ", theme.inks.accent)] if frame.moment else []
    asked = f"{frame.speed or 0:,.6g} epochs/s"
    if frame.running:
        if not frame.rate:
            return [*replay, (f"{RUNNING} ", theme.inks.curve), ("training", theme.inks.text)]
        measured = count(two_digits(frame.rate)) if frame.rate >= 1 else f"{frame.rate:.1f}"
        is_slower = frame.speed is not None and frame.rate < _REACHED * frame.speed
        unit = "/s" if is_short else f" epochs/s ({frame.speed:,.6g} asked for)" if is_slower else " epochs/s"
        return [*replay, (f"{RUNNING} ", theme.inks.curve), (measured, theme.inks.text), (unit, theme.inks.axis)]
    dot, word = (SEPARATOR, theme.inks.border), ("speed ", theme.inks.axis)
    speed = [] if is_short or frame.speed is None else [dot, word, (asked, theme.inks.text)]
    return [*replay, (f"{PAUSED} paused", theme.inks.warning), *speed]


def _sizes(sizes: Sequence[int]) -> str:
    """``2-2-1``; of very many layers the first and the last, so that there is room for what else there is to say."""
    text = "-".join(map(str, sizes))
    return text if len(text) <= _LONGEST_SIZES else f"{sizes[0]}-{sizes[1]}-…-{sizes[-2]}-{sizes[-1]}"


def _answers(frame: Frame, notice: str, keymap: Keymap, *, is_over: bool) -> list[str]:
    """Why the last key did nothing, or what is said for some seconds."""
    refusal = "" if is_over else frame.refusal
    return [keymap.told(words) for words in (notice or refusal,) if words]


def _message(frame: Frame, theme: Theme, status_note: str, keymap: Keymap, *, is_over: bool, judges: bool) -> Message:
    """What stays as long as it is true; and what has changed the data, beside what they are now."""
    way, notice = f"{frame.way}; esc stops here" if frame.way else "", "" if is_over else frame.notice
    said = [(keymap.told(frame.warning), theme.inks.warning)] if frame.warning else []
    said += [(words, theme.inks.text) for words in (way, notice, keymap.told(status_note)) if words]
    said += [(f"pending: {edit}", theme.inks.accent) for edit in frame.snapshot.pending]
    snapshot, style = frame.snapshot, theme.inks.warning if frame.snapshot.findings else theme.inks.text
    judges = judges and not snapshot.withheld
    follows = frame.classroom is not None and frame.classroom.attendance == "following"
    can_start = not (frame.running or frame.moment or follows)
    forms = verdicts_of(snapshot, keymap, can_start=can_start) if judges else first_remark(snapshot, keymap)
    others = [(words, theme.inks.warning) for words in remarks_of(snapshot, keymap)[1:]]
    is_terse = not snapshot.findings or snapshot.findings[0].kind == "slow"
    return Message(said, [(words, style) for words in forms], others, is_terse=is_terse)


def _about_file(snapshot: Snapshot) -> list[str]:
    """At the start what was made of a file: its columns, their roles, what was guessed, and how it is trained."""
    dataset = snapshot.dataset
    is_start = snapshot.epoch == 0 and not snapshot.batch and snapshot.phase is None
    if not is_start or not dataset.columns:
        return []
    return [describe(dataset), *dataset.notes, describe_training(snapshot.experiment, dataset)]


def _line(parts: Sequence[Part], room: int, theme: Theme) -> list[Piece]:
    """As many of the parts as fit, in their order."""
    kept = list(parts)
    while len(kept) > 1 and width_of(_joined(kept, theme)) > room:
        kept.remove(max(kept, key=lambda part: part[0]))
    if width_of(_joined(kept, theme)) > room:
        kept[0] = (0, kept[0][1][:1])
    return [(" ", theme.inks.blank), *_joined(kept, theme)]


def _joined(parts: Sequence[Part], theme: Theme) -> list[Piece]:
    return with_separators([pieces for _, pieces in parts], theme)
