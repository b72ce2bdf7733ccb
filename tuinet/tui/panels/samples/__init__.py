"""Samples one by one, pictures as pictures; the first layer's weights; what a unit responds to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from textual.binding import Binding
from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.classroom import Pointer
from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.legends import ramp_pieces
from tuinet.tui.draw.pixels import PictureCanvas, PixelPicture
from tuinet.tui.draw.text import Piece, count, filled_up, first_fitting, row, width_of
from tuinet.tui.draw.tiles import ARROW, RIGHT, WRONG, tiling
from tuinet.tui.key_groups import LEAVE_BINDING, alias, listed
from tuinet.tui.keys import Keymap, keymap_of
from tuinet.tui.messages import QuestionAsked, UnitChosen
from tuinet.tui.panels.base import CORNER, CellPanel, Entry
from tuinet.tui.panels.samples.browsing import NOTHING, Browsing, Window, fields_of, number_at, rows_of, window_of
from tuinet.tui.panels.samples.view import LARGEST, SMALLEST, neuron_name
from tuinet.tui.pointing import POINTED, pointed_sample
from tuinet.tui.style.theme import Theme


def panel_title(snapshot: Snapshot, browsing: Browsing, room: int, pointed: int | None = None) -> str:
    """The mode, and what of it is shown, in so many cells."""
    name = choose_set(snapshot.dataset, browsing.on_test).name
    short = name.removesuffix(" set")
    if browsing.mode == "weights":
        return first_fitting(("weights of layer 1, a picture a unit", "weights of layer 1", "weights"), room)
    if browsing.mode == "responses":
        said, layer = f"responses of {neuron_name(snapshot, browsing.unit)}", browsing.unit[0]
        return first_fitting((f"{said}, layer {layer} · {name}", f"{said}, layer {layer}", said, "responses"), room)
    if browsing.is_open:
        is_pointed = browsing.number == pointed and not choose_set(snapshot.dataset, browsing.on_test).is_test
        sign = POINTED if pointed is not None and is_pointed else ""
        number = "" if browsing.number is None else f" {sign}{count(browsing.number + 1)}"
        total = count(len(choose_set(snapshot.dataset, browsing.on_test).X))
        return first_fitting((f"sample{number} of {total} · {name}", f"sample{number} · {short}", "sample"), room)
    if not browsing.wrong_first:
        return first_fitting((f"samples · {name}", f"samples · {short}", "samples"), room)
    order = "largest errors first" if snapshot.dataset.task == "regression" else "wrong first"
    texts = (f"samples · {name}, {order}", f"samples · {short}, {order}", f"samples, {order}", "samples")
    return first_fitting(texts, room)


def panel_legend(snapshot: Snapshot, browsing: Browsing, window: Window, theme: Theme, room: int) -> list[Piece]:
    """How many there are, and what the signs are, in so many cells."""
    axis = theme.inks.axis
    if browsing.mode == "weights":
        first = browsing.first_unit
        return _weights_legend(range(first, min(first + window.page, window.total)), window.total, theme, room)
    if browsing.mode == "responses":
        return [(first_fitting(_response_texts(snapshot), room), axis)]
    if browsing.is_open:
        said = {"labels": (f"{RIGHT} true labels",), "regression": ()}.get(
            snapshot.dataset.task, (f"{RIGHT} true class",)
        )
        return [(first_fitting(said, room), axis)]
    return [] if snapshot.gallery is None else [(first_fitting(_gallery_texts(snapshot, snapshot.gallery), room), axis)]


def _gallery_texts(snapshot: Snapshot, gallery: Gallery) -> list[str]:
    first = gallery.view.first
    shown = f"{count(first + 1)}–{count(first + len(gallery.numbers))} of {count(gallery.among)}"
    looked_at = f" of the first {count(gallery.among)}" if gallery.among < gallery.total else ""
    wrong = [] if gallery.wrong is None else [f"{count(gallery.wrong)} wrong{looked_at}"]
    if gallery.wrong is None and looked_at:
        wrong = [f"the first {count(gallery.among)} of {count(gallery.total)}"]
    sure = "margin" if snapshot.has_margins else "confidence"
    caption = f"target{ARROW}output" if gallery.verdicts is None else f"true{ARROW}predicted, {sure}"
    meaning = [] if snapshot.dataset.image_shape is None else [caption]
    return [" · ".join((*meaning, shown, *wrong)), " · ".join((shown, *wrong)), *wrong, shown]


def _weights_legend(units: range, total: int, theme: Theme, room: int) -> list[Piece]:
    shown = f"{count(units.start + 1)}–{count(units.stop)} of {count(total)}"
    ramp = [("− ", theme.inks.axis), *ramp_pieces(theme.levels), (" +", theme.inks.axis)]
    texts = (f"{shown} · weights up to the number below ", f"{shown}  ", "")
    return next((pieces for text in texts if width_of(pieces := [(text, theme.inks.axis), *ramp]) <= room), [])


def _response_texts(snapshot: Snapshot) -> list[str]:
    meaning, short = f"{LARGEST} largest, {SMALLEST} smallest activations", f"{LARGEST} largest {SMALLEST} smallest"
    responses = snapshot.responses
    if responses is None:
        return [meaning, short]
    first = "the first " if responses.among < responses.total else ""
    if len({*responses.largest_activations[:1], *responses.smallest_activations[:1]}) == 1:
        return [f"the same for {first or 'all '}{count(responses.among)} samples", "the same for all"]
    return [f"{meaning} of {first}{count(responses.among)}", meaning, short]


NO_PICTURES: Final = "weights and responses are drawn as pictures, and these samples are none"
NO_TEST_SET: Final = "there is no test set: all samples are trained on"
_UNITS: Final = 10
"""Units that a page of responses is."""


GROUP: Final = Binding.Group("samples")


class SamplesPanel(CellPanel, can_focus=True):
    """Samples with what the network makes of each; a key leads on to the weights and to the responses of units."""

    HEADING = "samples"
    MANUAL = "22-panels.md#samples"
    KEYS = (
        listed("left", "move(0, -1)", "move", "Choose the one left of it: sample or unit", GROUP, "◂"),
        listed("right", "move(0, 1)", "move", "Choose the one right of it: sample or unit", GROUP, "▸"),
        listed(
            "up", "move(-1, 0)", "move", "Choose the one above it: sample or unit; of responses the layer", GROUP, "▴"
        ),
        listed(
            "down", "move(1, 0)", "move", "Choose the one below it: sample or unit; of responses the layer", GROUP, "▾"
        ),
        listed(
            "enter",
            "open",
            "large",
            "Large: the sample with all its outputs, and back; of weights the responses",
            GROUP,
        ),
        listed("v", "next_mode", "mode", "Next mode: samples, weights of the first layer, responses of a unit", GROUP),
        listed("f", "wrong_first", "worst", "Wrong ones first: the most confident ones before the others", GROUP),
        listed("E", "other_set", "set", "Other set: training or test", GROUP),
        listed("slash", "ask", "ask", "Ask the network: about the chosen sample, to change its values", GROUP, "/"),
        listed("pageup", "page(-1)", "page", "Page back: samples or units", GROUP, "pgup"),
        listed("pagedown", "page(1)", "page", "Next page: samples or units", GROUP, "pgdn"),
        alias("home", "page(-1000000)"),
        alias("end", "page(1000000)"),
        alias("escape", "close"),
        LEAVE_BINDING,
    )
    UNSEEN = NOTHING
    FOLLOWS = ("unit",)
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    browsing = Browsing()
    """The mode, and the samples or the unit in sight."""
    _notice = ""
    _last: Sequence[Strip] = ()
    _last_picture: PixelPicture | None = None
    _last_size = (0, 0)

    def action_move(self, down: int, right: int) -> None:
        """Choose another sample; or another unit, or layer."""
        browsing, window = self.browsing, self._window()
        layer, index = browsing.unit
        if browsing.mode == "responses":
            self._choose_unit((layer + down, index + right))
        elif browsing.mode == "weights":
            self._look(browsing.at_unit((1, index + right + down * window.per_row), self.snapshot.layer_sizes, window))
        else:
            by = right + down * (1 if browsing.is_open else window.per_row)
            self._look(browsing.at(browsing.place + by, window))

    def action_page(self, by: int) -> None:
        """Choose one further on, by as many as are in sight."""
        page = 1 if self.browsing.is_open else max(self._window().page, 1)
        self.action_move(0, by * (_UNITS if self.browsing.mode == "responses" else page))

    def action_open(self) -> None:
        """Show the chosen sample large, or all again; or the responses of the chosen unit."""
        browsing = self.browsing
        if browsing.mode == "weights":
            self._choose_unit(browsing.unit)
        elif browsing.mode == "responses":
            self._look(browsing, f"these are all responses of the unit: {self._mode_key()} goes back to the samples")
        else:
            number = number_at(self.snapshot, browsing)
            self._look(browsing.closed() if browsing.is_open else browsing.opened(number))

    def action_close(self) -> None:
        """Show all samples again."""
        self._look(self.browsing.closed())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to close while no sample is large; the key then leaves the panel."""
        return self.browsing.is_open if action == "close" else True

    def action_next_mode(self) -> None:
        """Samples, weights, responses; where there are no pictures, say why there are samples only."""
        if not self.snapshot.has_weight_pictures:
            self._look(self.browsing, NO_PICTURES)
            return
        browsing = self.browsing.with_next_mode()
        if browsing.mode == "responses":
            self._choose_unit(browsing.unit)
        else:
            self._look(browsing)
            if browsing.mode == "samples":
                self.post_message(UnitChosen(None))

    def action_ask(self) -> None:
        """Ask the network about the chosen sample."""
        browsing = self.browsing
        number = number_at(self.snapshot, browsing) if browsing.number is None else browsing.number
        if browsing.mode != "samples" or number is None:
            self._look(browsing, f"no sample is chosen: {self._mode_key()} goes on to them")
        else:
            features = choose_set(self.snapshot.dataset, browsing.on_test).X[number]
            self.post_message(QuestionAsked(tuple(features.tolist())))

    @property
    def under_cursor(self) -> Pointer | None:
        """See `CellPanel`: a training sample."""
        browsing = self.browsing
        number = number_at(self.snapshot, browsing) if browsing.number is None else browsing.number
        is_test = choose_set(self.snapshot.dataset, browsing.on_test).is_test
        if browsing.mode != "samples" or is_test or number is None or not self.has_focus:
            return None
        return Pointer("sample", row=number)

    def action_wrong_first(self) -> None:
        """Those that are wrong first, or all as they come."""
        if self.browsing.mode == "samples":
            self._look(self.browsing.with_other_order())
        else:
            self._look(self.browsing, f"only samples can be wrong: {self._mode_key()} goes on to them")

    def action_other_set(self) -> None:
        """The training set, or the test set."""
        if not len(self.snapshot.dataset.X_test):
            self._look(self.browsing, NO_TEST_SET)
        elif self.browsing.mode == "weights":
            self._look(self.browsing, f"weights belong to no set of samples: {self._mode_key()} goes on")
        else:
            self._look(self.browsing.with_other_set())

    def _mode_key(self) -> str:
        return keymap_of(self.app).name("next_mode", self.KEYS)

    def on_click(self, event: Click) -> None:
        """Choose a sample; open it with another click."""
        browsing = self.browsing
        if browsing.mode != "samples" or browsing.is_open:
            return
        layout = tiling(self.snapshot.dataset.image_shape, *self.room)
        tile = None if layout is None else layout.hit(event.x - 1, event.y - 1)
        if tile is not None and browsing.first + tile == browsing.place:
            self.action_open()
        elif tile is not None:
            self._look(browsing.at(browsing.first + tile, self._window()))

    def watch_unit(self, unit: Unit | None) -> None:
        """Show the responses of the neuron that is chosen on another panel; or no longer."""
        browsing, is_shown = self.browsing, self.browsing.mode == "responses"
        if unit is None and is_shown:
            self._look(replace(browsing, mode="samples"))
        elif unit is not None and not (is_shown and browsing.unit == unit):
            self._look(replace(browsing.closed(), mode="responses", unit=unit))

    def watch_frame(self) -> None:
        """Learn which sample is in the place that was opened, and draw what is new."""
        browsing = self.browsing
        if self.frame is not None and browsing.is_open and browsing.number is None:
            self.browsing = replace(browsing, number=number_at(self.frame.snapshot, browsing))
        super().watch_frame()

    def title(self, frame: Frame, theme: Theme) -> str:
        """The mode, and what is shown."""
        return panel_title(frame.snapshot, self.browsing, self.edge - CORNER, pointed_sample(frame))

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How many there are, and what the signs mean."""
        return panel_legend(frame.snapshot, self.browsing, self._window(), theme, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The mode's drawing; the last one as long as what the next is of has not come."""
        self.browsing = self._settled(frame.snapshot)
        canvas = PictureCanvas(width, height) if theme.has_pictures else None
        drawn = rows_of(
            frame.snapshot,
            self.browsing,
            theme.behind_pictures,
            width,
            height,
            has_focus=self.has_focus,
            canvas=canvas,
            pointed=pointed_sample(frame),
        )
        if drawn is not None or self._last_size != (width, height):
            self._last, self._last_size = drawn or [], (width, height)
            self._last_picture = canvas.picture(0, 0) if canvas is not None else None
        self.picture = self._last_picture
        if not self._notice:
            return [*self._last]
        above = filled_up(self._last, width, height, theme)[: max(height - 1, 0)]
        notice = (f" {self._notice}", theme.inks.warning)
        return [*above, row([notice], width, theme.inks.blank)]

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The samples in sight, or those to which the chosen unit responds."""
        self.browsing = self._settled(frame.snapshot)
        return fields_of(frame.snapshot, self.browsing, width, height)

    def _settled(self, snapshot: Snapshot) -> Browsing:
        """The browsing limited to samples and units that exist, scrolled to what is chosen."""
        browsing = self.browsing.within(snapshot.layer_sizes, snapshot.has_weight_pictures)
        window = window_of(snapshot, browsing, *self.room)
        if browsing.mode == "weights":
            return browsing.at_unit((1, browsing.unit[1]), snapshot.layer_sizes, window)
        return browsing.at(browsing.place, window) if browsing.mode == "samples" else browsing

    def _look(self, browsing: Browsing, notice: str = "") -> None:
        self.browsing, self._notice = browsing, notice
        self.announce()
        self.update_cells()

    def _choose_unit(self, unit: Unit) -> None:
        self._look(replace(self.browsing, mode="responses").at_unit(unit, self.snapshot.layer_sizes))
        self.post_message(UnitChosen(self.browsing.unit))

    def _window(self) -> Window:
        return window_of(self.snapshot, self.browsing, *self.room)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> list[Entry]:
        """See `CellPanel`."""
        wrong_first = keymap.name("wrong_first", SamplesPanel.KEYS)
        if snapshot.dataset.image_shape:
            return [*_samples(theme, wrong_first), *_units(theme)]
        return [
            *_samples(theme, wrong_first),
            ([("error", theme.inks.axis)], "Numbers: output minus target."),
            ([("1.5", theme.inks.text)], "Features as they are in the data, before any standardizing."),
        ]


def _samples(theme: Theme, wrong_first: str) -> list[Entry]:
    return [
        (
            [("9→5", theme.inks.text)],
            "The true class, and the predicted one, whose output is the largest. Numbers: target, output.",
        ),
        (
            [("98%", theme.inks.axis)],
            "Confidence: the output of the predicted class; of the first of two classes with one output "
            "what that lacks of 100%. With several labels, of the answer that is the least certain.",
        ),
        (
            [("2.74", theme.inks.axis)],
            "With hinge, the margin: by how much the largest output leads; of a single one, how far it is from 0.",
        ),
        (
            [(WRONG, theme.inks.wrong)],
            "Wrong: taken for another class, or with any label wrong. "
            f"With {wrong_first}, the most confident ones come first.",
        ),
        (
            [("━━━━", theme.inks.curve), (" ━━", theme.inks.warning)],
            "Where there is room: how sure it is of the class; of numbers the error, left of the line where it is "
            "negative, in the scale of those in sight.",
        ),
        ([(RIGHT, theme.inks.curve)], "Large: the true class among the outputs of all classes."),
        (
            [("of the first", theme.inks.axis)],
            "Where a set is large, so many samples are looked at for an order, or for responses.",
        ),
    ]


def _units(theme: Theme) -> list[Entry]:
    dim, text = theme.inks.axis, theme.inks.text
    return [
        (
            ramp_pieces(theme.levels),
            "Weights of a unit, each in the place of its pixel: from negative to positive, the strongest colours for "
            "the size below the picture, its largest weight without the sign.",
        ),
        ([(f"{LARGEST} 3.2", text)], "Responses: a sample with one of the unit's largest activations, and that."),
        (
            [(f"{SMALLEST} 0", text)],
            "A sample with one of the smallest. Of equal ones the pre-activation decides; a dead unit has the same "
            "for all.",
        ),
        ([("h3", dim)], "The third hidden unit of the layer; outputs have the names of their classes."),
    ]
