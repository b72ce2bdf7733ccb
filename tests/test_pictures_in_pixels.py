"""The dashboard in a terminal that can show pictures: what they show, what they take, and that they go when it goes."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.kitty import KittyScreen, KittyTerminal, Shown, TmuxTerminal
from tests.sixel import SixelTerminal
from tests.terminal import CTRL_Q, ENTER, ESCAPE, Terminal
from tuinet.experiment.experiment import Experiment
from tuinet.observe.planes import Surface
from tuinet.runner import Runner
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.pixels import DOWN, PixelPicture
from tuinet.tui.draw.shadings import shading
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.map.drawing import map_levels
from tuinet.tui.style.colour import rgb
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import Terminal as TerminalKind
from tuinet.tui.terminal.pictures import AT_ONCE

Pixels = NDArray[np.uint8]
TUINET = [sys.executable, "-m", "tuinet"]
NEAR = {"SSH_CONNECTION": "", "SSH_TTY": "", "TMUX": "", "STY": "", "TERM_PROGRAM": ""}
CTRL_Z = "\x1a"


def kitty(*options: str, env: Mapping[str, str] | None = None, columns: int = 80, rows: int = 24) -> KittyTerminal:
    terminal = KittyTerminal([*TUINET, *options], columns, rows, {**NEAR, **(env or {})})
    terminal.kitty = KittyScreen()
    return terminal


def wait_until(terminal: KittyTerminal, predicate: Callable[[dict[int, Shown]], object], wanted: str) -> None:
    terminal.wait_until(lambda _: bool(predicate(terminal.kitty.pictures)), wanted=wanted)


async def picture_drawn_here() -> tuple[PixelPicture, Pixels]:
    """The picture of the map of the usual run before its first step, as the panel makes it, and what is seen of it."""
    themes = load_themes()
    app = TuinetApp(
        Runner(Session(Experiment()), None, running=False), themes[0], themes, TerminalKind(has_pictures=True)
    )
    async with app.run_test(size=(80, 24)) as pilot:
        panel = app.screen.query_one(BoundaryPanel)
        while panel.picture is None or panel.picture.pixels.shape[0] < DOWN * panel.picture.rows:
            await pilot.pause(0.02)
        assert isinstance(panel.snapshot.surface, Surface)
        picture, colours = panel.picture, shading(panel.snapshot, themes[0]).colours
        seen = np.array([rgb(colour) for colour in picture.palette], np.uint8)[picture.pixels]
        # Each pixel has the colour of what the network answers at its place.
        levels, opaque = map_levels(panel.snapshot, themes[0]), picture.pixels > 0
        assert opaque.mean() > 0.9
        assert np.array_equal(seen[opaque], np.array([rgb(colour) for colour in colours])[levels[opaque]])
        return picture, np.concatenate([seen, 255 * opaque[..., None].astype(np.uint8)], axis=2)


async def test_the_picture_is_what_the_network_answers() -> None:
    _, wanted = await picture_drawn_here()
    with kitty("--paused") as terminal:
        wait_until(terminal, lambda pictures: any(one.pixels.shape == wanted.shape for one in pictures.values()), "map")
        (shown,) = (one for one in terminal.kitty.pictures.values() if one.pixels.shape == wanted.shape)
        assert np.array_equal(shown.pixels[..., 3], wanted[..., 3])
        assert np.array_equal(shown.pixels[wanted[..., 3] > 0], wanted[wanted[..., 3] > 0])
        assert shown.layer < 0, "what is written stays above it"
        # It covers the cells of the map, which stand between the axis and the frame.
        lines = terminal.text().split("\n")
        assert lines[shown.line - 1].startswith("╭─")
        assert lines[shown.line + shown.rows][shown.column] in "0123456789-."
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_pictures_go_under_dialogs_and_at_the_end_and_a_paused_run_is_silent() -> None:
    with kitty("--speed", "max", "--dataset", "spiral") as terminal:
        wait_until(terminal, lambda pictures: pictures and terminal.kitty.placed > 3, "pictures that change")
        terminal.press(" ")
        terminal.wait_for("paused")
        still(terminal)
        terminal.press("?")
        wait_until(terminal, lambda pictures: not pictures, "help without a picture behind it")
        terminal.press(ESCAPE)
        wait_until(terminal, len, "the picture again")
        terminal.resize(120, 36)
        wait_until(terminal, lambda pictures: len(pictures) == 2, "map and network")
        still(terminal)
        terminal.press("qy")
        assert terminal.exit_status() == 0
        assert not terminal.kitty.pictures
        assert terminal.raw.rindex(b"a=d,d=A") < terminal.raw.rindex(b"\x1b[?1049l")


def still(terminal: Terminal) -> None:
    """Wait until nothing is sent any more, for as long as a picture would take to be sent again."""
    for _ in range(20):
        before = terminal.bytes_received
        terminal.pump(0.6)
        if terminal.bytes_received == before:
            return
    raise AssertionError("a paused run is not silent")


@pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with job control is needed")
def test_pictures_go_when_the_process_is_suspended_and_come_back() -> None:
    with KittyTerminal(["bash", "--norc", "--noprofile", "-i"], 80, 24, NEAR) as terminal:
        terminal.kitty = KittyScreen()
        terminal.press(f"PS1='shell> '{ENTER}")
        terminal.wait_until(lambda screen: "\nshell>" in screen)
        terminal.press(f"{sys.executable} -m tuinet --paused{ENTER}")
        wait_until(terminal, len, "a picture")
        terminal.press(CTRL_Z)
        terminal.wait_for("Stopped")
        assert not terminal.kitty.pictures
        terminal.press(f"fg{ENTER}")
        wait_until(terminal, len, "the picture again")
        terminal.press("q")
        terminal.wait_for("shell>")
        assert not terminal.kitty.pictures
        # No answer has been taken for keys, here or by the shell.
        assert "Gi=" not in terminal.text()


@pytest.mark.parametrize(
    ("options", "env"), [(("--graphics", "off"), {}), ((), {"SSH_TTY": "/dev/pts/1"}), (("--cells", "half"), {})]
)
def test_nobody_is_asked_in_vain(options: tuple[str, ...], env: Mapping[str, str]) -> None:
    with kitty("--paused", *options, env=env) as terminal:
        terminal.wait_for("q quit")
        assert b"\x1b_G" not in terminal.raw
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_a_terminal_that_says_nothing_is_sent_no_picture() -> None:
    with Terminal([*TUINET, "--paused"], 80, 24, NEAR) as terminal:
        terminal.wait_for("q quit")
        terminal.press("s")
        terminal.wait_for("epoch 1 · ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        assert b"a=q" in terminal.raw
        assert b"a=T" not in terminal.raw


SPIRAL = ("--dataset", "spiral", "--speed", "max")
MOST_BYTES = 40_000


def inked_cells(terminal: SixelTerminal) -> NDArray[np.bool_]:
    """The cells of the screen all of whose pixels are those of a picture, shape (rows, columns)."""
    screen = terminal.inked
    cells = screen.pixels[..., 3].reshape(screen.lines, screen.cell[1], screen.columns, screen.cell[0])
    filled: NDArray[np.bool_] = np.asarray(cells.all(axis=(1, 3)))
    assert np.array_equal(filled, cells.any(axis=(1, 3))), "a picture fills whole cells"
    return filled


def wait_for_ink(terminal: SixelTerminal, least: int = 200) -> None:
    terminal.wait_until(lambda _: bool(inked_cells(terminal).sum() >= least), wanted="a picture")


async def test_sixels_are_what_the_network_answers() -> None:
    picture, wanted = await picture_drawn_here()
    with SixelTerminal([*TUINET, "--paused"], 80, 24, NEAR) as terminal:
        wait_for_ink(terminal)
        still(terminal)
        across, down = terminal.cell
        # Each pixel of the picture is seen at its place, in percent.
        percents = (wanted[..., :3].astype(int) * 100 + 127) // 255
        rows, columns = down * picture.rows, across * picture.columns
        places = np.ix_(
            (np.arange(rows) + 0.5) * picture.pixels.shape[0] // rows,
            (np.arange(columns) + 0.5) * picture.pixels.shape[1] // columns,
        )
        places = tuple(place.astype(int) for place in places)
        left = next(column for column in range(80) if inked_cells(terminal)[4, column])
        seen = terminal.inked.pixels[3 * down : 3 * down + rows, left * across : left * across + columns]
        is_inked = picture.covered.repeat(down, axis=0).repeat(across, axis=1)
        assert np.array_equal(seen[..., 3] > 0, is_inked)
        is_map = is_inked & ~(picture.dots > 0)[places]
        assert np.array_equal(seen[is_map][:, :3], percents[places][is_map])
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_sixels_stay_within_the_bytes_of_a_line_and_leave_no_remains() -> None:
    with SixelTerminal([*TUINET, *SPIRAL], 80, 24, NEAR) as terminal:
        wait_for_ink(terminal)
        before, began = terminal.bytes_received, monotonic()
        terminal.wait_until(lambda _: terminal.placed > 5, seconds=60, wanted="pictures that change")
        assert terminal.bytes_received - before <= MOST_BYTES * (monotonic() - began) + 2 * AT_ONCE
        terminal.press(" ")
        terminal.wait_for("paused")
        still(terminal)
        cells = inked_cells(terminal)
        terminal.press("?")
        terminal.wait_until(lambda _: not inked_cells(terminal).any(), wanted="help without a picture")
        terminal.press(ESCAPE)
        terminal.wait_until(lambda _: np.array_equal(inked_cells(terminal), cells), wanted="the same picture again")
        terminal.press("2")
        terminal.wait_until(lambda _: not inked_cells(terminal).any(), wanted="the curve alone")
        terminal.press("2")
        terminal.wait_until(lambda _: np.array_equal(inked_cells(terminal), cells), wanted="the same picture again")
        still(terminal)
        terminal.press("qy")
        assert terminal.exit_status() == 0
        assert not inked_cells(terminal).any()
        assert terminal.raw.rindex(b"\x1b[2J") < terminal.raw.rindex(b"\x1b[?1049l")


def test_sixels_have_the_size_that_cells_have_now() -> None:
    with SixelTerminal([*TUINET, "--paused"], 80, 24, NEAR) as terminal:
        wait_for_ink(terminal)
        still(terminal)
        placed = terminal.placed
        terminal.cell = terminal.inked.cell = (8, 16)
        terminal.resize(100, 30)
        wait_for_ink(terminal)
        still(terminal)
        assert terminal.placed > placed
        # What is on the screen is as if the program had been started there.
        with SixelTerminal([*TUINET, "--paused"], 100, 30, NEAR) as fresh:
            fresh.cell = (8, 16)
            wait_for_ink(fresh)
            still(fresh)
            assert np.array_equal(terminal.inked.pixels, fresh.inked.pixels)
            assert terminal.text() == fresh.text()


def tmux(kind: type[TmuxTerminal], *options: str) -> TmuxTerminal:
    terminal = kind([*TUINET, *options], 80, 24, {**NEAR, "TMUX": "/nowhere", "TERM": "tmux-256color"})
    terminal.kitty = KittyScreen()
    return terminal


async def test_through_tmux_pictures_are_seen_where_placeholders_are() -> None:
    picture, wanted = await picture_drawn_here()
    with tmux(TmuxTerminal, "--paused") as terminal:
        terminal.wait_until(lambda _: len(terminal.seen()) >= picture.covered.sum(), wanted="placeholders")
        still(terminal)
        cells = terminal.seen()
        (number,) = (number for number, shown in terminal.kitty.pictures.items() if shown.pixels.shape == wanted.shape)
        parts = {(row, column) for which, row, column in cells.values() if which == number}
        assert parts == {(int(row), int(column)) for row, column in np.argwhere(picture.covered)}
        offsets = {
            (line - row, left - column) for (line, left), (which, row, column) in cells.items() if which == number
        }
        assert len(offsets) == 1, "all of them in their places"
        is_map = (picture.dots == 0) & (wanted[..., 3] > 0)
        assert np.array_equal(terminal.kitty.pictures[number].pixels[is_map], wanted[is_map])
        terminal.press("?")
        terminal.wait_until(lambda _: not terminal.seen(), wanted="help")
        terminal.press(ESCAPE)
        terminal.wait_until(lambda _: terminal.seen() == cells, wanted="the same again")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert not terminal.kitty.pictures


class SilentTmux(TmuxTerminal):
    passes_on = False


class BuiltForSixels(SilentTmux):
    """Says that it shows sixels, whatever it runs in."""

    features = b"\x1b[?1;2;4c"


@pytest.mark.parametrize("kind", [SilentTmux, BuiltForSixels])
def test_tmux_that_hands_nothing_on_is_sent_nothing(kind: type[TmuxTerminal]) -> None:
    with tmux(kind, "--paused") as terminal:
        terminal.wait_for("q quit")
        terminal.press("s")
        terminal.wait_for("epoch 1 · ")
        assert b"a=q" in terminal.raw
        assert b"a=T" not in terminal.raw and b"\x1bP0;1q" not in terminal.raw
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("passes", ["on", "off"])
def test_a_real_tmux_hands_pictures_on(passes: str, tmp_path: Path) -> None:
    config = tmp_path / "tmux.conf"
    config.write_text(f"set -g allow-passthrough {passes}\nset -g status off\n")
    inside = shlex.join([*TUINET, "--paused"])
    command = ["tmux", "-L", f"tuinet-{os.getpid()}-{passes}", "-f", str(config), "-u", "new-session", inside]
    with TmuxOutside(command, 80, 24, {**NEAR, "TERM": "xterm-256color"}) as terminal:
        terminal.kitty = KittyScreen()
        terminal.wait_for("q quit")
        if passes == "on":
            terminal.wait_until(lambda _: len(terminal.seen()) > 200, wanted="placeholders")
            assert {number for number, _, _ in terminal.seen().values()} == set(terminal.kitty.pictures)
            terminal.press("?")
            terminal.wait_until(lambda _: not terminal.seen(), wanted="help")
            terminal.press(ESCAPE)
            terminal.wait_until(lambda _: len(terminal.seen()) > 200, wanted="the same again")
        terminal.press("s")
        terminal.wait_for("epoch 1 · ")
        assert (b"a=T" in terminal.raw) == (passes == "on")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        assert not terminal.kitty.pictures


class TmuxOutside(TmuxTerminal):
    """The terminal that a real tmux runs in, which gets what has been unwrapped."""

    def _answer(self, query: bytes) -> None:
        if query == b"\x1b[c":
            self._send(b"\x1b[?62;22c")
        else:
            KittyTerminal._answer(self, query)
