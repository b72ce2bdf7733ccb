"""The table of the optimizers' names."""

from __future__ import annotations

from typing import Final

from tuinet.nn.adam import Adam, AdamW, AMSGrad, NAdam
from tuinet.nn.adaptive import Adagrad, RMSProp
from tuinet.nn.momentum import Momentum, Nesterov
from tuinet.nn.optimizer import Optimizer

OPTIMIZERS: Final[dict[str, type[Optimizer]]] = {
    "sgd": Optimizer,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "amsgrad": AMSGrad,
    "adamw": AdamW,
    "nadam": NAdam,
}
"""Every optimizer by its name."""
