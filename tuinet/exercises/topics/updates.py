"""Recipes of what optimizers do: plain updates, momentum, and the state of Adam and its kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tuinet.exercises.draws import Draws
from tuinet.exercises.scene import NetworkPlan, Scene
from tuinet.exercises.topics.values import Parts
from tuinet.explain.backward import parameter_rows
from tuinet.explain.explanation import Remark
from tuinet.explain.focus import parameter_symbol
from tuinet.nn.optimizers import OPTIMIZERS

_RATES: Final = (0.05, 0.1, 0.2, 0.5)
_UNIT: Final = (1, 0)


def update(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """Plain gradient descent, and what may be done to the gradient before."""
    extra: dict[str, Any] = {
        3: {"l2": numbers.one_of((0.1, 0.2))},
        4: {"weight_decay": numbers.one_of((0.1, 0.2))},
        5: {"clip_norm": numbers.one_of((0.1, 0.2, 0.5))},
    }.get(level, {})
    scene = _scene(numbers, "sgd", samples=1 if level == 1 else 2, inputs=2, steps=0, **extra)
    names = _names(scene)
    given: Parts = [*scene.weights(_UNIT), _rate(scene, extra)]
    before = []
    if level == 3:
        before = scene.blanks("regularize", _UNIT, *(f"∂J/∂{name}" for name in names))
    if level == 5:
        clipped = [f"g({name})" for name in names]
        before = scene.blanks("clip", _UNIT, "‖g₁‖²", "‖g‖", "factor", *clipped)
    given += [_gradients(scene)]
    return [*given, *before, *scene.blanks("update", _UNIT, *(f"{name} new" for name in names))]


def momentum(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """The velocity, and the step that is made with it."""
    name = "momentum" if level < 4 else "nesterov"
    extra = {"momentum": numbers.one_of((0.5, 0.8, 0.9))}
    if level in (3, 5):
        extra["weight_decay"] = numbers.one_of((0.1, 0.2))
    return _remembering(numbers, name, 1 if level == 1 else 2, ("v", "update"), **extra)


_ADAPTIVE: Final[Sequence[tuple[Sequence[str], tuple[str, ...]]]] = (
    (("adam",), ("m", "v")),
    (("adam",), ("m", "v", "m_hat", "v_hat")),
    (("adam",), ("m", "v", "m_hat", "v_hat", "update", "new")),
    (("rmsprop", "adagrad"), ("s", "v", "update", "new")),
    (("amsgrad", "adamw"), ("m", "v", "m_hat", "v_hat", "update", "new")),
)
"""By level: the optimizers, and what is asked."""


def adam(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """The averages of gradients and their squares, their correction, and the step."""
    names, lefts = _ADAPTIVE[level - 1]
    name = kinds.one_of(names)
    constants = OPTIMIZERS[name].constants
    chosen = {"beta1": numbers.one_of((0.5, 0.8, 0.9)), "beta2": numbers.one_of((0.8, 0.9))}
    extra = {field: value for field, value in chosen.items() if field in constants}
    if name == "adamw":
        extra["weight_decay"] = 0.1
    return _remembering(numbers, name, 1, lefts, **extra)


def _remembering(numbers: Draws, optimizer: str, inputs: int, lefts: Sequence[str], **fields: Any) -> Parts:
    """An optimizer with a memory: the state of each parameter, and its new value."""
    scene = _scene(numbers, optimizer, samples=1, inputs=inputs, steps=1 + numbers.below(3), **fields)
    names = _names(scene)
    asked = [f"{name} new" for name in names[:inputs]] if "new" in lefts or "update" in lefts else []
    blanks = scene.blanks("update", _UNIT, *lefts, *asked)
    weights = [blank for blank in blanks if "bias" not in blank.line.label and blank.line.left != "b new"]
    return [*scene.weights(_UNIT), _rate(scene, {}), *_memories(scene), _gradients(scene), *weights]


def _scene(numbers: Draws, optimizer: str, *, samples: int, inputs: int, steps: int, **fields: Any) -> Scene:
    settings = {"loss": "sse", "output": "linear", "optimizer": optimizer, "learning_rate": numbers.one_of(_RATES)}
    return NetworkPlan((inputs, 1), samples, fields={**settings, **fields}, steps=steps).drawn(numbers)


def _names(scene: Scene) -> list[str]:
    focus = scene.focus("update", _UNIT)
    return [parameter_symbol(focus, row) for row in parameter_rows(focus)]


def _rate(scene: Scene, extra: dict[str, Any]) -> Remark:
    """The optimizer with its constants, as explanations introduce it."""
    told = scene.remark("update").text
    return Remark(f"{told} {scene.equations(extra)}." if extra and "weight_decay" not in extra else told)


def _gradients(scene: Scene) -> Remark:
    focus = scene.focus("update", _UNIT)
    values = {f"∂L/∂{name}": float(focus.layer.loss_grads[row, 0]) for row, name in enumerate(_names(scene))}
    return Remark(f"The gradients of this step: {scene.equations(values)}.")


def _memories(scene: Scene) -> list[Remark]:
    """What the optimizer remembered of each weight."""
    focus, told = scene.focus("update", _UNIT), []
    for row, name in enumerate(_names(scene)[:-1]):
        old = {f"{slot}_old": float(block[row, 0]) for slot, block in focus.layer.slots_before.items()}
        told.append(Remark(f"Remembered of {name}: {scene.equations(old)}."))
    scalars = {f"{name}_old": value for name, value in focus.detail.scalars_before.items() if name != "t"}
    return [*told, *([Remark(f"Remembered of the whole: {scene.equations(scalars)}.")] if scalars else [])]
