"""Answers of students who make one mistake, worked out from the printed numbers by the solver's side."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from tests.exercises.solver import Answer, Solver, indexed, values

Planted = tuple[str, Answer]
"""The kind of a mistake and the answer that it leads to."""


def planted(solver: Solver, question: str, right: Answer) -> Iterator[Planted]:
    """The usual mistakes at a question that the solver has come to."""
    if isinstance(right, float | int) and not question.startswith("N"):
        yield "sign", -right
    yield from globals()[f"_{solver.topic.replace('-', '_')}"](solver, question, right)


def _forward(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    what, neuron = question.split(" of ")
    layer = solver._layer(neuron)
    if what == "z":
        w, b = solver.given.column(neuron)
        x = indexed(next(iter(solver.given.samples.values())), "x") if layer == 1 else solver._hidden()
        yield "bias", right - b
        yield "term", right - w[0] * x[0]
        yield "sign of a term", right - 2 * w[1] * x[1]
        if w[0] < 0:
            yield "sign of a number", right - 2 * w[0] * x[0]
    elif what == "a":
        z, name = solver.known[f"z of {neuron}"], solver.given.activation(layer)
        yield "activation", z
        yield "another activation", 1 / (1 + math.exp(-z)) if name != "sigmoid" else math.tanh(z)
        if name == "sigmoid":
            yield "exponent's sign", 1 / (1 + math.exp(z))


def _loss(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    name = solver.given.first(r"(mse|sse|mae|huber|hinge|cross-entropy)[:,]")[1]
    if question.startswith("L"):
        sample = solver.given.samples[int(question[1:].translate(str.maketrans("₁₂₃", "123")))]
        a, y = indexed(sample, "a"), indexed(sample, "y")
        if name == "cross-entropy":
            yield "logarithm", right / math.log(10)
        if name == "sse":
            yield "half", 2 * right
        if len(a) == 1 and name in ("mse", "sse"):
            yield "square", (a[0] - y[0]) * (0.5 if name == "sse" else 1)
        if len(a) == 2 and name == "mse":
            yield "mean", 2 * right
    if question == "loss":
        yield "mean", right * len(solver.given.samples)
    if question == "penalty":
        yield "half", 2 * right


def _output_delta(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    what, name = question.split(" of ")
    loss, n = solver.given.first(r"(mse|sse|mae|huber|cross-entropy)[:,]")[1], solver.given.all["n"]
    sample = solver.given.samples[1]
    outputs = indexed(sample, "a")
    place = {"B": 1, "C": 2, "y2": 1}.get(name, 0)
    a, z, activation = outputs[place], solver.given.all["z"], solver.given.activation(1)
    if what == "a − y" or (what == "∂L/∂a" and loss != "mae") or (what == "δ" and loss == "cross-entropy"):
        yield "target minus output", -right
    if what == "∂L/∂a" or (what == "δ" and loss == "cross-entropy"):
        yield "mean", right * n * (len(outputs) if loss in ("mse", "mae") else 1)
    if what == "δ" and loss == "cross-entropy":
        yield "needless derivative", right * a * (1 - a)
    if what == "δ" and loss != "cross-entropy":
        yield "derivative", solver.known[f"∂L/∂a of {name}"]
    if what == "f′(z)":
        yield from _derivative(activation, z, a)


def _derivative(activation: str, z: float, a: float) -> Iterator[Planted]:
    at: dict[str, Callable[[float], float]] = {"sigmoid": lambda v: v * (1 - v), "tanh": lambda v: 1 - v * v}
    for name, function in at.items():
        if name == activation:
            yield "derivative at z", function(z)
        else:
            yield "another derivative", function(a)


def _hidden_delta(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    what, name = re.split(" of ", question, maxsplit=1)
    told = next(values(text) for text in solver.given.texts if text.startswith(f"For sample 1, {name} has"))
    layer = int(name[-1]) if " of layer " in name else 1
    if what == "∂L/∂a":
        deltas = solver._behind(name, layer)[1]
        into = [one for one in solver.given.weights if one[0] == "y" or one.endswith(f"layer {layer + 1}")]
        if " of layer " not in name and len(deltas) > 1:
            own = solver.given.column(into[int(name[1]) - 1])[0]
            yield "transposed", sum(w * d for w, d in zip(own, deltas, strict=False))
    if what == "f′(z)":
        yield from _derivative(solver.given.activation(layer), told["z"], told["a"])
    if what == "δ":
        yield "derivative", solver.known[f"∂L/∂a of {name}"]


def _gradient(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    left, samples = question.partition(" (")[0], solver.given.samples
    if left == "∂L/∂a of y1":
        yield "target minus output", -right
    if left == "δ of y1":
        yield "derivative", solver.known["∂L/∂a of y1"]
    if left == "∂L/∂b" and len(samples) > 1:
        yield "mean twice", right / len(samples)
        yield "one sample", samples[2]["δ"]


def _update(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    left = question.partition(" (")[0]
    if left == "‖g‖":
        yield "root", solver.known["‖g₁‖²"]
    if left.endswith("new") and "weight_decay" not in solver.given.all:
        name = left.partition(" ")[0].translate(str.maketrans("₁₂", "12"))
        old, rate = next(iter(solver.given.weights.values()))[name], solver.given.all["learning_rate"]
        yield "added update", 2 * old - right
        yield "learning rate", old - (old - right) / rate


def _momentum(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    weight = re.search(r"\((w.)", question)
    assert weight
    name = weight[1].translate(str.maketrans("₁₂", "12"))
    memory = next(values(text) for text in solver.given.texts if f"of {weight[1]}:" in text)
    told, left = solver.given.all, question.partition(" (")[0]
    if left == "v":
        yield "beta", memory["v_old"] + told[f"∂L/∂{name}"]
    if left == "update":
        yield "learning rate", right / told["learning_rate"]
    if left.endswith("new") and "weight_decay" not in told:
        yield "added update", 2 * next(iter(solver.given.weights.values()))[name] - right


def _adam(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    told, left = solver.given.all, question.partition(" (")[0]
    memory, g = values(next(text for text in solver.given.texts if "Remembered" in text)), told["∂L/∂w1"]
    now = {key.partition(" (")[0]: value for key, value in solver.known.items()}
    if left == "m":
        yield "beta", told["beta1"] * memory["m_old"] + g
    if left == "v":
        yield "beta", memory["v_old"] + (1 - told["beta2"]) * g * g
        yield "square", told["beta2"] * memory["v_old"] + (1 - told["beta2"]) * g
    if left == "m_hat":
        yield "bias correction", now["m"]
    if left == "update":
        yield "learning rate", right / told["learning_rate"]
        if "v_hat" in now:
            yield "root", told["learning_rate"] * now["m_hat"] / now["v_hat"]
            if "v_max_old" not in memory:
                yield "bias correction", told["learning_rate"] * now["m"] / math.sqrt(now["v"])
    if left.endswith("new") and "weight_decay" not in told:
        yield "added update", 2 * solver.given.weights["y1"]["w1"] - right


def _softmax(solver: Solver, question: str, right: float) -> Iterator[Planted]:
    what, _, name = question.partition(" of ")
    if what == "z":
        yield "bias", right - solver.given.column(name)[1]
    if what == "a":
        z = [value for key, value in solver.known.items() if key.startswith("z of")]
        z = z or indexed(solver.given.samples[1], "z")
        yield "normalization", math.exp(z["ABC".index(name)])
        if sum(z):
            yield "exponential", z["ABC".index(name)] / sum(z)
    if what == "L₁":
        yield "logarithm", right / math.log(10)
    if what == "δ":
        yield "target minus output", -right
        a = solver.known[f"a of {name}"]
        yield "needless derivative", right * a * (1 - a)
        if solver.given.all["n"] > 1:
            yield "mean", right * solver.given.all["n"]


def _shapes(solver: Solver, question: str, right: Answer) -> Iterator[Planted]:
    sizes = list(map(int, solver.given.first(r"of ([\d-]+) units")[1].split("-")))
    if isinstance(right, tuple) and len(right) == 2:
        yield "rows and columns", right[::-1]
        if right[0] == solver.given.all["n"]:
            yield "batch left out", right[1:]
            yield "another layer", (right[0], sizes[0])
    if match := re.match("N([₁₂₃]),", question):
        layer = "₁₂₃".index(match[1]) + 1
        yield "biases left out", sizes[layer - 1] * sizes[layer]
