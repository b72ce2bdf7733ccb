from __future__ import annotations

import unicodedata
from itertools import pairwise, product

import numpy as np
import pytest
from rich.cells import cell_len

from tuinet.tui.draw.blocks import (
    KINDS,
    MOST_FINE_PRODUCTS,
    block_rows,
    colour_field,
    field_pixels,
    flattened,
    steady,
    two_levels,
)
from tuinet.tui.draw.cells import Levels, Mark, half_blocks
from tuinet.tui.draw.text import ink
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.colour import Ramp, Shade, distance, mixed_ramp
from tuinet.tui.style.theme import Theme, load_themes
from tuinet.tui.terminal.detect import Cells, Terminal

GREYS = ("#000000", "#404040", "#808080", "#ffffff")
PALETTE = np.array([[0.0] * 3, [64.0] * 3, [128.0] * 3, [255.0] * 3])
FINE: tuple[Cells, ...] = ("quadrant", "sextant", "octant")


def numbers_in(name: str) -> int:
    """The pattern that a name such as BLOCK SEXTANT-125 tells of."""
    return sum(1 << (int(digit) - 1) for digit in name.rpartition("-")[2])


@pytest.mark.parametrize("cells", KINDS)
def test_every_pattern_has_a_character_of_its_own_one_cell_wide(cells: Cells) -> None:
    blocks = KINDS[cells]
    assert len(set(blocks.glyphs)) == len(blocks.glyphs) == 2**blocks.parts
    assert {cell_len(glyph) for glyph in blocks.glyphs} == {1}
    assert (blocks.glyphs[0], blocks.glyphs[-1]) == (" ", "█")


def test_sextants_are_those_that_unicode_names() -> None:
    glyphs = KINDS["sextant"].glyphs
    named = {bits: unicodedata.name(glyph) for bits, glyph in enumerate(glyphs)}
    sextants = {bits: name for bits, name in named.items() if name.startswith("BLOCK SEXTANT")}
    assert all(numbers_in(name) == bits for bits, name in sextants.items())
    others = {bits: named[bits] for bits in named.keys() - sextants.keys()}
    assert others == {0: "SPACE", 0b010101: "LEFT HALF BLOCK", 0b101010: "RIGHT HALF BLOCK", 63: "FULL BLOCK"}


@pytest.mark.parametrize(
    ("bits", "glyph"),
    [
        # Unicode 16: BLOCK OCTANT-3 is the first, and BLOCK OCTANT-2345678 the last.
        (0b00000100, "\U0001cd00"),
        (0b00000110, "\U0001cd01"),
        (0b00000111, "\U0001cd02"),
        (0b00001000, "\U0001cd03"),
        (0b00001001, "\U0001cd04"),
        (0b11111110, "\U0001cde5"),
        # Quadrants, halves and quarters are older.
        (0b00000101, "▘"),
        (0b11110000, "▄"),
        (0b01010101, "▌"),
        (0b11000000, "▂"),
        (0b00010100, "\U0001fbe6"),
    ],
)
def test_octants_stand_where_unicode_has_them(bits: int, glyph: str) -> None:
    assert KINDS["octant"].glyphs[bits] == glyph


def cell(*parts: int) -> tuple[int, int, int]:
    """Pattern, ink and ground of one cell."""
    pattern, inked, ground = two_levels(np.array([[parts]]), PALETTE)
    return int(pattern[0, 0]), int(inked[0, 0]), int(ground[0, 0])


def test_two_levels_are_drawn_as_they_are() -> None:
    assert cell(1, 1, 1, 1) == (0, 1, 1)
    assert cell(0, 3, 0, 3) == (0b1010, 3, 0)
    # The higher one is inked, wherever it stands.
    assert cell(3, 0, 3, 0) == (0b0101, 3, 0)


def test_of_three_levels_the_two_nearest_become_one() -> None:
    # 0 and 64 are nearer to one another than 64 and 255; their mean, 32, is as near to both, and the first is taken.
    assert cell(0, 1, 3, 3) == (0b1100, 3, 0)
    # The mean of 64, 64 and 128 is 85.3: nearest to it is 64.
    assert cell(1, 1, 2, 3, 3, 3) == (0b111000, 3, 1)


