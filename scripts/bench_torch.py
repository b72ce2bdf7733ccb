"""The same networks in PyTorch eager, and in scikit-learn where it has them; each is optional."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Advance = Callable[[int], None]


def torch_advance(
    sizes: tuple[int, ...], activation: str, rate: float, X: Array, y: Array, batch: int, threads: int
) -> Advance | None:
    """The eager training loop that PyTorch's own tutorials write; ``None`` where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    functions = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
    layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), functions[activation]())][:-1]
    inputs = torch.tensor(X)
    net = nn.Sequential(*layers).to(inputs.dtype)
    binary = sizes[-1] == 1
    targets = torch.tensor(y) if binary else torch.tensor(y.argmax(axis=1))
    loss = nn.BCEWithLogitsLoss() if binary else nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=rate)

    def step(x: Any, t: Any) -> None:
        optimizer.zero_grad()
        loss(net(x), t).backward()
        optimizer.step()

    def advance(epochs: int) -> None:
        for _ in range(epochs):
            if batch >= len(inputs):
                step(inputs, targets)
                continue
            order = torch.randperm(len(inputs))
            for start in range(0, len(order), batch):
                indices = order[start : start + batch]
                step(inputs[indices], targets[indices])

    return advance


def sklearn_advance(
    sizes: tuple[int, ...], activation: str, rate: float, X: Array, y: Array, batch: int
) -> Advance | None:
    """`partial_fit`, one call an epoch; ``None`` where scikit-learn is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        return None
    from sklearn.neural_network import MLPClassifier

    labels = y[:, 0] if sizes[-1] == 1 else y.argmax(axis=1)
    names = {"sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
    model = MLPClassifier(
        sizes[1:-1],
        activation=names[activation],
        solver="sgd",
        learning_rate_init=rate,
        alpha=0.0,
        momentum=0.0,
        nesterovs_momentum=False,
        batch_size=min(batch, len(X)),
    )
    classes = np.unique(labels)

    def advance(epochs: int) -> None:
        for _ in range(epochs):
            model.partial_fit(X, labels, classes=classes)

    return advance
