"""``tuinet manual`` in pipes, pagers and terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import CTRL_Q, ENTER, ESCAPE, TAB, Terminal
from tuinet.manual.pages import find_page, pages
from tuinet.manual.plain import plain_text

ROOT = Path(__file__).parents[2]
TUINET = [sys.executable, "-m", "tuinet"]


def manual(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    command = [*TUINET, "manual", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_in_a_pipe_it_is_plain_text_and_whole() -> None:
    done = manual()
    assert done.returncode == 0 and done.stderr == ""
    assert "\x1b" not in done.stdout
    assert [line for line in done.stdout.split("\n") if len(line) > 80 and not line.startswith("    ")] == []
    assert all(f"\n{page.title}\n{'=' * len(page.title)}\n" in f"\n{done.stdout}" for page in pages())


def test_a_page_by_its_topic() -> None:
    done = manual("micro")
    assert done.stdout == plain_text(find_page("microscope")) + "\n"
    assert manual("--pager", "micro").stdout == done.stdout


def test_what_is_no_topic_is_one_line() -> None:
    done = manual("microscpoe")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "tuinet: topic 'microscpoe' is not a page of the manual; did you mean 'microscope'?\n"


def test_a_broken_configuration_file_does_not_keep_it_shut(tmp_path: Path) -> None:
    broken = tmp_path / "config.toml"
    broken.write_text('[keys]\nspace = "no such key"\n')
    assert manual("configuration", TUINET_CONFIG=str(broken)).stdout.startswith("Configuration\n===")


def test_names_are_completed() -> None:
    done = manual(_TUINET_COMPLETE="bash_complete", COMP_WORDS="tuinet manual mi", COMP_CWORD="2")
    assert done.stdout.split("\n")[0] == "plain,microscope"


@pytest.mark.parametrize("option", [(), ("--pager",)], ids=["dumb", "pager"])
def test_without_a_screen_a_pager_reads_it(option: tuple[str, ...], tmp_path: Path) -> None:
    term = "xterm" if option else "dumb"
    env = {"PYTHONPATH": str(ROOT), "TERM": term, "PAGER": "sed s/^/paged:/"}
    with Terminal([*TUINET, "manual", *option, "rates"], columns=80, rows=24, env=env, cwd=tmp_path) as terminal:
        assert terminal.exit_status() == 0
    text = bytes(terminal.raw).decode()
    assert "paged:Which learning rate" in text and "\x1b[?1049h" not in text


def test_in_a_terminal_it_is_read_by_keys(tmp_path: Path) -> None:
    with Terminal([*TUINET, "manual"], columns=80, rows=24, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path) as terminal:
        terminal.wait_for("The manual of tuinet")
        terminal.press(TAB)
        terminal.press(ENTER)
        terminal.wait_for("Watch a network learn")
        terminal.wait_for("the map bends")
        terminal.press("b")
        terminal.wait_for("The manual of tuinet")
        terminal.press("/")
        terminal.wait_for("enter goes there")
        terminal.press("wilson 1927")
        terminal.wait_for("How it is counted")
        terminal.press(ENTER)
        terminal.wait_for("The interval is Wilson's (1927)")
        terminal.press(ESCAPE)
        assert terminal.exit_status() == 0
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("options", [("--ascii",), ("--theme", "ansi")], ids=str)
def test_any_terminal_shows_it(options: tuple[str, ...], tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(ROOT), "TERM": "linux", "COLORTERM": ""}
    command = [*TUINET, "manual", "screen", *options]
    with Terminal(command, columns=80, rows=24, env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("the question it answers")
        if "--ascii" in options:
            assert terminal.text().isascii()
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
