"""The table of fields: their groups, their kinds, a sentence on each, and their values as text and back."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import is_automatic, resolved
from tuinet.experiment.experiment import AUTO, CHOICES, MAX_LAYER_SIZE, Experiment
from tuinet.experiment.presets import default_value

Kind = Literal["text", "whole", "number", "flag", "names", "sizes"]
"""What a value is; see `tuinet.experiment.fields`."""


@dataclass(frozen=True)
class Bounds:
    """Between which numbers a value has to lie; `above` and `below` do not belong to the range."""

    least: float = -math.inf
    above: float = -math.inf
    most: float = math.inf
    below: float = math.inf

    def hold(self, value: float) -> bool:
        """Whether a value lies between them."""
        return self.least <= value <= self.most and self.above < value < self.below

    def __str__(self) -> str:
        """As in ``from 0 to below 1``."""
        parts = (
            (f"from {self.least:,.12g}", self.least),
            (f"above {self.above:,.12g}", self.above),
            (f"to {self.most:,.12g}", self.most),
            (f"{'to ' if self.least > -math.inf else ''}below {self.below:,.12g}", self.below),
        )
        said = " ".join(text for text, bound in parts if abs(bound) < math.inf)
        return f"{said} up" if said == parts[0][0] else said


@dataclass(frozen=True)
class Field:
    """One field of an Experiment."""

    name: str
    kind: Kind
    sentence: str
    """What it is, without its names and its default, and without a full stop."""
    default: str = ""
    """What it is when nobody says otherwise, where that is not plain from the sentence."""
    bounds: Bounds | None = None
    """Of a number, or of each of several."""

    @property
    def title(self) -> str:
        """Its name as a person writes it."""
        return self.name.replace("_", " ")

    @property
    def choices(self) -> tuple[str, ...]:
        """Names that it can take; a dataset can be something else, too."""
        return CHOICES.get(self.name, ())

    @property
    def help(self) -> str:
        """All of it in one sentence, for the command line."""
        default = f" [default: {self.default}]" if self.default else ""
        return f"{self.sentence}{self._names}{default}."

    @property
    def _names(self) -> str:
        if self.name == "dataset":
            return "; `tuinet datasets` lists the names"
        return f": {', '.join(self.choices)}" if self.choices else ""


_OWN: Final = "the dataset's own"
_SHARE: Final = Bounds(least=0, below=1)
_FROM_0: Final = Bounds(least=0)
_ABOVE_0: Final = Bounds(above=0)

GROUPS: Final[Mapping[str, tuple[Field, ...]]] = {
    "Data": (
        Field("dataset", "text", "What to learn: a name, or a CSV or NPZ file"),
        Field("samples", "whole", "How many samples, training and test together", _OWN, Bounds(least=1, most=10**6)),
        Field("noise", "number", "How far the samples are moved at random, 0 to 1", _OWN, Bounds(least=0, most=1)),
        Field("test_share", "number", "Share of the samples kept for testing, 0 to below 1", _OWN, _SHARE),
        Field("standardize", "flag", "Shift and scale every input to mean 0 and deviation 1, true or false", _OWN),
        Field("features", "names", "What two inputs are turned into"),
        Field("data_seed", "whole", "Decides what data is generated, and what is kept for testing", "1", _FROM_0),
        Field("target", "text", "Column of a CSV file to learn, by name or number from 1", "the last"),
    ),
    "Network": (
        Field(
            "hidden",
            "sizes",
            "Neurons in each hidden layer, as in 2 or 8,8; none for no hidden layer",
            bounds=Bounds(least=1, most=MAX_LAYER_SIZE),
        ),
        Field("activation", "names", "Of the hidden layers, one for all or one each"),
        Field("output", "text", "Activation of the output"),
        Field("loss", "text", "What is made small"),
        Field("initializer", "text", "How the weights start"),
        Field("init_scale", "number", "What the initial weights are multiplied by", "1", _ABOVE_0),
        Field("weights", "text", "A JSON or NPZ file with exact initial weights and biases"),
        Field("biases", "text", "Whether the biases learn"),
        Field("dtype", "text", "Precision of all numbers"),
    ),
    "Training": (
        Field("optimizer", "text", "How gradients become updates"),
        Field("learning_rate", "number", "What a gradient is multiplied by to make an update", bounds=_ABOVE_0),
        Field("momentum", "number", "Share of its velocity that momentum and nesterov keep", "0.9", _SHARE),
        Field("beta1", "number", "Memory of the mean gradient in adam and its kin", "0.9", _SHARE),
        Field("beta2", "number", "Memory of the mean square in adam (0.999) and rmsprop (0.99)", bounds=_SHARE),
        Field("epsilon", "number", "What keeps adaptive steps from dividing by 0", "1e-8; adagrad 1e-10", _FROM_0),
        Field("schedule", "text", "How the learning rate changes"),
        Field(
            "decay_rate",
            "number",
            "How fast it falls",
            "step 0.1, exponential 0.999 an epoch, inverse_time 0.01",
            _ABOVE_0,
        ),
        Field(
            "decay_epochs",
            "whole",
            "Length of a step, or of the cosine's half wave, in epochs",
            "1000",
            Bounds(least=1),
        ),
        Field("warmup_epochs", "whole", "Epochs over which the learning rate rises to its value", "0", _FROM_0),
        Field("batch_size", "whole", "Samples in one batch; 0 for the whole training set", bounds=_FROM_0),
        Field("seed", "whole", "Decides weights, shuffles and dropout: the same seed, the same run", "1", _FROM_0),
    ),
    "Regularization": (
        Field("l1", "number", "Penalty on the size of the weights, l1·Σ|w|", "0", _FROM_0),
        Field("l2", "number", "Penalty on their squares, ½·l2·Σw²", "0", _FROM_0),
        Field("weight_decay", "number", "Decoupled decay of all parameters", "0; adamw 0.01", _FROM_0),
        Field("dropout", "number", "Probability that a hidden activation is dropped in training", "0", _SHARE),
        Field("clip_norm", "number", "Largest norm of the gradients taken together; 0 for any", "0", _FROM_0),
    ),
}
"""The fields in groups that a student can read; those that are changed by hand on the map are none of them."""

FIELDS: Final[Mapping[str, Field]] = {field.name: field for fields in GROUPS.values() for field in fields}
"""Every field by its name, in the order of the groups."""


def bounds_of(name: str, experiment: Experiment) -> Bounds | None:
    """The bounds of a field in this Experiment; ``None`` where it is no number."""
    bounds = FIELDS[name].bounds
    if bounds is not None and name == "decay_rate" and experiment.schedule in ("step", "exponential"):
        return replace(bounds, most=1.0)
    return bounds


_FLAGS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


def parse(kind: Kind, text: str) -> Any:
    """The value that a text stands for.

    Raises
    ------
    ValueError
        If it stands for none; the message says why, and what would be right.
    """
    return _PARSERS[kind](text)


def _whole(text: str) -> int:
    try:
        return int(_plain(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(_plain(text))
    except ValueError:
        raise ValueError(f"{text!r} is not a number such as 0.5 or 1e-3") from None


def _flag(text: str) -> bool:
    try:
        return _FLAGS[text.strip().lower()]
    except KeyError:
        raise ValueError(f"{text!r} is neither true nor false") from None


def _sizes(text: str) -> tuple[int, ...]:
    if text.strip() in ("", "none"):
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} is not a list of whole numbers such as 4 or 8,8") from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text.strip() else ()


def _plain(text: str) -> str:
    return text.strip().replace("−", "-")


_PARSERS: Final[Mapping[Kind, Callable[[str], Any]]] = {
    "text": str,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "names": _names,
    "sizes": _sizes,
}


_EXPONENT: Final = re.compile(r"e([+-]?)0*(?=[1-9])")
_DEFAULT: Final = "default"
_FULL: Final = "full"
_NONE: Final = "none"
_RAW: Final = "as they are"


def shown(field: str, experiment: Experiment, dataset: Dataset) -> str:
    """A field's value, with what ``auto`` stands for.

    Parameters
    ----------
    dataset
        The present samples.
    """
    value = getattr(experiment, field)
    if is_automatic(field, value):
        inside = resolved(field, experiment, dataset)
        return AUTO if inside is None else f"{AUTO} ({plain(inside)})"
    if field == "batch_size":
        return f"{_FULL} ({len(dataset.X):,})" if value == 0 else str(value)
    return _EMPTY.get(field, plain(value)) if value in ((), "", 0.0) else plain(value)


_EMPTY: Final = {
    "features": _RAW,
    "target": "the last",
    "hidden": "no hidden layer",
    "weights": "by the initializer",
    "clip_norm": "0 (any)",
}


def typed(field: str, value: Any) -> str:
    """The text from which `read` makes the same value."""
    if value is None:
        return AUTO
    if value == ():
        return _NONE
    return _FULL if field == "batch_size" and value == 0 else plain(value)


def plain(value: Any) -> str:
    """A value without what it means: numbers as short as they are exact, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(plain, value))
    if isinstance(value, float):
        short = f"{value:.6g}"
        return _EXPONENT.sub(lambda match: f"e{match[1].strip('+')}", short if float(short) == value else repr(value))
    return str(value)


def read(field: str, text: str, experiment: Experiment) -> Any:
    """The value that a person has typed; ``auto``, ``none``, ``default``, ``full`` or nothing at all, too.

    Raises
    ------
    ExperimentError
        If the text stands for no value.
    """
    word, known = text.strip(), FIELDS[field]
    if word == _DEFAULT or (not word and known.kind in ("whole", "number", "flag")):
        return default_value(field, experiment)
    if getattr(Experiment, field) is None and word in (AUTO, _NONE):
        return None
    if word == _NONE and known.kind == "names":
        return ()
    if field == "batch_size" and word == _FULL:
        return 0
    if not word and known.choices and known.kind == "text":
        return default_value(field, experiment)
    try:
        return parse(known.kind, word)
    except ValueError as error:
        raise ExperimentError(field, str(error)) from error
