"""What would be answered if one value alone were changed: a strip of colours for each column of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from rich.cells import cell_len

from tuinet.observe.answer import Answer, Profile
from tuinet.observe.map import shown_answers
from tuinet.observe.planes import Surface
from tuinet.observe.question import InputRow
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.answer_text import value_text
from tuinet.tui.draw.answers import share_names
from tuinet.tui.draw.legends import level_piece
from tuinet.tui.draw.sample_legends import class_pieces
from tuinet.tui.draw.shadings import Shading, shading
from tuinet.tui.draw.short_names import short_names
from tuinet.tui.draw.text import Piece, filled, first_fitting, width_of
from tuinet.tui.style.theme import Theme

NOW: Final = "┃"
"""Where the value is that is asked about."""
_NAME_LIMIT: Final = 18
_END: Final = 9
"""Cells of the lowest and of the highest value."""
_LEAST_STRIP: Final = 16
_LONGEST_STRIP: Final = 147
_AROUND: Final = 2
"""Rows at most that a strip has above and below its middle, where its names are."""

Line = list[Piece]


def profile_lines(
    snapshot: Snapshot, answer: Answer, rows: Sequence[InputRow], theme: Theme, width: int, height: int
) -> list[Line]:
    """A heading, and below it the strip of each column that there is room for; nothing where there is none for two."""
    names = short_names(tuple(row.name for row in rows), _NAME_LIMIT)
    name = max(map(cell_len, names), default=0)
    strip = min(width - name - 2 * _END - 4, _LONGEST_STRIP)
    if not answer.profiles or height < 2 or strip < _LEAST_STRIP:
        return []
    shades = shading(replace(snapshot, surface=None), theme)
    lines = [_heading(snapshot, shades, theme, width)]
    each = (height - 1) // len(answer.profiles)
    around = min(max(each - 2, 0) // 2, _AROUND)
    for profile in answer.profiles[: height - 1]:
        now, ends = answer.question[rows[profile.column].first], list(map(value_text, profile.ends))
        before, after = f" {filled(names[profile.column], name)} {ends[0]:>{_END}} ", f" {ends[1]}"
        drawn = _strip(snapshot, shades, profile, now, theme, strip)
        beside: list[Line] = [[(" " * cell_len(before), theme.inks.axis), *drawn]] * around
        lines += [[]] if each > 1 and len(lines) > 1 else []
        lines += [*beside, [(before, theme.inks.axis), *drawn, (after, theme.inks.axis)], *beside]
    return lines


def _heading(snapshot: Snapshot, shades: Shading, theme: Theme, width: int) -> Line:
    """What the strips are, and what their colours mean."""
    texts = (
        " what it would answer with one value changed and the others as they are",
        " with one value changed, the others as they are",
        " with one value changed",
    )
    several = snapshot.dataset.task == "classes" and len(snapshot.dataset.class_names) > 1
    for text in texts:
        room = width - cell_len(text) - 2
        legend = class_pieces(snapshot.dataset.class_names, theme, room) if several else shades.scale(_name(snapshot))
        if legend and width_of(legend) <= room:
            return [(f"{text}  ", theme.inks.axis), *legend]
    return [(first_fitting(texts, width), theme.inks.axis)]


def _name(snapshot: Snapshot) -> str:
    """Of the output that the colours are of, the first of several."""
    dataset = snapshot.dataset
    if snapshot.has_margins:
        return ""
    if dataset.task == "regression":
        return f"{short_names(dataset.output_names, _NAME_LIMIT)[0]} "
    return f"P({share_names(snapshot)[dataset.task == 'binary']}) "


def _strip(snapshot: Snapshot, shades: Shading, profile: Profile, value: float, theme: Theme, cells: int) -> Line:
    """From the lowest value to the highest, with a mark at the present one."""
    places = np.rint(np.linspace(0, len(profile.values) - 1, cells)).astype(int)
    has_classes = snapshot.dataset.task == "classes"
    outputs = profile.outputs[places]
    values, classes = shown_answers(outputs, has_classes=has_classes, has_margins=snapshot.has_margins)
    surface = Surface((0.0, 1.0), (0.0, 1.0), values[np.newaxis], None if classes is None else classes[np.newaxis])
    pieces = [level_piece(shades.colours, level) for level in shades.levels(surface)[0].tolist()]
    low, high = profile.ends
    now = round((value - low) / ((high - low) or 1.0) * (cells - 1))
    pieces[now] = (NOW, theme.inks.chosen)
    return pieces
