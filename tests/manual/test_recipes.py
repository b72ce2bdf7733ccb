"""What the manual tells to add is added here, word for word, to a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.manual.written import blocks, recipe, section
from tests.terminal import CTRL_Q, Terminal

ROOT = Path(__file__).parents[2]
PANELS_FILE = "tuinet/tui/panels/__init__.py"
RECIPES = ("An activation", "An optimizer", "A dataset", "A panel")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, to be changed."""
    for name in ("tuinet", "themes"):
        # Compiled files, too: whatever is not changed need not be compiled again.
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def add(copy: Path, heading: str) -> None:
    (path, code), *_ = recipe(heading)
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{code}")


def register(copy: Path, line: str) -> None:
    """Add a panel to those that have a key, behind the others."""
    path = copy / PANELS_FILE
    before, end, after = path.read_text(encoding="utf-8").partition('\n}\n"""By their ids')
    assert end
    path.write_text(f"{before}\n{line.rstrip()}{end}{after}", encoding="utf-8")


def run(copy: Path, *arguments: str) -> str:
    """What a command prints in a folder, which may hold a changed copy of the package."""
    command = [sys.executable, "-m", "tuinet", *arguments]
    package = copy if (copy / "tuinet").exists() else ROOT
    env = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("heading", RECIPES)
def test_what_is_to_be_added_is_short(heading: str) -> None:
    files = recipe(heading)
    assert len(files) == (2 if heading == "A panel" else 1)
    assert sum(bool(line.strip()) for _, code in files for line in code.splitlines()) < 10


def test_an_activation(copy: Path) -> None:
    add(copy, "An activation")
    options = ("--activation", "arctan", "--dataset", "moons", "--hidden", "5,4")
    assert "differ" not in run(copy, "check", *options)
    *_, end = run(copy, "train", *options, "--epochs", "50", "--json").splitlines()
    assert json.loads(end)["accuracy"] > 0.8
    assert "a = arctan z" in " ".join(run(copy, "explain", "--activation", "arctan").split())


def test_an_optimizer(copy: Path) -> None:
    add(copy, "An optimizer")
    *_, end = run(
        copy, "train", "--optimizer", "signsgd", "--dataset", "moons", "--epochs", "50", "--json"
    ).splitlines()
    assert json.loads(end)["accuracy"] > 0.8
    assert "update" in run(copy, "explain", "--optimizer", "signsgd")
    assert "signsgd" in run(copy, "train", "--help")


def test_a_dataset(copy: Path) -> None:
    add(copy, "A dataset")
    assert "disc" in run(copy, "datasets")
    *_, end = run(copy, "train", "--dataset", "disc", "--epochs", "100", "--json").splitlines()
    assert json.loads(end)["accuracy"] > 0.9


def test_a_panel(copy: Path) -> None:
    add(copy, "A panel")
    _, (path, line) = recipe("A panel")
    assert path == PANELS_FILE
    register(copy, line)
    env = {"PYTHONPATH": str(copy)}
    command = [sys.executable, "-m", "tuinet", "--paused", "--hidden", "3,2"]
    with Terminal(command, columns=80, rows=24, env=env, cwd=copy) as terminal:
        terminal.wait_for("bar ΔW/W")
        terminal.press("\x1bOQ")
        terminal.wait_until(lambda screen: all(f"layer {number}: " in screen for number in (1, 2, 3)))
        assert re.search(r"layer 1: \d+\.\d{3}", terminal.text())
        terminal.wait_for(" f2 ")
        terminal.press("\x1bOQ")
        terminal.wait_for("bar ΔW/W")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_a_theme(tmp_path: Path) -> None:
    (commands,) = blocks("sh", section("extending", "A theme"))
    env = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    subprocess.run(["sh", "-euc", commands], cwd=ROOT, env=env, timeout=30, check=True)
    command = [sys.executable, "-m", "tuinet", "themes"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert "chalk" in done.stdout.splitlines()
    assert done.stderr == ""
