"""What is asked: kept with the run, taken from samples, and asked again of other data; and the keys of both kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual.binding import Binding

from tuinet.observe.answer import first_question, sample_question
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Question
from tuinet.tui.draw.answers import output_text, value_text
from tuinet.tui.draw.cells import bar
from tuinet.tui.draw.legends import level_piece
from tuinet.tui.draw.short_names import short_name
from tuinet.tui.draw.text import count, first_fitting
from tuinet.tui.key_groups import LEAVE_BINDING, alias, listed
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import KeyRefused, KeysChanged
from tuinet.tui.panels.ask.canvas import CURSOR
from tuinet.tui.panels.ask.rows import LEFT, NOW, PREDICTED, RIGHT
from tuinet.tui.panels.base import CORNER, CellPanel, Entry, Label
from tuinet.tui.style.theme import LEVELS, Theme

VALUES: Final = Binding.Group("ask: values")
_SAMPLE: Final = "its values, and what the network answers to them"
SAMPLE_KEYS: Final = (
    listed("v", "take_sample(1)", "sample", f"Next training sample: {_SAMPLE}", VALUES),
    listed("V", "take_sample(-1)", "sample", f"Training sample before: {_SAMPLE}", VALUES),
)
VALUE_KEYS: Final = (
    listed("left", "move(0, -1)", "change", "Smaller: the round number below, or the category before", VALUES, LEFT),
    listed("right", "move(0, 1)", "change", "Larger: the round number above, or the next category", VALUES, RIGHT),
    listed("up", "move(-1, 0)", "row", "Input above: choose it", VALUES, "▴"),
    listed("down", "move(1, 0)", "row", "Input below: choose it", VALUES, "▾"),
    listed("left_square_bracket", "shift_finely(-1)", "finely", "Smaller by a tenth: of a usual step", VALUES, "["),
    listed("right_square_bracket", "shift_finely(1)", "finely", "Larger by a tenth: of a usual step", VALUES, "]"),
    listed("enter", "type_input", "type", "Type a value: digits begin to type one, too", VALUES),
    *SAMPLE_KEYS,
    alias("home", "move(-1000000, 0)"),
    alias("end", "move(1000000, 0)"),
    alias("pageup", "page(-1)"),
    alias("pagedown", "page(1)"),
    LEAVE_BINDING,
)
"""Where each column of the data is a row."""
DRAWING: Final = Binding.Group("ask: a drawn picture")
DRAWING_KEYS: Final = (
    listed("left", "move(0, -1)", "pixel", "Pixel left of it: or draw with the left mouse button", DRAWING, LEFT),
    listed("right", "move(0, 1)", "pixel", "Pixel right of it: or draw with the left mouse button", DRAWING, RIGHT),
    listed("up", "move(-1, 0)", "pixel", "Pixel above: or draw with the left mouse button", DRAWING, "▴"),
    listed("down", "move(1, 0)", "pixel", "Pixel below: or draw with the left mouse button", DRAWING, "▾"),
    listed("space", "paint", "draw", "Draw or erase: as the last digit says; 0 erases, and the right button", DRAWING),
    Binding("9", "use_strength(9)", "strength", key_display="0-9"),
    listed("c", "clear", "clear", "Clear: an empty picture", DRAWING),
    *SAMPLE_KEYS,
    LEAVE_BINDING,
)
"""Where the inputs are the pixels of a picture."""
TYPING_KEYS: Final = (
    Binding("enter", "", "set", key_display="enter"),
    Binding("escape", "", "as before", key_display="esc"),
)
"""What the footer says while a number is typed."""
_CLASS_LIMIT: Final = 16


class QuestionPanel(CellPanel):
    """Has a question at all times, which is one that can be asked of the data."""

    HEADING = "ask the network"
    MANUAL = "24-ask.md"
    UNSEEN = {"question": None}

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._question: Question = ()
        self._asked_of: tuple[int, tuple[str, ...]] | None = None
        """The run, and the features that it was asked about."""
        self._sample = 0
        """The training sample that was taken last."""

    @property
    def question(self) -> Question:
        """What is asked now; empty before anything was shown."""
        return self._question

    def ask(self, question: Question) -> None:
        """Ask something that was chosen elsewhere."""
        if self.frame is not None:
            self._settle(self.frame)
        self._ask(question)

    def begin_anew(self) -> None:
        """Forget what was chosen among other data."""

    def _ask(self, question: Question) -> None:
        self._question = question
        self.announce()
        self.update_cells()

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The answer to the present question."""
        self._settle(frame)
        return {"question": self._question}

    def _settle(self, frame: Frame) -> None:
        """Have a question that can be asked of these data: that which is kept with the run, or the first sample."""
        dataset = frame.snapshot.dataset
        asked_of = (frame.run, dataset.feature_names)
        if asked_of == self._asked_of:
            return
        is_other_run = self._asked_of is None or self._asked_of[0] != frame.run
        self._asked_of = asked_of
        self.begin_anew()
        kept = frame.snapshot.question if is_other_run else None
        is_usable = kept is not None and len(kept) == dataset.X.shape[1]
        self._question = kept if kept is not None and is_usable else first_question(dataset)
        self.post_message(KeysChanged())

    def action_take_sample(self, by: int) -> None:
        """Ask about the next training sample, or the one before."""
        dataset = self.snapshot.dataset
        if not len(dataset.X):
            self.post_message(KeyRefused("there are no training samples"))
            return
        present = self._present_sample(self.snapshot)
        self._sample = (self._sample if present is None and by > 0 else self._sample + by) % len(dataset.X)
        self._ask(sample_question(dataset, self._sample))

    def _present_sample(self, snapshot: Snapshot) -> int | None:
        """The training sample taken last, as long as nothing of it was changed."""
        dataset, number = snapshot.dataset, self._sample
        is_there = number < len(dataset.X) and len(self._question) == dataset.X.shape[1]
        return number if is_there and sample_question(dataset, number) == self._question else None

    def title(self, frame: Frame, theme: Theme) -> Label:
        """Which sample it is, as long as it is one."""
        snapshot, number = frame.snapshot, self._present_sample(frame.snapshot)
        if number is None:
            return self.HEADING
        of = f"training sample {count(number + 1)} of {count(len(snapshot.dataset.X))}"
        texts = (f"{self.HEADING} · {of}{_told(snapshot, number)}", f"{self.HEADING} · {of}", self.HEADING)
        return first_fitting(texts, self.edge - CORNER)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        axis, text = theme.inks.axis, theme.inks.text
        yield (
            [(f"{LEFT} 5.1 {RIGHT}", theme.inks.chosen)],
            "The value that is chosen, in the unit of the data. What is asked is answered at once, while it trains, "
            "too, and comes back with the run when it is resumed.",
        )
        line, track = bar(0.4, 8)
        yield (
            [(line, theme.inks.curve), (track, theme.inks.border)],
            "Where a value lies between the lowest and the highest of all samples; a click sets it.",
        )
        yield [("7.5 ━━━━━━━━", theme.inks.warning)], "A value beyond all samples: the answer there is a guess."
        share = output_text(snapshot, 0.974)
        yield (
            [(f"{PREDICTED} ", theme.inks.key), (share, theme.inks.key)],
            "Classes: the one with the largest output, with its share. Labels: each one above one half. "
            "Numbers: the output in the unit of the target, and its place among the targets.",
        )
        yield (
            [("layer 1", axis), (" +0.93", text)],
            "The activations of a hidden layer, unit by unit in their order; many of them as colours, "
            "which go through the range of the activation.",
        )
        yield (
            [*(level_piece(theme.levels, level) for level in range(0, LEVELS, 4)), (NOW, theme.inks.chosen)],
            "The answer if this value alone were changed, from the lowest to the highest of all samples, in colours of "
            "the map; the mark is where it is now. Where the colour changes, so does the answer.",
        )
        yield [(CURSOR, theme.inks.chosen)], "Pictures: the pixel under the cursor. A dot is softer beside its middle."


def _told(snapshot: Snapshot, number: int) -> str:
    """What a training sample is."""
    dataset = snapshot.dataset
    if dataset.task == "labels":
        return ""
    target = dataset.y[number]
    if not dataset.class_names:
        return f" · {', '.join(map(value_text, target.tolist()))}"
    index = int(target.argmax()) if dataset.task == "classes" else int(target[0])
    return f" · {short_name(dataset.class_names, index, _CLASS_LIMIT)}"
