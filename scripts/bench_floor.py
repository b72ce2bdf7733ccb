"""The straight-line floor: the calls that a step needs, written out by hand for each network and nothing else.

What a general engine costs is what it adds to this.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating[Any]]
Advance = Callable[[int], None]


class Buffers:
    """Parameters, gradients and the buffers of one batch, laid out as the engine lays them out."""

    def __init__(self, sizes: tuple[int, ...], rows: int, dtype: DTypeLike = np.float64) -> None:
        shapes = [(fan_in + 1, fan_out) for fan_in, fan_out in pairwise(sizes)]
        ends = np.cumsum([r * c for r, c in shapes])
        generator = np.random.default_rng(0)
        self.p: Array = 0.05 * generator.standard_normal(ends[-1]).astype(dtype)
        self.g, self.u = np.zeros_like(self.p), np.zeros_like(self.p)
        self.W = [v.reshape(s) for v, s in zip(np.split(self.p, ends[:-1]), shapes, strict=True)]
        self.G = [v.reshape(s) for v, s in zip(np.split(self.g, ends[:-1]), shapes, strict=True)]
        self.o = [np.ones((size + 1, rows), dtype) for size in sizes[1:]]
        self.a = [o[:-1] for o in self.o]
        self.z, self.d, self.s = ([np.zeros_like(a) for a in self.a] for _ in range(3))


def with_ones(X: Array) -> Array:
    return np.ascontiguousarray(np.hstack([X, np.ones((len(X), 1), X.dtype)]))


def xor_2_2_1(X: Array, y: Array, rate: float) -> Advance:
    """Sigmoid, full batch."""
    b = Buffers((2, 2, 1), len(X))
    x = with_ones(X)
    p, g, u, (W1, W2), (G1, G2), (z1, z2), (a1, a2) = b.p, b.g, b.u, b.W, b.G, b.z, b.a
    (d1, d2), (s1, _), o1, yT = b.d, b.s, b.o[0], np.ascontiguousarray(y.T)
    half, inverse, lr = np.array(0.5), np.array(1 / len(X)), np.array(rate)
    add, multiply, subtract, tanh = np.add, np.multiply, np.subtract, np.tanh
    W1T_dot, W2T_dot, w2_dot = W1.T.dot, W2.T.dot, W2[:-1].dot
    xT_dot, o1_dot, xT, d1T, d2T = x.T.dot, o1.dot, x.T, d1.T, d2.T

    def advance(epochs: int) -> None:
        for _ in range(epochs):
            W1T_dot(xT, z1)
            multiply(z1, half, a1)
            tanh(a1, a1)
            multiply(a1, half, a1)
            add(a1, half, a1)
            W2T_dot(o1, z2)
            multiply(z2, half, a2)
            tanh(a2, a2)
            multiply(a2, half, a2)
            add(a2, half, a2)
            subtract(a2, yT, d2)
            multiply(d2, inverse, d2)
            o1_dot(d2T, G2)
            w2_dot(d2, d1)
            multiply(a1, a1, s1)
            subtract(a1, s1, s1)
            multiply(d1, s1, d1)
            xT_dot(d1T, G1)
            multiply(g, lr, u)
            subtract(p, u, p)

    return advance


def tanh_2_8_8_1(X: Array, y: Array, rate: float, batch: int) -> Advance:
    """Tanh, mini-batches that divide the samples, shuffled every epoch."""
    b = Buffers((2, 8, 8, 1), batch)
    p, g, u, (W1, W2, W3), (G1, G2, G3), (z1, z2, z3) = b.p, b.g, b.u, b.W, b.G, b.z
    (a1, a2, a3), (d1, d2, d3), (s1, s2, _), (o1, o2, _) = b.a, b.d, b.s, b.o
    x, yT = np.zeros((batch, 3)), np.zeros((1, batch))
    half, inverse, one, lr = np.array(0.5), np.array(1 / batch), np.array(1.0), np.array(rate)
    add, multiply, subtract, tanh = np.add, np.multiply, np.subtract, np.tanh
    W1T_dot, W2T_dot, W3T_dot, w2_dot, w3_dot = W1.T.dot, W2.T.dot, W3.T.dot, W2[:-1].dot, W3[:-1].dot
    xT, d1T, d2T, d3T, xT_dot, o1_dot, o2_dot = x.T, d1.T, d2.T, d3.T, x.T.dot, o1.dot, o2.dot
    take_x, take_y, order = with_ones(X).take, np.ascontiguousarray(y.T).take, np.arange(len(X))
    shuffle, starts = np.random.default_rng(0).shuffle, range(0, len(X), batch)

    def advance(epochs: int) -> None:
        for _ in range(epochs):
            shuffle(order)
            for start in starts:
                indices = order[start : start + batch]
                take_x(indices, 0, x, "clip")
                take_y(indices, 1, yT, "clip")
                W1T_dot(xT, z1)
                tanh(z1, a1)
                W2T_dot(o1, z2)
                tanh(z2, a2)
                W3T_dot(o2, z3)
                multiply(z3, half, a3)
                tanh(a3, a3)
                multiply(a3, half, a3)
                add(a3, half, a3)
                subtract(a3, yT, d3)
                multiply(d3, inverse, d3)
                o2_dot(d3T, G3)
                w3_dot(d3, d2)
                multiply(a2, a2, s2)
                subtract(one, s2, s2)
                multiply(d2, s2, d2)
                o1_dot(d2T, G2)
                w2_dot(d2, d1)
                multiply(a1, a1, s1)
                subtract(one, s1, s1)
                multiply(d1, s1, d1)
                xT_dot(d1T, G1)
                multiply(g, lr, u)
                subtract(p, u, p)

    return advance


def relu_softmax(X: Array, y: Array, rate: float, sizes: tuple[int, int, int], batch: int) -> Advance:
    """One hidden layer of relu, softmax, shuffled mini-batches with a rest that is a batch of its own."""
    whole, rest = divmod(len(X), batch)
    order, shuffle = np.arange(len(X)), np.random.default_rng(0).shuffle
    inputs, targets = with_ones(X), np.ascontiguousarray(y.T)
    shared = Buffers(sizes, batch, X.dtype)
    step = relu_softmax_step(shared, shared, inputs, targets, rate)
    last = relu_softmax_step(shared, Buffers(sizes, rest, X.dtype), inputs, targets, rate) if rest else None
    starts = range(0, whole * batch, batch)

    def advance(epochs: int) -> None:
        for _ in range(epochs):
            shuffle(order)
            for start in starts:
                step(order[start : start + batch])
            if last:
                last(order[whole * batch :])

    return advance


def relu_softmax_step(
    shared: Buffers, b: Buffers, inputs: Array, targets: Array, rate: float
) -> Callable[[NDArray[np.intp]], None]:
    p, g, u, (W1, W2), (G1, G2) = shared.p, shared.g, shared.u, shared.W, shared.G
    (z1, z2), (a1, a2), (d1, d2), (s1, _), o1 = b.z, b.a, b.d, b.s, b.o[0]
    rows, dtype = a1.shape[1], p.dtype
    x, yT, row = np.zeros((rows, inputs.shape[1]), dtype), np.zeros((len(targets), rows), dtype), np.zeros(rows, dtype)
    zero, inverse, lr = np.array(0.0, dtype), np.array(1 / rows, dtype), np.array(rate, dtype)
    multiply, subtract, divide, exp, maximum, sign = np.multiply, np.subtract, np.divide, np.exp, np.maximum, np.sign
    highest, total = np.maximum.reduce, np.add.reduce
    W1T_dot, W2T_dot, w2_dot = W1.T.dot, W2.T.dot, W2[:-1].dot
    take_x, take_y, xT, xT_dot, o1_dot, d1T, d2T = inputs.take, targets.take, x.T, x.T.dot, o1.dot, d1.T, d2.T

    def step(indices: NDArray[np.intp]) -> None:
        take_x(indices, 0, x, "clip")
        take_y(indices, 1, yT, "clip")
        W1T_dot(xT, z1)
        maximum(z1, zero, out=a1)
        W2T_dot(o1, z2)
        highest(z2, 0, out=row)
        subtract(z2, row, a2)
        exp(a2, a2)
        total(a2, 0, out=row)
        divide(a2, row, a2)
        subtract(a2, yT, d2)
        multiply(d2, inverse, d2)
        o1_dot(d2T, G2)
        w2_dot(d2, d1)
        sign(a1, s1)
        multiply(d1, s1, d1)
        xT_dot(d1T, G1)
        multiply(g, lr, u)
        subtract(p, u, p)

    return step
