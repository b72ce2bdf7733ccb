from __future__ import annotations

from typing import Any

import pytest

from tests.explain.stepping import random_dataset
from tuinet.cli.explain import whole_step
from tuinet.data.dataset import Dataset
from tuinet.exercises.checking import check
from tuinet.exercises.exercise import Blank, Exercise
from tuinet.exercises.kinds import CONSEQUENTIAL
from tuinet.exercises.phase import NOTHING, exercise_of_phase
from tuinet.experiment.experiment import Experiment
from tuinet.explain.explanation import Line, Remark
from tuinet.explain.focus import Selection
from tuinet.explain.story import explain_phase
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session


def step_of(dataset: Dataset | None = None, steps: int = 2, **fields: Any) -> list[Snapshot]:
    session = Session(Experiment(**fields), dataset, records=False)
    session.advance_steps(steps)
    return whole_step(session)


def check_phase(snapshot: Snapshot, selection: Selection, digits: int = 4) -> Exercise:
    """Every blank accepts its own result, and the exercise has the lines of the explanation."""
    made = exercise_of_phase(snapshot, selection, digits)
    explained = explain_phase(snapshot, selection, digits)
    assert made.title == explained.title
    told = made.lines(len(made.blanks))
    assert told[: len(explained.lines)] == explained.lines
    answers: dict[str, float] = {}
    for blank in made.blanks:
        assert check(blank, blank.answer, answers).is_right, blank
        assert check(blank, repr(blank.value), answers).is_right, blank
        assert not check(blank, repr(blank.value + 20 * blank.asked.tolerance), answers).is_right, blank
        answers[blank.name] = blank.value
    return made


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_has_blanks_in_both_passes(activation: str) -> None:
    for snapshot in step_of(activation=(activation,), hidden=(3,)):
        made = check_phase(snapshot, Selection(1, 1, 1))
        kind = snapshot.phase.kind if snapshot.phase else ""
        if kind in ("forward", "loss", "update"):
            assert made.blanks, (kind, made.title)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_has_blanks_in_its_update(optimizer: str) -> None:
    snapshot = step_of(optimizer=optimizer, learning_rate=0.1, steps=3)[-1]
    made = check_phase(snapshot, Selection(0, 1, 0))
    lefts = [blank.line.left for blank in made.blanks]
    assert "w₁ new" in lefts
    # Where several equations lead to it, each result is asked, which is remembered or not.
    names = [equation.partition(" = ")[0] for equation in OPTIMIZERS[optimizer].equations]
    assert len(names) == 1 or set(names) <= set(lefts)


@pytest.mark.parametrize(
    ("loss", "task", "outputs"),
    [
        ("mse", "regression", 2),
        ("sse", "regression", 1),
        ("mae", "regression", 2),
        ("huber", "regression", 1),
        ("hinge", "binary", 1),
        ("hinge", "classes", 3),
        ("cross-entropy", "binary", 1),
        ("cross-entropy", "classes", 3),
        ("binary-cross-entropy", "labels", 2),
    ],
)
def test_every_loss_has_blanks(loss: str, task: Any, outputs: int) -> None:
    for digits, reduction in ((4, "mean"), (6, "sum")):
        dataset = random_dataset(task, outputs=outputs)
        snapshots = step_of(dataset, loss=loss, l2=0.01, l1=0.01, clip_norm=0.5, reduction=reduction)
        kinds = {snapshot.phase.kind for snapshot in snapshots if snapshot.phase}
        assert {"regularize", "clip"} <= kinds
        for snapshot in snapshots:
            made = check_phase(snapshot, Selection(2, None, 0), digits)
            assert made.blanks or made.parts[-1] == Remark(NOTHING)


def test_dropout_and_float32_have_blanks() -> None:
    made = [check_phase(one, Selection(0, 1, 0)) for one in step_of(dropout=0.4, dtype="float32", hidden=(4,))]
    assert sum(len(one.blanks) for one in made) > 10


def test_what_comes_after_a_blank_does_not_tell_its_result() -> None:
    snapshots = step_of(optimizer="adam", learning_rate=0.1)
    backward = next(one for one in snapshots if str(one.phase) == "backward, layer 1")
    made = exercise_of_phase(backward, Selection(0, 1, 0))
    results = [blank.line.result for blank in made.blanks]
    assert len(results) > 4
    for filled in range(len(results)):
        hidden = [line for line in made.lines(filled) if isinstance(line, Line)][filled:]
        assert all(line.result in ("?", "…") and not line.numbers for line in hidden)
    shown = [line for line in made.lines(1, with_numbers=True) if isinstance(line, Line)]
    assert [line.result for line in shown[:2]] == [results[0], "?"]
    assert shown[1].numbers


def test_a_later_blank_goes_on_with_an_earlier_answer() -> None:
    snapshots = step_of(random_dataset("regression"), loss="sse", output="sigmoid")
    made = exercise_of_phase(next(one for one in snapshots if str(one.phase) == "backward, layer 2"), Selection(0))
    by_left: dict[str, Blank] = {blank.line.left: blank for blank in made.blanks}
    slope, derivative, delta = (by_left[left] for left in ("∂L/∂a", "f′(z)", "δ"))
    wrong = slope.value + 1
    answers = {slope.name: wrong, derivative.name: derivative.value}
    following = check(delta, repr(wrong * derivative.value), answers)
    assert following.kind == CONSEQUENTIAL
    assert f"({slope.name})" in following.words
    assert check(delta, repr(wrong), answers).kind == "derivative"
    assert check(delta, repr(delta.value), answers).is_right


def test_without_a_phase_there_is_nothing_to_work_out() -> None:
    session = Session(Experiment(), records=False)
    made = exercise_of_phase(session.snapshot(View(1, 1, step=True)))
    assert made.blanks == ()
    assert made.parts == (Remark(NOTHING),)
    batch = exercise_of_phase(step_of()[0])
    assert batch.blanks == ()
    assert batch.parts[-1] == Remark(NOTHING)
