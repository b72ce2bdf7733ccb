"""The dashboard in a terminal that can show pictures: what they show, what they take, and that they go when it goes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.kitty import KittyScreen, KittyTerminal, Shown
from tests.terminal import CTRL_Q, ENTER, ESCAPE, Terminal
from tuinet.experiment.experiment import Experiment
from tuinet.observe.planes import Surface
from tuinet.runner import Runner
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.pixels import DOWN
from tuinet.tui.draw.shadings import shading
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.map.drawing import map_levels
from tuinet.tui.style.colour import rgb
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import Terminal as TerminalKind

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


async def picture_drawn_here() -> Pixels:
    """The picture of the map of the usual run before its first step, as the panel makes it."""
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
        return np.concatenate([seen, 255 * opaque[..., None].astype(np.uint8)], axis=2)


async def test_the_picture_is_what_the_network_answers() -> None:
    wanted = await picture_drawn_here()
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


def still(terminal: KittyTerminal) -> None:
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
        terminal.wait_for("epoch 1\n")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        assert b"a=q" in terminal.raw
        assert b"a=T" not in terminal.raw
