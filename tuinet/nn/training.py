"""Training by backpropagation: batches, the phases of a step from forward pass to update, and what runs them.

Forward passes for looking, too. The calls of NumPy are prepared by `tuinet.nn.arithmetic` (products), `activations`,
`losses` and `optimizers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.network import Network, Workspace, with_ones
from tuinet.nn.optimizers import Optimizer
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Constant, Operation, Parameters
from tuinet.nn.regularizers import Dropout, clip_operations, penalty_operations

PhaseKind = Literal["batch", "forward", "loss", "backward", "regularize", "clip", "update"]


class PhaseName(NamedTuple):
    """Which phase: its kind and, for forward and backward, the layer, counted from 1."""

    kind: PhaseKind
    layer: int | None = None

    def __str__(self) -> str:
        return self.kind if self.layer is None else f"{self.kind}, layer {self.layer}"


class Phase(NamedTuple):
    """A named part of a step, and the prepared operations that do it.

    A phase whose result nobody needs for training, such as the value of the loss, has no operations: what it shows
    is computed when somebody looks.
    """

    name: PhaseName
    operations: tuple[Operation, ...]

    @DIVERGING_IS_NO_ERROR
    def run(self) -> None:
        """Run the operations in order."""
        for operation in self.operations:
            operation()


class Batches:
    """The training set as a sequence of batches, as a rule shuffled anew at the start of every epoch.

    The last batch of an epoch is smaller when the batch size does not divide the number of samples. A batch of the
    whole training set, for which the size 0 stands, too, needs no order, and is never shuffled.
    """

    def __init__(
        self, n_samples: int, batch_size: int, generator: np.random.Generator, *, are_shuffled: bool = True
    ) -> None:
        self.batch_size = min(batch_size or n_samples, n_samples)
        self.are_shuffled = are_shuffled
        self.generator = generator
        self.order: NDArray[np.intp] = np.arange(n_samples)
        self.batch = 0
        """Index within the epoch of the batch that `take` deals next."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Samples in each batch of an epoch; where there are no samples, one batch of none."""
        if not self.batch_size:
            return (0,)
        whole, rest = divmod(len(self.order), self.batch_size)
        return (self.batch_size,) * whole + ((rest,) if rest else ())

    @property
    def is_full(self) -> bool:
        """Whether every batch is the whole training set."""
        return self.batch_size == len(self.order)

    def take(self) -> NDArray[np.intp]:
        """The indices of the next batch, shape (samples of the batch,): a view, valid until the next shuffle."""
        if self.batch == 0 and self.are_shuffled:
            self.generator.shuffle(self.order)
        indices = self.indices(self.batch)
        done = (self.batch + 1) * self.batch_size >= len(self.order)
        self.batch = 0 if done else self.batch + 1
        return indices

    def indices(self, batch: int) -> NDArray[np.intp]:
        """The samples of a batch of the epoch under way, or just completed: a view, as `take` gives."""
        start = batch * self.batch_size
        return self.order[start : start + self.batch_size]

    def restore(self, order: NDArray[np.intp], batch: int) -> None:
        """Go on within an epoch, in the order of shape (samples,), with the batch that `take` deals next.

        Raises
        ------
        ValueError
            If the order is none of these samples.
        """
        if order.shape != self.order.shape or not np.array_equal(np.sort(order), np.arange(len(self.order))):
            raise ValueError("the order of the samples is no order of this training set")
        self.order[:] = order
        self.batch = batch

    def buffers(self, size: int, X: Array, y: Array, weights: Array | None) -> tuple[Array, Array, Array | None]:
        """Room for a batch of a size: the rows of X and y, and their weights, as `loader` fills it."""
        of_weights = None if weights is None else np.empty_like(weights[:size])
        return np.empty_like(X[:size]), np.empty_like(y[:size], order="F"), of_weights

    def loader(
        self, X: Array, y: Array, inputs: Array, targets: Array, weights: tuple[Array, Array] | None = None
    ) -> Callable[[], None]:
        """An operation that copies the next batch's rows of X and y to the buffers of a workspace.

        X and the inputs have the shape (samples, columns) and C order, y and the targets (samples, outputs) and Fortran
        order. Weights, those of all samples and the buffer of the batch's, have the shape (samples,).
        """
        take_rows, take_columns, columns = X.take, y.T.take, targets.T
        take = self.take

        def load() -> None:
            # mode="clip" spares NumPy the copy that it needs to leave `out` untouched when an index is out of range.
            indices = take()
            take_rows(indices, 0, inputs, "clip")
            take_columns(indices, 1, columns, "clip")

        if weights is None:
            return load
        take_weights, batch_weights = weights[0].take, weights[1]

        def load_weighted() -> None:
            indices = take()
            take_rows(indices, 0, inputs, "clip")
            take_columns(indices, 1, columns, "clip")
            take_weights(indices, 0, batch_weights, "clip")

        return load_weighted


