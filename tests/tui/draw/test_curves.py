"""How much of a curve is drawn: as much as can be seen, and no more than a key can wait for."""

from __future__ import annotations

import numpy as np
import plotext
import pytest
from rich.style import Style

from tuinet.tui.draw.curves import LINE, Series, chart, loss_chart
from tuinet.tui.draw.scales import linear_axis

PLAIN = Style()
EPOCHS = np.arange(500.0)


def drawn_points(monkeypatch: pytest.MonkeyPatch, noise: float, lines: int) -> list[tuple[list[float], list[float]]]:
    """What plotext was given to draw."""
    drawn: list[tuple[list[float], list[float]]] = []
    plot = plotext.plot

    def noted(x: list[float], y: list[float], **options: object) -> None:
        drawn.append((x, y))
        plot(x, y, **options)

    monkeypatch.setattr(plotext, "plot", noted)
    generator = np.random.default_rng(lines)
    series = [Series(EPOCHS, np.exp(-EPOCHS / 100) + noise * generator.random(500), PLAIN, LINE) for _ in range(lines)]
    loss_chart(series, 300, 100, log=False, axes=PLAIN)
    return drawn


def test_a_usual_line_is_drawn_with_all_its_points(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [len(x) for x, _ in drawn_points(monkeypatch, 0.01, 2)] == [500, 500]


def test_many_restless_lines_on_a_large_screen_lose_points_but_not_their_last(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_points(monkeypatch, 1.0, 12)
    dots = sum(np.abs(np.diff(y)).sum() for _, y in drawn) / max(max(y) for _, y in drawn) * 4 * 97
    assert 10_000 < dots < 20_000
    assert {x[-1] for x, _ in drawn} == {499.0}


@pytest.mark.parametrize("rows", [6, 13])
@pytest.mark.parametrize("share", [0.02, 0.11, 0.25, 0.38, 0.5, 0.63, 0.77, 0.9, 0.99])
def test_a_mark_stands_in_the_cell_through_which_its_line_goes(rows: int, share: float) -> None:
    size, style, down = (40, rows), Style(color="red"), linear_axis(0.0, 1.0, rows - 2)
    level = np.array([share, share])
    line = Series(np.array([0.0, 10.0]), level, style)
    mark = Series(np.array([2.0, 5.0]), level, style, "x")
    drawn = [strip.text for strip in chart([line, mark], (0.0, 10.0), down, size, style)]
    (row,) = [text for text in drawn if "x" in text]
    assert row.count("x") == 2
    assert any("⠀" < character <= "⣿" or character == "━" for character in row)
