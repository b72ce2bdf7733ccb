"""Sessions stepped phase by phase, beside an oracle of the same step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.explain.oracle import Oracle
from tuinet.cli.explain import whole_step
from tuinet.data.dataset import Dataset, Task
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.session.session import Session


@dataclass(frozen=True)
class Case:
    snapshots: list[Snapshot]
    oracle: Oracle

    @property
    def last(self) -> Snapshot:
        return self.snapshots[-1]


def random_dataset(task: Task, samples: int = 6, inputs: int = 2, outputs: int = 1, *, is_even: bool = True) -> Dataset:
    generator = np.random.default_rng(4)
    X = generator.normal(size=(samples, inputs))
    if task == "regression":
        y = generator.normal(size=(samples, outputs)) * 1.5
    elif task == "binary":
        y = (np.arange(samples) % (2 if is_even else 3) == 1).reshape(-1, 1).astype(np.float64)
    elif task == "labels":
        y = generator.integers(0, 2, size=(samples, outputs)).astype(np.float64)
    else:
        y = np.eye(outputs)[np.arange(samples) % outputs if is_even else np.minimum(np.arange(samples), outputs - 1)]
    names = tuple(f"x{index}" for index in range(1, inputs + 1))
    has_names = task in ("regression", "labels")
    classes = () if has_names else tuple(map(str, range(max(2, outputs))))
    targets = tuple(f"y{index}" for index in range(1, outputs + 1)) if has_names else ()
    return Dataset("made", task, X, y, names, classes, targets)


def make_case(dataset: Dataset | None = None, steps: int = 3, **fields: Any) -> Case:
    """The step after so many."""
    experiment = Experiment(**fields)
    session = Session(experiment, dataset, records=False)
    session.advance_steps(steps)
    blocks = [block.tolist() for block in session.run.parameters.blocks]
    vectors = {name: slot.copy() for name, slot in session.run.optimizer.slots.items()}
    rate = session.run.experiment.learning_rate
    snapshots = whole_step(session)
    detail = snapshots[-1].step_detail
    assert detail is not None
    data = session.run.dataset
    y = data.y[detail.indices]
    if snapshots[-1].is_signed:
        y = 2 * y - 1
    weights, each = [1.0] * len(y), list[float]()
    if experiment.class_weight == "balanced":
        labels = data.y.argmax(axis=1) if data.y.shape[1] > 1 else data.y[:, 0].astype(int)
        counts = [labels.tolist().count(label) for label in range(max(2, data.y.shape[1]))]
        each = [len(labels) / (len([one for one in counts if one]) * count) if count else 1.0 for count in counts]
        weights = [each[label] for label in labels[detail.indices].tolist()]
    masks = [layer.mask.tolist() for layer in detail.layers if layer.mask is not None]
    oracle = Oracle(
        session.run.experiment,
        snapshots[-1].loss_name,
        [layer.activation for layer in snapshots[-1].layers],
        blocks,
        data.encode(data.X)[detail.indices].tolist(),
        y.tolist(),
        masks or None,
        rate,
        {name: split(vector, blocks) for name, vector in vectors.items() if vector.ndim},
        {name: float(vector) for name, vector in vectors.items() if not vector.ndim},
        weights,
        each,
    )
    oracle.run()
    return Case(snapshots, oracle)


def split(vector: Any, blocks: list[Any]) -> list[Any]:
    """A flat vector in the shapes of the blocks."""
    parts, start = [], 0
    for block in blocks:
        shape = (len(block), len(block[0]))
        parts.append(vector[start : start + shape[0] * shape[1]].reshape(shape).tolist())
        start += shape[0] * shape[1]
    return parts
