"""The network's diagram as rows of text, and what its lines, colours and numbers say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from tests.factories import make_snapshot
from tests.tui.panels.network_factories import with_maps, with_weights
from tuinet.data.dataset import Task
from tuinet.nn.training import PhaseName
from tuinet.observe.map import UnitMaps
from tuinet.observe.pixels import domain_of
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import NetworkView, Unit
from tuinet.tui.draw.cells import Array, changed_runs
from tuinet.tui.draw.text import Piece, ink, width_of
from tuinet.tui.panels.network import layout, neuron_pieces, scale_pieces
from tuinet.tui.panels.network.diagram import diagram_rows
from tuinet.tui.panels.network.edges import draw_edges, edges, labels, pen, sign_pieces
from tuinet.tui.panels.network.pictures import unit_shade
from tuinet.tui.panels.network.placing import UnitsInSight
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import CLASS_LEVELS, find_theme
from tuinet.tui.terminal.detect import Terminal

DARK, LIGHT = find_theme("dark"), find_theme("light")
XOR = make_snapshot()
"""Layer 1: x1 -5.000 and -1.667, x2 +1.667 and +5.000; layer 2: h1 -5, h2 +5."""


def draw(
    snapshot: Snapshot,
    width: int,
    height: int,
    cursor: Unit | None = None,
    opened: Unit | None = None,
    sight: UnitsInSight | None = None,
) -> list[Strip]:
    snapshot = with_maps(snapshot, (width, height), sight)
    diagram = layout(snapshot, (width, height), sight or UnitsInSight())
    return diagram_rows(snapshot, diagram, DARK, (width, height), cursor, opened)


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def said(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def test_xor() -> None:
    assert texts(draw(XOR, 35, 17)) == [
        " inputs       layer 1      layer 2",
        "              sigmoid      sigmoid",
        "",
        " x1           h1",
        "",
        "        ⠿⠿ ⠿⠿",
        "                     ⢷⣦    y",
        "        ⢲⡄   ⣴        ⠈ ⢷⣄",
        "         ⢉⡀ ⣼⠃b = −1.000 ⠙",
        "          ⠻⠄⠃",
        " x2      ⢀⡾⠰⣆ h2         ⣠⡶",
        "        ⢀⡾⠁ ⠉⣀         ⢠⣾⠋b=−2.500",
        "        ⠚⠁   ⠙       ⢀⣴⠟⠁",
        "                     ⠛⠁",
        "        ⠿⠿⠿⠿⠿⠿",
        "              b = +1.000",
        "",
    ]


def test_the_cursor_has_a_heavy_frame_and_the_neuron_on_the_map_a_light_one() -> None:
    rows = texts(draw(XOR, 35, 17, cursor=(1, 1), opened=(1, 0)))
    assert [row[13:22] for row in rows[3:9]] == ["┌h1─────┐", *["│       │"] * 4, "└b=−1.00┘"]
    assert [row[13:22] for row in rows[10:16]] == ["┏h2━━━━━┓", *["┃       ┃"] * 4, "┗b=+1.00┛"]
    both = texts(draw(XOR, 35, 17, cursor=(1, 0), opened=(1, 0)))
    assert both[3][13:22] == "┏h1━━━━━┓"


def test_flat_pictures_have_bars_at_their_sides() -> None:
    rows = texts(draw(make_snapshot(hidden=(8,)), 35, 17, cursor=(1, 1), opened=(1, 3)))
    assert [row[13:22] for row in rows[3:5]] == ["┃h2     ┃", "┃⠆ ▀▀▀▀▀┃"]
    assert [row[13:22] for row in rows[7:9]] == ["│h4     │", "│  ▀▀▀▀▀│"]


def test_what_is_out_of_sight_is_dotted_and_counted() -> None:
    deep = texts(draw(make_snapshot(hidden=(3,) * 9), 35, 9, sight=UnitsInSight((5, 1))))
    assert deep[0] == " inputs   layer 4  layer 5 layer 10"
    assert [row.count("…") for row in deep] == [0, 0, 0, 0, 0, 2, 0, 0, 0]
    wide = texts(draw(make_snapshot(hidden=(40,)), 35, 9, sight=UnitsInSight((1, 9))))
    assert wide[1].split()[-2:] == ["…", "7"]
    assert wide[-1].split()[-2:] == ["…", "30"]
    assert sum(f"h{index}" in row for row in wide for index in (8, 9, 10)) == 3


@pytest.mark.parametrize(
    ("phase", "first", "second"),
    [
        (None, "layer 1", "layer 2"),
        (PhaseName("forward", 1), "▸layer 1", "layer 2"),
        (PhaseName("backward", 2), "layer 1", "▸layer 2"),
        (PhaseName("update"), "layer 1", "layer 2"),
    ],
)
def test_the_layer_that_a_phase_computed_is_marked(phase: PhaseName | None, first: str, second: str) -> None:
    heading = draw(make_snapshot(phase=phase), 60, 27)[0].text.split("  ")
    assert [text.strip() for text in heading if text.strip()] == ["inputs", first, second]


def test_headings_name_the_activation_beside_or_below_or_leave_it_out() -> None:
    assert texts(draw(make_snapshot(hidden=(4,)), 60, 20))[0].split("  ")[-1].strip() == "layer 2 sigmoid"
    assert texts(draw(make_snapshot(hidden=(4,)), 30, 20))[0].split() == ["inputs", "layer", "1", "layer", "2"]
    assert texts(draw(XOR, 30, 17))[1].split() == ["sigmoid", "sigmoid"]


def test_numbers_stand_on_the_lines_where_there_is_room_for_all() -> None:
    said_in = "\n".join(texts(draw(XOR, 60, 27)))
    assert [number in said_in for number in ("−5.000", "−1.667", "+1.667", "+5.000")] == [True] * 4
    crowded = "\n".join(texts(draw(make_snapshot(hidden=(8,)), 60, 27)))
    assert not any(character in crowded for character in "+")
    chosen = "\n".join(texts(draw(make_snapshot(hidden=(8,)), 60, 27, cursor=(2, 0))))
    assert "−5.000" in chosen
    assert "+5.000" in chosen


def lines_of(
    snapshot: Snapshot, chosen: Unit | None = None, width: int = 35
) -> dict[tuple[int, int], tuple[str, Style]]:
    diagram = layout(snapshot, (width, 17), UnitsInSight())
    return draw_edges(edges(snapshot, diagram), DARK, chosen).cells


def test_a_line_is_solid_where_the_weight_is_positive_and_dashed_where_it_is_negative() -> None:
    snapshot = make_snapshot(hidden=(), inputs=1)
    for weight, pattern in ((0.5, "⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒"), (-0.5, "⠒⠒⠀⠒⠒⠀⠒⠒⠀⠒")):
        cells = lines_of(with_weights(snapshot, 1, np.array([[weight]])))
        (row,) = {row for row, _ in cells}
        columns = sorted(column for _, column in cells)
        drawn = "".join(cells.get((row, column), ("⠀",))[0] for column in range(columns[0], columns[-1] + 1))
        assert drawn.startswith(pattern)


@pytest.mark.parametrize(
    ("weight", "width"), [(0.3, 1), (0.9, 1), (1.0, 2), (1.9, 2), (2.0, 3), (-0.3, 1), (-1.5, 2), (-9.0, 3)]
)
def test_the_larger_a_weight_the_wider_its_line(weight: float, width: int) -> None:
    drawn = pen(weight, DARK)
    assert drawn.width == width
    assert (drawn.on < drawn.every) == (weight < 0)


def test_the_line_of_a_weight_of_no_account_is_dotted() -> None:
    assert [(pen(weight, DARK).on, pen(weight, DARK).every) for weight in (0.1, -0.1)] == [(1, 2), (1, 4)]


def test_large_weights_have_the_colour_of_their_sign() -> None:
    assert pen(5.0, DARK).style == ink(DARK.positive, DARK.background)
    assert pen(-5.0, DARK).style == ink(DARK.negative, DARK.background)
    indexed = replace(DARK, indexed=True)
    assert pen(0.1, indexed).style != pen(0.1, DARK).style


def test_a_small_change_of_a_weight_changes_no_cell_and_a_step_only_those_of_its_line() -> None:
    weights = np.array([[0.5, -1.5], [2.5, -0.5]])
    base = draw(with_weights(XOR, 1, weights), 35, 17)
    assert draw(with_weights(XOR, 1, weights * 1.3), 35, 17) == base
    weights[0, 0] = 1.5
    changed = [
        changed_runs(old, new) for old, new in zip(base, draw(with_weights(XOR, 1, weights), 35, 17), strict=True)
    ]
    cells = [(row, column) for row, runs in enumerate(changed) for run in runs for column in range(*run)]
    assert {row for row, _ in cells} == {5}
    assert all(8 <= column < 14 for _, column in cells)


def test_stronger_lines_lie_over_weaker_ones() -> None:
    weights = np.array([[0.0, 0.5], [5.0, 0.0]])
    cells = lines_of(with_weights(XOR, 1, weights))
    alone = lines_of(with_weights(XOR, 1, np.array([[0.0, 0.0], [5.0, 0.0]])))
    strong = {place: cell for place, cell in alone.items() if cell[1] == pen(5.0, DARK).style}
    assert strong
    assert all(cells[place] == cell for place, cell in strong.items())


def test_incoming_lines_of_the_cursor_stand_out_and_all_others_fade() -> None:
    faded = ink(DARK.border, DARK.background)
    styles = {place: style for place, (_, style) in lines_of(XOR, (2, 0)).items()}
    assert {style for (_, column), style in styles.items() if column < 14} == {faded}
    assert faded not in {style for (_, column), style in styles.items() if column >= 20}
    outgoing = {style for (_, column), (_, style) in lines_of(XOR, (0, 0)).items() if column >= 20}
    assert outgoing == {faded}
    assert pen(-5.0, DARK).style in {style for _, style in lines_of(XOR, (0, 0)).values()}


def test_in_a_throng_the_weakest_are_left_out_but_for_those_of_the_cursor() -> None:
    snapshot = make_snapshot(hidden=(14, 14))
    weights = np.full((14, 14), 0.1)
    weights[3, 5] = 3.0
    diagram = layout(snapshot, (70, 40), UnitsInSight((2, 2)))
    some = edges(with_weights(snapshot, 2, weights), diagram)
    between = [edge for edge in some if edge.target[0] == 2]
    assert len(between) == 14 * 14
    one = draw_edges([edge for edge in between if edge.weight > 1], DARK).cells
    assert draw_edges(between, DARK).cells == one
    assert len(draw_edges(between, DARK, (2, 2)).cells) > len(one)


def test_weights_that_are_no_numbers_any_more_have_no_line() -> None:
    assert lines_of(with_weights(XOR, 1, np.full((2, 2), np.nan))) == {
        place: cell for place, cell in lines_of(XOR).items() if place[1] >= 20
    }
    assert labels([], DARK) == {}


def test_the_legend_of_the_signs_reads_without_colour() -> None:
    assert said(sign_pieces(DARK)) == "⠶⠶⠶ weight > 0  ⠶⠶⠀⠶⠶ < 0"


def maps(snapshot: Snapshot, **values: Array) -> UnitMaps:
    """Of units named as in ``u10``: layer 1, the first one."""
    units = tuple((int(name[1]), int(name[2])) for name in values)
    responses = np.array(list(values.values()))
    return UnitMaps(NetworkView(responses.shape[2], responses.shape[1], units), domain_of(snapshot.dataset), responses)


@pytest.mark.parametrize(
    ("activation", "ends"),
    [("sigmoid", (0, 1)), ("step", (0, 1)), ("tanh", (-1, 1)), ("softsign", (-1, 1)), ("relu", (0.0, 3.0))],
)
def test_the_ends_of_the_colours_of_a_hidden_neuron(activation: str, ends: tuple[float, float]) -> None:
    snapshot = make_snapshot(activation=activation)
    seen = maps(snapshot, u10=np.array([[0.0, 2.96]]), u11=np.array([[0.0, 0.5]]))
    shade = unit_shade(snapshot, DARK, (1, 0), seen.by_unit[1, 0])
    assert (shade.low, shade.high) == pytest.approx(ends)
    assert shade.colours == DARK.levels


def test_the_colours_of_outputs_are_those_of_the_map() -> None:
    binary = unit_shade(XOR, DARK, (2, 0), np.zeros((1, 1)))
    assert (binary.low, binary.high, binary.colours) == (0.0, 1.0, DARK.levels)
    numbers = make_snapshot(task="regression")
    shade = unit_shade(numbers, DARK, (2, 0), np.zeros((1, 1)))
    assert (shade.low, shade.high) == (numbers.dataset.y.min(), numbers.dataset.y.max())
    several = make_snapshot(outputs=4)
    third = unit_shade(several, DARK, (2, 2), np.zeros((1, 1)))
    assert (third.low, third.high) == (0.25, 1.0)
    assert third.colours == DARK.class_levels(4)[2 * CLASS_LEVELS : 3 * CLASS_LEVELS]


@pytest.mark.parametrize("inputs", [1, 2])
def test_a_diverging_network_can_be_drawn(inputs: int) -> None:
    snapshot = make_snapshot(inputs=inputs, activation="relu")
    values = np.tile(
        [-1e308, 1e308, np.inf, -np.inf, np.nan, 0.0, 1.0], (1 if inputs == 1 else 8, 2 if inputs == 1 else 1)
    )
    rows = diagram_rows(
        with_maps(snapshot, (35, 17), values=values), layout(snapshot, (35, 17), UnitsInSight()), DARK, (35, 17)
    )
    assert [row.cell_length for row in rows] == [35] * 17


def grounds(rows: list[Strip], row: int, columns: slice) -> list[str | None]:
    """The upper colour of each cell."""
    found: list[str | None] = []
    for text, style, _ in rows[row]:
        upper = None if style is None else style.color if text[:1] == "▀" else style.bgcolor
        found += [upper.name if upper else None] * len(text)
    return found[columns]


def test_a_picture_has_a_colour_for_every_pixel() -> None:
    rows = draw(XOR, 35, 17)
    levels = (np.linspace(0, 1, 7) * 15).astype(int).clip(0, 14)
    assert grounds(rows, 4, slice(14, 21)) == [DARK.levels[level] for level in levels]


def test_what_is_not_known_or_no_number_has_a_plain_ground() -> None:
    diagram = layout(XOR, (35, 17), UnitsInSight())
    unknown = diagram_rows(XOR, diagram, DARK, (35, 17))
    assert set(grounds(unknown, 5, slice(14, 21))) == {DARK.border}
    lost = with_maps(XOR, (35, 17), values=np.full((8, 7), np.nan))
    rows = diagram_rows(lost, diagram, DARK, (35, 17))
    assert set(grounds(rows, 4, slice(14, 21))) == {DARK.border}
    assert sum("NaN" in row.text for row in rows) == 3
    partly = with_maps(XOR, (35, 17), values=np.where(np.arange(7) < 3, np.nan, 1.0)[None, :].repeat(8, axis=0))
    rows = diagram_rows(partly, diagram, DARK, (35, 17))
    assert grounds(rows, 4, slice(14, 21)) == [DARK.levels[7]] * 3 + [DARK.levels[14]] * 4


def test_of_16_colours_a_picture_is_dithered_as_the_map_is() -> None:
    few = adapted(DARK, Terminal("16"))
    diagram = layout(XOR, (35, 17), UnitsInSight())
    picture = diagram_rows(with_maps(XOR, (35, 17)), diagram, few, (35, 17))[4].text[14:21]
    assert set(picture) <= {shade.glyph for shade in few.levels.shades}
    assert len(set(picture)) > 2


def test_a_single_input_has_curves() -> None:
    rows = texts(draw(make_snapshot(inputs=1), 35, 17))
    assert rows[3:7] == [
        "              h1",
        "                   ⡠⠊",
        "                 ⢀⠔⠁",
        " x1        ⢀⣴   ⡔⠁   ⢷⣦    y",
    ]


def test_many_inputs_have_maps() -> None:
    rows = draw(make_snapshot(inputs=4, hidden=(3,)), 60, 27)
    first = next(index for index, row in enumerate(rows) if row.text.startswith(" x1")) + 1
    assert len(set(grounds(rows, first, slice(1, 8)))) > 3


@pytest.mark.parametrize(
    ("unit", "room", "text"),
    [
        ((1, 0), 40, "h1: b = −1.000, x1 −5.000, x2 +1.667"),
        ((1, 0), 33, "h1: b = −1.000, x1 −5.000 …"),
        ((1, 0), 25, "h1: b = −1.000, x1 −5.000"),
        ((2, 0), 40, "y: b = −2.500, h1 −5.000, h2 +5.000"),
        ((0, 1), 40, "x2 → h1 +1.667, h2 +5.000"),
        ((0, 1), 20, "x2 → h2 +5.000 …"),
        ((1, 0), 5, "h1: b = −1.000,"),
    ],
)
def test_the_numbers_of_a_neuron(unit: Unit, room: int, text: str) -> None:
    assert said(neuron_pieces(XOR, unit, DARK, room)) == text


def test_of_many_weights_the_largest_are_named_in_their_order() -> None:
    snapshot = make_snapshot(inputs=9, hidden=(1,))
    text = said(neuron_pieces(snapshot, (1, 0), DARK, 50))
    assert text == "h1: b = −2.500, x1 −5.000, x2 −3.750, x9 +5.000 …"
    lost = with_weights(XOR, 1, np.array([[1.0, 1.0], [np.nan, 1.0]]))
    assert said(neuron_pieces(lost, (1, 0), DARK, 26)) == "h1: b = −1.000, x2 +nan …"


def test_the_title_says_what_the_colours_of_a_neuron_go_from_and_to() -> None:
    snapshot = with_maps(make_snapshot(activation="tanh"), (35, 17))
    pieces = scale_pieces(snapshot, (1, 0), DARK)
    assert said(pieces) == "-1 ▌▌▌▌▌▌▌▌ 1"
    assert pieces[1][1] == ink(DARK.levels[0], DARK.levels[1])
    assert scale_pieces(make_snapshot(), (1, 0), DARK) == []
    lost = with_maps(make_snapshot(), (35, 17), values=np.full((8, 7), np.nan))
    assert scale_pieces(lost, (1, 0), DARK) == []


rooms = st.tuples(st.integers(0, 120), st.integers(0, 45))
networks = st.lists(st.one_of(st.integers(1, 9), st.integers(10, 300)), max_size=10).map(tuple)
marks = st.one_of(st.none(), st.tuples(st.integers(0, 11), st.integers(0, 300)))


@settings(max_examples=60)
@given(
    rooms,
    networks,
    st.sampled_from([1, 2, 4, 64]),
    st.integers(1, 12),
    st.sampled_from([None, "regression"]),
    marks,
    marks,
    st.booleans(),
)
def test_rows_have_the_width_of_the_panel_whatever_the_network(
    room: tuple[int, int],
    hidden: tuple[int, ...],
    inputs: int,
    outputs: int,
    task: Task | None,
    cursor: Unit | None,
    opened: Unit | None,
    diverged: bool,
) -> None:
    (width, height) = room
    snapshot = make_snapshot(hidden=hidden, inputs=inputs, outputs=outputs, task=task, activation="relu")
    if diverged:
        layers = [
            replace(layer, weights=layer.weights * np.nan, biases=layer.biases - np.inf) for layer in snapshot.layers
        ]
        snapshot = replace(snapshot, layers=tuple(layers))
    sight = UnitsInSight(cursor or (1, 0)).within(snapshot.layer_sizes)
    for seen in (snapshot, with_maps(snapshot, room, sight)):
        rows = diagram_rows(seen, layout(seen, room, sight), DARK, room, sight.cursor if cursor else None, opened)
        assert [row.cell_length for row in rows] == [width] * height
        assert width_of(neuron_pieces(seen, sight.cursor, DARK, width)) <= max(width, 20)
        assert width_of(scale_pieces(seen, sight.cursor, LIGHT)) <= 40


def test_wide_names_are_whole() -> None:
    snapshot = make_snapshot()
    dataset = replace(snapshot.dataset, feature_names=("花弁の長さ", "x2"))
    rows = draw(replace(snapshot, dataset=dataset), 35, 17)
    assert [row.cell_length for row in rows] == [35] * 17
    assert rows[3].text.startswith(" 花弁")
