"""What has become of many starts, worked by hand: plateaus, outcomes, and the cliff of a sweep."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tuinet.observe.starts import LOOKS, StartMaps, Starts, Sweep, looks, plateaus

INF = np.inf


def make_maps(networks: int, **changes: Any) -> StartMaps:
    values: dict[str, Any] = {
        "shares": np.linspace(0, 1, networks * 16).reshape(networks, 4, 4).astype(np.float16),
        "classes": None,
        "low": 0.0,
        "high": 1.0,
    }
    return StartMaps(**{**values, **changes})


def make_starts(curve: Sequence[Sequence[float]], correct: Sequence[int], **changes: Any) -> Starts:
    """Runs of XOR with these losses at looks 100 epochs apart; solved at the end where all four samples are right."""
    table, networks = np.array(curve, np.float32), len(correct)
    last = 100 * (len(table) - 1)
    values: dict[str, Any] = {
        "seeds": range(1, networks + 1),
        "epoch": last,
        "last_epoch": 12_000,
        "looks": np.arange(0, last + 1, 100),
        "curve": table,
        "losses": table[-1].astype(float),
        "samples": 4,
        "correct": np.array(correct),
        "r2": None,
        "reached": np.where(np.array(correct) == 4, last, -1),
        "are_diverged": ~np.isfinite(table[-1]),
        "maps": make_maps(networks),
    }
    return Starts(**{**values, **changes})


def make_sweep(losses: Sequence[Sequence[float]], **changes: Any) -> Sweep:
    table = np.array(losses, float)
    values: dict[str, Any] = {
        "field": "learning_rate",
        "values": tuple(float(2**place) for place in range(len(table))),
        "seeds": range(1, table.shape[1] + 1),
        "epoch": 300,
        "last_epoch": 3000,
        "losses": table,
        "are_solved": table < 0.1,
        "are_diverged": ~np.isfinite(table),
    }
    return Sweep(**{**values, **changes})


def test_plateaus_part_at_gaps_and_the_largest_comes_first() -> None:
    losses = np.array([0.48, 0.35, 0.70, 0.346, 0.47, 0.36, 0.01])
    still = np.array([True, True, False, True, True, True, False])
    # Sorted: 0.346, 0.35, 0.36 | 0.47, 0.48; from 0.36 to 0.47 it is 23% of 0.47, else at most 2.8%.
    first, second = plateaus(losses, still)
    assert (first.runs, first.loss) == ((3, 1, 5), 0.35)
    assert (second.runs, second.loss) == ((4, 0), 0.47)


@pytest.mark.parametrize(("upper", "groups"), [(0.105, 1), (0.106, 2)])
def test_a_gap_is_more_than_5_percent_of_the_loss_above_it(upper: float, groups: int) -> None:
    assert len(plateaus(np.array([0.1, upper]), np.array([True, True]))) == groups


def test_no_plateaus_where_nothing_stands_still() -> None:
    assert plateaus(np.array([0.1, 0.2]), np.array([False, False])) == ()


FALLING = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01]
STUCK = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.36, 0.352, 0.351, 0.3505, 0.35]
SWINGING = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35, 0.35, 0.35, 0.45, 0.35]
LOST = [0.9, 1.0, 5.0, 80.0, 1e3, 1e9, INF, INF, INF, INF, INF]


def test_every_run_has_one_outcome() -> None:
    starts = make_starts(np.array([FALLING, STUCK, SWINGING, LOST]).T.tolist(), [4, 3, 3, 0])
    outcomes = starts.outcomes
    assert outcomes.solved == (0,)
    assert [plateau.runs for plateau in outcomes.plateaus] == [(1,)]
    assert outcomes.moving == (2,)
    assert outcomes.diverged == (3,)


def test_what_has_solved_it_and_diverged_then_has_diverged() -> None:
    starts = make_starts(np.array([LOST, FALLING]).T.tolist(), [0, 4], reached=np.array([200, 1000]))
    assert starts.outcomes.solved == (1,)
    assert starts.outcomes.diverged == (0,)


def test_nothing_stands_still_before_it_was_looked_at_a_few_times() -> None:
    assert not make_starts([[0.5]] * 5, [2]).are_still.any()
    assert make_starts([[0.5]] * 6, [2]).are_still.all()


def test_arrays_stay_read_only_on_their_way_from_another_process() -> None:
    starts = pickle.loads(pickle.dumps(make_starts([[0.5, 0.4]] * 3, [2, 3])))
    for array in (starts.losses, starts.curve, starts.maps.shares):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_values_of_maps_are_in_their_range() -> None:
    maps = make_maps(1, shares=np.array([[[0.0, 0.5, 1.0, 1.5]]], np.float16), low=-2.0, high=2.0)
    assert maps.values.tolist() == [[[-2.0, 0.0, 2.0, 4.0]]]


def test_medians_best_and_cliff_of_a_sweep() -> None:
    sweep = make_sweep([[0.7, 0.6, 0.8], [0.2, INF, 0.1], [0.01, INF, INF], [INF, 0.3, INF], [INF, INF, INF]])
    assert sweep.medians.tolist() == [0.7, 0.2, INF, INF, INF]
    assert sweep.best == 1
    assert sweep.cliff == 2


@pytest.mark.parametrize(
    ("losses", "cliff"),
    [
        ([[0.5], [0.4]], None),
        ([[INF], [0.4]], None),
        ([[INF], [INF]], 0),
        ([[0.5, INF], [INF, INF]], 1),
        ([[INF], [0.5], [INF]], 2),
    ],
)
def test_the_cliff_is_where_all_larger_values_diverge_too(losses: list[list[float]], cliff: int | None) -> None:
    assert make_sweep(losses).cliff == cliff


def test_no_value_is_the_best_where_all_diverge() -> None:
    assert make_sweep([[INF], [INF]]).best is None


@pytest.mark.parametrize("epochs", [1, 7, LOOKS, LOOKS + 1, 12_000])
def test_looks_go_from_start_to_end(epochs: int) -> None:
    found = looks(epochs)
    assert (found[0], found[-1]) == (0, epochs)
    assert len(found) <= LOOKS + 1
    assert list(found) == sorted(set(found))
