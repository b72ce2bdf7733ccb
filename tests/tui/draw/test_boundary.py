"""The decision boundary on maps of every theme, in every colour mode, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.factories import make_dataset, make_points, make_snapshot, make_surface
from tuinet.observe.contours import boundary
from tuinet.observe.planes import Contour, Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.boundary import (
    boundary_marks,
    has_threshold,
    line_pieces,
    line_words,
    only_answer,
    threshold,
    with_names,
)
from tuinet.tui.draw.cells import Mark
from tuinet.tui.draw.chart import MapLayout, map_layout
from tuinet.tui.panels.map.drawing import map_rows
from tuinet.tui.panels.map.fits import fit_rows
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.colour import INK, PAPER, contrast
from tuinet.tui.style.theme import Theme, find_theme, load_themes
from tuinet.tui.terminal.detect import Colours, Glyphs, Terminal
from tuinet.tui.terminal.filter import TerminalFilter
from tuinet.tui.terminal.substitutes import ASCII, CONSOLE, dots

DARK = find_theme("dark")
LAYOUT = MapLayout(10, 5, 0, ((0.0, 10.0), (0.0, 5.0)), ("x1", "x2"))


def crossed(across: float = 5.0) -> Surface:
    """A map with an upright line."""
    line = np.array([[[across, -1.0], [across, 6.0]]])
    return Surface((0.0, 10.0), (0.0, 5.0), np.tile(np.linspace(0, 1, 10), (10, 1)), lines=line)


def test_the_dots_are_where_the_line_is() -> None:
    marks = boundary_marks(crossed(5.2), LAYOUT, DARK)
    assert set(marks) == {(row, 5) for row in range(5)}
    assert {dots(mark.glyph) for mark in marks.values()} == {frozenset((row, 0) for row in range(4))}
    assert boundary_marks(make_surface(), LAYOUT, DARK) == {}


@pytest.mark.parametrize("theme", load_themes(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("colours", ["truecolor", "256", "16"])
def test_the_line_can_be_read_on_every_shade(theme: Theme, colours: Colours) -> None:
    own = adapted(theme, Terminal(colours, "unicode"))
    (mark,) = {mark.colour for mark in boundary_marks(crossed(), LAYOUT, own).values()}
    assert mark is None
    for colour in (*own.map_levels, *own.map_class_levels(4)):
        style = boundary_marks(crossed(), LAYOUT, own)[0, 5].style(colour)
        assert style.color is not None
        assert style.bgcolor is not None
        if style.color.triplet is not None and style.bgcolor.triplet is not None:
            assert contrast(style.color.triplet.hex, style.bgcolor.triplet.hex) > 4
        assert style.color != style.bgcolor


@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_without_colours_the_line_stands_on_no_ink(glyphs: Glyphs) -> None:
    terminal = Terminal("none", glyphs)
    theme = adapted(DARK, terminal)
    marks = boundary_marks(crossed(), LAYOUT, theme)
    assert {(mark.colour, mark.ground) for mark in marks.values()} == {(INK, PAPER)}
    snapshot = make_snapshot(surface=crossed())
    rows = map_rows(snapshot, theme, 31, 12)
    sent = [row.apply_filter(TerminalFilter(terminal, theme), None) for row in rows]  # type: ignore[arg-type]
    layout = map_layout(snapshot, 31, 12)
    column = layout.gutter + layout.cell_of(5.0, 2.5)[1]
    seen = {row.text[column] for row in sent[: layout.rows]}
    assert seen == {"⡇"} if glyphs == "unicode" else seen == {"|"}


def test_what_stands_in_for_a_piece_of_a_line_is_never_a_blank() -> None:
    for code in range(0x2801, 0x2900):
        assert chr(code).translate(ASCII) not in (" ", "?")
        assert chr(code).translate(CONSOLE) not in (" ", "?")


def test_few_samples_are_not_hidden_by_the_line_and_it_is_not_hidden_by_many() -> None:
    dataset = make_dataset()

    def drawn(X: np.ndarray[tuple[int, ...], np.dtype[np.float64]], answer: float) -> str:
        points = make_points(dataset, X, np.zeros((len(X), 1)))._replace(answers=np.full(len(X), answer))
        rows = map_rows(make_snapshot(surface=crossed()._replace(train=points)), DARK, 31, 12)
        column = map_layout(make_snapshot(surface=crossed()), 31, 12)
        return "".join(row.text[column.gutter + column.cell_of(5.0, 0)[1]] for row in rows[: column.rows])

    middle = np.column_stack([np.full(3, 5.0), np.linspace(1, 4, 3)])
    everywhere = np.stack(np.meshgrid(np.linspace(0, 10, 40), np.linspace(0, 5, 30)), axis=-1).reshape(-1, 2)
    assert drawn(middle, 0.0).count("●") == 3
    assert "●" not in drawn(everywhere, 0.0)
    assert drawn(everywhere, 1.0).count("A") > 5


def said(snapshot: Snapshot) -> list[str]:
    return [text for text, _ in line_pieces(snapshot, DARK)]


def test_what_is_said_of_the_line() -> None:
    assert said(make_snapshot(surface=crossed())) == ["⠒⠒"]
    assert said(make_snapshot(surface=make_surface())) == said(make_snapshot(surface=None)) == []
    assert line_words(make_snapshot()) == "P(1) = 0.5"
    assert line_words(make_snapshot(loss_name="mse")) == "output = 0.5"
    assert line_words(make_snapshot(outputs=3)) == "borders"


def test_where_all_is_one_class_its_name_is_said() -> None:
    one = make_surface()._replace(only=1)
    names = make_dataset(class_names=("a mouse", "a very long elephant"))
    assert only_answer(make_snapshot(surface=one), 28) == "no boundary: 1 everywhere"
    assert only_answer(make_snapshot(surface=one, dataset=names), 34) == "no boundary: ver lon el everywhere"
    assert only_answer(make_snapshot(surface=make_surface()), 28) == ""
    assert boundary(np.ones((4, 4, 1)), 0.0)[1] == 1
    assert boundary(-np.ones((4, 4, 1)), 0.0)[1] == 0
    assert boundary(np.tile([0.0, 2.0, 1.0], (4, 4, 1)), 0.0)[1] == 1


def hilly() -> Surface:
    """A slope from left to right with the contours at 2.5 and 7.5, over the same plane as the others."""
    lines = [Contour(x, np.array([[[x, 0.0], [x, 5.0]]])) for x in (2.5, 7.5)]
    return make_surface()._replace(x_range=(0.0, 10.0), y_range=(0.0, 5.0), contours=tuple(lines))


def test_contours_are_whole_and_named_beside_themselves() -> None:
    snapshot = make_snapshot(task="regression", surface=hilly())
    layout = map_layout(snapshot, 31, 12)
    rows = [row.text[layout.gutter :] for row in map_rows(snapshot, DARK, 31, 12)[: layout.rows]]
    for value, name in ((2.5, "2.5"), (7.5, "7.5")):
        column = layout.cell_of(value, 0.0)[1]
        assert {row[column] for row in rows} == {"⡇"} or {row[column] for row in rows} == {"⢸"}
        assert sum(name in row for row in rows) == -(-layout.rows // 5)
        # Right beside the line, a piece of it would look like the sign of the number.
        assert all(row.startswith(name, column + 2) for row in rows if name in row)
    assert said(snapshot) == ["⠒⠒"]
    assert line_words(snapshot) == "y1 = 2.5, 7.5"


def test_the_value_of_a_contour_hides_no_sample() -> None:
    dataset = make_dataset(task="regression")
    points = make_points(dataset, np.array([[2.8, y] for y in np.linspace(0.2, 4.8, 12)]), np.zeros((12, 1)))
    surface = hilly()._replace(train=points)
    rows = [row.text for row in map_rows(make_snapshot(task="regression", surface=surface), DARK, 31, 12)]
    assert sum(row.count("●") for row in rows) == sum(row.count("●") for row in rows if "2.5" not in row)


def test_along_a_single_input_the_level_that_decides_is_drawn() -> None:
    snapshot = make_snapshot(inputs=1)
    assert has_threshold(snapshot)
    assert (line_words(snapshot), threshold(snapshot)) == ("P(1) = 0.5", 0.5)
    rows = [row.text for row in fit_rows(snapshot, DARK, 60, 16)]
    (level,) = [row for row in rows if row.lstrip().startswith("0.5")]
    assert sum("\u2800" < character <= "\u28ff" for character in level) > 40
    assert not has_threshold(make_snapshot(inputs=1, task="regression"))


def test_a_name_has_blanks_around_it_where_that_is_wished() -> None:
    marks = {(0, column): Mark("●") for column in (5, 9)}
    assert with_names(marks, [("2.5", [(0, 5)])], 12, None).keys() - marks.keys() == {(0, 6), (0, 7), (0, 8)}
    assert with_names(marks, [("2.5", [(0, 5)])], 12, None, gap=1) == marks
    wide = {(0, column): Mark("●") for column in (5, 11)}
    assert with_names(wide, [("2.5", [(0, 5)])], 12, None, gap=1).keys() - wide.keys() == {(0, 7), (0, 8), (0, 9)}
