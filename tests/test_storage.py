"""Where a run cannot be saved the training goes on, with a warning; and two runs at once leave each other alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session.test_session import assert_same
from tests.terminal import CTRL_Q, Terminal
from tests.test_survival import (
    QUIT,
    ROOT,
    SAVES_ALL_THE_TIME,
    TUINET,
    epoch,
    files,
    paused_at,
    saved_run,
    trained,
    tuinet,
    until,
)

WARNING = "this run is not being saved: "
SAVES = [sys.executable, "-c", SAVES_ALL_THE_TIME]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for a few files."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path) -> Path:
    """Write until nothing more fits."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


def keeps_training(terminal: Terminal) -> None:
    now = epoch(terminal.text())
    terminal.wait_until(lambda screen: epoch(screen) > now)


def test_a_disk_that_fills_up_is_a_warning_until_there_is_room_and_costs_no_file(small_disk: Path) -> None:
    with tuinet(small_disk, command=SAVES) as terminal:
        until(lambda: ".npz" in files(small_disk), terminal)
        filler = fill(small_disk)
        terminal.wait_for(WARNING)
        keeps_training(terminal)
        session = saved_run(small_disk)
        assert_same(session, trained(session.run.epoch))
        filler.unlink()
        terminal.wait_until(lambda screen: WARNING not in screen)
        filler = fill(small_disk)
        terminal.wait_for(WARNING)
        os.kill(terminal.pid, signal.SIGHUP)
        assert terminal.exit_status() == 129
    assert files(small_disk) == [".lock", ".npz"]
    later = saved_run(small_disk)
    assert later.run.epoch > session.run.epoch
    assert_same(later, trained(later.run.epoch))


def test_a_disk_that_can_only_be_read_is_a_warning(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with tuinet(small_disk) as terminal:
        terminal.wait_for(WARNING)
        assert "Read-only file system" in terminal.text()
        keeps_training(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.exit_status() == 143
        assert "resume" not in terminal.text()


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_a_warning(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with tuinet(tmp_path) as terminal:
        terminal.wait_for(WARNING)
        keeps_training(terminal)


def test_without_a_home_there_is_a_warning() -> None:
    # Nobody can make a folder in /proc, not even root, who would make one called /nonexistent.
    nowhere = ["env", "-u", "XDG_STATE_HOME", "HOME=/proc/nonexistent", *TUINET]
    with Terminal(nowhere, cwd=ROOT) as terminal:
        terminal.wait_for(WARNING)
        keeps_training(terminal)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


def test_two_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    ends = (70, 90)
    options = [("--speed", "max", "--epochs", str(end)) for end in ends]
    with tuinet(tmp_path, *options[0]) as first, tuinet(tmp_path, *options[1]) as second:
        for end, terminal in zip(ends, (first, second), strict=True):
            terminal.wait_until(paused_at(end))
        with tuinet(tmp_path, "--resume") as third:
            assert third.exit_status() == 2
            assert "there is no run to resume" in " ".join(third.text().split())
        for terminal in (first, second):
            os.kill(terminal.pid, signal.SIGHUP)
            assert terminal.exit_status() == 129
    assert files(tmp_path) == [".lock", ".lock", ".npz", ".npz"]
    with tuinet(tmp_path, "--resume", "--paused") as latest, tuinet(tmp_path, "--resume", "--paused") as other:
        shown = []
        for terminal in (latest, other):
            terminal.wait_until(lambda screen: epoch(screen) > 0)
            shown.append(epoch(terminal.text()))
            terminal.press(CTRL_Q)
            assert terminal.exit_status() == 0
    assert sorted(shown) == sorted(ends)
    assert files(tmp_path) == sorted(2 * QUIT)
