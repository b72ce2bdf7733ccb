"""The numbers of an Experiment of which one can be swept, and the values that it then takes."""

from __future__ import annotations

import math
import sys
from typing import Final

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import resolved, unused
from tuinet.experiment.experiment import FIELDS, Experiment, bounds_of
from tuinet.experiment.hyperparameter import ANY, Hyperparameter
from tuinet.experiment.ladders import batch_sizes, ladder_of

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
