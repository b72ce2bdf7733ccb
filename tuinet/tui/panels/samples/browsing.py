"""Browsing among samples, weights and responses: what is in sight, and what has to be computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import GalleryView, ResponsesView, Unit
from tuinet.tui.draw.pixels import PictureCanvas
from tuinet.tui.draw.tiles import ENOUGH, tiling
from tuinet.tui.panels.samples.table import HEADING, table_rows, with_large
from tuinet.tui.panels.samples.view import (
    gallery_rows,
    response_layout,
    response_rows,
    sample_rows,
    weight_picture_rows,
    weights_wanted,
)
from tuinet.tui.style.theme import Theme

Mode = Literal["samples", "weights", "responses"]

MODES: Final[tuple[Mode, ...]] = ("samples", "weights", "responses")


@dataclass(frozen=True)
class Window:
    """What is in sight of a number of things in rows."""

    per_row: int
    rows: int
    total: int

    @property
    def page(self) -> int:
        """How many are in sight at once."""
        return self.per_row * self.rows

    def clamp(self, place: int) -> int:
        """The nearest place that there is."""
        return max(0, min(place, self.total - 1))

    def scrolled(self, first: int, place: int) -> int:
        """The first in sight, moved by as few rows as bring a place into sight, and leave no row empty at the end."""
        if not self.page or not self.total:
            return 0
        row, last = self.clamp(place) // self.per_row, (self.total - 1) // self.per_row
        top = max(row - self.rows + 1, min(first // self.per_row, row))
        return max(0, min(top, last - self.rows + 1)) * self.per_row


@dataclass(frozen=True)
class Browsing:
    """What is looked at; everything counted from 0 but layers."""

    mode: Mode = "samples"
    on_test: bool = True
    """Whether the test set is looked at, where there is one."""
    wrong_first: bool = False
    place: int = 0
    """The chosen sample's, in the order in which they are shown."""
    first: int = 0
    """Place of the first sample in sight."""
    is_open: bool = False
    """Whether the chosen sample has the panel to itself."""
    number: int | None = None
    """The sample's own number while it has; ``None`` until it is known which one is in its place."""
    unit: Unit = (1, 0)
    """The chosen neuron."""
    first_unit: int = 0
    """The first of the first layer's units in sight."""

    def within(self, sizes: tuple[int, ...], has_pictures: bool) -> Browsing:
        """Keep what the network and the samples have; else take the nearest unit, and samples for the other modes.

        Parameters
        ----------
        sizes
            Of all layers, inputs first.
        has_pictures
            Whether weights can be drawn.
        """
        mode = self.mode if has_pictures else "samples"
        return replace(self, mode=mode).at_unit(self.unit, sizes)

    def with_next_mode(self) -> Browsing:
        """The one behind it, and behind the last the first."""
        return replace(self, mode=MODES[(MODES.index(self.mode) + 1) % len(MODES)], is_open=False, number=None)

    def with_other_set(self) -> Browsing:
        """The other set, from its start."""
        return replace(self, on_test=not self.on_test, place=0, first=0, number=None)

    def with_other_order(self) -> Browsing:
        """The other order, from its start."""
        return replace(self, wrong_first=not self.wrong_first, place=0, first=0, number=None)

    def at(self, place: int, window: Window) -> Browsing:
        """Another sample chosen, and in sight."""
        place = window.clamp(place)
        number = self.number if place == self.place else None
        return replace(self, place=place, first=window.scrolled(self.first, place), number=number)

    def at_unit(self, unit: Unit, sizes: tuple[int, ...], window: Window | None = None) -> Browsing:
        """Another neuron chosen, or the nearest that there is, and in sight.

        Parameters
        ----------
        sizes
            Of all layers, inputs first.
        window
            What is in sight of the first layer.
        """
        layer = max(1, min(unit[0], len(sizes) - 1))
        index = max(0, min(unit[1], sizes[layer] - 1))
        first = self.first_unit if window is None else window.scrolled(self.first_unit, index)
        return replace(self, unit=(layer, index), first_unit=first)

    def opened(self, number: int | None) -> Browsing:
        """The chosen sample large."""
        return replace(self, is_open=True, number=number)

    def closed(self) -> Browsing:
        """All samples again."""
        return replace(self, is_open=False, number=None)


Fields = Mapping[str, object]

NOTHING: Final[Fields] = {"gallery": None, "responses": None}
"""The fields of a `View` where nothing has to be computed."""


