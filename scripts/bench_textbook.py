"""Textbook NumPy: backpropagation as a course writes it, for any layer sizes. The yardstick of bench_engine.py."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def sigmoid(z: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-z))
    return result


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    result: Array = e / e.sum(axis=1, keepdims=True)
    return result


FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype)),
}


class Textbook:
    """A network with logistic or softmax output and cross-entropy, trained by plain SGD."""

    def __init__(self, sizes: tuple[int, ...], activation: str, rate: float, X: Array, y: Array, batch: int) -> None:
        generator = np.random.default_rng(0)
        scaled = [np.sqrt(1 / shape[0]) * generator.standard_normal(shape) for shape in pairwise(sizes)]
        self.weights: list[Array] = [weights.astype(X.dtype) for weights in scaled]
        self.biases: list[Array] = [np.zeros(size, X.dtype) for size in sizes[1:]]
        self.output = sigmoid if sizes[-1] == 1 else softmax
        self.function, self.derivative = FUNCTIONS[activation]
        self.rate, self.X, self.y, self.batch = rate, X, y, batch
        self.generator = generator

    def advance(self, epochs: int) -> None:
        for _ in range(epochs):
            if self.batch >= len(self.X):
                self.step(self.X, self.y)
                continue
            order = self.generator.permutation(len(self.X))
            for start in range(0, len(order), self.batch):
                indices = order[start : start + self.batch]
                self.step(self.X[indices], self.y[indices])

    def step(self, X: Array, y: Array) -> None:
        activations = [X]
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            activations.append(self.function(activations[-1] @ W + b))
        output = self.output(activations[-1] @ self.weights[-1] + self.biases[-1])
        delta = (output - y) / len(X)
        for layer in range(len(self.weights) - 1, -1, -1):
            a = activations[layer]
            weight_grads, bias_grads = a.T @ delta, delta.sum(axis=0)
            if layer:
                delta = (delta @ self.weights[layer].T) * self.derivative(a)
            self.weights[layer] -= self.rate * weight_grads
            self.biases[layer] -= self.rate * bias_grads
