"""The weights as lines in a small room: their strength and sign are told apart in every depth of colour, and in ASCII.

Rows of text of the diagram as the terminal gets them.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from rich.color import Color
from textual.color import Color as TextualColor
from textual.strip import Strip

from tests.factories import make_snapshot
from tests.tui.panels.network_factories import with_maps, with_weights
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.panels.network import layout
from tuinet.tui.panels.network.diagram import diagram_rows
from tuinet.tui.panels.network.edges import cells_between, drawn_edges, drawn_words, edges, labels, line_cells
from tuinet.tui.panels.network.placing import UnitsInSight
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import find_theme
from tuinet.tui.terminal.detect import Terminal
from tuinet.tui.terminal.filter import TerminalFilter

DARK = find_theme("dark")
ROOM = (45, 9)
"""Within the frame of the network at 80×24."""
STRENGTHS = (0.1, 0.5, 1.5, 3.0, 9.0)
DEPTHS = ("truecolor", "256", "16")


def shown(snapshot: Snapshot, terminal: Terminal, room: tuple[int, int] = ROOM) -> list[Strip]:
    """The diagram as this terminal gets it."""
    theme = adapted(DARK, terminal)
    rows = diagram_rows(with_maps(snapshot, room), layout(snapshot, room, UnitsInSight()), theme, room)
    line_filter = TerminalFilter(terminal, theme)
    return [row.apply_filter(line_filter, TextualColor(0, 0, 0)) for row in rows]


def one_line(weight: float, terminal: Terminal) -> list[tuple[str, Color | None]]:
    """The line of a single weight between two neurons: its characters and their colours, from left to right."""
    snapshot = with_weights(make_snapshot(hidden=(), inputs=1), 1, np.array([[weight]]))
    theme = adapted(DARK, terminal)
    diagram = layout(snapshot, (20, 9), UnitsInSight())
    cells = line_cells(edges(snapshot, diagram), theme)
    (row,) = {row for row, _ in cells}
    strips = shown(snapshot, terminal, (20, 9))
    columns = [column for _, column in sorted(cells)]
    drawn = [(text, style.color if style else None) for text, style, _ in strips[row] for text in text]
    return drawn[min(columns) : max(columns) + 1]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("sign", [1, -1])
def test_every_strength_looks_different_in_every_depth_of_colour(depth: str, sign: int) -> None:
    terminal = Terminal(colours=depth)  # type: ignore[arg-type]
    looks = [tuple(one_line(sign * size, terminal)) for size in STRENGTHS]
    assert len(set(looks)) == (4 if depth == "16" else 5)
    assert len({"".join(text for text, _ in look) for look in looks}) == 4  # without any colour


@pytest.mark.parametrize(
    "terminal",
    [
        Terminal("truecolor"),
        Terminal("256"),
        Terminal("16"),
        Terminal("16", "console"),
        Terminal("none", "ascii"),
    ],
)
def test_signs_differ_in_shape(terminal: Terminal) -> None:
    for size in STRENGTHS:
        positive, negative = ("".join(text for text, _ in one_line(sign * size, terminal)) for sign in (1, -1))
        assert " " not in positive.replace("⠀", " ")
        assert positive != negative


def test_ascii_and_the_console_have_a_glyph_for_each_strength() -> None:
    def glyphs(terminal: Terminal) -> list[str]:
        return [one_line(size, terminal)[0][0] for size in STRENGTHS]

    assert glyphs(Terminal("none", "ascii")) == [".", "-", "=", "#", "#"]
    assert glyphs(Terminal("16", "console")) == ["·", "─", "═", "≡", "≡"]


def test_xor_in_ascii() -> None:
    weights = with_weights(make_snapshot(), 1, np.array([[0.1, -0.5], [1.5, -5.0]]))
    rows = [row.text.rstrip() for row in shown(weights, Terminal("none", "ascii"))]
    assert rows == [
        " inputs            layer 1 sigmoid   layer 2",
        " x1                h1",
        "  .-+#%@ +0.100.... .-+#%@           y",
        "  .-+#%@            .-+#%@ -5.000     .-+#%@",
        "  .-+#%@ -0.500 === .-+#%@       ## # .-+#%@",
        " x2         ====   h2                 .-+#%@",
        "  .-+#%@ +1.500 - - .-+#%@      ##### .-+#%@",
        "  .-+#%@            .-+#%@ +5.000   b=-2.500",
        "  .-+#%@ -5.000## # .-+#%@",
    ]


def test_eight_neurons_twice_are_all_in_sight_in_the_small_room() -> None:
    snapshot = make_snapshot(hidden=(8, 8))
    diagram = layout(snapshot, ROOM, UnitsInSight())
    assert len(diagram.nodes) == 2 + 8 + 8 + 1
    text = "\n".join(row.text for row in shown(snapshot, Terminal("truecolor")))
    assert all(text.count(f"h{index}") == 2 for index in range(1, 9))


def test_in_a_crowd_only_the_strongest_weights_have_lines_and_the_title_counts_them() -> None:
    weights = np.random.default_rng(0).uniform(0.5, 1.5, size=(8, 8))
    snapshot = with_weights(make_snapshot(hidden=(8, 8)), 2, weights)
    some = edges(snapshot, layout(snapshot, ROOM, UnitsInSight()))
    between = [edge for edge in some if edge.target[0] == 2]
    drawn = {(edge.source[1], edge.target[1]) for edge in drawn_edges(between)}
    strongest = np.argsort(-weights, axis=None)[:12]
    assert drawn == {(int(index) // 8, int(index) % 8) for index in strongest}
    assert len([edge for edge in drawn_edges(between, (2, 3)) if edge.target == (2, 3)]) == 8
    assert drawn_words(some) == (
        "lines: strongest 36 of 88 weights",
        "lines: 36 of 88 weights",
        "36 of 88 weights",
    )
    assert drawn_words([edge for edge in some if edge.target[0] == 1]) == ()


def test_the_strongest_weights_keep_their_lines_beside_those_of_the_cursor() -> None:
    weights = np.full((12, 12), 0.01)
    np.fill_diagonal(weights, 3.0)
    snapshot = with_weights(make_snapshot(hidden=(12, 12)), 2, weights)
    diagram = layout(snapshot, (100, 60), UnitsInSight())
    some = [edge for edge in edges(snapshot, diagram) if edge.target[0] == 2]
    assert len(some) == 144
    strongest = {(unit, unit) for unit in range(12)}
    assert {(edge.source[1], edge.target[1]) for edge in drawn_edges(some, (1, 0))} == strongest
    chosen = {(edge.source[1], edge.target[1]) for edge in drawn_edges(some, (2, 3))}
    assert chosen == strongest | {(source, 3) for source in range(12)}


def test_numbers_on_crossing_lines_are_rows_apart() -> None:
    for room in ((78, 20), (118, 31)):
        snapshot = make_snapshot()
        placed = labels(edges(snapshot, layout(snapshot, room, UnitsInSight())), DARK)
        for column in {column for _, column in placed}:
            rows = sorted(row for row, own in placed if own == column)
            assert all(low - high >= 3 for high, low in pairwise(rows))


def test_so_many_numbers_that_none_is_at_its_line_are_left_out() -> None:
    snapshot = make_snapshot(hidden=(9,), inputs=30)
    some = edges(snapshot, layout(snapshot, (198, 55), UnitsInSight()))
    assert [edge.target[0] for edge in some].count(1) > 10 * 9
    assert not any(column < 99 for _, column in labels(some, DARK, (1, 0)))


def test_a_line_of_whole_cells_has_one_in_every_column_or_row() -> None:
    assert cells_between((0, 0), (9, 8)) == ((0, 0), (0, 1), (1, 2), (2, 3), (2, 4))
    steep = cells_between((0, 0), (3, 16))
    assert [row for row, _ in steep] == [0, 1, 2, 3, 4]
    assert cells_between((4, 4), (4, 4)) == ((1, 2),)
