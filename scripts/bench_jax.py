"""Networks of one shape trained at once in JAX: vmap over the networks, jit, and scan over the batches."""

from __future__ import annotations

import importlib.util
from typing import Any

from bench_workloads import Array, Layers, Peer, Workload


def jax_stack(workload: Workload, layers: Layers) -> Peer | None:
    """``None`` where JAX is not installed."""
    return JaxStack(workload, layers) if importlib.util.find_spec("jax") else None


class JaxStack:
    """Every network has a key of its own, which gives the order of its samples anew in each epoch.

    A call trains all networks for a number of epochs, which is not compiled in: `fori_loop` takes it as an argument,
    and is as fast as a scan.
    """

    def __init__(self, workload: Workload, layers: Layers) -> None:
        import jax

        if workload.dtype == "float64":
            jax.config.update("jax_enable_x64", True)
        X, y = workload.arrays
        self.X, self.y, self.rate = jax.numpy.asarray(X), jax.numpy.asarray(y), workload.learning_rate
        self.batch = min(workload.batch or len(X), len(X))
        self.function = {"sigmoid": jax.nn.sigmoid, "tanh": jax.numpy.tanh, "relu": jax.nn.relu}[workload.activation]
        self.networks = jax.tree.map(jax.numpy.asarray, layers)
        self.keys = jax.random.split(jax.random.key(0), len(layers[0][0]))
        self._epochs = jax.jit(jax.vmap(self._some_epochs, in_axes=(0, 0, None)))
        self._ordered_epoch = jax.jit(jax.vmap(self._epoch))
        self._losses = jax.jit(jax.vmap(self._loss, in_axes=(0, None, None)))

    def advance(self, epochs: int) -> None:
        import jax

        self.networks, self.keys = jax.block_until_ready(self._epochs(self.networks, self.keys, epochs))

    def train(self, orders: Array) -> None:
        """Epochs with given orders of the samples, shape (epochs, networks, samples)."""
        for order in orders:
            self.networks = self._ordered_epoch(self.networks, order)

    def losses(self) -> Any:
        """Of each network on all samples, shape (networks,)."""
        return self._losses(self.networks, self.X, self.y)

    def _loss(self, network: Any, x: Any, y: Any) -> Any:
        from jax import nn
        from jax import numpy as jnp

        a, (*hidden, (W, b)) = x, network
        for weights, biases in hidden:
            a = self.function(a @ weights + biases)
        z = a @ W + b
        if z.shape[1] == 1:
            return jnp.mean(jnp.logaddexp(0, z) - y * z)
        return -jnp.mean((y * nn.log_softmax(z)).sum(axis=1))

    def _step(self, network: Any, x: Any, y: Any) -> Any:
        import jax

        grads = jax.grad(self._loss)(network, x, y)
        return jax.tree.map(lambda values, slopes: values - self.rate * slopes, network, grads)

    def _epoch(self, network: Any, order: Any) -> Any:
        from jax import lax

        def step(network: Any, rows: Any) -> tuple[Any, None]:
            return self._step(network, self.X[rows], self.y[rows]), None

        if self.batch == len(self.X):
            return self._step(network, self.X, self.y)
        whole = len(self.X) // self.batch * self.batch
        network, _ = lax.scan(step, network, order[:whole].reshape(-1, self.batch))
        return step(network, order[whole:])[0] if whole < len(self.X) else network

    def _some_epochs(self, network: Any, key: Any, epochs: Any) -> Any:
        from jax import lax, random

        def epoch(_: Any, state: Any) -> Any:
            network, (key, own) = state[0], random.split(state[1])
            return self._epoch(network, random.permutation(own, len(self.X))), key

        return lax.fori_loop(0, epochs, epoch, (network, key))
