"""What no terminal should send, sent to the program in a real one: it lives, answers, and leaves as it should."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.terminal import CTRL_Q, ENTER, ESCAPE, Terminal

TUINET = [sys.executable, "-m", "tuinet"]
CTRL_P = "\x10"
BROKEN_INPUT = """
from tuinet.tui.terminal.input import TerminalInput
feeds = TerminalInput.feed
TerminalInput.feed = lambda self, data: 1 / 0 if b"n" in data else feeds(self, data)
from tuinet.__main__ import main
main()
"""
BROKEN_OUTPUT = """
from tuinet.tui.terminal.frames import TerminalOutput
init, breaks = TerminalOutput.__init__, []
class File:
    def __init__(self, file): self.file = file
    def write(self, text): return 1 / 0 if breaks and breaks.pop() else self.file.write(text)
    def flush(self): self.file.flush()
    def fileno(self): return self.file.fileno()
TerminalOutput.__init__ = lambda self, file, broken: init(self, File(file), broken)
from tuinet.tui.terminal.input import TerminalInput
feed = TerminalInput.feed
TerminalInput.feed = lambda self, data: (b"n" in data and breaks.append(True), feed(self, data))[1]
from tuinet.__main__ import main
main()
"""
HOSTILE = (
    b"\xe9",
    b"\x1b[M \xe0\xe0",
    b"\x1b[M#\xff\xff",
    b"\x1b[48;20000;20000;400;400t",
    b"\x1b[48;0;0;400;400t\x1b[<35;7;7M",
    b"\x1b[<0;4294967296;4294967296M",
    b"\x1b[999999;999999R",
    b"\x1b[99999999999999999999;1;99999999999999999999u",
    b"\x1b]52;c;YQ==\x07",
    b"\x1b[200~" + b"p" * 10_000 + b"\x1b[201~",
    b"\x1bP" + b"1" * 300 + b"\x1b\\",
)
SEQUENCE_ENDS = "ABCDHMRmtuy~c$"
# What would end the program, or write files, is left to other tests.
HARMLESS = bytes(sorted(set(range(256)) - set(b"qQyYRXxEeS\x03\x10\x11\x13\x1a\x1c\r\n")))
MOST_MEGABYTES = 500


def tuinet(folder: Path, command: list[str] = TUINET) -> Terminal:
    """In a folder of the test's own: some bytes are keys that write files."""
    return Terminal([*command, "--paused"], cwd=folder)


def random_bytes(chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return bytes(chance.choices(HARMLESS, k=chance.randrange(1, 40)))
    numbers = chance.choices((0, 1, 48, 80, 2**16, 2**40), k=chance.randrange(6))
    start, end = chance.choice(("", "<", "?")), chance.choice(SEQUENCE_ENDS)
    return f"\x1b[{start}{';'.join(map(str, numbers))}{end}".encode()


def quit_at_last(terminal: Terminal) -> None:
    """Close whatever the bytes have opened, and quit, once everything before has been worked off."""
    for _ in range(60):
        terminal.press(ESCAPE)
        terminal.pump(0.5)
        terminal.press(CTRL_Q)
        with suppress(AssertionError):
            assert terminal.exit_status(1.5) == 0
            return
    raise AssertionError(f"it did not quit:\n{terminal.text()}")


def peak_megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def test_hostile_sequences_harm_nothing(tmp_path: Path) -> None:
    with tuinet(tmp_path) as terminal:
        terminal.wait_for("epoch 0")
        for sequence in HOSTILE:
            terminal.send_bytes(sequence)
            terminal.pump(0.1)
        terminal.send_bytes(b"\x1b[201~")
        terminal.press(ESCAPE)
        terminal.pump(0.3)
        terminal.press("s")
        terminal.wait_for("epoch 1 · ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_a_palette_whose_command_is_chosen_twice_closes_once(tmp_path: Path) -> None:
    with tuinet(tmp_path) as terminal:
        terminal.wait_for("epoch 0")
        terminal.press(CTRL_P)
        terminal.wait_for("Search")
        terminal.press(ESCAPE)
        terminal.wait_until(lambda screen: "Search" not in screen)
        terminal.press(CTRL_P)
        terminal.wait_for("Search")
        terminal.press(ENTER + ENTER)
        terminal.wait_until(lambda screen: "Search" not in screen)
        terminal.press(ESCAPE)
        terminal.pump(0.3)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


@pytest.mark.parametrize("broken", [BROKEN_INPUT, BROKEN_OUTPUT], ids=["input", "output"])
def test_where_a_thread_of_the_terminal_breaks_down_the_run_is_kept_and_the_status_is_1(
    broken: str, tmp_path: Path
) -> None:
    with tuinet(tmp_path, command=[sys.executable, "-c", broken]) as terminal:
        terminal.wait_for("epoch 0 · not trained yet")
        terminal.press(" ")
        terminal.wait_until(lambda screen: "epoch 0 · not trained yet" not in screen)
        terminal.press("n")
        assert terminal.exit_status() == 1
        assert b"ZeroDivisionError" in terminal.raw
        assert b"the run is saved in" in terminal.raw
        assert b"\x1b[?1049l" in terminal.raw


@pytest.mark.long
def test_random_bytes_harm_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    sent = 0
    with tuinet(tmp_path) as terminal:
        terminal.wait_for("epoch 0")
        for _ in range(3_000):
            sent += 1
            terminal.send_bytes(random_bytes(chance))
            terminal.pump(0.005)
        terminal.send_bytes(b"\x1b[201~")
        terminal.pump(2)
        assert peak_megabytes(terminal.pid) < MOST_MEGABYTES
        quit_at_last(terminal)
    print(f"{sent} sequences")