def forward_phases(network: Network, workspace: Workspace, dropout: Dropout | None = None) -> list[Phase]:
    """The phases that compute every layer's activations from the workspace's inputs.

    Without `dropout` a workspace's masks stay as they are.
    """
    layers = range(1, network.n_layers + 1)
    return [Phase(PhaseName("forward", layer), _forward(network, workspace, dropout, layer)) for layer in layers]


def _forward(network: Network, workspace: Workspace, dropout: Dropout | None, layer: int) -> tuple[Operation, ...]:
    z, a = workspace.pre_activations[layer - 1], workspace.activations[layer - 1]
    block, x = network.parameters.blocks[layer - 1], workspace.layer_input(layer)
    # zᵀ = [W; b]ᵀ·[x 1]ᵀ: the transposes are the views in which z, in Fortran order, is a C-contiguous output.
    product = network.arithmetic.product(block.mT, x.mT, z.mT)
    activate = network.activations[layer - 1].forward(network.arithmetic, z, a)
    return *product, *activate, *_drop(workspace, dropout, layer)


def _drop(workspace: Workspace, dropout: Dropout | None, layer: int) -> tuple[Operation, ...]:
    if layer > len(workspace.masks):
        return ()
    mask, a, output = workspace.masks[layer - 1], workspace.activations[layer - 1], workspace.outputs[layer - 1]
    draw = dropout.draw(mask) if dropout else ()
    return *draw, partial(np.multiply, a, mask, output)


def backward_phases(network: Network, workspace: Workspace, grads: Parameters) -> list[Phase]:
    """The phases that compute every layer's deltas and gradients, from the output back to the first layer.

    Rumelhart, Hinton and Williams (1986): δ of a hidden layer is f′(z) · (δ of the next layer · Wᵀ), and
    ∂L/∂[W; b] = [x 1]ᵀ·δ.
    """
    return [_backward_phase(network, workspace, grads, layer) for layer in range(network.n_layers, 0, -1)]


def _backward_phase(network: Network, workspace: Workspace, grads: Parameters, layer: int) -> Phase:
    is_output = layer == network.n_layers
    operations = _output_deltas(network, workspace) if is_output else _hidden_deltas(network, workspace, layer)
    x, deltas = workspace.layer_input(layer), workspace.deltas[layer - 1]
    product = network.arithmetic.product
    if grads.train_biases:
        gradient = product(x.mT, deltas, grads.blocks[layer - 1])
    else:
        gradient = product(x.mT[..., :-1, :], deltas, grads.weights[layer - 1])
    return Phase(PhaseName("backward", layer), (*operations, *gradient))


def _output_deltas(network: Network, workspace: Workspace) -> tuple[Operation, ...]:
    deltas, a = workspace.deltas[-1], workspace.activations[-1]
    gradient = network.loss.slopes(network.arithmetic, a, workspace.targets, deltas, workspace.weights)
    last = network.n_layers - 1
    return gradient if network.loss.is_canonical else (*gradient, *_times_derivative(network, workspace, last))


