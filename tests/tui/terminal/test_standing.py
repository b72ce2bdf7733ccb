"""Pictures in place of cells: what is left out of an update, what is sent anew, and what is written when one goes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.sixel import sixel_pixels
from tuinet.tui.draw.pixels import PixelPicture, Placed
from tuinet.tui.terminal.graphics import Graphics
from tuinet.tui.terminal.kitty import MOST_NAMED
from tuinet.tui.terminal.pictures import AT_ONCE, MOST_BYTES
from tuinet.tui.terminal.standing import PlaceholderPictures, SixelPictures, StandingPictures, standing_pictures

SIZE = (40, 12)
CELL = (5, 10)
SIXEL = Graphics("sixel", CELL, 16)
PLACEHOLDERS = Graphics("placeholders")
PICTURE = re.compile(r"\x1b\[(\d+);(\d+)H(\x1bP0;1q[^\x1b]*\x1b\\)")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_picture(
    colour: int = 1, columns: int = 6, rows: int = 3, *, written: tuple[int, int] | None = None
) -> PixelPicture:
    pixels = np.full((8 * rows, 4 * columns), colour, np.uint8)
    dots, is_written = np.zeros_like(pixels), np.zeros((rows, columns), bool)
    if written is not None:
        is_written[written] = True
    return PixelPicture(0, 0, columns, rows, pixels, ("#000000", "#ff0000", "#0000ff"), is_written, dots)


def line(number: int) -> tuple[int, int, int]:
    return number, 0, SIZE[0]


@pytest.mark.parametrize("graphics", [SIXEL, PLACEHOLDERS])
def test_cells_that_a_picture_stands_on_are_not_written(graphics: Graphics) -> None:
    pictures = standing_pictures(graphics, SIZE)
    wanted = {"map": Placed(a_picture(written=(1, 2)), (10, 4))}
    assert pictures.spans_left([line(4)], wanted) == [line(4)], "it is not there yet"
    assert pictures.show(wanted)
    assert pictures.spans_left([line(3), line(4)], wanted) == [line(3), (4, 0, 10), (4, 16, 40)]
    # What is written on it has no picture behind it.
    assert pictures.spans_left([line(5)], wanted) == [(5, 0, 10), (5, 12, 13), (5, 16, 40)]
    assert pictures.spans_left([(6, 11, 14)], wanted) == []
    assert pictures.show(wanted) == ""
    assert list(pictures.stale(wanted)) == []


@pytest.mark.parametrize("graphics", [SIXEL, PLACEHOLDERS])
def test_a_picture_that_goes_or_moves_has_its_cells_written(graphics: Graphics) -> None:
    pictures = standing_pictures(graphics, SIZE)
    pictures.show({"map": Placed(a_picture(), (10, 4))})
    moved = {"map": Placed(a_picture(), (13, 5))}
    pictures.show(moved)
    assert list(pictures.stale(moved)) == [(4, 10, 16), (5, 10, 13), (6, 10, 13)]
    pictures.note_written([(4, 10, 16), (5, 10, 13), (6, 10, 13)])
    assert list(pictures.stale(moved)) == []
    assert pictures.show({}) == ""
    gone = [(row, 13, 19) for row in (5, 6, 7)]
    assert list(pictures.stale({})) == gone
    assert pictures.spans_left(gone, {}) == gone
    pictures.note_written(gone)
    assert list(pictures.stale({})) == []


@pytest.mark.parametrize("graphics", [SIXEL, PLACEHOLDERS])
def test_a_picture_that_was_written_over_comes_back(graphics: Graphics) -> None:
    pictures = standing_pictures(graphics, SIZE)
    wanted = {"map": Placed(a_picture(), (10, 4))}
    pictures.show(wanted)
    pictures.note_written([(5, 12, 13)])
    again = pictures.show(wanted)
    assert again
    assert pictures.show(wanted) == ""
    if graphics is PLACEHOLDERS:
        assert "_G" not in again, "the terminal has the picture"
        assert again.startswith("\x1b[6;13H")


def test_sixels_fill_exactly_the_cells_that_are_covered() -> None:
    text = SixelPictures(SIXEL, SIZE).show({"map": Placed(a_picture(written=(1, 2)), (10, 4))})
    ((row, column, data),) = PICTURE.findall(text)
    assert (row, column) == ("5", "11")
    seen = sixel_pixels(data.encode())
    assert seen.shape == (3 * CELL[1], 6 * CELL[0], 4)
    is_covered = seen[..., 3].reshape(3, CELL[1], 6, CELL[0]).all(axis=(1, 3))
    assert np.argwhere(~is_covered).tolist() == [[1, 2]]
    assert not seen[10:20, 10:15].any()


def test_what_does_not_touch_is_sent_by_itself_when_it_changes() -> None:
    def maps(changed: int) -> dict[str, Placed]:
        picture = a_picture(0, 20, 6)
        for index, (row, column) in enumerate(((0, 0), (4, 0), (1, 8), (2, 16))):
            colour = 2 if index == changed else 1
            picture.pixels[8 * row : 8 * row + 16, 4 * column : 4 * column + 12] = colour
        return {"network": Placed(picture, (10, 3))}

    pictures = SixelPictures(SIXEL, SIZE)
    places = [(row, column) for row, column, _ in PICTURE.findall(pictures.show(maps(4)))]
    assert places == [("4", "11"), ("8", "11"), ("5", "19"), ("6", "27")]
    ((row, column, data),) = PICTURE.findall(pictures.show(maps(2)))
    assert (row, column) == ("5", "19")
    assert sixel_pixels(data.encode()).shape == (20, 15, 4)
    assert list(pictures.stale(maps(2))) == []


@pytest.mark.parametrize(("count", "parts"), [(3, 6), (4, 4), (7, 1)])
def test_there_are_never_many_parts(count: int, parts: int) -> None:
    picture = a_picture(0, 24, 5)
    for column in range(0, 3 * count, 3):
        picture.pixels[:16, 4 * column : 4 * column + 8] = picture.pixels[24:, 4 * column : 4 * column + 8] = 1
    assert len(PICTURE.findall(SixelPictures(SIXEL, SIZE).show({"network": Placed(picture, (2, 2))}))) == parts


def test_large_pictures_are_sent_in_parts_that_join() -> None:
    graphics = Graphics("sixel", (30, 70), 256)
    pictures = SixelPictures(graphics, (100, 60))
    parts = PICTURE.findall(pictures.show({"map": Placed(a_picture(1, 40, 20), (1, 1))}))
    shapes = {(int(row), int(column)): sixel_pixels(data.encode()).shape[:2] for row, column, data in parts}
    assert shapes == {(2, 2): (980, 990), (2, 35): (980, 210), (16, 2): (420, 990), (16, 35): (420, 210)}


@pytest.mark.parametrize("graphics", [SIXEL, PLACEHOLDERS])
@pytest.mark.parametrize("place", [(10, 9), (35, 2)])
def test_no_picture_has_the_screen_scrolled(graphics: Graphics, place: tuple[int, int]) -> None:
    pictures = standing_pictures(graphics, SIZE)
    wanted = {"map": Placed(a_picture(), place)}
    assert pictures.show(wanted) == ""
    assert pictures.spans_left([line(10)], wanted) == [line(10)]
    assert pictures.show({"map": Placed(a_picture(), (34, 8))})


def test_no_more_is_sent_than_the_line_may_carry() -> None:
    clock, sent, largest = Clock(), 0, 0
    pictures, random = SixelPictures(SIXEL, SIZE, clock), np.random.default_rng(0)
    for frame in range(100):
        clock.now = frame / 20
        picture = a_picture(1, 20, 10)
        picture.pixels[:] = random.integers(1, 3, picture.pixels.shape)
        text = pictures.show({"map": Placed(picture, (0, 0))})
        sent, largest = sent + len(text), max(largest, len(text))
    assert sent <= MOST_BYTES * clock.now + AT_ONCE + largest
    assert sent > 0.5 * MOST_BYTES * clock.now


def test_placeholders_name_the_part_that_is_seen_in_them() -> None:
    pictures = PlaceholderPictures(SIZE)
    text = pictures.show({"map": Placed(a_picture(written=(1, 2)), (10, 4))})
    number = pictures.number("map")
    assert f"i={number},c=6,r=3" in text and "U=1" in text
    cells = re.findall(r"\x1b\[(\d+);(\d+)H\x1b\[0;38;5;(\d+)m(\U0010eeee[^\x1b]*)\x1b\[0m", text)
    assert [(row, column) for row, column, _, _ in cells] == [("5", "11"), ("6", "11"), ("6", "14"), ("7", "11")]
    assert {int(colour) for _, _, colour, _ in cells} == {number & 255}
    # The first four characters that count, by kitty's table: U+0305, U+030D, U+030E, U+0310.
    named = [text[1:3] for _, _, _, text in cells]
    assert named == ["\u0305\u0305", "\u030d\u0305", "\u030d\u0310", "\u030e\u0305"]
    assert [text.count("\U0010eeee") for _, _, _, text in cells] == [6, 2, 3, 6]
    assert 0 < number >> 24 < MOST_NAMED


def test_everything_for_the_terminal_behind_tmux_is_wrapped() -> None:
    pictures = PlaceholderPictures(SIZE)
    text = pictures.show({"map": Placed(a_picture(), (10, 4))}) + pictures.last_words
    wrapped = re.compile(r"\x1bPtmux;(?:[^\x1b]|\x1b\x1b)*\x1b\\")
    assert len(wrapped.findall(text)) == 2
    assert "_G" not in wrapped.sub("", text)
    assert "a=d,d=I" in pictures.last_words and "d=A" not in pictures.last_words, "other panes keep theirs"


@pytest.mark.parametrize("kind", [SIXEL, PLACEHOLDERS])
def test_the_last_words_are_silence_where_nothing_was_shown(kind: Graphics) -> None:
    pictures: StandingPictures = standing_pictures(kind, SIZE)
    assert pictures.last_words == pictures.forget() == ""
    pictures.show({"map": Placed(a_picture(), (10, 4))})
    assert pictures.last_words
