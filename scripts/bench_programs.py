"""What `bench_terminal.py` starts besides tuinet itself: a bare application, and a dashboard on a large network."""

from __future__ import annotations

import sys

import numpy as np

BARE_TEXT = "bare application"
SAMPLES, SIDE = 50_000, 28


def bare() -> None:
    """The least that an application can be that uses Textual and NumPy."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static(f"{BARE_TEXT} {np.__version__}")

    Bare().run()


def large() -> None:
    """784-256-10 on the digits, enlarged to 28 by 28 pixels and tiled to 50,000 samples with a little noise.

    No file may be as large, so that the session is made here; what follows is what tuinet does after that.
    """
    from tuinet.data.dataset import Dataset
    from tuinet.data.generators import read_digits
    from tuinet.experiment.experiment import Experiment
    from tuinet.session.session import Session
    from tuinet.tui.launch import launch

    rows = read_digits()
    generator = np.random.default_rng(0)
    chosen = np.arange(SAMPLES) % len(rows.X)
    pixel = np.arange(SIDE) * 8 // SIDE
    pictures = rows.X.reshape(-1, 8, 8)[:, pixel][:, :, pixel].reshape(-1, SIDE * SIDE)
    X = np.clip(pictures[chosen] + generator.normal(0, 0.05, (SAMPLES, SIDE * SIDE)), 0, 1)
    y = np.eye(10)[np.asarray(rows.targets, dtype=np.intp)[chosen]]
    names = tuple(f"r{row}c{column}" for row in range(1, SIDE + 1) for column in range(1, SIDE + 1))
    dataset = Dataset("digits", "classes", X, y, names, tuple("0123456789"), image_shape=(SIDE, SIDE))
    experiment = Experiment(
        dataset="digits",
        hidden=(256,),
        activation=("relu",),
        learning_rate=0.1,
        batch_size=128,
        initializer="glorot_uniform",
        dtype="float32",
    )
    launch(Session(experiment, dataset), speed=None, running=True, epochs=None, frames_per_second=20)


if __name__ == "__main__":
    {"bare": bare, "large": large}[sys.argv[1]]()