def _hidden_deltas(network: Network, workspace: Workspace, layer: int) -> tuple[Operation, ...]:
    """The operations that compute δ = ∂L/∂z of a hidden layer, f′(z) · mask · (next δ · Wᵀ)."""
    # Layers are counted from 1, lists from 0: what has the index `layer` belongs to the next layer.
    next_deltas, next_weights = workspace.deltas[layer], network.parameters.weights[layer]
    deltas = workspace.deltas[layer - 1]
    # ∂L/∂a first: δᵀ = W·(next δ)ᵀ.
    backpropagate = network.arithmetic.product(next_weights, next_deltas.mT, deltas.mT)
    mask = workspace.masks[layer - 1 : layer]
    drop = [partial(np.multiply, deltas, dropped, deltas) for dropped in mask]
    return *backpropagate, *drop, *_times_derivative(network, workspace, layer - 1)


def _times_derivative(network: Network, workspace: Workspace, index: int) -> tuple[Operation, ...]:
    """Multiply the deltas of the layer with this index, from 0, by its f′(z)."""
    z, a, deltas = workspace.pre_activations[index], workspace.activations[index], workspace.deltas[index]
    derivatives = workspace.derivatives[index]
    derivative = network.activations[index].derivative(network.arithmetic, z, a, derivatives)
    return (*derivative, partial(np.multiply, deltas, derivatives, deltas)) if derivative else ()


def derivative_phase(network: Network, workspace: Workspace) -> Phase:
    """Every layer's f′(z), after a forward pass: for looking, since a training step computes its own."""
    layers = zip(
        network.activations, workspace.pre_activations, workspace.activations, workspace.derivatives, strict=True
    )
    operations = [operation for f, z, a, out in layers for operation in f.derivative(network.arithmetic, z, a, out)]
    return Phase(PhaseName("backward"), tuple(operations))


class Regularization(NamedTuple):
    """Penalties, clipping and dropout: measures against overfitting and exploding gradients."""

    l1: Constant = 0.0
    l2: Constant = 0.0
    clip_norm: Constant = 0.0
    """Largest norm of all gradients taken together; 0 for any."""
    dropout: Dropout | None = None


def step_phases(
    network: Network,
    workspace: Workspace,
    optimizer: Optimizer,
    regularization: Regularization,
    load_batch: tuple[Operation, ...] = (),
) -> tuple[Phase, ...]:
    """One training step on the batch in a workspace.

    Without the operations that load a batch, the workspace always holds the whole training set.

    Returns
    -------
    tuple of Phase
        batch, forward 1 … L, loss, backward L … 1, regularize and clip where they are on, update.
    """
    parameters, grads = network.parameters, optimizer.grads
    penalty = penalty_operations(parameters, grads, regularization.l1, regularization.l2)
    clip = clip_operations(network.arithmetic, grads, regularization.clip_norm)
    return (
        Phase(PhaseName("batch"), load_batch),
        *forward_phases(network, workspace, regularization.dropout),
        Phase(PhaseName("loss"), ()),
        *backward_phases(network, workspace, grads),
        *([Phase(PhaseName("regularize"), penalty)] if penalty else []),
        *([Phase(PhaseName("clip"), clip)] if clip else []),
        Phase(PhaseName("update"), optimizer.operations()),
    )


def straight_line(operations: Sequence[Operation]) -> Callable[[int], None]:
    """A function ``run(times)`` that runs all operations in order, so many times.

    The calls of a small network take 0.2 to 0.5 µs each, so that walking a tuple of prepared calls costs about 5 % of
    the training speed on XOR. The function is written out instead, one line a call, as `dataclasses` writes an
    ``__init__``; functions and arrays are its local variables, the fastest that Python has.
    """
    names: dict[int, str] = {}
    values: dict[str, object] = {}

    def name(value: object) -> str:
        key = names.setdefault(id(value), f"v{len(names)}")
        values[key] = value
        return key

    calls = [_call(operation, name) for operation in operations] or ["pass"]
    defaults = ", ".join(f"{key}={key}" for key in values)
    lines = [f"def bind({', '.join(values)}):", f" def run(times, {defaults}):", "  for _ in range(times):"]
    source = "\n".join([*lines, *(f"   {call}" for call in calls), " return run"])
    scope: dict[str, Callable[..., Callable[[int], None]]] = {}
    exec(source, scope)
    return scope["bind"](**values)


