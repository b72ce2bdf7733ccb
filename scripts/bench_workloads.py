"""What the benchmarks train: a network on a dataset, as one session, as a stack of networks, or by a yardstick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from bench_floor import relu_softmax, tanh_2_8_8_1, xor_2_2_1
from tuinet.data.dataset import Dataset, Task
from tuinet.data.generators import DATASETS
from tuinet.experiment.experiment import Experiment
from tuinet.session.build import DatasetCache, make_batches, shuffle_generator
from tuinet.session.session import Session
from tuinet.session.stacked import trained_at_once
from tuinet.session.stacked_run import StackedRun

Advance = Callable[[int], None]
Array = np.ndarray[Any, np.dtype[Any]]
Layers = list[tuple[Array, Array]]
"""For each layer the weights of all networks, shape (networks, fan_in, fan_out), and biases, (networks, fan_out)."""


class Peer(Protocol):
    """Networks of one shape that another library trains at once."""

    def advance(self, epochs: int) -> None:
        """Train with random orders of the samples."""

    def train(self, orders: Array) -> None:
        """Train with given orders of the samples, shape (epochs, networks, samples)."""

    def losses(self) -> Array:
        """The loss of each network on all samples, shape (networks,)."""


@dataclass(frozen=True)
class Workload:
    """One network on one dataset."""

    title: str
    sizes: tuple[int, ...]
    activation: str
    learning_rate: float
    batch: int
    dtype: str
    data: Callable[[], tuple[Array, Array]]
    floor: Callable[[Array, Array, float], Advance] | None

    @property
    def arrays(self) -> tuple[Array, Array]:
        """Inputs and targets in the workload's precision, shapes (samples, inputs) and (samples, outputs)."""
        X, y = (array.astype(self.dtype) for array in self.data())
        return X, y

    @property
    def dataset(self) -> Dataset:
        X, y = self.data()
        task: Task = "binary" if self.sizes[-1] == 1 else "classes"
        names = tuple(f"x{column}" for column in range(X.shape[1]))
        return Dataset("made", task, X, y, names, tuple(str(label) for label in range(max(2, y.shape[1]))))

    def experiment(self, arithmetic: str) -> Experiment:
        return Experiment(
            hidden=self.sizes[1:-1],
            activation=(self.activation,),
            learning_rate=self.learning_rate,
            batch_size=self.batch,
            initializer="lecun_normal",
            dtype="float32" if self.dtype == "float32" else "float64",
            arithmetic=arithmetic,
        )

    def session(self, *, records: bool, arithmetic: str = "fast") -> Session:
        return Session(self.experiment(arithmetic), self.dataset, records=records)

    def stack(self, networks: int, arithmetic: str = "portable") -> StackedRun:
        """So many networks with the seeds from 1 on."""
        experiments = self.seeds(networks, arithmetic)
        return StackedRun(experiments, DatasetCache(experiments[0], self.dataset))

    def seeds(self, networks: int, arithmetic: str) -> list[Experiment]:
        experiment = self.experiment(arithmetic)
        return [replace(experiment, seed=seed) for seed in range(1, networks + 1)]

    @property
    def block(self) -> int:
        """The number of networks that tuinet itself trains at once; 1 where it trains them one by one."""
        return trained_at_once(self.experiment("portable"), self.dataset)

    def layers(self, networks: int) -> Layers:
        """The parameters of a stack at its start."""
        vectors, layers, start = self.stack(networks).vectors, [], 0
        for fan_in, fan_out in pairwise(self.sizes):
            end = start + (fan_in + 1) * fan_out
            block = vectors[:, start:end].reshape(networks, fan_in + 1, fan_out)
            layers.append((block[:, :-1].copy(), block[:, -1].copy()))
            start = end
        return layers

    def orders(self, networks: int, epochs: int) -> Array:
        """The orders in which a stack takes the samples, shape (epochs, networks, samples)."""
        dataset = self.dataset
        dealers = [make_batches(one, dataset, shuffle_generator(one)) for one in self.seeds(networks, "portable")]
        return np.array(
            [[np.concatenate([dealer.take() for _ in dealer.sizes]) for dealer in dealers] for _ in range(epochs)]
        )


def circle() -> tuple[Array, Array]:
    X = np.random.default_rng(0).uniform(-1, 1, (250, 2))
    return X, (np.hypot(X[:, :1], X[:, 1:]) < 0.7).astype(float)


def xor() -> tuple[Array, Array]:
    data = DATASETS["xor"]()
    return data.X, data.y


def iris() -> tuple[Array, Array]:
    data = DATASETS["iris"]()
    return np.ascontiguousarray(data.encode(data.X)), data.y


def digits() -> tuple[Array, Array]:
    data = DATASETS["digits"]()
    return data.X, data.y


def pictures() -> tuple[Array, Array]:
    generator = np.random.default_rng(0)
    return generator.uniform(0, 1, (6000, 784)), np.eye(10)[generator.integers(0, 10, 6000)]


WORKLOADS = {
    "xor": Workload("2-2-1 XOR, full batch", (2, 2, 1), "sigmoid", 0.5, 0, "float64", xor, xor_2_2_1),
    "circle": Workload(
        "2-8-8-1, 250 points, batch 10", (2, 8, 8, 1), "tanh", 0.03, 10, "float64", circle,
        lambda X, y, rate: tanh_2_8_8_1(X, y, rate, 10),
    ),
    "iris": Workload(
        "4-8-3 iris, batch 16", (4, 8, 3), "tanh", 0.1, 16, "float64", iris, None
    ),
    "small digits": Workload(
        "64-32-10 digits, batch 32", (64, 32, 10), "relu", 0.1, 32, "float32", digits,
        lambda X, y, rate: relu_softmax(X, y, rate, (64, 32, 10), 32),
    ),
    "digits": Workload(
        "64-128-10 digits, batch 32", (64, 128, 10), "relu", 0.1, 32, "float32", digits,
        lambda X, y, rate: relu_softmax(X, y, rate, (64, 128, 10), 32),
    ),
    "pictures": Workload(
        "784-256-10, 6000 samples, batch 128", (784, 256, 10), "relu", 0.1, 128, "float32", pictures,
        lambda X, y, rate: relu_softmax(X, y, rate, (784, 256, 10), 128),
    ),
}  # fmt: skip
