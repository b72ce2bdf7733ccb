"""Answers of the terminal never become keys; pictures are sent as the protocol has them, and within a bound."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import Key

from tests.kitty import KittyScreen, png_pixels
from tests.tui.test_app import make_app
from tuinet.tui.draw.pixels import PixelPicture, Placed
from tuinet.tui.terminal.detect import GRAPHICS, Terminal, reason_against_graphics
from tuinet.tui.terminal.frames import may_draw
from tuinet.tui.terminal.graphics import (
    QUESTION,
    QUESTION_IN_TMUX,
    SIXEL_QUESTION,
    Graphics,
    GraphicsAnswers,
    GraphicsFound,
)
from tuinet.tui.terminal.input import TerminalInput
from tuinet.tui.terminal.kitty import deleted, in_tmux, png_of, shown
from tuinet.tui.terminal.link import Link
from tuinet.tui.terminal.pictures import AT_ONCE, LEAST_BYTES, MOST_BYTES, Pictures

YES = b"\x1b_Gi=31;OK\x1b\\"
NO = b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\"
ATTRIBUTES = b"\x1b[?62;52;c"
RED_BLUE = ((0, 0, 0), (255, 0, 0), (0, 0, 255))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(*, clock: Callable[[], float] = monotonic, is_in_tmux: bool = False) -> GraphicsAnswers:
    answers = GraphicsAnswers(is_in_tmux=is_in_tmux, window_cell=lambda: (6, 13), now=clock)
    assert answers.question() == (QUESTION_IN_TMUX if is_in_tmux else QUESTION)
    return answers


def heard(*parts: bytes) -> tuple[list[str], bool]:
    """The keys in what arrives in these parts, and whether pictures can be shown."""
    received = TerminalInput(asked())
    messages = [message for part in parts for message in received.feed(part)]
    messages += received.tick(is_silent=True)
    found = [message.graphics for message in messages if isinstance(message, GraphicsFound)]
    assert set(found) <= {Graphics("kitty")}
    return [message.key for message in messages if isinstance(message, Key)], bool(found)


@pytest.mark.parametrize("place", range(len(YES + ATTRIBUTES) + 1))
def test_an_answer_is_no_key_wherever_it_is_cut(place: int) -> None:
    answer = YES + ATTRIBUTES
    assert heard(b"a" + answer[:place], answer[place:] + b"b") == (["a", "b"], True)


def test_what_cannot_show_pictures_says_so_or_nothing() -> None:
    assert heard(b"a" + NO + ATTRIBUTES + b"b") == (["a", "b"], False)
    assert heard(b"a" + ATTRIBUTES + b"b") == (["a", "b"], False)
    assert heard(b"ab") == (["a", "b"], False)


def test_the_key_escape_waits_no_longer_than_for_silence() -> None:
    answers = asked()
    assert answers.rest_of("a\x1b") == "a"
    assert answers.given_up() == "\x1b"
    assert answers.given_up() == ""
    # After the last answer nothing waits for another one.
    assert answers.rest_of("\x1b") == ""
    assert answers.rest_of("[?62;c") == ""
    assert answers.rest_of("\x1b") == "\x1b"


def test_an_answer_that_comes_late_is_no_key_either() -> None:
    clock = Clock()
    answers = asked(clock=clock)
    clock.now = 60.0
    assert answers.rest_of("a\x1b") == "a\x1b"
    assert answers.rest_of("x\x1b_Gi=31;OK\x1b\\y") == "xy"
    assert answers.found


SIXELS = "\x1b[?62;4;22c"
MANY = "\x1b[?1;0;1024S"
FEW = "\x1b[?1;0;16S"
CELL = "\x1b[6;20;10t"


@pytest.mark.parametrize(
    ("told", "graphics"),
    [
        (CELL + MANY + SIXELS, Graphics("sixel", (10, 20), 256)),
        (FEW + CELL + SIXELS, Graphics("sixel", (10, 20), 16)),
        # xterm keeps the size of its cells to itself, others how many colours they have.
        (FEW + SIXELS, Graphics("sixel", (6, 13), 16)),
        (CELL + "\x1b[?1;3S" + SIXELS, Graphics("sixel", (10, 20), 256)),
        ("\x1b[6;0;0t" + SIXELS, Graphics("sixel", (6, 13), 256)),
        ("\x1b[6;2000;1000t" + SIXELS, None),
    ],
)
def test_sixels_are_shown_where_cells_have_a_size(told: str, graphics: Graphics | None) -> None:
    answers = asked()
    assert answers.rest_of("a" + SIXELS + "b") == "ab"
    assert (answers.found, answers.next_question) == (None, SIXEL_QUESTION)
    assert answers.rest_of("c" + told + "d") == "cd"
    assert answers.found == graphics
    # Cells may be of another size later.
    assert answers.question() == SIXEL_QUESTION
    answers.rest_of("\x1b[6;16;8t" + SIXELS)
    assert answers.found == Graphics("sixel", (8, 16), 256)


def test_a_four_elsewhere_in_the_attributes_says_nothing() -> None:
    for told in ("\x1b[?4c", "\x1b[?64;1;2c", "\x1b[?62;44c"):
        answers = asked()
        assert answers.rest_of(told) == ""
        assert (answers.found, answers.next_question) == (None, "")


def test_kitty_goes_before_sixels() -> None:
    answers = asked()
    answers.rest_of(YES.decode() + SIXELS)
    assert (answers.found, answers.next_question) == (Graphics("kitty"), "")


def test_tmux_hands_the_answer_on_after_its_own() -> None:
    answers = asked(is_in_tmux=True)
    assert answers.rest_of("\x1b[?1;2c") == ""
    assert answers.found is None
    assert [answers.rest_of(part) for part in ("a\x1b", "_G", "i=31;O", "K\x1b", "\\b")] == ["a", "", "", "", "b"]
    assert answers.found == Graphics("placeholders")


def test_sixels_are_not_taken_from_tmux() -> None:
    answers = asked(is_in_tmux=True)
    answers.rest_of(SIXELS)
    assert (answers.found, answers.next_question) == (None, "")
    answers.rest_of(YES.decode())
    assert answers.found == Graphics("placeholders")


def test_an_answer_without_an_end_is_no_key() -> None:
    clock = Clock()
    answers = asked(clock=clock)
    assert answers.rest_of("a\x1b_Gi=3") == "a"
    assert answers.given_up() == ""
    assert answers.rest_of("1;OK") == ""
    clock.now = 60.0
    assert answers.given_up() == ""
    assert answers.rest_of("b") == "b"


def test_the_question_in_tmux_is_wrapped_once() -> None:
    assert in_tmux(QUESTION) + "\x1b[c" == QUESTION_IN_TMUX


def test_where_nothing_was_asked_nothing_is_taken_out() -> None:
    assert GraphicsAnswers().rest_of("\x1b[?1;2c") == "\x1b[?1;2c"


@settings(max_examples=60)
@given(st.lists(st.sampled_from([YES, NO, b"\x1b[A", b"a", b"\x1b[<0;5;5M"]), max_size=6), st.data())
def test_keys_between_answers_arrive(parts: list[bytes], data: st.DataObject) -> None:
    sent = b"".join([*parts, ATTRIBUTES])
    cut = data.draw(st.integers(0, len(sent)))
    wanted = ["up" if part == b"\x1b[A" else "a" for part in parts if part in (b"\x1b[A", b"a")]
    assert heard(sent[:cut], sent[cut:]) == (wanted, YES in parts)


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"TERM": "xterm-kitty"}, ""),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "tmux-256color", "TMUX": "x"}, ""),
        ({"TERM": "screen-256color", "STY": "x"}, "not through screen"),
        ({"TERM": "xterm-kitty", "SSH_CONNECTION": "x"}, "not through ssh"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "Apple's terminal has none"),
    ],
)
def test_who_is_asked(environ: dict[str, str], reason: str) -> None:
    assert reason_against_graphics(environ, Terminal("256")) == reason
    assert GRAPHICS[0] == "auto"


@pytest.mark.parametrize("terminal", [Terminal("none"), Terminal("16"), Terminal(glyphs="ascii")])
def test_what_has_no_colours_is_not_asked(terminal: Terminal) -> None:
    assert reason_against_graphics({}, terminal)


pixels = st.integers(1, 30).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 2), min_size=width, max_size=width), min_size=1, max_size=30)
)


@settings(max_examples=50)
@given(pixels)
def test_a_png_file_has_the_pixels(rows: list[list[int]]) -> None:
    levels = np.array(rows, np.uint8)
    read = png_pixels(png_of(levels, RED_BLUE))
    assert np.array_equal(read[..., :3], np.array(RED_BLUE, np.uint8)[levels])
    assert np.array_equal(read[..., 3] == 0, levels == 0)


def test_a_large_picture_is_sent_in_parts() -> None:
    noise = np.random.default_rng(0).integers(0, 3, (150, 150)).astype(np.uint8)
    text, screen = shown(png_of(noise, RED_BLUE), 7, (3, 5), (20, 10)), KittyScreen()
    move, *commands = text.encode().split(b"\x1b_")
    assert move == b"\x1b[6;4H"
    assert len(commands) > 2
    for command in commands:
        assert screen.obey(b"\x1b_" + command, (3, 5)) == b""
    (picture,) = screen.pictures.values()
    assert (picture.column, picture.line, picture.columns, picture.rows, picture.layer) == (3, 5, 20, 10, -1)
    assert np.array_equal(picture.pixels[..., 3] == 0, noise == 0)
    screen.obey(deleted(7).encode(), (0, 0))
    assert not screen.pictures


def a_picture(seed: int, columns: int = 20, rows: int = 10) -> PixelPicture:
    noise = np.random.default_rng(seed).integers(0, 3, (rows * 8, columns * 4)).astype(np.uint8)
    written = np.zeros((rows, columns), bool)
    return PixelPicture(0, 0, columns, rows, noise, ("#000000", "#ff0000", "#0000ff"), written, np.zeros_like(noise))


def test_no_more_is_sent_than_the_line_may_carry() -> None:
    clock = Clock()
    pictures, sent, largest = Pictures(clock), 0, 0
    for frame in range(200):
        clock.now = frame / 20
        shown_now = pictures.show({"map": Placed(a_picture(frame), (0, 0))})
        sent, largest = sent + len(shown_now), max(largest, len(shown_now))
    assert 0.8 * MOST_BYTES * clock.now < sent
    assert sent <= MOST_BYTES * clock.now + AT_ONCE + largest


@pytest.mark.parametrize("frames", [20, 2])
@pytest.mark.parametrize(("cells", "left"), [(20_000, MOST_BYTES - 20_000), (60_000, LEAST_BYTES)])
def test_what_cells_take_is_not_left_to_pictures_be_they_many_or_much_at_once(
    cells: int, left: int, frames: int
) -> None:
    clock = Clock()
    pictures, sent, largest = Pictures(clock), 0, 0
    for frame in range(400):
        clock.now = frame / 20
        if frame % (20 // frames) == 0:
            pictures.note_bytes(cells // frames)
        text = pictures.show({"map": Placed(a_picture(frame), (0, 0))})
        sent, largest = sent + len(text), max(largest, len(text))
    assert 0.8 * left * clock.now < sent <= left * clock.now + AT_ONCE + largest


@pytest.mark.parametrize("frame_bytes", [800, 6_000, 12_000, 40_000])
def test_cells_and_pictures_keep_to_the_same_bytes_a_second_however_large_the_screen_is(frame_bytes: int) -> None:
    clock = Clock()
    pictures, sent, drawn = Pictures(clock), 0, 0
    for frame in range(1200):
        clock.now = frame / 20
        if pictures.leaves_room:
            drawn += frame_bytes
            pictures.note_bytes(frame_bytes)
        sent += len(pictures.show({"map": Placed(a_picture(frame), (0, 0))}))
    assert sent + drawn <= 40_000 * clock.now + frame_bytes
    assert sent >= 0.9 * LEAST_BYTES * clock.now
    assert drawn >= 0.9 * min(20 * frame_bytes, MOST_BYTES - LEAST_BYTES) * clock.now


def test_a_screen_that_was_asked_for_does_not_stop_what_goes_on() -> None:
    clock = Clock()
    pictures = Pictures(clock)
    pictures.note_bytes(40_000, is_asked_for=True)
    clock.now = 0.05
    assert pictures.leaves_room
    pictures.note_bytes(40_000)
    clock.now = 1.0
    assert not pictures.leaves_room


def test_the_one_that_waits_is_sent_last_of_all_and_then_there_is_silence() -> None:
    clock = Clock()
    pictures, last = Pictures(clock), a_picture(99)
    for seed in range(20):
        pictures.show({"map": Placed(a_picture(seed), (0, 0))})
    pictures.show({"map": Placed(last, (0, 0))})
    has_waited = pictures.is_owing
    clock.now += pictures.wait
    assert pictures.show({"map": Placed(last, (0, 0))})
    assert (has_waited, pictures.is_owing) == (True, False)
    clock.now += 60
    assert pictures.show({"map": Placed(last, (0, 0))}) == ""
    assert pictures.show({"map": Placed(a_picture(99), (0, 0))}) == "", "another one that looks the same"


def test_pictures_take_turns() -> None:
    clock = Clock()
    pictures, sent = Pictures(clock), {"left": 0, "right": 0}
    for frame in range(200):
        clock.now = frame / 20
        wanted = {name: Placed(a_picture(frame, 30, 15), (x, 0)) for name, x in (("left", 0), ("right", 40))}
        text = pictures.show(wanted)
        sent["left"] += text.count("\x1b[1;1H")
        sent["right"] += text.count("\x1b[1;41H")
    assert min(sent.values()) > 5
    assert abs(sent["left"] - sent["right"]) <= 1


def test_what_is_elsewhere_or_gone_is_deleted() -> None:
    pictures, one = Pictures(Clock()), a_picture(1)
    assert "a=d" not in pictures.show({"map": Placed(one, (0, 0))})
    moved = pictures.show({"map": Placed(one, (0, 1))})
    assert moved.index("a=d,d=I") < moved.index("a=T")
    gone = pictures.show({})
    assert "a=d,d=I" in gone and "a=T" not in gone
    assert pictures.show({}) == pictures.forget() == ""


def test_a_long_line_is_spared() -> None:
    clock = Clock()
    link = Link(20, clock)
    for seconds in (*[0.4] * 19, 0.01, *[0.4] * 19):
        link.sent()
        clock.now += seconds
        link.answered()
        # An answer in time among the latest says that the line is short.
        assert not link.is_slow
    link.sent()
    clock.now += 0.4
    link.answered()
    assert link.is_slow


def test_a_frame_that_nobody_waits_for_waits_until_those_before_it_are_paid_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = make_app()
    monkeypatch.setattr(type(app), "is_headless", False)
    app.use_graphics(Graphics("kitty"))
    assert app._pictures is not None
    assert may_draw(app)
    app._pictures.note_bytes(10**9)
    assert not may_draw(app)
    assert may_draw(app, at_once=True)
