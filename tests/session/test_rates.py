"""The rate finder: every rate goes on as the run would with it, and on a quadratic the cliff is at 2/λ."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.session.factories import dataset_of
from tuinet.errors import CheckpointError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.rates import RateSearch, sentences
from tuinet.session.build import DatasetCache
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.rates import find_rates, log_spaced, looks, rates_per_decade, usual_rates
from tuinet.session.session import Session
from tuinet.session.watching import StoppedError, watched

LINEAR = {"hidden": (), "output": "linear", "loss": "mse", "initializer": "constant"}


def searched(session: Session, rates: tuple[float, ...], epochs: int) -> RateSearch:
    """All that is found."""
    found = [one for one in find_rates(session.run.checkpoint(), session.run.datasets, rates, epochs) if one]
    assert found[-1].is_done
    return found[-1]


@pytest.mark.parametrize(
    ("fields", "curvature"),
    [
        # L = mean (w·x1 − y)²: the second derivative is twice the mean of x1², which is ½.
        ({"dataset": "or", "features": ("x1",), "biases": "none", "init_scale": 3.0}, 1.0),
        ({"dataset": "and"}, None),
    ],
)
def test_on_a_quadratic_the_largest_rate_that_falls_is_just_below_2_over_the_curvature(
    fields: dict[str, Any], curvature: float | None
) -> None:
    session = Session(make_experiment(**{**LINEAR, **fields}))
    if curvature is None:
        # Three parameters, the last of them a bias: H = 2·AᵀA / n.
        A = np.column_stack([session.run.dataset.X, np.ones(4)])
        curvature = float(np.linalg.eigvalsh(2 * A.T @ A / len(A)).max())
        assert curvature == pytest.approx(3.19, abs=0.005)
    limit = 2 / curvature
    # An even number, so that the limit itself, at which the loss stays as it is, is not among them.
    curve = searched(session, log_spaced(limit / 2, limit * 2, 200), 2000).curves[-1]
    assert curve.largest_falling is not None
    assert curve.largest_falling < limit
    above = float(curve.rates[curve.place_of(curve.largest_falling) + 1])
    assert above > limit
    assert above / curve.largest_falling < 1.01
    assert curve.smallest_diverging is not None
    assert limit < curve.smallest_diverging < 1.03 * limit


def steps(session: Session) -> None:
    session.advance_steps(3)


def phases(session: Session) -> None:
    session.advance_steps(3)
    for _ in range(4):
        session.step("phase")
    session.edit(SetParameter(1, 0, 0, 0.5))


@pytest.mark.parametrize(
    "fields",
    [
        {"dataset": "xor"},
        {"dataset": "iris", "optimizer": "adam", "dropout": 0.2},
        {"dataset": "sine", "optimizer": "momentum", "schedule": "cosine", "warmup_epochs": 7, "l2": 0.01},
        {"dataset": "iris", "arithmetic": "fast"},
    ],
)
@pytest.mark.parametrize("more", [lambda _: None, steps, phases])
def test_each_rate_has_the_bits_of_the_run_that_goes_on_with_it(
    fields: dict[str, Any], more: Callable[[Session], object]
) -> None:
    session = Session(make_experiment(**fields))
    session.advance(5)
    more(session)
    rates = (0.001, 0.05, 0.7)
    search = searched(session, rates, 3)
    while session.run.phases_done:
        session.step("phase")
    start, saved = session.metrics().loss, session.save()
    for place, rate in enumerate(rates):
        session.restore(saved)
        session.edit(Configure.of(learning_rate=rate))
        for curve in search.curves:
            session.advance_steps(session.steps_to(search.epoch + curve.epochs))
            assert curve.losses[place] == session.metrics().loss
            assert curve.start == start
    assert [curve.epochs for curve in search.curves] == [1, 2, 3]


def test_the_run_itself_stays_as_it_is() -> None:
    session = Session(make_experiment(dataset="iris"))
    session.advance(2)
    before = session.run.parameters.vector.copy()
    searched(session, (0.1, 1.0), 2)
    assert np.array_equal(session.run.parameters.vector, before)
    assert session.run.experiment.learning_rate == 0.1


def test_a_search_within_an_epoch_begins_where_the_step_under_way_ends_and_says_so() -> None:
    session = Session(make_experiment(dataset="sine"))
    session.advance(3)
    assert searched(session, (0.05,), 1).batch == 0
    session.step("phase")
    search = searched(session, (0.05,), 1)
    session.step("batch")
    assert (search.epoch, search.batch) == (3, 1)
    assert search.curves[0].start == session.snapshot().metrics.loss


def test_what_is_not_finite_any_more_drops_out_and_stays_diverged() -> None:
    session = Session(make_experiment(dataset="sine"))
    search = searched(session, (0.01, 0.1, 10.0, 1000.0), 100)
    assert [len(curve.rates) for curve in search.curves] == [4] * len(looks(100))
    last = search.curves[-1]
    assert last.are_diverged.tolist() == [False, False, True, True]
    assert (last.smallest_diverging, last.largest_falling) == (10.0, 0.1)
    alone = searched(session, (0.01, 0.1), 100).curves[-1]
    assert np.array_equal(alone.losses, last.losses[:2])


def test_where_all_diverge_there_is_an_end() -> None:
    session = Session(make_experiment(dataset="sine", activation=("relu",)))
    search = searched(session, (1e200, 1e201), 1000)
    assert search.curves[-1].best is None
    assert "falls at none of the rates from 1e+200 to 1e+201" in next(sentences(search, search.curves[-1]))


def test_large_networks_go_one_by_one_from_coarse_to_fine() -> None:
    session = Session(make_experiment(dataset="iris", arithmetic="fast"))
    rates = usual_rates(session.run.experiment, session.run.datasets)
    found = [one for one in find_rates(session.run.checkpoint(), session.run.datasets, rates, 2) if one and one.curves]
    assert not found[0].is_stacked
    # Two looks of each; the last curve is of those that have got there.
    assert [one.known for one in found[1::2]] == list(range(1, len(rates) + 1))
    assert found[7].curves[-1].rates.tolist() == [rates[place] for place in (0, 4, 8, 12)]
    assert "one rate after the other" in " ".join(sentences(found[-1], found[-1].curves[-1]))


def test_the_usual_rates_hold_the_present_one_and_a_decade_around_it() -> None:
    for rate in (1e-6, 0.0003, 0.03, 0.5, 7.0, 2e4):
        experiment = Experiment(learning_rate=rate)
        rates = usual_rates(experiment, DatasetCache())
        assert rate in rates
        assert rates[0] == pytest.approx(min(1e-4, rate / 10), rel=0.3)
        assert rates[-1] == pytest.approx(max(100.0, rate * 10), rel=0.3)
        ratios = [larger / smaller for smaller, larger in pairwise(rates)]
        assert ratios == pytest.approx([10**0.1] * len(ratios), rel=0.02)
        assert all(float(f"{one:.3g}") == one for one in rates)
    absurd = usual_rates(Experiment(learning_rate=1e300), DatasetCache())
    assert (absurd[0], absurd[-1], len(absurd)) == (1e-4, 100.0, 61)
    large = make_experiment(dataset="digits")
    assert rates_per_decade(large, DatasetCache()) == 2
    assert 0.1 in usual_rates(large, DatasetCache())


def test_spaced_rates_have_the_ends_that_were_asked_for_and_as_many_digits_as_they_need() -> None:
    assert log_spaced(0.1, 10.0, 3) == (0.1, 1.0, 10.0)
    assert log_spaced(1e-4, 1e2, 7) == (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0)
    fine = log_spaced(0.6123456, 0.62, 50)
    assert (fine[0], fine[-1], len(set(fine))) == (0.6123456, 0.62, 50)
    widths = np.diff(np.log(fine[1:-1]))
    assert widths == pytest.approx(math.log(0.62 / 0.6123456) / 49, rel=0.25)


@pytest.mark.parametrize(
    ("low", "high", "count"),
    [(1e-300, 1e300, 1000), (5e-324, 1.7e308, 20), (1e-300, 1e-300 * (1 + 1e-12), 100), (0.7, 0.7 * (1 + 1e-14), 5)],
)
def test_spaced_rates_rise_however_far_or_close_the_ends_are(low: float, high: float, count: int) -> None:
    rates = log_spaced(low, high, count)
    assert (rates[0], rates[-1], len(rates)) == (low, high, count)
    assert all(one < larger for one, larger in pairwise(rates))


def test_looks_come_ever_further_apart_and_end_with_the_last_epoch() -> None:
    assert looks(1) == (1,)
    assert looks(10) == (1, 2, 3, 5, 7, 10)
    assert looks(250) == (1, 2, 3, 5, 7, 10, 20, 30, 50, 70, 100, 200, 250)


def test_who_watches_is_told_how_far_it_is_and_can_end_it() -> None:
    session = Session(make_experiment(dataset="iris"))
    told: list[tuple[int, int]] = []

    def look(step: int, aim: int) -> None:
        told.append((step, aim))
        if step >= 4 * session.run.clock.batches_per_epoch:
            raise StoppedError(step, aim)

    with watched(look), pytest.raises(StoppedError):
        searched(session, (0.1, 1.0), 100)
    per_epoch = session.run.clock.batches_per_epoch
    assert {aim for _, aim in told} == {100 * per_epoch}
    assert [step for step, _ in told][:3] == [per_epoch, 2 * per_epoch, 3 * per_epoch]


def test_other_data_than_that_of_the_state_are_refused() -> None:
    ones = np.ones((4, 1))
    datasets = [dataset_of(np.arange(4.0)[:, np.newaxis] + shift, ones, "regression") for shift in (0, 1)]
    session = Session(Experiment(hidden=(), activation=()), datasets[0])
    others = DatasetCache(session.run.experiment, datasets[1])
    with pytest.raises(CheckpointError, match="the data has changed"):
        list(find_rates(session.run.checkpoint(), others, (0.1, 1.0), 2))


def test_a_schedule_multiplies_every_rate_and_that_is_said() -> None:
    session = Session(make_experiment(dataset="xor", schedule="exponential", decay_rate=0.5, learning_rate=4.0))
    session.advance(3)
    search = searched(session, (1.0, 4.0), 1)
    assert search.factor == 0.125
    assert "multiplies every rate, by 0.125 in epoch 3" in " ".join(sentences(search, search.curves[-1]))
