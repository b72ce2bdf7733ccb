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


def random_dataset(task: Task, samples: int = 6, inputs: int = 2, outputs: int = 1) -> Dataset:
    generator = np.random.default_rng(4)
    X = generator.normal(size=(samples, inputs))
    if task == "regression":
        y = generator.normal(size=(samples, outputs)) * 1.5
    elif task == "binary":
        y = (np.arange(samples) % 2).reshape(-1, 1).astype(np.float64)
    else:
        y = np.eye(outputs)[np.arange(samples) % outputs]
    names = tuple(f"x{index}" for index in range(1, inputs + 1))
    classes = () if task == "regression" else tuple(map(str, range(max(2, outputs))))
    targets = tuple(f"y{index}" for index in range(1, outputs + 1)) if task == "regression" else ()
    return Dataset("made", task, X, y, names, classes, targets)


def make_case(dataset: Dataset | None = None, steps: int = 3, **fields: Any) -> Case:
    """The step after so many."""
    session = Session(Experiment(**fields), dataset, records=False)
    session.advance_steps(steps)
    blocks = [block.tolist() for block in session.run.parameters.blocks]
    vectors = {name: slot.copy() for name, slot in session.run.optimizer.slots.items()}
    rate = session.run.experiment.learning_rate
    snapshots = whole_step(session)
    detail = snapshots[-1].step_detail
    assert detail is not None
    data = session.run.dataset
    y = data.y[detail.indices]
    if snapshots[-1].layers[-1].activation == "tanh" and data.task != "regression":
        y = 2 * y - 1
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
