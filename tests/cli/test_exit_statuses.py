"""Exit statuses: each that the manual names is one that tuinet ends with, for what it says there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.manual.written import section
from tests.terminal import Terminal

TUINET = [sys.executable, "-m", "tuinet"]
LONG = ("train", "--epochs", "100000000")


def status(*arguments: str, **environ: str) -> int:
    env = {**os.environ, **environ}
    done = subprocess.run(
        [*TUINET, *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    return done.returncode


def test_the_manual_and_help_name_the_same() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", section("configuration", "Exit status"), re.MULTILINE)
    named = {number for row in rows for number in row.split(", ")}
    assert named == {"0", "1", "2", "129", "143", "130"}
    done = subprocess.run([*TUINET, "--help"], capture_output=True, text=True, timeout=60, check=True)
    said = done.stdout.rpartition("Exit status:")[2]
    assert set(re.findall(r"\b\d+\b", said)) == named


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("train", "--epochs", "2"), 0),
        (("check",), 0),
        (("rates", "--epochs", "2", "--count", "3"), 0),
        (("rates", "--epochs", "2", "--lowest", "1e200", "--highest", "1e201", "--activation", "relu"), 1),
        (("rates", "--lowest", "2", "--highest", "1"), 2),
        (("compare", "--epochs", "2", "--seeds", "1", "--json"), 0),
        (("train", "--activation", "relu", "--hidden", "8,8", "--learning-rate", "1e200"), 1),
        (("train", "--epochs", "x"), 2),
        (("nonsense",), 2),
        (("train", "--dataset", "no/such.csv"), 2),
        (("explain", "--batch", "9"), 2),
        (("completion", "powershell"), 2),
        ((), 2),  # without a terminal
    ],
)
def test_commands_that_end_by_themselves(arguments: tuple[str, ...], expected: int) -> None:
    assert status(*arguments) == expected


def test_doctor_tells_a_problem() -> None:
    assert status("doctor", TERM="xterm") == 0
    assert status("doctor", TERM="dumb") == 1


@pytest.mark.parametrize(
    ("arguments", "number", "expected"),
    [
        (("--paused",), signal.SIGHUP, 129),
        (("--paused",), signal.SIGTERM, 143),
        (LONG, signal.SIGINT, 130),
        (LONG, signal.SIGTERM, 130),
        (LONG, signal.SIGHUP, 130),
    ],
)
def test_signals(arguments: tuple[str, ...], number: signal.Signals, expected: int) -> None:
    with Terminal([*TUINET, *arguments], columns=80, rows=24) as terminal:
        terminal.wait_for("training" if arguments == LONG else "epoch")
        os.kill(terminal.pid, number)
        assert terminal.exit_status() == expected


def test_ctrl_c_interrupts_a_run_and_leaves_the_dashboard() -> None:
    with Terminal([*TUINET, *LONG], columns=80, rows=24) as terminal:
        terminal.wait_for("training")
        terminal.press("\x03")
        assert terminal.exit_status() == 130
    with Terminal([*TUINET, "--paused"], columns=80, rows=24) as terminal:
        terminal.wait_for("epoch")
        terminal.press("\x03")
        assert terminal.exit_status() == 0
