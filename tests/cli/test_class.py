"""tuinet teach and tuinet follow: what cannot be is one line and exit status 2."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import click
import pytest

from tests.inline import run_inline
from tuinet import configuration
from tuinet.classroom import places
from tuinet.classroom.places import choose_place, listen_at
from tuinet.cli.classroom import follow_command, teach_command
from tuinet.cli.main import cli
from tuinet.options import default_map


@pytest.fixture(autouse=True)
def folders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Its name is short: a socket's path must not be long.
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as folder:
        monkeypatch.setattr(places, "_FOLDERS", Path(folder))
        yield Path(folder)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("follow",), "no class is open that you may follow; tuinet teach opens one"),
        (("follow", "algebra"), "no class is open that you may follow"),
        (("follow", "--socket", "no/such.socket"), "no/such.socket: no class can be followed there"),
        (("teach", "--group", "no-such-group"), "group: 'no-such-group' is no group on this machine"),
        (("teach", "--name", "../up"), "name: '../up' is not 1 to 40 letters"),
        (("teach", "--socket", "no/such.socket"), "no/such.socket: there is no folder no"),
        (("teach", "--socket", "x" * 120), "a socket's path has at most 100 bytes"),
        (("teach", "--socket", __file__), "it is there already, and is no socket of yours"),
        (("teach", "--speed", "never"), "'never' is not a number of epochs per second"),
    ],
)
def test_bad_input_is_said_in_a_line(arguments: tuple[str, ...], wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.cli.classroom.require_terminal", lambda: None)
    done = run_inline(*arguments)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_a_place_that_others_can_change_is_refused_in_a_line(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.cli.classroom.require_terminal", lambda: None)
    folders.chmod(0o777)
    done = run_inline("teach", "--socket", str(folders / "s.socket"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"others can change the folder {folders} (mode 0777): name a socket in a folder that" in done.stderr


def test_a_class_begins_as_fast_as_the_configuration_says(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[defaults]\nspeed = 7\nhidden = 3\n", encoding="utf-8")
    file = configuration.read(path)
    assert default_map(cli, file, teach_command) == default_map(cli, file) == {"speed": 7.0, "hidden": (3,)}
    assert default_map(cli, file, follow_command) == {}


def test_who_follows_without_a_terminal_reads_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = listen_at(choose_place("other"))
    done = run_inline("follow", "Other")
    assert done.returncode == 2
    assert done.stderr.endswith("is not a terminal; over SSH, `ssh -t HOST tuinet follow` opens one\n")
    monkeypatch.setenv("TERM", "dumb")
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}", Mock(isatty=lambda: True))
    with pytest.raises(click.UsageError, match=r"'dumb'.*as in `TERM=xterm-256color tuinet follow`"):
        follow_command.main(["other"], standalone_mode=False)
    listener.close()


def test_without_a_terminal_nothing_is_opened(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(places, "_FOLDERS", folders)
    done = run_inline("teach")
    assert done.returncode == 2
    assert "standard input is not a terminal" in done.stderr
    assert not list(folders.iterdir())
