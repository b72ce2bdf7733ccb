"""Make the pictures of the README: each a session trained for so long, shown paused in a terminal of a size.

python scripts/screenshots.py [NAME ...]
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from tuinet.config import Experiment
from tuinet.presets import make_experiment
from tuinet.training.runner import Runner
from tuinet.training.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.theme import find_theme, load_themes

FOLDER = Path(__file__).parents[1] / ".github" / "screens"


@dataclass(frozen=True)
class Picture:
    experiment: Experiment
    epochs: int
    size: tuple[int, int] = (80, 24)


PICTURES = {
    "xor": Picture(Experiment(), 1100),
    "spiral": Picture(make_experiment(dataset="spiral"), 1500, (120, 36)),
}


async def take(name: str, picture: Picture) -> None:
    session = Session(picture.experiment)
    session.advance(picture.epochs)
    runner = Runner(session, 100.0, running=False)
    app = TuinetApp(runner, find_theme("dark"), load_themes())
    async with app.run_test(size=picture.size) as pilot:
        while runner.latest().snapshot.surface is None:
            await pilot.pause(0.05)
        await pilot.pause(0.5)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="tuinet"), encoding="utf-8")


def main() -> None:
    for name in sys.argv[1:] or PICTURES:
        asyncio.run(take(name, PICTURES[name]))
        print(f"{name}.svg")


if __name__ == "__main__":
    main()
