"""tuinet doctor as a process, in a terminal and without one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal

DOCTOR = [sys.executable, "-m", "tuinet", "doctor"]


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "TERM": "xterm-256color", **environ}
    command = [*DOCTOR, *arguments]
    return subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
    )


def test_without_a_terminal_it_measures_none() -> None:
    done = run("--json")
    assert done.returncode == 0, done.stdout + done.stderr
    findings = {one["name"]: one for one in json.loads(done.stdout)}
    assert findings["round trip"]["value"] == "not measured"
    assert findings["BLAS"]["value"].endswith("1 thread (OPENBLAS_NUM_THREADS)")
    assert done.stderr == ""


def test_a_problem_is_exit_status_1() -> None:
    done = run(TERM="dumb")
    assert done.returncode == 1
    assert any(line.startswith("problem  TERM ") for line in done.stdout.splitlines())


def test_a_broken_configuration_is_a_problem_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for broken in ("[defaults]\nfps = 0\n", '[keys]\nquit = "e"\n', "[keys\n"):
        file.write_text(broken)
        done = run(TUINET_CONFIG=str(file))
        assert done.returncode == 1
        assert f"configuration         {file}: " in done.stdout


def test_the_round_trip_is_measured_and_the_terminal_left_as_it_was() -> None:
    with Terminal(DOCTOR, columns=200, rows=40) as terminal:
        terminal.wait_for("MB free")
        assert terminal.exit_status() == 0
        assert terminal.questions == 5
        assert "ms (median of 5)" in terminal.text()
        assert terminal.is_cooked
        assert "200 columns, 40 rows" in terminal.text()


def test_a_terminal_that_does_not_answer_costs_a_second() -> None:
    start = time.monotonic()
    with Terminal(DOCTOR, columns=200, rows=40, answers=False) as terminal:
        terminal.wait_for("MB free")
        assert terminal.exit_status() == 0
        assert terminal.questions == 1
        assert "no answer within 1 s" in terminal.text()
        assert terminal.is_cooked
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whoever_ends_it_while_it_waits_gets_the_terminal_back(number: signal.Signals) -> None:
    with Terminal(DOCTOR, columns=200, rows=40, answers=False) as terminal:
        terminal.wait_until(lambda screen: terminal.questions == 1 and not terminal.is_cooked)
        os.kill(terminal.pid, number)
        assert terminal.exit_status() == (130 if number == signal.SIGINT else 128 + number)
        assert terminal.is_cooked


def test_in_the_background_it_does_not_ask() -> None:
    with Terminal(["bash", "--norc", "-i"], columns=200, rows=40) as terminal:
        terminal.press(f"{' '.join(DOCTOR)} &\r")
        terminal.wait_for("MB free")
        assert "this runs in the background" in terminal.text()
