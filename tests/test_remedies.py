"""A remedy helps the run that it is offered to: measured on at least three runs with each finding."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from measure_remedies import RUNS, FindingRun, commands_for, measure, table
from tests.factories import make_frame, make_metrics, make_snapshot
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.manual.pages import find_page
from tuinet.observe.finding import Finding, FindingKind, Remedy
from tuinet.observe.snapshot import Snapshot
from tuinet.progress import progress_of
from tuinet.remedies import remedy_for
from tuinet.session.commands import Reinitialize, Seek
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.tui.panels.status import status_lines
from tuinet.tui.remarks import finding_text
from tuinet.tui.style.theme import find_theme
from tuinet.verdict import verdicts

MARGIN = 0.93
"""What a remedy makes smaller is by then at most such a share of what it is without: no last bit decides that."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("remedies")


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.kind}: {run.words}")
def test_what_is_offered_helps(run: FindingRun, folder: Path) -> None:
    measured = measure(run, folder)
    assert measured.is_gone
    assert not measured.helped > MARGIN * measured.without and math.isfinite(measured.helped)
    assert_is_said_in_full(measured.snapshot)


def assert_is_said_in_full(snapshot: Snapshot) -> None:
    """At 80×24 what would help first is never cut, nor is whether the run is learning."""
    rows = status_lines(make_frame(snapshot), find_theme("dark"), 80, judges=True).rows
    said = " ".join("".join(text for text, _ in row).strip() for row in rows)
    first = snapshot.findings[0]
    shortest = verdicts(progress_of(snapshot), first)[-1]
    assert len(rows) <= 4 and shortest in said and "…" not in said
    assert finding_text(first, snapshot).removeprefix(first.cause) in said


def test_every_finding_is_tried_on_three_runs_at_least() -> None:
    tried = Counter(run.kind for run in RUNS)
    assert tried.keys() == set(get_args(FindingKind)) and min(tried.values()) >= 3


def test_the_manual_has_the_table_of_the_findings_that_there_are(folder: Path) -> None:
    said = find_page("remedies").text
    rows = re.findall(r"^\| ([a-z ]+) \| `(.+?)` \| (\d+) \|", said, re.MULTILINE)
    head = table([])[0]
    assert head in said
    assert {kind for kind, _, _ in rows} == set(get_args(FindingKind))
    assert Counter(run.kind for run in RUNS) == sum((Counter({kind: int(runs)}) for kind, _, runs in rows), Counter())


def offered(kind: FindingKind, epochs: int, **options: Any) -> Remedy | None:
    """What is offered in a session that has been trained so far; a test fails that does not have the finding."""
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    session.advance(epochs)
    return next(one for one in session.snapshot().findings if one.kind == kind).remedy


def test_rates_are_such_that_keys_lead_to_them() -> None:
    assert offered("jumping", 1, learning_rate=300.0) == Remedy((("learning_rate", 0.5),), draws_anew=True)
    assert offered("diverged", 30, dataset="sine", learning_rate=3.0) == Remedy((("learning_rate", 0.05),), True)
    # The dataset's own 0.03 is no rung: the next one below it is.
    assert offered("jumping", 1, dataset="moons", learning_rate=10.0) == Remedy((("learning_rate", 0.02),), True)
    # A rate that is not above the usual one is too large all the same where the run says so: a tenth of it.
    snapshot = make_snapshot(experiment=Experiment(learning_rate=0.5))
    assert remedy_for(Finding("jumping", ""), snapshot) == Remedy((("learning_rate", 0.05),), draws_anew=True)


def test_of_a_sum_over_the_batch_the_usual_rate_is_that_of_a_sample() -> None:
    summed = make_snapshot(experiment=Experiment(learning_rate=0.5, reduction="sum"))
    found = remedy_for(Finding("jumping", ""), summed)
    samples = len(summed.dataset.X)
    assert found is not None and dict(found.changes)["learning_rate"] <= 0.5 / samples


def test_where_a_schedule_has_made_the_rate_small_another_rate_would_not_help() -> None:
    assert offered("standing still", 15, schedule="cosine", decay_epochs=10) == Remedy((("schedule", "constant"),))


def test_all_layers_get_more_neurons() -> None:
    for hidden, wider in (((2,), (4,)), ((8, 3, 4), (16, 6, 8))):
        snapshot = make_snapshot(experiment=Experiment(hidden=hidden, activation=("tanh",)))
        assert remedy_for(Finding("stuck", ""), snapshot) == Remedy((("hidden", wider),))


