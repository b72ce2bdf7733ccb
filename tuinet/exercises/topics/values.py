"""Recipes of what a network computes: forward pass, loss, softmax with cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tuinet.data.dataset import Task
from tuinet.exercises.draws import Draws
from tuinet.exercises.exercise import Blank
from tuinet.exercises.scene import SMALL_INPUTS, NetworkPlan, Scene, Unit
from tuinet.explain.explanation import AnyLine, Remark
from tuinet.explain.focus import subscript

Parts = list[AnyLine | Blank]

_MEDIUM_INPUTS: Final = (0.5, 1.0, 1.5, 2.0)
_FORWARD: Final[Sequence[tuple[tuple[int, ...], Sequence[str], tuple[Unit, ...]]]] = (
    ((2, 1), ("softsign", "sigmoid"), ((1, 0),)),
    ((3, 1), ("sigmoid", "tanh"), ((1, 0),)),
    ((2, 2, 1), ("sigmoid", "tanh"), ((1, 0), (1, 1), (2, 0))),
    ((2, 2, 1), ("softplus", "softsign", "silu", "sin"), ((1, 0), (1, 1), (2, 0))),
    ((3, 3, 2), ("sigmoid", "tanh", "softplus", "softsign"), ((1, 0), (1, 1), (1, 2), (2, 1))),
)
"""By level: layer sizes, activations of the hidden layer, and the neurons that are asked."""


def forward(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """The weighted sum and the activation of neurons."""
    sizes, activations, units = _FORWARD[level - 1]
    activation = kinds.one_of(activations)
    if len(sizes) == 2 and activation not in ("sigmoid", "tanh"):
        # An output layer has but a few activations: this one stands before an output that is not asked.
        sizes = (*sizes, 1)
    output = activation if len(sizes) == 2 else kinds.one_of(("sigmoid", "tanh"))
    samples = 2 if level == 5 else 1
    scene = NetworkPlan(sizes, samples, fields=_of_errors("sse", output, activation), inputs=_MEDIUM_INPUTS).drawn(
        numbers
    )
    row = samples - 1
    asked = [blank for unit in units for blank in scene.blanks("forward", unit, "z", "σ(z)", "a", sample=row)]
    layers = sorted({layer for layer, _ in units})
    known = [(layer, neuron) for layer in layers for neuron in range(sizes[layer])] if level > 2 else list(units)
    return [*layer_remarks(scene, layers), scene.sample(row), *scene.weights(*known), *asked]


def _of_errors(loss: str, output: str, hidden: str = "sigmoid") -> dict[str, Any]:
    return {"loss": loss, "output": output, "activation": (hidden,)}


def layer_remarks(scene: Scene, layers: Sequence[int]) -> list[Remark]:
    """Sizes and activations of those layers that matter."""
    sizes = scene.snapshot.layer_sizes
    names = [f"{scene.snapshot.layers[layer - 1].activation} in layer {layer}" for layer in layers]
    return [Remark(f"A network of {'-'.join(map(str, sizes))} units: {', '.join(names)}.")]


_LOSSES: Final[Sequence[Sequence[tuple[str, str, Task, int]]]] = (
    (("mse", "linear", "regression", 1), ("sse", "linear", "regression", 1)),
    (("sse", "linear", "regression", 1), ("mse", "linear", "regression", 1), ("huber", "linear", "regression", 1)),
    (("cross-entropy", "sigmoid", "binary", 1),),
    (
        ("mse", "linear", "regression", 2),
        ("sse", "sigmoid", "regression", 2),
        ("cross-entropy", "softmax", "classes", 3),
        ("hinge", "linear", "binary", 1),
    ),
    (
        ("mse", "sigmoid", "regression", 2),
        ("huber", "sigmoid", "regression", 1),
        ("mae", "tanh", "regression", 2),
        ("cross-entropy", "sigmoid", "binary", 1),
    ),
)
"""By level: loss, output activation, task and outputs."""


def loss(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """The loss of each sample, their mean, and the penalty."""
    name, output, task, outputs = kinds.one_of(_LOSSES[level - 1])
    fields = _of_errors(name, output) | ({"l2": kinds.one_of((0.01, 0.02, 0.1))} if level == 5 else {})
    samples = 1 if level == 1 else 2 if level < 5 else 3
    scene = NetworkPlan((2, outputs), samples, task, fields, SMALL_INPUTS).drawn(numbers)
    lefts = [f"L{subscript(row + 1)}" for row in range(samples)]
    whole = ("loss",) if samples > 1 else ()
    penalty = ("Σw²", "penalty", "objective") if level == 5 else ()
    given: Parts = [scene.remark("loss"), *outputs_given(scene, samples)]
    if level == 5:
        given += [*scene.weights(*((1, neuron) for neuron in range(outputs)))]
        l2 = scene.equations({"l2": fields["l2"]})
        given.append(Remark(f"The penalty is on all weights, and spares the biases; {l2}."))
    return [*given, *scene.blanks("loss", (1, 0), *lefts, *whole, *penalty)]


def outputs_given(scene: Scene, samples: int) -> list[Remark]:
    """Outputs and targets of each sample."""
    detail = scene.focus("loss", (1, 0)).detail
    told = []
    for row in range(samples):
        a, y = detail.layers[-1].activations[row], detail.targets[row]
        marks = [subscript(place + 1) if len(a) > 1 else "" for place in range(len(a))]
        pairs = {f"a{mark}": value for mark, value in zip(marks, a, strict=True)}
        pairs |= {f"y{mark}": value for mark, value in zip(marks, y, strict=True)}
        told.append(Remark(f"Sample {row + 1}: {scene.equations(pairs)}."))
    return told


def softmax(kinds: Draws, numbers: Draws, level: int) -> Parts:
    """Softmax of the outputs, cross-entropy, and its δ."""
    classes, samples = (2 if level == 1 else 3), (2 if level >= 4 else 1)
    fields = {"loss": "cross-entropy", "output": "softmax"}
    plan = NetworkPlan((2, classes) if level < 5 else (3, classes), samples, "classes", fields, SMALL_INPUTS)
    scene = plan.drawn(numbers)
    units = [(1, neuron) for neuron in range(classes)]
    lefts = ("a",) if level < 5 else ("z", "a")
    # Every a needs all z.
    asked = [blank for left in lefts for unit in units for blank in scene.blanks("forward", unit, left)]
    given: Parts = [Remark(f"The output layer has {classes} units and softmax.")]
    if level < 5:
        given.append(Remark(f"Sample 1: {scene.equations(_pre_activations(scene))}."))
    else:
        given += [scene.sample(), *scene.weights(*units)]
    if level >= 3:
        target = scene.focus("loss", (1, 0)).detail.targets[0]
        given.append(Remark(f"Its targets: {scene.equations(_numbered('y', target))}. n = {samples}."))
        given.append(scene.remark("loss"))
        asked += scene.blanks("loss", (1, 0), "L₁")
        # Of a single sample, δ of the other classes is their a.
        with_delta = units if samples > 1 else [(1, int(target.argmax()))]
        asked += [blank for unit in with_delta for blank in scene.blanks("backward", unit, "δ")]
    return [*given, *asked]


def _pre_activations(scene: Scene) -> dict[str, float]:
    return _numbered("z", scene.focus("forward", (1, 0)).layer.pre_activations[0])


def _numbered(letter: str, values: Any) -> dict[str, float]:
    return {f"{letter}{subscript(place + 1)}": float(value) for place, value in enumerate(values)}
