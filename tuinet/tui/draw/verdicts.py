"""What a network makes of a sample, in a few cells: classes, confidence, numbers."""

from __future__ import annotations

import math
from typing import Final

from rich.cells import cell_len
from rich.style import Style

from tuinet.observe.gallery import Gallery
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.text import Piece, abbreviated, ink, short_number, whole_percent
from tuinet.tui.style.theme import Theme

WRONG: Final = "✗"
RIGHT: Final = "✓"
ARROW: Final = "→"
"""From what a sample is to what it is taken for; from a target to an output."""
VALUES: Final = ("target", "output", "error")
"""The numbers shown of a sample whose target is a number."""
_SHARES: Final = ("softmax", "sigmoid", "tanh")
"""Outputs that lie between none and all."""


def confidence_text(snapshot: Snapshot, value: float) -> str:
    """The output of the predicted class in whole percent; or the number where it can be any."""
    if not math.isfinite(value):
        return str(value)
    return whole_percent(value) if snapshot.layers[-1].activation in _SHARES else f"{value:.2f}"


def is_wrong(gallery: Gallery, index: int) -> bool:
    """Whether a sample is taken for another class."""
    return gallery.verdicts is not None and bool(gallery.verdicts.wrong[index])


def caption(snapshot: Snapshot, gallery: Gallery, index: int, theme: Theme, room: int) -> list[Piece]:
    """As in ``9→5 98%``: true class, predicted class, confidence; or target and output."""
    if gallery.verdicts is None:
        target, output = float(gallery.targets[index, 0]), float(gallery.outputs[index, 0])
        return [(f"{short_number(target)}{ARROW}{short_number(output)}", ink(theme.foreground, theme.background))]
    verdicts, names = gallery.verdicts, snapshot.dataset.class_names
    share = confidence_text(snapshot, float(verdicts.confidences[index]))
    pair = (names[int(verdicts.actual[index])], names[int(verdicts.predicted[index])])
    said = _said(pair, room - len(share) - 1)
    if is_wrong(gallery, index):
        return [(f"{said} {share}", wrong_ink(theme))]
    return [(said, ink(theme.foreground, theme.background)), (f" {share}", ink(theme.axis, theme.background))]


def _said(pair: tuple[str, str], room: int) -> str:
    """Both classes; where they are the same and have no room twice, the class."""
    whole = ARROW.join(pair)
    if cell_len(whole) > room and pair[0] == pair[1]:
        return abbreviated(pair[0], room)
    half = max((room - 1) // 2, 1)
    limits = [max(half, room - 1 - cell_len(other)) for other in reversed(pair)]
    return ARROW.join(abbreviated(name, limit) for name, limit in zip(pair, limits, strict=True))


def mark(gallery: Gallery, index: int, theme: Theme) -> Piece:
    """What stands before a wrong one."""
    return (WRONG, wrong_ink(theme)) if is_wrong(gallery, index) else (" ", ink(None, theme.background))


def wrong_ink(theme: Theme) -> Style:
    """Text about what is wrong."""
    return ink(theme.warning, theme.background, bold=True)


def chosen_ink(theme: Theme) -> Style:
    """Text of what is chosen."""
    return ink(theme.background, theme.accent, bold=True)
