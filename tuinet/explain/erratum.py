"""The erratum of Mazur's worked example, recomputed both ways."""

from __future__ import annotations

from typing import Final

import numpy as np

from tuinet.nn.parameters import Array
from tuinet.training.snapshot import Snapshot
from tuinet.training.step_snapshot import StepSnapshot

PUBLISHED_ERROR: Final = "0.291027924"
"""The total error after the step, as the article has it."""


def mazur_erratum(snapshot: Snapshot) -> tuple[str, ...]:
    """What is to be said of the total error after the step.

    Parameters
    ----------
    snapshot
        Taken right after the step.
    """
    assert snapshot.step_detail is not None
    right = float(snapshot.metrics.loss)
    wrong = error_with_updated_weights(snapshot.step_detail)
    return (
        "Units: h1, h2, and the outputs o1 = y1, o2 = y2; w1, w2 lead to h1, w3, w4 to h2, w5, w6 to o1, w7, w8 to o2.",
        f"Erratum: the total error after the step is published as {PUBLISHED_ERROR}. That value comes from using the "
        f"already updated output weights w5 to w8 in the hidden layer's backward pass, which gives {wrong:.12f}. "
        f"Backpropagation uses the weights of the forward pass, and gives {right:.12f}. (The published new w1 to w4 "
        f"are the right ones.)",
    )


def error_with_updated_weights(step: StepSnapshot) -> float:
    """The error after a step whose hidden deltas are made with output weights that are already updated.

    Parameters
    ----------
    step
        A completed step of plain gradient descent through two layers of sigmoids, biases frozen, sse.
    """
    hidden, output = step.layers
    deltas = (output.deltas @ output.block[:-1].T) * hidden.derivatives
    weights = hidden.block_before[:-1] - step.learning_rate * (hidden.x.T @ deltas)
    h = _sigmoid(hidden.x @ weights + hidden.block[-1])
    answers = _sigmoid(h @ output.block[:-1] + output.block[-1])
    return float(0.5 * np.square(answers - step.targets).sum())


def _sigmoid(z: Array) -> Array:
    a: Array = 1 / (1 + np.exp(-z))
    return a
