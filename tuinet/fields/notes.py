"""A line on each choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tuinet.config import AUTO
from tuinet.data.generators import DATASETS
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.losses import LOSSES

_AUTO: Final = "what the task calls for"

NOTES: Final[Mapping[str, Mapping[str, str]]] = {
    "dataset": {name: recipe.title for name, recipe in DATASETS.items()},
    "features": {
        "x1": "the first input as it is",
        "x2": "the second input as it is",
        "x1²": "its square",
        "x2²": "its square",
        "x1·x2": "the product of both",
        "sin x1": "its sine",
        "sin x2": "its sine",
    },
    "activation": {name: activation.formula for name, activation in ACTIVATIONS.items()},
    "output": {AUTO: _AUTO, **{name: activation.formula for name, activation in OUTPUT_ACTIVATIONS.items()}},
    "loss": {
        AUTO: _AUTO,
        **{name: next(iter(losses.values())).formula for name, losses in LOSSES.items()},
        "cross-entropy": "−ln P(right class), in nats",
    },
    "initializer": {
        "normal": "normal, variance 1",
        "uniform": "uniform from −1 to 1",
        "glorot_normal": "normal, variance 2 / (fan_in + fan_out)",
        "glorot_uniform": "uniform, variance 2 / (fan_in + fan_out)",
        "he_normal": "normal, variance 2 / fan_in",
        "he_uniform": "uniform, variance 2 / fan_in",
        "lecun_normal": "normal, variance 1 / fan_in",
        "lecun_uniform": "uniform, variance 1 / fan_in",
        "orthogonal": "a random orthogonal matrix",
        "zeros": "all 0: the units of a layer stay alike",
        "constant": "all 1: the units of a layer stay alike",
    },
    "biases": {
        "trained": "they learn as the weights do",
        "frozen": "they stay as they are",
        "none": "they are 0 and stay 0",
    },
    "optimizer": {
        "sgd": "learning rate · gradient",
        "momentum": "learning rate · velocity, which adds gradients up",
        "nesterov": "momentum that looks one step ahead",
        "adagrad": "gradient over the root of all squares so far",
        "rmsprop": "gradient over the root of a mean square",
        "adam": "mean gradient over the root of a mean square",
        "amsgrad": "adam with the largest mean square so far",
        "adamw": "adam with decoupled weight decay",
        "nadam": "adam that looks one step ahead",
    },
    "schedule": {
        "constant": "it stays as it is",
        "step": "times decay rate, every decay epochs",
        "exponential": "times decay rate, every epoch",
        "cosine": "half a wave down to 0 over decay epochs",
        "inverse_time": "over 1 + decay rate · epoch",
    },
    "dtype": {"float64": "about 16 digits", "float32": "about 7 digits, faster in large networks"},
}
"""For each field with choices, what each of them is."""
