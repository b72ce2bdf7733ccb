"""Initial weights, and the table of the ways to draw them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.functions import Code
from tuinet.nn.parameters import Parameters

Draw = Callable[[int, int, np.random.Generator], NDArray[np.floating[Any]]]
"""Called with fan_in, fan_out and a source of draws; answers with weights of shape (fan_in, fan_out)."""


class Initializer(NamedTuple):
    """A way in which weights can start."""

    draw: Draw
    note: str
    """The distribution in a few words."""
    is_random: bool = True
    """Whether another seed gives other weights."""
    code: Code | None = None
    """The code of an exported script; without it, no script can be exported."""
    portable_draw: Draw | None = None
    """The draw in portable arithmetic, where `draw` has other bits on other processors."""


def initialize(
    parameters: Parameters, name: str, scale: float, generator: np.random.Generator, *, is_portable: bool = False
) -> None:
    """Draw every weight, layer by layer, by one of `INITIALIZERS`, and set every bias to 0.

    The scale multiplies the draws: it is the standard deviation of ``normal``, the bound of ``uniform``, the value of
    ``constant``.
    """
    initializer = INITIALIZERS[name]
    draw = (initializer.portable_draw if is_portable else None) or initializer.draw
    for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
        fan_in, fan_out = weights.shape
        weights[:] = scale * draw(fan_in, fan_out, generator)
        biases[:] = 0.0


def _normal(variance: Callable[[int, int], float]) -> Draw:
    def draw(fan_in: int, fan_out: int, generator: np.random.Generator) -> NDArray[np.float64]:
        return math.sqrt(variance(fan_in, fan_out)) * generator.standard_normal((fan_in, fan_out))

    return draw


def _uniform(variance: Callable[[int, int], float]) -> Draw:
    def draw(fan_in: int, fan_out: int, generator: np.random.Generator) -> NDArray[np.float64]:
        # A uniform distribution from −b to b has the variance b²/3.
        bound = math.sqrt(3 * variance(fan_in, fan_out))
        return generator.uniform(-bound, bound, (fan_in, fan_out))

    return draw


def _orthogonal(fan_in: int, fan_out: int, generator: np.random.Generator) -> NDArray[np.float64]:
    tall = generator.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    # The signs make the draw uniform over all orthogonal matrices (Mezzadri, 2007).
    q *= np.sign(np.diag(r))
    return q if fan_in >= fan_out else q.T


def _orthogonal_by_columns(fan_in: int, fan_out: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """The same matrix but for rounding: each column less its parts along those before, twice (Gram and Schmidt)."""
    q = generator.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    for column in range(q.shape[1]):
        vector, before = q[:, column], q[:, :column]
        for _ in range(2):
            vector -= (before * (before * vector[:, np.newaxis]).sum(axis=0)).sum(axis=1)
        vector /= np.sqrt(np.square(vector).sum())
    return q if fan_in >= fan_out else q.T


def _of_variance(name: str, formula: str, variance: Callable[[int, int], float]) -> dict[str, Initializer]:
    return {
        f"{name}_normal": Initializer(
            _normal(variance),
            f"normal, variance {formula}",
            code=Code(f"math.sqrt({formula}) * rng.standard_normal((fan_in, fan_out))"),
        ),
        f"{name}_uniform": Initializer(
            _uniform(variance),
            f"uniform, variance {formula}",
            code=Code(f"rng.uniform(-(b := math.sqrt(3 * ({formula}))), b, (fan_in, fan_out))"),
        ),
    }


INITIALIZERS: Final[dict[str, Initializer]] = {
    "normal": Initializer(
        _normal(lambda fan_in, fan_out: 1.0), "normal, variance 1", code=Code("rng.standard_normal((fan_in, fan_out))")
    ),
    "uniform": Initializer(
        _uniform(lambda fan_in, fan_out: 1 / 3),
        "uniform from −1 to 1",
        code=Code("rng.uniform(-1.0, 1.0, (fan_in, fan_out))"),
    ),
    # Glorot and Bengio (2010); He, Zhang, Ren and Sun (2015); LeCun, Bottou, Orr and Müller (1998).
    **_of_variance("glorot", "2 / (fan_in + fan_out)", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    **_of_variance("he", "2 / fan_in", lambda fan_in, fan_out: 2 / fan_in),
    **_of_variance("lecun", "1 / fan_in", lambda fan_in, fan_out: 1 / fan_in),
    "orthogonal": Initializer(
        _orthogonal,
        "a random orthogonal matrix",
        code=Code("orthogonal(fan_in, fan_out)"),
        portable_draw=_orthogonal_by_columns,
    ),
    "zeros": Initializer(
        lambda fan_in, fan_out, generator: np.zeros((fan_in, fan_out)),
        "all 0: the units of a layer stay alike",
        is_random=False,
        code=Code("np.zeros((fan_in, fan_out))"),
    ),
    "constant": Initializer(
        lambda fan_in, fan_out, generator: np.ones((fan_in, fan_out)),
        "all 1: the units of a layer stay alike",
        is_random=False,
        code=Code("np.ones((fan_in, fan_out))"),
    ),
}
"""Every initializer by its name; ``normal`` has variance 1 and ``uniform`` the bound 1 before scaling."""
