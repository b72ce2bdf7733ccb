"""Every remedy that a finding offers has been tried: it helps on at least one run that has the finding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from tuinet.experiment.presets import make_experiment
from tuinet.observe.snapshot import FindingKind, Snapshot
from tuinet.session.edits import Configure
from tuinet.session.session import Session


@dataclass(frozen=True)
class Case:
    """A run that has a finding, and changes of its Experiment that are offered as words of the remedy."""

    kind: FindingKind
    run: dict[str, Any]
    epochs: int
    remedies: dict[str, dict[str, Any]]
    on_test: bool = False
    """Whether the remedy is to make the test loss smaller, not the training loss."""
    gone: bool = True
    """Whether the finding is to be gone afterwards."""


XOR: dict[str, Any] = {"dataset": "xor"}
CIRCLE: dict[str, Any] = {"dataset": "circle"}
LINEAR: dict[str, Any] = {**XOR, "activation": ("linear",), "loss": "mse", "output": "linear", "hidden": (8,) * 8}
DEEP: dict[str, Any] = {**CIRCLE, "hidden": (8,) * 10, "activation": ("sigmoid",)}
RELU: dict[str, Any] = {**XOR, "activation": ("relu",)}
MOONS: dict[str, Any] = {"dataset": "moons", "noise": 0.4, "hidden": (32, 32), "learning_rate": 0.3}
TANH_20: dict[str, Any] = {
    **CIRCLE,
    "activation": ("tanh",),
    "initializer": "normal",
    "init_scale": 20.0,
    "hidden": (8, 8),
}

RARE: dict[str, Any] = {"dataset": str(Path(__file__).parent / "data" / "cases" / "one_class_rare.csv")}

CASES = [
    Case("diverged", {**XOR, "learning_rate": 1e300}, 100, {"a smaller learning rate": {"learning_rate": 0.5}}),
    Case("diverged", {**LINEAR, "init_scale": 3.0}, 3, {"a smaller initial scale": {"init_scale": 0.3}}),
    Case("tiny weights", {**XOR, "init_scale": 1e-6}, 2000, {"--init-scale 1": {"init_scale": 1.0}}),
    Case("tiny weights", {**CIRCLE, "init_scale": 1e-6}, 100, {"--init-scale 1": {"init_scale": 1.0}}),
    Case("step", {**XOR, "activation": ("step",)}, 2000, {"--activation": {"activation": ("sigmoid",)}}),
    Case(
        "exploding",
        {**LINEAR, "init_scale": 3.0},
        1,
        {"a smaller initial scale": {"init_scale": 0.3}, "clip their norm": {"clip_norm": 1.0, "learning_rate": 1e-6}},
    ),
    Case(
        "exploding",
        {"dataset": "sine", "learning_rate": 3.0, "batch_size": 8},
        1,
        {"lower the learning rate": {"learning_rate": 0.03}, "clip their norm": {"clip_norm": 0.1}},
    ),
    Case(
        "no gradients",
        {**XOR, "activation": ("tanh",), "initializer": "zeros"},
        500,
        {"normal": {"initializer": "normal"}},
    ),
    Case(
        "no gradients",
        {**RELU, "hidden": (4,) * 10, "initializer": "he_normal"},
        100,
        {"--seed": {"seed": 3}},
    ),
    Case("no gradients", {**RELU, "learning_rate": 300.0}, 50, {"lower the learning rate": {"learning_rate": 0.5}}),
    Case(
        "vanishing",
        DEEP,
        150,
        {"relu": {"activation": ("relu",)}, "tanh": {"activation": ("tanh",)}},
    ),
    Case(
        "vanishing",
        {**DEEP, "initializer": "normal", "init_scale": 0.3},
        150,
        {
            "relu": {"activation": ("relu",), "initializer": "glorot_normal"},
            "tanh": {"activation": ("tanh",), "initializer": "glorot_normal"},
        },
    ),
    Case(
        "vanishing",
        {**DEEP, "activation": ("tanh",), "initializer": "normal", "init_scale": 0.06},
        150,
        {"glorot": {"initializer": "glorot_normal"}, "he": {"initializer": "he_normal"}},
        gone=False,
    ),
    Case(
        "vanishing",
        {**RELU, "hidden": (4,) * 10, "initializer": "he_normal", "seed": 2},
        100,
        {"fewer layers": {"hidden": (4, 4)}, "leaky_relu": {"activation": ("leaky_relu",)}},
    ),
    Case(
        "dead",
        {**RELU, "hidden": (4,), "learning_rate": 3.0, "seed": 3},
        300,
        {"--seed": {"seed": 1}, "leaky_relu": {"activation": ("leaky_relu",)}},
    ),
    Case("saturated", TANH_20, 200, {"smaller initial weights": {"init_scale": 1.0}, "l2": {"l2": 0.01}}),
    Case("saturated", {**XOR, "learning_rate": 50.0}, 200, {"learning rate": {"learning_rate": 5.0}}),
    Case("jumping", {**XOR, "learning_rate": 300.0}, 1, {"lower the learning rate": {"learning_rate": 0.5}}),
    Case("standing still", {**XOR, "learning_rate": 1e-8}, 1000, {"raise the learning rate": {"learning_rate": 0.5}}),
    Case(
        "standing still",
        {**XOR, "hidden": (4,) * 10, "activation": ("sigmoid",), "seed": 3},
        200,
        {"tanh": {"activation": ("tanh",), "initializer": "glorot_normal"}},
    ),
    Case("stuck", {**XOR, "seed": 6}, 2000, {"--seed": {"seed": 1}}),
    Case("stuck", {**XOR, "hidden": ()}, 1500, {"--hidden": {"hidden": (2,)}}),
    Case("stuck", {**XOR, "activation": ("linear",)}, 1500, {"--activation": {"activation": ("sigmoid",)}}),
    Case("stuck", {**XOR, "initializer": "constant"}, 2000, {"normal": {"initializer": "normal"}}),
    Case(
        "overfitting",
        {**MOONS, "samples": 140},
        800,
        {"l2": {"l2": 0.01}, "dropout": {"dropout": 0.4}, "more data": {"samples": 1000}},
        on_test=True,
        gone=False,
    ),
    Case("never predicted", RARE, 300, {"class weight balanced": {"class_weight": "balanced"}}),
    Case("few tested", {**MOONS, "samples": 40}, 400, {"more test samples": {"samples": 400}}, on_test=True),
]


def trained(epochs: int, **options: Any) -> Snapshot:
    session = Session(make_experiment(**options))
    session.advance(epochs)
    return session.snapshot()


def loss_of(snapshot: Snapshot, case: Case) -> float:
    metrics = snapshot.test_metrics if case.on_test else snapshot.metrics
    assert metrics is not None
    # Weights of classes change what the loss is.
    return 1 - (metrics.balanced_accuracy or 0.0) if case.kind == "never predicted" else metrics.loss


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_what_is_offered_helps(case: Case) -> None:
    ill = trained(case.epochs, **case.run)
    found = [finding for finding in ill.findings if finding.kind == case.kind]
    assert found, [finding.said() for finding in ill.findings]
    for words, changes in case.remedies.items():
        assert words in found[0].said()
        well = trained(case.epochs, **{**case.run, **changes})
        assert not loss_of(ill, case) <= loss_of(well, case), words
        assert not case.gone or all(finding.kind != case.kind for finding in well.findings), words


def test_all_kinds_are_tried_but_that_of_no_samples() -> None:
    assert {case.kind for case in CASES} == set(get_args(FindingKind)) - {"no samples"}


def test_in_a_session_a_smaller_rate_and_new_weights_bring_a_run_back() -> None:
    session = Session(make_experiment(dataset="xor", activation=("relu",), hidden=(8, 8), learning_rate=1e200))
    session.advance(10)
    assert session.snapshot().findings[0].kind == "diverged"
    session.edit(Configure.of(learning_rate=0.5))
    session.edit(Configure.of(seed=2))
    session.advance(300)
    assert not session.snapshot().divergence and session.metrics().accuracy == 1.0
