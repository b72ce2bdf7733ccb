"""The largest errors of tuinet's own elementary functions, in units of the last place.

    python scripts/measure_functions.py [--values 10000000] [--only exp,tanh]

Half of the values are spread evenly over the range where a function changes, the other half evenly over the exponents,
subnormal numbers included. They are compared with the C library's extended precision (64 bits, on x86), and as many as
--exact says (1 of 1,000) with mpmath where it is installed; for erf, which NumPy does not have, with mpmath alone.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np

from tuinet.nn import elementary
from tuinet.nn.functions import Elementary, Float64

Wide = np.ndarray[Any, np.dtype[np.longdouble]]
BLOCK: Final = 500_000


def softplus(x: Wide) -> Wide:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


Case = tuple[Elementary, Callable[[Wide], Wide] | None, tuple[float, float], tuple[int, int]]
FUNCTIONS: Final[dict[str, Case]] = {
    "exp": (elementary.exp, np.exp, (-745, 709.7), (-60, 9)),
    "expm1": (elementary.expm1, np.expm1, (-40, 709.7), (-1074, 9)),
    "log": (elementary.log, np.log, (0.4, 2.5), (-1074, 1023)),
    "log1p": (elementary.log1p, np.log1p, (-0.999, 2), (-1074, 1023)),
    "softplus": (elementary.softplus, softplus, (-740, 740), (-1074, 9)),
    "tanh": (elementary.tanh, np.tanh, (-20, 20), (-1074, 5)),
    "sin": (elementary.sin, np.sin, (-30, 30), (-1074, 18)),
    "cos": (elementary.cos, np.cos, (-30, 30), (-1074, 18)),
    "erf": (elementary.erf, None, (-6, 6), (-1020, 3)),
}
"""Each with the same in extended precision, the range of its values, and that of their exponents."""
ONE_SIDED: Final = ("log",)


def arguments(name: str, count: int, generator: np.random.Generator) -> Float64:
    _, _, (low, high), (least, most) = FUNCTIONS[name]
    even = generator.uniform(low, high, count // 2)
    exponents = generator.integers(least, most, count - count // 2)
    spread = np.ldexp(generator.uniform(1, 2, len(exponents)), exponents.astype(np.int64))
    if name == "log1p":
        spread = np.where(exponents < -1, spread * generator.choice([-1, 1], len(spread)), spread)
    elif name not in ONE_SIDED:
        spread = spread * generator.choice([-1, 1], len(spread))
    return np.concatenate([even, spread])


def worst_by_extended(name: str, x: Float64) -> tuple[float, float]:
    """The largest error, and where it is."""
    function, wide, _, _ = FUNCTIONS[name]
    assert wide is not None
    found, exact = function(x).astype(np.longdouble), wide(x.astype(np.longdouble))
    units = np.spacing(np.abs(exact).astype(np.float64)).astype(np.longdouble)
    errors = np.where(np.isfinite(units), np.abs(found - exact) / units, 0)
    place = int(np.nanargmax(errors))
    return float(errors[place]), float(x[place])


def worst_by_mpmath(name: str, x: Float64) -> tuple[float, float]:
    mp = import_module("mpmath")
    mp.mp.prec = 200
    own = {"softplus": lambda value: mp.log1p(mp.exp(value))}
    exact = own.get(name) or getattr(mp, name)
    worst = (0.0, 0.0)
    for value, result in zip(x.tolist(), FUNCTIONS[name][0](x).tolist(), strict=True):
        true = exact(mp.mpf(value))
        if math.isfinite(result) and math.isfinite(float(true)):
            worst = max(worst, (float(abs(result - true) / math.ulp(float(true))), value))
    return worst


def main() -> int:
    """Print a line for each function."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--values", type=int, default=10_000_000)
    parser.add_argument("--exact", type=int, default=10_000, help="how many are compared with mpmath")
    parser.add_argument("--only", default=",".join(FUNCTIONS))
    options = parser.parse_args()
    try:
        import_module("mpmath")
    except ImportError:
        print("mpmath is not installed: compared with extended precision alone")
        options.exact = 0
    generator = np.random.default_rng(1)
    with np.errstate(all="ignore"):
        for name in options.only.split(","):
            _measure(name, options.values, options.exact, generator)
    return 0


def _measure(name: str, values: int, exact: int, generator: np.random.Generator) -> None:
    said = []
    if FUNCTIONS[name][1] is not None and np.finfo(np.longdouble).nmant >= 63:
        blocks = [min(BLOCK, values - start) for start in range(0, values, BLOCK)]
        worst = max(worst_by_extended(name, arguments(name, count, generator)) for count in blocks)
        said.append(f"{worst[0]:.3f} at {worst[1]!r} of {values:,}")
    if exact:
        worst = worst_by_mpmath(name, arguments(name, exact, generator))
        said.append(f"mpmath: {worst[0]:.3f} at {worst[1]!r} of {exact:,}")
    print(f"{name:9}", "; ".join(said), flush=True)


if __name__ == "__main__":
    sys.exit(main())
