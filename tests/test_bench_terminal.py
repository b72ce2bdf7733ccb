"""What the benchmark of the terminal measures with: its screen, its line, its figures, and one short run."""

from __future__ import annotations

import math
import sys

import pytest

from bench_programs import BARE_TEXT
from bench_pty import BUFFER, Grid, Line, Program
from bench_terminal import BARE, TUINET, Figure, epoch, is_whole, main, p99
from tests.terminal import Terminal


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def grid_of(*pieces: bytes) -> tuple[list[str], list[str]]:
    """The rows of a small screen, and what it answered."""
    answers: list[str] = []
    grid = Grid(8, 3, answers.append)
    for piece in pieces:
        grid.feed(piece)
    return [row.rstrip() for row in grid.text().split("\n")], answers


def test_characters_stand_where_the_cursor_was_sent() -> None:
    rows, _ = grid_of(b"\x1b[2;3H\x1b[38;5;7mab\x1b[0mc\x1b[1;1Hx\r\ny\n\x1b[3;7Hlonger")
    assert rows == ["x", "y abc", "      lo"]


def test_sequences_and_characters_may_come_in_pieces() -> None:
    data = "\x1b[2;2H▸ é\x1bP+q\x1b\\\x1b[?2026$p\x1b[>1uz\x1b[6n".encode()
    whole = grid_of(data)
    assert whole == (["", " ▸ éz", ""], ["\x1b[?2026;2$y", "\x1b[2;6R"])
    assert grid_of(*(data[at : at + 1] for at in range(len(data)))) == whole


def test_the_whole_screen_can_be_cleared() -> None:
    assert grid_of(b"abc\x1b[2J\x1b[Hd")[0] == ["d", "", ""]


def test_a_line_carries_bytes_at_its_rate() -> None:
    clock = Clock()
    line = Line(100.0, clock)
    clock.seconds = 50.0  # an idle line saves nothing up
    line.put(bytes(range(30)))
    assert line.take() == b""
    clock.seconds += 0.105
    assert line.take() == bytes(range(10))
    clock.seconds += 0.096
    assert line.take() == bytes(range(10, 20))
    clock.seconds += 1.0
    assert line.take() == bytes(range(20, 30))
    assert line.is_empty
    assert line.room == BUFFER


def test_a_local_line_carries_everything_at_once() -> None:
    line = Line()
    line.put(b"x" * 100_000)
    assert line.room == BUFFER - 100_000
    assert len(line.take()) == 100_000


@pytest.mark.parametrize(
    ("figure", "bar", "verdict"),
    [
        (Figure("a", 1.0, "s"), "", ""),
        (Figure("a", 1.5, "s", most=1.5), "<= 1.5", "ok"),
        (Figure("a", 1.51, "s", most=1.5), "<= 1.5", "NOT"),
        (Figure("a", 0.85, "", least=0.85), ">= 0.85", "ok"),
        (Figure("a", 0.84, "", least=0.85), ">= 0.85", "NOT"),
        (Figure("a", 0.0, "", most=0), "<= 0", "ok"),
        (Figure("a", 20_001, "", most=20_000), "<= 20,000", "NOT"),
        (Figure("a", math.nan, "", most=1), "<= 1", "NOT"),
    ],
)
def test_a_figure_says_whether_its_bar_holds(figure: Figure, bar: str, verdict: str) -> None:
    assert (figure.bar, figure.verdict) == (bar, verdict)


def test_the_99th_percentile() -> None:
    assert p99([float(value) for value in range(1, 102)]) == 100.0
    assert p99([3.0]) == 3.0


def test_the_screen_is_the_one_that_an_emulator_shows() -> None:
    with Program((*TUINET, "--paused")) as program, Terminal([*TUINET, "--paused"], env={"COLORTERM": ""}) as terminal:
        program.wait_for(is_whole)
        program.pump(0.5)
        terminal.wait_until(is_whole)
        terminal.pump(0.5)
        shown = "\n".join(row.rstrip() for row in program.grid.text().split("\n"))
        assert shown == terminal.text()
        assert epoch(shown) == 0


def test_the_bare_application_starts() -> None:
    with Program(BARE) as program:
        program.wait_for(lambda screen: BARE_TEXT in screen)


def test_a_program_that_ends_is_an_error_and_not_a_wait() -> None:
    with Program((sys.executable, "-c", "print('over')")) as program, pytest.raises(TimeoutError, match="over"):
        program.wait_for(lambda screen: False)


def test_a_short_run_prints_figures(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("bench_terminal.SETTLING", 0.2)
    monkeypatch.setattr(sys, "argv", ["bench_terminal.py", "--only", "bytes", "--seconds", "0.5"])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("80x24, 256 colours; ")
    assert lines[-1].split() == ["bytes", "a", "second,", "XOR,", "paused", "0", "<=", "0", "ok"]
    assert len(lines) == 8
