"""Send changed runs of cells only: a smaller form of one of Textual's updates.

Textual crops what it writes on the right only, so each change in a row is written from the left edge of its panel;
for the map that is four times as many bytes. Used with the versions of Textual it was compared with; others write
their own form.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import textual
from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate

from tuinet.tui.graphemes import whole

_KNOWN_VERSIONS: Final = ("8.2.",)


class CroppedUpdate(ChopsUpdate):
    """Writes exactly the cells of its spans, and the other half of a wide character that a span begins or ends in.

    A terminal that is sent one half only draws neither.
    """

    def render_segments(self, console: Console) -> str:
        """The control sequences and text to write."""
        written: list[str] = []
        for y, first, last in self.spans:
            for end, (start, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(start, first), min(end, last)
                if strip is not None and left < right:
                    left, right = (start + cell for cell in whole(strip, left - start, right - start))
                    written.append(Control.move_to(left, y).segment.text)
                    written.append(strip.crop(left - start, right - start).render(console))
        return "".join(written)


@cache
def crops_left() -> bool:
    """Whether this is a version of Textual whose updates are known.

    Asked when a part of the screen is sent for the first time, and so after the first frame, which is sent whole:
    Textual takes some milliseconds to look its version up.
    """
    return textual.__version__.startswith(_KNOWN_VERSIONS)


def cropped(update: RenderableType | None) -> RenderableType | None:
    """The smaller form of an update of parts of the screen; everything else as it is."""
    if type(update) is ChopsUpdate and crops_left():
        return CroppedUpdate(update.chops, update.spans, update.chop_ends)
    return update
