"""What README.md tells to do is done here, word for word."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests import readme
from tests.terminal import CTRL_Q, Terminal
from tuinet.cli.main import cli

ROOT = Path(__file__).parents[1]
START = "./scripts/run"
COMMANDS = [
    line
    for block in readme.blocks("sh")
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith((f"{START} ", "tuinet "))
]
# Of a session in a shell, what is typed up to the first > or &.
COMMANDS += re.findall(r"^\$ (tuinet [^>&\n]+)", "".join(readme.blocks("console")), re.MULTILINE)
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
    (path, code), *_ = readme.recipe(heading)
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
    files = readme.recipe(heading)
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
    _, (path, line) = readme.recipe("A panel")
    assert path == PANELS_FILE
    register(copy, line)
    env = {"PYTHONPATH": str(copy)}
    command = [sys.executable, "-m", "tuinet", "--paused", "--hidden", "3,2"]
    with Terminal(command, columns=80, rows=24, env=env, cwd=copy) as terminal:
        terminal.wait_for("decision boundary")
        terminal.press("\x1bOQ")
        terminal.wait_until(lambda screen: all(f"layer {number}: " in screen for number in (1, 2, 3)))
        assert re.search(r"layer 1: \d+\.\d{3}", terminal.text())
        terminal.wait_for(" f2 ")
        terminal.press("\x1bOQ")
        terminal.wait_for("decision boundary")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_a_theme(tmp_path: Path) -> None:
    (commands,) = readme.blocks("sh", readme.section("A theme"))
    env = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    subprocess.run(["sh", "-euc", commands], cwd=ROOT, env=env, timeout=30, check=True)
    command = [sys.executable, "-m", "tuinet", "themes"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert "chalk" in done.stdout.splitlines()
    assert done.stderr == ""


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_can_be_parsed(line: str) -> None:
    _, *arguments = shlex.split(line, comments=True)
    context, command = _context(cli, arguments)
    while isinstance(command, click.Group) and context._protected_args:
        _, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None, line
        context, command = _context(inner, rest, context)


def _context(
    command: click.Command, arguments: list[str], parent: click.Context | None = None
) -> tuple[click.Context, click.Command]:
    try:
        return command.make_context(command.name, list(arguments), parent=parent), command
    except click.exceptions.Exit as shown:
        assert shown.exit_code == 0
        return click.Context(command), command


@pytest.mark.parametrize(
    "line",
    [
        line
        for line in COMMANDS
        if re.search(r"run (explain|datasets|themes|config|train --dataset xor --seed 1)", line)
    ],
)
def test_quick_commands_run(line: str, tmp_path: Path) -> None:
    _, *arguments = shlex.split(line, comments=True)
    done = subprocess.run(
        [sys.executable, "-m", "tuinet", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_run_that_is_handed_out_is_stuck(tmp_path: Path) -> None:
    (line,) = [line for line in COMMANDS if "stuck" in line and "--save" in line]
    _, *arguments = shlex.split(line, comments=True)
    saved = run(tmp_path, *arguments)
    assert "loss 0.35" in saved
    assert "(2/4)" in saved
    assert "loss 0.35" in run(tmp_path, "train", "--load", "stuck.npz", "--epochs", "4000")


def test_answers_are_those_that_are_printed(tmp_path: Path) -> None:
    (block,) = readme.blocks("console", readme.section("Answers"))
    shell = tmp_path / "bin" / "tuinet"
    shell.parent.mkdir()
    shell.write_text(f'#!/bin/sh\nexec {sys.executable} -m tuinet "$@"\n')
    shell.chmod(0o755)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{shell.parent}:{os.environ['PATH']}"}
    for command, *printed in (part.splitlines() for part in block.removeprefix("$ ").split("\n$ ")):
        done = subprocess.run(
            ["sh", "-euc", command], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == printed
