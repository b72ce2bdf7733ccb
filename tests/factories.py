"""Hand-made frames and a runner that only remembers: what the dashboard's tests need instead of training."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np

from tuinet.config import Experiment
from tuinet.data.dataset import Dataset
from tuinet.training.commands import Command
from tuinet.training.metrics import Metrics
from tuinet.training.snapshot import Frame, HistorySnapshot, LayerSnapshot, Snapshot, Surface, View

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


def make_dataset(inputs: int = 2, outputs: int = 1, **changes: Any) -> Dataset:
    """XOR, or random samples where another number of inputs or outputs is asked for."""
    generator = np.random.default_rng(0)
    values: dict[str, Any] = {
        "name": "xor",
        "task": "binary",
        "X": XOR_INPUTS.copy() if inputs == 2 else generator.normal(size=(6, inputs)),
        "y": XOR_TARGETS.copy() if (inputs, outputs) == (2, 1) else np.eye(6, outputs),
        "feature_names": tuple(f"x{index}" for index in range(1, inputs + 1)),
        "class_names": ("0", "1"),
    }
    values.update(changes)
    if inputs == 2 and outputs > 1:
        values["y"] = np.eye(4, outputs)
    return Dataset(**values)


def make_layer(fan_in: int, fan_out: int, activation: str = "sigmoid", scale: float = 1.0) -> LayerSnapshot:
    """A layer with numbers that differ from one another, the same at every call."""
    weights = np.linspace(-5, 5, fan_in * fan_out).reshape(fan_in, fan_out) if fan_in * fan_out > 1 else np.ones((1, 1))
    biases = np.linspace(-1, 1, fan_out) if fan_out > 1 else np.array([-2.5])
    return LayerSnapshot(
        activation=activation,
        weights=weights,
        biases=biases,
        weight_grads=weights * 0.01 * scale,
        bias_grads=biases * 0.01 * scale,
        weight_updates=weights * 0.001 * scale,
        bias_updates=biases * 0.001 * scale,
        slopes=np.full(fan_out, 0.25),
    )


def make_surface(columns: int = 26, rows: int = 22) -> Surface:
    """A diagonal ramp from 0 at the lower left to 1 at the upper right."""
    across, down = np.linspace(0, 1, columns), np.linspace(1, 0, rows)
    return Surface((-0.2, 1.2), (-0.2, 1.2), (across[None, :] + down[:, None]) / 2)


def make_history(points: int = 120, last_epoch: float = 1240.0) -> HistorySnapshot:
    """A loss that falls from 0.75 to nearly nothing."""
    epochs = np.linspace(0, last_epoch, points)
    return HistorySnapshot(epochs=epochs, losses=0.75 * np.exp(-epochs / 400) + 0.01)


def make_metrics(loss: float = 0.2143, correct: int = 4, samples: int = 4) -> Metrics:
    """Metrics of two classes."""
    return Metrics(loss=loss, samples=samples, confusion=np.diag([correct, 0]))


def make_snapshot(
    hidden: tuple[int, ...] = (2,), inputs: int = 2, outputs: int = 1, activation: str = "sigmoid", **changes: Any
) -> Snapshot:
    """A snapshot of a network of these sizes in the middle of a run."""
    sizes = (inputs, *hidden, outputs)
    names = (*(activation for _ in hidden), "sigmoid")
    experiment = Experiment(hidden=hidden, activation=(activation,))
    values: dict[str, Any] = {
        "experiment": experiment,
        "dataset": make_dataset(inputs, outputs),
        "epoch": 1240,
        "batch": 0,
        "batches_per_epoch": 1,
        "step": 1240,
        "phase": None,
        "loss_name": "cross-entropy",
        "layers": tuple(
            make_layer(fan_in, fan_out, name)
            for fan_in, fan_out, name in zip(sizes[:-1], sizes[1:], names, strict=True)
        ),
        "metrics": make_metrics(),
        "test_metrics": None,
        "penalty": 0.0,
        "learning_rate": experiment.learning_rate,
        "history": make_history(),
        "surface": make_surface() if inputs == 2 else None,
        "findings": (),
        "pending": (),
    }
    values.update(changes)
    return Snapshot(**values)


def make_frame(snapshot: Snapshot | None = None, **changes: Any) -> Frame:
    """A frame of a paused run."""
    values: dict[str, Any] = {"running": False, "speed": 100.0, "rate": 0.0, **changes}
    return Frame(snapshot=snapshot or make_snapshot(), **values)


class StubRunner:
    """Remembers what it is told; shows the frame it is given. Its thread sleeps, so that a pilot finds rest."""

    def __init__(self, frame: Frame | None = None, error: Exception | None = None) -> None:
        self.frame = frame or make_frame()
        self.commands: list[Command] = []
        self.views: list[View | None] = []
        self.stopped = threading.Event()
        self._error = error

    def send(self, command: Command) -> None:
        self.commands.append(command)

    def look(self, view: View | None) -> None:
        self.views.append(view)

    def latest(self) -> Frame:
        return self.frame

    def run(self) -> None:
        if self._error is not None:
            raise self._error
        self.stopped.wait()

    def stop(self) -> None:
        self.stopped.set()

    def change(self, **changes: Any) -> None:
        """Show another frame."""
        self.frame = replace(self.frame, **changes)
