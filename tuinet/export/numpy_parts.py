"""Pieces of NumPy: every activation, loss, optimizer, initializer and schedule as a script writes it.

The arithmetic follows the engine call by call, so that the losses agree to the last bit; a column is a sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ACTIVATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "sigmoid": ("np.tanh(z * 0.5) * 0.5 + 0.5", "a - a * a"),
    "tanh": ("np.tanh(z)", "1.0 - a * a"),
    "relu": ("np.maximum(z, 0.0)", "np.sign(a)"),
    "leaky_relu": ("np.maximum(z, z * 0.01)", "np.maximum(np.heaviside(z, 0.0), 0.01)"),
    "elu": ("np.maximum(z, np.expm1(np.minimum(z, 0.0)))", "np.exp(np.minimum(z, 0.0))"),
    "gelu": (
        "normal_cdf(z) * z",
        "normal_cdf(z) + np.exp(z * z * -0.5) * (1 / math.sqrt(2 * math.pi)) * z",
    ),
    "silu": ("sigmoid(z) * z", "sigmoid(z) + (1.0 - sigmoid(z)) * a"),
    "softplus": ("np.logaddexp(z, 0.0)", "sigmoid(z)"),
    "softsign": ("z / (np.abs(z) + 1.0)", "np.square(np.reciprocal(np.abs(z) + 1.0))"),
    "sin": ("np.sin(z)", "np.cos(z)"),
    "linear": ("z.copy()", "np.ones_like(z)"),
    "step": ("np.heaviside(z, 0.0)", "np.zeros_like(z)"),
    "softmax": ("np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)", ""),
}
"""By name the function of z, and its slope as a function of z and a."""

HELPERS: Final[Mapping[str, str]] = {
    "sigmoid": "def sigmoid(z):\n    return np.tanh(z * 0.5) * 0.5 + 0.5",
    "normal_cdf": (
        "def normal_cdf(z):\n"
        "    erf = np.frompyfunc(math.erf, 1, 1)  # the C library's; NumPy has none\n"
        "    return 0.5 * (1 + erf(z / math.sqrt(2)).astype(z.dtype))"
    ),
}
"""Functions that activations and slopes are made of."""

LOSSES: Final[Mapping[str, tuple[str, str]]] = {
    "mse": ("np.square(a - y).mean(axis=0)", "(a - y) * (2 / y.size)"),
    "sse": ("0.5 * np.square(a - y).sum(axis=0)", "(a - y) * (1 / y.shape[1])"),
    "mae": ("np.abs(a - y).mean(axis=0)", "np.sign(a - y) * (1 / y.size)"),
    "huber": (
        "np.where(np.abs(a - y) < 1, 0.5 * np.square(np.abs(a - y)), np.abs(a - y) - 0.5).mean(axis=0)",
        "np.maximum(np.minimum(a - y, 1), -1) * (1 / y.size)",
    ),
    "cross-entropy, sigmoid": (
        "(np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=0)",
        "(a - y) * (1 / y.shape[1])",
    ),
    "cross-entropy, softmax": (
        "np.log(np.exp(z - z.max(axis=0)).sum(axis=0)) - (y * (z - z.max(axis=0))).sum(axis=0)",
        "(a - y) * (1 / y.shape[1])",
    ),
}
"""By name the loss of each sample, and the gradient by the outputs (of cross-entropy by the last z)."""

MEMORY: Final[Mapping[str, str]] = {
    "momentum": "v = np.zeros_like(theta)",
    "nesterov": "v = np.zeros_like(theta)",
    "adagrad": "s = np.zeros_like(theta)",
    "rmsprop": "v = np.zeros_like(theta)",
    "adam": "m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0",
    "amsgrad": "m, v, v_max, t = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta), 0",
    "adamw": "m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0",
    "nadam": "m, v, t, mu_product = np.zeros_like(theta), np.zeros_like(theta), 0, 1.0",
}
"""What an optimizer remembers, at its start."""

_MOMENTS: Final = """t += 1
m = m * BETA1 + grad * (1 - BETA1)
v = v * BETA2 + grad * grad * (1 - BETA2)
"""
_ADAM: Final = (
    _MOMENTS
    + """root = np.sqrt(v) * (1 - BETA2**t) ** -0.5 + EPSILON
