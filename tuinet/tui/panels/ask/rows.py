"""The rows of a question and its answer: columns with their values, classes or numbers, hidden layers, and profiles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from rich.cells import cell_len

from tuinet.observe.answer import Answer, InputRow, Profile
from tuinet.observe.map import shown_answers
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Question
from tuinet.tui.draw.answers import output_text, share_names, value_text
from tuinet.tui.draw.cells import Array, bar, quantize
from tuinet.tui.draw.legends import level_piece, number_style
from tuinet.tui.draw.sample_legends import class_pieces
from tuinet.tui.draw.scales import response_range, target_range
from tuinet.tui.draw.shadings import Shading, shading
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, filled, first_fitting, signed, width_of
from tuinet.tui.style.theme import LEVELS, Theme

NUMBER_KEYS: Final = "0123456789.,-−+eE"
"""What a number is typed with."""
BEGINNINGS: Final = "0123456789.-−"
"""What begins a number, and so begins to be typed without being asked for."""
_MOST_TYPED: Final = 24
_NAME_LIMIT: Final = 18
_VALUE: Final = 10
"""Cells of a value between its two arrows."""
_LONGEST_BAR: Final = 24
_SHORTEST_BAR: Final = 5
LEFT: Final = "◂"
RIGHT: Final = "▸"
_CURSOR: Final = "_"
_NAMED: Final = 4
"""Categories that are named; of more it is said how many they are."""


@dataclass(frozen=True)
class Typing:
    """A number that is being typed, and the question that it began with."""

    text: str
    before: Question

    def with_key(self, key: str) -> Typing:
        """The text with one character more, or for a backspace one less."""
        text = self.text[:-1] if key == "backspace" else (self.text + key)[:_MOST_TYPED]
        return Typing(text, self.before)

    @property
    def number(self) -> float | None:
        """The number that it is so far, with a point or a comma; ``None`` where it is none, or not finite."""
        try:
            value = float(self.text.replace("−", "-").replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) else None


@dataclass(frozen=True)
class RowLayout:
    """Cells of the parts of each row: a mark, the name, the value between two arrows, and a bar or the categories."""

    name: int
    bar: int
    """0 where there is no room for one."""
    names: Mapping[str, str]
    """The name of each row as it is written."""

    @property
    def bar_at(self) -> int:
        """Where the bar begins."""
        return self.name + _VALUE + 6


def row_layout(rows: tuple[InputRow, ...], width: int) -> RowLayout:
    """The parts of rows so many cells wide."""
    names = tuple(row.name for row in rows)
    name = min(max(map(cell_len, names)), _NAME_LIMIT, max(width - _VALUE - 5, 1))
    layout = RowLayout(name, 0, dict(zip(names, short_names(names, name), strict=True)))
    room = min(width - layout.bar_at - 1, _LONGEST_BAR)
    return replace(layout, bar=room) if room >= _SHORTEST_BAR else layout


def row_line(
    row: InputRow, question: Question, layout: RowLayout, theme: Theme, *, is_chosen: bool, typing: Typing | None
) -> list[Piece]:
    """One row; the value that is chosen stands between arrows, and one beyond all samples is a warning."""
    axis, blank = theme.inks.axis, theme.inks.blank
    text, is_odd = _value(row, question)
    style = theme.inks.warning if is_odd else theme.inks.text
    if is_chosen and typing is not None:
        text = f"{typing.text}{_CURSOR}"[-_VALUE:]
    value = filled(text, _VALUE) if row.categories else f"{text:>{_VALUE}}"
    arrow = theme.inks.key if is_chosen else blank
    pieces = [
        (" ", blank),
        (filled(layout.names[row.name], layout.name), theme.inks.key if is_chosen else axis),
        (f" {LEFT if is_chosen else ' '}", arrow),
        (value, theme.inks.chosen if is_chosen else style),
        (f"{RIGHT if is_chosen else ' '}  ", arrow),
    ]
    return [*pieces, *_place(row, question, layout.bar, theme)] if layout.bar else pieces


def _value(row: InputRow, question: Question) -> tuple[str, bool]:
    """The value in words, and whether no sample has one like it."""
    if row.categories:
        category = row.category(question)
        return ("none", True) if category is None else (short_name(row.categories, category, _VALUE), False)
    value = question[row.first]
    return value_text(value), row.is_outside(value)


def _place(row: InputRow, question: Question, width: int, theme: Theme) -> list[Piece]:
    """Where a number lies between the lowest and the highest of all samples; of categories, which one it is."""
    if row.categories:
        category = row.category(question)
        words = "" if category is None else f"{category + 1} of {len(row.categories)}"
        return [(filled(words, width), theme.inks.axis)]
    value = question[row.first]
    line, track = bar((value - row.low) / ((row.high - row.low) or 1.0), width)
    # The value of the chosen row has the colour of the choice, so its bar is the warning, too; below all samples there
    # is only a track.
    is_outside = row.is_outside(value)
    inks = (theme.inks.warning, theme.inks.warning) if is_outside else (theme.inks.curve, theme.inks.border)
    return [(line, inks[0]), (track, inks[1])]


def about_row(row: InputRow) -> str:
    """What a row's values can be: its categories, or the range of the samples and the step of the keys."""
    if len(row.categories) > _NAMED:
        return f"one of {len(row.categories)}"
    if row.categories:
        return ", ".join(short_names(row.categories, _NAME_LIMIT))
    return f"samples {value_text(row.low)} to {value_text(row.high)}, step {value_text(row.step)}"


