"""Recipes of backpropagation: δ of the output, δ of hidden neurons, gradients by weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tuinet.data.dataset import Task
from tuinet.exercises.draws import Draws
from tuinet.exercises.phase import neuron_name
from tuinet.exercises.scene import SMALL_INPUTS, NetworkPlan, Scene, Unit
from tuinet.exercises.topics.values import Parts, layer_remarks, outputs_given
from tuinet.explain.explanation import Remark
from tuinet.explain.focus import parameter_symbol, subscript

_CURVED: Final = ("softplus", "softsign", "silu", "elu", "sin")
"""Activations whose derivative is neither that of a sigmoid nor a constant."""

_OUTPUTS: Final[Sequence[Sequence[tuple[str, str, Task, int]]]] = (
    (("sse", "sigmoid", "regression", 1),),
    (("mse", "sigmoid", "regression", 1), ("sse", "tanh", "regression", 1), ("mse", "tanh", "regression", 1)),
    (("cross-entropy", "sigmoid", "binary", 1),),
    (("mse", "sigmoid", "regression", 2), ("cross-entropy", "softmax", "classes", 3)),
    (("huber", "tanh", "regression", 1), ("mae", "sigmoid", "regression", 2), ("mse", "tanh", "regression", 2)),
)
"""By level: loss, output activation, task and outputs."""


def output_delta(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """From the output and its target to δ."""
    name, output, task, outputs = kinds.one_of(_OUTPUTS[level - 1])
    samples = (1, 2, 2, 2, 4)[level - 1]
    scene = NetworkPlan((2, outputs), samples, task, {"loss": name, "output": output}, SMALL_INPUTS).drawn(numbers)
    unit = (1, outputs - 1)
    focus = scene.focus("backward", unit)
    known = {"z": focus.layer.pre_activations[0, focus.neuron], "n": samples}
    where = neuron_name(focus, unit)
    return [
        *layer_remarks(scene, [1]),
        scene.remark("loss"),
        outputs_given(scene, 1)[0],
        Remark(f"Asked is {where}, for which {scene.equations(known)}."),
        *scene.blanks("backward", unit, "a − y", "∂L/∂a", "f′(z)", "δ"),
    ]


_HIDDEN: Final[Sequence[tuple[tuple[int, ...], int, Sequence[str]]]] = (
    ((2, 2, 1), 1, ("sigmoid",)),
    ((2, 2, 2), 1, ("sigmoid", "tanh")),
    ((2, 2, 2), 2, ("sigmoid", "tanh")),
    ((2, 3, 2), 2, _CURVED),
    ((2, 2, 2, 2), 2, ("sigmoid", "tanh", *_CURVED)),
)
"""By level: layer sizes, samples, and activations of the hidden layers."""


def hidden_delta(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """From the δ of the next layer to that of a hidden neuron."""
    sizes, samples, activations = _HIDDEN[level - 1]
    activation = kinds.one_of(activations)
    scene = NetworkPlan(sizes, samples, fields={"loss": "sse", "output": "sigmoid", "activation": (activation,)}).drawn(
        numbers
    )
    last = len(sizes) - 1
    neuron = numbers.below(min(sizes[1], sizes[-1]))
    asked: list[Unit] = [(1, neuron)]
    if level == 5:
        # The layer before needs the δ of all its neurons.
        asked = [*((2, place) for place in range(sizes[2])), (1, neuron)]
    known = [scene.equations(_values(scene, unit)) for unit in asked]
    names = [neuron_name(scene.focus("backward", unit), unit) for unit in asked]
    weights = [(layer, place) for layer in sorted({unit[0] + 1 for unit in asked}) for place in range(sizes[layer])]
    return [
        *layer_remarks(scene, sorted({unit[0] for unit in asked})),
        *(Remark(f"For sample 1, {name} has {values}.") for name, values in zip(names, known, strict=True)),
        *scene.weights(*weights),
        Remark(f"The δ of the outputs, for the same sample: {scene.equations(_deltas(scene, last))}."),
        *(blank for unit in asked for blank in scene.blanks("backward", unit, "∂L/∂a", "σ(z)", "f′(z)", "δ")),
    ]


def _values(scene: Scene, unit: Unit) -> dict[str, Any]:
    layer, neuron = scene.focus("backward", unit).layer, unit[1]
    return {"z": layer.pre_activations[0, neuron], "a": layer.activations[0, neuron]}


def _deltas(scene: Scene, layer: int) -> dict[str, float]:
    deltas = scene.focus("backward", (layer, 0)).layer.deltas[0]
    return {f"δ{subscript(place + 1)}": float(value) for place, value in enumerate(deltas)}


def weight_gradient(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """From δ and what came in to the gradients by weights and bias."""
    sizes = (2, 1) if level < 3 else (2, 2, 1)
    samples = (1, 2, 2, 2, 3)[level - 1]
    l2 = {"l2": numbers.one_of((0.01, 0.1))} if level == 5 else {}
    fields = {"loss": kinds.one_of(("sse", "mse")), "output": "sigmoid", **l2}
    scene = NetworkPlan(sizes, samples, fields=fields).drawn(numbers)
    unit = (len(sizes) - 1, 0)
    focus = scene.focus("backward", unit)
    symbols = [parameter_symbol(focus, row) for row in range(focus.fan_in + 1)]
    given: Parts = [Remark(f"A neuron of layer {unit[0]} and a batch of n = {samples}; {_why(samples)}")]
    # Of a single sample, the gradient by the bias is δ itself.
    lefts = [f"∂L/∂{symbol}" for symbol in (symbols if samples > 1 else symbols[:-1])]
    for row in range(samples):
        delta = {} if level == 4 and not row else {"δ": focus.layer.deltas[row, 0]}
        told = [scene.inputs(unit, row), *([scene.equations(delta)] if delta else [])]
        given.append(Remark(f"Sample {row + 1}: {', '.join(told)}."))
    if level == 4:
        given += [scene.remark("loss"), outputs_given(scene, 1)[0]]
        lefts = ["∂L/∂a", "f′(z)", "δ", *lefts]
    blanks = scene.blanks("backward", unit, *lefts)
    if level == 5:
        given += [*scene.weights(unit), Remark(f"The penalty on weights has {scene.equations(l2)}.")]
        blanks += scene.blanks("regularize", unit, *(f"∂J/∂{symbol}" for symbol in symbols))
    return [*given, *blanks]


def _why(samples: int) -> str:
    if samples == 1:
        return "there is a single sample."
    return "each δ is given with the mean's 1/n in it." if samples else ""
