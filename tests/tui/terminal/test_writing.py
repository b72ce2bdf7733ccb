"""What is written: of the style only what changes; and the writing thread's file, which outlives every error."""

from __future__ import annotations

import errno
import io

import numpy as np
import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.tui.terminal.test_frames import make_console, seen
from tuinet.tui.draw.blocks import KINDS, colour_field, steady
from tuinet.tui.draw.cells import changed_runs, quantize
from tuinet.tui.draw.text import ink
from tuinet.tui.style.theme import find_theme
from tuinet.tui.terminal.detect import Cells
from tuinet.tui.terminal.frames import SegmentWriter, TerminalOutput

CONSOLE = make_console()
RED, BLUE = "#ff0000", "#0000ff"


def test_only_what_changes_is_sent() -> None:
    writer = SegmentWriter()
    assert writer.write([Segment("a", ink(RED, BLUE))]) == "\x1b[38;2;255;0;0;48;2;0;0;255ma"
    assert writer.write([Segment("b", ink(RED, BLUE))]) == "b"
    assert writer.write([Segment("c", ink(BLUE, BLUE))]) == "\x1b[38;2;0;0;255mc"
    assert writer.write([Segment("d", ink(BLUE, RED))]) == "\x1b[48;2;255;0;0md"
    assert writer.write([Segment("e", ink(BLUE, RED, bold=True))]) == "\x1b[1me"
    assert writer.write([Segment("f", ink(BLUE, RED))]) == "\x1b[0;38;2;0;0;255;48;2;255;0;0mf"
    assert writer.write([Segment("g")]) == "\x1b[0mg"
    assert writer.rest() == ""
    assert writer.write([Segment("h", ink(BLUE, RED, bold=True)), Segment("i")])[-5:] == "\x1b[0mi"


def test_of_a_blank_only_the_ground_is_sent() -> None:
    writer = SegmentWriter()
    writer.write([Segment("a", ink(RED, BLUE, bold=True))])
    assert writer.write([Segment("  ", ink(None, BLUE))]) == "  "
    assert writer.write([Segment(" ", ink(BLUE, RED))]) == "\x1b[48;2;255;0;0m "
    assert writer.write([Segment("a", ink(RED, RED, bold=True))]) == "a"
    assert writer.write([Segment(" ", Style(underline=True))]) != " "
    assert writer.rest() == "\x1b[0m"
    assert writer.rest() == ""


def test_what_has_no_end_of_its_own_is_reset() -> None:
    writer = SegmentWriter()
    writer.write([Segment("a", Style(color="red", overline=True))])
    assert writer.write([Segment("b", Style(color="red"))]) == "\x1b[0;31mb"


COLOURS = st.sampled_from([None, "default", "red", "bright_blue", "color(200)", "#123456", "#abcdef"])
FLAGS = st.booleans()
STYLES = st.builds(Style, color=COLOURS, bgcolor=COLOURS, bold=FLAGS, italic=FLAGS, underline=FLAGS, reverse=FLAGS)
SEGMENTS = st.lists(st.builds(Segment, st.sampled_from(["a", " ", "▀b", "  "]), STYLES), max_size=8)


def shown(text: str) -> list[object]:
    screen = pyte.Screen(20, 1)
    pyte.Stream(screen).feed(text)
    return [seen(screen.buffer[0][column]) for column in range(20)]


@settings(max_examples=100)
@given(SEGMENTS)
@example([Segment("a", Style(bgcolor="red")), Segment("a", Style())])
def test_what_is_seen_is_as_with_whole_styles(segments: list[Segment]) -> None:
    whole = "".join((style or Style()).render(text, color_system=ColorSystem.TRUECOLOR) for text, style, _ in segments)
    writer = SegmentWriter()
    sent = writer.write(segments) + writer.rest()
    assert shown(sent + "x") == shown(whole + "x")
    assert len(sent) <= len(whole)


def bytes_of_a_run(cells: Cells, *, has_writer: bool) -> int:
    """What is sent while an edge of fifteen levels wanders over a map of 40 by 10 cells, in 60 frames."""
    theme, (rows, columns) = find_theme("dark"), (10, 40)
    across, down = KINDS[cells].across * columns, KINDS[cells].down * rows
    y, x = np.mgrid[0:down, 0:across]
    total, before, levels = 0, list[Strip](), None
    for frame in range(60):
        slope = 8 * ((x + 0.5) / across - 0.3 - 0.4 * np.sin(frame / 40) + 0.3 * (y + 0.5) / down)
        levels = steady(quantize(1 / (1 + np.exp(-slope)), len(theme.levels), levels), levels, cells)
        after = colour_field(levels, theme.levels, (rows, columns), cells, {})
        writer = SegmentWriter()
        for old, new in zip(before, after, strict=False):
            for left, right in changed_runs(old, new):
                run = new.crop(left, right)
                total += len((writer.write(run) if has_writer else run.render(CONSOLE)).encode())
        before = after
    return total


@pytest.mark.parametrize("cells", KINDS)
def test_finer_cells_take_no_more_bytes_than_half_blocks_in_whole_styles(cells: Cells) -> None:
    assert bytes_of_a_run(cells, has_writer=True) < 0.9 * bytes_of_a_run("half", has_writer=False)


class Failing(io.StringIO):
    """Fails so many times."""

    def __init__(self, error: Exception, times: int) -> None:
        super().__init__()
        self._error, self._times = error, times

    def write(self, text: str) -> int:
        if self._times:
            self._times -= 1
            raise self._error
        return super().write(text)


@pytest.mark.parametrize("error", [ValueError("closed"), OSError(errno.ENOSPC, "full")], ids=["value", "system"])
def test_the_first_error_is_told_and_the_rest_is_written(error: Exception) -> None:
    told: list[BaseException] = []
    file = Failing(error, times=2)
    output = TerminalOutput(file, told.append)
    for text in ("a", "b", "c", "d"):
        output.write(text)
        output.flush()
    assert told == [error]
    assert file.getvalue() == "cd"


@pytest.mark.parametrize("number", [errno.EIO, errno.EPIPE])
def test_a_terminal_that_has_gone_is_noticed_elsewhere(number: int) -> None:
    told: list[BaseException] = []
    TerminalOutput(Failing(OSError(number, "gone"), times=1), told.append).write("a")
    assert told == []
