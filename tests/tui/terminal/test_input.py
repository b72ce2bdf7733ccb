"""Bytes of a terminal become messages; those that nobody can have meant become nothing, and harm nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import Key, MouseDown, MouseEvent, MouseMove, Paste, Resize
from textual.message import Message

from tuinet.tui.terminal.input import MOST_COLUMNS, MOST_PASTED, MOST_ROWS, TerminalInput, bounded_size

NUMBERS = st.sampled_from((0, 1, 2, 24, 80, 400, 1000, 20_000, 2**31, 10**20))
FIXED = (
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b",
    b"\x1b[",
    b"\x1b]52;c;YQ==\x07",
    b"\x1b[M\xff\xe0\xe0",
    b"\x1b[I",
    b"\x1bO",
)


def sequence(parameters: list[int], start: str, end: str) -> bytes:
    return f"\x1b[{start}{';'.join(map(str, parameters))}{end}".encode()


SEQUENCES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(FIXED),
    st.builds(
        sequence,
        st.lists(NUMBERS, max_size=5),
        st.sampled_from(("", "", "48;", "<", "?")),
        st.sampled_from("tRuyMmABZ~"),
    ),
)


def messages(*parts: bytes) -> list[Message]:
    received = TerminalInput()
    return [message for part in parts for message in received.feed(part)]


def keys(*parts: bytes) -> list[str]:
    return [message.key for message in messages(*parts) if isinstance(message, Key)]


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\xe9",
        b"\xff\xfe",
        b"\x1b[M \xe0\xe0",
        b"\x1b[48;20000;20000;400;400t",
        b"\x1b[48;0;0;0;0t",
        b"\x1b[48;0;0;400;400t\x1b[<0;5;5M",
        b"\x1b[<0;99999;5M",
        b"\x1b[99999999999999999999;1;99999999999999999999u",
        b"\x1b[999999;999999R",
    ],
    ids=lambda rubbish: re.sub(r"\W+", "-", repr(rubbish)),
)
def test_the_next_key_is_read_after_anything(rubbish: bytes) -> None:
    received = TerminalInput()
    assert not [one for one in received.feed(rubbish) if isinstance(one, Resize)]
    assert [one.key for one in received.feed(b"q") if isinstance(one, Key)][-1:] == ["q"]


def test_letters_of_another_encoding_are_replaced_and_those_of_utf_8_are_put_together() -> None:
    assert keys("é".encode("latin-1"), b"a")[-1] == "a"
    received = [message.character for message in messages(b"\xc3", b"\xa9") if isinstance(message, Key)]
    assert received == ["é"]


def test_what_is_no_letter_does_not_wait_for_the_next_key() -> None:
    received = TerminalInput()
    assert list(received.feed("é".encode("latin-1"))) == list(received.tick(is_silent=False)) == []
    (key,) = received.tick(is_silent=True)
    assert isinstance(key, Key) and key.character == "\ufffd"


def test_a_report_of_an_old_mouse_presses_no_keys() -> None:
    received = TerminalInput()
    told = [*received.feed(b"\x1b[M \xe0\xe0"), *received.tick(is_silent=True)]
    assert told == []
    assert [message.key for message in received.feed(b"s") if isinstance(message, Key)] == ["s"]


def test_a_mouse_points_at_cells_whatever_the_window_is_said_to_measure() -> None:
    (event,) = messages(b"\x1b[48;24;80;480;800t", b"\x1b[<0;41;13M")
    assert isinstance(event, MouseDown)
    assert (event.screen_x, event.screen_y) == (40, 12)


def test_a_mouse_beyond_every_screen_is_none() -> None:
    assert messages(f"\x1b[<35;{MOST_COLUMNS + 1};1M".encode()) == []
    (event,) = messages(f"\x1b[<35;{MOST_COLUMNS};{MOST_ROWS}M".encode())
    assert isinstance(event, MouseMove)


def test_a_paste_that_never_ends_is_cut_off_and_what_follows_it_is_no_key() -> None:
    part = b"x" * 4096
    received = messages(b"\x1b[200~", *[part] * (2 * MOST_PASTED // len(part)), b"qqq\x1b[20", b"1~a")
    paste, key = received
    assert isinstance(paste, Paste)
    assert MOST_PASTED - len(part) <= len(paste.text) <= MOST_PASTED + len(part)
    assert isinstance(key, Key)
    assert key.key == "a"


@pytest.mark.parametrize(
    ("said", "used"),
    [((0, 0), (1, 1)), ((20_000, 20_000), (640, 125)), ((300, 20_000), (300, 250)), ((80, 24), (80, 24))],
)
def test_the_size_of_a_screen_is_bounded(said: tuple[int, int], used: tuple[int, int]) -> None:
    assert bounded_size(*said) == used


@settings(max_examples=300)
@given(parts=st.lists(SEQUENCES, max_size=20), is_silent=st.booleans())
def test_whatever_arrives_is_read_and_bounded(parts: list[bytes], is_silent: bool) -> None:
    received = TerminalInput()
    for part in parts:
        for message in [*received.feed(part), *received.tick(is_silent=is_silent)]:
            assert not isinstance(message, Resize)
            if isinstance(message, MouseEvent):
                assert 0 <= message.screen_x < MOST_COLUMNS
                assert 0 <= message.screen_y < MOST_ROWS
    # Whatever was left open, a paste or a sequence, ends here.
    ended = [*received.feed(b"\x1b[201~"), *received.feed(b"q")]
    assert [message.key for message in ended if isinstance(message, Key)][-1:] == ["q"]
