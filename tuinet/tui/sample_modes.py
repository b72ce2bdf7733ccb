"""The modes of the samples panel: what is in sight, what has to be computed for it, and its drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import GalleryView, ResponsesView
from tuinet.tui.browsing import Browsing, Window
from tuinet.tui.gallery import gallery_rows, gallery_tiling
from tuinet.tui.response_pictures import response_layout, response_rows
from tuinet.tui.sample_table import HEADING, table_rows
from tuinet.tui.sample_view import sample_rows
from tuinet.tui.theme import Theme
from tuinet.tui.weight_pictures import weight_picture_rows, weights_tiling

Fields = Mapping[str, object]

UNSEEN: Final[Fields] = {"gallery": None, "responses": None}
"""What a `View` holds where nothing has to be computed."""


def window_of(snapshot: Snapshot, browsing: Browsing, width: int, height: int) -> Window:
    """What is in sight at once of all samples, or of the first layer's units."""
    is_of_weights = browsing.mode == "weights"
    total = snapshot.layer_sizes[1] if is_of_weights else _samples(snapshot, browsing)
    if snapshot.dataset.image_shape is None:
        return Window(1, max(height - HEADING, 0), total)
    layout = (weights_tiling if is_of_weights else gallery_tiling)(snapshot, width, height)
    return Window(layout.columns, layout.rows, total) if layout else Window(1, 0, total)


def _samples(snapshot: Snapshot, browsing: Browsing) -> int:
    """Samples of the set, or as many of them as an order was found for."""
    total, gallery = len(choose_set(snapshot.dataset, browsing.on_test).X), snapshot.gallery
    is_ordered = browsing.wrong_first and gallery is not None and gallery.view.wrong_first
    return min(total, gallery.among) if gallery is not None and is_ordered else total


def fields_of(snapshot: Snapshot, browsing: Browsing, width: int, height: int) -> Fields:
    """The fields of a `View` for what is in sight."""
    if browsing.mode == "weights":
        return UNSEEN
    if browsing.mode == "responses":
        layout = response_layout(snapshot, browsing.unit, width, height)
        most = max(layout.upper, layout.lower) if layout else 0
        return {**UNSEEN, "responses": ResponsesView(browsing.unit, most, browsing.on_test)}
    if not browsing.is_open:
        page = window_of(snapshot, browsing, width, height).page
        return {**UNSEEN, "gallery": GalleryView(browsing.first, page, browsing.wrong_first, browsing.on_test)}
    if browsing.number is not None:
        return {**UNSEEN, "gallery": GalleryView(browsing.number, 1, on_test=browsing.on_test)}
    return {**UNSEEN, "gallery": GalleryView(browsing.place, 1, browsing.wrong_first, browsing.on_test)}


def number_at(snapshot: Snapshot, browsing: Browsing) -> int | None:
    """Which sample is in the chosen place; ``None`` where its gallery has not come yet."""
    gallery = snapshot.gallery
    if gallery is None or not _is_of(gallery, browsing):
        return None
    index = browsing.place - gallery.view.first
    return int(gallery.numbers[index]) if 0 <= index < len(gallery.numbers) else None


def _is_of(gallery: Gallery, browsing: Browsing) -> bool:
    return gallery.view.wrong_first == browsing.wrong_first and gallery.view.on_test == browsing.on_test


def rows_of(
    snapshot: Snapshot, browsing: Browsing, theme: Theme, width: int, height: int, *, has_focus: bool = False
) -> list[Strip] | None:
    """The drawing of a mode; ``None`` where what it is of has not come yet.

    Parameters
    ----------
    has_focus
        Whether what is chosen is marked.
    """
    if browsing.mode == "weights":
        chosen = browsing.unit[1] if has_focus else None
        return weight_picture_rows(snapshot, theme, width, height, browsing.first_unit, chosen)
    if browsing.mode == "responses":
        return response_rows(snapshot, theme, width, height, browsing.unit)
    if browsing.is_open:
        return _large(snapshot, browsing, theme, width, height)
    gallery = snapshot.gallery
    if gallery is None or not _is_of(gallery, browsing) or _is_single(gallery):
        return None
    draw = table_rows if snapshot.dataset.image_shape is None else gallery_rows
    return draw(snapshot, gallery, theme, width, height, browsing.place if has_focus else None)


def _is_single(gallery: Gallery) -> bool:
    """Whether it was asked for to show one sample large."""
    return gallery.view.count == 1 < gallery.among


def _large(snapshot: Snapshot, browsing: Browsing, theme: Theme, width: int, height: int) -> list[Strip] | None:
    gallery = snapshot.gallery
    if gallery is None or gallery.view.on_test != browsing.on_test or browsing.number is None:
        return None
    numbers: list[int] = gallery.numbers.tolist()
    if browsing.number not in numbers:
        return None
    return sample_rows(snapshot, gallery, numbers.index(browsing.number), theme, width, height)
