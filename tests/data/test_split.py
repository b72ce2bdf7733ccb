from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuinet.data.assemble import Preparation, Rows, assemble, draw, quotas
from tuinet.errors import DataError


@given(counts=st.lists(st.integers(1, 50), min_size=1, max_size=10), data=st.data())
def test_quotas_sum_up_and_differ_from_the_proportion_by_less_than_one(counts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(counts)))
    taken = quotas(np.array(counts), total)
    assert taken.sum() == total
    for count, number in zip(counts, taken.tolist(), strict=True):
        assert abs(number - Fraction(count * total, sum(counts))) < 1
        assert 0 <= number <= count


@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=60), seed=st.integers(0, 9), data=st.data())
def test_a_draw_has_so_many_of_each_class(labels: list[int], seed: int, data: st.DataObject) -> None:
    counts = np.bincount(labels, minlength=5)
    taken = np.array([data.draw(st.integers(0, int(count))) for count in counts])
    chosen = draw(np.array(labels), taken, np.random.default_rng(seed))
    np.testing.assert_array_equal(np.bincount(np.array(labels)[chosen], minlength=5), taken)


def rows_of(counts: list[int]) -> Rows:
    labels = np.repeat(np.arange(len(counts)), counts)
    X = np.arange(float(len(labels)))[:, np.newaxis]
    return Rows(X, labels, ("x",), class_names=tuple("abcdefgh"[: len(counts)]))


@given(
    counts=st.lists(st.integers(2, 40), min_size=2, max_size=8),
    share=st.floats(0.05, 0.95),
    seed=st.integers(0, 2**40),
)
def test_a_split_is_stratified_complete_and_leaves_every_class_in_training(
    counts: list[int], share: float, seed: int
) -> None:
    rows, total = rows_of(counts), sum(counts)
    if not 0 < round(total * share) < total:
        return
    data = assemble("mine", rows, Preparation(share, standardize=False, seed=seed))
    assert sorted([*data.X[:, 0], *data.X_test[:, 0]]) == list(range(total))
    classes = [np.searchsorted(np.cumsum(counts), X[:, 0], side="right") for X in (data.X, data.X_test)]
    train, test = (np.bincount(labels, minlength=len(counts)) for labels in classes)
    assert (train >= 1).all()
    for count, number in zip(counts, test.tolist(), strict=True):
        assert abs(number - count * round(total * share) / total) < 1


@pytest.mark.parametrize(
    ("counts", "share", "message"),
    [
        ([3, 0], 0.0, "samples: the 3 of mine hold none of class 'b'; ask for more"),
        (
            [3, 3],
            0.05,
            "test_share: 0.05 of the 6 samples of mine leaves none to test on; choose another share, or 0 for no test",
        ),
        (
            [3, 3],
            0.95,
            "test_share: 0.95 of the 6 samples of mine leaves none to train on; choose another share, or 0 for no test",
        ),
    ],
)
def test_too_few_samples_are_refused(counts: list[int], share: float, message: str) -> None:
    with pytest.raises(DataError) as caught:
        assemble("mine", rows_of(counts), Preparation(share, standardize=False))
    assert str(caught.value) == message


def test_a_class_of_one_sample_is_trained_on_with_a_note() -> None:
    data = assemble("mine", rows_of([3, 1]), Preparation(0.5, standardize=False))
    assert data.notes == ("b: a class of one sample, which is trained on and not tested",)
    assert data.y.sum() == 1
    assert assemble("mine", rows_of([3, 1]), Preparation(0.0, standardize=False)).notes == ()


def test_samples_keep_their_targets() -> None:
    data = assemble("mine", rows_of([5, 6, 7]), Preparation(0.3, standardize=False))
    for X, y in ((data.X, data.y), (data.X_test, data.y_test)):
        np.testing.assert_array_equal(y.argmax(axis=1), np.digitize(X[:, 0], [5, 11]))
        np.testing.assert_array_equal(y.sum(axis=1), 1)


def test_another_seed_gives_another_split_and_order() -> None:
    one, two = (assemble("mine", rows_of([20, 20]), Preparation(0.5, standardize=False, seed=seed)) for seed in (1, 2))
    assert set(one.X_test[:, 0]) != set(two.X_test[:, 0])
    assert list(one.X[:, 0]) != sorted(one.X[:, 0])


def test_the_encoder_learns_from_the_training_set_alone() -> None:
    data = assemble("mine", rows_of([20, 20]), Preparation(0.5, standardize=True))
    np.testing.assert_allclose(data.encode(data.X).mean(axis=0), 0, atol=1e-12)
    assert abs(data.encode(data.X_test).mean()) > 1e-9