def squared_error(parts: tuple[int, ...], pattern: int, inked: int, ground: int) -> float:
    drawn = [inked if pattern >> index & 1 else ground for index in range(len(parts))]
    return float(((PALETTE[list(parts)] - PALETTE[drawn]) ** 2).sum())


def test_no_other_division_is_nearer_to_its_means() -> None:
    for parts in product(range(4), repeat=4):
        colours = PALETTE[list(parts)][:, 0]

        def from_means(pattern: int, colours: np.ndarray = colours) -> float:
            is_inked = np.array([bool(pattern >> index & 1) for index in range(4)])
            halves = (half for half in (colours[is_inked], colours[~is_inked]) if half.size)
            return sum(float(((half - half.mean()) ** 2).sum()) for half in halves)

        pattern, inked, ground = cell(*parts)
        assert from_means(pattern) == pytest.approx(min(map(from_means, range(16))), abs=1e-6)
        assert inked >= ground
        assert {inked, ground} <= set(parts)


@pytest.mark.parametrize("cells", FINE)
def test_a_slanted_edge_is_nearer_to_its_pixels_than_half_blocks_are(cells: Cells) -> None:
    """A steep edge, in 24 times 24 pixels a cell: how many of them have the wrong one of two colours."""
    rows, columns, fine = 6, 12, 24
    y, x = np.mgrid[0 : rows * fine, 0 : columns * fine] + 0.5
    exact = (y * 2 > x * 1.732 - 60).astype(np.intp)

    def wrong(kind: Cells) -> int:
        blocks = KINDS[kind]
        lines, across = blocks.down * rows, blocks.across * columns
        tall, wide = fine // blocks.down, fine // blocks.across
        seen = exact[tall // 2 :: tall, wide // 2 :: wide]
        assert seen.shape == (lines, across)
        drawn = np.repeat(np.repeat(seen, tall, axis=0), wide, axis=1)
        return int((drawn != exact).sum())

    assert wrong(cells) < 0.75 * wrong("half")


def test_cells_along_an_edge_have_the_same_two_colours() -> None:
    levels: Levels = np.array([[0, 0, 0, 3], [0, 3, 3, 3]])
    (strip,) = block_rows(levels, GREYS, KINDS["quadrant"], {})
    assert strip.text == "▗▟"
    assert [segment.style for segment in strip] == [ink(GREYS[3], GREYS[0])]


def test_a_cell_with_a_glyph_has_one_colour() -> None:
    levels: Levels = np.array([[0, 3], [3, 3]])
    (strip,) = block_rows(levels, GREYS, KINDS["quadrant"], {(0, 0): Mark("●")})
    assert [(segment.text, segment.style) for segment in strip] == [("●", Mark("●").style(GREYS[3]))]


def test_half_blocks_are_as_they_were() -> None:
    levels = np.arange(16).reshape(4, 4) % 4
    assert colour_field(levels, GREYS, (2, 4), "half", {}) == half_blocks(levels, GREYS, {})


def test_colours_with_shades_take_whole_cells() -> None:
    ramp = Ramp(GREYS, [Shade(glyph, "white", "black") for glyph in " ░▒█"])
    levels = np.arange(16).reshape(4, 4) % 4
    assert colour_field(levels, ramp, (2, 4), "octant", {}) == half_blocks(levels, ramp, {})


@pytest.mark.parametrize("cells", FINE)
def test_a_field_takes_pixels_in_any_resolution(cells: Cells) -> None:
    strips = colour_field(np.array([[0, 3]]), GREYS, (3, 4), cells, {})
    assert [strip.text for strip in strips] == ["    "] * 3
    assert [strip.cell_length for strip in strips] == [4, 4, 4]


def test_a_cell_is_sent_again_when_enough_of_it_has_changed() -> None:
    before: Levels = np.zeros((3, 4), np.intp)
    four, five, far = before.copy(), before.copy(), before.copy()
    four[:2], five[:2, :2], five[2, 0], far[0, 0] = 1, 1, 1, 2
    assert np.array_equal(steady(four, before, "sextant"), before)
    assert np.array_equal(steady(five, before, "sextant"), five)
    assert np.array_equal(steady(far, before, "sextant"), far)
    # Half blocks are as they were; so is what has no frame before it, or one of another size.
    assert np.array_equal(steady(four[:2], before[:2], "half"), four[:2])
    assert np.array_equal(steady(four, None, "sextant"), four)
    assert np.array_equal(steady(four, before[:, :2], "sextant"), four)


def test_a_large_network_is_evaluated_at_half_blocks_only() -> None:
    theme = adapted(load_themes()[0], Terminal(cells="sextant"))
    assert field_pixels(10, 20, theme, (2, 2, 1)) == {"columns": 40, "rows": 30}
    width = MOST_FINE_PRODUCTS // (2 * 200)
    assert field_pixels(10, 20, theme, (2, width, 1)) == {"columns": 20, "rows": 20}


@pytest.mark.parametrize("colours", ["16", "none"])
def test_what_has_few_colours_has_half_blocks(colours: str) -> None:
    terminal = Terminal(colours=colours, cells="sextant")  # type: ignore[arg-type]
    assert adapted(load_themes()[0], terminal).cells == "half"


def test_what_looks_alike_is_one_colour_in_a_cell() -> None:
    """Levels 4 to 7 are of one step; 7 and 8 are not, though they are as near."""
    levels: Levels = np.array([[4, 7, 7, 8], [5, 6, 7, 8]])
    assert flattened(levels, 4, KINDS["quadrant"]).tolist() == [[5, 5, 7, 8], [5, 5, 7, 8]]
    assert np.array_equal(flattened(levels, 1, KINDS["half"])[:, 2:], levels[:, 2:])


@pytest.mark.parametrize("cells", ["half", "octant"])
def test_few_colours_are_sprinkled_on_whole_cells(cells: Cells) -> None:
    """Three colours, four levels each: the first and the last are mixed, but for those at the ends."""
    ramp = mixed_ramp(GREYS[:3], 4)
    (strip,) = colour_field(np.array([[0, 3, 4, 5, 7, 8, 11]]), ramp, (1, 7), cells, {})
    first, second, third = GREYS[:3]
    inks = [ink(None, first), ink(second, first), ink(first, second), ink(None, second), ink(third, second)]
    assert [cell for text, style, _ in strip for cell in zip(text, [style] * len(text), strict=True)] == [
        *zip(" ░░ ░", inks, strict=True),
        ("░", ink(second, third)),
        (" ", ink(None, third)),
    ]
    # A cell through which an edge goes has both colours, and a sample its own.
    (strip,) = colour_field(np.array([[3], [4]]), ramp, (1, 1), "half", {})
    assert [(text, style) for text, style, _ in strip] == [("▀", ink(first, second))]
    (strip,) = colour_field(np.array([[3]]), ramp, (1, 1), cells, {(0, 0): Mark("●")})
    assert strip.text == "●"


def test_classes_are_not_mixed_with_one_another() -> None:
    """The strongest level of a class stands beside the neutral one of the next in the ramp, but not on the map."""
    theme = adapted(load_themes()[0], Terminal(colours="256"))
    ramp = theme.map_class_levels(3)
    assert ramp.mixtures[0] == ramp.mixtures[-1] == ""
    steps = len(ramp) // 3
    assert ramp.mixtures[steps - 1] == ramp.mixtures[steps] == ""


@pytest.mark.parametrize("theme", load_themes(), ids=lambda theme: theme.name)
def test_no_edge_is_seen_between_shades(theme: Theme) -> None:
    """Where there are colours enough, what is beside one another differs by less than can be told on a screen."""
    own = adapted(theme, Terminal())
    if own.is_ansi:
        assert own.map_levels == own.levels
        return
    steps = [distance(one, other) for one, other in pairwise(own.map_levels)]
    assert max(steps) <= max(distance(one, other) for one, other in pairwise(own.levels)) / 3
    assert (own.map_levels[0], own.map_levels[-1]) == (own.levels[0], own.levels[-1])


@pytest.mark.parametrize("classes", [2, 3, 10, 25, 60])
def test_many_classes_have_no_more_colours_than_a_picture_in_pixels(classes: int) -> None:
    theme = adapted(load_themes()[0], Terminal())
    ramp = theme.map_class_levels(classes)
    assert ramp.fineness > 1 or ramp == theme.class_levels(classes)
    assert ramp.fineness == 1 or len(ramp) <= 255
    steps = len(ramp) // classes
    assert ramp[steps - 1 :: steps] == theme.class_colours(classes)