def number_at(row: InputRow, layout: RowLayout, cell: int) -> float | None:
    """The round number that a cell of a row's bar stands for; ``None`` beside the bar, and where there is none."""
    place = cell - layout.bar_at
    if row.categories or not 0 <= place < layout.bar:
        return None
    value = row.low + (row.high - row.low) * place / max(layout.bar - 1, 1)
    return float(f"{round(value / row.step) * row.step:.12g}")


Line = list[Piece]

PREDICTED: Final = "▸"
_ANSWER_LIMIT: Final = 14
_SHARE: Final = 7
_NUMBER: Final = 11
_ACTIVATION: Final = 7
"""Cells of an activation as a number: a space and six characters."""
_HALF: Final = 0.5
_LONGEST_ANSWER: Final = 60
_LEAST_BARS: Final = 3
_WIDEST_TILE: Final = 3


def answer_lines(snapshot: Snapshot, answer: Answer, theme: Theme, width: int, height: int) -> list[Line]:
    """The answer, and below it each hidden layer in as many lines as there is room for, at least one."""
    hidden = answer.activations[:-1]
    outputs = answer.shares if len(answer.shares) else answer.outputs
    spare = height - len(outputs) - 1
    per_layer = max(spare // max(len(hidden), 1), 1)
    layers = (_layer(snapshot, answer, layer, theme, width, per_layer) for layer in range(1, len(hidden) + 1))
    below = [line for lines in layers for line in lines]
    room = max(height - len(below) - bool(below), _LEAST_BARS)
    draw = _bars if len(answer.shares) else _numbers
    above = draw(snapshot, answer, theme, width, room)[:room]
    blank: list[Line] = [[]] if below and len(above) + len(below) < height else []
    return [*above, *blank, *below][:height]


def _bars(snapshot: Snapshot, answer: Answer, theme: Theme, width: int, height: int) -> list[Line]:
    """A bar for each class in their order; where they are too many, those with the largest shares."""
    shares = answer.shares
    shown: list[int] = list(range(len(shares)))
    if len(shares) > height:
        largest = np.argsort(-np.nan_to_num(shares, nan=-np.inf), kind="stable")
        shown = sorted(largest[: height - 1].tolist())
    lines = [_bar(snapshot, answer, index, theme, width) for index in shown]
    rest = len(shares) - len(shown)
    return [*lines, [(f"   … {rest} more", theme.inks.axis)]] if rest else lines


def _bar(snapshot: Snapshot, answer: Answer, index: int, theme: Theme, width: int) -> Line:
    """One class or label; the class that is predicted, and a label above one half, has a mark."""
    names, share = share_names(snapshot), float(answer.shares[index])
    name = min(max(map(cell_len, names)), _ANSWER_LIMIT, max(width - _SHARE - 6, 1))
    is_told = share > _HALF if answer.predicted is None else index == answer.predicted
    style = theme.inks.key if is_told else theme.inks.axis
    line, track = bar(share, max(min(width - name - _SHARE - 6, _LONGEST_ANSWER), 0))
    return [
        (f" {PREDICTED if is_told else ' '} ", style),
        (f"{filled(short_name(names, index, name), name)} ", style if is_told else theme.inks.text),
        (line, theme.inks.curve if is_told else theme.inks.axis),
        (track, theme.inks.border),
        (f"{output_text(snapshot, share):>{_SHARE}}", style),
    ]


def _numbers(snapshot: Snapshot, answer: Answer, theme: Theme, width: int, height: int) -> list[Line]:
    """Each predicted number that there is room for; a single one with its place between the extreme targets."""
    names = snapshot.dataset.output_names
    name = min(max(map(cell_len, names)), _ANSWER_LIMIT)
    lines: list[Line] = [
        [
            (f" {PREDICTED} {filled(one, name)}", theme.inks.key),
            (f"{value_text(value):>{_NUMBER}}", theme.inks.key),
        ]
        for one, value in zip(short_names(names, name)[:height], answer.outputs.tolist(), strict=False)
    ]
    room = min(width - name - _NUMBER - 5, _LONGEST_ANSWER)
    if len(names) == 1 and room > 0:
        low, high = target_range(snapshot)
        line, track = bar((float(answer.outputs[0]) - low) / (high - low), room)
        lines[0] += [("  ", theme.inks.blank), (line, theme.inks.curve), (track, theme.inks.border)]
    return lines


def _layer(snapshot: Snapshot, answer: Answer, number: int, theme: Theme, width: int, most: int) -> list[Line]:
    """The activations of a hidden layer, counted from 1: as numbers where they fit in so many lines, else as tiles."""
    values, heading = answer.activations[number - 1], f" layer {number} "
    room = max(width - len(heading) - 1, 1)
    per_line = room // _ACTIVATION
    if per_line and math.ceil(len(values) / per_line) <= most:
        pieces = [(f" {signed(value)}", number_style(value, theme)) for value in values.tolist()]
    else:
        activation = snapshot.layers[number - 1].activation
        cells = min(max(room // len(values), 1), _WIDEST_TILE)
        pieces, per_line = _tiles(values, activation, theme, cells), room // cells
    lines = [pieces[start : start + per_line] for start in range(0, len(pieces), per_line)]
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = [*lines[-1][:-1], ("…", theme.inks.axis)]
    blank = " " * len(heading)
    return [[(heading if not index else blank, theme.inks.axis), *line] for index, line in enumerate(lines)]


def _tiles(values: Array, activation: str, theme: Theme, cells: int) -> list[Piece]:
    """So many cells for each unit, in the colours of the map, which go through the range of the activation."""
    low, high = response_range(values, activation)
    with np.errstate(all="ignore"):
        levels = quantize((values - low) / (high - low), LEVELS)
    return [level_piece(theme.levels, level, cells) for level in levels.tolist()]


NOW: Final = "┃"
"""Where the value is that is asked about."""
_END: Final = 9
"""Cells of the lowest and of the highest value."""
_LEAST_STRIP: Final = 16
_LONGEST_STRIP: Final = 147
_AROUND: Final = 2
"""Rows at most that a strip has above and below its middle, where its names are."""


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