def test_at_the_bottom_of_a_hollow_no_other_slopes_help_but_more_neurons() -> None:
    """Tiny gradients in a network of one hidden layer have not vanished on their way."""
    layers = tuple(replace(layer, weight_grads=np.full_like(layer.weights, 1e-8)) for layer in make_snapshot().layers)
    snapshot = make_snapshot(layers=layers)
    assert remedy_for(Finding("standing still", ""), snapshot) == Remedy((("hidden", (4,)),))


def test_units_that_are_saturated_at_a_usual_rate_get_others_beside_them() -> None:
    for rate, remedy in ((0.5, Remedy((("hidden", (4,)),))), (5.0, Remedy((("learning_rate", 0.5),), draws_anew=True))):
        snapshot = make_snapshot(experiment=Experiment(learning_rate=rate), metrics=make_metrics(0.1, 2, 4))
        assert remedy_for(Finding("saturated", ""), snapshot) == remedy


def test_who_overfits_is_told_where_it_was_best() -> None:
    remedy = offered("overfitting", 300, dataset="moons", noise=0.4, hidden=(32, 32), learning_rate=0.3, samples=80)
    assert remedy is not None and remedy.changes == () and 100 < (remedy.back_to or 0) < 250
    assert commands_for(remedy, Experiment()) == [Seek(remedy.back_to or 0)]


def test_a_run_that_has_arrived_needs_no_remedy() -> None:
    relu = make_snapshot(experiment=Experiment(hidden=(4,), activation=("relu",)))
    for correct, is_offered in ((50, True), (97, False)):
        snapshot = replace(relu, metrics=make_metrics(0.1, correct, 100))
        for kind in ("dead", "saturated"):
            assert (remedy_for(Finding(kind, ""), snapshot) is not None) == is_offered


def test_units_that_are_why_nothing_learns_need_nothing_of_their_own() -> None:
    session = Session(make_experiment(dataset="moons", samples=80, activation=("relu",), learning_rate=3.0))
    session.advance(100)
    remedies = [(finding.kind, finding.remedy) for finding in session.snapshot().findings]
    smaller = Remedy((("learning_rate", 0.02),), draws_anew=True)
    assert remedies[:3] == [("large rate", smaller), ("no gradients", smaller), ("dead", None)]


def test_a_strong_penalty_is_taken_away_and_a_usual_one_is_not() -> None:
    for l2, remedy in ((0.05, Remedy((("l2", 0.0),), draws_anew=True)), (0.001, Remedy((("hidden", (4,)),)))):
        snapshot = make_snapshot(experiment=Experiment(l2=l2))
        assert remedy_for(Finding("stuck", ""), snapshot) == remedy


def test_where_gradients_are_clipped_to_nothing_they_are_not_clipped() -> None:
    assert offered("standing still", 50, clip_norm=1e-9) == Remedy((("clip_norm", 0.0),))


def test_labels_have_no_class_weights() -> None:
    snapshot = make_snapshot(metrics=make_metrics(0.1, 5, 10)._replace(confusion=None))
    assert remedy_for(Finding("never predicted", ""), snapshot) is None


def test_a_set_that_is_large_enough_is_shared_otherwise_and_a_small_one_made_larger() -> None:
    for samples, remedy in (
        (40, Remedy((("samples", 100), ("test_share", 0.3)))),
        (150, Remedy((("test_share", 0.2),))),
    ):
        session = Session(make_experiment(dataset="iris", samples=samples, test_share=0.1))
        assert remedy_for(Finding("few tested", ""), session.snapshot()) == remedy
        session.edit(Configure(remedy.changes))
        tested = session.test_metrics()
        assert tested is not None and tested.samples >= 30


def test_of_a_file_there_are_no_more_samples_than_it_has(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2))
    for count, remedy in ((60, Remedy((("test_share", 0.5),))), (40, None)):
        path = tmp_path / f"{count}.csv"
        path.write_text("a,b,c\n" + "\n".join(f"{x:.3f},{y:.3f},{'pq'[int(x > y)]}" for x, y in rows[:count]))
        session = Session(make_experiment(dataset=str(path), test_share=0.2))
        assert remedy_for(Finding("few tested", ""), session.snapshot()) == remedy


def test_commands_change_the_run_and_then_draw_its_weights() -> None:
    change = Configure.of(learning_rate=0.5)
    assert commands_for(Remedy(change.changes, draws_anew=True), Experiment(seed=7)) == [change, Reinitialize(8)]
    assert commands_for(Remedy(change.changes), Experiment()) == [change]
    assert commands_for(Remedy(adds_samples=True), Experiment()) == []
