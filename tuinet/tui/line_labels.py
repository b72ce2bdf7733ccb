"""Labels at the ends of curves: each in the row where its curve ends, or as near to it as there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby


def label_rows(ends: Mapping[int, float], rows: int, per_row: int) -> dict[int, list[int]]:
    """Which labels stand in which row, from left to right.

    Labels keep the order of their curves from top to bottom, and move as little as possible to where there is room.

    Parameters
    ----------
    ends
        For each label the row in which its curve ends, counted from 0 at the top; of its fraction nothing is lost.
    rows
        How many rows there are; labels that find no room are left out.
    per_row
        How many labels a row can hold.
    """
    ordered = sorted(ends, key=lambda label: (ends[label], label))[: rows * per_row]
    middle = (per_row - 1) / 2
    wanted = [min(max(round(ends[label]), 0), rows - 1) * per_row + middle for label in ordered]
    slots = _apart(wanted, rows * per_row)
    by_row = groupby(zip(slots, ordered, strict=True), key=lambda pair: pair[0] // per_row)
    return {line: sorted(label for _, label in group) for line, group in by_row}


def _apart(wanted: Sequence[float], room: int) -> list[int]:
    """Whole places from 0 up to a limit, each its own, in the given order and together as near as possible.

    Where places are wanted too near to one another, they form a block around their common middle (the algorithm of
    pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        blocks.append((place - index, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (before, some), (after, more) = blocks.pop(-2), blocks.pop()
            blocks.append(((before * some + after * more) / (some + more), some + more))
    shifts = [shift for shift, count in blocks for _ in range(count)]
    return [index + min(max(round(shift), 0), room - len(wanted)) for index, shift in enumerate(shifts)]


def ranges_text(numbers: Sequence[int]) -> str:
    """Whole numbers, as in ``1-4 7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else " ".join(map(str, run)) for run in runs)
