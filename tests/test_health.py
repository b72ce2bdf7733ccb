"""Each finding in a session that really has it, and none in one that does well.

What is said about each layer, in sessions that really are so.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_metrics, make_snapshot, said
from tuinet.causes import LEAST_TESTED, find_overfitting, is_at_noise
from tuinet.data.assemble import Preparation, Rows, assemble
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.health import LayerHealth, find_all, layer_healths, share_text, short_share
from tuinet.nn.losses import Reduction
from tuinet.observe.finding import Remedy
from tuinet.session.divergence import blank_loss
from tuinet.session.edits import Configure, SetOptimizer
from tuinet.session.history import HistorySnapshot
from tuinet.session.session import Session
from tuinet.session.stopping import divergence_of


def findings(epochs: int, **options: Any) -> str:
    session = Session(Experiment(**options))
    session.advance(epochs)
    return "\n".join(said(session.snapshot().findings))


def test_the_default_run_is_slow_at_first_and_has_no_other_findings() -> None:
    session = Session(Experiment())
    found = []
    for _ in range(30):
        found.append(tuple(kinds(session)))
        session.advance(50)
    assert found == [(), *[("slow",)] * 8, *[()] * 21]


@pytest.mark.parametrize("dataset", ["circle", "iris", "plane", "blobs"])
def test_a_run_that_does_well_has_no_findings(dataset: str) -> None:
    session = Session(make_experiment(dataset=dataset))
    session.advance(60)
    assert said(session.snapshot().findings) == ()


def test_divergence_names_the_layer() -> None:
    text = findings(10, activation=("relu",), hidden=(8, 8), learning_rate=1e200)
    assert text == ("diverged by epoch 1 (loss 0.8189 at epoch 0): layer 1 is the first without finite numbers")


def test_an_overflow_is_blamed_on_its_own_layer() -> None:
    session = Session(Experiment(hidden=(4, 4, 4)))
    session.run.parameters.weights[2][:] = 1e308
    session.run.parameters.biases[2][:] = 1e308
    assert "layer 3 is the first" in said(session.snapshot().findings)[0]


def test_vanishing_gradients_through_ten_sigmoid_layers() -> None:
    assert "layer 1's gradients vanish" in findings(5, hidden=(4,) * 10, init_scale=0.5)


def test_exploding_gradients() -> None:
    linear: dict[str, Any] = {"activation": ("linear",), "loss": "mse", "output": "linear"}
    assert "gradients explode" in findings(1, hidden=(8,) * 8, init_scale=3.0, **linear)


def test_dead_units() -> None:
    text = findings(0, activation=("relu",), hidden=(4,), initializer="constant", init_scale=1e-9, loss="mse")
    assert "dead" not in text
    session = Session(Experiment(activation=("relu",), hidden=(4,)))
    session.run.parameters.biases[0][:2] = -100.0
    assert "2 of 4 units in layer 1 are dead" in said(session.snapshot().findings)[0]


def test_saturated_units() -> None:
    session = Session(Experiment(activation=("tanh",), hidden=(4,)))
    session.run.parameters.biases[0][:3] = 9.0
    assert "3 of 4 units in layer 1 are saturated" in said(session.snapshot().findings)[0]


def test_the_step_trains_nothing_below_it() -> None:
    text = findings(3, activation=("tanh", "step"), hidden=(3, 3))
    assert "layer 2's step has slope 0 everywhere: layers 1 to 2 cannot learn" in text


def test_updates_too_large_and_too_small() -> None:
    sizes = r"^steps are too large: layer \d's weights change by \d+% in one$"
    assert re.search(sizes, findings(1, learning_rate=300.0), re.MULTILINE)
    assert findings(1, learning_rate=1e-8) == "steps are tiny: no layer's weights change by a millionth in one"


@pytest.mark.parametrize(
    "change", [Configure((("hidden", (2, 2)),)), Configure((("hidden", (3,)),)), SetOptimizer("adam", 0.01)]
)
def test_what_is_made_anew_has_made_no_step_to_judge_by(change: Configure | SetOptimizer) -> None:
    session = Session(Experiment())
    session.advance(100)
    session.edit(change)
    snapshot = session.snapshot()
    assert (said(snapshot.findings), snapshot.has_gradients, snapshot.has_updates) == ((), True, False)
    assert {health.state for health in layer_healths(snapshot)} == {"healthy"}
    while True:
        session.step("phase")
        snapshot = session.snapshot()
        assert said(snapshot.findings) == ()
        assert not any(health.state == "ill" for health in layer_healths(snapshot))
        if session.run.phase is not None and session.run.phase.kind == "update":
            break
        assert not snapshot.has_updates
    assert snapshot.has_updates


def test_a_step_of_length_0_is_found_all_the_same() -> None:
    session = Session(Experiment(schedule="cosine", decay_epochs=10))
    session.advance(15)
    assert session.snapshot().has_updates
    assert "steps are tiny: no layer's weights change by a millionth in one" in said(session.snapshot().findings)


def test_a_stuck_run_is_named() -> None:
    assert "stuck near loss 0.35 for" in findings(4000, seed=6)


def test_a_fit_that_has_arrived_is_not_stuck() -> None:
    experiment = make_experiment(dataset="sine", hidden=(8,), activation=("tanh",), noise=0.3, learning_rate=0.1)
    session = Session(experiment)
    session.advance(3000)
    snapshot = session.snapshot()
    assert snapshot.metrics.r2 is not None and 0.75 < snapshot.metrics.r2 < 0.95
    assert not any("stuck" in text for text in said(snapshot.findings))


@pytest.mark.parametrize(
    ("options", "is_stuck"),
    [
        ({"dataset": "moons", "samples": 120, "noise": 0.4, "hidden": (4,)}, False),
        ({"dataset": "sine", "samples": 80, "noise": 0.9, "hidden": (2,)}, False),
        ({"dataset": "hills", "samples": 80, "hidden": (2,)}, True),
        ({"dataset": "xor", "hidden": ()}, True),
        ({"dataset": "parity:4", "hidden": ()}, True),
    ],
)
def test_as_near_to_the_noise_as_can_be_is_not_stuck(options: dict[str, Any], is_stuck: bool) -> None:
    session = Session(make_experiment(**options))
    session.advance(2000)
    snapshot = session.snapshot()
    assert (snapshot.metrics.accuracy or snapshot.metrics.r2 or 0) < 0.95
    assert any(finding.kind == "stuck" for finding in snapshot.findings) == is_stuck
    assert is_at_noise(snapshot) != is_stuck


def test_a_batch_that_is_right_by_a_margin_has_no_gradients_and_that_is_well() -> None:
    session = Session(make_experiment(dataset="iris", loss="hinge"))
    for _ in range(12):
        session.advance(25)
        assert "no gradients" not in [finding.kind for finding in session.snapshot().findings]
    assert (session.metrics().accuracy or 0) > 0.97


def test_a_small_last_step_of_a_run_that_has_arrived_is_no_standstill() -> None:
    session = Session(make_experiment(dataset="circle", samples=60))
    session.advance(300)
    snapshot = session.snapshot()
    layers = tuple(replace(layer, weight_updates=layer.weight_updates * 1e-9) for layer in snapshot.layers)
    metrics = {correct: make_metrics(0.1, correct, 100) for correct in (50, 97)}
    found = [find_all(replace(snapshot, layers=layers, metrics=metrics[correct])) for correct in (50, 97)]
    assert [any(one.kind == "standing still" for one in findings) for findings in found] == [True, False]


def test_of_a_network_that_stays_straight_that_is_said() -> None:
    text = findings(1500, hidden=())
    assert "stuck near loss 0.69 for" in text and text.endswith("without a hidden layer all is straight")
    assert findings(1500, activation=("linear",)).endswith("linear layers stay straight")
    assert findings(2000, initializer="constant").endswith("units that began alike stay alike")


def test_biases_that_still_learn_are_not_forgotten() -> None:
    text = findings(50, activation=("relu",), learning_rate=300.0)
    assert "all gradients of weights are 0, and biases jump" in text
    assert "nothing can learn" not in text


def test_overfitting_is_told_of_enough_test_samples_alone() -> None:
    for samples, start in ((80, "overfitting: test loss"), (40, "test loss has risen from 0.")):
        experiment = make_experiment(dataset="moons", samples=samples, noise=0.4, hidden=(32, 32), learning_rate=0.3)
        session = Session(experiment)
        session.advance(1000)
        test, sentences = session.test_metrics(), said(session.snapshot().findings)
        assert test is not None and (test.samples >= LEAST_TESTED) == start.startswith("overfitting")
        assert any(sentence.startswith(start) for sentence in sentences)
    assert any("20 test samples tell to ±22% at best" in sentence for sentence in sentences)
    assert not any("overfitting" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("samples", "words"), [(1, "1 test sample tells to ±100%"), (4, "4 test samples tell to ±50%")]
)
def test_few_test_samples_are_counted(samples: int, words: str) -> None:
    tested = np.linspace(0.9, 1.4, 20)
    history = HistorySnapshot(epochs=np.arange(20.0), losses=np.linspace(1.0, 0.5, 20), test_losses=tested)
    (finding,) = find_overfitting(make_snapshot(history=history, test_metrics=make_metrics(1.4, samples, samples)))
    assert words in said([finding])[0]


@pytest.mark.parametrize(("reduction", "samples"), [("mean", 90), ("sum", 90), ("sum", 30)])
def test_a_test_loss_as_low_as_the_training_loss_is_no_overfitting(reduction: Reduction, samples: int) -> None:
    as_large = 30 / samples if reduction == "sum" else 1.0
    trained = np.linspace(1.0, 0.5, 20)
    for last, kinds in ((0.49, []), (0.59, []), (0.61, ["overfitting"])):
        tested = np.full(20, last) * as_large
        tested[15] /= 1.2
        snapshot = make_snapshot(
            experiment=Experiment(reduction=reduction),
            metrics=make_metrics(0.5, samples, samples),
            test_metrics=make_metrics(last * as_large, 30, 30),
            history=HistorySnapshot(epochs=np.arange(20.0), losses=trained, test_losses=tested),
        )
        assert [finding.kind for finding in find_overfitting(snapshot)] == kinds


@pytest.mark.parametrize("scale", [1e-2, 1e-6, 1e-200])
@pytest.mark.parametrize("options", [{}, {"activation": ("tanh",), "hidden": (4, 4)}, {"dataset": "circle"}])
def test_a_tiny_initial_scale_is_named_and_nothing_else(scale: float, options: dict[str, Any]) -> None:
    session = Session(make_experiment(**{"dataset": "xor", **options}, init_scale=scale))
    assert said(session.snapshot().findings) == ()
    session.advance(1500)
    (sentence,) = said(session.snapshot().findings)
    assert sentence.startswith("layer 1's weights are tiny (")


def test_weights_that_have_grown_out_of_a_tiny_scale_are_not_tiny() -> None:
    session = Session(make_experiment(dataset="iris", init_scale=1e-6))
    session.advance(5)
    assert [finding.kind for finding in session.snapshot().findings] == ["tiny weights"]
    session.advance(100)
    assert session.snapshot().findings == ()


@pytest.mark.parametrize("rate", [1e5, 1e10, 1e300])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"activation": ("relu",)},
        {"activation": ("linear",)},
        {"activation": ("tanh",), "optimizer": "adam"},
        {"dataset": "iris"},
        {"dataset": "sine"},
        {"dataset": "sine", "activation": ("linear",), "optimizer": "momentum"},
    ],
)
def test_an_absurd_rate_diverges_whether_or_not_its_numbers_are_finite(rate: float, options: dict[str, Any]) -> None:
    session = Session(make_experiment(**{"dataset": "xor", **options}, learning_rate=rate))
    session.advance(20)
    assert divergence_of(session) or options.get("activation") == ("tanh",)
    snapshot = session.snapshot()
    assert bool(divergence_of(session)) == (bool(snapshot.findings) and snapshot.findings[0].kind == "diverged")


def test_weights_beyond_all_use_diverge_where_the_loss_has_a_bound() -> None:
    text = findings(20, learning_rate=1e300, loss="mse")
    assert text.startswith("diverged: weights of ")


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_numbers_of_another_unit_are_no_divergence(factor: float) -> None:
    """Targets of 1e9, and inputs of 1e-9 that are not standardized, call for large losses and weights."""
    X = np.linspace(-1, 1, 20)[:, np.newaxis] / factor
    rows = Rows(X, factor**2 * X, ("x",), target_names=("y",))
    dataset = assemble("line", rows, Preparation(test_share=0.0, standardize=False))
    options: dict[str, Any] = {"hidden": (), "biases": "none", "learning_rate": 0.1 * factor**2}
    session = Session(make_experiment(dataset="sine", **options), dataset)
    session.advance(300)
    assert session.metrics().r2 == pytest.approx(1, abs=1e-3)
    assert not divergence_of(session)


def healths(epochs: int, **options: Any) -> tuple[LayerHealth, ...]:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    session.advance(epochs)
    return layer_healths(session.snapshot())


def full(health: LayerHealth) -> str:
    return " · ".join(remark.full for remark in health.remarks)


def test_the_default_run_is_healthy_all_the_way() -> None:
    session = Session(Experiment())
    assert [health.state for health in layer_healths(session.snapshot())] == ["unknown"] * 2
    assert full(layer_healths(session.snapshot())[0]) == "no gradient before the first step"
    for _ in range(30):
        session.advance(50)
        assert [health.state for health in layer_healths(session.snapshot())] == ["healthy"] * 2


def test_vanishing_through_ten_sigmoid_layers_layer_by_layer() -> None:
    found = healths(1, hidden=(4,) * 10)
    assert [health.state for health in found] == [*["ill"] * 3, *["weak"] * 5, *["healthy"] * 3]
    assert full(found[0]) == "vanishing, <1/1000 of layer 11's"
    assert full(found[5]) == "weak, 1/850 of layer 11's"
    assert full(found[-1]) == "healthy"
    shares = [health.share for health in found if health.share is not None]
    assert shares == sorted(shares)


def test_the_share_can_be_computed_by_hand() -> None:
    session = Session(Experiment(hidden=(3,)))
    session.advance(5)
    snapshot = session.snapshot()
    typical = [float(np.sqrt(np.square(layer.weight_grads).mean())) for layer in snapshot.layers]
    assert layer_healths(snapshot)[0].share == pytest.approx(typical[0] / typical[1])
    assert layer_healths(snapshot)[1].share == pytest.approx(1)
    assert [layer.typical_grad for layer in snapshot.layers] == pytest.approx(typical)


def test_a_collapsed_network_stands_still() -> None:
    found = healths(100, hidden=(4,) * 10)
    assert {health.remarks[0].short for health in found} == {"stands still"}
    assert full(found[0]) == "stands still, ΔW/W 1.0e-7 a step"


def test_relu_that_died_has_no_gradient_in_any_layer() -> None:
    session = Session(make_experiment(dataset="xor", hidden=(4,) * 10, activation=("relu",), initializer="he_normal"))
    session.advance(50)
    snapshot = session.snapshot()
    found = layer_healths(snapshot)
    assert {health.remarks[0].full for health in found} == {"no gradient: all are 0", "no gradient: all weights' are 0"}
    assert full(found[9]) == "no gradient: all are 0 · 4 of 4 units dead"
    assert said(find_all(snapshot))[0] == "all gradients of weights are 0: only biases learn"


def test_dead_and_saturated_units() -> None:
    session = Session(Experiment(activation=("relu",), hidden=(4,)))
    session.run.parameters.biases[0][:2] = -100.0
    assert full(layer_healths(session.snapshot())[0]) == "2 of 4 units dead"
    session = Session(Experiment(activation=("tanh",), hidden=(4,)))
    session.run.parameters.biases[0][:3] = 9.0
    session.advance(1)
    assert full(layer_healths(session.snapshot())[0]) == "3 of 4 units saturated"
    assert layer_healths(session.snapshot())[1].state == "healthy"


def test_below_a_step_nothing_learns() -> None:
    found = healths(3, activation=("tanh", "step"), hidden=(3, 3))
    assert [full(health) for health in found[:2]] == ["cannot learn: layer 2's step has slope 0"] * 2
    assert found[2].state == "healthy"


def test_exploding_jumping_and_diverged() -> None:
    linear: dict[str, Any] = {"activation": ("linear",), "loss": "mse", "output": "linear"}
    assert full(healths(1, hidden=(8,) * 8, init_scale=3.0, **linear)[0]).startswith("exploding, ‖∂L/∂W‖ ")
    assert full(healths(1, learning_rate=1.0)[1]) == "healthy"
    assert full(healths(1, learning_rate=1e3)[1]).startswith("jumps, ΔW/W ")
    diverged = healths(10, activation=("relu",), hidden=(8, 8), learning_rate=1e200)
    assert {full(health) for health in diverged} == {"diverged: not finite any more"}


def test_before_the_first_step_ends_only_what_it_has_reached_is_judged() -> None:
    session = Session(Experiment())
    while str(session.run.phase) != "backward, layer 2":
        session.step("phase")
    assert [health.state for health in layer_healths(session.snapshot())] == ["unknown", "healthy"]


SHARES = [
    (0.0, "0 of it"),
    (3.2e-6, "less than 1/1000 of it"),
    (0.0099, "1/100 of it"),
    (1 / 41, "1/40 of it"),
    (0.414, "2/5 of it"),
    (0.66, "2/3 of it"),
    (1.0, "about it"),
    (12.0, "12 times it"),
    (99.6, "1e2 times it"),
    (math.inf, "inf of it"),
]


@pytest.mark.parametrize(("share", "text"), SHARES)
def test_shares_as_a_student_reads_them(share: float, text: str) -> None:
    assert share_text(share, "it") == text


@given(st.floats(0, 1e300))
def test_shares_in_few_characters(share: float) -> None:
    text = short_share(share)
    assert len(text) <= 7
    if text.startswith("1/"):
        assert 1 / int(text[2:]) == pytest.approx(share, rel=0.15)


RARE: dict[str, Any] = {"hidden": (8, 8), "activation": ("tanh",), "learning_rate": 0.03, "batch_size": 10}


def with_a_rare_class(samples: int = 300) -> Dataset:
    """One sample of thirty is of the second class, where many of the first are, too."""
    X = np.random.default_rng(2).standard_normal((samples, 2))
    y = (np.arange(samples) % 30 == 0).astype(float)[:, None]
    X[y[:, 0] > 0] += 0.8
    return Dataset("made", "binary", X, y, ("x1", "x2"), ("usual", "rare"))


def kinds(session: Session) -> list[str]:
    return [finding.kind for finding in session.snapshot().findings]


def test_a_rare_class_that_is_never_predicted_is_named_and_the_remedy_helps(arithmetic: str) -> None:
    plain = Session(Experiment(**RARE, arithmetic=arithmetic), with_a_rare_class())
    assert "never predicted" not in kinds(plain)
    plain.advance(10)
    assert "never predicted" not in kinds(plain)
    plain.advance(40)
    (finding,) = [one for one in plain.snapshot().findings if one.kind == "never predicted"]
    assert finding.cause == "class rare is never predicted (10 of 300 samples)"
    assert finding.remedy == Remedy((("class_weight", "balanced"),))
    balanced = Session(Experiment(**RARE, class_weight="balanced", arithmetic=arithmetic), with_a_rare_class())
    balanced.advance(50)
    assert "never predicted" not in kinds(balanced)
    before, after = plain.metrics().balanced_accuracy, balanced.metrics().balanced_accuracy
    assert before == 0.5 and after is not None and after > 0.65


def test_a_class_that_is_as_frequent_as_others_is_not_rare() -> None:
    """At a tiny rate all of XOR is class 0 for long: weights of classes would change nothing."""
    session = Session(Experiment(learning_rate=1e-4))
    session.advance(200)
    assert session.metrics().balanced_accuracy == 0.5 and "never predicted" not in kinds(session)


def test_a_rare_label_is_named_without_a_remedy() -> None:
    base = with_a_rare_class()
    y = np.hstack([base.X[:, :1] > 0, base.y]).astype(float)
    session = Session(Experiment(**RARE), Dataset("made", "labels", base.X, y, ("x1", "x2"), (), ("right", "rare")))
    session.advance(50)
    (finding,) = [one for one in session.snapshot().findings if one.kind == "never predicted"]
    assert (finding.cause, finding.remedy) == ("label rare is never predicted (10 of 300 samples)", None)


def test_gradients_of_a_sum_are_no_explosion_for_being_many() -> None:
    """A thousand samples add up to a thousand times the mean's gradient, and that is not ill."""
    fields: dict[str, Any] = {"dataset": "moons", "samples": 2000, "batch_size": 0, "test_share": 0.0}
    mean = Session(make_experiment(**fields, init_scale=0.05))
    total = Session(make_experiment(**fields, init_scale=0.05, reduction="sum", learning_rate=1e-5))
    for session in (mean, total):
        session.advance(1)
    norms = [max(layer.grad_norm for layer in session.snapshot().layers) for session in (mean, total)]
    assert norms[1] == pytest.approx(2000 * norms[0], rel=1e-9)
    assert "exploding" not in kinds(total)


@pytest.mark.parametrize("options", [{"reduction": "sum"}, {"reduction": "sum", "class_weight": "balanced"}])
def test_a_loss_is_held_against_one_of_its_own_kind(options: dict[str, Any]) -> None:
    """The sum over hundreds of samples is no absurd loss: a blank network has such a one, too."""
    session = Session(make_experiment(dataset="circle", learning_rate=1e-4, **options))
    assert not session.snapshot().begins_absurd
    assert blank_loss(session.run) == pytest.approx(len(session.run.dataset.X) * np.log(2), rel=0.01)


@pytest.mark.parametrize("changes", [{"reduction": "mean"}, {"loss": "mse"}, {"samples": 90}])
def test_a_change_brings_the_blank_loss_of_a_run_that_begins_with_it(changes: dict[str, Any]) -> None:
    session = Session(make_experiment(dataset="circle", reduction="sum"))
    before = blank_loss(session.run)
    session.edit(Configure.of(**changes))
    assert blank_loss(session.run) != before
    assert blank_loss(session.run) == blank_loss(Session(session.run.experiment).run)
