"""The gallery: samples as pictures, each with what it is and what it is taken for; pure drawing."""

from __future__ import annotations

from dataclasses import dataclass

from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.pixels import sample_picture
from tuinet.tui.theme import Theme
from tuinet.tui.tiles import ENOUGH, Tile, Tiling, no_room, tile_rows, tiling
from tuinet.tui.verdicts import caption, chosen_ink, mark


def gallery_tiling(snapshot: Snapshot, width: int, height: int) -> Tiling | None:
    """How the pictures are laid out."""
    shape = snapshot.dataset.image_shape
    return None if shape is None else tiling(shape, width, height, ENOUGH)


def gallery_rows(
    snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, height: int, place: int | None = None
) -> list[Strip]:
    """As many samples as fit.

    Parameters
    ----------
    place
        Of the chosen one, in the order in which they are shown; ``None`` where none is.
    """
    layout = gallery_tiling(snapshot, width, height)
    if layout is None:
        return no_room(theme, width, height)
    chosen = None if place is None else place - gallery.view.first
    draw = _Drawing(snapshot, gallery, layout, theme)
    tiles = [draw.tile(index, index == chosen) for index in range(min(len(gallery.numbers), layout.count))]
    return tile_rows(tiles, layout, theme, width)


@dataclass(frozen=True, eq=False)
class _Drawing:
    snapshot: Snapshot
    gallery: Gallery
    layout: Tiling
    theme: Theme

    def tile(self, index: int, is_chosen: bool) -> Tile:
        """One of the samples in sight."""
        samples = choose_set(self.snapshot.dataset, self.gallery.is_test)
        features = samples.X[self.gallery.numbers[index]]
        said = caption(self.snapshot, self.gallery, index, self.theme, self.layout.pitch - 2)
        if is_chosen:
            said = [("".join(text for text, _ in said).ljust(self.layout.shape[1]), chosen_ink(self.theme))]
        return Tile(
            sample_picture(self.snapshot, features, self.layout.shape, self.theme),
            mark(self.gallery, index, self.theme),
            said,
        )