def _call(operation: Operation, name: Callable[[object], str]) -> str:
    if isinstance(operation, partial):
        keywords = [f"{key}={name(value)}" for key, value in operation.keywords.items()]
        return f"{name(operation.func)}({', '.join([*map(name, operation.args), *keywords])})"
    return f"{name(operation)}()"


class Trainer:
    """For every batch of an epoch the phases of its step, and the same operations strung together for full speed.

    Both come from one list, so that what is stepped through is what trains.

    Parameters
    ----------
    inputs, targets
        The training set, shapes (samples, inputs) in C order and (samples, outputs) in Fortran order.
    weights
        Of the samples in the loss, shape (samples,); ``None`` where all count the same.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        targets: Array,
        batches: Batches,
        optimizer: Optimizer,
        regularization: Regularization,
        weights: Array | None = None,
    ) -> None:
        self._network = network
        self._inputs = with_ones(inputs)
        self._targets = targets
        self._weights = weights
        self._batches = batches
        self._optimizer = optimizer
        self._regularization = regularization
        by_size = {size: self._prepare(size) for size in dict.fromkeys(batches.sizes)}
        self.workspaces = tuple(by_size[size][0] for size in batches.sizes)
        """For each batch of an epoch the buffers in which it is computed; batches of one size share theirs."""
        self.phases: tuple[tuple[Phase, ...], ...] = tuple(by_size[size][1] for size in batches.sizes)
        """For each batch of an epoch the phases of its step."""
        self._run_whole = straight_line(_operations(self.phases[0]))
        self._run_last = straight_line(_operations(self.phases[-1]))

    @DIVERGING_IS_NO_ERROR
    def run(self, batch: int, steps: int) -> None:
        """Run whole steps at full speed, starting with the given batch of an epoch."""
        whole = len(self.phases) - 1
        if self.phases[0] is self.phases[-1]:
            self._run_whole(steps)
            return
        while steps:
            count = min(steps, whole - batch)
            self._run_whole(count)
            steps -= count
            if steps:
                self._run_last(1)
                steps -= 1
            batch = 0

    def _prepare(self, size: int) -> tuple[Workspace, tuple[Phase, ...]]:
        if self._batches.is_full:
            return self._step(self._inputs, self._targets, self._weights)
        inputs, targets, weights = self._batches.buffers(size, self._inputs, self._targets, self._weights)
        both = None if self._weights is None or weights is None else (self._weights, weights)
        load = self._batches.loader(self._inputs, self._targets, inputs, targets, both)
        return self._step(inputs, targets, weights, load)

    def _step(
        self, inputs: Array, targets: Array, weights: Array | None, *load_batch: Operation
    ) -> tuple[Workspace, tuple[Phase, ...]]:
        dropout = self._regularization.dropout is not None
        networks = self._network.parameters.networks
        workspace = Workspace(inputs, targets, self._network.layer_sizes, weights, dropout=dropout, networks=networks)
        phases = step_phases(self._network, workspace, self._optimizer, self._regularization, load_batch)
        return workspace, phases


def _operations(phases: tuple[Phase, ...]) -> tuple[Operation, ...]:
    return tuple(operation for phase in phases for operation in phase.operations)


class Evaluation:
    """A network, with its present parameters, applied to a fixed table of samples X, shape (samples, features)."""

    def __init__(self, network: Network, X: Array) -> None:
        targets = np.zeros((len(X), network.layer_sizes[-1]), X.dtype, order="F")
        self.workspace = Workspace(with_ones(X), targets, network.layer_sizes, networks=network.parameters.networks)
        self._network = network
        self._phases = forward_phases(network, self.workspace)

    def run(self) -> Array:
        """The outputs, shape (…, samples, outputs): the buffer itself, overwritten by the next run."""
        for phase in self._phases:
            phase.run()
        return self.workspace.activations[-1]

    def loss_values(self, y: Array) -> Array:
        """The loss of each sample at the last `run`, shape (…, samples); y has the shape (samples, outputs)."""
        z, a = self.workspace.pre_activations[-1], self.workspace.activations[-1]
        return self._network.loss.values(self._network.arithmetic, z, a, y)
