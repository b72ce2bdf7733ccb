"""How much of its speed the training keeps while starts and landscape are computed beside it.

    python scripts/bench_beside.py [--rounds 3] [--seconds 3] [--only DATASET]

A runner trains at full speed, and somebody takes its frames twenty times a second, as the dashboard does: first with
the map in sight, then with many starts, then with the landscape, in turn. A ratio is that of the updates a second to
those with the map, the median over the rounds. It needs a processor for the training and one for the process beside.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from statistics import median

from tuinet.experiment.presets import make_experiment
from tuinet.observe.view import LandscapeView, StartsView, View
from tuinet.runner import Runner
from tuinet.session.session import Session

VIEWS = {
    "map": View(columns=40, rows=40),
    "starts": View(starts=StartsView(256)),
    "landscape": View(landscape=LandscapeView(69, 34, cursor=(0.1, 0.1))),
}
DATASETS = ("xor", "circle", "spiral", "iris", "digits")
_SWITCH_INTERVAL = 0.0005
"""That of the dashboard."""
_FRAME_SECONDS = 0.05
_WARM_SECONDS = 1.0


def updates_a_second(dataset: str, view: View, seconds: float) -> float:
    session = Session(make_experiment(dataset=dataset))
    runner = Runner(session, None)
    runner.look(view)
    thread = threading.Thread(target=runner.run)
    thread.start()
    try:
        take_frames(runner, _WARM_SECONDS)
        start, begun = session.run.step_count, time.perf_counter()
        take_frames(runner, seconds)
        return (session.run.step_count - start) / (time.perf_counter() - begun)
    finally:
        runner.stop()
        thread.join()


def take_frames(runner: Runner, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        runner.latest()
        time.sleep(_FRAME_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", choices=DATASETS)
    options = parser.parse_args()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    print(f"{os.cpu_count()} processors; updates a second with the map in sight, and how much of them with")
    print(f"{'dataset':10}{'map':>12}" + "".join(f"{name:>12}" for name in VIEWS if name != "map"))
    for dataset in [options.only] if options.only else DATASETS:
        rounds = [
            {name: updates_a_second(dataset, view, options.seconds) for name, view in VIEWS.items()}
            for _ in range(options.rounds)
        ]
        rates = f"{median(one['map'] for one in rounds):12,.0f}"
        ratios = (f"{median(one[name] / one['map'] for one in rounds):12.2f}" for name in VIEWS if name != "map")
        print(f"{dataset:10}{rates}{''.join(ratios)}", flush=True)


if __name__ == "__main__":
    main()
