"""Products of stacked matrices: sums from the last to the first in every layout, by both forms."""

from __future__ import annotations

import numpy as np
import pytest

from tuinet.nn import stack
from tuinet.nn.arithmetic import portable
from tuinet.nn.parameters import Array, Operation
from tuinet.nn.stack import StackedBatches, StackedDropout, stacked_arithmetic


def innermost(shape: tuple[int, int], networks: int, dtype: str, generator: np.random.Generator) -> Array:
    values: Array = generator.standard_normal((*shape, networks)).astype(dtype).transpose(2, 0, 1)
    return values


def backwards(a: Array, b: Array) -> Array:
    """The plain sum over the inner index from the last to the first, one network."""
    total = np.zeros((a.shape[0], b.shape[1]), a.dtype)
    for index in range(a.shape[1] - 1, -1, -1):
        total += a[:, index, np.newaxis] * b[index]
    return total


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 17, 1), (9, 40, 8), (5, 1, 1), (3, 4, 1)])
@pytest.mark.parametrize("networks", [2, 5])
def test_products_sum_from_the_last_to_the_first(dtype: str, shape: tuple[int, int, int], networks: int) -> None:
    generator, (rows, inner, columns) = np.random.default_rng(0), shape
    a = innermost((rows, inner), networks, dtype, generator)
    b = innermost((inner, columns), networks, dtype, generator)
    out = np.empty((rows, columns, networks), dtype).transpose(2, 0, 1)
    layouts = [(a, b), (np.ascontiguousarray(a), b), (a, np.ascontiguousarray(b))]
    for form in (stack._fused_product, stack._summed_product):
        stack._ordered_forms.cache_clear()
        assert form in stack._ordered_forms(np.dtype(dtype))
    product = stacked_arithmetic(portable()).product
    for left, right in layouts:
        for result in (out, np.empty((networks, rows, columns), dtype)):
            for operation in product(left, right, result):
                operation()
            for network in range(networks):
                np.testing.assert_array_equal(result[network], backwards(a[network], b[network]))


def test_a_factor_can_be_shared_by_all_networks() -> None:
    generator = np.random.default_rng(0)
    a, b = innermost((3, 4), 5, "float64", generator), generator.standard_normal((4, 6))
    out = np.empty((3, 6, 5)).transpose(2, 0, 1)
    for operation in stacked_arithmetic(portable()).product(a, b, out):
        operation()
    for network in range(5):
        np.testing.assert_array_equal(out[network], backwards(a[network], b))


def test_a_form_that_sums_in_another_order_is_found_out() -> None:
    def forwards(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
        return (lambda: np.copyto(out, np.einsum("...rk,...kc->...rc", a, b)),)

    assert not stack._keeps_order(forwards, np.dtype("float64"))


def test_every_network_has_its_own_order_and_the_same_one_as_alone() -> None:
    generators = [np.random.default_rng(seed) for seed in (1, 2)]
    batches = StackedBatches(5, 2, generators)
    X, y = np.arange(10.0).reshape(5, 2), np.arange(5.0).reshape(5, 1)
    for seed, network in ((1, 0), (2, 1)):
        order = np.arange(5)
        np.random.default_rng(seed).shuffle(order)
        batches = StackedBatches(5, 2, [np.random.default_rng(one) for one in (1, 2)])
        inputs, targets, _ = batches.buffers(2, X, y, None)
        batches.loader(X, y, inputs, targets)()
        np.testing.assert_array_equal(inputs[network], X[order[:2]])
        np.testing.assert_array_equal(targets[network], y[order[:2]])


def test_masks_are_drawn_by_each_network_with_its_own_rate() -> None:
    dropout = StackedDropout(np.array([[0.0], [0.75]]), [np.random.default_rng(3), np.random.default_rng(3)])
    mask = np.ones((2, 50, 4), order="F")
    for operation in dropout.draw(mask):
        operation()
    assert (mask[0] == 1).all()
    draws = np.random.default_rng(3).random((4, 50))
    np.testing.assert_array_equal(mask[1], np.where(draws.T >= 0.75, 4.0, 0.0))
