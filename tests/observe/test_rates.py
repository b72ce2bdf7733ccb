"""What losses against rates say: the first block of rates at which the loss falls, the best of it, and words."""

from __future__ import annotations

from typing import Any

import numpy as np

from tuinet.experiment.experiment import Experiment
from tuinet.observe.rates import RateCurve, RateSearch, sentences

RATES = (0.01, 0.1, 0.12, 1.0, 10.0)


def curve_of(*losses: float, diverged: tuple[int, ...] = (), start: float = 1.0, **more: Any) -> RateCurve:
    are_diverged = np.isin(np.arange(len(losses)), diverged)
    return RateCurve(100, start, np.array(RATES[: len(losses)]), np.array(losses), are_diverged, **more)


def said(curve: RateCurve, rate: float = 0.1, **more: Any) -> str:
    search = RateSearch(Experiment(learning_rate=rate), 0, 100, len(curve.rates), (curve,), **more)
    return " ".join(sentences(search, curve))


def test_the_largest_is_before_the_first_that_rises_and_luck_beyond_it_does_not_count() -> None:
    curve = curve_of(0.99, 0.5, 0.4, 1.5, 0.1)
    assert (curve.block, curve.largest_falling, curve.best, curve.smallest_diverging) == ((0, 3), 0.12, 0.12, None)
    assert [curve.verdict(place) for place in range(5)] == ["falls", "falls", "falls", "rises", "falls"]
    assert said(curve).startswith("The loss still falls at 0.12; at 1 it rises, and no rate diverges.")


def test_rates_that_hardly_move_fall_and_so_does_what_rounding_lifts() -> None:
    assert curve_of(1.0, 1.0 + 1e-15).largest_falling == 0.1
    assert curve_of(1.0, 1.0 + 1e-9).largest_falling == 0.01
    assert curve_of(1.0, 1.0 + 1e-6, dtype="float32").largest_falling == 0.1


def test_a_diverged_loss_does_not_fall_however_small_it_is() -> None:
    curve = curve_of(0.9, 0.8, 0.7, 0.6, np.nan, diverged=(3, 4))
    assert (curve.largest_falling, curve.best, curve.smallest_diverging) == (0.12, 0.12, 1.0)
    assert "still falls at 0.12; at 1 it diverges." in said(curve)


def test_where_the_smallest_rates_rise_the_block_begins_later() -> None:
    curve = curve_of(1.1, 0.8, 0.9, 2.0, np.inf, diverged=(4,))
    assert (curve.block, curve.best) == ((1, 3), 0.1)
    assert "The loss falls from 0.1 to 0.12; at 1 it rises, and 10 is the first that diverges." in said(curve)


def test_where_none_falls_that_is_what_is_said() -> None:
    curve = curve_of(1.1, 1.2)
    assert (curve.largest_falling, curve.best, curve.best_place) == (None, None, None)
    assert said(curve) == "The loss falls at none of the rates from 0.01 to 0.1, and no rate diverges."
    assert "falls at none" in said(curve_of(np.nan, np.nan, diverged=(0, 1), start=np.nan))


def test_where_all_fall_the_largest_that_was_tried_is_named() -> None:
    assert said(curve_of(0.9, 0.8)).startswith("The loss falls at every rate up to 0.1, the largest that was tried.")


def test_the_best_stands_beside_the_present_rate() -> None:
    assert "After 100 epochs 0.12 is best: from 1 to 0.7; the present 0.01 gets to 0.9." in said(
        curve_of(0.9, 0.8, 0.7), rate=0.01
    )
    assert "0.12, the present rate, is best: from 1 to 0.7." in said(curve_of(0.9, 0.8, 0.7), rate=0.12)
    assert "0.12 is best: from 1 to 0.7." in said(curve_of(0.9, 0.8, 0.7), rate=0.5)


def test_a_jump_next_to_the_best_is_said_where_it_is_close_and_large() -> None:
    assert "Next to it the loss jumps: 0.12 gets to 0.5." in said(curve_of(0.9, 0.01, 0.5))
    assert "jumps" not in said(curve_of(0.9, 0.01, 0.05))
    assert "jumps" not in said(curve_of(0.9, 0.5, 0.012, 0.01))
    assert "jumps" not in said(curve_of(1.0, 0.6, 0.9))


def test_what_was_drawn_is_said() -> None:
    words = said(curve_of(0.9, 0.8), draws=("batches", "dropout masks"))
    assert "One draw of batches and dropout masks for all rates" in words
