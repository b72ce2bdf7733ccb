"""Fifty steps with each loss, summed and weighted, against PyTorch's, as scripts/make_torch_losses.py stored them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.factories import dataset_of
from tuinet.data.dataset import Task
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session

STORED = np.load(Path(__file__).parent / "torch_losses.npz")
RATES = {"mean": 0.3, "weighted": 0.3, "sum": 0.02}
NAMES = {"bce": "binary-cross-entropy", "ce": "cross-entropy"}
TRAJECTORIES = [name.removeprefix("loss_") for name in STORED if name.startswith("loss_")]


def experiment_of(name: str, arithmetic: str) -> tuple[Experiment, Task]:
    loss, task, *kind = name.split("_")
    fields: dict[str, Any] = {
        "loss": NAMES.get(loss, loss),
        "reduction": "sum" if "sum" in kind else "mean",
        "class_weight": "balanced" if "weighted" in kind else "none",
        "learning_rate": RATES[kind[-1]],
    }
    return Experiment(hidden=(4,), activation=("tanh",), arithmetic=arithmetic, **fields), task  # type: ignore[return-value]


@pytest.mark.parametrize("name", TRAJECTORIES)
def test_the_steps_and_the_losses_are_those_of_pytorch(name: str, arithmetic: str) -> None:
    experiment, task = experiment_of(name, arithmetic)
    targets = STORED[task]
    session = Session(experiment, dataset_of(STORED["X"], targets, task))
    session.run.parameters.vector[:] = STORED[f"start_{targets.shape[1]}"]
    points = []
    for _ in range(len(STORED[f"loss_{name}"])):
        loss = session.metrics().loss
        session.advance(1)
        points.append([*session.run.parameters.vector, loss])
    np.testing.assert_allclose(points, STORED[f"loss_{name}"], rtol=1e-10, atol=1e-10)
