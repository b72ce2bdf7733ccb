"""Every command in the manual is run, page by page, in a folder that has the files which a reader would have."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from unittest import mock

import click
import numpy as np
import pytest
from _pytest.mark import ParameterSet

from tests.inline import run_inline
from tests.manual.written import blocks, commands, section, tuinet_commands
from tests.storage.test_autosave import session_at
from tests.terminal import CTRL_Q, Terminal
from tuinet.cli.main import cli
from tuinet.cli.opening import require_terminal
from tuinet.manual.pages import Page, find_page, pages
from tuinet.storage.keeping import run_store
from tuinet.tui.app import TuinetApp

ROOT = Path(__file__).parents[2]
OTHERS = ("tmux", "ssh", "dask", "mkdir", "sed", "tuinet teach", "tuinet follow")
"""Programs that are not ours, or whose commands tests of their own run."""
SCREENS = ("lesson", "replay", "runs open")
"""Commands that need a terminal, unless they say otherwise."""
FOOTERS = ("? help", "esc close", "q quit")
SLOW = ("tasks", "train", "compare", "recordings")
"""Pages whose commands train for more than a few seconds."""
STATUSES = {"doctor": (0, 1), "rates": (0, 1)}
"""With which a command may end; what doctor finds is up to the machine."""


def is_ours(command: str) -> bool:
    """Whether it is run here."""
    return not command.startswith(OTHERS) and "--scheduler" not in command


def last_call(command: str) -> list[str]:
    """The arguments of the last call of tuinet in a command; a word alone where there is none."""
    words = shlex.split(re.split(r" (?:&&|\|) ", command)[-1], comments=True)
    return words[1 : words.index(">") if ">" in words else None] if words[0] == "tuinet" else ["train"]


def needs_terminal(command: str) -> bool:
    """Whether its last call shows a screen, and waits for keys."""
    arguments = last_call(command)
    if {"--help", "--cast"} & set(arguments) or arguments == ["lesson"] or arguments[:2] == ["lesson", "check"]:
        return False
    known = cli.list_commands(click.Context(cli))
    return not arguments or arguments[0] not in known or " ".join(arguments[:2]).startswith(SCREENS)


def ours(page: Page) -> list[str]:
    return [command for command in commands(page.text) if is_ours(command)]


def some_pages(*, with_screens: bool) -> list[ParameterSet]:
    found = [page for page in pages() if ours(page) and any(map(needs_terminal, ours(page))) == with_screens]
    return [pytest.param(page, id=page.name, marks=[pytest.mark.long] * (page.name in SLOW)) for page in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a reader: tables, arrays, and the lesson of the manual."""
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(40, 3)).round(3)
    table = [f"{a},{b},{c}" for a, b, c in rows.tolist()]
    for name, head in (("houses", "rooms,area,price"), ("wine", "acid,sugar,quality")):
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *table, ""]))
    flowers = [f"{a},{b},{'ab'[c > 0]}" for a, b, c in rows.tolist()]
    (tmp_path / "measurements.csv").write_text("\n".join(["long,wide,species", *flowers, ""]))
    digits = [",".join(map(str, [index % 3, *generator.integers(0, 255, 784)])) for index in range(30)]
    (tmp_path / "mnist.csv").write_text("\n".join([*digits, ""]))
    np.savez(tmp_path / "scans.npz", X=rows[:, :2], y=rows[:, 2] > 0)
    (lesson,) = blocks("markdown", section("lessons", "Write"))
    (tmp_path / "and.md").write_text(lesson)
    shell = tmp_path / "bin" / "tuinet"
    shell.parent.mkdir()
    shell.write_text(f'#!/bin/sh\nexec {sys.executable} -m tuinet "$@"\n')
    shell.chmod(0o755)
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    state, home = str(folder / "state"), str(folder / "home")
    return {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, "XDG_STATE_HOME": state, "XDG_CONFIG_HOME": home}


def run(command: str, folder: Path) -> str:
    """What a command prints whose input has ended."""
    done = _in_this_process(command, folder) if is_alone(command) else _in_a_shell(command, folder)
    first = next(iter(last_call(command)), "")
    assert done.returncode in STATUSES.get(first, (0,)), f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def is_alone(command: str) -> bool:
    """Whether it is a call of tuinet, and nothing for a shell to do: a process of its own is much slower."""
    words = shlex.split(command, comments=True)
    return words[0] == "tuinet" and not {"|", "&&", ">"} & set(words)


def _in_this_process(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    with chdir(folder):
        return run_inline(*last_call(command), **environment(folder))


def _in_a_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-euc", command],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def show(command: str, folder: Path) -> None:
    """Run a command whose last part shows a screen; leave it again."""
    with Terminal(["sh", "-euc", command], columns=80, rows=24, env=environment(folder), cwd=folder) as terminal:
        terminal.wait_until(lambda screen: any(keys in screen for keys in FOOTERS), 60, command)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0, command


def leave_runs(folder: Path) -> None:
    """So that there are two runs to be listed."""
    with mock.patch.dict(os.environ, environment(folder)):
        for epochs in (5, 6):
            slot = run_store().new_slot()
            slot.save(session_at(epochs).save())
            slot.leave()


@pytest.mark.parametrize("page", some_pages(with_screens=False))
def test_every_command_does_what_is_said(page: Page, folder: Path) -> None:
    for command in ours(page):
        if not command.startswith("python") or importlib.util.find_spec("torch"):
            run(command, folder)


@pytest.mark.parametrize("page", some_pages(with_screens=True))
def test_every_command_comes_as_far_as_its_screen(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[TuinetApp] = []

    def leave_at_once(app: TuinetApp) -> None:
        shown.append(app)
        app._return_code = 0

    monkeypatch.setattr(TuinetApp, "run", leave_at_once)
    # What it does, not what it is: a command that is imported meanwhile would keep another for good.
    monkeypatch.setattr(require_terminal, "__code__", (lambda: None).__code__)
    leave_runs(folder)
    for command in ours(page):
        for part in command.split(" && "):
            run(part, folder)
    assert len(shown) == sum(map(needs_terminal, ours(page)))


@pytest.mark.long
@pytest.mark.parametrize("page", some_pages(with_screens=True))
def test_every_screen_is_shown(page: Page, folder: Path) -> None:
    leave_runs(folder)
    for command in ours(page):
        (show if needs_terminal(command) else run)(command, folder)


def test_answers_are_those_that_are_printed(folder: Path) -> None:
    (block,) = blocks("console", find_page("predict").text)
    for command, *printed in (part.splitlines() for part in block.removeprefix("$ ").split("\n$ ")):
        assert run(command, folder).splitlines() == printed


def test_the_run_that_is_handed_out_is_stuck(folder: Path) -> None:
    (line,) = [line for line in commands(find_page("teaching").text) if "--save stuck" in line]
    saved = run(line, folder)
    assert "loss 0.35" in saved
    assert "(2/4)" in saved
    assert "loss 0.35" in run("tuinet train --load stuck.npz --epochs 4000", folder)


def test_there_are_commands() -> None:
    calls = tuinet_commands()
    assert len(calls) > 60
    subcommands = {last_call(call)[0] for call in calls if last_call(call)}
    assert {"train", "explain", "compare", "predict", "export", "record", "replay", "manual"} <= subcommands


@pytest.mark.parametrize("line", tuinet_commands())
def test_every_command_can_be_parsed(line: str) -> None:
    require_parsed(line)


def require_parsed(line: str) -> None:
    """A call of tuinet has the arguments and options that there are."""
    context, command = _context(cli, last_call(line))
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
