"""Where the neurons go, for every network and every room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import make_snapshot
from tuinet.observe.pixels import Domain
from tuinet.observe.view import Unit
from tuinet.tui.panels.network import layout, moved, picture_view
from tuinet.tui.panels.network.placing import Diagram, Node, UnitsInSight, lay_out


def shape(diagram: Diagram) -> list[tuple[int, int, int, int]]:
    """Of each column the layer, how many neurons are in sight, above it and below."""
    return [(column.layer, len(column.nodes), column.above, column.below) for column in diagram.columns]


def pictures(diagram: Diagram) -> list[tuple[Unit, int, int, int, int]]:
    return [(node.unit, node.left, node.top, node.columns, node.pixels) for node in diagram.nodes]


def test_xor_at_120x36() -> None:
    diagram = lay_out((2, 2, 1), (35, 17), UnitsInSight())
    assert pictures(diagram) == [
        ((0, 0), 1, 4, 7, 8),
        ((0, 1), 1, 11, 7, 8),
        ((1, 0), 14, 4, 7, 8),
        ((1, 1), 14, 11, 7, 8),
        ((2, 0), 27, 7, 7, 8),
    ]
    assert all(node.is_named_above and node.has_bias for node in diagram.nodes)
    assert diagram.headings == 2


@pytest.mark.parametrize(
    ("room", "pixels"),
    [((60, 27), (12, 12)), ((78, 19), (16, 12)), ((198, 55), (40, 40))],
    ids=["200x60", "80x24, full screen", "200x60, full screen"],
)
def test_xor_in_other_rooms(room: tuple[int, int], pixels: tuple[int, int]) -> None:
    diagram = lay_out((2, 2, 1), room, UnitsInSight())
    assert shape(diagram) == [(0, 2, 0, 0), (1, 2, 0, 0), (2, 1, 0, 0)]
    assert {(node.columns, node.pixels) for node in diagram.nodes if node.unit[0] == 1} == {pixels}


def test_eight_neurons_in_sixteen_rows_have_their_names_beside_flat_pictures() -> None:
    diagram = lay_out((2, 8, 8, 1), (35, 17), UnitsInSight())
    assert shape(diagram) == [(0, 2, 0, 0), (1, 8, 0, 0), (2, 8, 0, 0), (3, 1, 0, 0)]
    flat = [node for node in diagram.nodes if node.unit[0] in (1, 2)]
    assert {(node.columns, node.pixels, node.name_room, node.is_named_above) for node in flat} == {(4, 3, 2, False)}


def test_without_hidden_layers_there_are_inputs_and_output() -> None:
    assert shape(lay_out((2, 1), (35, 17), UnitsInSight())) == [(0, 2, 0, 0), (1, 1, 0, 0)]


@pytest.mark.parametrize(
    ("cursor", "layers"),
    [((1, 0), [0, 1, 2, 11]), ((6, 0), [0, 5, 6, 11]), ((11, 0), [0, 9, 10, 11]), ((0, 0), [0, 1, 2, 11])],
)
def test_of_many_layers_those_around_the_cursor_are_in_sight(cursor: Unit, layers: list[int]) -> None:
    diagram = lay_out((2, *[8] * 10, 1), (35, 17), UnitsInSight(cursor))
    assert [column.layer for column in diagram.columns] == layers


def test_a_wide_layer_is_scrolled_no_further_than_the_cursor_needs() -> None:
    sizes = (2, 100, 1)
    first = lay_out(sizes, (35, 17), UnitsInSight((1, 0)))
    assert shape(first)[1] == (1, 7, 0, 93)
    down = lay_out(sizes, (35, 17), UnitsInSight((1, 7), first.sight.firsts))
    assert shape(down)[1] == (1, 7, 1, 92)
    same = lay_out(sizes, (35, 17), UnitsInSight((1, 3), down.sight.firsts))
    assert shape(same)[1] == (1, 7, 1, 92)
    last = lay_out(sizes, (35, 17), UnitsInSight((1, 99)))
    assert shape(last)[1] == (1, 7, 93, 0)
    elsewhere = lay_out(sizes, (35, 17), UnitsInSight((0, 1), last.sight.firsts))
    assert shape(elsewhere)[1] == (1, 7, 93, 0)


def test_a_cursor_that_the_network_does_not_have_goes_to_the_nearest() -> None:
    assert lay_out((2, 3, 1), (60, 27), UnitsInSight((7, 5), (0, 0, 0, 9))).sight.cursor == (2, 0)
    assert lay_out((2, 3, 1), (60, 27), UnitsInSight((1, 5))).sight.cursor == (1, 2)


def test_a_click_finds_the_neuron_that_it_hits() -> None:
    diagram = lay_out((2, 2, 1), (35, 17), UnitsInSight())
    node = diagram.node((1, 1))
    assert node is not None
    for x, y in ((node.left, node.top), (node.right - 1, node.top + node.rows - 1), (node.left, node.name_top)):
        assert diagram.at(x, y) == (1, 1)
    assert diagram.at(node.left - 1, node.top) is None
    assert diagram.at(node.right, node.top) is None
    assert diagram.at(0, 0) is None


sizes_of = st.lists(st.one_of(st.integers(1, 12), st.integers(1, 4096)), min_size=2, max_size=14).map(tuple)
rooms = st.tuples(st.integers(0, 200), st.integers(0, 60))
cursors = st.tuples(st.integers(0, 14), st.integers(0, 5000))


def cells(node: Node) -> set[tuple[int, int]]:
    """Picture, name and bias."""
    picture = {(x, y) for x in range(node.left, node.right) for y in range(node.top, node.top + node.rows)}
    name = {(x, node.name_top) for x in range(node.name_left, node.name_left + node.name_room)}
    return (
        picture | name | ({(x, node.top + node.rows) for x in range(node.left, node.right)} if node.has_bias else set())
    )


@settings(max_examples=200)
@given(sizes_of, rooms, cursors, st.integers(1, 6))
def test_whatever_the_network_everything_has_its_own_place_in_the_room(
    sizes: tuple[int, ...], room: tuple[int, int], cursor: Unit, name: int
) -> None:
    diagram = lay_out(sizes, room, UnitsInSight(cursor), name)
    taken: set[tuple[int, int]] = set()
    for node in diagram.nodes:
        own = cells(node)
        assert not own & taken
        taken |= own
    assert all(0 <= x < room[0] and diagram.headings <= y < room[1] for x, y in taken)
    for column in diagram.columns:
        assert column.above + len(column.nodes) + column.below == sizes[column.layer]
        assert [node.unit[1] for node in column.nodes] == list(range(column.above, column.above + len(column.nodes)))
        assert column.nodes
    assert all(left.left + left.width + 3 <= right.left for left, right in pairwise(diagram.columns))
    assert not diagram.nodes or diagram.node(diagram.sight.cursor) is not None


@settings(max_examples=100)
@given(st.lists(st.integers(1, 60), max_size=6).map(tuple), st.integers(1, 5), rooms, st.data())
def test_arrow_keys_reach_every_neuron_and_keep_it_in_sight(
    hidden: tuple[int, ...], inputs: int, room: tuple[int, int], data: st.DataObject
) -> None:
    snapshot = make_snapshot(hidden=hidden, inputs=inputs)
    sight = UnitsInSight()
    for down, right in data.draw(st.lists(st.sampled_from([(0, 1), (0, -1), (1, 0), (-1, 0), (7, 0)]), max_size=12)):
        before = layout(snapshot, room, sight).sight.cursor
        sight = moved(snapshot, sight, room, down, right)
        layer, index = sight.cursor
        assert 0 <= index < snapshot.layer_sizes[layer]
        assert layer == min(max(before[0] + right, 0), len(hidden) + 1) or not layout(snapshot, room, sight).nodes
        diagram = layout(snapshot, room, sight)
        assert not diagram.nodes or diagram.node(sight.cursor) is not None


@settings(max_examples=100)
@given(sizes_of, rooms, st.sampled_from(["plane", "line"]))
def test_the_pictures_together_are_bounded(sizes: tuple[int, ...], room: tuple[int, int], domain: Domain) -> None:
    diagram = lay_out(sizes, room, UnitsInSight())
    if diagram.nodes:
        view = picture_view(diagram, domain)
        assert 1 <= view.columns <= 40
        assert 1 <= view.rows <= 40
        assert view.columns * view.rows * len(view.units) <= 64 * 400
        assert view.units == tuple(node.unit for node in diagram.nodes)


def test_neurons_in_rows_of_their_own_are_spread_over_all_rows() -> None:
    diagram = lay_out((2, 16, 16, 1), (118, 31), UnitsInSight())
    rows = [node.top for node in diagram.nodes if node.unit[0] == 1]
    assert len(rows) == 16
    assert (rows[0], rows[-1]) == (1, 30)
    assert {below - above for above, below in pairwise(rows)} == {1, 2}
    assert [diagram.at(node.left, node.top) for node in diagram.nodes] == [node.unit for node in diagram.nodes]
    crowded = [node.top for node in lay_out((2, 16, 16, 1), (118, 22), UnitsInSight()).nodes if node.unit[0] == 1]
    assert {below - above for above, below in pairwise(crowded)} == {1}, "there are too few rows for gaps"
