"""A hyperparameter: all that is declared of one field of the Experiment, and how a text is read and a value checked."""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeGuard

from tuinet.data.generators import dataset_name
from tuinet.errors import ExperimentError
from tuinet.names import canonical, not_one_of

Kind = Literal["text", "whole", "number", "flag", "names", "sizes"]
"""The kind of a value: a text or one of several names, a number, true or false, a list of names or of whole numbers."""
Group = Literal["Data", "Network", "Training", "Regularization"]
"""The heading under which a hyperparameter stands."""
Effect = Literal["now", "optimizer", "data", "reinitialize"]
"""The effect of a change on a run under way; see `tuinet.session.edits.SENTENCES`."""
Ladder = tuple[float, ...]
"""The values that one key after the other takes a number through, in rising order."""


class Bounds(NamedTuple):
    """Between which numbers a value has to lie; `above` and `below` do not belong to the range."""

    least: float = -math.inf
    above: float = -math.inf
    most: float = math.inf
    below: float = math.inf

    def hold(self, value: float) -> bool:
        """Whether a value lies between them."""
        return (
            self.least <= value <= self.most and value < self.below and (value > self.above or self.above == -math.inf)
        )

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


ANY: Final = Bounds()
SHARE: Final = Bounds(least=0, below=1)
FROM_0: Final = Bounds(least=0)
FROM_1: Final = Bounds(least=1)
ABOVE_0: Final = Bounds(above=0)


def coins(low: int, high: int, *, zero: bool = False) -> Ladder:
    """1, 2, 5 times the powers of ten from one to the other, and perhaps 0 below them."""
    rungs = tuple(float(f"{step}e{power}") for power in range(low, high) for step in (1, 2, 5))
    return (0.0, *rungs, float(f"1e{high}")) if zero else (*rungs, float(f"1e{high}"))


def powers(low: int, high: int) -> Ladder:
    """0 and the powers of ten from one to the other."""
    return (0.0, *(float(f"1e{power}") for power in range(low, high + 1)))


def twentieths(most: int) -> Ladder:
    """0, 0.05, 0.1 and so on, up to so many twentieths."""
    return tuple(number / 20 for number in range(most + 1))


TENTHS: Final = tuple(tenth / 10 for tenth in range(1, 10))
NEAR_ONE: Final = (0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999)
MEMORY: Final = (0.0, *TENTHS, *NEAR_ONE)
PENALTY: Final = coins(-4, 1, zero=True)


class Hyperparameter(NamedTuple):
    """One field of an Experiment, as options, settings, palette, compare and share lines take it."""

    name: str
    kind: Kind
    group: Group
    sentence: str
    """Its meaning, without its names and its default, and without a full stop."""
    default: str = ""
    """Its default in words, where that is not plain from the sentence."""
    bounds: Bounds | None = None
    """Of a number, or of each of several."""
    choices: tuple[str, ...] = ()
    """Names that it can take; a dataset can be something else, too."""
    ladder: Ladder = ()
    effect: Effect = "now"
    effect_sentence: str = ""
    """The effect, to be read after the words "a change", where the effect's own sentence does not say all."""
    left_to: str = ""
    """The source of a value that is left open: dataset, optimizer, schedule, task, or the size of a step."""
    may_be_open: bool = False
    """Whether it can be ``None``, which leaves it to its source."""
    needs: str = ""
    """Without it the hyperparameter makes no difference; see `tuinet.experiment.defaults.unused`."""

    @property
    def title(self) -> str:
        """Its name as a person writes it."""
        return self.name.replace("_", " ")

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

    def listed(self, value: Any) -> Any:
        """A value as it is kept: of a field that takes several, a single one and a list of them become a tuple."""
        if self.kind not in ("names", "sizes") or isinstance(value, tuple):
            return value
        return tuple(value) if isinstance(value, list) else (value,)

    def parsed(self, text: str) -> Any:
        """The value that a text stands for, names in their own spelling; a ValueError as `parse` raises it."""
        value = parse(self.kind, text)
        if self.name == "dataset":
            return dataset_name(value)
        if self.choices:
            is_list = isinstance(value, tuple)
            return tuple(canonical(name, self.choices) for name in value) if is_list else canonical(value, self.choices)
        return value

    def require(self, value: object, bounds: Bounds | None = None) -> None:
        """Refuse what it cannot be; `bounds` stand in place of its own."""
        bounds = bounds or self.bounds or ANY
        match self.kind:
            case "whole":
                require_whole(self.name, value, bounds)
            case "number":
                require_number(self.name, value, bounds)
            case "flag" if value not in (True, False):
                raise ExperimentError(self.name, f"{value!r} is neither true nor false")
            case "text" if self.choices and self.name != "dataset":
                require_choice(self.name, value, self.choices)
            case "text" if not isinstance(value, str):
                raise ExperimentError(self.name, f"{value!r} is not a text")
            case "names":
                for name in _items(value):
                    require_choice(self.name, name, self.choices)
            case "sizes":
                for size in _items(value):
                    require_whole(self.name, size, bounds)


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


