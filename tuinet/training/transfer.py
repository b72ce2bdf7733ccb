"""Taking over what a network has learned into one of another shape or precision."""

from __future__ import annotations

from tuinet.nn.optimizers import Optimizer
from tuinet.nn.parameters import Array, Parameters


def take_over_parameters(new: Parameters, old: Parameters) -> None:
    """Give neurons that stay their old weights and biases; those that are new keep their own.

    Hidden layers are matched from the inputs on, and the output layer with the output layer where the layer before it
    is the same one: other rows would mean other neurons.

    Parameters
    ----------
    new
        Written in place; already initialized.
    old
        Where the values come from.
    """
    hidden = min(len(new.blocks), len(old.blocks)) - 1
    pairs = [(index, index) for index in range(hidden)]
    if len(new.blocks) == len(old.blocks):
        pairs.append((-1, -1))
    for ours, theirs in pairs:
        _copy(new.weights[ours], old.weights[theirs])
        _copy(new.biases[ours], old.biases[theirs])


def take_over_memory(new: Optimizer, old: Optimizer) -> None:
    """Give an optimizer of the same kind and size what another remembers, and its last gradients and updates."""
    new.grads.vector[:] = old.grads.vector
    new.updates.vector[:] = old.updates.vector
    for name, slot in new.slots.items():
        if name in old.slots:
            slot[...] = old.slots[name]


def _copy(target: Array, source: Array) -> None:
    common = tuple(slice(0, min(sizes)) for sizes in zip(target.shape, source.shape, strict=True))
    target[common] = source[common]
