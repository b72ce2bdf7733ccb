"""The step of an update as a sum: of what the gradient brings, and of what the velocity brings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tuinet.experiment.presets import make_experiment
from tuinet.explain.update import step_parts
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session


def stepped(steps: int = 5, **options: Any) -> tuple[Session, Snapshot]:
    session = Session(make_experiment(dataset="xor", learning_rate=0.1, **options))
    session.advance_steps(steps)
    session.step("batch")
    return session, session.snapshot(View(step=True))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("optimizer", "factors"),
    [("sgd", (-0.1, None)), ("momentum", (-0.1, -0.08)), ("nesterov", (-0.18, -0.064))],
)
def test_gradient_and_velocity_add_up_to_the_step(
    optimizer: str, factors: tuple[float, float | None], dtype: str
) -> None:
    session, snapshot = stepped(optimizer=optimizer, momentum=0.8, dtype=dtype)
    run = session.run
    assert run.step_start is not None
    *parts, whole = step_parts(snapshot)
    tolerance = 1e-12 if dtype == "float64" else 1e-6
    np.testing.assert_allclose(
        whole.vector, run.parameters.vector - run.step_start.parameters, rtol=tolerance * 1e3, atol=tolerance
    )
    np.testing.assert_allclose(sum(part.vector for part in parts), whole.vector, rtol=tolerance * 1e3, atol=tolerance)
    np.testing.assert_allclose(parts[0].vector, factors[0] * run.optimizer.grads.vector, rtol=1e-6)
    if factors[1] is not None:
        np.testing.assert_allclose(parts[1].vector, factors[1] * run.step_start.slots["v"], rtol=1e-6)
    kinds = ["gradient", "step"] if factors[1] is None else ["gradient", "velocity", "step"]
    assert [part.kind for part in (*parts, whole)] == kinds


@pytest.mark.parametrize("options", [{"optimizer": "adam"}, {"optimizer": "momentum", "weight_decay": 0.1}])
def test_what_is_no_such_sum_is_the_step_alone(options: dict[str, Any]) -> None:
    _, snapshot = stepped(**options)
    assert [part.kind for part in step_parts(snapshot)] == ["step"]


def test_before_the_first_step_there_is_none() -> None:
    session = Session(make_experiment(dataset="xor"))
    assert step_parts(session.snapshot(View(step=True))) == ()
