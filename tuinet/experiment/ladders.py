"""The values that keys or a sweep take a number through, and hidden layers one by one."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any, Final

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import resolved, unused
from tuinet.experiment.experiment import FIELDS, MAX_LAYER_SIZE, MAX_LAYERS, Experiment, bounds_of
from tuinet.experiment.hyperparameter import ANY, NEAR_ONE, TENTHS, Hyperparameter, Ladder, coins

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


MOST_VALUES: Final = 24
"""A ladder with more rungs is not climbed as a whole."""
_PER_DECADE: Final = 10
_LOWEST: Final = -3
_DECADES: Final = 5
"""Powers of ten that such a sweep goes through, from 0.001 on; for a value beyond them, the next so many."""

_LARGEST: Final = math.log10(sys.float_info.max)
"""The power of ten that no float exceeds."""

Values = tuple[float, ...]


def swept_fields(experiment: Experiment, dataset: Dataset) -> tuple[Hyperparameter, ...]:
    """The hyperparameters of which a sweep makes sense now: numbers that change neither the data nor the seed."""
    numbers = (field for field in FIELDS.values() if field.kind in ("number", "whole") and field.group != "Data")
    return tuple(
        field
        for field in numbers
        if field.name != "seed"
        and not unused(field.name, experiment, dataset)
        and len(swept_values(field.name, experiment, dataset)) > 1
    )


def swept_values(field: str, experiment: Experiment, dataset: Dataset) -> Values:
    """The values of a sweep: the rungs of the field's ladder, and of a long one equal ratios around the present value.

    The present value decides over whole decades only, so that taking one of the values leaves them as they are.
    """
    if field == "batch_size":
        return batch_sizes(len(dataset.X))
    ladder, bounds = ladder_of(field, experiment), bounds_of(field, experiment) or ANY
    if len(ladder) > MOST_VALUES:
        ladder = _decades(present_value(field, experiment, dataset) or 1.0)
    values = tuple(value for value in ladder if bounds.hold(value))
    return tuple(map(int, values)) if FIELDS[field].kind == "whole" else values


def present_value(field: str, experiment: Experiment, dataset: Dataset) -> float | None:
    """The value in force, where it is left open that of its source; ``None`` where nothing has one for it now."""
    value: float | None = getattr(experiment, field)
    if value is None:
        value = resolved(field, experiment, dataset)
    return value


def _decades(value: float) -> Values:
    """Ten numbers to a power of ten, rounded to two digits (Renard's series R10), over some powers of ten."""
    power = math.log10(value)
    is_usual = _LOWEST <= power <= _LOWEST + _DECADES
    lowest = _LOWEST if is_usual else _LOWEST + _DECADES * math.floor((power - _LOWEST) / _DECADES)
    powers = (lowest + place / _PER_DECADE for place in range(_DECADES * _PER_DECADE + 1))
    # What is too large for a float is left out; the smallest floats are so far apart that several powers become one.
    rounded = (float(f"{math.pow(10, power):.2g}") for power in powers if power < _LARGEST)
    return tuple(dict.fromkeys(rate for rate in rounded if rate))
