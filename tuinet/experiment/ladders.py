"""The values that one key after the other takes a number through, and hidden layers one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tuinet.experiment.experiment import FIELDS, MAX_LAYER_SIZE, MAX_LAYERS, Experiment
from tuinet.experiment.hyperparameter import NEAR_ONE, TENTHS, Ladder, coins

_CLOSE: Final = 1e-9
FULL: Final = 0
"""As a batch size: the whole training set."""


def climbed(ladder: Ladder, value: float, direction: int) -> float:
    """The next rung above a value, or with a negative direction below it; at the ends it stays."""
    margin = _CLOSE * abs(value)
    if direction > 0:
        return next((rung for rung in ladder if rung > value + margin), value)
    return next((rung for rung in reversed(ladder) if rung < value - margin), value)


def ladder_of(field: str, experiment: Experiment) -> Ladder:
    """The rungs of a field that is a number, except for the batch size and the seeds."""
    if field == "decay_rate":
        return _DECAYS.get(experiment.schedule, coins(-4, 2))
    return FIELDS[field].ladder


def batch_sizes(samples: int) -> tuple[int, ...]:
    """1, 2, 4, … below the number of samples, and `FULL`."""
    return (*(2**power for power in range(samples.bit_length()) if 2**power < samples), FULL)


def next_batch_size(present: int, samples: int, direction: int, *, around: bool = False) -> int:
    """The next larger or smaller batch; after the largest, the whole training set, comes the smallest with `around`."""
    sizes = batch_sizes(samples)
    actual = present if 0 < present < samples else samples
    rungs = (*sizes[:-1], samples)
    reached = int(climbed(rungs, actual, direction))
    if around and reached == actual:
        reached = rungs[0] if direction > 0 else samples
    return FULL if reached == samples else reached


LEARNING_RATES: Final = FIELDS["learning_rate"].ladder

_DECAYS: Final[Mapping[str, Ladder]] = {
    "step": (0.01, 0.02, 0.05, *TENTHS, 1.0),
    "exponential": (*TENTHS, *NEAR_ONE, 1.0),
    "inverse_time": coins(-4, 2),
}


Changes = dict[str, Any]
"""Fields and their new values; empty where nothing can be done."""


def resized(experiment: Experiment, layer: int, by: int) -> Changes:
    """So many neurons more in a layer, counted from 0; between 1 and the most."""
    sizes = list(experiment.hidden)
    if not 0 <= layer < len(sizes):
        return {}
    sizes[layer] = max(1, min(sizes[layer] + by, MAX_LAYER_SIZE))
    return {"hidden": tuple(sizes)}


def with_layer(experiment: Experiment, after: int) -> Changes:
    """Another layer behind this one (-1 for the first place), as large and with the same activation.

    The first layer of all has two neurons, as the smallest network that can learn XOR.
    """
    sizes, names = experiment.hidden, experiment.hidden_activations
    if len(sizes) >= MAX_LAYERS:
        return {}
    if not sizes:
        return {"hidden": Experiment.hidden, "activation": experiment.activation[:1] or Experiment.activation}
    place = max(0, min(after + 1, len(sizes)))
    model = max(place - 1, 0)
    return {
        "hidden": (*sizes[:place], sizes[model], *sizes[place:]),
        "activation": simplest((*names[:place], names[model], *names[place:])),
    }


def without_layer(experiment: Experiment, layer: int) -> Changes:
    """One layer less."""
    sizes, names = experiment.hidden, experiment.hidden_activations
    if not 0 <= layer < len(sizes):
        return {}
    left = (*names[:layer], *names[layer + 1 :]) or names[:1]
    return {"hidden": (*sizes[:layer], *sizes[layer + 1 :]), "activation": simplest(left)}


def with_hidden(experiment: Experiment, sizes: tuple[int, ...]) -> Changes:
    """Other layers: those that are new have the activation of the last one."""
    names = experiment.hidden_activations or experiment.activation or Experiment.activation
    followed = (*names, *names[-1:] * len(sizes))[: max(len(sizes), 1)]
    return {"hidden": sizes, "activation": simplest(followed)}


def with_activation(experiment: Experiment, layer: int | None, name: str) -> Changes:
    """Another activation in one layer, counted from 0, or with ``None`` in all."""
    names = list(experiment.hidden_activations)
    if layer is None or not names:
        return {"activation": (name,)}
    names[layer] = name
    return {"activation": simplest(tuple(names))}


def simplest(names: tuple[str, ...]) -> tuple[str, ...]:
    """A single name where all layers have the same."""
    return names[:1] if len(set(names)) == 1 else names
