"""Whether a run is learning, in sessions that really do so or do not, and from losses made for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.factories import make_metrics, make_snapshot
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.progress import Progress, change_text, find_rate, progress_of, rounded_down
from tuinet.session.edits import Configure
from tuinet.session.history import HistorySnapshot
from tuinet.session.session import Session


def after(epochs: int, **options: Any) -> Progress:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    session.advance(epochs)
    return progress_of(session.snapshot())


def test_the_default_run_from_its_start_to_its_end() -> None:
    session = Session(Experiment())
    kinds = []
    for epochs in (0, 5, 50, 250, 250, 218):
        session.advance(epochs)
        kinds.append(progress_of(session.snapshot()).kind)
    assert session.run.epoch == 773
    assert kinds == ["untrained", "begun", "still", "slow", "learning", "solved"]


def test_a_first_step_under_way_has_begun_it() -> None:
    session = Session(Experiment())
    session.step("phase")
    assert progress_of(session.snapshot()).kind == "begun"


@pytest.mark.parametrize(
    ("epochs", "options", "kind"),
    [
        (20, {"dataset": "iris"}, "learning"),
        (1, {"dataset": "digits", "samples": 300}, "learning"),
        (300, {"dataset": "circle", "samples": 80}, "solved"),
        (200, {"dataset": "spiral", "samples": 80, "hidden": (2,)}, "slow"),
        (300, {"hidden": ()}, "still"),
    ],
)
def test_runs_that_are_so(epochs: int, options: dict[str, Any], kind: str) -> None:
    assert after(epochs, **options).kind == kind


def test_what_was_before_a_change_does_not_count() -> None:
    session = Session(Experiment())
    session.advance(600)
    assert progress_of(session.snapshot()).kind == "learning"
    session.edit(Configure.of(learning_rate=1e-6))
    assert progress_of(session.snapshot()).kind == "begun"
    session.advance(40)
    assert progress_of(session.snapshot()).kind == "still"


def made(loss: Callable[[np.ndarray[Any, Any]], Any], epochs: int = 100, **changes: Any) -> Snapshot:
    """A run with these losses by epoch, of whose samples half are wrong."""
    numbers = np.arange(epochs + 1.0)
    losses = np.asarray(loss(numbers), dtype=np.float64)
    history = HistorySnapshot(epochs=numbers, losses=losses)
    values: dict[str, Any] = {"epoch": epochs, "step": epochs, "history": history, "findings": ()}
    return make_snapshot(**{**values, "metrics": make_metrics(float(losses[-1]), 2, 4), **changes})


def test_the_change_is_that_of_the_median_which_can_be_computed_by_hand() -> None:
    snapshot = made(lambda epochs: 1 - epochs / 200)
    progress = progress_of(snapshot)
    losses = snapshot.history.losses
    assert progress.epochs == 50
    assert progress.change == pytest.approx(np.median(losses[51:]) / np.median(losses[1:51]) - 1)


def test_the_chance_of_batches_is_no_rise() -> None:
    noise = np.random.default_rng(0).normal(size=101)
    assert progress_of(made(lambda epochs: 0.9 - 0.004 * epochs + 0.05 * noise)).kind == "learning"
    assert progress_of(made(lambda epochs: 0.7 + 0.003 * noise)).kind == "still"
    assert progress_of(made(lambda epochs: 0.5 + 0.004 * epochs + 0.02 * noise)).kind == "rising"


def test_what_has_learned_next_to_all_is_not_slow() -> None:
    for correct, kind in ((97, "learned"), (50, "still")):
        assert progress_of(made(lambda epochs: 0.1 + 0 * epochs, metrics=make_metrics(0.1, correct, 100))).kind == kind


def test_a_loss_that_is_no_number_any_more_says_nothing() -> None:
    assert np.isnan(progress_of(made(lambda epochs: np.where(epochs > 40, np.nan, 0.5))).change)


@pytest.mark.parametrize(
    ("change", "epochs", "words"),
    [
        (-0.123, 100, "loss fell 10% in 100 epochs"),
        (-0.88, 1000, "loss fell 90% in 1,000 epochs"),
        (-0.031, 1, "loss fell 3% in 1 epoch"),
        (-0.006, 20, "loss fell 1% in 20 epochs"),
        (-0.0004, 20, "loss fell less than 1% in 20 epochs"),
        (0.0, 20, "loss stood still for 20 epochs"),
        (0.3, 20, "loss rose 30% in 20 epochs"),
        (6.0, 20, "loss more than doubled in 20 epochs"),
    ],
)
def test_a_change_in_words(change: float, epochs: int, words: str) -> None:
    assert change_text(Progress("slow", change, epochs)) == words


def test_the_words_of_a_run_seldom_change_while_it_trains() -> None:
    """About one epoch in twenty brings other words, though the loss falls all the time."""
    session, said = Session(Experiment()), []
    for _ in range(700):
        session.advance(1)
        said.append(change_text(progress_of(session.snapshot())))
    assert sum(before != now for before, now in pairwise(said)) < 40


@pytest.mark.parametrize(("number", "rounded"), [(0.5, 0), (1, 1), (9.9, 5), (19, 10), (386, 200), (1000, 1000)])
def test_rounded_down(number: float, rounded: int) -> None:
    assert rounded_down(number) == rounded


def test_a_rate_is_too_large_only_where_it_does_harm() -> None:
    up_and_down = made(lambda epochs: 0.7 + 0.2 * (epochs % 2))
    assert [one.cause for one in find_rate(up_and_down)] == [
        "learning rate 0.5 is too large: the loss goes up and down"
    ]
    steady = made(lambda epochs: 0.7 - 0.0001 * epochs, experiment=Experiment(learning_rate=50.0))
    assert not list(find_rate(steady))
    risen = made(lambda epochs: 0.7 + 0.01 * epochs, experiment=Experiment(learning_rate=5.0))
    (finding,) = find_rate(risen)
    assert finding.cause == "learning rate 5 is too large: it has made the loss larger (usual here: 0.5)"
    assert not list(find_rate(replace(risen, begins_absurd=True)))


def test_small_waves_are_harm_where_the_rate_is_far_beyond_the_usual_one() -> None:
    waves = made(lambda epochs: 0.7 + 0.01 * (epochs % 2))
    assert not list(find_rate(waves))
    assert list(find_rate(replace(waves, experiment=Experiment(learning_rate=5.0))))
