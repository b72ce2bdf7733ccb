"""Measure recordings: how long they take to make, how large they are, how soon any of their moments is on the screen.

python scripts/bench_replay.py
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tuinet.experiment.presets import make_experiment
from tuinet.observe.view import View
from tuinet.replay import recording_file
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.replay.replay_runner import ReplayRunner
from tuinet.session.commands import Seek
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes

LOOKS = 300
VIEW = View(58, 44)
"""A map as large as on the full screen of 80x24."""


@dataclass(frozen=True)
class Case:
    name: str
    epochs: int
    every: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case("xor", 10_000),
    Case("xor, each epoch", 10_000, 1),
    Case("xor, adam", 10_000, None, {"optimizer": "adam"}),
    Case("spiral", 3000, None, {"dataset": "spiral"}),
    Case("digits", 100, None, {"dataset": "digits"}),
)


def measure(case: Case, folder: Path) -> str:
    path, begun = folder / "run.npz", time.perf_counter()
    recording_file.write(path, record(Session(make_experiment(**case.fields)), case.epochs, case.every))
    made, begun = time.perf_counter() - begun, time.perf_counter()
    player = RecordingPlayer(recording_file.read(path))
    opened = time.perf_counter() - begun
    snapshots = seconds_of_snapshots(player)
    screens = asyncio.run(seconds_of_screens(player))
    return (
        f"{case.name:<16}{case.epochs:>7,}{len(player.recording):>9,}{path.stat().st_size / 1000:>9,.0f} kB"
        f"{made:>8.2f} s{1000 * opened:>8.0f} ms{shown(snapshots)}{shown(screens)}"
    )


def shown(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):>9.1f}{1000 * max(seconds):>7.1f} ms"


def seconds_of_snapshots(player: RecordingPlayer) -> list[float]:
    """From a moment anywhere to its snapshot, map and all."""
    generator, times = random.Random(0), []
    for _ in range(LOOKS):
        begun = time.perf_counter()
        player.show(generator.randrange(len(player.recording)))
        player.snapshot(VIEW)
        times.append(time.perf_counter() - begun)
    return times


async def seconds_of_screens(player: RecordingPlayer) -> list[float]:
    """From a wish to go to an epoch anywhere to the frame that all panels of the dashboard have drawn."""
    themes, generator, times = load_themes(), random.Random(1), []
    runner = ReplayRunner(player, running=False)
    app = TuinetApp(runner, themes[0], themes)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for _ in range(LOOKS // 3):
            moment = generator.randrange(len(player.recording))
            begun = time.perf_counter()
            runner.send(Seek(int(player.recording.epochs[moment])))
            while not is_shown(pilot, moment + 1, runner):
                await asyncio.sleep(0.0005)
            times.append(time.perf_counter() - begun)
            await settle(pilot)
    return times


def is_shown(pilot: Pilot[None], number: int, runner: ReplayRunner) -> bool:
    """Whether all panels have been given the frame; it may have been there already."""
    dashboard = pilot.app.screen
    assert isinstance(dashboard, Dashboard)
    frame = dashboard.frame
    return frame is not None and frame.moment is not None and frame.moment[0] == number and not runner.pending()


async def settle(pilot: Pilot[None]) -> None:
    for _ in range(4):
        await pilot.pause(0.01)


def main() -> None:
    """Measure all cases, and print a table."""
    print(f"{'run':<16}{'epochs':>7}{'moments':>9}{'file':>12}{'made':>10}{'opened':>11}", end="")
    print(f"{'snapshot':>12}{'worst':>7}{'screen':>12}{'worst':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            print(measure(case, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
