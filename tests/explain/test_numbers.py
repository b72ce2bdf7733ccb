"""Every number, read back from the text at ten digits, beside an independent calculation."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

import tuinet
from tests.explain.arithmetic import Equation, assert_adds_up, equations
from tests.explain.stepping import Case, make_case, random_dataset
from tuinet.experiment.experiment import Experiment
from tuinet.explain.focus import Selection, subscript
from tuinet.explain.story import explain_phase
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.losses import LOSSES, REDUCTIONS
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.edits import Configure, SetOptimizer
from tuinet.session.session import Session

Values = dict[str, float]


def check(case: Case, most_terms: int | None = 8) -> None:
    """Every phase, sample and neuron."""
    n = len(case.oracle.x)
    for snapshot in case.snapshots:
        phase = snapshot.phase
        assert phase is not None
        layers = [phase.layer] if phase.layer else range(1, len(snapshot.layers) + 1)
        for layer in layers:
            for neuron in range(snapshot.layer_sizes[layer]):
                for sample in {0, n // 2, n - 1}:
                    _check_phase(case, snapshot, Selection(sample, layer, neuron), most_terms)


def _check_phase(case: Case, snapshot: Snapshot, selection: Selection, most_terms: int | None) -> None:
    phase = snapshot.phase
    assert phase is not None
    explanation = explain_phase(snapshot, selection, 10, most_terms=most_terms)
    text = explanation.to_text(100_000)
    found = equations(text) if phase.kind != "batch" else []
    assert len(found) == sum(" = " in row and ":" not in row.partition(" = ")[0] for row in _rows(text, phase))
    wanted = _wanted(case, phase, selection)
    for equation in found:
        assert_adds_up(equation)
        _assert_known(equation, wanted)


def _rows(text: str, phase: PhaseName) -> list[str]:
    return [] if phase.kind == "batch" else [row for row in text.splitlines()[1:] if not row.startswith("  Why")]


def _assert_known(equation: Equation, wanted: Values) -> None:
    key = equation.left
    for name, value in wanted.items():
        if key == name:
            assert equation.result == pytest.approx(value, rel=2e-8, abs=1e-12), (equation, value)
            return
    raise AssertionError(f"{key} is not known to the oracle: {equation}")


def _wanted(case: Case, phase: PhaseName, selection: Selection) -> Values:
    oracle, row, j = case.oracle, selection.sample, selection.neuron
    layer = (selection.layer or 1) - 1
    names = _names(case, layer, j)
    match phase.kind:
        case "forward":
            return {**_forward(case, layer, row, j), **_helpers(oracle.z[layer][row][j])}
        case "loss":
            return _loss(case)
        case "backward":
            grads = {f"∂L/∂{name}": oracle.grads[layer][i][j] for i, name in enumerate(names)}
            return {**grads, **_delta(case, layer, row, j), **_helpers(oracle.z[layer][row][j])}
        case "regularize":
            return {f"∂J/∂{name}": oracle.penalized[layer][i][j] for i, name in enumerate(names)}
        case "clip":
            norms = {f"‖g{subscript(k + 1)}‖²": oracle.layer_norm(k) for k in range(len(oracle.blocks))}
            scaled = {f"g({name})": oracle.clipped[layer][i][j] for i, name in enumerate(names)}
            return {**norms, "‖g‖": oracle.norm, "factor": oracle.factor, **scaled}
        case _:
            return {}


def _names(case: Case, layer: int, j: int) -> list[str]:
    """The weights of a neuron as they are numbered through the network, and its bias."""
    blocks = case.oracle.blocks
    before = sum((len(block) - 1) * len(block[0]) for block in blocks[:layer])
    fan_in = len(blocks[layer]) - 1
    return [*(f"w{subscript(before + j * fan_in + i + 1)}" for i in range(fan_in)), "b"]


def _forward(case: Case, layer: int, row: int, j: int) -> Values:
    oracle = case.oracle
    return {
        "z": oracle.z[layer][row][j],
        "a": oracle.a[layer][row][j],
        "h": oracle.passed[layer][row][j],
        "Σ a": sum(oracle.a[layer][row]),
    }


def _helpers(z: float) -> Values:
    return {
        "σ(z)": 1 / (1 + math.exp(-z)),
        "Φ(z)": 0.5 * math.erfc(-z / math.sqrt(2)),
        "φ(z)": math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
    }


def _delta(case: Case, layer: int, row: int, j: int) -> Values:
    oracle = case.oracle
    values = {
        "δ": oracle.deltas[layer][row][j],
        "∂L/∂a": oracle.slopes[layer][row][j],
        "∂L/∂h": oracle.before_mask[layer][row][j],
    }
    if layer == len(oracle.blocks) - 1:
        values["a − y"] = oracle.a[-1][row][j] - oracle.y[row][j]
    if oracle.activations[layer] != "softmax":
        values["f′(z)"] = oracle.derivative(layer, row, j)
    return values


def _loss(case: Case) -> Values:
    oracle = case.oracle
    losses = [oracle.loss_of(row) for row in range(len(oracle.x))]
    weights = [w for block in oracle.blocks for row in block[:-1] for w in row]
    loss, size, squares = oracle.batch_loss, sum(map(abs, weights)), sum(w * w for w in weights)
    penalty = oracle.experiment.l1 * size + (oracle.experiment.l2 or 0.0) * squares / 2
    each = {f"L{subscript(row + 1)}": loss for row, loss in enumerate(losses)}
    found = {**each, "loss": loss, "Σ|w|": size, "Σw²": squares, "penalty": penalty, "objective": loss + penalty}
    if not oracle.is_weighted:
        return found
    classes = {f"c of {label}": weight for label, weight in enumerate(oracle.class_weights)}
    return {**found, **classes, "Σc": sum(oracle.weights)}


def check_update(case: Case) -> None:
    """Of the update the headings say which parameter the equations are about."""
    snapshot = case.last
    for layer, block in enumerate(case.oracle.blocks):
        for j in range(len(block[0])):
            text = explain_phase(snapshot, Selection(0, layer + 1, j), 10, most_terms=None).to_text(100_000)
            found = equations(text)
            names = _names(case, layer, j)
            seen = {equation.left for equation in found}
            trained = names if case.oracle.experiment.biases == "trained" else names[:-1]
            assert {f"{name} new" for name in trained} <= seen
            _check_in_order(case, found, names, layer, j)


def _check_in_order(case: Case, found: list[Equation], names: list[str], layer: int, j: int) -> None:
    row = 0
    for equation in found:
        assert_adds_up(equation)
        wanted = case.oracle.update(layer, row, j)
        key = equation.left.removeprefix(f"{names[row]} ")
        assert equation.result == pytest.approx(wanted[key], rel=1e-8, abs=1e-13), (equation, wanted[key])
        row += key == "new"


def whole(case: Case, most_terms: int | None = 8) -> None:
    check(Case(case.snapshots[:-1], case.oracle), most_terms)
    check_update(case)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation: str, arithmetic: str) -> None:
    whole(make_case(activation=(activation,), hidden=(3,), init_scale=1.5, arithmetic=arithmetic))


OUTPUTS = [(loss, output) for loss, table in LOSSES.items() for output in table]


@pytest.mark.parametrize(("loss", "output"), OUTPUTS)
def test_every_loss_and_output(loss: str, output: str, arithmetic: str) -> None:
    task, outputs = ("classes", 3) if output == "softmax" else ("binary", 1) if loss == "cross-entropy" else (None, 2)
    if loss in ("hinge", "binary-cross-entropy"):
        task, outputs = ("classes", 3) if loss == "hinge" else ("labels", 3)
    dataset = random_dataset(task or "regression", outputs=outputs)  # type: ignore[arg-type]
    for reduction in REDUCTIONS:
        fields: dict[str, Any] = {"hidden": (2,), "learning_rate": 0.1, "arithmetic": arithmetic}
        whole(make_case(dataset, loss=loss, output=output, reduction=reduction, **fields))


CLASSES: list[tuple[str, Any, str]] = [
    *((loss, "binary", "auto") for loss in ("cross-entropy", "binary-cross-entropy", "mse", "hinge")),
    *((loss, "classes", "auto") for loss in ("cross-entropy", "sse", "hinge")),
    ("mse", "classes", "tanh"),
]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("loss", "task", "output"), CLASSES)
def test_weighted_classes(loss: str, task: Any, output: str, reduction: str) -> None:
    dataset = random_dataset(task, samples=7, outputs=3 if task == "classes" else 1, is_even=False)
    for batch_size in (0, 3):
        fields: dict[str, Any] = {"hidden": (2,), "l2": 0.01, "batch_size": batch_size, "learning_rate": 0.1}
        fields |= {"loss": loss, "output": output, "reduction": reduction}
        whole(make_case(dataset, class_weight="balanced", **fields))


@pytest.mark.parametrize("loss", ["hinge", "binary-cross-entropy"])
def test_one_output(loss: str) -> None:
    whole(make_case(loss=loss, hidden=(2,)))
    whole(make_case(loss=loss, hidden=(2,), reduction="sum", batch_size=2))


@pytest.mark.parametrize("loss", ["mse", "sse", "mae", "huber"])
def test_tanh_outputs_for_classes(loss: str) -> None:
    whole(make_case(loss=loss, output="tanh", hidden=(2,)))


@pytest.mark.parametrize("steps", [0, 1, 7])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer(optimizer: str, steps: int, arithmetic: str) -> None:
    fields: dict[str, Any] = {"optimizer": optimizer, "learning_rate": 0.05, "arithmetic": arithmetic}
    check_update(make_case(steps=steps, **fields))
    check_update(make_case(steps=steps, weight_decay=0.1, l2=0.01, **fields))


REGULARIZED: list[dict[str, Any]] = [
    {"dropout": 0.4, "hidden": (4, 3)},
    {"l1": 0.01},
    {"l2": 0.1},
    {"l1": 0.02, "l2": 0.03, "clip_norm": 0.01},
    {"clip_norm": 100.0},
    {"biases": "frozen"},
    {"biases": "none", "clip_norm": 0.05},
    {"hidden": ()},
    {"dropout": 0.5, "l1": 0.1, "l2": 0.2, "clip_norm": 0.1, "optimizer": "nadam", "hidden": (3, 3, 3)},
]


@pytest.mark.parametrize("fields", REGULARIZED, ids=str)
def test_what_regularizes(fields: dict[str, Any]) -> None:
    whole(make_case(**fields))


@pytest.mark.parametrize(("steps", "most_terms"), [(0, 2), (2, 5), (3, None)])
def test_batches_and_wide_layers(steps: int, most_terms: int | None) -> None:
    dataset = random_dataset("classes", samples=23, inputs=11, outputs=9)
    fields: dict[str, Any] = {"batch_size": 6, "hidden": (10,), "activation": ("tanh",)}
    whole(make_case(dataset, steps, **fields), most_terms)


def test_the_batch_says_where_its_samples_stand() -> None:
    case = make_case(random_dataset("binary", samples=9), 1, batch_size=4)
    text = explain_phase(case.snapshots[0], digits=10).to_text(1000)
    detail = case.last.step_detail
    assert detail is not None
    found = re.findall(r"sample (\d+), number (\d+) of the training set: x1 = (\S+), x2 = (\S+); y = (\S+)", text)
    X, y = case.last.dataset.X, case.last.dataset.y
    assert len(found) == 4
    for row, (number, place, *values) in enumerate(found):
        index = int(detail.indices[row])
        assert (int(number), int(place)) == (row + 1, index + 1)
        written = [float(value.replace("−", "-")) for value in values]
        assert written == pytest.approx([*X[index], *y[index]], rel=1e-9)


def test_outputs_near_0_and_1_are_told_from_z() -> None:
    case = make_case(steps=4000, learning_rate=2.0, hidden=(4,), seed=3)
    assert case.last.metrics.loss < 0.01
    whole(case)


def test_a_schedule_counts_with_the_rate_of_its_step() -> None:
    case = make_case(steps=0, schedule="exponential", decay_rate=0.5, learning_rate=0.5)
    check_update(case)


def test_steps_made_at_full_speed_leave_the_memory_unknown() -> None:
    session = Session(Experiment(optimizer="adam", learning_rate=0.01))
    session.advance(5)
    text = explain_phase(session.snapshot(View(1, 1, step=True)), Selection(0, 1, 0), 10).to_text(1000)
    assert "is not known" in text
    for equation in equations(text):
        assert_adds_up(equation)


def test_what_has_been_changed_since_the_step_is_not_put_into_its_update() -> None:
    session = Session(Experiment(optimizer="adam", learning_rate=0.01))
    session.step("batch")
    step = [layer.copy() for layer in session.run.parameters.blocks]
    for command in (Configure.of(learning_rate=0.5), SetOptimizer("nadam")):
        session.edit(command)
        snapshot = session.snapshot(View(1, 1, step=True))
        found = equations(explain_phase(snapshot, Selection(0, 1, 0), 10).to_text(1000))
        for equation in found:
            assert_adds_up(equation)
        new = [equation.result for equation in found if equation.left.endswith(" new")]
        assert new == pytest.approx(step[0][:, 0].tolist(), rel=1e-9)


def test_an_output_is_told_in_the_unit_of_the_data_too() -> None:
    """What is standardized is said to be, and how a standardized output becomes a price again."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(30, 2))
    data = tuinet.dataset(X, 1e5 * X.sum(axis=1) + 2e5, name="houses")
    session = Session(Experiment(hidden=(2,), batch_size=4, shuffle=False), data)
    session.step("phase")
    batch = explain_phase(session.snapshot(View(step=True)), digits=10).to_text(1000)
    assert "samples, in their order." in batch
    assert "Inputs are standardized" in batch and "Targets are standardized" in batch
    session.step("phase")
    assert "ŷ" not in explain_phase(session.snapshot(View(step=True)), digits=10).to_text(1000)
    session.step("phase")
    text = explain_phase(session.snapshot(View(step=True)), digits=10).to_text(1000)
    told = float(text[text.index("ŷ") :].split("=")[-1].replace("−", "-"))
    step = session.snapshot(View(step=True)).step_detail
    assert step is not None
    row = data.X[step.indices[0]]
    assert told == pytest.approx(session.predict(row[None])[0], rel=1e-9)
