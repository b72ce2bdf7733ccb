from __future__ import annotations

import io
import random

import numpy as np
import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from tuinet.tui.cells import Mark, bar, changed_runs, half_blocks, log_share, place, quantize, resample
from tuinet.tui.colour import contrast
from tuinet.tui.crop import CroppedUpdate, cropped
from tuinet.tui.text import ink

COLOURS = ("#000000", "#808080", "#ffffff")
RED, BLUE = Style(color="red"), Style(color="blue")


@pytest.mark.parametrize(
    ("value", "level"),
    [(0.0, 0), (0.066, 0), (0.067, 1), (0.5, 7), (1.0, 14), (-3.0, 0), (7.0, 14), (np.nan, 7), (np.inf, 7)],
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


@pytest.mark.parametrize(
    ("point", "cell"),
    [((0, 1), (0, 0)), ((1, 0), (9, 19)), ((0.5, 0.5), (5, 10)), ((-9, 9), (0, 0)), ((9, -9), (9, 19))],
)
def test_place(point: tuple[float, float], cell: tuple[int, int]) -> None:
    assert place(*point, ((0, 1), (0, 1)), (10, 20)) == cell


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
    ],
)
def test_changed_runs(old: list[tuple[str, Style]], new: list[tuple[str, Style]], runs: list[tuple[int, int]]) -> None:
    before, after = (Strip([Segment(*piece) for piece in pieces]) for pieces in (old, new))
    assert changed_runs(before, after) == runs


def test_a_cropped_update_leaves_the_screen_as_textuals_own_does() -> None:
    """Random changes, written in both forms to two terminals: no cell differs, and fewer bytes are written."""
    generator = random.Random(1)
    console = Console(file=io.StringIO(), force_terminal=True, color_system="256", width=40)
    screens = [pyte.Screen(40, 6), pyte.Screen(40, 6)]
    streams = [pyte.Stream(screen) for screen in screens]
    sizes = [0, 0]
    rows = [_random_row(generator, 40) for _ in range(6)]
    for frame in range(60):
        changed = rows if frame == 0 else [_changed(generator, row) for row in rows]
        spans = [
            (y, left, right)
            for y, (old, new) in enumerate(zip(rows, changed, strict=True))
            for left, right in ([(0, 40)] if frame == 0 else changed_runs(old, new))
        ]
        rows = changed
        if not spans:
            continue
        chops = [dict(zip((0, 15), row.divide([15, 40]), strict=True)) for row in rows]
        stock = ChopsUpdate(chops, spans, [[15, 40]] * 6)
        for index, update in enumerate((stock, cropped(stock))):
            assert isinstance(update, ChopsUpdate)
            text = update.render_segments(console)
            sizes[index] += len(text)
            streams[index].feed(text)
        assert isinstance(cropped(stock), CroppedUpdate)
        assert screens[0].buffer == screens[1].buffer
    assert sizes[1] < sizes[0] / 2


def _random_row(generator: random.Random, width: int) -> Strip:
    return Strip([Segment(generator.choice("▀ ●x"), ink(None, generator.choice(COLOURS))) for _ in range(width)], width)


def _changed(generator: random.Random, row: Strip) -> Strip:
    cells = list(row)
    for _ in range(generator.randint(0, 2)):
        cells[generator.randrange(len(cells))] = Segment("#", ink(None, generator.choice(COLOURS)))
    return Strip(cells, len(cells))
