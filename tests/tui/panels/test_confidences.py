from __future__ import annotations

import numpy as np
import pytest

from tuinet.observe.gallery import Gallery, Verdicts
from tuinet.observe.view import GalleryView
from tuinet.tui.panels.confusion.bars import CONFIDENCE_ROWS, NARROWEST, confidence_lines
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")

WIDTH = 48
"""Cells for ten bars of four cells each, beside the names of the halves and a margin."""


def gallery(confidences: list[float], wrong: list[bool], total: int | None = None) -> Gallery:
    count = len(confidences)
    verdicts = Verdicts(np.array(wrong, np.intp), np.zeros(count, np.intp), np.array(confidences))
    empty = np.zeros((count, 1))
    return Gallery(GalleryView(0, 500), True, total or count, count, None, np.arange(count), empty, empty, verdicts)


def drawn(found: Gallery, height: int, classes: int = 2) -> list[str]:
    lines = confidence_lines(found, classes, DARK, WIDTH, height)
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_right_ones_and_wrong_ones_have_bars_of_their_own() -> None:
    found = gallery([0.51, 0.97, 0.99, 1.0, 0.72], [False, False, False, False, True])
    heading, *rows = drawn(found, 7)
    assert heading == " how sure the network is of 5 test samples"
    # Ten bars from 50 % to 100 %: one right sample in the first, three in the last; the wrong one is in the fifth.
    assert rows == [
        " right" + " " * 37 + "▇▇▇▇",
        " " * 7 + "▅▅▅▅" + " " * 32 + "████",
        " wrong" + " " * 17 + "▇▇▇▇",
        " " * 23 + "████",
        " " * 7 + "┬" + "─" * 19 + "┬" + "─" * 18 + "┬",
        " " * 7 + "50%" + " " * 16 + "75%" + " " * 14 + "100%",
    ]


def test_the_least_share_is_that_of_chance() -> None:
    assert "25%" in drawn(gallery([0.3], [False]), CONFIDENCE_ROWS, classes=4)[-1]


def test_where_it_is_low_the_labels_stay_and_the_axis_goes() -> None:
    both = gallery([0.6, 0.99], [True, False])
    assert [row.strip()[:5] for row in drawn(both, CONFIDENCE_ROWS + 1)] == ["how s", "right", "wrong", "50%  "]
    assert not drawn(both, CONFIDENCE_ROWS)
    assert len(drawn(gallery([0.6], [False]), CONFIDENCE_ROWS)) == CONFIDENCE_ROWS
    assert len(drawn(both, 5)) == len(drawn(both, 6)) == 5
    assert len(drawn(both, 7)) == 7


def test_a_half_without_samples_leaves_its_room_to_the_other() -> None:
    found = gallery([0.9] * 3, [False] * 3)
    heading, *rows = ("".join(text for text, _ in line) for line in confidence_lines(found, 2, DARK, 100, 9))
    assert heading == " how sure the network is of 3 test samples · all right: 3, up to 3 in a bar"
    assert sum("█" in row or "▇" in row for row in rows) == 6
    assert not any("wrong" in row for row in rows)


def test_the_heading_counts_and_says_what_a_bar_counts() -> None:
    found = gallery([0.9] * 3 + [0.6], [False] * 3 + [True], total=900)
    (heading, *_) = ("".join(text for text, _ in line) for line in confidence_lines(found, 2, DARK, 104, 5))
    assert heading == (
        " how sure it is of the first 4 test samples · right 3, up to 3 in a bar · wrong 1, up to 1 in a bar"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1.2, -3.0])
def test_what_is_beyond_all_shares_counts_at_an_end(value: float) -> None:
    rows = drawn(gallery([value], [False]), 5)
    assert rows[2].strip() == "████"


@pytest.mark.parametrize(("width", "height"), [(NARROWEST - 1, 20), (80, CONFIDENCE_ROWS - 1)])
def test_nothing_is_drawn_without_room(width: int, height: int) -> None:
    assert confidence_lines(gallery([0.9], [False]), 2, DARK, width, height) == []
