"""A small confusion matrix for each label: no and yes, true and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.short_names import short_names
from tuinet.tui.draw.text import Piece, accuracy_text, filled, first_fitting, padded, part_text, percent, row, width_of
from tuinet.tui.panels.confusion.bars import bars_below
from tuinet.tui.panels.confusion.matrix import NumberMatrix, cell_ink, heat, judged_sets
from tuinet.tui.panels.confusion.mistakes import Line
from tuinet.tui.style.theme import Theme

ANSWERS: Final = ("no", "yes")
_GAP: Final = 3
_BLOCK: Final = 4
"""Rows of a label: its name, the answers, and a row for each true answer."""
_WIDTH: Final = 20
"""Cells of a matrix, if not more digits need more."""
_NAME_LIMIT: Final = 16
_HEADINGS: Final = ("yes→yes", "yes→no", "no→yes", "no→no", "accuracy", "F1")
_SHORT_HEADINGS: Final = ("y→y", "y→n", "n→y", "n→n", " acc.", "F1")
_ENTRIES: Final = ((1, 1), (1, 0), (0, 1), (0, 0))
"""Row and column of a matrix below each of the first headings."""
_LEAST: Final = 4
"""Cells of a number at least."""


def label_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, on_test: bool) -> list[Strip]:
    """A matrix for each label beside one another, or a row for each; and below them bars, where there is room."""
    sets, names = judged_sets(snapshot, on_test), snapshot.dataset.target_names
    metrics = sets[0][1]
    lines = _grid(metrics, names, theme, width, height) or _table(metrics, names, theme, width, height)
    lines += bars_below(sets, names, theme, width, height - len(lines))
    return [row(line, width, theme.inks.blank) for line in lines][: max(height, 0)]


def label_title(snapshot: Snapshot, on_test: bool, room: int) -> str:
    """The name of the set, of how many samples all labels are right, and which way a matrix is to be read."""
    name, metrics = judged_sets(snapshot, on_test)[0]
    short = f"labels · {name}"
    counted = f"{short} {accuracy_text(metrics)} all right"
    return first_fitting((f"{counted} · rows: true, columns: answered", counted, short, "labels"), room)


def label_legend(snapshot: Snapshot, theme: Theme, on_test: bool, room: int) -> list[Piece]:
    """The mean accuracy and F1 of the labels, and how many samples were evaluated."""
    metrics = judged_sets(snapshot, on_test)[0][1]
    if metrics.label_accuracy is None or metrics.macro_f1 is None:
        return []
    said = f"per label {percent(metrics.label_accuracy)}", f"macro F1 {metrics.macro_f1:.2f}", part_text(metrics)
    whole = " · ".join(filter(None, said))
    return [(first_fitting((whole, " · ".join(said[:2]), said[0]), room), theme.inks.axis)]


def _grid(metrics: Metrics, names: tuple[str, ...], theme: Theme, width: int, height: int) -> list[Line]:
    """The matrices in rows and columns; nothing where they do not all fit."""
    blocks = [_block(metrics, index, name, theme) for index, name in enumerate(short_names(names, _NAME_LIMIT))]
    across = max(width_of(line) for block in blocks for line in block) + _GAP
    columns = max((width - 1 + _GAP) // across, 0)
    if not columns or -(-len(blocks) // columns) * (_BLOCK + 1) - 1 > height:
        return []
    lines: list[Line] = []
    for first in range(0, len(blocks), columns):
        shown = blocks[first : first + columns]
        beside = [[padded(line, across, theme.inks.blank) for line in block] for block in shown]
        lines += [[(" ", theme.inks.blank), *(piece for line in rows for piece in line)] for rows in zip(*beside)]  # noqa: B905
        lines.append([])
    return lines[:-1]


def _block(metrics: Metrics, index: int, name: str, theme: Theme) -> list[Line]:
    """The name of a label with its accuracy and F1, above its matrix."""
    matrix, said = NumberMatrix(_of_label(metrics, index), ANSWERS, _WIDTH), f"  {_measures(metrics, index)}"
    heading: Line = [(name, theme.inks.heading), (said, theme.inks.axis)]
    return [heading, *matrix.lines(theme, with_precision=False)]


def _of_label(metrics: Metrics, index: int) -> Metrics:
    assert metrics.label_confusions is not None
    return Metrics(metrics.loss, metrics.samples, confusion=metrics.label_confusions[index])


def _measures(metrics: Metrics, index: int) -> str:
    if metrics.label_accuracies is None or metrics.f1 is None:
        return ""
    return f"{percent(float(metrics.label_accuracies[index]))}, F1 {metrics.f1[index]:.2f}"


def _table(metrics: Metrics, names: tuple[str, ...], theme: Theme, width: int, height: int) -> list[Line]:
    """A row for each label: its matrix in a line, accuracy and F1."""
    axis, text = theme.inks.axis, theme.inks.text
    headings = _HEADINGS if _needs(_HEADINGS) <= width else _SHORT_HEADINGS
    cells = [max(len(word), _LEAST) + 1 for word in headings]
    name_width = max(min(max(map(cell_len, names)), width - sum(cells) - 1), 1)
    titles = "".join(f"{word:>{cell}}" for word, cell in zip(headings, cells, strict=True))
    lines: list[Line] = [[(" " * (name_width + 1) + titles, axis)]]
    shown = len(names) if len(names) < height else max(height - 2, 0)
    for index, name in enumerate(short_names(names, name_width)[:shown]):
        named: Line = [(f" {filled(name, name_width)}", text)]
        lines.append([*named, *_numbers(metrics, index, cells, theme)])
    more = len(names) - shown
    return [*lines, [(f" … {more} more", axis)]] if more else lines


def _numbers(metrics: Metrics, index: int, cells: Sequence[int], theme: Theme) -> Line:
    """The entries of a label's matrix, those with the label first, and its accuracy and F1."""
    if metrics.label_confusions is None or metrics.label_accuracies is None or metrics.f1 is None:
        return []
    matrix, levels = metrics.label_confusions[index].tolist(), heat(metrics.label_confusions[index]).tolist()
    pieces: Line = [
        (f"{matrix[true][said]:>{cell}}", cell_ink(levels[true][said], true == said, theme))
        for (true, said), cell in zip(_ENTRIES, cells, strict=False)
    ]
    shares = percent(float(metrics.label_accuracies[index])), f"{metrics.f1[index]:.2f}"
    measures = "".join(f"{share:>{cell}}" for share, cell in zip(shares, cells[len(_ENTRIES) :], strict=True))
    return [*pieces, (measures, theme.inks.axis)]


def _needs(headings: Sequence[str]) -> int:
    """Cells of a table with these headings, and room for names."""
    return sum(max(len(word), _LEAST) + 1 for word in headings) + _NAME_LIMIT // 2
