"""A Situation: what a condition is about, and everything that it can ask for by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final, Literal

import numpy as np

from tuinet.experiment.experiment import Experiment
from tuinet.health import dead_units, saturated_units
from tuinet.nn.parameters import Array, norm
from tuinet.observe.snapshot import LayerSnapshot, Snapshot
from tuinet.observe.step_snapshot import LayerStep, StepSnapshot

Kind = Literal["number", "text", "truth"]
Value = float | str | bool


class UnknownError(Exception):
    """What is asked for is not there: a test loss without a test set, a layer that the network has not."""


@dataclass(frozen=True, eq=False)
class Situation:
    """A snapshot, and what there is on the screen."""

    snapshot: Snapshot
    running: bool = False
    speed: float | None = None
    """Epochs per second asked for, ``None`` for unlimited."""
    panel: int = 0
    """Number of the panel that has all the room; 0 for none."""
    screen: str = "dashboard"
    filled: int = 0
    """Blanks of the phase that is an exercise now which are filled in."""
    solved: str = ""
    """The phase whose blanks were all filled in last; empty where none were in this step."""


@dataclass(frozen=True)
class Name:
    """Something that a condition can ask for."""

    kind: Kind
    look: Callable[..., Any]
    """Called with the Situation, and with the arguments if there are any."""
    arguments: tuple[Kind, ...] = ()


def phase_name(snapshot: Snapshot) -> str:
    """The last phase, as lessons call it: ``backward 1``; empty before the first."""
    phase = snapshot.phase
    return "" if phase is None else phase.kind if phase.layer is None else f"{phase.kind} {phase.layer}"


def _metric(name: str, *, test: bool = False) -> Name:
    def look(situation: Situation) -> Any:
        metrics = situation.snapshot.test_metrics if test else situation.snapshot.metrics
        return None if metrics is None else getattr(metrics, name)

    return Name("number", look)


def _field(name: str, default: object) -> Name:
    if isinstance(default, (str, tuple)):
        return Name("text", lambda situation: _text(getattr(situation.snapshot.experiment, name)))
    return Name("number", lambda situation: getattr(situation.snapshot.experiment, name))


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _of_snapshot(look: Callable[[Snapshot], Any], kind: Kind = "number") -> Name:
    return Name(kind, lambda situation: look(situation.snapshot))


def _of_layer(look: Callable[[LayerSnapshot], float]) -> Name:
    return Name("number", lambda situation, layer: look(_layer(situation.snapshot, layer)), ("number",))


def _layer(snapshot: Snapshot, number: float) -> LayerSnapshot:
    return snapshot.layers[_index(number, len(snapshot.layers))]


def _index(number: float, length: int) -> int:
    """The index of what is counted from 1, or from the end with -1."""
    index = round(number) - 1 if number > 0 else length + round(number)
    if not 0 <= index < length:
        raise UnknownError
    return index


def _entry(array: Array, *places: float) -> float:
    return float(array[tuple(_index(place, length) for place, length in zip(places, array.shape, strict=True))])


def _entry_of(name: str, places: int) -> Name:
    def look(situation: Situation, layer: float, *where: float) -> float:
        return _entry(getattr(_layer(situation.snapshot, layer), name), *where)

    number: Kind = "number"
    arguments = (number,) * (places + 1)
    return Name("number", look, arguments)


def _detail(situation: Situation) -> StepSnapshot:
    if situation.snapshot.step_detail is None:
        raise UnknownError
    return situation.snapshot.step_detail


def _of_step(name: str) -> Name:
    def look(situation: Situation, layer: float, unit: float, sample: float) -> float:
        layers = _detail(situation).layers
        step: LayerStep = layers[_index(layer, len(layers))]
        return _entry(getattr(step, name), sample, unit)

    return Name("number", look, ("number", "number", "number"))


def _input(situation: Situation, place: float, sample: float) -> float:
    return _entry(_detail(situation).layers[0].x, sample, place)


def _spread(layer: LayerSnapshot) -> float:
    block = np.vstack([layer.weights, layer.biases])
    return float((block.max(axis=1) - block.min(axis=1)).max())


def _of_class(name: str) -> Name:
    def look(situation: Situation, number: float) -> float:
        shares = getattr(situation.snapshot.metrics, name)
        if shares is None:
            raise UnknownError
        return _entry(shares, number)

    return Name("number", look, ("number",))


def _confusion(situation: Situation, actual: float, predicted: float) -> float:
    if situation.snapshot.metrics.confusion is None:
        raise UnknownError
    return _entry(situation.snapshot.metrics.confusion.astype(float), actual, predicted)


def _lowest_test_loss(snapshot: Snapshot) -> float | None:
    losses = snapshot.history.test_losses
    return None if losses is None else float(np.nanmin(losses))


def _finding(situation: Situation, word: str) -> bool:
    return any(word in finding.cause for finding in situation.snapshot.findings)


NAMES: Final[Mapping[str, Name]] = {
    **{field.name: _field(field.name, field.default) for field in fields(Experiment)},
    **{name: _of_snapshot(attrgetter(name)) for name in ("epoch", "batch", "step")},
    **{name: _metric(name) for name in ("loss", "accuracy", "correct", "r2", "rmse")},
    **{f"test_{name}": _metric(name, test=True) for name in ("loss", "accuracy", "correct", "samples", "r2", "rmse")},
    "samples": _metric("samples"),
    "penalty": _of_snapshot(lambda snapshot: snapshot.penalty),
    "objective": _of_snapshot(lambda snapshot: snapshot.metrics.loss + snapshot.penalty),
    "layers": _of_snapshot(lambda snapshot: len(snapshot.layers)),
    "parameters": _of_snapshot(lambda snapshot: sum(one.weights.size + one.biases.size for one in snapshot.layers)),
    "edits": _of_snapshot(lambda snapshot: snapshot.time.edits),
    "rate_now": _of_snapshot(lambda snapshot: snapshot.learning_rate),
    "lowest_test_loss": _of_snapshot(_lowest_test_loss),
    "lowest_loss": _of_snapshot(lambda snapshot: float(np.nanmin(snapshot.history.losses))),
    "highest_loss": _of_snapshot(lambda snapshot: float(np.nanmax(snapshot.history.losses))),
    "past": _of_snapshot(lambda snapshot: snapshot.time.is_past, "truth"),
    "finite": _of_snapshot(attrgetter("is_finite"), "truth"),
    "phase": _of_snapshot(phase_name, "text"),
    "running": Name("truth", lambda situation: situation.running),
    "paused": Name("truth", lambda situation: not situation.running),
    "speed": Name("number", lambda situation: situation.speed or 0),
    "panel": Name("number", lambda situation: situation.panel),
    "screen": Name("text", lambda situation: situation.screen),
    "filled": Name("number", lambda situation: situation.filled),
    "solved": Name("text", lambda situation: situation.solved),
    "grad_norm": _of_layer(lambda layer: layer.grad_norm),
    "typical_grad": _of_layer(lambda layer: layer.typical_grad),
    "weight_norm": _of_layer(lambda layer: norm(layer.weights)),
    "update_ratio": _of_layer(lambda layer: layer.update_ratio),
    "neurons": _of_layer(lambda layer: layer.biases.size),
    "dead": _of_layer(dead_units),
    "saturated": _of_layer(saturated_units),
    "spread": _of_layer(_spread),
    "slope": _entry_of("slopes", 1),
    "weight": _entry_of("weights", 2),
    "bias": _entry_of("biases", 1),
    "grad": _entry_of("weight_grads", 2),
    "bias_grad": _entry_of("bias_grads", 1),
    "z": _of_step("pre_activations"),
    "a": _of_step("activations"),
    "delta": _of_step("deltas"),
    "x": Name("number", _input, ("number", "number")),
    "recall": _of_class("recall"),
    "precision": _of_class("precision"),
    "confusion": Name("number", _confusion, ("number", "number")),
    "finding": Name("truth", _finding, ("text",)),
    "pi": Name("number", lambda situation: math.pi),
}

OF_THE_STEP: Final = frozenset({"z", "a", "delta", "x"})
"""What is known only where the arithmetic of the step was asked for."""
OF_THE_SCREEN: Final = frozenset({"running", "paused", "speed", "panel", "screen", "filled", "solved"})
"""Names that only a screen knows."""


def look_up(name: str, situation: Situation, arguments: tuple[Value, ...]) -> Value:
    """What a name stands for now.

    Raises
    ------
    UnknownError
        If it stands for nothing.
    """
    value = NAMES[name].look(situation, *arguments)
    if value is None:
        raise UnknownError
    return value if isinstance(value, (str, bool)) else float(value)
