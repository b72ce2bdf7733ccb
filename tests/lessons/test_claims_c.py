"""What the lessons on momentum and on the luck of the start say and no condition can express."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.lessons.reader import experiment_of
from tuinet.nn.parameters import Array
from tuinet.observe.metrics import wilson
from tuinet.session.stacked import stacked_run

RAVINE = "--dataset ravine --biases none --initializer zeros"
GOAL = 1e-4


def steps_to(options: str, rates: Array, momenta: Array, goal: float = GOAL) -> Array:
    """After how many steps the loss is first below a goal, infinite after 300; a run for each rate and momentum."""
    start = experiment_of(f"{RAVINE} {options}")
    pairs = zip(rates.tolist(), momenta.tolist(), strict=True)
    run = stacked_run([replace(start, learning_rate=rate, momentum=momentum) for rate, momentum in pairs])
    found = np.full(len(rates), math.inf)
    for step in range(1, 301):
        run.advance()
        found[(run.metrics().losses < goal) & np.isinf(found)] = step
    return found


def test_the_ravine_has_the_curvatures_the_condition_number_and_the_limit_of_the_lesson() -> None:
    X = load(DataSpec("ravine")).X
    flat, steep = np.linalg.eigvalsh(2 / len(X) * X.T @ X).tolist()
    assert (steep, flat) == (pytest.approx(2), pytest.approx(0.02))
    assert steep / flat == pytest.approx(100)
    assert 2 / steep == pytest.approx(1)
    assert 2 / flat == pytest.approx(100)
    assert f"{2 / (steep + flat):.3f}" == "0.990"


def test_no_rate_of_plain_descent_needs_fewer_steps_than_the_lesson_says() -> None:
    rates = np.linspace(0.9, 0.999, 100)
    steps = steps_to("", rates, np.zeros(100))
    assert 230 < steps.min() <= 233
    assert 0.97 < rates[steps.argmin()] < 0.985


def test_polyaks_rate_and_momentum_are_those_of_the_lesson() -> None:
    """η = (2/(√λ1 + √λ2))² and β = ((√κ − 1)/(√κ + 1))², from B. T. Polyak, 1964."""
    rate, momentum = (2 / (math.sqrt(2) + math.sqrt(0.02))) ** 2, (9 / 11) ** 2
    assert (f"{rate:.2f}", f"{momentum:.2f}") == ("1.65", "0.67")
    # At the very edge, where a direction stops to swing, it takes some steps more than beside it.
    steps = steps_to("--optimizer momentum", np.array([rate, 1.65, 1.6]), np.array([momentum, 0.67, 0.67]))
    assert steps.tolist() == [45, 33, 35]


@pytest.mark.parametrize("momentum", [0.5, 0.8, 0.9])
def test_the_limit_of_the_rate_rises_with_the_momentum(momentum: float) -> None:
    limit = 2 * (1 + momentum) / 2
    steps = steps_to("--optimizer momentum", limit * np.array([0.98, 1.02]), np.full(2, momentum))
    assert np.isfinite(steps).tolist() == [True, False]


def test_a_hundred_times_the_condition_number_takes_a_hundred_or_ten_times_as_many_steps() -> None:
    def steps(root: float) -> float:
        return -1 / math.log((root - 1) / (root + 1))

    assert steps(10_000) / steps(100) == pytest.approx(100, rel=0.01)
    assert steps(100) / steps(10) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("seeds", [16, 64, 256])
def test_of_a_hundred_intervals_about_95_hold_the_true_share(seeds: int) -> None:
    share = 0.71
    chances = [math.comb(seeds, k) * share**k * (1 - share) ** (seeds - k) for k in range(seeds + 1)]
    held = sum(chance for k, chance in enumerate(chances) if wilson(k, seeds)[0] <= share <= wilson(k, seeds)[1])
    assert 0.93 < held < 0.97


def test_what_never_happened_in_n_tries_may_well_happen_in_3_or_4_of_n() -> None:
    assert all(3 < n * (1 - wilson(n, n)[0]) < 4 for n in (16, 64, 256, 1000))
    assert round(1 / (1 - wilson(1000, 1000)[0])) == 261
