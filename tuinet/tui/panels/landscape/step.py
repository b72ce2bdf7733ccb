"""The step of an update on the landscape: what gradient and velocity bring, as arrows that add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.explain.update import PartKind, StepPart, step_parts
from tuinet.observe.landscape import Landscape
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import LandscapeView
from tuinet.tui.draw.text import Piece, ink, sentence_rows, width_of
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.panels.landscape.drawing import Arrow, landscape_picture, landscape_rows, loss_pieces, picture_size
from tuinet.tui.style.theme import Theme

_COMPUTING: Final = "The plane is being laid."
_LETTERS: Final[Mapping[PartKind, str]] = {"gradient": "g", "velocity": "v", "step": "s"}
"""In the middle of each arrow."""


class StepLandscapePanel(CellPanel):
    """The loss around the last step, with that step."""

    HEADING = "the step on the landscape"
    UNSEEN = {"landscape": None}

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The plane of the step's gradient and update."""
        columns, rows = picture_size(width, height)
        is_there = columns > 0 and rows > 0
        return {"landscape": LandscapeView(columns, 2 * rows, kind="step", follows=True) if is_there else None}

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture, or why there is none."""
        snapshot, landscape = frame.snapshot, frame.snapshot.landscape
        if landscape is None or landscape.failure:
            reason = f"Nothing to draw: {landscape.failure}." if landscape else _COMPUTING
            return sentence_rows(reason, theme, width, height)
        arrows = step_arrows(shown_parts(snapshot), landscape, theme)
        rows = landscape_rows(snapshot, landscape, theme, width, height, arrows=arrows)
        self.picture = landscape_picture(landscape, theme, rows, width, height)
        return rows

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the arrows are, in symbols where there is room, and the meaning of the shades."""
        landscape = frame.snapshot.landscape
        if landscape is None or landscape.failure:
            return []
        parts, shades = shown_parts(frame.snapshot), loss_pieces(landscape, theme)
        for names in ([part.symbols for part in parts], [part.kind for part in parts]):
            pieces: list[Piece] = []
            for part, name in zip(parts, names, strict=True):
                pieces += [(_LETTERS[part.kind], _ink(part.kind, theme)), (f" {name}  ", theme.inks.axis)]
            if width_of([*pieces, *shades]) <= self.edge:
                return [*pieces, *shades]
            if width_of(pieces) <= self.edge:
                return pieces
        return []

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        gradient, velocity, step = ([(letter, _ink(kind, theme))] for kind, letter in _LETTERS.items())
        yield (
            gradient,
            "The arrow of −learning_rate·g: what the gradient alone would do, where the step is not the same.",
        )
        yield velocity, "That of −learning_rate·momentum·v_old: what goes on from earlier steps."
        yield step, "That of the step, which is the sum of both; of other optimizers it is drawn alone."


def shown_parts(snapshot: Snapshot) -> Sequence[StepPart]:
    """The parts that have an arrow: where a single one is the step, its arrow would be covered by that of the step."""
    match step_parts(snapshot):
        case (part, step):
            return (replace(step, symbols=f"step = {part.symbols}"),)
        case parts:
            return parts


def part_colour(kind: PartKind, theme: Theme) -> str:
    """The colour of an arrow."""
    return {"gradient": theme.negative, "velocity": theme.positive, "step": theme.foreground}[kind]


def _ink(kind: PartKind, theme: Theme) -> Style:
    return ink(part_colour(kind, theme), theme.background)


def step_arrows(parts: Sequence[StepPart], landscape: Landscape, theme: Theme) -> list[Arrow]:
    """Arrows for the parts of a step, each from the tip of the one before, and for the step from the start.

    The plane is that of the step, through the weights before it.
    """
    arrows, start = [], np.zeros(2)
    for part in parts:
        begin = np.zeros(2) if part.kind == "step" else start
        way = landscape.plane.coordinates(landscape.plane.centre + part.vector[None])[0]
        (a, b), (c, d) = begin.tolist(), (begin + way).tolist()
        arrows.append(Arrow((a, b), (c, d), part_colour(part.kind, theme), _LETTERS[part.kind]))
        start = begin + way
    return arrows
