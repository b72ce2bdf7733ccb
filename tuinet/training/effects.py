"""What a change of an Experiment's field does to a run that is under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Effect = Literal["now", "optimizer", "data", "reinitialize"]

_NOW: Final = (
    "learning_rate",
    "momentum",
    "beta1",
    "beta2",
    "epsilon",
    "weight_decay",
    "schedule",
    "decay_rate",
    "decay_epochs",
    "warmup_epochs",
    "clip_norm",
    "l1",
    "l2",
    "dropout",
    "activation",
    "output",
    "loss",
    "biases",
    "batch_size",
)
_DATA: Final = ("dataset", "samples", "noise", "test_share", "standardize", "features", "target", "data_seed")

EFFECTS: Final[Mapping[str, Effect]] = {
    **dict.fromkeys(_NOW, "now"),
    **dict.fromkeys(("optimizer", "dtype", "hidden"), "optimizer"),
    **dict.fromkeys(_DATA, "data"),
    **dict.fromkeys(("initializer", "init_scale", "weights", "seed"), "reinitialize"),
}
"""For each field what its change does; see `SENTENCES`."""

SENTENCES: Final[Mapping[Effect, str]] = {
    "now": "takes effect now; weights and optimizer stay",
    "optimizer": "restarts the optimizer, whose memory starts empty; the weights stay",
    "data": "brings other data; the weights stay where inputs, outputs and task do, otherwise the network starts anew",
    "reinitialize": "reinitializes: starts anew at epoch 0; the run so far stays as a branch",
}
"""What each effect is, to be read after the words "a change"."""

_OWN: Final[Mapping[str, str]] = {
    "batch_size": "takes effect now, and a new epoch begins; weights and optimizer stay",
    "dtype": "converts the weights, and restarts the optimizer, whose memory starts empty",
    "hidden": "restarts the optimizer; neurons that stay keep their weights, new ones are initialized",
    "standardize": "takes effect now on the inputs; weights and optimizer stay",
    "features": "changes the inputs; the weights stay where their number does, otherwise the network starts anew",
}
"""Fields with more to say."""


def effect_sentence(field: str) -> str:
    """What a change of this field does, to be read after the words "a change"."""
    return _OWN.get(field) or SENTENCES[EFFECTS[field]]
