"""Make the pictures of the README: each a session trained for so long, shown paused in a terminal of a size.

python scripts/screenshots.py [NAME ...]
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tuinet.experiment.presets import make_experiment
from tuinet.runner import Runner
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.style.theme import find_theme, load_themes

FOLDER = Path(__file__).parents[1] / ".github" / "screens"
PAUSE = 0.05
"""Seconds between two looks at the runner's latest frame."""
STILL = 6
"""Looks at an unchanged frame that make a picture final."""
PATIENCE = 60.0
"""Seconds after which a picture is given up."""


@dataclass(frozen=True)
class Picture:
    """What is trained, for how many epochs, and how it is looked at."""

    dataset: str
    epochs: int
    size: tuple[int, int] = (80, 24)
    keys: tuple[str, ...] = ()
    """Pressed one after another, each once the screen is still."""
    shows: str = "surface"
    """Field of the snapshot without which there is nothing to see."""


PICTURES = {
    "xor": Picture("xor", 1300),
    "hidden-space": Picture("xor", 1300, keys=("6",), shows="hidden_space"),
    "iris": Picture("iris", 100, (120, 36)),
    "spiral": Picture("spiral", 2900, (80, 36), keys=("1",)),
    "digits": Picture("digits", 10, keys=("9",), shows="gallery"),
    "sine": Picture("sine", 2000, keys=("1",)),
}


async def take(name: str, picture: Picture) -> None:
    """Train, look, and write the picture."""
    session = Session(make_experiment(dataset=picture.dataset))
    session.advance(picture.epochs)
    runner = Runner(session, 100.0, running=False)
    app = TuinetApp(runner, find_theme("dark"), load_themes())
    async with asyncio.timeout(PATIENCE), app.run_test(size=picture.size) as pilot:
        for key in picture.keys:
            await settle(pilot, runner)
            await pilot.press(key)
        while getattr(runner.latest().snapshot, picture.shows) is None:
            await pilot.pause(PAUSE)
        await settle(pilot, runner)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="tuinet"), encoding="utf-8")


async def settle(pilot: Pilot[None], runner: Runner) -> None:
    """Wait until the same frame has been the latest for a while."""
    before, looks = runner.latest(), 0
    while looks < STILL:
        await pilot.pause(PAUSE)
        frame = runner.latest()
        before, looks = frame, looks + 1 if frame is before else 0


def main() -> None:
    """Make the pictures that are named, or all of them."""
    for name in sys.argv[1:] or PICTURES:
        asyncio.run(take(name, PICTURES[name]))
        print(f"{name}.svg")


if __name__ == "__main__":
    main()