def window_of(snapshot: Snapshot, browsing: Browsing, width: int, height: int) -> Window:
    """The window on all samples, or on the units of the first layer."""
    is_of_weights = browsing.mode == "weights"
    total = snapshot.layer_sizes[1] if is_of_weights else _samples(snapshot, browsing)
    if snapshot.dataset.image_shape is None:
        return Window(1, max(height - HEADING, 0), total)
    wanted = weights_wanted(snapshot) if is_of_weights else ENOUGH
    layout = tiling(snapshot.dataset.image_shape, width, height, wanted)
    return Window(layout.columns, layout.rows, total) if layout else Window(1, 0, total)


def _samples(snapshot: Snapshot, browsing: Browsing) -> int:
    """Samples of the set, or as many of them as an order was found for."""
    total, gallery = len(choose_set(snapshot.dataset, browsing.on_test).X), snapshot.gallery
    is_ordered = browsing.wrong_first and gallery is not None and gallery.view.wrong_first
    return min(total, gallery.among) if gallery is not None and is_ordered else total


def fields_of(snapshot: Snapshot, browsing: Browsing, width: int, height: int) -> Fields:
    """The fields of a `View` for what is in sight."""
    if browsing.mode == "weights":
        return NOTHING
    if browsing.mode == "responses":
        layout = response_layout(snapshot, browsing.unit, width, height)
        most = max(layout.upper, layout.lower) if layout else 0
        return {**NOTHING, "responses": ResponsesView(browsing.unit, most, browsing.on_test)}
    if not browsing.is_open:
        page = window_of(snapshot, browsing, width, height).page
        return {**NOTHING, "gallery": GalleryView(browsing.first, page, browsing.wrong_first, browsing.on_test)}
    if browsing.number is not None:
        return {**NOTHING, "gallery": GalleryView(browsing.number, 1, on_test=browsing.on_test)}
    return {**NOTHING, "gallery": GalleryView(browsing.place, 1, browsing.wrong_first, browsing.on_test)}


def number_at(snapshot: Snapshot, browsing: Browsing) -> int | None:
    """Which sample is in the chosen place; ``None`` where its gallery has not come yet."""
    gallery = _gallery(snapshot, browsing)
    index = browsing.place - gallery.view.first if gallery else 0
    return int(gallery.numbers[index]) if gallery and 0 <= index < len(gallery.numbers) else None


def _gallery(snapshot: Snapshot, browsing: Browsing) -> Gallery | None:
    gallery, wanted = snapshot.gallery, (browsing.wrong_first, browsing.on_test)
    return gallery if gallery and (gallery.view.wrong_first, gallery.view.on_test) == wanted else None


def rows_of(
    snapshot: Snapshot,
    browsing: Browsing,
    theme: Theme,
    width: int,
    height: int,
    *,
    has_focus: bool = False,
    canvas: PictureCanvas | None = None,
    pointed: int | None = None,
) -> list[Strip] | None:
    """The drawing of a mode, with the focus what is chosen marked; ``None`` where what it is of has not come yet.

    Parameters
    ----------
    canvas
        On which pictures are drawn in pixels, too; ``None`` where cells show them.
    pointed
        The training sample that a teacher points at.
    """
    if browsing.mode == "weights":
        chosen = browsing.unit[1] if has_focus else None
        return weight_picture_rows(snapshot, theme, width, height, browsing.first_unit, chosen, canvas)
    if browsing.mode == "responses":
        return response_rows(snapshot, theme, width, height, browsing.unit, canvas)
    if browsing.is_open:
        return _large(snapshot, browsing, theme, width, height, canvas)
    gallery = _gallery(snapshot, browsing)
    # A single one was asked for to be shown large.
    if gallery is None or gallery.view.samples == 1 < gallery.among:
        return None
    place = browsing.place if has_focus else None
    if snapshot.dataset.image_shape is None:
        rows = table_rows(snapshot, gallery, theme, width, height, place, pointed)
        return with_large(rows, snapshot, gallery, theme, width, height, place, pointed)
    return gallery_rows(snapshot, gallery, theme, width, height, place, canvas, pointed)


def _large(
    snapshot: Snapshot, browsing: Browsing, theme: Theme, width: int, height: int, canvas: PictureCanvas | None
) -> list[Strip] | None:
    gallery = snapshot.gallery
    if gallery is None or gallery.view.on_test != browsing.on_test or browsing.number is None:
        return None
    numbers: list[int] = gallery.numbers.tolist()
    if browsing.number not in numbers:
        return None
    return sample_rows(snapshot, gallery, numbers.index(browsing.number), theme, width, height, canvas)
