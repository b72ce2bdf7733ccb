"""Hand-made frames and a runner that only remembers: what the dashboard's tests need instead of training."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tuinet.base_runner import BaseRunner
from tuinet.data.dataset import Dataset, Task
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.observe.finding import Finding
from tuinet.observe.metrics import Metrics
from tuinet.observe.planes import NO_POINTS, Curve, Picture, Points, Surface
from tuinet.observe.snapshot import Frame, LayerSnapshot, Snapshot
from tuinet.observe.view import View
from tuinet.session.commands import Command
from tuinet.session.history import HistorySnapshot

_OUTPUT = {"binary": "sigmoid", "classes": "softmax", "regression": "linear"}

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


def make_dataset(inputs: int = 2, outputs: int = 1, task: Task | None = None, **changes: Any) -> Dataset:
    """XOR, or random samples where other inputs or outputs are asked for, or numbers to predict."""
    generator = np.random.default_rng(0)
    task = task or ("binary" if outputs == 1 else "classes")
    is_xor = (inputs, task) == (2, "binary")
    X = XOR_INPUTS.copy() if inputs == 2 else generator.normal(size=(6, inputs))
    numbers = task == "regression"
    values: dict[str, Any] = {
        "name": "xor",
        "task": task,
        "X": X,
        "y": XOR_TARGETS.copy()
        if is_xor
        else generator.normal(size=(len(X), outputs))
        if numbers
        else _labels(X, outputs),
        "feature_names": tuple(f"x{index}" for index in range(1, inputs + 1)),
        "class_names": () if numbers else tuple(str(index) for index in range(max(2, outputs))),
        "target_names": tuple(f"y{index}" for index in range(1, outputs + 1)) if numbers else (),
    }
    return Dataset(**{**values, **changes})


def _labels(X: Array, outputs: int) -> Array:
    return np.arange(len(X))[:, None] % 2.0 if outputs == 1 else np.eye(outputs)[np.arange(len(X)) % outputs]


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
        is_finite=True,
        slopes=np.full(fan_out, 0.25),
    )


def make_points(dataset: Dataset, X: Array | None = None, y: Array | None = None) -> Points:
    """Samples as they are on the picture of one or two inputs, all of them right; by default the training samples."""
    X, y = dataset.X if X is None else X, dataset.y if y is None else y
    if not len(X):
        return NO_POINTS
    targets = y.argmax(axis=1) * 1.0 if dataset.task == "classes" else y[:, 0]
    return Points(np.arange(len(X)), X, targets, targets, len(X))


def make_surface(columns: int = 26, rows: int = 22, classes: int = 0, **changes: Any) -> Surface:
    """A diagonal ramp from 0 at the lower left to 1 at the upper right; or as many upright stripes as classes."""
    across, down = np.linspace(0, 1, columns), np.linspace(1, 0, rows)
    stripes = np.tile(np.arange(columns) * max(classes, 1) // columns, (rows, 1)) if classes else None
    return Surface((-0.2, 1.2), (-0.2, 1.2), (across[None, :] + down[:, None]) / 2, stripes, **changes)


def make_picture(dataset: Dataset) -> Picture | None:
    """What a network might answer for this dataset; nothing for many inputs."""
    inputs, outputs = dataset.X.shape[1], dataset.y.shape[1]
    train, test = make_points(dataset), make_points(dataset, dataset.X_test, dataset.y_test)
    if inputs == 2:
        return make_surface(classes=outputs if dataset.task == "classes" else 0, train=train, test=test)
    if inputs > 2:
        return None
    x = np.linspace(*dataset.ranges()[0], 40)
    return Curve(x, np.column_stack([np.sin(x + index) for index in range(outputs)]), train, test)


def make_history(points: int = 120, last_epoch: float = 1240.0) -> HistorySnapshot:
    """A loss that falls from 0.75 to nearly nothing."""
    epochs = np.linspace(0, last_epoch, points)
    return HistorySnapshot(epochs=epochs, losses=0.75 * np.exp(-epochs / 400) + 0.01)


def make_metrics(loss: float = 0.2143, correct: int = 4, samples: int = 4, classes: int = 2) -> Metrics:
    """Metrics of classes: all right ones are of the first class, all wrong ones are taken for the last."""
    confusion = np.diag([correct, *[0] * (classes - 1)])
    confusion[0, -1] = samples - correct
    return Metrics(loss=loss, samples=samples, confusion=confusion)


def make_fit(loss: float = 0.2143, r2: float = 0.875) -> Metrics:
    """Metrics of predicted numbers."""
    return Metrics(loss=loss, samples=4, r2=r2, rmse=loss**0.5)


def make_snapshot(
    hidden: tuple[int, ...] = (2,),
    inputs: int = 2,
    outputs: int = 1,
    activation: str = "sigmoid",
    task: Task | None = None,
    **changes: Any,
) -> Snapshot:
    """A snapshot of a network of these sizes in the middle of a run."""
    sizes = (inputs, *hidden, outputs)
    dataset = make_dataset(inputs, outputs, task)
    numbers = dataset.task == "regression"
    names = (*(activation for _ in hidden), _OUTPUT[dataset.task])
    experiment = Experiment(hidden=hidden, activation=(activation,))
    values: dict[str, Any] = {
        "experiment": experiment,
        "dataset": dataset,
        "epoch": 1240,
        "batch": 0,
        "batches_per_epoch": 1,
        "step": 1240,
        "phase": None,
        "loss_name": "mse" if numbers else "cross-entropy",
        "layers": tuple(
            make_layer(fan_in, fan_out, name)
            for fan_in, fan_out, name in zip(sizes[:-1], sizes[1:], names, strict=True)
        ),
        "metrics": make_fit() if numbers else make_metrics(classes=max(2, outputs)),
        "test_metrics": None,
        "penalty": 0.0,
        "learning_rate": experiment.learning_rate,
        "history": make_history(),
        "surface": make_picture(dataset),
        "step_detail": None,
        "findings": (),
        "pending": (),
    }
    values.update(changes)
    return Snapshot(**values)


def make_frame(snapshot: Snapshot | None = None, **changes: Any) -> Frame:
    """A frame of a paused run."""
    values: dict[str, Any] = {"running": False, "speed": 100.0, "rate": 0.0, **changes}
    return Frame(snapshot=snapshot or make_snapshot(), **values)


class StubRunner(BaseRunner):
    """Remembers what it is told; shows the frame it is given. Its thread sleeps, so that a pilot finds rest."""

    def __init__(self, frame: Frame | None = None, error: Exception | None = None) -> None:
        super().__init__()
        self.frame = frame or make_frame()
        self.commands: list[Command] = []
        self.views: list[View | None] = []
        self.waiting: tuple[Command, ...] = ()
        self.stopped = threading.Event()
        self._error = error

    def send(self, command: Command) -> None:
        self.commands.append(command)

    def look(self, view: View | None) -> None:
        self.views.append(view)

    def latest(self) -> Frame:
        return self.frame

    def listen(self, listener: Callable[[], None]) -> None:
        self.listener = listener

    def give_way(self, seconds: float) -> None:
        pass

    def pending(self) -> tuple[Command, ...]:
        return self.waiting

    def run(self) -> None:
        if self._error is not None:
            raise self._error
        self.stopped.wait()

    def stop(self) -> None:
        self.stopped.set()

    def _handle(self, command: Command) -> None:
        raise NotImplementedError

    def _play(self) -> None:
        raise NotImplementedError

    def _seconds_to_play(self) -> float:
        raise NotImplementedError

    def _make_frame(self) -> Frame:
        return self.frame

    def change(self, **changes: Any) -> None:
        """Show another frame."""
        self.frame = self.frame._replace(**changes)


def said(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What findings observe, without their remedies."""
    return tuple(finding.cause for finding in findings)
