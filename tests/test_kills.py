"""A run that is killed again and again at random moments: no file is ever broken, and little is lost."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.session.test_session import assert_same
from tests.terminal import Terminal
from tests.test_survival import SAVES_ALL_THE_TIME, TUINET, epoch, tuinet
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session
from tuinet.storage import session_file
from tuinet.storage.autosave import EVERY


class Victim:
    """One run that goes on from kill to kill, and the same without any."""

    def __init__(self, home: Path, command: list[str]) -> None:
        self.folder = home / "tuinet" / "runs"
        self._home, self._command = home, command
        self._expected = Session(Experiment())
        self.most_lost = self.seconds = 0.0
        self.parts = 0

    def live(self, seconds: float, speed: str) -> None:
        """Train for so long after the first frame; then be killed, and be looked at."""
        options = ["--resume"] if self._runs() else []
        left = self._parts()
        begun = time.monotonic()
        with tuinet(self._home, *options, "--speed", speed, command=self._command) as terminal:
            terminal.wait_until(lambda screen: epoch(screen) >= 0)
            starting = time.monotonic() - begun
            assert not any(part.exists() for part in left), "the start sweeps what the last kill has left"
            seen = watch(terminal, seconds)
            os.kill(terminal.pid, signal.SIGKILL)
            killed = time.monotonic()
            assert terminal.exit_status() == -signal.SIGKILL
        self.parts += bool(self._parts())
        saved = self._require_good_files()
        late = [at for at, number in seen if number > saved]
        lost = killed - min(late) if late else 0.0
        self.most_lost = max(self.most_lost, lost)
        # A machine that is slow in starting is slow in writing, too.
        assert lost <= EVERY + starting
        self.seconds += seconds

    def _runs(self) -> list[Path]:
        return list(self.folder.glob("run-*.npz"))

    def _parts(self) -> list[Path]:
        return list(self.folder.glob(".run-*.part"))

    def _require_good_files(self) -> int:
        """Read everything that is there; the epoch of the run."""
        runs = self._runs()
        assert len(runs) <= 1
        known = {*runs, *self._parts(), *self.folder.glob("run-*.lock")}
        assert set(self.folder.iterdir()) == known
        if not runs:
            return 0
        session = Session.from_saved(session_file.read(runs[0]))
        assert session.run.epoch >= self._expected.run.epoch
        self._expected.advance(session.run.epoch - self._expected.run.epoch)
        assert_same(session, self._expected)
        return session.run.epoch


def watch(terminal: Terminal, seconds: float) -> list[tuple[float, int]]:
    """When which epoch was on the screen."""
    seen = []
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        seen.append((now, epoch(terminal.text())))
        terminal.pump(min(0.02, end - now))
    return seen


def test_a_kill_while_it_saves_breaks_no_file(tmp_path: Path) -> None:
    moments = random.Random(3)
    victim = Victim(tmp_path, [sys.executable, "-c", SAVES_ALL_THE_TIME])
    for speed in ("100", "100", "max", "100"):
        victim.live(moments.uniform(0.05, 0.6), speed)


@pytest.mark.long
def test_fifty_kills_cost_a_few_seconds_each_and_no_file(tmp_path: Path) -> None:
    moments = random.Random(50)
    victim = Victim(tmp_path, TUINET)
    for number in range(50):
        victim.live(moments.uniform(0.0, 8.0), "max" if number % 5 == 4 else "100")
    print(
        f"50 kills in {victim.seconds:.0f} s of training: {victim.most_lost:.2f} s lost at most, {victim.parts} parts"
    )


@pytest.mark.long
def test_fifty_kills_while_it_saves_break_no_file(tmp_path: Path) -> None:
    moments = random.Random(51)
    victim = Victim(tmp_path, [sys.executable, "-c", SAVES_ALL_THE_TIME])
    for number in range(50):
        victim.live(moments.uniform(0.0, 1.0), "max" if number % 5 == 4 else "100")
    print(f"50 kills while it saves: {victim.parts} in the middle of a file")