_FLAGS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


def parse(kind: Kind, text: str) -> Any:
    """The value that a text stands for; a ValueError says why it stands for none, and what would be right."""
    convert, fault = _PARSERS[kind]
    try:
        return convert(text)
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} is {fault}") from None


def _plain(text: str) -> str:
    return text.strip().replace("−", "-")


def _sizes(text: str) -> tuple[int, ...]:
    return () if text.strip() in ("", "none") else tuple(int(part) for part in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text.strip() else ()


_PARSERS: Final[Mapping[Kind, tuple[Callable[[str], Any], str]]] = {
    "text": (str, ""),
    "whole": (lambda text: int(_plain(text)), "not a whole number"),
    "number": (lambda text: float(_plain(text)), "not a number such as 0.5 or 1e-3"),
    "flag": (lambda text: _FLAGS[text.strip().lower()], "neither true nor false"),
    "names": (_names, ""),
    "sizes": (_sizes, "not a list of whole numbers such as 4 or 8,8"),
}
"""By kind: the value of a text, and what another text is not."""


_KINDS: Final[Mapping[str, Kind]] = {
    "int": "whole",
    "float": "number",
    "bool": "flag",
    "tuple[str, ...]": "names",
    "tuple[int, ...]": "sizes",
}
"""By the annotation of a field; any other one is that of a text."""
_OPEN: Final = " | None"
"""The end of the annotation of a field that can be left open."""


def hyperparameter(default: Any, sentence: str, words: str | None = None, **facts: Any) -> Any:
    """A field of the Experiment, which has name and kind of its attribute, and the facts of a `Hyperparameter`.

    The words say what the default is; ``None`` for a number as it is, empty where presets have others.
    """
    if words is None:
        words = f"{default:g}" if isinstance(default, (int, float)) else ""
    declared = Hyperparameter("", "text", sentence=sentence, default=words, **facts)
    return dataclasses.field(default=default, metadata={"hyperparameter": declared})


def declared_in(experiment: type) -> dict[str, Hyperparameter]:
    """The hyperparameters of a dataclass by their names, in the order of their declaration."""
    return {
        field.name: field.metadata["hyperparameter"]._replace(
            name=field.name,
            kind=_KINDS.get(str(field.type).removesuffix(_OPEN), "text"),
            may_be_open=str(field.type).endswith(_OPEN),
        )
        for field in dataclasses.fields(experiment)
        if "hyperparameter" in field.metadata
    }


def require_choice(field: str, value: object, choices: Collection[str]) -> None:
    """Refuse what is not among the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ExperimentError(field, not_one_of(value, choices))


def is_finite(value: object) -> TypeGuard[float]:
    """Whether something is a number that calculations can begin with; a truth value is none."""
    # Not only infinity: a whole number can be larger than any float.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def require_number(field: str, value: object, bounds: Bounds = ANY) -> None:
    """Refuse what is not a finite number within bounds."""
    if is_finite(value) and bounds.hold(value):
        return
    limits = (("from", bounds.least), ("above", bounds.above), ("to", bounds.most), ("below", bounds.below))
    words = [f"{word} {limit:g}" for word, limit in limits if abs(limit) < math.inf]
    raise ExperimentError(field, " ".join([f"{value!r} is not a number", *words]))


def require_whole(field: str, value: object, bounds: Bounds) -> None:
    """Refuse what is not a whole number within bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not bounds.hold(value):
        upper = " up" if bounds.most == math.inf else f" to {bounds.most}"
        raise ExperimentError(field, f"{value!r} is not a whole number from {bounds.least}{upper}")


def require_point(field: str, value: object) -> None:
    """Refuse what is not the features of a sample and its target, all of them finite numbers."""
    if not isinstance(value, tuple) or len(value) < 2:
        raise ExperimentError(field, f"{value!r} is not a sample: numbers for its features and its target")
    for number in value:
        require_number(field, number)
