"""The same networks in PyTorch, eager and by vmap, and in scikit-learn where it has them; each is optional."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from typing import Any

import numpy as np

from bench_workloads import Advance, Array, Layers, Peer, Workload


def _module(sizes: tuple[int, ...], activation: str) -> Any:
    """A layer after the other; the last has no activation, which belongs to the loss."""
    from torch import nn

    functions = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
    layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), functions[activation]())]
    return nn.Sequential(*layers[:-1])


def torch_advance(
    sizes: tuple[int, ...], activation: str, rate: float, X: Array, y: Array, batch: int, threads: int
) -> Advance | None:
    """The eager training loop that PyTorch's own tutorials write; ``None`` where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    inputs = torch.tensor(X)
    net = _module(sizes, activation).to(inputs.dtype)
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


def torch_stack(workload: Workload, layers: Layers, threads: int) -> Peer | None:
    """``None`` where PyTorch is not installed."""
    return TorchStack(workload, layers, threads) if importlib.util.find_spec("torch") else None


class TorchStack:
    """Networks of one shape trained at once: ``vmap`` of ``grad`` of a module called with the parameters of each.

    See "Model ensembling" in the documentation of PyTorch.
    """

    def __init__(self, workload: Workload, layers: Layers, threads: int) -> None:
        import torch
        from torch import nn
        from torch.func import functional_call, grad, vmap

        torch.set_num_threads(threads)
        X, y = workload.arrays
        self.X, self.rate = torch.tensor(X), workload.learning_rate
        self.batch = min(workload.batch or len(X), len(X))
        is_binary = workload.sizes[-1] == 1
        self.y = torch.tensor(y) if is_binary else torch.tensor(y.argmax(axis=1))
        criterion = nn.BCEWithLogitsLoss() if is_binary else nn.CrossEntropyLoss()
        net = _module(workload.sizes, workload.activation)
        arrays = [array for W, b in layers for array in (W.swapaxes(1, 2).copy(), b)]
        names = [name for name, _ in net.named_parameters()]
        self.networks = dict(zip(names, map(torch.tensor, arrays), strict=True))

        def loss(network: Any, x: Any, t: Any) -> Any:
            return criterion(functional_call(net, network, (x,)), t)

        self._grads_of_all = vmap(grad(loss), in_dims=(0, None, None))
        self._grads_of_each = vmap(grad(loss), in_dims=(0, 0, 0))
        self._losses = vmap(loss, in_dims=(0, None, None))

    def advance(self, epochs: int) -> None:
        import torch

        shape = (len(next(iter(self.networks.values()))), len(self.X))
        for _ in range(epochs):
            self._epoch(torch.rand(shape).argsort(dim=1) if self.batch < len(self.X) else None)

    def train(self, orders: Any) -> None:
        """Epochs with given orders of the samples, shape (epochs, networks, samples)."""
        import torch

        for order in orders:
            self._epoch(torch.tensor(order) if self.batch < len(self.X) else None)

    def losses(self) -> Any:
        """Of each network on all samples, shape (networks,)."""
        return self._losses(self.networks, self.X, self.y).numpy()

    def _epoch(self, order: Any) -> None:
        """One epoch, the samples of each network in an order, shape (networks, samples), or all in one batch."""
        if order is None:
            self._update(self._grads_of_all(self.networks, self.X, self.y))
            return
        for start in range(0, len(self.X), self.batch):
            rows = order[:, start : start + self.batch]
            self._update(self._grads_of_each(self.networks, self.X[rows], self.y[rows]))

    def _update(self, grads: Any) -> None:
        for name, values in self.networks.items():
            values.sub_(grads[name], alpha=self.rate)
