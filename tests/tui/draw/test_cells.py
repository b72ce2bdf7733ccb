from __future__ import annotations

import numpy as np
import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.draw.cells import Mark, bar, changed_runs, half_blocks, log_share, quantize, resample
from tuinet.tui.draw.text import ink
from tuinet.tui.style.colour import contrast

COLOURS = ("#000000", "#808080", "#ffffff")
RED, BLUE = Style(color="red"), Style(color="blue")


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0.0, 0),
        (0.066, 0),
        (0.067, 1),
        (0.5, 7),
        (1.0, 14),
        (-3.0, 0),
        (7.0, 14),
        (9e75, 14),
        (-9e75, 0),
        (np.nan, 7),
        (np.inf, 7),
    ],
)
def test_quantize(value: float, level: int) -> None:
    assert quantize(np.array([[value]]), 15).tolist() == [[level]]


def test_half_blocks_put_two_pixel_rows_in_a_row_of_cells() -> None:
    upper, lower = [0, 0, 2, 1], [2, 2, 2, 1]
    (strip,) = half_blocks(np.array([upper, lower]), COLOURS, {})
    assert strip.text == "▀▀  "
    assert list(strip) == [
        Segment("▀▀", ink(COLOURS[0], COLOURS[2])),
        Segment(" ", ink(None, COLOURS[2])),
        Segment(" ", ink(None, COLOURS[1])),
    ]


def test_a_glyph_can_be_read_on_every_level() -> None:
    levels = np.array([[0, 1, 2], [0, 1, 2]])
    (strip,) = half_blocks(levels, COLOURS, {(0, 0): Mark("●"), (0, 1): Mark("○"), (0, 2): Mark("●")})
    assert strip.text == "●○●"
    for segment, background in zip(strip, COLOURS, strict=True):
        assert segment.style is not None
        assert segment.style.color is not None
        assert contrast(str(segment.style.color.name), background) >= 4.5


def test_resample_keeps_the_corners() -> None:
    values = np.arange(12.0).reshape(3, 4)
    assert resample(values, 3, 4) is values
    larger = resample(values, 6, 8)
    assert larger.shape == (6, 8)
    assert (larger[0, 0], larger[-1, -1]) == (0, 11)
    assert resample(values, 1, 1).shape == (1, 1)


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, ("", "────")), (1, ("━━━━", "")), (0.5, ("━━", "──")), (0.625, ("━━╸", "─")), (np.nan, ("", "────"))],
)
def test_bar(share: float, drawn: tuple[str, str]) -> None:
    assert bar(share, 4) == drawn


@pytest.mark.parametrize(
    ("value", "share"), [(1, 1), (1e-8, 0), (1e-4, 0.5), (0, 0), (-1, 0), (1e9, 1), (np.nan, 0), (np.inf, 1)]
)
def test_log_share(value: float, share: float) -> None:
    assert log_share(value, -8, 0) == pytest.approx(share)


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ([("abc", RED)], [("abc", RED)], []),
        ([("abc", RED)], [("ab", RED), ("c", RED)], []),
        ([("abc", RED)], [("axc", RED)], [(1, 2)]),
        ([("abc", RED)], [("ab", RED), ("c", BLUE)], [(2, 3)]),
        ([("a" * 20, RED)], [("b" + "a" * 18 + "b", RED)], [(0, 1), (19, 20)]),
        ([("a" * 6, RED)], [("b" + "a" * 4 + "b", RED)], [(0, 6)]),
        ([("a", RED)], [("ab", RED)], [(0, 2)]),
        ([("日b", RED)], [("月b", RED)], [(0, 2)]),
        ([("日" * 10, RED)], [("a" + "日" * 9 + "b", RED)], [(0, 20)]),
        ([("e ", RED)], [("e\u0301 ", RED)], [(0, 1)]),
        ([("👩‍🏫 x", RED)], [("12 x", RED)], [(0, 2)]),
        ([("🇩🇪 x", RED)], [("🇩🇰 x", RED)], [(0, 2)]),
        ([("☺️ x", RED)], [("☺  x", RED)], [(0, 2)]),
    ],
)
def test_changed_runs(old: list[tuple[str, Style]], new: list[tuple[str, Style]], runs: list[tuple[int, int]]) -> None:
    before, after = (Strip([Segment(*piece) for piece in pieces]) for pieces in (old, new))
    assert changed_runs(before, after) == runs
