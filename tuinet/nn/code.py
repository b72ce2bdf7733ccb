"""The code by which a script of its own computes what is declared beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """The code of an exported script for an activation, a loss, an optimizer, an initializer or a schedule."""

    numpy: str
    """An expression: of an activation in z, of a loss in z, a and y; of an initializer with fan_in, fan_out and rng; of
    a schedule with epoch, {rate} and {length}. Of an optimizer the lines from grad and rate to update."""
    slope: str = ""
    """Of an activation f′(z) in z and a; of a loss its gradient by a, or by z where it is canonical, with scale(c) for
    c times the share of each sample."""
    torch: str = ""
    """The same as an expression of PyTorch, of a loss for every output of every sample; of an optimizer the call that
    makes it, with `learned` to learn."""
    helper: str = ""
    """A function that the slope calls."""
    memory: str = ""
    """The statements that make the memory of an optimizer."""
