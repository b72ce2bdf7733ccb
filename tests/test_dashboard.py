"""The dashboard in a real pseudo-terminal: what a person sees, and what the keys do."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screen import boxes, is_whole
from tests.terminal import CTRL_Q, DOWN, ESCAPE, Terminal
from tuinet.storage.keeping import FIRST_WORDS
from tuinet.tui.key_groups import title_of
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, UNCHANGED

ROOT = Path(__file__).parents[1]
STUCK_SEED = 6
CTRL_P = "\x10"
LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"
LIGHT_BACKGROUND = b"48;2;252;252;252"
ALL_PANELS = ("decision boundary", "loss", "network", "gradients")
AT_START = ("no boundary: 1 everywhere", *ALL_PANELS[1:])

PAUSED_AT_START = """\
 xor · 2-2-1 · sigmoid · cross-entropy · sgd · learning rate 0.5 · seed 1
 ■ paused · speed 100 epochs/s · epoch 0 · not trained yet: space starts
"""


def tuinet(*options: str, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal([sys.executable, "-m", "tuinet", *options], columns, rows, cwd=ROOT)


def epoch(screen: str) -> int:
    found = re.search(r"epoch ([\d,]+)\s", screen)
    assert found, screen
    return int(found[1].replace(",", ""))


def numbers(screen: str) -> list[str]:
    """The weights and the biases that are written, which have three digits behind the point; no axis of the map."""
    return re.findall(r"[+−-]\d\.\d{3}", "\n".join(line[32:] for line in screen.split("\n")))


def is_quiet(terminal: Terminal, seconds: float = 1.0) -> bool:
    before = terminal.bytes_received
    terminal.pump(seconds)
    return terminal.bytes_received == before


def test_everything_is_whole_at_80x24_and_the_terminal_is_restored() -> None:
    with tuinet("--paused") as terminal:
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and "wrong: A" in screen)
        screen = terminal.text()
        assert screen.startswith(PAUSED_AT_START)
        titles = [screen.split("\n")[box.top][box.left :] for box in boxes(screen)]
        assert [title[3:].startswith(name) for title, name in zip(titles, AT_START, strict=True)] == [True] * 4
        assert screen.endswith("? help  q quit")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
        assert terminal.raw.index(LEAVES_ALTERNATE_SCREEN) < terminal.raw.rindex(SHOWS_CURSOR)


def test_space_pauses_and_resumes_and_nothing_is_sent_while_paused() -> None:
    with tuinet() as terminal:
        terminal.wait_until(lambda screen: "▸" in screen and epoch(screen) > 20)
        terminal.press(" ")
        terminal.wait_for("■ paused")
        terminal.pump(0.2)
        stopped = epoch(terminal.text())
        assert is_quiet(terminal)
        terminal.press(CTRL_P)
        terminal.wait_for("Search for commands")
        terminal.press(ESCAPE)
        terminal.wait_until(whole(80, 24))
        terminal.pump(0.2)
        assert is_quiet(terminal)
        assert epoch(terminal.text()) == stopped
        terminal.press(" ")
        terminal.wait_until(lambda screen: "▸" in screen and epoch(screen) > stopped)


def test_keys_that_train() -> None:
    with tuinet("--paused") as terminal:
        terminal.wait_until(whole(80, 24))
        start = numbers(terminal.text())
        assert len(start) == 7  # those on the lines, and the bias of the output
        for expected, presses in ((1, "s"), (2, "s"), (3, "s"), (10, "s" * 7)):
            terminal.press(presses)
            terminal.wait_for(f"epoch {expected} · ")
        terminal.press("l")
        terminal.wait_for("log scale")
        assert epoch(terminal.text()) == 10
        terminal.press("R")
        terminal.wait_until(lambda screen: "seed 1" in screen and epoch(screen) == 0 and numbers(screen) == start)
        terminal.press("r")
        terminal.wait_until(lambda screen: "seed 2" in screen and epoch(screen) == 0 and numbers(screen)[0] != start[0])
        terminal.press("rrr")
        terminal.wait_for("seed 5")


def test_keys_that_change_how_it_trains_and_looks() -> None:
    with tuinet("--paused") as terminal:
        terminal.wait_until(whole(80, 24))
        start = numbers(terminal.text())
        steps: tuple[tuple[str, str], ...] = (
            ("a", "2-2-1 · tanh · "),
            ("a", "2-2-1 · relu · "),
            ("AA", "2-2-1 · sigmoid · "),
            ("+", "paused · speed 200 epochs/s"),
            ("-", "paused · speed 100 epochs/s"),
            ("------", "paused · speed 1 epochs/s"),
            ("+" * 20, "the speed is unlimited: - slows the training down"),
            ("-", "paused · speed 10,000 epochs/s"),
            ("l", "cross-entropy, log scale ─"),
            ("l", "cross-entropy, linear scale ─"),
            ("l", "loss axis: logarithmic where curves touch"),
            ("?", "keys: training"),
            ("?", "no boundary: 1 everywhere"),
            ("?", "keys: training"),
            (ESCAPE, "no boundary: 1 everywhere"),
        )
        for keys, wanted in steps:
            terminal.press(keys)
            terminal.wait_for(wanted)
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and numbers(screen) == start)
        assert LIGHT_BACKGROUND not in terminal.raw
        terminal.press("t")
        terminal.wait_until(lambda screen: LIGHT_BACKGROUND in terminal.raw)


def test_the_palette_lists_every_command_and_runs_one() -> None:
    titles = {title_of(key) for key in (*DASHBOARD_BINDINGS, *APP_BINDINGS) if key.tooltip}
    with tuinet("--paused") as terminal:
        terminal.wait_for("epoch 0 · not trained yet")
        terminal.press(CTRL_P)
        terminal.wait_for("Search for commands")
        seen: set[str] = set()
        for _ in range(4 * len(titles)):  # settings and themes stand between them
            seen |= {title for title in titles if title in terminal.text()}
            if seen == titles:
                break
            before = terminal.bytes_drawn
            terminal.press(DOWN)
            terminal.wait_until(grew(terminal, before))
        assert seen == titles
        terminal.press("step one epoch")
        terminal.wait_until(lambda screen: "Step one epoch" in screen and "Quit" not in screen)
        terminal.press("\r")
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and epoch(screen) == 1)


def grew(terminal: Terminal, before: int) -> Callable[[str], bool]:
    return lambda _: terminal.bytes_drawn > before


def settled(terminal: Terminal) -> str:
    """The screen once nothing has been sent for half a second: paused means silent."""
    before = -1
    while terminal.bytes_received != before:
        before = terminal.bytes_received
        terminal.pump(0.5)
    return terminal.text()


def test_resizing_leaves_nothing_behind() -> None:
    with tuinet("--paused") as terminal:
        # The map comes last: its cells with two colours are the only half blocks on the screen.
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and "▀" in screen and "┤⠂" in screen)
        first = settled(terminal)
        for columns, rows in ((120, 36), (200, 60), (40, 12), (200, 60), (20, 5)):
            terminal.resize(columns, rows)
            small = (columns, rows) == (20, 5)
            terminal.wait_until(reads("tuinet needs 40×12") if small else whole(columns, rows))
            terminal.resize(80, 24)
            terminal.wait_until(lambda screen: screen == first, wanted=f"the first screen after {columns}x{rows}")


def whole(columns: int, rows: int) -> Callable[[str], bool]:
    return lambda screen: is_whole(screen, columns, rows)


def reads(words: str) -> Callable[[str], bool]:
    """Whether the words stand at the start of the screen, whatever the line breaks, and nothing else is left."""
    return lambda screen: " ".join(screen.split()).startswith(words) and "│" not in screen


@pytest.mark.parametrize("rows", [24, 36])
def test_a_stuck_run_says_so_and_what_to_do(rows: int) -> None:
    with tuinet("--seed", str(STUCK_SEED), "--speed", "max", rows=rows) as terminal:
        terminal.wait_for("stuck near")
        terminal.wait_until(lambda screen: is_whole(screen, 80, rows))
        assert "epochs; key } adds neurons to the last hidden layer" in " ".join(terminal.text().split())
        terminal.press("r")
        terminal.wait_until(lambda screen: f"seed {STUCK_SEED + 1}" in screen and "stuck" not in screen)


def test_whoever_comes_for_the_first_time_is_told_what_to_press_and_only_once(tmp_path: Path) -> None:
    env, words = {"XDG_STATE_HOME": str(tmp_path)}, UNCHANGED.told(FIRST_WORDS)
    for is_first_time in (True, False):
        with Terminal([sys.executable, "-m", "tuinet"], 80, 24, env, ROOT, is_first_time=True) as terminal:
            terminal.wait_for("epoch 1")
            assert (words in terminal.text()) == is_first_time
            terminal.press("l")
            terminal.wait_until(lambda screen: "log scale" in screen and words not in screen)
            terminal.press(CTRL_Q)
            assert terminal.exit_status() == 0
