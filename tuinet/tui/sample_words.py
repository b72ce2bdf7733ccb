"""What the frame around the samples says: the mode, the set, the order, and how many are in sight."""

from __future__ import annotations

from tuinet.observe.gallery import Gallery, Responses
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.browsing import Browsing, Window
from tuinet.tui.legends import ramp_pieces
from tuinet.tui.response_pictures import LARGEST, SMALLEST
from tuinet.tui.text import Piece, count, first_fitting, ink, width_of
from tuinet.tui.theme import Theme
from tuinet.tui.verdicts import ARROW, RIGHT
from tuinet.tui.weight_pictures import unit_name


def panel_title(snapshot: Snapshot, browsing: Browsing, room: int) -> str:
    """The mode, and what of it is shown, in so many cells."""
    name = set_name(snapshot, browsing)
    short = name.removesuffix(" set")
    if browsing.mode == "weights":
        return first_fitting(("weights of layer 1, a picture a unit", "weights of layer 1", "weights"), room)
    if browsing.mode == "responses":
        layer, index = browsing.unit
        unit = unit_name(snapshot, layer, index)
        said = f"responses of {unit}"
        return first_fitting((f"{said}, layer {layer} · {name}", f"{said}, layer {layer}", said, "responses"), room)
    if browsing.is_open:
        number = "" if browsing.number is None else f" {count(browsing.number + 1)}"
        total = count(len(choose_set(snapshot.dataset, browsing.on_test).X))
        return first_fitting((f"sample{number} of {total} · {name}", f"sample{number} · {short}", "sample"), room)
    if not browsing.wrong_first:
        return first_fitting((f"samples · {name}", f"samples · {short}", "samples"), room)
    order = "largest errors first" if snapshot.dataset.task == "regression" else "wrong first"
    return first_fitting(
        (f"samples · {name}, {order}", f"samples · {short}, {order}", f"samples, {order}", "samples"), room
    )


def set_name(snapshot: Snapshot, browsing: Browsing) -> str:
    """Which set is looked at."""
    return choose_set(snapshot.dataset, browsing.on_test).name


def panel_legend(snapshot: Snapshot, browsing: Browsing, window: Window, theme: Theme, room: int) -> list[Piece]:
    """How many there are, and what the signs are, in so many cells."""
    axis = ink(theme.axis, theme.background)
    if browsing.mode == "weights":
        first = browsing.first_unit
        return _weights_legend(range(first, min(first + window.page, window.total)), window.total, theme, room)
    if browsing.mode == "responses":
        return [(first_fitting(_response_texts(snapshot), room), axis)]
    if browsing.is_open:
        return [(first_fitting((f"{RIGHT} true class",) if snapshot.dataset.class_names else (), room), axis)]
    return [] if snapshot.gallery is None else [(first_fitting(_gallery_texts(snapshot, snapshot.gallery), room), axis)]


def _gallery_texts(snapshot: Snapshot, gallery: Gallery) -> list[str]:
    first = gallery.view.first
    shown = f"{count(first + 1)}–{count(first + len(gallery.numbers))} of {count(gallery.among)}"
    looked_at = f" of the first {count(gallery.among)}" if gallery.among < gallery.total else ""
    wrong = [] if gallery.wrong is None else [f"{count(gallery.wrong)} wrong{looked_at}"]
    if gallery.wrong is None and looked_at:
        wrong = [f"the first {count(gallery.among)} of {count(gallery.total)}"]
    if snapshot.dataset.image_shape is None:
        meaning = []
    else:
        meaning = [f"target{ARROW}output" if gallery.verdicts is None else f"true{ARROW}predicted, confidence"]
    longest = " · ".join((*meaning, shown, *wrong))
    return [longest, " · ".join((shown, *wrong)), *wrong, shown]


def _weights_legend(units: range, total: int, theme: Theme, room: int) -> list[Piece]:
    axis = ink(theme.axis, theme.background)
    shown = f"{count(units.start + 1)}–{count(units.stop)} of {count(total)}"
    ramp = [("− ", axis), *ramp_pieces(theme), (" +", axis)]
    texts = (f"{shown} · weights up to the number below ", f"{shown}  ", "")
    return next((pieces for text in texts if width_of(pieces := [(text, axis), *ramp]) <= room), [])


def _response_texts(snapshot: Snapshot) -> list[str]:
    meaning, short = f"{LARGEST} largest, {SMALLEST} smallest activations", f"{LARGEST} largest {SMALLEST} smallest"
    responses = snapshot.responses
    if responses is None:
        return [meaning, short]
    first = "the first " if responses.among < responses.total else ""
    if _are_equal(responses):
        return [f"the same for {first or 'all '}{count(responses.among)} samples", "the same for all"]
    return [f"{meaning} of {first}{count(responses.among)}", meaning, short]


def _are_equal(responses: Responses) -> bool:
    """Whether the unit responds to all samples in the same way: a dead one does."""
    ends = (*responses.largest_activations[:1], *responses.smallest_activations[:1])
    return len(set(ends)) == 1
