"""A stack: many networks of one shape, computed by the same calls, of which each has the bits of its single run.

Networks are the first axis of every array, as NumPy's own functions of stacked matrices have it, and the innermost in
memory. So elementwise calls take all of them along, and sums over other axes go step by step. What is left are products
of matrices, sums that NumPy makes in pairs, and what every network draws for itself: these are here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.arithmetic import Arithmetic, Product
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, Constant, Operation, Parameters, constant
from tuinet.nn.regularizers import Dropout
from tuinet.nn.training import Batches, Evaluation

LEAST: Final = 2
"""Networks of a stack: the axis of a single one would be lost to NumPy, which sums in another order then."""


CACHE: Final = 2**21
"""Bytes that the step of a stack should use: about what is next to a processor's core."""
MOST: Final = 1024
"""Networks of a stack, however small they are."""


def room(sizes: Sequence[int], samples: int, itemsize: int, *, buffers: int, vectors: int) -> int:
    """Networks of these layer sizes that fit the cache.

    Parameters
    ----------
    buffers
        Numbers for each sample and unit.
    vectors
        Numbers for each parameter.
    """
    parameters = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
    numbers = samples * (sizes[0] + 1 + buffers * sum(sizes[1:])) + vectors * parameters
    return max(LEAST, min(MOST, CACHE // (numbers * itemsize)))


def at_once(network: Network, samples: int) -> int:
    """Networks like this one that are best evaluated at once on so many samples."""
    return room(network.layer_sizes, samples, network.parameters.vector.itemsize, buffers=2, vectors=1)


def stacked_arithmetic(arithmetic: Arithmetic) -> Arithmetic:
    """A portable arithmetic for stacks; that of BLAS cannot be had for many networks at once."""
    return arithmetic._replace(product=_product, inverse_root=_inverse_root)


def _inverse_root(x: Any) -> Any:
    return 1 / np.sqrt(x)


def _product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    # The layout of the factors decides how NumPy goes through them.
    left, right, result = map(_with_networks_innermost, (a, b, out))
    return (
        *(partial(np.copyto, copy, factor) for copy, factor in ((left, a), (right, b)) if copy is not factor),
        *_ordered_forms(out.dtype)[0](left, right, result),
        *([] if result is out else [partial(np.copyto, out, result)]),
    )


def _with_networks_innermost(matrices: Array) -> Array:
    """The matrices themselves where the networks are innermost in memory, or there are none; else room for a copy."""
    is_stack = matrices.ndim > 2
    if not is_stack or matrices.strides[0] == matrices.itemsize:
        return matrices
    networks, rows, columns = matrices.shape
    return np.empty((rows, columns, networks), matrices.dtype).transpose(2, 0, 1)


def _fused_product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    """The sum over the inner index from the last to the first, product by product, in one pass over the memory.

    NumPy turns round an axis along which all operands run backwards: so one of them is copied in the order that is
    wanted. Nothing documents this: `_keeps_order` tries it.
    """
    subscripts = ",".join(("srk" if a.ndim > 2 else "rk", "skc" if b.ndim > 2 else "kc")) + "->src"
    if a.size < b.size:
        turned = np.empty_like(a)
        product = partial(np.einsum, subscripts, turned, b[..., ::-1, :], out=out)
        return partial(np.copyto, turned, a[..., ::-1]), product
    turned = np.empty_like(b)
    return partial(np.copyto, turned, b[..., ::-1, :]), partial(np.einsum, subscripts, a[..., ::-1], turned, out=out)


def _summed_product(a: Array, b: Array, out: Array) -> tuple[Operation, ...]:
    """The same sum, one inner index at a time."""
    products, zero = np.empty_like(out), constant(0.0, out)
    operations: list[Operation] = [partial(np.copyto, out, zero)]
    for index in range(a.shape[-1] - 1, -1, -1):
        column, row = a[..., :, index, np.newaxis], b[..., index, np.newaxis, :]
        operations += [partial(np.multiply, column, row, products), partial(np.add, out, products, out)]
    return tuple(operations)


_SHAPES: Final = ((1, 17, 1), (2, 3, 4), (8, 9, 10), (3, 40, 16), (9, 250, 8), (4, 1, 3))
"""Rows, inner size and columns of the products that are tried."""


@cache
def _ordered_forms(dtype: np.dtype[Any]) -> tuple[Product, ...]:
    """The forms of the product that sum from the last to the first on this machine, the quickest one first."""
    return tuple(form for form in (_fused_product, _summed_product) if _keeps_order(form, dtype))


def _keeps_order(product: Product, dtype: np.dtype[Any]) -> bool:
    """Whether a form gives the bits of the plain sum, sign of 0 included, in the layouts that a stack has."""
    generator = np.random.default_rng(1)
    for rows, inner, columns in _SHAPES:
        for networks in (LEAST, 7):
            a, b = (
                generator.standard_normal((*shape, networks)).astype(dtype).transpose(2, 0, 1)
                for shape in ((rows, inner), (inner, columns))
            )
            b[:, :, -1] = -0.0
            for left, right in ((a, b), (a, b[0]), (a[0], b)):
                out, expected = (np.empty((rows, columns, networks), dtype).transpose(2, 0, 1) for _ in range(2))
                for operation in chain(product(left, right, out), _summed_product(left, right, expected)):
                    operation()
                if out.tobytes() != expected.tobytes():
                    return False
    return True


class StackedBatches(Batches):
    """For every network of a stack the training set in batches of its own order.

    Parameters
    ----------
    generators
        One for each network.
    """

    def __init__(
        self,
        n_samples: int,
        batch_size: int,
        generators: Sequence[np.random.Generator],
        *,
        are_shuffled: bool = True,
    ) -> None:
        super().__init__(n_samples, batch_size, generators[0], are_shuffled=are_shuffled)
        self.generators = generators
        self.orders: NDArray[np.intp] = np.tile(self.order, (len(generators), 1))
        """Shape (networks, samples)."""
        self._places = np.ascontiguousarray(self.orders.T)

    def take(self) -> NDArray[np.intp]:
        """The indices of the next batch of each network, shape (samples of the batch, networks)."""
        if self.batch == 0 and self.are_shuffled:
            for generator, order in zip(self.generators, self.orders, strict=True):
                generator.shuffle(order)
            self._places[...] = self.orders.T
        start = self.batch * self.batch_size
        done = start + self.batch_size >= len(self.order)
        self.batch = 0 if done else self.batch + 1
        return self._places[start : start + self.batch_size]

    def follow(self, orders: NDArray[np.intp], batch: int) -> None:
        """Go on within an epoch, in orders of shape (networks, samples), with the batch that `take` deals next."""
        self.orders[...], self.batch = orders, batch
        self._places[...] = self.orders.T

    def buffers(self, size: int, X: Array, y: Array, weights: Array | None) -> tuple[Array, Array, Array | None]:
        """Room for a batch of each network: see `Batches.buffers`."""
        networks = len(self.generators)
        inputs, targets = (np.empty((table.shape[1], size, networks), table.dtype).T for table in (X, y))
        return inputs, targets, None if weights is None else np.empty((networks, size), weights.dtype)

    def loader(
        self, X: Array, y: Array, inputs: Array, targets: Array, weights: tuple[Array, Array] | None = None
    ) -> Callable[[], None]:
        """An operation that copies the next batches to `buffers`: see `Batches.loader`."""
        take_inputs, take_targets = (np.ascontiguousarray(table.T).take for table in (X, y))
        inputs_T, targets_T, take = inputs.T, targets.T, self.take

        def load() -> None:
            indices = take()
            take_inputs(indices, 1, inputs_T, "clip")
            take_targets(indices, 1, targets_T, "clip")
            if weights is not None:
                weights[0].take(indices.T, 0, weights[1], "clip")

        return load


class StackedDropout(Dropout):
    """Draws the masks of each network from its own generator.

    Parameters
    ----------
    rate
        For all networks, or one for each, shape (networks, 1).
    """

    def __init__(self, rate: Constant, generators: Sequence[np.random.Generator]) -> None:
        super().__init__(0.0, generators[0])
        self.rates = rate[..., np.newaxis] if isinstance(rate, np.ndarray) else rate
        self.generators = generators

    def draw(self, mask: Array) -> tuple[Operation, ...]:
        """The operations that draw a mask of shape (networks, samples, size of the layer) anew."""
        draws = np.empty(mask.mT.shape)
        each = [partial(generator.random, out=part) for generator, part in zip(self.generators, draws, strict=True)]
        return (
            *each,
            partial(np.greater_equal, draws, self.rates, mask.mT, casting="unsafe"),
            partial(np.multiply, mask, constant(1 / (1 - self.rates), mask), mask),
        )


class StackedEvaluation:
    """Networks with any parameters, applied to a table of samples, some networks at a time.

    Parameters
    ----------
    network
        Has their functions; its own parameters are not used.
    X
        Shape (samples, features).
    block
        Networks at a time, at least `LEAST`.
    """

    def __init__(self, network: Network, X: Array, block: int) -> None:
        own = network.parameters
        self.parameters = Parameters(
            own.layer_sizes, own.vector.dtype, train_biases=own.train_biases, networks=max(block, LEAST)
        )
        self.network = network.of(self.parameters, stacked_arithmetic(network.arithmetic))
        self.evaluation = Evaluation(self.network, X)

    def blocks(self, vectors: Array) -> list[slice]:
        """Vectors of shape (networks, parameters), block by block."""
        size = len(self.parameters.vector)
        return [slice(start, min(start + size, len(vectors))) for start in range(0, len(vectors), size)]

    def run(self, vectors: Array) -> Array:
        """The outputs of one block, shape (networks, samples, outputs): a view, overwritten by the next run."""
        own = self.parameters.vector
        own[: len(vectors)] = vectors
        own[len(vectors) :] = vectors[-1]
        return self.evaluation.run()[: len(vectors)]

    def losses_at_last_run(self, targets: Array, weights: Array | None = None) -> Array:
        """The loss of each network of the last block, shape (block,); targets have the shape (samples, outputs)."""
        return self.network.loss.reduced_each(self.evaluation.loss_values(targets), weights)

    def losses(self, vectors: Array, targets: Array, weights: Array | None = None) -> Array:
        """The loss of each network, shape (networks,)."""
        losses = np.empty(len(vectors))
        for block in self.blocks(vectors):
            count = len(self.run(vectors[block]))
            losses[block] = self.losses_at_last_run(targets, weights)[:count]
        return losses
