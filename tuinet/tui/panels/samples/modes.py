"""The modes of the samples panel: what is in sight, what has to be computed for it; and samples as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import GalleryView, ResponsesView
from tuinet.tui.draw.text import Piece, count, filled, ink, row, short_number, shorten, shorten_words
from tuinet.tui.draw.verdicts import ARROW, VALUES, chosen_ink, confidence_text, is_wrong, mark, wrong_ink
from tuinet.tui.panels.browsing import Browsing, Window
from tuinet.tui.panels.samples.view import (
    gallery_rows,
    gallery_tiling,
    response_layout,
    response_rows,
    sample_rows,
    weight_picture_rows,
    weights_tiling,
)
from tuinet.tui.style.theme import Theme

HEADING: Final = 1
"""Rows above the samples."""
_NUMBER: Final = 10
"""Cells of a number: a space, and three digits with their sign behind three zeros, or with an exponent."""
_WIDEST: Final = 16
_NAME_LIMIT: Final = 14
_CONFIDENCE: Final = 11
_ROOMY: Final = 50
"""Cells from which on the confidence has its whole name."""
_DOTS: Final = 2


def table_rows(
    snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, height: int, place: int | None = None
) -> list[Strip]:
    """As many samples as fit, below the names of their columns.

    Parameters
    ----------
    place
        Of the chosen one, in the order in which they are shown; ``None`` where none is.
    """
    table = _Table(snapshot, gallery, theme, width)
    chosen = None if place is None else place - gallery.view.first
    shown = range(min(len(gallery.numbers), max(height - HEADING, 0)))
    lines = [table.heading(), *(table.line(index, index == chosen) for index in shown)]
    return [row(line, width, ink(None, theme.background)) for line in lines][: max(height, 0)]


@dataclass(frozen=True, eq=False)
class _Table:
    snapshot: Snapshot
    gallery: Gallery
    theme: Theme
    width: int

    @property
    def _first(self) -> int:
        """Cells of mark and number."""
        return len(count(self.gallery.total)) + 2

    @property
    def _confidence(self) -> int:
        return _CONFIDENCE if self.width >= _ROOMY else len(" conf.")

    @property
    def _names(self) -> int:
        """Cells of the name of a class."""
        longest = max(map(cell_len, ("predicted", *self.snapshot.dataset.class_names)))
        return min(longest, _NAME_LIMIT, max((self.width - self._first - self._confidence - _DOTS - 5) // 2, 1))

    @property
    def _last(self) -> int:
        """Cells of target and output."""
        return len(VALUES) * _NUMBER if self.gallery.verdicts is None else 2 * self._names + self._confidence + 5

    @property
    def _features(self) -> int:
        """How many features there is room for."""
        room, features = self.width - self._first - self._last, len(self.snapshot.dataset.feature_names)
        return features if features * _NUMBER <= room else max((room - _DOTS) // _NUMBER, 0)

    @property
    def _column(self) -> int:
        """Cells of a feature: as many as its name has, where there is room for all."""
        names = self.snapshot.dataset.feature_names
        longest, room = max(map(cell_len, names)) + 2, self.width - self._first - self._last
        return max(_NUMBER, min(longest, _WIDEST, room // len(names)))

    def _dots(self) -> str:
        return " …" if self._features < len(self.snapshot.dataset.feature_names) else ""

    def heading(self) -> list[Piece]:
        """The names of the columns."""
        axis = ink(self.theme.axis, self.theme.background)
        names = self.snapshot.dataset.feature_names[: self._features]
        features = "".join(f"{shorten_words(name, self._column - 1):>{self._column}}" for name in names)
        return [(f"{'':{self._first}}{features}{self._dots()}{self._last_heading()}", axis)]

    def _last_heading(self) -> str:
        if self.gallery.verdicts is None:
            target = (self.snapshot.dataset.target_names or VALUES)[0]
            return "".join(f"{shorten(name, _NUMBER - 1):>{_NUMBER}}" for name in (target, *VALUES[1:]))
        heading = "confidence" if self._confidence == _CONFIDENCE else "conf."
        true, predicted = (filled(name, self._names) for name in ("true", "predicted"))
        return f"  {true}   {predicted}{heading:>{self._confidence}}"

    def line(self, index: int, is_chosen: bool) -> list[Piece]:
        """One sample."""
        axis, text = ink(self.theme.axis, self.theme.background), ink(self.theme.foreground, self.theme.background)
        number = int(self.gallery.numbers[index])
        features = choose_set(self.snapshot.dataset, self.gallery.is_test).X[number, : self._features]
        name = f"{count(number + 1):>{self._first - 2}}"
        return [
            mark(self.gallery, index, self.theme),
            (name, chosen_ink(self.theme) if is_chosen else axis),
            (" ", axis),
            ("".join(f"{short_number(value):>{self._column}}" for value in features.tolist()), text),
            (self._dots(), axis),
            *self._answer(index),
        ]

    def _answer(self, index: int) -> list[Piece]:
        text = ink(self.theme.foreground, self.theme.background)
        verdicts, names = self.gallery.verdicts, self.snapshot.dataset.class_names
        if verdicts is None:
            target, output = float(self.gallery.targets[index, 0]), float(self.gallery.outputs[index, 0])
            with np.errstate(over="ignore", invalid="ignore"):
                numbers = (target, output, output - target)
            return [("".join(f"{short_number(value):>{_NUMBER}}" for value in numbers), text)]
        pair = (names[int(verdicts.actual[index])], names[int(verdicts.predicted[index])])
        actual, predicted = (filled(name, self._names) for name in pair)
        share = confidence_text(self.snapshot, float(verdicts.confidences[index]))
        style = wrong_ink(self.theme) if is_wrong(self.gallery, index) else text
        return [(f"  {actual} {ARROW} {predicted}{share:>{self._confidence}}", style)]


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