update = m / root * (rate / (1 - BETA1**t))"""
)
UPDATES: Final[Mapping[str, str]] = {
    "sgd": "update = grad * rate",
    "momentum": "v = v * MOMENTUM + grad\nupdate = v * rate",
    "nesterov": "v = v * MOMENTUM + grad\nupdate = (v * MOMENTUM + grad) * rate",
    "adagrad": "s = s + grad * grad\nupdate = grad / (np.sqrt(s) + EPSILON) * rate",
    "rmsprop": "v = v * BETA2 + grad * grad * (1 - BETA2)\nupdate = grad / (np.sqrt(v) + EPSILON) * rate",
    "adam": _ADAM,
    "adamw": _ADAM,
    "amsgrad": _MOMENTS
    + """v_max = np.maximum(v_max, v)
root = np.sqrt(v_max) * (1 - BETA2**t) ** -0.5 + EPSILON
update = m / root * (rate / (1 - BETA1**t))""",
    "nadam": _MOMENTS
    + """now, after = (BETA1 * (1 - 0.5 * 0.96 ** (0.004 * s)) for s in (t, t + 1))
mu_product *= now
root = np.sqrt(v) * (1 - BETA2**t) ** -0.5 + EPSILON
update = m / root * (rate * after / (1 - mu_product * after))
update = update + grad / root * (rate * (1 - now) / (1 - mu_product))""",
}
"""What is subtracted from the parameters."""

CONSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sgd": (),
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "adagrad": ("epsilon",),
    "rmsprop": ("beta2", "epsilon"),
    **dict.fromkeys(("adam", "adamw", "amsgrad", "nadam"), ("beta1", "beta2", "epsilon")),
}
"""Constants that an optimizer uses."""

_BOUND: Final = "rng.uniform(-(b := math.sqrt(3 * {})), b, (fan_in, fan_out))"
_NORMAL: Final = "math.sqrt({}) * rng.standard_normal((fan_in, fan_out))"
INITIALIZERS: Final[Mapping[str, str]] = {
    "normal": "rng.standard_normal((fan_in, fan_out))",
    "uniform": "rng.uniform(-1.0, 1.0, (fan_in, fan_out))",
    "glorot_normal": _NORMAL.format("2 / (fan_in + fan_out)"),
    "glorot_uniform": _BOUND.format("(2 / (fan_in + fan_out))"),
    "he_normal": _NORMAL.format("2 / fan_in"),
    "he_uniform": _BOUND.format("(2 / fan_in)"),
    "lecun_normal": _NORMAL.format("1 / fan_in"),
    "lecun_uniform": _BOUND.format("(1 / fan_in)"),
    "orthogonal": "orthogonal(fan_in, fan_out)",
    "zeros": "np.zeros((fan_in, fan_out))",
    "constant": "np.ones((fan_in, fan_out))",
}
"""The weights of a layer at the start, before they are scaled."""

ORTHOGONAL: Final = """def orthogonal(fan_in, fan_out):
    q, r = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))
    q *= np.sign(np.diag(r))
    return q if fan_in >= fan_out else q.T"""

SCHEDULES: Final[Mapping[str, str]] = {
    "constant": "1.0",
    "step": "{rate} ** (epoch // {length})",
    "exponential": "{rate} ** epoch",
    "cosine": "0.5 * (1 + math.cos(math.pi * min(epoch / {length}, 1.0)))",
    "inverse_time": "1 / (1 + {rate} * epoch)",
}
"""By what the learning rate is multiplied in an epoch."""
