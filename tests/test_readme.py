"""README.md: short, its commands can be typed, and its links and pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.manual.test_commands import require_parsed
from tests.manual.written import blocks
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
START = "./scripts/run"
COMMANDS = [line for block in blocks("sh", TEXT) for line in block.splitlines() if line.startswith(START)]


def test_it_is_short() -> None:
    lines = TEXT.splitlines()
    assert 120 <= len(lines) <= 160
    assert max(map(len, lines)) <= 120


def test_its_first_lines_let_a_newcomer_run_the_main_job() -> None:
    (block,) = blocks("sh", "\n".join(TEXT.splitlines()[:20]) + "\n")
    assert [line.split("#")[0].split() for line in block.splitlines()] == [
        [START],
        [START, "--dataset", "measurements.csv"],
    ]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_can_be_parsed(line: str) -> None:
    require_parsed(line.replace(START, "tuinet", 1))


def test_every_link_and_picture_is_there() -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", TEXT)
    assert len(targets) > 10
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_the_scripts_that_it_names_are_there() -> None:
    named = set(re.findall(r"(?<![\w/])(?:\./)?((?:scripts|tuinet)/[\w./-]*\w)", TEXT))
    assert named and [name for name in named if not (ROOT / name).exists()] == []


def test_it_names_the_keys_that_are() -> None:
    keys = {one.action: one.key_display or one.key for one in (*DASHBOARD_BINDINGS, *APP_BINDINGS)}
    assert f"| `{keys['toggle_running']}` | stop, and go on |" in TEXT
    assert f"`{keys['swap_branch']}` swaps between them" in TEXT
    assert f"| `{keys['microscope']}` | the microscope" in TEXT
    assert f"| `{keys['settings']}` | settings" in TEXT
    assert f"`{keys['help']}` | the keys of what is in sight" in TEXT
